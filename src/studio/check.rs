//! Cheap checks of the inputs before a job is paid for: is what the kind needs in the photos, and are they good enough.

use image::RgbImage;

use super::fitting;
use crate::i18n::Text;
use crate::kinds::{Role, Settings};
use crate::vision::{Findings, Vision};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// No good picture can come of it.
    Refuse,
    /// It may be worse than it could be.
    Warn,
}

/// Something about one input that its sender should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// Which input.
    pub role: Role,
    /// A stable name, such as `too_dark`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What to do about it, for people.
    pub advice: Text,
}

/// Who would make the picture: what the local engine cannot do, a remote model may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// The local engine.
    Studio,
    /// A remote model.
    Remote,
}

/// Looks at the inputs of a job. An empty answer means that nothing speaks against it.
pub fn check(
    settings: &Settings,
    photos: &[(Role, &RgbImage)],
    maker: Maker,
    vision: &Vision,
) -> Vec<Finding> {
    let mut found: Vec<Finding> = photos
        .iter()
        .flat_map(|(role, picture)| quality(*role, picture))
        .collect();
    match settings {
        Settings::VirtualTryon(settings) => {
            found.extend(fitting::check(photos, *settings, maker, vision));
            found.extend(of(photos, Role::Garment).filter_map(|p| busy(Role::Garment, p)));
        }
        Settings::DigitalAvatar(_) => found.extend(faces(photos, vision)),
        Settings::ProductPhoto(_) | Settings::FashionPhoto(_) => {
            found.extend(of(photos, Role::Product).filter_map(|p| busy(Role::Product, p)));
        }
    }
    found
}

pub(super) fn of<'a>(
    photos: &'a [(Role, &'a RgbImage)],
    role: Role,
) -> impl Iterator<Item = &'a RgbImage> {
    photos
        .iter()
        .filter(move |(r, _)| *r == role)
        .map(|(_, picture)| *picture)
}

fn quality(role: Role, picture: &RgbImage) -> Vec<Finding> {
    let findings = Findings::of(picture);
    let warn = |code, zh, en| Finding {
        role,
        code,
        severity: Severity::Warn,
        advice: Text::new(zh, en),
    };
    let refuse = |code, zh, en| Finding {
        severity: Severity::Refuse,
        ..warn(code, zh, en)
    };
    let mut found = Vec::new();
    if findings.contrast < 0.012 {
        found.push(refuse(
            "empty",
            "画面几乎是纯色，看不到内容",
            "The picture is almost one colour; nothing can be seen",
        ));
        return found;
    }
    if findings.brightness < 0.16 {
        found.push(warn(
            "too_dark",
            "照片太暗，请补光后重拍",
            "The photo is too dark; take it again with more light",
        ));
    }
    if findings.brightness > 0.975 {
        found.push(warn(
            "too_bright",
            "照片过曝，请减少曝光",
            "The photo is overexposed; take it with less light",
        ));
    }
    if findings.sharpness < 0.035 {
        found.push(warn(
            "too_blurry",
            "照片模糊，请对焦后重拍",
            "The photo is blurred; focus and take it again",
        ));
    }
    found
}

/// One photo without a face among several is only worth a word; none with a face is the end.
fn faces(photos: &[(Role, &RgbImage)], vision: &Vision) -> Option<Finding> {
    let faceless = of(photos, Role::Photos)
        .filter(|p| vision.faces(p).is_empty())
        .count();
    let all = of(photos, Role::Photos).count();
    let finding = |severity, zh, en| Finding {
        role: Role::Photos,
        code: "face_not_found",
        severity,
        advice: Text::new(zh, en),
    };
    if faceless == 0 {
        None
    } else if faceless == all {
        Some(finding(
            Severity::Refuse,
            "没有找到清晰的人脸，请换一张正面照片",
            "No clear face was found; send a photo that shows your face from the front",
        ))
    } else {
        Some(finding(
            Severity::Warn,
            "有照片没有找到人脸，将只用其余照片",
            "Some photos show no clear face; only the others are used",
        ))
    }
}

fn busy(role: Role, picture: &RgbImage) -> Option<Finding> {
    (Findings::of(picture).busyness > 0.055).then_some(Finding {
        role,
        code: "background_busy",
        severity: Severity::Warn,
        advice: Text::new(
            "背景较杂乱，换成纯色背景效果更好",
            "The background is busy; a plain one gives a better picture",
        ),
    })
}
