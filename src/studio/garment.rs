//! The shape of a garment in its photo: where its neck, shoulders, armpits and hem are, read off the silhouette.

use crate::imaging::grid::Plane;

/// A point, in pixels.
pub(super) type Point = (f32, f32);

/// A top that lies or hangs facing the camera, in pixels of the mask it was read from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Top {
    /// The collar's two outer ends, left then right in the picture.
    pub(super) neck: [Point; 2],
    /// The middle of the collar's front.
    pub(super) collar: Point,
    /// Where the shoulder seams end.
    pub(super) shoulders: [Point; 2],
    /// Where sleeves meet the body.
    pub(super) armpits: [Point; 2],
    /// The lower corners.
    pub(super) hem: [Point; 2],
}

/// The stretch of a row that holds `x`, ends included.
pub(super) fn run(mask: &Plane, x: usize, y: usize) -> Option<(usize, usize)> {
    if mask.at(x, y) <= 0.5 {
        return None;
    }
    let left = (0..=x).rev().take_while(|i| mask.at(*i, y) > 0.5).last()?;
    let right = (x..mask.w).take_while(|i| mask.at(*i, y) > 0.5).last()?;
    Some((left, right))
}

/// The first row of a column inside the mask.
fn top_of(mask: &Plane, x: f32) -> f32 {
    let x = (x.round().max(0.0) as usize).min(mask.w - 1);
    (0..mask.h)
        .find(|y| mask.at(x, *y) > 0.5)
        .unwrap_or(mask.h - 1) as f32
}

/// Reads a top off its silhouette; `None` if it does not look like one.
pub(super) fn read_top(mask: &Plane) -> Option<Top> {
    let [x0, y0, x1, y1] = mask.bounds(0.5)?;
    let (width, height) = ((x1 - x0) as f32, (y1 - y0) as f32);
    if height < 40.0 || !(0.55..2.1).contains(&(width / height)) {
        return None;
    }
    let cx = (x0 + x1) / 2;
    let row = |share: f32| y0 + (height * share) as usize;
    // The body's width is that of the lower rows, below the sleeves or between them if they hang beside it.
    let mut widths: Vec<(usize, usize)> = (row(0.5)..row(0.97))
        .filter_map(|y| run(mask, cx, y))
        .collect();
    if widths.len() < 6 {
        return None;
    }
    widths.sort_by_key(|(l, r)| r - l);
    let (left, right) = widths[widths.len() / 10];
    let body = (right - left) as f32;
    let middle = (left + right) / 2;
    let armpits = armpits(mask, (left, right), row(0.08)..row(0.8))?;
    let armpit_row = armpits[0].1.max(armpits[1].1) as usize;
    let hem_row = (armpit_row..y1)
        .rev()
        .find(|y| run(mask, middle, *y).is_some_and(|(l, r)| (r - l) as f32 > 0.7 * body))?;
    let (hl, hr) = run(mask, middle, hem_row)?;
    if ((hem_row - armpit_row) as f32) < 0.2 * height {
        return None;
    }
    let mid = middle as f32;
    let half = 0.47 * body;
    let shoulders = [
        (mid - half, top_of(mask, mid - half)),
        (mid + half, top_of(mask, mid + half)),
    ];
    let neck = neck(mask, mid, body, shoulders);
    let collar = (
        mid,
        top_of(mask, mid).max((neck[0].1 + neck[1].1) / 2.0) + 0.1 * body,
    );
    Some(Top {
        neck,
        collar,
        shoulders,
        armpits,
        hem: [(hl as f32, hem_row as f32), (hr as f32, hem_row as f32)],
    })
}

