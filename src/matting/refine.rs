//! From a rough mask to a cut-out: specks away, edges snapped to the picture, old background colour removed.

use image::{RgbImage, RgbaImage};

use super::MattingError;
use crate::imaging::filter::{Guided, keep_large, smoothstep};
use crate::imaging::grid::{Canvas, Plane, each_row};
use crate::imaging::transform;

/// Longest side at which edges are fitted.
const FIT_SIDE: u32 = 720;
/// A subject smaller than this share of the picture is noise.
const LEAST: f32 = 0.003;

/// Refines a rough mask and cuts the subject out. Fits and blurs run on a small copy; the picture itself is gone through
/// once, pixel by pixel, so that a large one costs no more memory than its cut-out.
pub(super) fn cut_out(picture: &RgbImage, rough: &Plane) -> Result<RgbaImage, MattingError> {
    let small = small(picture);
    let rough = keep_large(&rough.resized(small.w, small.h), 0.08);
    if is_empty(&rough) {
        return Err(MattingError::NothingFound);
    }
    let radius = ((small.w.max(small.h) as f32) / 120.0).round().max(2.0);
    let edge = Edge {
        model: Guided::fit(&small, &rough, radius as usize, 1e-4),
        core: rough
            .map(|v| f32::from(u8::from(v > 0.5)))
            .blurred(radius * 1.2),
    };
    let near = |x: usize, y: usize| {
        let (u, v) = unit(x, y, small.w, small.h);
        edge.alpha(u, v, small.at(x, y))
    };
    let colours = Colours::of(&small, &Plane::from_fn(small.w, small.h, near));
    Ok(paint(picture, &colours, |u, v, own| edge.alpha(u, v, own)))
}

/// Cuts the subject out by a mask that is good already, of any size.
pub(super) fn with_alpha(picture: &RgbImage, alpha: &Plane) -> Result<RgbaImage, MattingError> {
    if is_empty(alpha) {
        return Err(MattingError::NothingFound);
    }
    let small = small(picture);
    let colours = Colours::of(&small, &alpha.resized(small.w, small.h));
    Ok(paint(picture, &colours, |u, v, _| alpha.sample_unit(u, v)))
}

fn small(picture: &RgbImage) -> Canvas {
    let (w, h) = transform::fitted(picture.dimensions(), FIT_SIDE);
    gamma(&transform::resize(picture, w, h))
}

/// The middle of a pixel as a position from 0 to 1.
fn unit(x: usize, y: usize, w: usize, h: usize) -> (f32, f32) {
    ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32)
}

fn is_empty(mask: &Plane) -> bool {
    let found = mask.px.iter().filter(|v| **v > 0.5).count() as f32;
    found < LEAST * mask.px.len() as f32
}

/// Where the subject ends, at any size.
struct Edge {
    model: Guided,
    /// The rough mask, hard and then blurred: how far inside a place is.
    core: Plane,
}

impl Edge {
    /// Outside a band along the edge the rough mask is believed, or the filter grows fur along every texture.
    fn alpha(&self, u: f32, v: f32, own: [f32; 3]) -> f32 {
        let inside = self.core.sample_unit(u, v);
        if inside < 0.02 {
            return 0.0;
        }
        if inside > 0.985 {
            return 1.0;
        }
        let a = smoothstep(0.06, 0.94, self.model.predict(u, v, own));
        // Towards the rims of the band the answer is drawn to 0 and 1.
        let a = a * smoothstep(0.02, 0.15, inside);
        1.0 - (1.0 - a) * smoothstep(0.985, 0.9, inside)
    }
}

/// The colours of the subject and of what lies behind it, each spread over the edge (blur fusion, Forte 2021).
struct Colours {
    front: Canvas,
    behind: Canvas,
}

impl Colours {
    fn of(picture: &Canvas, alpha: &Plane) -> Self {
        let side = picture.w.max(picture.h) as f32;
        let first = fuse(picture, alpha, picture, side / 16.0);
        Self {
            front: fuse(picture, alpha, &first, side / 110.0),
            behind: backdrop(picture, alpha, side / 110.0),
        }
    }
}

/// The cut-out: the picture's own colours, and where they are mixed with the background, the subject's alone.
fn paint(
    picture: &RgbImage,
    colours: &Colours,
    alpha: impl Fn(f32, f32, [f32; 3]) -> f32 + Sync,
) -> RgbaImage {
    let (w, h) = (picture.width() as usize, picture.height() as usize);
    let mut cutout = RgbaImage::new(picture.width(), picture.height());
    each_row(&mut cutout, 4 * w, &|y, row| {
        let source = picture.as_raw()[3 * w * y..].as_chunks::<3>().0;
        for (x, (to, from)) in row
            .as_chunks_mut::<4>()
            .0
            .iter_mut()
            .zip(source)
            .enumerate()
        {
            let (u, v) = unit(x, y, w, h);
            let own = from.map(|c| f32::from(c) / 255.0);
            let a = alpha(u, v, own);
            let [r, g, b] = if (0.004..=0.99).contains(&a) {
                let (front, behind) = (
                    colours.front.sample_unit(u, v),
                    colours.behind.sample_unit(u, v),
                );
                correct(own, front, behind, a).map(byte)
            } else {
                *from
            };
            *to = [r, g, b, byte(a)];
        }
    });
    cutout
}

fn fuse(picture: &Canvas, alpha: &Plane, guess: &Canvas, sigma: f32) -> Canvas {
    let front = spread(guess, alpha, sigma);
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
fn gamma(picture: &RgbImage) -> Canvas {
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
