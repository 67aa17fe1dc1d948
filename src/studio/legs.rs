//! The lower half of a person: where trousers are to be looked for, whether what was found there are long trousers on
//! legs that stand beside each other, and how they are cut.

use super::StudioError;
use super::body::{Body, distance};
use super::garment::Point;
use super::hem::Hem;
use super::mixture::{apart, clusters};
use super::strips::Strips;
use super::torso::{self, to_segment};
use super::tube::between;
use super::worn::{Looks, Zone, face_colour, main_of, off_skin};
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::Plane;

/// Squared Lab distance from which a top and trousers are told apart by their colours alone.
const TWO_CLOTHS: f32 = 220.0;
/// Below this distance a part of the top is taken for trousers in spite of the edge between them.
const ONE_CLOTH: f32 = 165.0;

/// Distance from the face's colour below which trousers look like skin.
const LIKE_SKIN: f32 = 14.0;

/// Hip, knee and ankle of both legs, if they stand beside each other.
fn joints(body: &Body) -> Result<[[Point; 3]; 2], StudioError> {
    let [Some(left), Some(right)] = body.legs else {
        return Err(StudioError::LegsNotSeen);
    };
    let width = body.width();
    let legs = [
        [body.hips[0], left[0], left[1]],
        [body.hips[1], right[0], right[1]],
    ];
    let thigh = distance(legs[0][0], legs[0][1]).min(distance(legs[1][0], legs[1][1]));
    let crossed = (0..3).any(|i| legs[0][i].0 > legs[1][i].0 - 0.06 * width);
    // Sitting, kneeling, or one leg lifted far.
    let level = (legs[0][1].1 - legs[1][1].1).abs() < 0.3 * thigh;
    let upright = legs.iter().all(|[hip, knee, ankle]| {
        let steep = |a: &Point, b: &Point| b.1 - a.1 > 1.6 * (b.0 - a.0).abs();
        steep(hip, knee) && steep(knee, ankle)
    });
    if crossed || !level || !upright || thigh < 0.55 * width {
        return Err(StudioError::PoseUnsupported);
    }
    Ok(legs)
}

/// Where trousers may be and where they surely are, in a picture of this size.
pub(super) fn zone(w: usize, h: usize, body: &Body) -> Result<Zone, StudioError> {
    let legs = joints(body)?;
    let width = body.width();
    let hip = (legs[0][0].1 + legs[1][0].1) / 2.0;
    let prior = Plane::from_fn(w, h, |x, y| {
        let p = (x as f32, y as f32);
        let near = legs.iter().map(|[hip, knee, ankle]| {
            let thigh = smoothstep(0.44, 0.26, to_segment(p, *hip, *knee) / width);
            let shank = smoothstep(0.36, 0.2, to_segment(p, *knee, *ankle) / width);
            let length = distance(*knee, *ankle).max(1.0);
            thigh.max(shank) * smoothstep(0.3, 0.12, (p.1 - ankle.1) / length)
        });
        let below_waist = smoothstep(-0.62, -0.3, (p.1 - hip) / width);
        near.fold(0.0, f32::max) * below_waist
    });
    let core = Plane::from_fn(w, h, |x, y| {
        let p = (x as f32, y as f32);
        let on_thigh = legs.iter().any(|[hip, knee, _]| {
            let (from, to) = (between(*hip, *knee, 0.3), between(*hip, *knee, 0.9));
            to_segment(p, from, to) < 0.09 * width
        });
        f32::from(u8::from(on_thigh))
    });
    Ok(Zone { prior, core })
}

