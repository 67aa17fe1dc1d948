//! What lies over a worn top or under it: straps and bags, and open shirts and jackets.

use super::body::Body;
use super::mixture::{apart, median};
use crate::imaging::filter::{components, grown};
use crate::imaging::grid::{Canvas, Plane};

/// Squared Lab distance from which two cloths are two.
const TWO_CLOTHS: f32 = 330.0;

/// True if the middle of the torso shows another cloth than both its flanks over most of its height: a jacket or a
/// shirt that is worn open over something else.
pub(super) fn is_open(lab: &Canvas, region: &Plane, body: &Body) -> bool {
    let (top, hip) = (
        (body.shoulders[0].1 + body.shoulders[1].1) / 2.0,
        (body.hips[0].1 + body.hips[1].1) / 2.0,
    );
    let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
    let (mut open, mut rows) = (0_u32, 0_u32);
    for step in 0..40 {
        let t = 0.2 + 0.55 * step as f32 / 40.0;
        let y = mix(top, hip, t).max(0.0) as usize;
        let left = mix(body.shoulders[0].0, body.hips[0].0, t);
        let right = mix(body.shoulders[1].0, body.hips[1].0, t);
        let strip = |from: f32, to: f32| {
            let x = |share: f32| mix(left, right, share).max(0.0) as usize;
            let pixels: Vec<[f32; 3]> = (x(from)..x(to).min(lab.w))
                .filter(|x| y < lab.h && region.at(*x, y) > 0.5)
                .map(|x| lab.at(x, y))
                .collect();
            median(&pixels)
        };
        let found = (strip(0.42, 0.58), strip(0.1, 0.24), strip(0.76, 0.9));
        let (Some(middle), Some(l), Some(r)) = found else {
            continue;
        };
        rows += 1;
        let differs = apart(middle, l).min(apart(middle, r)) > TWO_CLOTHS;
        open += u32::from(differs && apart(l, r) < TWO_CLOTHS);
    }
    rows > 12 && open * 2 > rows
}

/// True if much of the person is seen above the middle of the region: without a face there, it is a back, a head
/// turned away, or the skirt of a dress that was taken for a top.
pub(super) fn hangs_low(region: &Plane, person: &Plane, body: &Body) -> bool {
    let width = body.width();
    let (left, right) = (body.neck.0 - 0.12 * width, body.neck.0 + 0.12 * width);
    let first = |plane: &Plane, x: usize| (0..plane.h).find(|y| plane.at(x, *y) > 0.5);
    let gaps: Vec<f32> = (left.max(0.0) as usize..(right.max(0.0) as usize).min(region.w))
        .filter_map(|x| Some(first(region, x)? as f32 - first(person, x)? as f32))
        .collect();
    gaps.iter().sum::<f32>() > 0.45 * width * gaps.len().max(1) as f32
}

/// The region without straps, lanyards and bags: what is not its fabric, long, and runs out over its edge. What lies
/// wholly inside is a print and stays.
pub(super) fn without_straps(lab: &Canvas, region: &Plane, plain: &Plane, width: f32) -> Plane {
    let inside: Vec<[f32; 3]> = (0..lab.px.len())
        .filter(|i| region.px[*i] > 0.5 && plain.px[*i] > 0.6)
        .map(|i| lab.px[i])
        .collect();
    let Some(main) = median(&inside) else {
        return region.clone();
    };
    let foreign = Plane::from_fn(lab.w, lab.h, |x, y| {
        f32::from(u8::from(
            region.at(x, y) > 0.5 && apart(lab.at(x, y), main) > 3.0 * TWO_CLOTHS,
        ))
    });
    let (labels, areas) = components(&foreign);
    let mut boxes = vec![[usize::MAX, usize::MAX, 0, 0]; areas.len()];
    let mut touching = vec![0_usize; areas.len()];
    let core = grown(region, -2.0);
    for y in 0..lab.h {
        for x in 0..lab.w {
            let label = labels[y * lab.w + x] as usize;
            if label == 0 {
                continue;
            }
            let b = &mut boxes[label];
            *b = [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)];
            touching[label] += usize::from(core.at(x, y) < 0.5);
        }
    }
    let total = region.px.iter().sum::<f32>();
    let strap: Vec<bool> = (0..areas.len())
        .map(|i| {
            let [x0, y0, x1, y1] = boxes[i];
            let long = i > 0 && ((x1 - x0) as f32).hypot((y1 - y0) as f32) > 0.45 * width;
            let thin = (areas[i] as f32) < 0.2 * total;
            long && thin && touching[i] >= 6
        })
        .collect();
    let over = Plane::from_fn(lab.w, lab.h, |x, y| {
        f32::from(u8::from(strap[labels[y * lab.w + x] as usize]))
    });
    let over = grown(&over, 1.0);
    Plane::from_fn(lab.w, lab.h, |x, y| region.at(x, y) * (1.0 - over.at(x, y)))
}
