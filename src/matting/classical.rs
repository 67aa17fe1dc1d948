//! Matting without a network: the background's colours are learned at the picture's rim, and a random walk decides
//! what is unlike them. Good for one product on a plain background.

use image::{RgbImage, RgbaImage};

use super::{Matting, MattingError, expect_room, refine};
use crate::imaging::colour;
use crate::imaging::filter::{fill_holes, keep_large};
use crate::imaging::grid::{Canvas, Plane};
use crate::imaging::transform;
use crate::kinds::Subject;

/// Longest side at which the walk runs.
const SIDE: u32 = 320;

/// Matting by colour alone.
pub struct Classical;

impl Matting for Classical {
    fn cut_out(&self, picture: &RgbImage, subject: Subject) -> Result<RgbaImage, MattingError> {
        if subject == Subject::Portrait {
            return Err(MattingError::SubjectUnsupported);
        }
        expect_room(picture)?;
        let (w, h) = transform::fitted(picture.dimensions(), SIDE);
        let lab = colour::canvas(&transform::resize(picture, w, h)).map(colour::lab);
        let unlike = walk(&lab, &unlike_rim(&lab));
        let mask = fill_holes(&keep_large(&unlike, 0.08), 0.01);
        let share = mask.mean();
        if !(0.01..0.9).contains(&share) {
            return Err(MattingError::NothingFound);
        }
        refine::cut_out(picture, &mask)
    }
}

/// How unlike the rim's colours each pixel is, 0 to 1. The rim is modelled by its colours side by side, so that a
/// gradient or a table edge is background too.
fn unlike_rim(lab: &Canvas) -> Plane {
    let (w, h) = (lab.w, lab.h);
    let depth = (w.min(h) / 24).max(2);
    let step = ((w + h) / 60).max(1);
    let mut rim: Vec<[f32; 3]> = Vec::new();
    for i in (0..w).step_by(step) {
        rim.extend([lab.at(i, depth / 2), lab.at(i, h - 1 - depth / 2)]);
    }
    for i in (0..h).step_by(step) {
        rim.extend([lab.at(depth / 2, i), lab.at(w - 1 - depth / 2, i)]);
    }
    Plane::from_fn(w, h, |x, y| {
        let c = lab.at(x, y);
        // The third nearest, not the nearest: a product that touches the rim in one spot is still a product.
        let mut nearest = [f32::MAX; 3];
        for r in &rim {
            let d = [c[0] - r[0], c[1] - r[1], c[2] - r[2]];
            // Lightness counts less: shadows are background.
            let distance = 0.35 * d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
            if distance < nearest[2] {
                nearest[2] = distance;
                nearest.sort_unstable_by(f32::total_cmp);
            }
        }
        1.0 - (-nearest[2] / 160.0).exp()
    })
}

/// Spreads the answer along similar colours (a random walk with the first answer as prior), the rim held at 0.
fn walk(lab: &Canvas, prior: &Plane) -> Plane {
    let (w, h) = (prior.w, prior.h);
    // From each pixel to the next in its row and in its column.
    let along = Plane::from_fn(w, h, |x, y| {
        affinity(lab.at(x, y), lab.near(x as i64 + 1, y as i64))
    });
    let down = Plane::from_fn(w, h, |x, y| {
        affinity(lab.at(x, y), lab.near(x as i64, y as i64 + 1))
    });
    let mut answer = prior.clone();
    for _ in 0..60 {
        let old = answer.clone();
        answer.update(|x, y, own| {
            if x == 0 || y == 0 || x + 1 == w || y + 1 == h {
                return own.min(prior.at(x, y)) * 0.5;
            }
            let certain = (2.0 * prior.at(x, y) - 1.0).abs() * 0.4 + 0.02;
            let (mut sum, mut weight) = (prior.at(x, y) * certain, certain);
            for (k, other) in [
                (along.at(x - 1, y), old.at(x - 1, y)),
                (along.at(x, y), old.at(x + 1, y)),
                (down.at(x, y - 1), old.at(x, y - 1)),
                (down.at(x, y), old.at(x, y + 1)),
            ] {
                sum += k * other;
                weight += k;
            }
            sum / weight
        });
    }
    answer
}

/// How readily the answer goes over from one colour to another.
fn affinity(a: [f32; 3], b: [f32; 3]) -> f32 {
    let d: f32 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
    (-d / 30.0).exp() + 1e-3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_red_disc_on_grey_is_cut_out() {
        let disc = |x: u32, y: u32| (x as f32 - 100.0).hypot(y as f32 - 90.0) < 50.0;
        let photo = RgbImage::from_fn(200, 180, |x, y| {
            if disc(x, y) {
                image::Rgb([190, 40, 30])
            } else {
                image::Rgb([180 - (y / 8) as u8, 182, 184])
            }
        });
        let cut = Classical
            .cut_out(&photo, Subject::Product)
            .expect("a clear subject");
        let want = Plane::from_fn(200, 180, |x, y| {
            f32::from(u8::from(disc(x as u32, y as u32)))
        });
        assert!(refine::overlap(&colour::alpha(&cut), &want) > 0.95);
        let blank = RgbImage::from_pixel(64, 64, image::Rgb([9, 9, 9]));
        assert_eq!(
            Classical.cut_out(&blank, Subject::Auto),
            Err(MattingError::NothingFound)
        );
    }
}
