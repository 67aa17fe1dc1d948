//! The top that a person wears in the photo: which pixels it covers, and which of them are plain fabric.

use super::StudioError;
use super::body::{Body, distance};
use super::garment::Point;
use super::hem::Hem;
use super::layers;
use super::mixture::{Mixture, apart, clusters, median, nearest};
use super::skin;
use crate::imaging::colour;
use crate::imaging::filter::{Guided, fill_holes, grown, keep_large, smoothstep};
use crate::imaging::grid::{Canvas, Plane};

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
    let body = &body.scaled(scale);
    let core = core(w, h, body);
    let skin = skin_plane(&lab, &core, body);
    let prior = prior(w, h, body);
    let cloth = cloth(&lab, &person, &skin, &core);
    if cloth.is_empty() {
        return Err(StudioError::GarmentNotFound);
    }
    let above = above_hem(&lab, &cloth, body);
    let other = other(&lab, &person, &skin, &prior, &above, &cloth);
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
            * above.at(x, y)
    });
    let region = walk(&lab, &guess, &person);
    let solid = Plane::from_fn(w, h, |x, y| {
        f32::from(u8::from(region.at(x, y) > 0.5 && above.at(x, y) > 0.4))
    });
    let closed = grown(&grown(&solid, 2.0), -2.0);
    let closed = Plane::from_fn(w, h, |x, y| {
        f32::from(u8::from(closed.at(x, y) > 0.5 && above.at(x, y) > 0.4))
    });
    let clean = fill_holes(&keep_large(&closed, 0.15), 0.004);
    refuse(&lab, &clean, &core, &skin, &person, body)?;
    let plain = plain(&lab, &clean);
    let clean = layers::without_straps(&lab, &clean, &plain, body.width());
    let mask = sharpen(picture, &clean, alpha);
    Ok(Worn {
        mask,
        plain: plain.resized(picture.w, picture.h),
    })
}

/// Says no where the region cannot be one plain top that is seen from the front.
fn refuse(
    lab: &Canvas,
    region: &Plane,
    core: &Plane,
    skin: &Plane,
    person: &Plane,
    body: &Body,
) -> Result<(), StudioError> {
    let bare = share_of(core, skin) > 0.3;
    let hidden = coverage(region, core, skin, person) < 0.72;
    let torso = body.width() * distance(body.shoulders[0], body.hips[0]);
    let small = region.px.iter().sum::<f32>() <= 0.35 * torso;
    let layered = layers::is_open(lab, region, body);
    let low = body.face.is_none() && layers::hangs_low(region, person, body);
    if bare || hidden || small || layered || low {
        return Err(StudioError::PoseUnsupported);
    }
    Ok(())
}

/// 1 above the hem and on the forearms, 0 below it.
fn above_hem(lab: &Canvas, cloth: &Mixture, body: &Body) -> Plane {
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

/// How skin-like each pixel is, judged by this person's face where there is one, and against the top's own colour.
fn skin_plane(lab: &Canvas, core: &Plane, body: &Body) -> Plane {
    let Some(face) = face_colour(lab, body) else {
        return lab.map(skin::likeness);
    };
    let off = |a: [f32; 3], b: [f32; 3]| {
        let d = [(a[0] - b[0]) * 0.3, a[1] - b[1], a[2] - b[2]];
        d.iter().map(|v| v * v).sum::<f32>().sqrt()
    };
    let chest: Vec<[f32; 3]> = (0..lab.px.len())
        .filter(|i| core.px[*i] > 0.5)
        .map(|i| lab.px[i])
        .collect();
    // A beige top is skin-like too: what is nearer to it than to the face is not skin.
    let rival = median(&chest).filter(|c| off(*c, face) > 6.0);
    lab.map(|c| {
        let d = off(c, face);
        let against = rival.map_or(1.0, |r| smoothstep(-4.0, 3.0, off(c, r) - d));
        smoothstep(17.0, 8.0, d) * skin::likeness(c).max(0.4) * against
    })
}

/// The usual colour of the face, if one is seen that looks like skin.
fn face_colour(lab: &Canvas, body: &Body) -> Option<[f32; 3]> {
    let face = body.face?;
    let (cx, cy) = face.centre();
    let r = face.width() * 0.28;
    let mut samples: Vec<[f32; 3]> = Vec::new();
    for i in -6..=6 {
        for j in -4..=6 {
            let (x, y) = (cx + r * i as f32 / 6.0, cy + r * j as f32 / 6.0);
            let c = lab.near(x as i64, y as i64);
            if skin::likeness(c) > 0.3 {
                samples.push(c);
            }
        }
    }
    if samples.len() < 12 {
        return None;
    }
    samples.sort_by(|a, b| a[0].total_cmp(&b[0]));
    Some(samples[samples.len() / 2])
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

fn to_segment(p: Point, a: Point, b: Point) -> f32 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let t = (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / (dx * dx + dy * dy).max(1e-6)).clamp(0.0, 1.0);
    distance(p, (a.0 + t * dx, a.1 + t * dy))
}

/// The colours of the top.
fn cloth(lab: &Canvas, person: &Plane, skin: &Plane, core: &Plane) -> Mixture {
    let pixels = (0..lab.px.len())
        .filter(|i| person.px[*i] >= 0.6 && core.px[*i] > 0.5 && skin.px[*i] < 0.55)
        .map(|i| lab.px[i])
        .collect();
    let mut found = clusters(pixels, 6);
    let main = found.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((main, share)) = main {
        // Prints, straps and whatever is held in front of the top are not its fabric.
        found.retain(|(c, s)| *s >= 0.5 * share || apart(*c, main) < 500.0);
    }
    found
}

/// The colours of everything else on the person.
fn other(
    lab: &Canvas,
    person: &Plane,
    skin: &Plane,
    prior: &Plane,
    above: &Plane,
    cloth: &Mixture,
) -> Mixture {
    let pixels = (0..lab.px.len())
        .filter(|i| {
            let elsewhere = prior.px[*i] < 0.12 || skin.px[*i] > 0.7 || above.px[*i] < 0.1;
            person.px[*i] >= 0.6 && elsewhere
        })
        .map(|i| lab.px[i])
        .collect();
    let mut other = clusters(pixels, 8);
    // The background shines through at the rim: a colour of the top itself is not evidence against it.
    let main = cloth.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((main, _)) = main {
        other.retain(|(c, s)| apart(*c, main) > 180.0 || *s > 0.4);
    }
    other
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
    let Some(main) = median(&inside) else {
        return mask.clone();
    };
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
