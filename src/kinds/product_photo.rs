//! Product photo: a clean shot of one product on a background, well lit.

use super::{InputSpec, Role, Subject, choice};
use crate::i18n::Text;

choice! {
    /// What the product stands on and in front of.
    Background {
        White = "white", "纯白影棚", "Studio white";
        Grey = "grey", "灰色无缝", "Grey sweep";
        Gradient = "gradient", "渐变", "Gradient";
        Wood = "wood", "木纹", "Wood";
        Marble = "marble", "大理石", "Marble";
        Podium = "podium", "展台", "Podium";
        Window = "window", "窗边", "By the window";
        Festive = "festive", "节日", "Festive";
    }
}

choice! {
    /// Where the light comes from and how hard it is.
    Lighting {
        Soft = "soft", "柔光", "Soft";
        Hard = "hard", "硬光", "Hard";
        Rim = "rim", "轮廓光", "Rim";
        Window = "window", "窗光", "Window";
        Golden = "golden", "暖阳", "Golden hour";
    }
}

/// What a caller may choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Settings {
    /// What the product stands on.
    pub background: Background,
    /// How it is lit.
    pub lighting: Lighting,
}

pub(super) const INPUTS: &[InputSpec] = &[InputSpec {
    role: Role::Product,
    count: (1, 1),
    cutout: Some(Subject::Product),
    guide: Text::new(
        "一件商品，完整入镜，对焦清晰，背景干净，避免强反光",
        "One product, whole in the frame, in focus, on a plain background, no harsh reflections",
    ),
}];
