//! The top or the trousers that a person wears in the photo: which pixels they cover, and which of them are plain fabric.

use super::StudioError;
use super::body::Body;
use super::layers;
use super::mixture::{Mixture, apart, clusters, median, nearest};
use super::{legs, skin, torso};
use crate::imaging::colour;
use crate::imaging::filter::{Guided, fill_holes, grown, keep_large, smoothstep};
use crate::imaging::grid::{Canvas, Grid, Plane};

/// Longest side at which the region is found.
const SIDE: usize = 360;

/// Which half of the body a garment is worn on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// From the shoulders to the hips.
    Upper,
    /// From the waist to the ankles.
    Lower,
}

/// What is worn there, at the size of the picture it was found in.
pub(super) struct Worn {
    /// Where it is, 0 to 1.
    pub(super) mask: Plane,
    /// Where it shows its main fabric: 0 on prints, straps and patches.
    pub(super) plain: Plane,
}

/// Where to look for it, in a small picture.
pub(super) struct Zone {
    /// Where it may be, 0 to 1.
    pub(super) prior: Plane,
    /// 1 where it surely is.
    pub(super) core: Plane,
}

/// A small picture of a person and what its colours mean.
pub(super) struct Looks {
    /// The picture in Lab.
    pub(super) lab: Canvas,
    /// Where the person is, 0 to 1.
    pub(super) person: Plane,
    /// How surely a pixel is skin, 0 to 1.
    pub(super) skin: Plane,
    /// Where the garment is looked for.
    pub(super) zone: Zone,
    /// The garment's colours.
    pub(super) cloth: Mixture,
}

/// Finds what is worn on a half of a body. `alpha` is the person's cut-out.
pub(super) fn find(
    picture: &Canvas,
    alpha: &Plane,
    body: &Body,
    half: Half,
) -> Result<Worn, StudioError> {
    let scale = SIDE as f32 / picture.w.max(picture.h) as f32;
    let (w, h) = (
        (picture.w as f32 * scale) as usize,
        (picture.h as f32 * scale) as usize,
    );
    let body = &body.scaled(scale);
    let zone = match half {
        Half::Upper => torso::zone(w, h, body),
        Half::Lower => legs::zone(w, h, body)?,
    };
    let lab = picture.resized(w, h).map(colour::lab);
    let looks = Looks::new(lab, alpha.resized(w, h), zone, body);
    if looks.cloth.is_empty() {
        return Err(StudioError::GarmentNotFound);
    }
    let fence = match half {
        Half::Upper => torso::above_hem(&looks.lab, &looks.cloth, body),
        Half::Lower => legs::below_top(&looks, body)?,
    };
    let region = looks.region(&fence);
    match half {
        Half::Upper => torso::refuse(&looks, &region, body)?,
        Half::Lower => legs::refuse(&looks, &region, body)?,
    }
    let plain = plain(&looks.lab, &region);
    let clean = match half {
        Half::Upper => layers::without_straps(&looks.lab, &region, &plain, body.width()),
        Half::Lower => region,
    };
    Ok(Worn {
        mask: sharpen(picture, &clean, alpha),
        plain: plain.resized(picture.w, picture.h),
    })
}

impl Looks {
    fn new(lab: Canvas, person: Plane, zone: Zone, body: &Body) -> Self {
        let skin = skin_plane(&lab, &zone.core, body);
        let cloth = cloth(&lab, &person, &skin, &zone.core);
        Self {
            lab,
            person,
            skin,
            zone,
            cloth,
        }
    }

    /// The region of the garment inside a fence (1 where it may be).
    fn region(&self, fence: &Plane) -> Plane {
        let (w, h) = (self.lab.w, self.lab.h);
        let other = self.other(fence);
        let guess = Plane::from_fn(w, h, |x, y| {
            let inside = self.person.at(x, y);
            if inside < 0.3 {
                return 0.0;
            }
            let c = self.lab.at(x, y);
            let (near, far) = (nearest(&self.cloth, c, 0.5), nearest(&other, c, 0.5));
            let p = self.zone.prior.at(x, y);
            let clothed = 1.0 - self.skin.at(x, y);
            // In the middle of where a garment belongs, what is not skin needs a good reason not to be it.
            let bias = 70.0 * p * clothed;
            let by_colour = 1.0 / (1.0 + ((near - far - bias) / 40.0).clamp(-20.0, 20.0).exp());
            let mixed = by_colour * (0.25 + 0.75 * clothed);
            ((mixed * 0.65 + 0.35 * p) * smoothstep(0.0, 0.25, p))
                .max(self.zone.core.at(x, y) * clothed * 0.92)
                * inside
                * fence.at(x, y)
        });
        let region = walk(&self.lab, &guess, &self.person);
        let fenced = |plane: &Plane| {
            Plane::from_fn(w, h, |x, y| {
                f32::from(u8::from(plane.at(x, y) > 0.5 && fence.at(x, y) > 0.4))
            })
        };
        let closed = fenced(&grown(&grown(&fenced(&region), 2.0), -2.0));
        fill_holes(&keep_large(&closed, 0.15), 0.004)
    }