/// 1 below the hem of the top, 0 above it.
pub(super) fn below_top(looks: &Looks, body: &Body) -> Result<Plane, StudioError> {
    let (w, h) = (looks.lab.w, looks.lab.h);
    let chest = torso::zone(w, h, body).core;
    let pixels = (0..looks.lab.px.len())
        .filter(|i| chest.px[*i] > 0.5 && looks.person.px[*i] > 0.6 && looks.skin.px[*i] < 0.55)
        .map(|i| looks.lab.px[i])
        .collect();
    let top = clusters(pixels, 5);
    let width = body.width();
    let hip = (
        (body.hips[0].0 + body.hips[1].0) / 2.0,
        (body.hips[0].1 + body.hips[1].1) / 2.0,
    );
    let shoulder = (body.shoulders[0].1 + body.shoulders[1].1) / 2.0;
    let columns = [-1.0, 1.0].map(|sign| (hip.0 + sign * 0.26 * width).max(0.0) as usize);
    let rows = (
        (shoulder + 0.6 * (hip.1 - shoulder)).max(0.0) as usize,
        (hip.1 + 0.5 * width).max(0.0) as usize,
    );
    let (Some((upper, _)), Some((lower, _))) = (main_of(&top), main_of(&looks.cloth)) else {
        return Err(StudioError::GarmentNotFound);
    };
    let flap =
        |(colour, share): &([f32; 3], f32)| *share > 0.15 && apart(*colour, lower) < ONE_CLOTH;
    if top.iter().any(flap) {
        return Err(StudioError::PoseUnsupported);
    }
    let Some(hem) = Hem::find(&looks.lab, &top, (columns[0], columns[1]), rows) else {
        if apart(upper, lower) < TWO_CLOTHS {
            return Err(StudioError::PoseUnsupported);
        }
        return Ok(Plane::filled(w, h, 1.0));
    };
    let mut along: Vec<f32> = (columns[0]..columns[1]).map(|x| hem.at(x as f32)).collect();
    along.sort_unstable_by(f32::total_cmp);
    let level = along.get(along.len() / 2).copied().unwrap_or(hip.1);
    Ok(Plane::from_fn(w, h, |x, y| {
        let beside = (x as f32 - hip.0).abs() - 0.26 * width;
        // A hem rises towards the sides.
        let rise = (0.3 * beside.max(0.0)).min(0.1 * width);
        let row = hem
            .at(x as f32)
            .clamp(level - 0.1 * width, level + 0.1 * width)
            - rise;
        smoothstep(row - 1.5, row + 0.5, y as f32)
    }))
}

/// Says no where the region cannot be one pair of long trousers that nothing hides.
pub(super) fn refuse(looks: &Looks, region: &Plane, body: &Body) -> Result<(), StudioError> {
    let legs = joints(body)?;
    // Hands cannot be told from trousers of their colour.
    let skin = face_colour(&looks.lab, body).ok_or(StudioError::PoseUnsupported)?;
    let (main, _) = main_of(&looks.cloth).ok_or(StudioError::GarmentNotFound)?;
    if off_skin(main, skin) < LIKE_SKIN {
        return Err(StudioError::PoseUnsupported);
    }
    let hidden = looks.bare() > 0.3 || looks.coverage(region) < 0.75;
    if hidden || legs.iter().any(|leg| covered(region, leg) < 0.8) {
        return Err(StudioError::LegsNotSeen);
    }
    Ok(())
}

/// How much of the way from the knee towards the ankle, as far as it is in the picture, lies in the region.
fn covered(region: &Plane, [_, knee, ankle]: &[Point; 3]) -> f32 {
    let (mut inside, mut all) = (0_u32, 0_u32);
    for step in 0..40 {
        let p = between(*knee, *ankle, 0.8 * step as f32 / 40.0);
        if p.1 < region.h as f32 {
            all += 1;
            inside += u32::from(region.near(p.0 as i64, p.1 as i64) > 0.5);
        }
    }
    if all == 0 {
        0.0
    } else {
        inside as f32 / all as f32
    }
}

/// The cut of the worn trousers: their rows, from where they begin to be seen.
pub(super) fn cut(mask: &Plane, body: &Body) -> Result<Strips, StudioError> {
    let legs = joints(body)?;
    let [_, top, _, low] = mask.bounds(0.5).ok_or(StudioError::GarmentNotFound)?;
    let middle = |y: f32| {
        let at = |leg: &[Point; 3]| {
            let (a, b) = if y < leg[1].1 {
                (leg[0], leg[1])
            } else {
                (leg[1], leg[2])
            };
            let t = ((y - a.1) / (b.1 - a.1).max(1.0)).clamp(0.0, 1.3);
            between(a, b, t).0
        };
        (at(&legs[0]) + at(&legs[1])) / 2.0
    };
    let hip = (legs[0][0].1 + legs[1][0].1) / 2.0;
    let knee = (legs[0][1].1 + legs[1][1].1) / 2.0;
    // Where the background shows between the thighs, the crotch is at the upper end of it.
    let usual = hip + 0.22 * (knee - hip);
    let parted =
        |y: &usize| mask.at((middle(*y as f32).max(0.0) as usize).min(mask.w - 1), *y) < 0.5;
    let from = ((hip + 0.1 * (knee - hip)) as usize).max(top);
    let to = ((hip + 0.45 * (knee - hip)) as usize).clamp(from, mask.h);
    let crotch = (from..to).find(parted).map_or(usual, |y| y as f32);
    let crotch = crotch.max(top as f32 + 6.0);
    Strips::read(mask, top..low, crotch, &middle).ok_or(StudioError::PoseUnsupported)
}
