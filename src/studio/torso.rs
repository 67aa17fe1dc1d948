//! Where a worn top is to be looked for on a body, and whether what was found there is one.

use super::StudioError;
use super::body::{Body, distance};
use super::garment::Point;
use super::hem::Hem;
use super::layers;
use super::mixture::Mixture;
use super::worn::{Looks, Zone};
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane};

/// The zone of a top in a picture of this size.
pub(super) fn zone(w: usize, h: usize, body: &Body) -> Zone {
    Zone {
        prior: prior(w, h, body),
        core: core(w, h, body),
    }
}

/// Says no where the region cannot be one plain top that is seen from the front.
pub(super) fn refuse(looks: &Looks, region: &Plane, body: &Body) -> Result<(), StudioError> {
    let torso = body.width() * distance(body.shoulders[0], body.hips[0]);
    let small = region.px.iter().sum::<f32>() <= 0.35 * torso;
    let layered = layers::is_open(&looks.lab, region, body);
    let low = body.face.is_none() && layers::hangs_low(region, &looks.person, body);
    if looks.bare() > 0.3 || looks.coverage(region) < 0.72 || small || layered || low {
        return Err(StudioError::PoseUnsupported);
    }
    Ok(())
}

/// 1 above the hem and on the forearms, 0 below it.
pub(super) fn above_hem(lab: &Canvas, cloth: &Mixture, body: &Body) -> Plane {
    let width = body.width();
    let middle = (body.hips[0].0 + body.hips[1].0) / 2.0;
    let (top, hip) = (
        (body.shoulders[0].1 + body.shoulders[1].1) / 2.0,
        (body.hips[0].1 + body.hips[1].1) / 2.0,
    );
    let columns = |sign: f32| (middle + sign * 0.36 * width).max(0.0) as usize;
    let rows = (
        (top + 0.68 * (hip - top)).max(0.0) as usize,
        (hip + 0.55 * width).max(0.0) as usize,
    );
    let Some(hem) = Hem::find(lab, cloth, (columns(-1.0), columns(1.0)), rows) else {
        return Plane::filled(lab.w, lab.h, 1.0);
    };
    let forearms: Vec<[Point; 2]> = body.arms.iter().copied().flatten().collect();
    Plane::from_fn(lab.w, lab.h, |x, y| {
        let p = (x as f32, y as f32);
        let beside = (p.0 - middle).abs() > 0.42 * width
            && forearms
                .iter()
                .any(|[elbow, wrist]| to_segment(p, *elbow, *wrist) < 0.13 * width);
        if beside {
            1.0
        } else {
            let row = hem.at(p.0);
            smoothstep(row + 1.5, row - 0.5, p.1)
        }
    })
}

/// Where a top may be: torso and arms with some room, not the head, not below the hips.
fn prior(w: usize, h: usize, body: &Body) -> Plane {
    let [sl, sr] = body.shoulders;
    let [hl, hr] = body.hips;
    let width = distance(sl, sr);
    let neck = body.neck;
    let head = body.face.map(|f| (f.centre(), f.width()));
    let limbs: Vec<(Point, Point)> = [0, 1]
        .iter()
        .filter_map(|i| {
            let arm = body.arms[*i]?;
            Some([(body.shoulders[*i], arm[0]), (arm[0], arm[1])])
        })
        .flatten()
        .collect();
    Plane::from_fn(w, h, |x, y| {
        let p = (x as f32, y as f32);
        let t =
            ((p.1 - sl.1.min(sr.1)) / (hl.1.max(hr.1) - sl.1.min(sr.1)).max(1.0)).clamp(-0.5, 1.5);
        let edge = |a: Point, b: Point| a.0 + (b.0 - a.0) * t.clamp(0.0, 1.0);
        let (left, right) = (edge(sl, hl), edge(sr, hr));
        let outside = (left - p.0).max(p.0 - right).max(0.0) / width;
        let above = (neck.1 - p.1).max(0.0) / width;
        let below = (p.1 - hl.1.max(hr.1)).max(0.0) / width;
        // Sleeves are looked for beside the chest unless the arms are known.
        let wide = if limbs.is_empty() {
            smoothstep(0.9, 0.5, t) * 0.4
        } else {
            0.0
        };
        let torso = smoothstep(0.6 + wide, 0.22 + wide, outside)
            * smoothstep(0.3, 0.06, above)
            * smoothstep(0.62, 0.2, below);
        let arm = limbs
            .iter()
            .map(|(a, b)| smoothstep(0.3, 0.16, to_segment(p, *a, *b) / width))
            .fold(0.0_f32, f32::max);
        let face = head.map_or(1.0, |(c, fw)| {
            smoothstep(0.58, 0.74, distance(p, c) / fw.max(1.0))
        });
        torso.max(arm) * face
    })
}

/// Where a top surely is: the middle of the torso.
fn core(w: usize, h: usize, body: &Body) -> Plane {
    let [sl, sr] = body.shoulders;
    let [hl, hr] = body.hips;
    let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
    Plane::from_fn(w, h, |x, y| {
        let top = (sl.1 + sr.1) / 2.0;
        let t = (y as f32 - top) / ((hl.1 + hr.1) / 2.0 - top).max(1.0);
        if !(0.14..0.72).contains(&t) {
            return 0.0;
        }
        let (left, right) = (mix(sl.0, hl.0, t), mix(sr.0, hr.0, t));
        let across = (x as f32 - left) / (right - left).max(1.0);
        f32::from(u8::from((0.14..0.86).contains(&across)))
    })
}

pub(super) fn to_segment(p: Point, a: Point, b: Point) -> f32 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let t = (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / (dx * dx + dy * dy).max(1e-6)).clamp(0.0, 1.0);
    distance(p, (a.0 + t * dx, a.1 + t * dy))
}
