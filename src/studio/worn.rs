//! The top that a person wears in the photo: which pixels it covers, and which of them are plain fabric.

use super::StudioError;
use super::body::{Body, distance};
use super::garment::Point;
use super::skin;
use crate::imaging::colour;
use crate::imaging::filter::{Guided, fill_holes, grown, keep_large, smoothstep};
use crate::imaging::grid::{Canvas, Plane, Value};

/// Longest side at which the region is found.
const SIDE: usize = 360;

/// The worn top, at the size of the picture it was found in.
pub(super) struct Worn {
    /// Where the top is, 0 to 1.
    pub(super) mask: Plane,
    /// Where it shows its main fabric: 0 on prints, straps and patches.
    pub(super) plain: Plane,
}

/// Finds the top on a body. `alpha` is the person's cut-out.
pub(super) fn find(picture: &Canvas, alpha: &Plane, body: &Body) -> Result<Worn, StudioError> {
    let scale = SIDE as f32 / picture.w.max(picture.h) as f32;
    let (w, h) = (
        (picture.w as f32 * scale) as usize,
        (picture.h as f32 * scale) as usize,
    );
    let lab = picture.resized(w, h).map(colour::lab);
    let person = alpha.resized(w, h);
    let at = |p: Point| (p.0 * scale, p.1 * scale);
    let skin = skin_plane(&lab, body, scale);
    let prior = prior(w, h, body, at);
    let core = core(w, h, body, at);
    let (cloth, other) = models(&lab, &person, &skin, &prior, &core);
    if cloth.is_empty() {
        return Err(StudioError::GarmentNotFound);
    }
    let guess = Plane::from_fn(w, h, |x, y| {
        let inside = person.at(x, y);
        if inside < 0.3 {
            return 0.0;
        }
        let c = lab.at(x, y);
        let (near, far) = (nearest(&cloth, c, 0.5), nearest(&other, c, 0.5));
        let p = prior.at(x, y);
        // In the middle of where a top belongs, what is not skin needs a good reason not to be the top.
        let bias = 70.0 * p * (1.0 - skin.at(x, y));
        let by_colour = 1.0 / (1.0 + ((near - far - bias) / 40.0).clamp(-20.0, 20.0).exp());
        let strong = core.at(x, y);
        let mixed = by_colour * (1.0 - 0.75 * skin.at(x, y));
        ((mixed * 0.65 + 0.35 * p) * smoothstep(0.0, 0.25, p))
            .max(strong * (1.0 - skin.at(x, y)) * 0.92)
            * inside
    });
    let region = walk(&lab, &guess, &person);
    let solid = region.map(|v| f32::from(u8::from(v > 0.5)));
    let closed = grown(&grown(&solid, 2.0), -2.0);
    let clean = fill_holes(
        &keep_large(&closed.map(|v| f32::from(u8::from(v > 0.5))), 0.15),
        0.004,
    );
    if share_of(&core, &skin) > 0.3 || coverage(&clean, &core, &skin, &person) < 0.72 {
        return Err(StudioError::PoseUnsupported);
    }
    let share = clean.px.iter().sum::<f32>() / (w * h) as f32;
    let torso = body.width() * scale * distance(body.shoulders[0], body.hips[0]) * scale;
    if share * (w * h) as f32 <= 0.35 * torso {
        return Err(StudioError::PoseUnsupported);
    }
    let mask = sharpen(picture, &clean, alpha);
    let plain = plain(&lab, &clean).resized(picture.w, picture.h);
    Ok(Worn { mask, plain })
}

/// How much of the area of `whole` is also in `part`.
fn share_of(whole: &Plane, part: &Plane) -> f32 {
    let (mut both, mut all) = (0.0_f32, 1e-3_f32);
    for (w, p) in whole.px.iter().zip(&part.px) {
        both += w * p;
        all += w;
    }
    both / all
}

/// How much of the middle of the torso, as far as it is not skin, the region covers: little where arms, hair or a
/// second garment lie over the top, or where the body is turned.
fn coverage(region: &Plane, core: &Plane, skin: &Plane, person: &Plane) -> f32 {
    let (mut covered, mut all) = (0.0_f32, 1e-3_f32);
    for i in 0..region.px.len() {
        let k = core.px[i] * (1.0 - skin.px[i]) * person.px[i];
        covered += k * region.px[i];
        all += k;
    }
    covered / all
}

