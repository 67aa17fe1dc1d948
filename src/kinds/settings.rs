//! The settings of a job: typed, with defaults, read from a JSON object that may leave any of them out.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{BadParam, Choice, Kind, digital_avatar, fashion_photo, product_photo, virtual_tryon};

/// The chosen settings, one variant a kind. Serialised as a flat object of ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Settings {
    /// Of a try-on.
    VirtualTryon(virtual_tryon::Settings),
    /// Of a fashion photo.
    FashionPhoto(fashion_photo::Settings),
    /// Of an avatar.
    DigitalAvatar(digital_avatar::Settings),
    /// Of a product photo.
    ProductPhoto(product_photo::Settings),
}

impl Settings {
    /// Reads settings of `kind`; every unknown name and value is reported.
    pub fn parse(kind: Kind, fields: &Map<String, Value>) -> Result<Self, Vec<BadParam>> {
        let mut reader = Reader {
            fields,
            known: Vec::new(),
            errors: Vec::new(),
        };
        let settings = match kind {
            Kind::VirtualTryon => Self::VirtualTryon(virtual_tryon::Settings {
                style: reader.choose("style"),
                category: reader.choose("category"),
            }),
            Kind::FashionPhoto => Self::FashionPhoto(fashion_photo::Settings {
                scene: reader.choose("scene"),
                model_style: reader.choose("model_style"),
            }),
            Kind::DigitalAvatar => Self::DigitalAvatar(digital_avatar::Settings {
                avatar_style: reader.choose("avatar_style"),
            }),
            Kind::ProductPhoto => Self::ProductPhoto(product_photo::Settings {
                background: reader.choose("background"),
                lighting: reader.choose("lighting"),
            }),
        };
        reader.finish(settings)
    }
}

struct Reader<'a> {
    fields: &'a Map<String, Value>,
    known: Vec<&'static str>,
    errors: Vec<BadParam>,
}

impl Reader<'_> {
    fn choose<C: Choice>(&mut self, name: &'static str) -> C {
        self.known.push(name);
        let Some(value) = self.fields.get(name) else {
            return C::ALL[0];
        };
        if let Some(choice) = value.as_str().and_then(C::from_id) {
            return choice;
        }
        let ids: Vec<&str> = C::ALL.iter().map(|c| c.id()).collect();
        let ids = ids.join(", ");
        self.errors.push(BadParam::new(
            format!("/settings/{name}"),
            format!("必须是其中之一：{ids}"),
            format!("must be one of {ids}"),
        ));
        C::ALL[0]
    }

    fn finish(mut self, settings: Settings) -> Result<Settings, Vec<BadParam>> {
        for name in self.fields.keys() {
            if !self.known.contains(&name.as_str()) {
                let known = self.known.join(", ");
                self.errors.push(BadParam::new(
                    format!("/settings/{}", name.replace('~', "~0").replace('/', "~1")),
                    format!("没有这项设置；可用：{known}"),
                    format!("no such setting; known are {known}"),
                ));
            }
        }
        if self.errors.is_empty() {
            Ok(settings)
        } else {
            Err(self.errors)
        }
    }
}
