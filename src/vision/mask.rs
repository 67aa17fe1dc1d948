//! Rough masks: people by selfie segmentation, any main subject by U²-Net.

use image::RgbImage;
use rten::Model;

use super::model::{Layer, Normal, run};
use crate::imaging::grid::Plane;
use crate::imaging::transform;

const PERSON_SIDE: u32 = 256;
const SALIENT_SIDE: u32 = 320;
/// Longest side of the plane that the zoomed second look is drawn into.
const DETAIL_SIDE: u32 = 640;

/// One look at the whole picture.
pub(super) fn person(model: &Model, picture: &RgbImage) -> Plane {
    let input = transform::resize(picture, PERSON_SIDE, PERSON_SIDE);
    let mut outputs = run(model, &input, Layer::Unit, 1);
    Plane {
        w: PERSON_SIDE as usize,
        h: PERSON_SIDE as usize,
        px: outputs.swap_remove(0),
    }
}

/// The main subject as the built-in network sees it.
pub(super) fn salient(model: &Model, picture: &RgbImage) -> Plane {
    twice(picture, |part| {
        let input = transform::resize(part, SALIENT_SIDE, SALIENT_SIDE);
        let mut outputs = run(model, &input, Layer::Normal(Normal::IMAGE_NET), 1);
        stretched(Plane {
            w: SALIENT_SIDE as usize,
            h: SALIENT_SIDE as usize,
            px: outputs.swap_remove(0),
        })
    })
}

/// A look at everything, then one at the box around what was found.
pub(super) fn twice(picture: &RgbImage, look: impl Fn(&RgbImage) -> Plane) -> Plane {
    let (w, h) = transform::fitted(picture.dimensions(), DETAIL_SIDE);
    let first = look(picture).resized(w as usize, h as usize);
    let Some([x0, y0, x1, y1]) = first.bounds(0.5) else {
        return first;
    };
    let margin = |a: usize, b: usize| ((b - a) / 8).max(6);
    let (mx, my) = (margin(x0, x1), margin(y0, y1));
    let (x0, y0) = (x0.saturating_sub(mx), y0.saturating_sub(my));
    let (x1, y1) = ((x1 + mx).min(first.w), (y1 + my).min(first.h));
    if (x1 - x0) * (y1 - y0) * 10 > first.w * first.h * 9 {
        return first;
    }
    let (sx, sy) = (
        picture.width() as f32 / w as f32,
        picture.height() as f32 / h as f32,
    );
    let crop = image::imageops::crop_imm(
        picture,
        (x0 as f32 * sx) as u32,
        (y0 as f32 * sy) as u32,
        (((x1 - x0) as f32 * sx) as u32).max(1),
        (((y1 - y0) as f32 * sy) as u32).max(1),
    );
    let second = look(&crop.to_image()).resized(x1 - x0, y1 - y0);
    // A second look that lost most of the subject has taken a part for the whole.
    let area = |p: &Plane| p.px.iter().sum::<f32>();
    if area(&second) < 0.5 * area(&first) {
        return first;
    }
    Plane::from_fn(first.w, first.h, |x, y| {
        let inside = (x0..x1).contains(&x) && (y0..y1).contains(&y);
        if inside {
            second.at(x - x0, y - y0)
        } else {
            0.0
        }
    })
}

/// The plane over its full range. Stretching noise would find a subject in a blank wall.
pub(super) fn stretched(raw: Plane) -> Plane {
    let (low, high) = (raw.px.iter().copied().fold(f32::MAX, f32::min), raw.max());
    if high < 0.2 {
        raw
    } else {
        raw.map(|v| (v - low) / (high - low).max(1e-6))
    }
}
