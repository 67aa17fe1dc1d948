//! Try-on: the cut of the worn top is kept and its fabric replaced. The new fabric is bent onto the body and takes
//! the folds and the light of the old one; arms, hands and hair stay in front because they are not in the region.

use image::{DynamicImage, RgbImage, RgbaImage};

use super::body::{self, Body};
use super::garment::{self, Point, Top};
use super::stage::{Subject, shoulder};
use super::warp::{Spline, spread};
use super::worn::{self, Worn};
use super::{Photo, Shoot, StudioError};
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane, Value};
use crate::imaging::{colour, transform};
use crate::kinds::Role;
use crate::kinds::virtual_tryon::{Category, Fit, Settings};
use crate::matting;
use crate::vision::Vision;

/// Longest side in pixels at which the garment is fitted.
const WORK_SIDE: u32 = 1280;

/// Dresses the person of the first photo in the garment of the second.
pub(super) fn make(
    shoot: &Shoot<'_>,
    settings: Settings,
    vision: &Vision,
) -> Result<DynamicImage, StudioError> {
    match settings.category {
        Category::Auto | Category::Top => {}
        Category::Bottom | Category::Dress => return Err(StudioError::CategoryUnsupported),
    }
    let person = of(shoot, Role::Person).ok_or(StudioError::PersonNotFound)?;
    let garment = of(shoot, Role::Garment).ok_or(StudioError::GarmentNotFound)?;
    let full = transform::fitted(person.picture.dimensions(), shoot.size.0.max(shoot.size.1));
    let work = transform::fitted(full, WORK_SIDE);
    let picture = transform::resize(&person.picture, work.0, work.1);
    let cutout = cut_out(person, &picture, vision)?;
    let alpha = colour::alpha(&cutout);
    let body = body::find(&picture, &alpha, vision)?;
    let fabric = Fabric::of(garment)?;
    let photo = colour::canvas(&picture);
    let worn = worn::find(&photo, &alpha, &body)?;
    let dressed = dress(&photo, &alpha, &worn, &body, &fabric, settings.style)?;
    let made = colour::develop(&dressed);
    let made = transform::resize(&made, full.0, full.1);
    if shoot.backdrop.is_some() {
        let alpha = transform::resize_cutout(&cutout, full.0, full.1);
        return Ok(DynamicImage::ImageRgba8(with_alpha(&made, &alpha)));
    }
    Ok(DynamicImage::ImageRgb8(made))
}

fn of<'a>(shoot: &Shoot<'a>, role: Role) -> Option<&'a Photo> {
    shoot
        .photos
        .iter()
        .find(|(r, _)| *r == role)
        .map(|(_, photo)| photo)
}

/// The person's cut-out at the working size.
fn cut_out(person: &Photo, picture: &RgbImage, vision: &Vision) -> Result<RgbaImage, StudioError> {
    match &person.cutout {
        Some(cutout) => Ok(transform::resize_cutout(
            cutout,
            picture.width(),
            picture.height(),
        )),
        None => matting::cut_out_person(vision, picture).map_err(|_| StudioError::PersonNotFound),
    }
}

fn with_alpha(picture: &RgbImage, alpha: &RgbaImage) -> RgbaImage {
    RgbaImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b] = picture.get_pixel(x, y).0;
        image::Rgba([r, g, b, alpha.get_pixel(x, y)[3]])
    })
}

/// A garment's cloth and where its parts are.
struct Fabric {
    cloth: Canvas,
    top: Top,
}

impl Fabric {
    fn of(photo: &Photo) -> Result<Self, StudioError> {
        let subject = Subject::of(photo).map_err(|_| StudioError::GarmentNotFound)?;
        let (w, h) = transform::fitted(subject.cutout.dimensions(), 1024);
        let (colours, alpha) = colour::layer(&transform::resize_cutout(&subject.cutout, w, h));
        let top = garment::read_top(&alpha).ok_or(StudioError::GarmentNotFound)?;
        Ok(Self {
            cloth: spread(&colours, &alpha),
            top,
        })
    }
}

