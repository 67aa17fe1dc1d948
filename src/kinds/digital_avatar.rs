//! Avatar: a stylised portrait from a few photos of one person. It is a picture, not a 3D model.

use super::{InputSpec, Role, choice};
use crate::i18n::Text;

choice! {
    /// How the portrait is rendered.
    AvatarStyle {
        Oil = "oil", "油画", "Oil";
        Watercolor = "watercolor", "水彩", "Watercolour";
        Ink = "ink", "水墨", "Ink";
        Comic = "comic", "漫画", "Comic";
        LowPoly = "low_poly", "低多边形", "Low poly";
        Portrait = "portrait", "影棚肖像", "Studio portrait";
        Pixel = "pixel", "像素", "Pixel";
    }
}

/// What a caller may choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Settings {
    /// How the portrait is rendered.
    pub avatar_style: AvatarStyle,
}

pub(super) const INPUTS: &[InputSpec] = &[InputSpec {
    role: Role::Photos,
    count: (1, 8),
    cutout: None,
    guide: Text::new(
        "1 到 8 张本人照片，脸部清晰、正对镜头、无遮挡",
        "1 to 8 photos of yourself, face sharp, towards the camera, nothing in front of it",
    ),
}];
