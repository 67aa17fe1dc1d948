//! How a garment's photo is laid onto the worn top: key points of both, and the torso drawn in or out.

use super::body::Body;
use super::garment::{Point, Top};
use super::tube::between;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane};
use crate::kinds::virtual_tryon::Fit;

/// The worn top's key points, from its mask and the body.
/// `torso` is the mask without the arms.
pub(super) fn target(torso: &Plane, mask: &Plane, body: &Body) -> Option<Top> {
    let width = body.width();
    let [sl, sr] = body.shoulders;
    let mid = (sl.0 + sr.0) / 2.0;
    let column_top = |x: f32, from: f32| {
        let x = (x.max(0.0) as usize).min(mask.w - 1);
        let from = (from.max(0.0) as usize).min(mask.h - 1);
        (from..mask.h)
            .find(|y| mask.at(x, *y) > 0.5)
            .map(|y| y as f32)
    };
    let above = sl.1.min(sr.1) - 0.45 * width;
    let shoulder = |p: Point, sign: f32| {
        let x = p.0 + sign * 0.04 * width;
        Some((x, column_top(x, above)?.min(p.1 + 0.1 * width)))
    };
    let shoulders = [shoulder(sl, -1.0)?, shoulder(sr, 1.0)?];
    let neck_x = 0.23 * width;
    let neck = [-1.0_f32, 1.0].map(|sign| {
        let x = mid + sign * neck_x;
        (x, column_top(x, above).unwrap_or(sl.1 - 0.1 * width))
    });
    let collar = (mid, column_top(mid, above)?);
    let hem_y = hem(mask, mid, width)?;
    let top_y = (sl.1 + sr.1) / 2.0;
    // A dress is no top, and neither is what ends above the waist.
    if !(0.5 * width..2.0 * width).contains(&(hem_y - top_y)) {
        return None;
    }
    let hip_mid = (body.hips[0].0 + body.hips[1].0) / 2.0;
    let drift =
        (hip_mid - mid) * ((hem_y - top_y) / (body.hips[0].1 - top_y).max(1.0)).clamp(0.0, 1.2);
    let armpit_y = (top_y + 0.42 * width).min(top_y + 0.4 * (hem_y - top_y));
    // The sides are those of the cloth and not of the body, so that a loose top gets all of the new fabric.
    let side = |y: f32, sign: f32| {
        let row = (y.max(0.0) as usize).min(mask.h - 1);
        let centre = mid + drift * ((y - top_y) / (hem_y - top_y)).clamp(0.0, 1.0);
        let steps = (0.85 * width) as usize;
        let reach = (0..steps)
            .take_while(|i| torso.sample(centre + sign * *i as f32, row as f32) > 0.4)
            .count();
        centre + sign * (reach as f32).clamp(0.42 * width, 0.78 * width)
    };
    let below = armpit_y + 0.35 * (hem_y - armpit_y);
    let low = hem_y - 0.06 * (hem_y - armpit_y);
    let armpits = [-1.0, 1.0].map(|sign| (side(below, sign), armpit_y));
    let hem = [-1.0, 1.0].map(|sign| (side(low, sign), hem_y));
    Some(Top {
        neck,
        collar,
        shoulders,
        armpits,
        hem,
    })
}

/// The lower edge: where 97 of 100 pixels of the middle of the top lie above.
fn hem(mask: &Plane, mid: f32, width: f32) -> Option<f32> {
    let x0 = (mid - 0.4 * width).max(0.0) as usize;
    let x1 = ((mid + 0.4 * width) as usize).min(mask.w);
    let mut rows: Vec<usize> = Vec::new();
    for y in 0..mask.h {
        let n = (x0..x1).filter(|x| mask.at(*x, y) > 0.5).count();
        rows.extend(std::iter::repeat_n(y, n));
    }
    if rows.len() < 64 {
        return None;
    }
    Some(rows[(rows.len() - 1) * 97 / 100] as f32)
}

/// Pairs from the picture to the garment's photo: thirteen points around and across the torso.
pub(super) fn pairs(to: &Top, from: &Top) -> Vec<(Point, Point)> {
    let mut pairs = vec![(to.collar, from.collar)];
    for i in 0..2 {
        // The new collar's sides lie just outside the old neckline, which stays.
        let inwards = 0.03 * (from.armpits[1 - i].0 - from.armpits[i].0);
        pairs.push((
            to.neck[i],
            (from.neck[i].0 - inwards, from.neck[i].1 + inwards.abs()),
        ));
        pairs.push((to.shoulders[i], from.shoulders[i]));
        pairs.push((to.armpits[i], from.armpits[i]));
        pairs.push((to.hem[i], from.hem[i]));
        pairs.push((
            between(to.armpits[i], to.hem[i], 0.5),
            between(from.armpits[i], from.hem[i], 0.5),
        ));
    }
    pairs.push((
        between(to.armpits[0], to.armpits[1], 0.5),
        between(from.armpits[0], from.armpits[1], 0.5),
    ));
    pairs.push((
        between(to.hem[0], to.hem[1], 0.5),
        between(from.hem[0], from.hem[1], 0.5),
    ));
    pairs
}

/// Draws the torso in or out: a fitted top is narrower, a loose one wider towards the hem.
pub(super) fn reshape(made: Canvas, target: &Top, fit: Fit) -> Canvas {
    let amount = match fit {
        Fit::Natural => return made,
        Fit::Fitted => -0.07,
        Fit::Loose => 0.075,
    };
    let mid = (target.hem[0].0 + target.hem[1].0) / 2.0;
    let half = (target.hem[1].0 - target.hem[0].0) / 2.0;
    let (top, hem) = (target.armpits[0].1, target.hem[0].1);
    let tall = (hem - top).max(1.0);
    Canvas::from_fn(made.w, made.h, |x, y| {
        let (fx, fy) = (x as f32, y as f32);
        let t = (fy - top) / tall;
        let vertical = if fit == Fit::Fitted {
            smoothstep(-0.1, 0.45, t) * smoothstep(1.25, 0.7, t)
        } else {
            smoothstep(-0.05, 0.9, t) * smoothstep(1.3, 1.0, t)
        };
        let across = (fx - mid) / half;
        // The pull is strongest at the sides and gone one half width further out.
        let pull = across * (1.0 - smoothstep(1.0, 2.1, across.abs()));
        made.sample(fx - amount * half * pull * vertical, fy)
    })
}
