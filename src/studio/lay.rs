//! New fabric laid over a photo: lit, turned away at its edges, and without the colour of the old one beside it.

use super::garment::Point;
use super::shade::Light;
use super::stage::shoulder;
use super::warp::spread;
use crate::imaging::filter::{grown, smoothstep};
use crate::imaging::grid::{Canvas, Plane, Value};

/// A person in a new garment.
pub(super) struct Dressed {
    pub(super) picture: Canvas,
    /// Where the new fabric is, 0 to 1.
    pub(super) cover: Plane,
}

/// The fabric where `cover` is, from the place in `cloth` that `source` tells for each pixel.
pub(super) fn over(
    photo: &Canvas,
    alpha: &Plane,
    cover: Plane,
    light: &Light,
    cloth: &Canvas,
    source: impl Fn(usize, usize) -> Point + Sync,
) -> Dressed {
    let (w, h) = (photo.w, photo.h);
    // What shows beside the new fabric must not hold the colour of the old one.
    let keep = grown(&cover, w.max(h) as f32 * 0.0035).map(|v| 1.0 - v);
    let rest = spread(photo, &keep, 0.8);
    let edge = Plane::from_fn(w, h, |x, y| alpha.at(x, y).max(cover.at(x, y))).blurred(1.2);
    let picture = Canvas::from_fn(w, h, |x, y| {
        let m = cover.at(x, y);
        let own = photo
            .at(x, y)
            .mix(rest.at(x, y), smoothstep(0.6, 0.1, keep.at(x, y)));
        if m <= 0.002 {
            return own;
        }
        let fabric = light.fall(sample(cloth, source(x, y)), x, y);
        // Cloth turns away from the camera at the silhouette.
        let turn = 0.86 + 0.14 * smoothstep(0.5, 1.0, edge.at(x, y));
        own.mix(shoulder(fabric.times(turn)), m)
    });
    Dressed { picture, cover }
}

fn sample(cloth: &Canvas, at: Point) -> [f32; 3] {
    let x = at.0.clamp(0.0, cloth.w as f32 - 1.0);
    let y = at.1.clamp(0.0, cloth.h as f32 - 1.0);
    cloth.sample(x, y)
}
