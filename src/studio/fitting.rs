//! The check of a try-on's two photos: what the garment is, and whether that half of the person can be dressed in it.

use image::RgbImage;

use super::check::{Finding, Maker, Severity, of};
use super::cut::Cut;
use super::worn::Half;
use super::{StudioError, tryon};
use crate::i18n::Text;
use crate::imaging::transform;
use crate::kinds::virtual_tryon::{Category, Settings};
use crate::kinds::{Role, Subject};
use crate::vision::Vision;

/// Looks at both photos.
pub(super) fn check(
    photos: &[(Role, &RgbImage)],
    settings: Settings,
    maker: Maker,
    vision: &Vision,
) -> Vec<Finding> {
    let mut found = Vec::new();
    let cuts: Vec<Result<Cut, StudioError>> = match maker {
        Maker::Studio => of(photos, Role::Garment)
            .map(|picture| {
                let small = transform::shrink(picture, 768);
                let mask = vision.salient_mask(&small, Subject::Product);
                // The network's plane is stretched over the picture.
                let (w, h) = small.dimensions();
                Cut::told(&mask.resized(w as usize, h as usize), settings.category)
            })
            .collect(),
        Maker::Remote => Vec::new(),
    };
    let half = cuts
        .iter()
        .find_map(|cut| cut.as_ref().ok()?.half().ok())
        .unwrap_or(match settings.category {
            Category::Bottom => Half::Lower,
            Category::Auto | Category::Top | Category::Dress => Half::Upper,
        });
    found.extend(of(photos, Role::Person).filter_map(|p| person(p, half, maker, vision)));
    found.extend(cuts.into_iter().filter_map(|cut| {
        // The network may not see the ground between the legs of trousers.
        let sure = !matches!(cut, Ok(Cut::Skirt | Cut::Shorts));
        let error = cut.and_then(|cut| cut.half()).err()?;
        Some(garment(error, sure))
    }));
    found
}

fn person(picture: &RgbImage, half: Half, maker: Maker, vision: &Vision) -> Option<Finding> {
    let refused = |code, advice| {
        Some(Finding {
            role: Role::Person,
            code,
            severity: Severity::Refuse,
            advice,
        })
    };
    let nobody = || {
        refused(
            StudioError::PersonNotFound.code(),
            Text::new(
                "没有找到人物，请上传正面、上半身完整的照片",
                "No person was found; send a photo of one person facing the camera, upper body in frame",
            ),
        )
    };
    let mask = vision.person_mask(&transform::shrink(picture, 768));
    let share = mask.px.iter().filter(|v| **v > 0.5).count() as f32 / mask.px.len() as f32;
    if share < 0.04 {
        return nobody();
    }
    if maker == Maker::Remote {
        return None;
    }
    let error = tryon::rehearse(picture, half, vision).err()?;
    match error {
        StudioError::PersonNotFound => nobody(),
        StudioError::GarmentNotFound
        | StudioError::PoseUnsupported
        | StudioError::LegsNotSeen
        | StudioError::CategoryUnsupported
        | StudioError::CategoryMismatch
        | StudioError::FaceNotFound
        | StudioError::SubjectNotFound => {
            refused(StudioError::PoseUnsupported.code(), how_to_stand(half))
        }
    }
}

/// What a photo must show so that this half can be dressed.
const fn how_to_stand(half: Half) -> Text {
    match half {
        Half::Upper => Text::new(
            "这张照片无法贴合服装：请穿一件合身的上衣，正面站立，双臂、头发和包带不遮挡身体，外套扣好或脱下",
            "A garment cannot be fitted to this photo: wear one plain top, face the camera, keep arms, hair and straps off the body, close the jacket or take it off",
        ),
        Half::Lower => Text::new(
            "这张照片无法试穿裤装：请穿颜色与上衣不同的长裤，正面站立，双腿并列、不交叉，从头到脚踝完整入镜",
            "Trousers cannot be fitted to this photo: wear long trousers of another colour than the top, stand facing the camera with the legs side by side, in the frame from head to ankles",
        ),
    }
}

/// What is wrong with the garment. A cut-out may still find what the network alone does not see.
fn garment(error: StudioError, sure: bool) -> Finding {
    let finding = |severity, code, zh, en| Finding {
        role: Role::Garment,
        code,
        severity,
        advice: Text::new(zh, en),
    };
    match error {
        StudioError::CategoryMismatch => finding(
            Severity::Refuse,
            error.code(),
            "照片里的服装与所选品类不符，请改选品类或选“自动识别”",
            "The garment in the photo is not of the category chosen; choose another one, or automatic",
        ),
        StudioError::CategoryUnsupported => finding(
            if sure {
                Severity::Refuse
            } else {
                Severity::Warn
            },
            error.code(),
            "本地引擎支持上装和长裤；短裤、半身裙和连衣裙需要远程模型",
            "The local engine fits tops and long trousers; shorts, skirts and dresses need a remote model",
        ),
        StudioError::GarmentNotFound
        | StudioError::PersonNotFound
        | StudioError::PoseUnsupported
        | StudioError::LegsNotSeen
        | StudioError::FaceNotFound
        | StudioError::SubjectNotFound => finding(
            Severity::Warn,
            StudioError::GarmentNotFound.code(),
            "没有认出一件平铺或悬挂的上装或长裤，请换一张背景干净、服装完整的正面照片",
            "No top or trousers that lie flat or hang were recognised; send a photo of the whole garment from the front on a plain background",
        ),
    }
}
