//! Trousers put on: each place of the new legs is laid on the same place of the worn ones. Where the new legs are wider
//! they reach over the background; where they are narrower, the old cut stays, and so does where it begins and ends.

use super::StudioError;
use super::body::Body;
use super::lay::{self, Dressed};
use super::legs;
use super::shade;
use super::strips::{Seat, Strips};
use super::warp::spread;
use super::worn::Worn;
use crate::imaging::filter::{grown, smoothstep};
use crate::imaging::grid::{Canvas, Plane};
use crate::kinds::virtual_tryon::Fit;

/// The cloth of trousers and where their legs are.
pub(super) struct Fabric<'a> {
    cloth: Canvas,
    legs: &'a Strips,
}

impl<'a> Fabric<'a> {
    /// The fabric of trousers in their photo.
    pub(super) fn of(colours: &Canvas, alpha: &Plane, legs: &'a Strips) -> Self {
        let rim = (alpha.w.max(alpha.h) as f32 * 0.006).max(1.0);
        Self {
            cloth: spread(colours, alpha, rim),
            legs,
        }
    }
}

/// The person in the new trousers.
pub(super) fn dress(
    photo: &Canvas,
    alpha: &Plane,
    worn: &Worn,
    body: &Body,
    fabric: &Fabric<'_>,
    fit: Fit,
) -> Result<Dressed, StudioError> {
    let old = legs::cut(&worn.mask, body)?;
    let scale = old.hips() / fabric.legs.hips().max(1.0);
    // Under a top that hangs over them the trousers begin higher than they are seen.
    let rise = scale * (fabric.legs.crotch - fabric.legs.top);
    let top = old.top.min(old.crotch - rise);
    let old = old.with_top(top);
    let room = match fit {
        Fit::Fitted => 0.0,
        Fit::Natural => 0.8,
        Fit::Loose => 1.0,
    };
    let new = old.widened(fabric.legs, scale, room);
    // Hands, shoes and the top stay in front of wider legs; the soft edge of the old ones does not.
    let near = grown(&worn.mask, photo.w.max(photo.h) as f32 * 0.004);
    let cover = Plane::from_fn(photo.w, photo.h, |x, y| {
        let m = worn.mask.at(x, y);
        let taken = (alpha.at(x, y) - near.at(x, y)).max(0.0);
        m.max(inside(&new, x as f32, y as f32) * (1.0 - taken))
    });
    let light = shade::read(photo, worn, &cover, body.width(), fit);
    Ok(lay::over(
        photo,
        alpha,
        cover,
        &light,
        &fabric.cloth,
        |x, y| {
            let seat = new.locate((x as f32, y as f32));
            fabric.legs.at(Seat {
                along: seat.along.clamp(0.0, 1.985),
                across: seat.across.clamp(0.02, 0.98),
                ..seat
            })
        },
    ))
}

/// How much of a pixel below the crotch lies on a leg.
fn inside(legs: &Strips, x: f32, y: f32) -> f32 {
    if y < legs.crotch {
        return 0.0;
    }
    let e = legs.edges(y);
    let on = |side: usize, from: f32, to: f32| {
        smoothstep(-0.7, 0.9, (x - from).min(to - x)) * smoothstep(1.0, -1.0, y - legs.hems[side])
    };
    on(0, e[0], e[1]).max(on(1, e[2], e[3]))
}
