//! From a rough mask to a cut-out: specks away, edges snapped to the picture, old background colour removed.

use image::{RgbImage, RgbaImage};

use super::MattingError;
use crate::imaging::filter::{Guided, keep_large, smoothstep};
use crate::imaging::grid::{Canvas, Plane};
use crate::imaging::transform;

/// Longest side at which edges are fitted.
const FIT_SIDE: u32 = 720;
/// A subject smaller than this share of the picture is noise.
const LEAST: f32 = 0.003;

/// Refines a rough mask and cuts the subject out.
pub(super) fn cut_out(picture: &RgbImage, rough: &Plane) -> Result<RgbaImage, MattingError> {
    let (w, h) = transform::fitted(picture.dimensions(), FIT_SIDE);
    let small = gamma(&transform::resize(picture, w, h));
    let rough = keep_large(&rough.resized(small.w, small.h), 0.08);
    if is_empty(&rough) {
        return Err(MattingError::NothingFound);
    }
    let radius = ((w.max(h) as f32) / 120.0).round().max(2.0) as usize;
    let model = Guided::fit(&small, &rough, radius, 1e-4);
    let large = gamma(picture);
    let mut alpha = model.apply(&large);
    settle(&mut alpha, &rough, radius as f32);
    let colours = without_background(&small, &alpha.resized(small.w, small.h), &large, &alpha);
    Ok(assemble(&colours, &alpha))
}

/// Cuts the subject out by a mask that is good already, of any size.
pub(super) fn with_alpha(picture: &RgbImage, alpha: &Plane) -> Result<RgbaImage, MattingError> {
    if is_empty(alpha) {
        return Err(MattingError::NothingFound);
    }
    let (w, h) = transform::fitted(picture.dimensions(), FIT_SIDE);
    let small = gamma(&transform::resize(picture, w, h));
    let large = gamma(picture);
    let alpha = alpha.resized(large.w, large.h);
    let colours = without_background(&small, &alpha.resized(small.w, small.h), &large, &alpha);
    Ok(assemble(&colours, &alpha))
}

fn is_empty(mask: &Plane) -> bool {
    let found = mask.px.iter().filter(|v| **v > 0.5).count() as f32;
    found < LEAST * mask.px.len() as f32
}

/// Outside an edge band the rough mask is believed, or the filter grows fur along every texture.
fn settle(alpha: &mut Plane, rough: &Plane, radius: f32) {
    let core = rough
        .map(|v| f32::from(u8::from(v > 0.5)))
        .blurred(radius * 1.2);
    let (w, h) = (alpha.w as f32, alpha.h as f32);
    alpha.update(|x, y, a| {
        let inside = core.sample_unit((x as f32 + 0.5) / w, (y as f32 + 0.5) / h);
        let a = smoothstep(0.06, 0.94, a);
        if inside < 0.02 {
            0.0
        } else if inside > 0.985 {
            1.0
        } else {
            // Towards the rims of the band the answer is drawn to 0 and 1.
            let a = a * smoothstep(0.02, 0.15, inside);
            1.0 - (1.0 - a) * smoothstep(0.985, 0.9, inside)
        }
    });
}

/// The subject's own colour where it mixes with the background (blur fusion, Forte 2021, at two sizes).
fn without_background(
    small: &Canvas,
    small_alpha: &Plane,
    large: &Canvas,
    alpha: &Plane,
) -> Canvas {
    let side = small.w.max(small.h) as f32;
    let first = fuse(small, small_alpha, small, small_alpha, side / 16.0);
    let near = fuse(small, small_alpha, &first, small_alpha, side / 110.0);
    let behind = backdrop(small, small_alpha, side / 110.0);
    let (w, h) = (large.w as f32, large.h as f32);
    Canvas::from_fn(large.w, large.h, |x, y| {
        let (a, own) = (alpha.at(x, y), large.at(x, y));
        if !(0.004..=0.99).contains(&a) {
            return own;
        }
        let (u, v) = ((x as f32 + 0.5) / w, (y as f32 + 0.5) / h);
        correct(own, near.sample_unit(u, v), behind.sample_unit(u, v), a)
    })
}

fn fuse(picture: &Canvas, alpha: &Plane, guess: &Canvas, weight: &Plane, sigma: f32) -> Canvas {
    let front = spread(guess, weight, sigma);
    let back = backdrop(picture, alpha, sigma);
    Canvas::from_fn(picture.w, picture.h, |x, y| {
        correct(
            picture.at(x, y),
            front.at(x, y),
            back.at(x, y),
            alpha.at(x, y),
        )
    })
}

fn backdrop(picture: &Canvas, alpha: &Plane, sigma: f32) -> Canvas {
    spread(picture, &alpha.map(|a| 1.0 - a), sigma)
}

/// The average colour around each pixel, weighted.
fn spread(picture: &Canvas, weight: &Plane, sigma: f32) -> Canvas {
    let weighted = Canvas::from_fn(picture.w, picture.h, |x, y| {
        picture.at(x, y).map(|c| c * (weight.at(x, y) + 1e-5))
    });
    let (sums, weights) = (
        weighted.blurred(sigma),
        weight.map(|w| w + 1e-5).blurred(sigma),
    );
    Canvas::from_fn(picture.w, picture.h, |x, y| {
        sums.at(x, y).map(|c| c / weights.at(x, y).max(1e-6))
    })
}

fn correct(own: [f32; 3], front: [f32; 3], back: [f32; 3], a: f32) -> [f32; 3] {
    [0, 1, 2]
        .map(|i| (front[i] + a * (own[i] - a * front[i] - (1.0 - a) * back[i])).clamp(0.0, 1.0))
}

/// The picture's values from 0 to 1 without conversion: edges are judged as an eye sees them.
pub(super) fn gamma(picture: &RgbImage) -> Canvas {
    let px = picture
        .pixels()
        .map(|p| p.0.map(|v| f32::from(v) / 255.0))
        .collect();
    Canvas {
        w: picture.width() as usize,
        h: picture.height() as usize,
        px,
    }
}

fn assemble(colours: &Canvas, alpha: &Plane) -> RgbaImage {
    RgbaImage::from_fn(alpha.w as u32, alpha.h as u32, |x, y| {
        let [r, g, b] = colours.at(x as usize, y as usize).map(byte);
        image::Rgba([r, g, b, byte(alpha.at(x as usize, y as usize))])
    })
}

fn byte(v: f32) -> u8 {
    (v * 255.0).round().clamp(0.0, 255.0) as u8
}

/// Used by tests of both methods: intersection over union of two masks at 0.5.
#[cfg(test)]
pub(super) fn overlap(a: &Plane, b: &Plane) -> f32 {
    let (mut both, mut any) = (0.0, 0.0_f32);
    for (a, b) in a.px.iter().zip(&b.px) {
        both += f32::from(u8::from(*a > 0.5 && *b > 0.5));
        any += f32::from(u8::from(*a > 0.5 || *b > 0.5));
    }
    both / any.max(1.0)
}
