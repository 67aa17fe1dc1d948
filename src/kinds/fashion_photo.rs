//! Fashion photo: a product in a set, laid out as a fashion shoot would.

use super::{InputSpec, Role, Subject, choice};
use crate::i18n::Text;

choice! {
    /// Where the shoot takes place.
    Scene {
        Studio = "studio", "影棚", "Studio";
        Minimal = "minimal", "极简", "Minimal";
        Loft = "loft", "阁楼窗光", "Loft";
        Street = "street", "街头", "Street";
        Garden = "garden", "花园", "Garden";
        Seaside = "seaside", "海边", "Seaside";
        Night = "night", "夜色", "Night";
        Festive = "festive", "节日", "Festive";
    }
}

choice! {
    /// How the garment or product is presented.
    ModelStyle {
        Lookbook = "lookbook", "画册", "Lookbook";
        Ghost = "ghost", "隐形模特", "Ghost mannequin";
        FlatLay = "flat_lay", "平铺", "Flat lay";
        Hanging = "hanging", "悬挂", "Hanging";
        Pair = "pair", "双联画面", "Pair";
        CloseUp = "close_up", "细节特写", "Close-up";
    }
}

/// What a caller may choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Settings {
    /// Where the shoot takes place.
    pub scene: Scene,
    /// How the product is presented.
    pub model_style: ModelStyle,
}

pub(super) const INPUTS: &[InputSpec] = &[InputSpec {
    role: Role::Product,
    count: (1, 1),
    cutout: Some(Subject::Product),
    guide: Text::new(
        "一件商品，完整入镜，对焦清晰，背景干净",
        "One product, whole in the frame, in focus, on a plain background",
    ),
}];
