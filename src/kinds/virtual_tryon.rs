//! Try-on: a garment worn by a person.

use super::{InputSpec, Role, Subject, choice};
use crate::i18n::Text;

choice! {
    /// How the garment sits on the body.
    Fit {
        Natural = "natural", "自然", "Natural";
        Fitted = "fitted", "修身", "Fitted";
        Loose = "loose", "宽松", "Loose";
    }
}

choice! {
    /// What the garment is.
    Category {
        Auto = "auto", "自动识别", "Automatic";
        Top = "top", "上装", "Top";
        Bottom = "bottom", "下装", "Bottom";
        Dress = "dress", "连衣裙", "Dress";
    }
}

/// What a caller may choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Settings {
    /// How the garment sits.
    pub style: Fit,
    /// What the garment is.
    pub category: Category,
}

pub(super) const INPUTS: &[InputSpec] = &[
    InputSpec {
        role: Role::Person,
        count: (1, 1),
        cutout: Some(Subject::Portrait),
        guide: Text::new(
            "一位正面站立的人，上半身完整（试穿裤装需全身），双臂不遮挡身体，光线均匀",
            "One person facing the camera, upper body in frame (for trousers all of it), arms clear of the body, even light",
        ),
    },
    InputSpec {
        role: Role::Garment,
        count: (1, 1),
        cutout: Some(Subject::Product),
        guide: Text::new(
            "一件服装，平铺或悬挂，完整入镜，背景干净",
            "One garment, laid flat or hung, whole in the frame, on a plain background",
        ),
    },
];
