//! Output rows: the sizes and formats that shops ask for. They are configuration, so that rules can change without code.

use serde::{Deserialize, Serialize};

use super::{BadParam, Kind, Quality, choice};
use crate::i18n::Words;

choice! {
    /// A picture format a result can have.
    Format {
        Jpeg = "jpeg", "JPEG", "JPEG";
        Png = "png", "PNG", "PNG";
        Webp = "webp", "WebP", "WebP";
    }
}

impl Format {
    /// The media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// The file name extension.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}

choice! {
    /// A background that an output forces upon the picture, whatever the settings say.
    Backdrop {
        White = "white", "纯白", "Pure white";
        Transparent = "transparent", "透明", "Transparent";
    }
}

/// One row of `[[outputs]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Its name on the wire, for example `3x4-1440`.
    pub id: String,
    /// Its name for people.
    pub label: Words,
    /// Width in pixels; 0 (with height 0) keeps the shape the kind makes by itself.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The file format.
    pub format: Format,
    /// Largest file in kB (1,000 bytes); 0 is no limit.
    #[serde(default)]
    pub max_kb: u32,
    /// A forced background.
    #[serde(default)]
    pub background: Option<Backdrop>,
    /// The only kind it is for; any if absent.
    #[serde(default)]
    pub kind: Option<Kind>,
}

impl Output {
    /// The size in pixels of a picture of `kind` at `quality` in this output.
    /// "Original" (0×0) is the kind's own shape, 1K or 2K on the longer side.
    pub fn size(&self, kind: Kind, quality: Quality) -> (u32, u32) {
        if self.width > 0 && self.height > 0 {
            return (self.width, self.height);
        }
        let long = match quality {
            Quality::Draft => 768,
            Quality::Standard => 1024,
            Quality::High => 2048,
        };
        match kind {
            Kind::VirtualTryon | Kind::FashionPhoto => (long * 3 / 4, long),
            Kind::DigitalAvatar | Kind::ProductPhoto => (long, long),
        }
    }
}

/// The rows in force; the first that fits a kind is its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Outputs(pub Vec<Output>);

impl Outputs {
    /// The rows a kind can use.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Output> {
        self.0
            .iter()
            .filter(move |o| o.kind.is_none_or(|k| k == kind))
    }

    /// The row a caller named, or the default.
    pub fn find(&self, kind: Kind, id: Option<&str>) -> Result<&Output, BadParam> {
        let found = match id {
            Some(id) => self.of(kind).find(|o| o.id == id),
            None => self.of(kind).next(),
        };
        found.ok_or_else(|| {
            let ids: Vec<&str> = self.of(kind).map(|o| o.id.as_str()).collect();
            let ids = ids.join(", ");
            BadParam::new(
                "/output",
                format!("必须是其中之一：{ids}"),
                format!("must be one of {ids}"),
            )
        })
    }
}