    /// The colours of everything else on the person.
    fn other(&self, fence: &Plane) -> Mixture {
        let pixels = (0..self.lab.px.len())
            .filter(|i| {
                let elsewhere =
                    self.zone.prior.px[*i] < 0.12 || self.skin.px[*i] > 0.7 || fence.px[*i] < 0.1;
                self.person.px[*i] >= 0.6 && elsewhere
            })
            .map(|i| self.lab.px[i])
            .collect();
        let mut other = clusters(pixels, 8);
        // The background shines through at the rim: a colour of the garment itself is not evidence against it.
        if let Some((main, _)) = main_of(&self.cloth) {
            other.retain(|(c, s)| apart(*c, main) > 180.0 || *s > 0.4);
        }
        other
    }

    /// How much of the area where the garment surely is shows skin.
    pub(super) fn bare(&self) -> f32 {
        let (mut both, mut all) = (0.0_f32, 1e-3_f32);
        for (w, p) in self.zone.core.px.iter().zip(&self.skin.px) {
            both += w * p;
            all += w;
        }
        both / all
    }

    /// How much of the area where the garment surely is, as far as it is not skin, a region covers: little where arms,
    /// hair or a second garment lie over it, or where the body is turned.
    pub(super) fn coverage(&self, region: &Plane) -> f32 {
        let (mut covered, mut all) = (0.0_f32, 1e-3_f32);
        for i in 0..region.px.len() {
            let k = self.zone.core.px[i] * (1.0 - self.skin.px[i]) * self.person.px[i];
            covered += k * region.px[i];
            all += k;
        }
        covered / all
    }
}

/// The most common colour of a mixture with its share.
pub(super) fn main_of(mixture: &Mixture) -> Option<([f32; 3], f32)> {
    mixture.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))
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
    let chest: Vec<[f32; 3]> = (0..lab.px.len())
        .filter(|i| core.px[*i] > 0.5)
        .map(|i| lab.px[i])
        .collect();
    // A beige top is skin-like too: what is nearer to it than to the face is not skin.
    let rival = median(&chest).filter(|c| off_skin(*c, face) > 6.0);
    lab.map(|c| {
        let d = off_skin(c, face);
        let against = rival.map_or(1.0, |r| smoothstep(-4.0, 3.0, off_skin(c, r) - d));
        smoothstep(17.0, 8.0, d) * skin::likeness(c).max(0.4) * against
    })
}

/// Distance of two colours of skin, which keeps its hue when light falls unevenly on it.
pub(super) fn off_skin(a: [f32; 3], b: [f32; 3]) -> f32 {
    let d = [(a[0] - b[0]) * 0.3, a[1] - b[1], a[2] - b[2]];
    d.iter().map(|v| v * v).sum::<f32>().sqrt()
}

/// The usual colour of the face, if one is seen that looks like skin.
pub(super) fn face_colour(lab: &Canvas, body: &Body) -> Option<[f32; 3]> {
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

/// The colours of the top.
fn cloth(lab: &Canvas, person: &Plane, skin: &Plane, core: &Plane) -> Mixture {
    let pixels = (0..lab.px.len())
        .filter(|i| person.px[*i] >= 0.6 && core.px[*i] > 0.5 && skin.px[*i] < 0.55)
        .map(|i| lab.px[i])
        .collect();
    let mut found = clusters(pixels, 6);
    if let Some((main, share)) = main_of(&found) {
        // Prints, straps and whatever is held in front of the top are not its fabric.
        found.retain(|(c, s)| *s >= 0.5 * share || apart(*c, main) < 500.0);
    }
    found
}

/// Lets similar neighbours agree.
fn walk(lab: &Canvas, guess: &Plane, person: &Plane) -> Plane {
    const WAYS: [(i64, i64); 4] = [(-1, 0), (1, 0), (0, -1), (0, 1)];
    let alike = Grid::<[f32; 4]>::from_fn(lab.w, lab.h, |x, y| {
        let own = lab.at(x, y);
        WAYS.map(|(dx, dy)| {
            (-apart(own, lab.near(x as i64 + dx, y as i64 + dy)) / 24.0).exp() + 1e-3
        })
    });
    let mut answer = guess.clone();
    for _ in 0..50 {
        let old = answer.clone();
        answer.update(|x, y, _| {
            if person.at(x, y) < 0.3 {
                return 0.0;
            }
            let own = guess.at(x, y);
            let certain = (2.0 * own - 1.0).abs() * 0.35 + 0.04;
            let (mut sum, mut weight) = (own * certain, certain);
            for ((dx, dy), k) in WAYS.into_iter().zip(alike.at(x, y)) {
                sum += k * old.near(x as i64 + dx, y as i64 + dy);
                weight += k;
            }
            sum / weight
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
