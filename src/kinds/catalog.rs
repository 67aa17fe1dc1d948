//! The catalog: every kind with its inputs and settings, for pages and developers.

use serde::Serialize;

use super::{
    Choice, Kind, Quality, Role, digital_avatar, fashion_photo, product_photo, virtual_tryon,
};
use crate::i18n::Text;

/// One kind as the catalog shows it, without prices.
#[derive(Debug, Serialize)]
pub struct CatalogKind {
    /// The kind's id.
    pub kind: Kind,
    /// Its name.
    pub label: Text,
    /// What to send.
    pub inputs: Vec<CatalogInput>,
    /// What may be chosen.
    pub settings: Vec<CatalogSetting>,
    /// Usual duration with a remote model, in seconds.
    pub expected_seconds: u32,
}

/// One input of a kind.
#[derive(Debug, Serialize)]
pub struct CatalogInput {
    /// The field's name.
    pub role: Role,
    /// Its name for people.
    pub label: Text,
    /// How to shoot it well.
    pub guide: Text,
    /// Fewest pictures.
    pub min: usize,
    /// Most pictures.
    pub max: usize,
}

/// One setting of a kind.
#[derive(Debug, Serialize)]
pub struct CatalogSetting {
    /// The field's name.
    pub id: &'static str,
    /// Its name for people.
    pub label: Text,
    /// What applies when it is left out.
    pub default: &'static str,
    /// What may be chosen.
    pub options: Vec<CatalogOption>,
}

/// One value of a setting.
#[derive(Debug, Serialize)]
pub struct CatalogOption {
    /// The value.
    pub id: &'static str,
    /// Its name for people.
    pub label: Text,
}

/// The catalog's row of one kind.
pub fn catalog_kind(kind: Kind) -> CatalogKind {
    let mut settings = match kind {
        Kind::VirtualTryon => vec![
            setting::<virtual_tryon::Fit>("style", Text::new("版型", "Fit")),
            setting::<virtual_tryon::Category>("category", Text::new("品类", "Category")),
        ],
        Kind::FashionPhoto => vec![
            setting::<fashion_photo::Scene>("scene", Text::new("场景", "Scene")),
            setting::<fashion_photo::ModelStyle>(
                "model_style",
                Text::new("呈现方式", "Presentation"),
            ),
        ],
        Kind::DigitalAvatar => vec![setting::<digital_avatar::AvatarStyle>(
            "avatar_style",
            Text::new("画风", "Style"),
        )],
        Kind::ProductPhoto => vec![
            setting::<product_photo::Background>("background", Text::new("背景", "Background")),
            setting::<product_photo::Lighting>("lighting", Text::new("光线", "Lighting")),
        ],
    };
    let mut quality = setting::<Quality>("quality", Text::new("画质", "Quality"));
    quality.default = kind.default_quality().id();
    settings.push(quality);
    CatalogKind {
        kind,
        label: kind.label(),
        inputs: kind.inputs().iter().map(input).collect(),
        settings,
        expected_seconds: kind.expected_secs(),
    }
}

fn input(spec: &super::InputSpec) -> CatalogInput {
    CatalogInput {
        role: spec.role,
        label: spec.role.label(),
        guide: spec.guide,
        min: spec.count.0,
        max: spec.count.1,
    }
}

fn setting<C: Choice>(id: &'static str, label: Text) -> CatalogSetting {
    let option = |c: &C| CatalogOption {
        id: c.id(),
        label: c.label(),
    };
    CatalogSetting {
        id,
        label,
        default: C::ALL[0].id(),
        options: C::ALL.iter().map(option).collect(),
    }
}
