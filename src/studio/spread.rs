//! Layouts that look closer: a pair of the whole and a detail, and a close-up.

use image::{DynamicImage, RgbImage};

use super::fashion::Look;
use super::layouts::{hero, shown};
use super::stage::{Place, Subject};
use crate::imaging::colour;

/// Two pictures of one set beside each other, or above each other in a wide frame: the whole, and a close view.
pub(super) fn pair(look: &mut Look, subject: &Subject, person: bool) -> DynamicImage {
    let (w, h) = look.size;
    let gap = (w.min(h) as f32 * 0.012).round().max(1.0) as u32;
    // A tall frame is split into a large picture above a wide one, any other into two columns.
    let tall = h > w.saturating_mul(6) / 5;
    let first = if tall {
        (w, (h.saturating_sub(gap) as f32 * 0.6) as u32)
    } else {
        ((w.saturating_sub(gap) as f32 * 0.56) as u32, h)
    };
    let first = (first.0.max(1), first.1.max(1));
    let (at, second) = if tall {
        let y = (first.1 + gap).min(h - 1);
        ((0, y), (w, h - y))
    } else {
        let x = (first.0 + gap).min(w - 1);
        ((x, 0), (w - x, h))
    };
    // Both halves show the same set.
    let dice = look.dice.clone();
    let whole = hero(look, subject, person, first);
    look.dice = dice;
    let near = closer(look, subject, person, second);
    let mut page = RgbImage::from_pixel(w, h, image::Rgb([250, 249, 246]));
    image::imageops::replace(&mut page, &whole.into_rgb8(), 0, 0);
    image::imageops::replace(
        &mut page,
        &near.into_rgb8(),
        i64::from(at.0),
        i64::from(at.1),
    );
    DynamicImage::ImageRgb8(page)
}

/// The subject so near that the frame cuts it.
pub(super) fn close_up(look: &mut Look, subject: &Subject, person: bool) -> DynamicImage {
    closer(look, subject, person, look.size)
}

fn closer(look: &mut Look, subject: &Subject, person: bool, size: (u32, u32)) -> DynamicImage {
    let aspect = size.0 as f32 / size.1 as f32;
    let shape = subject.shape() / aspect;
    let (across, focus) = heart(subject, person);
    // As near as fills the frame from side to side, but never so near that pixels show.
    let most = 1.3 * subject.cutout.width() as f32 / size.0 as f32;
    let width = (1.5_f32).max(1.12 * shape).min(most).max(0.9_f32.min(most));
    let height = width / shape;
    // The frame's edge is put through the subject, or the background above it stays in view.
    let top = (0.46 - focus * height).max(1.02 - height).min(0.1);
    let left = (0.5 - across * width).clamp((1.0 - width).min(0.0), (1.0 - width).max(0.0));
    let place = Place {
        left,
        top,
        width,
        height,
    };
    shown(look, subject, person, size, place)
}

/// What a close view shows, as shares of the subject's width and height: the face and shoulders of a person, the
/// middle of the upper part of a garment.
fn heart(subject: &Subject, person: bool) -> (f32, f32) {
    let alpha = colour::alpha(&subject.cutout).resized(64, 64);
    let focus = if person { 0.3 } else { 0.38 };
    let rows = ((focus - 0.1) * 64.0) as usize..((focus + 0.1) * 64.0) as usize;
    let (mut sum, mut weight) = (0.0_f32, 1e-6_f32);
    for y in rows {
        for x in 0..64 {
            sum += alpha.at(x, y) * (x as f32 + 0.5);
            weight += alpha.at(x, y);
        }
    }
    ((sum / weight / 64.0).clamp(0.2, 0.8), focus)
}