/// Snaps the small mask to the picture's edges.
fn sharpen(picture: &Canvas, small: &Plane, alpha: &Plane) -> Plane {
    let side = picture.w.max(picture.h);
    let k = (720.0 / side as f32).min(1.0);
    let (w, h) = (
        (picture.w as f32 * k) as usize,
        (picture.h as f32 * k) as usize,
    );
    let guide = picture.resized(w, h).map(|c| c.map(|v| v.max(0.0).sqrt()));
    let rough = small.resized(w, h);
    let large = picture.map(|c| c.map(|v| v.max(0.0).sqrt()));
    let fitted = Guided::fit(&guide, &rough, 5, 3e-4).apply(&large);
    let band = small.blurred(1.6);
    Plane::from_fn(picture.w, picture.h, |x, y| {
        let (u, v) = (
            (x as f32 + 0.5) / picture.w as f32,
            (y as f32 + 0.5) / picture.h as f32,
        );
        let b = band.sample_unit(u, v);
        let a = smoothstep(0.15, 0.75, fitted.at(x, y));
        let a = if b > 0.97 {
            1.0
        } else {
            a * smoothstep(0.04, 0.3, b)
        };
        // At the silhouette the person's own edge is the better one.
        a.min(1.0) * smoothstep(0.02, 0.5, alpha.at(x, y))
    })
}

/// How skin-like each pixel is, judged by this person's face where there is one.
fn skin_plane(lab: &Canvas, body: &Body, scale: f32) -> Plane {
    let Some(face) = body.face else {
        return lab.map(skin::likeness);
    };
    let (cx, cy) = face.centre();
    let r = face.width() * 0.28;
    let mut samples: Vec<[f32; 3]> = Vec::new();
    for i in -6..=6 {
        for j in -4..=6 {
            let (x, y) = (
                (cx + r * i as f32 / 6.0) * scale,
                (cy + r * j as f32 / 6.0) * scale,
            );
            let c = lab.near(x as i64, y as i64);
            if skin::likeness(c) > 0.3 {
                samples.push(c);
            }
        }
    }
    if samples.len() < 12 {
        return lab.map(skin::likeness);
    }
    samples.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let middle = samples[samples.len() / 2];
    lab.map(|c| {
        let d = [(c[0] - middle[0]) * 0.3, c[1] - middle[1], c[2] - middle[2]];
        let distance = d.iter().map(|v| v * v).sum::<f32>().sqrt();
        smoothstep(17.0, 8.0, distance) * skin::likeness(c).max(0.4)
    })
}

/// Where a top may be: torso and arms with some room, not the head, not below the hips.
fn prior(w: usize, h: usize, body: &Body, at: impl Fn(Point) -> Point + Sync) -> Plane {
    let (sl, sr) = (at(body.shoulders[0]), at(body.shoulders[1]));
    let (hl, hr) = (at(body.hips[0]), at(body.hips[1]));
    let width = distance(sl, sr);
    let neck = at(body.neck);
    let head = body
        .face
        .map(|f| (at(f.centre()), f.width() * width / body.width()));
    let limbs: Vec<(Point, Point)> = [0, 1]
        .iter()
        .filter_map(|i| {
            let arm = body.arms[*i]?;
            Some([
                (at(body.shoulders[*i]), at(arm[0])),
                (at(arm[0]), at(arm[1])),
            ])
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
            * smoothstep(0.14, 0.0, above)
            * smoothstep(0.62, 0.2, below);
        let arm = limbs
            .iter()
            .map(|(a, b)| smoothstep(0.3, 0.16, to_segment(p, *a, *b) / width))
            .fold(0.0_f32, f32::max);
        let face = head.map_or(1.0, |(c, fw)| {
            smoothstep(0.62, 0.85, distance(p, c) / fw.max(1.0))
        });
        torso.max(arm) * face
    })
}

/// Where a top surely is: the middle of the torso.
fn core(w: usize, h: usize, body: &Body, at: impl Fn(Point) -> Point + Sync) -> Plane {
    let (sl, sr) = (at(body.shoulders[0]), at(body.shoulders[1]));
    let (hl, hr) = (at(body.hips[0]), at(body.hips[1]));
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

fn to_segment(p: Point, a: Point, b: Point) -> f32 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let t = (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / (dx * dx + dy * dy).max(1e-6)).clamp(0.0, 1.0);
    distance(p, (a.0 + t * dx, a.1 + t * dy))
}

type Mixture = Vec<([f32; 3], f32)>;

