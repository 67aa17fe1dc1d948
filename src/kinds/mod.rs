//! The four kinds of picture, as data: inputs, settings, words, prices and what to ask a model for.
//! Nothing after [`Params::plan`] looks at the kind again.

mod ask;
mod catalog;
mod choice;
pub mod digital_avatar;
mod error;
pub mod fashion_photo;
mod input;
mod output;
mod params;
pub mod product_photo;
mod quote;
mod settings;
pub mod virtual_tryon;

pub use ask::{Ask, InputFile, Plan};
pub use catalog::{CatalogInput, CatalogKind, CatalogOption, CatalogSetting, catalog_kind};
pub use choice::Choice;
pub(crate) use choice::choice;
pub use error::BadParam;
pub use input::{InputSpec, Role, Subject};
pub use output::{Backdrop, Format, Output, Outputs};
pub use params::{InputRef, Params, RawParams};
pub use quote::{Prices, Terms, price_for};
pub use settings::Settings;

use crate::i18n::Text;

choice! {
    /// Which of the four pictures a job makes.
    Kind {
        VirtualTryon = "virtual_tryon", "虚拟试衣", "Try-on";
        FashionPhoto = "fashion_photo", "时尚摄影", "Fashion photo";
        DigitalAvatar = "digital_avatar", "数字分身", "Avatar";
        ProductPhoto = "product_photo", "商品摄影", "Product photo";
    }
}

choice! {
    /// How much effort and resolution a picture gets.
    Quality {
        Standard = "standard", "标准", "Standard";
        Draft = "draft", "草稿", "Draft";
        High = "high", "高清", "High";
    }
}

impl Kind {
    /// What a caller must send.
    pub const fn inputs(self) -> &'static [InputSpec] {
        match self {
            Self::VirtualTryon => virtual_tryon::INPUTS,
            Self::FashionPhoto => fashion_photo::INPUTS,
            Self::DigitalAvatar => digital_avatar::INPUTS,
            Self::ProductPhoto => product_photo::INPUTS,
        }
    }

    /// The quality when neither job nor user asks for one.
    pub const fn default_quality(self) -> Quality {
        match self {
            Self::FashionPhoto => Quality::High,
            Self::VirtualTryon | Self::DigitalAvatar | Self::ProductPhoto => Quality::Standard,
        }
    }

    /// How long a picture usually takes with a remote model, in seconds. It steers estimates, never a limit.
    pub const fn expected_secs(self) -> u32 {
        match self {
            Self::VirtualTryon => 40,
            Self::FashionPhoto => 45,
            Self::DigitalAvatar => 60,
            Self::ProductPhoto => 25,
        }
    }

    /// The noun in sentences such as "Generating your try-on…".
    pub const fn noun(self) -> Text {
        match self {
            Self::VirtualTryon => Text::new("虚拟试衣", "try-on"),
            Self::FashionPhoto => Text::new("时尚摄影", "fashion photo"),
            Self::DigitalAvatar => Text::new("数字分身", "avatar"),
            Self::ProductPhoto => Text::new("商品摄影", "product photo"),
        }
    }

    /// True if the result shows a person's likeness, so that consents apply.
    pub const fn shows_person(self) -> bool {
        match self {
            Self::VirtualTryon | Self::DigitalAvatar | Self::FashionPhoto => true,
            Self::ProductPhoto => false,
        }
    }
}
