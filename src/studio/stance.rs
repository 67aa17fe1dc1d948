//! How a subject was photographed: from the front, so that it can stand on a ground, or from above (or laid flat), so
//! that only a surface seen from above suits it.

use image::RgbaImage;

use super::garment;
use crate::imaging::colour;
use crate::imaging::grid::Plane;

/// How a subject is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stance {
    /// It has a foot and was seen from the front.
    Standing,
    /// It was seen from above, or is cloth without a foot.
    Lying,
}

/// Height in pixels at which silhouettes are read.
const READ: usize = 240;
/// The share of its width with which a thing that stands touches the ground, at least.
const FOOT: f32 = 0.5;
/// How well a garment's two halves cover each other, at least; a mug's handle does not.
const SYMMETRY: f32 = 0.82;

/// Reads the stance off a cropped cut-out.
pub(super) fn of(cutout: &RgbaImage) -> Stance {
    let width = (cutout.width() as usize * READ / cutout.height().max(1) as usize).clamp(8, 1200);
    let mask = colour::alpha(cutout).resized(width, READ);
    let cloth = symmetry(&mask) > SYMMETRY && garment::read_top(&mask).is_some();
    if cloth || foot(&mask) < FOOT {
        Stance::Lying
    } else {
        Stance::Standing
    }
}

/// The share of the columns that end within a twentieth of the longer side above the lowest row. A circle seen from
/// above has 0.44, a bottle 0.9 and more.
fn foot(mask: &Plane) -> f32 {
    let reach = mask.w.max(mask.h) / 20;
    let lowest = |x: usize| (0..mask.h).rev().find(|y| mask.at(x, *y) > 0.5);
    let bottoms: Vec<usize> = (0..mask.w).filter_map(lowest).collect();
    let base = bottoms.iter().copied().max().unwrap_or(0);
    let touching = bottoms.iter().filter(|y| **y + reach >= base).count();
    touching as f32 / mask.w as f32
}

/// How much of the silhouette its mirror image covers, 0 to 1.
fn symmetry(mask: &Plane) -> f32 {
    let (mut both, mut any) = (0_usize, 1_usize);
    for y in 0..mask.h {
        for x in 0..mask.w {
            let (a, b) = (mask.at(x, y) > 0.5, mask.at(mask.w - 1 - x, y) > 0.5);
            both += usize::from(a && b);
            any += usize::from(a || b);
        }
    }
    both as f32 / any as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(w: u32, h: u32, inside: impl Fn(f32, f32) -> bool) -> Stance {
        of(&RgbaImage::from_fn(w, h, |x, y| {
            let (u, v) = ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32);
            image::Rgba([90, 90, 90, if inside(u, v) { 255 } else { 0 }])
        }))
    }

    #[test]
    fn a_disc_lies_and_a_bottle_stands() {
        let disc = drawn(300, 300, |u, v| (u - 0.5).hypot(v - 0.5) < 0.5);
        let bottle = drawn(120, 300, |u, v| v > 0.3 || (u - 0.5).abs() < 0.2);
        assert_eq!((disc, bottle), (Stance::Lying, Stance::Standing));
    }

    #[test]
    fn a_shirt_lies_and_a_mug_with_its_handle_stands() {
        let shirt = drawn(300, 300, |u, v| (u - 0.5).abs() < 0.3 || v < 0.4);
        let mug = drawn(300, 240, |u, v| {
            u > 0.3 || ((u - 0.3).hypot(v - 0.5) < 0.3 && (u - 0.3).hypot(v - 0.5) > 0.2)
        });
        assert_eq!((shirt, mug), (Stance::Lying, Stance::Standing));
    }
}