/// The colours of the top and of everything else on the person.
fn models(
    lab: &Canvas,
    person: &Plane,
    skin: &Plane,
    prior: &Plane,
    core: &Plane,
) -> (Mixture, Mixture) {
    let (mut cloth, mut other) = (Vec::new(), Vec::new());
    for i in 0..lab.px.len() {
        if person.px[i] < 0.6 {
            continue;
        }
        if core.px[i] > 0.5 && skin.px[i] < 0.55 {
            cloth.push(lab.px[i]);
        } else if prior.px[i] < 0.12 || skin.px[i] > 0.7 {
            other.push(lab.px[i]);
        }
    }
    let mut found = clusters(cloth, 6);
    let main = found.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((main, share)) = main {
        // Prints, straps and whatever is held in front of the top are not its fabric.
        found.retain(|(c, s)| *s >= 0.5 * share || apart(*c, main) < 500.0);
    }
    // The background shines through at the rim: a colour of the top itself is not evidence against it.
    let mut other = clusters(other, 8);
    if let Some((main, _)) = main {
        other.retain(|(c, s)| apart(*c, main) > 180.0 || *s > 0.4);
    }
    (found, other)
}

fn clusters(mut pixels: Vec<[f32; 3]>, count: usize) -> Mixture {
    if pixels.len() < count * 2 {
        return Vec::new();
    }
    pixels.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut centres: Vec<[f32; 3]> = (0..count)
        .map(|i| pixels[(pixels.len() - 1) * (2 * i + 1) / (2 * count)])
        .collect();
    let mut shares = vec![0.0_f32; count];
    for _ in 0..10 {
        let mut sums = vec![([0.0_f32; 3], 0.0_f32); count];
        for c in &pixels {
            let best = centres
                .iter()
                .enumerate()
                .min_by(|a, b| apart(*a.1, *c).total_cmp(&apart(*b.1, *c)));
            let i = best.map_or(0, |(i, _)| i);
            sums[i].0 = sums[i].0.plus(*c);
            sums[i].1 += 1.0;
        }
        for (i, (sum, n)) in sums.into_iter().enumerate() {
            shares[i] = n / pixels.len() as f32;
            if n > 0.0 {
                centres[i] = sum.times(1.0 / n);
            }
        }
    }
    centres
        .into_iter()
        .zip(shares)
        .filter(|(_, s)| *s > 0.02)
        .collect()
}

fn apart(a: [f32; 3], b: [f32; 3]) -> f32 {
    let d = [(a[0] - b[0]) * 0.6, a[1] - b[1], a[2] - b[2]];
    d.iter().map(|v| v * v).sum()
}

/// Squared distance to the nearest colour of a mixture; rare colours count as further away.
fn nearest(mixture: &Mixture, c: [f32; 3], rarity: f32) -> f32 {
    let far = mixture
        .iter()
        .map(|(m, share)| apart(*m, c) - 60.0 * rarity * share.max(0.02).ln() / 4.0);
    far.fold(4000.0, f32::min)
}

/// Lets similar neighbours agree.
fn walk(lab: &Canvas, guess: &Plane, person: &Plane) -> Plane {
    let mut answer = guess.clone();
    for _ in 0..50 {
        let old = answer.clone();
        answer.update(|x, y, _| {
            let own = lab.at(x, y);
            let certain = (2.0 * guess.at(x, y) - 1.0).abs() * 0.35 + 0.04;
            let (mut sum, mut weight) = (guess.at(x, y) * certain, certain);
            for (dx, dy) in [(-1_i64, 0_i64), (1, 0), (0, -1), (0, 1)] {
                let (px, py) = (x as i64 + dx, y as i64 + dy);
                let k = (-apart(own, lab.near(px, py)) / 24.0).exp() + 1e-3;
                sum += k * old.near(px, py);
                weight += k;
            }
            if person.at(x, y) < 0.3 {
                0.0
            } else {
                sum / weight
            }
        });
    }
    answer
}

/// 1 where the top shows its most common colours, whatever their lightness; 0 on prints and patches.
fn plain(lab: &Canvas, mask: &Plane) -> Plane {
    let inside: Vec<[f32; 3]> = lab
        .px
        .iter()
        .zip(&mask.px)
        .filter(|(_, m)| **m > 0.5)
        .map(|(c, _)| *c)
        .collect();
    if inside.is_empty() {
        return mask.clone();
    }
    let median = |i: usize| {
        let mut values: Vec<f32> = inside.iter().map(|c| c[i]).collect();
        values.sort_unstable_by(f32::total_cmp);
        values[values.len() / 2]
    };
    let main = [median(0), median(1), median(2)];
    let raw = Plane::from_fn(lab.w, lab.h, |x, y| {
        let c = lab.at(x, y);
        // Shadows lose chroma along with lightness, so the main chroma is scaled with it.
        let k = (c[0] / main[0].max(8.0)).clamp(0.3, 1.4);
        let off = (c[1] - main[1] * k).hypot(c[2] - main[2] * k);
        let light = (c[0] - main[0]).abs();
        smoothstep(26.0, 13.0, off) * smoothstep(58.0, 38.0, light) * mask.at(x, y)
    });
    grown(&raw, -1.0)
}
