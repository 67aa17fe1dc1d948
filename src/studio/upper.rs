//! A top put on: the new fabric is bent onto the torso and the arms. A long sleeve is laid over a bare arm; a short one
//! over a long sleeve leaves the rest of the old sleeve to be seen.

use super::StudioError;
use super::body::{self, Body};
use super::fit::{self, reshape};
use super::garment::{self, Top};
use super::lay::{self, Dressed};
use super::shade;
use super::sleeve::{Lying, Sleeve};
use super::tube::Tube;
use super::warp::{Spline, spread};
use super::worn::Worn;
use crate::imaging::colour;
use crate::imaging::grid::{Canvas, Grid, Plane};
use crate::kinds::virtual_tryon::Fit;

/// A top's cloth and where its parts are.
pub(super) struct Fabric {
    cloth: Canvas,
    top: Top,
    sleeves: [Option<Tube>; 2],
}

impl Fabric {
    /// The fabric of a top in its photo.
    pub(super) fn of(colours: &Canvas, alpha: &Plane, top: &Top) -> Self {
        let mut top = *top;
        top.collar = garment::collar(&colour::lightness(colours), alpha, &top);
        let rim = (alpha.w.max(alpha.h) as f32 * 0.005).max(1.0);
        let middle = (top.armpits[0].0 + top.armpits[1].0) / 2.0;
        let [left, right] = [0, 1].map(|side| Tube::of_sleeve(alpha, &top, side));
        // A folded sleeve is taken to be as the other one.
        let mirrored = |tube: &Option<Tube>| tube.as_ref().map(|t| t.mirrored(middle));
        let sleeves = [
            left.clone().or_else(|| mirrored(&right)),
            right.or_else(|| mirrored(&left)),
        ];
        Self {
            cloth: spread(colours, alpha, rim),
            sleeves,
            top,
        }
    }

    /// Width of its body in pixels.
    fn width(&self) -> f32 {
        self.top.armpits[1].0 - self.top.armpits[0].0
    }
}

/// The person in the new top.
pub(super) fn dress(
    photo: &Canvas,
    alpha: &Plane,
    worn: &Worn,
    body: &Body,
    fabric: &Fabric,
    fit: Fit,
) -> Result<Dressed, StudioError> {
    let (w, h) = (photo.w, photo.h);
    let arms = body::arms(body, &worn.mask, alpha);
    let sleeves: Vec<Sleeve> = (0..2)
        .filter_map(|side| {
            let arm = Tube::of_arm(alpha, arms[side].as_ref()?, body.width());
            let cloth = fabric.sleeves[side].clone()?;
            let (to, from) = (body.width(), fabric.width());
            Some(Sleeve::plan(arm, cloth, &worn.mask, to, from))
        })
        .collect();
    let lying: Vec<Grid<Lying>> = sleeves.iter().map(|s| s.lie(w, h)).collect();
    let torso = Plane::from_fn(w, h, |x, y| {
        let on_arms = lying.iter().map(|l| l.at(x, y).weight());
        worn.mask.at(x, y) * (1.0 - on_arms.fold(0.0, f32::max))
    });
    let target = fit::target(&torso, &worn.mask, body).ok_or(StudioError::PoseUnsupported)?;
    let spline =
        Spline::through(&fit::pairs(&target, &fabric.top)).ok_or(StudioError::PoseUnsupported)?;
    let cover = Plane::from_fn(w, h, |x, y| {
        let start = worn.mask.at(x, y);
        let covered = sleeves.iter().zip(&lying);
        covered.fold(start, |m, (s, l)| s.cover(l.at(x, y), m))
    });
    let light = shade::read(photo, worn, &cover, body.width(), fit);
    let made = lay::over(photo, alpha, cover, &light, &fabric.cloth, |x, y| {
        let at = spline.at((x as f32, y as f32));
        lying.iter().fold(at, |at, l| l.at(x, y).source(at))
    });
    Ok(Dressed {
        picture: reshape(made.picture, &target, fit),
        cover: made.cover,
    })
}