fn dress(
    photo: &Canvas,
    alpha: &Plane,
    worn: &Worn,
    body: &Body,
    fabric: &Fabric,
    fit: Fit,
) -> Result<Canvas, StudioError> {
    let target = target(&worn.mask, body).ok_or(StudioError::PoseUnsupported)?;
    let spline =
        Spline::through(&pairs(&target, &fabric.top)).ok_or(StudioError::PoseUnsupported)?;
    let shade = shading(photo, worn, body, fit);
    let edge = alpha.blurred(1.2);
    let made = Canvas::from_fn(photo.w, photo.h, |x, y| {
        let own = photo.at(x, y);
        let m = worn.mask.at(x, y);
        if m <= 0.002 {
            return own;
        }
        let (gx, gy) = spline.at((x as f32, y as f32));
        let gx = gx.clamp(0.0, fabric.cloth.w as f32 - 1.0);
        let gy = gy.clamp(0.0, fabric.cloth.h as f32 - 1.0);
        let cloth = fabric.cloth.sample(gx, gy).times(shade.at(x, y));
        // Cloth turns away from the camera at the silhouette.
        let turn = 0.86 + 0.14 * smoothstep(0.5, 1.0, edge.at(x, y));
        own.mix(shoulder(cloth.times(turn)), m)
    });
    Ok(reshape(made, &target, fit))
}

/// The worn top's key points, from its mask and the body.
fn target(mask: &Plane, body: &Body) -> Option<Top> {
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
    if hem_y - top_y < 0.5 * width {
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
            .take_while(|i| mask.sample(centre + sign * *i as f32, row as f32) > 0.4)
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

/// Pairs from the picture to the garment's photo: twelve points around and across the torso.
fn pairs(to: &Top, from: &Top) -> Vec<(Point, Point)> {
    let between = |a: Point, b: Point, t: f32| (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
    let mut pairs = Vec::new();
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

/// Light and folds of the worn top without its colour and prints: 1 is even light.
fn shading(photo: &Canvas, worn: &Worn, body: &Body, fit: Fit) -> Plane {
    let width = body.width();
    let light = photo.map(|c| colour::luminance(c).max(0.002).ln());
    let weight = Plane::from_fn(photo.w, photo.h, |x, y| {
        (worn.mask.at(x, y) * worn.plain.at(x, y)) + 1e-6 * worn.mask.at(x, y) + 1e-9
    });
    let average = |plane: &Plane, sigma: f32| {
        let sums = Plane::from_fn(plane.w, plane.h, |x, y| plane.at(x, y) * weight.at(x, y))
            .blurred(sigma);
        let weights = weight.blurred(sigma);
        Plane::from_fn(plane.w, plane.h, |x, y| {
            sums.at(x, y) / weights.at(x, y).max(1e-12)
        })
    };
    let (coarse, wide, near) = (
        average(&light, width * 0.5),
        average(&light, width * 0.07),
        average(&light, width * 0.012),
    );
    let trust = weight.blurred(width * 0.012);
    let fine = Plane::from_fn(photo.w, photo.h, |x, y| {
        wide.at(x, y)
            .mix(near.at(x, y), smoothstep(0.02, 0.3, trust.at(x, y)))
    });
    let level = {
        let (mut sum, mut total) = (0.0_f64, 1e-9_f64);
        for (l, k) in light.px.iter().zip(&weight.px) {
            sum += f64::from(l * k);
            total += f64::from(*k);
        }
        (sum / total) as f32
    };
    let strength = match fit {
        Fit::Natural => 0.85,
        Fit::Fitted => 0.7,
        Fit::Loose => 1.0,
    };
    Plane::from_fn(photo.w, photo.h, |x, y| {
        let plain = worn.plain.at(x, y);
        // On plain fabric the finest folds count too; over prints only the smoothed light around them.
        let detail = light.at(x, y) * plain + fine.at(x, y) * (1.0 - plain) - coarse.at(x, y);
        let broad = (coarse.at(x, y) - level).clamp(-0.5, 0.3);
        (strength * detail.clamp(-1.3, 0.6) + 0.7 * broad)
            .clamp(-1.6, 0.55)
            .exp()
    })
}

/// Draws the torso in or out: a fitted top is narrower, a loose one wider towards the hem.
fn reshape(made: Canvas, target: &Top, fit: Fit) -> Canvas {
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