/// The middle of the front collar: the first strong edge below the back of the neck, where the inside of the back
/// ends and the front begins. Without one it is guessed from the width.
pub(super) fn collar(light: &Plane, mask: &Plane, top: &Top) -> Point {
    let body = top.armpits[1].0 - top.armpits[0].0;
    let mid = top.collar.0;
    let neck = (top.neck[0].1 + top.neck[1].1) / 2.0;
    let start = top_of(mask, mid).max(neck - 0.1 * body);
    // Under a hood the opening lies lower.
    let hood = neck - top_of(mask, mid) > 0.15 * body;
    let (from, to) = if hood { (0.0, 0.24) } else { (0.03, 0.2) };
    let k = (0.008 * body).round().max(1.0) as i64;
    let step = |y: f32| {
        let total: f32 = (-4..=4)
            .map(|i| {
                let x = (mid + i as f32 * 0.012 * body) as i64;
                let mean = |a: i64| (0..k).map(|j| light.near(x, a + j)).sum::<f32>() / k as f32;
                mean(y as i64 + 1) - mean(y as i64 - k)
            })
            .sum();
        (total / 9.0).abs()
    };
    let rows: Vec<(f32, f32)> = (0..)
        .map(|i| start + from * body + i as f32)
        .take_while(|y| *y < start + to * body && *y < light.h as f32)
        .map(|y| (y, step(y)))
        .collect();
    let most = rows.iter().map(|r| r.1).fold(0.0, f32::max);
    let first = rows.iter().position(|r| r.1 > 0.6 * most && most > 0.035);
    // The edge is the peak that this slope leads to.
    let peak = first.map(|i| {
        let end = (i + 2 * k as usize).min(rows.len());
        let best = (i..end).max_by(|a, b| rows[*a].1.total_cmp(&rows[*b].1));
        rows[best.unwrap_or(i)].0
    });
    (mid, peak.unwrap_or(start + 0.1 * body))
}

/// Going down from the sleeves, the first rows where nothing is left beside the body. A sleeve that lies against the
/// body all the way has no such row; its armpit is as high as the other one.
fn armpits(
    mask: &Plane,
    (left, right): (usize, usize),
    rows: std::ops::Range<usize>,
) -> Option<[Point; 2]> {
    let body = (right - left) as f32;
    let middle = (left + right) / 2;
    let side = |excess: &dyn Fn((usize, usize)) -> f32| {
        let mut wide = false;
        for y in rows.clone() {
            let Some(run) = run(mask, middle, y) else {
                continue;
            };
            let beside = excess(run) / body;
            wide |= beside > 0.11;
            if wide && beside < 0.06 {
                return Some(y as f32);
            }
        }
        None
    };
    let l = side(&|(l, _)| left as f32 - l as f32);
    let r = side(&|(_, r)| r as f32 - right as f32);
    let (l, r) = (l.or(r)?, r.or(l)?);
    // Both armpits are nearly level; the higher one is less likely to be a fold of the sleeve.
    let level = l.min(r) + 0.06 * body;
    Some([(left as f32, l.min(level)), (right as f32, r.min(level))])
}

/// The collar's ends: the highest points of the shoulder lines; under a hood, where the shoulders reach its sides.
fn neck(mask: &Plane, mid: f32, body: f32, shoulders: [Point; 2]) -> [Point; 2] {
    let side = |sign: f32, shoulder: Point| {
        let steps = 40;
        let mut best = (shoulder.0, shoulder.1);
        let mut last = shoulder.1;
        for i in 0..=steps {
            let x = mid + sign * body * (0.47 - 0.33 * i as f32 / steps as f32);
            let y = top_of(mask, x);
            // A steep jump is the side of a hood or of a standing collar, not a shoulder.
            if last - y > 0.055 * body {
                break;
            }
            if y < best.1 {
                best = (x, y);
            }
            last = y;
        }
        let x = if sign < 0.0 {
            best.0.clamp(mid - 0.3 * body, mid - 0.15 * body)
        } else {
            best.0.clamp(mid + 0.15 * body, mid + 0.3 * body)
        };
        (x, best.1)
    };
    [side(-1.0, shoulders[0]), side(1.0, shoulders[1])]
}
