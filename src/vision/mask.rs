//! Rough masks: people by selfie segmentation, any main subject by U²-Net.

use image::RgbImage;
use rten::Model;
use u2net::U2Net;

use super::model::{Layer, run};
use crate::imaging::grid::Plane;
use crate::imaging::transform;

const PERSON_SIDE: u32 = 256;
const SALIENT_SIDE: u32 = 320;
/// Side of what is looked at only to find out where the subject is: a quarter of the time.
const GLANCE_SIDE: u32 = 160;
/// Longest side of the plane that the look at the subject's part is drawn into.
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

/// The main subject as the built-in network sees it: a glance at everything, then one good look.
pub(super) fn salient(network: &U2Net, picture: &RgbImage) -> Plane {
    let look = |part: &RgbImage, side: u32| {
        let input = transform::resize(part, side, side);
        let side = side as usize;
        stretched(Plane {
            w: side,
            h: side,
            px: network.look(&input, side, side),
        })
    };
    let good = |part: &RgbImage| look(part, SALIENT_SIDE);
    closer(picture, &look(picture, GLANCE_SIDE), good).unwrap_or_else(|| good(picture))
}

/// A look at the box around what a first one found; `None` where that is nothing or almost the whole picture, or where
/// a part was taken for the whole.
pub(super) fn closer(
    picture: &RgbImage,
    first: &Plane,
    look: impl Fn(&RgbImage) -> Plane,
) -> Option<Plane> {
    let (w, h) = transform::fitted(picture.dimensions(), DETAIL_SIDE);
    let first = first.resized(w as usize, h as usize);
    let [x0, y0, x1, y1] = first.bounds(0.5)?;
    let margin = |a: usize, b: usize| ((b - a) / 8).max(6);
    let (mx, my) = (margin(x0, x1), margin(y0, y1));
    let (x0, y0) = (x0.saturating_sub(mx), y0.saturating_sub(my));
    let (x1, y1) = ((x1 + mx).min(first.w), (y1 + my).min(first.h));
    if (x1 - x0) * (y1 - y0) * 10 > first.w * first.h * 9 {
        return None;
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
    let area = |p: &Plane| p.px.iter().sum::<f32>();
    if area(&second) < 0.5 * area(&first) {
        return None;
    }
    Some(Plane::from_fn(first.w, first.h, |x, y| {
        let inside = (x0..x1).contains(&x) && (y0..y1).contains(&y);
        if inside {
            second.at(x - x0, y - y0)
        } else {
            0.0
        }
    }))
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
