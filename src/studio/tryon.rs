//! Try-on: the cut of the worn top is kept and its fabric replaced. The new fabric is bent onto the body and takes
//! the folds and the light of the old one; arms, hands and hair stay in front because they are not in the region. A
//! long sleeve is laid over a bare arm; a short one over a long sleeve leaves the rest of the old sleeve to be seen.

use image::{DynamicImage, RgbImage, RgbaImage};

use super::body::{self, Body};
use super::fit::{self, reshape};
use super::garment::{self, Top};
use super::shade;
use super::sleeve::{Lying, Sleeve};
use super::stage::{Subject, shoulder};
use super::tube::Tube;
use super::warp::{Spline, spread};
use super::worn::{self, Worn};
use super::{Photo, Shoot, StudioError};
use crate::imaging::filter::{grown, smoothstep};
use crate::imaging::grid::{Canvas, Grid, Plane, Value};
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

/// Longest side in pixels at which a try-on is rehearsed.
const REHEARSAL_SIDE: u32 = 640;

/// Finds out whether the person can be dressed, without a garment and without making a picture.
pub(super) fn rehearse(person: &RgbImage, vision: &Vision) -> Result<(), StudioError> {
    let picture = transform::shrink(person, REHEARSAL_SIDE);
    let cutout =
        matting::cut_out_person(vision, &picture).map_err(|_| StudioError::PersonNotFound)?;
    let alpha = colour::alpha(&cutout);
    let body = body::find(&picture, &alpha, vision)?;
    worn::find(&colour::canvas(&picture), &alpha, &body).map(|_| ())
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
    sleeves: [Option<Tube>; 2],
}

impl Fabric {
    fn of(photo: &Photo) -> Result<Self, StudioError> {
        let subject = Subject::of(photo).map_err(|_| StudioError::GarmentNotFound)?;
        let (w, h) = transform::fitted(subject.cutout.dimensions(), 1024);
        let (colours, alpha) = colour::layer(&transform::resize_cutout(&subject.cutout, w, h));
        let mut top = garment::read_top(&alpha).ok_or(StudioError::GarmentNotFound)?;
        top.collar = garment::collar(&colour::lightness(&colours), &alpha, &top);
        let rim = (w.max(h) as f32 * 0.005).max(1.0);
        let middle = (top.armpits[0].0 + top.armpits[1].0) / 2.0;
        let [left, right] = [0, 1].map(|side| Tube::of_sleeve(&alpha, &top, side));
        // A folded sleeve is taken to be as the other one.
        let mirrored = |tube: &Option<Tube>| tube.as_ref().map(|t| t.mirrored(middle));
        let sleeves = [
            left.clone().or_else(|| mirrored(&right)),
            right.or_else(|| mirrored(&left)),
        ];
        Ok(Self {
            cloth: spread(&colours, &alpha, rim),
            sleeves,
            top,
        })
    }

    /// Width of its body in pixels.
    fn width(&self) -> f32 {
        self.top.armpits[1].0 - self.top.armpits[0].0
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
    let (w, h) = (photo.w, photo.h);
    let arms = body::arms(body, &worn.mask, alpha);
    let sleeves: Vec<Sleeve> = (0..2)
        .filter_map(|side| {
            let arm = Tube::of_arm(alpha, arms[side].as_ref()?, body.width());
            let cloth = fabric.sleeves[side].clone()?;
            let (to, from) = (body.width(), fabric.width());
            Some(Sleeve::plan(arm, cloth, &worn.mask, to, from))
        })
        .collect();
    let lying: Vec<Grid<Lying>> = sleeves.iter().map(|s| s.lie(w, h)).collect();
    let torso = Plane::from_fn(w, h, |x, y| {
        let on_arms = lying.iter().map(|l| l.at(x, y).weight());
        worn.mask.at(x, y) * (1.0 - on_arms.fold(0.0, f32::max))
    });
    let target = fit::target(&torso, &worn.mask, body).ok_or(StudioError::PoseUnsupported)?;
    let spline =
        Spline::through(&fit::pairs(&target, &fabric.top)).ok_or(StudioError::PoseUnsupported)?;
    let cover = Plane::from_fn(w, h, |x, y| {
        let start = worn.mask.at(x, y);
        let covered = sleeves.iter().zip(&lying);
        covered.fold(start, |m, (s, l)| s.cover(l.at(x, y), m))
    });
    let light = shade::read(photo, worn, &cover, body.width(), fit);
    // What shows beside the new fabric must not hold the colour of the old one.
    let keep = grown(&cover, w.max(h) as f32 * 0.0035).map(|v| 1.0 - v);
    let rest = spread(photo, &keep, 0.8);
    let edge = alpha.blurred(1.2);
    let made = Canvas::from_fn(w, h, |x, y| {
        let m = cover.at(x, y);
        let own = photo
            .at(x, y)
            .mix(rest.at(x, y), smoothstep(0.6, 0.1, keep.at(x, y)));
        if m <= 0.002 {
            return own;
        }
        let at = spline.at((x as f32, y as f32));
        let at = lying.iter().fold(at, |at, l| l.at(x, y).source(at));
        let cloth = light.fall(fabric_at(&fabric.cloth, at), x, y);
        // Cloth turns away from the camera at the silhouette.
        let turn = 0.86 + 0.14 * smoothstep(0.5, 1.0, edge.at(x, y));
        own.mix(shoulder(cloth.times(turn)), m)
    });
    Ok(reshape(made, &target, fit))
}

fn fabric_at(cloth: &Canvas, at: garment::Point) -> [f32; 3] {
    let x = at.0.clamp(0.0, cloth.w as f32 - 1.0);
    let y = at.1.clamp(0.0, cloth.h as f32 - 1.0);
    cloth.sample(x, y)
}
