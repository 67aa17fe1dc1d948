//! Try-on: the cut of what is worn is kept and its fabric replaced. The new fabric is bent onto the body and takes the
//! folds and the light of the old one; arms, hands and hair stay in front because they are not in the region.

use image::{DynamicImage, RgbImage, RgbaImage};

use super::body;
use super::cut::Cut;
use super::lay::Dressed;
use super::stage::Subject;
use super::worn::{self, Half};
use super::{Photo, Shoot, StudioError, lower, upper};
use crate::imaging::grid::{Canvas, Plane};
use crate::imaging::{colour, transform};
use crate::kinds::Role;
use crate::kinds::virtual_tryon::{Category, Settings};
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
    let person = of(shoot, Role::Person).ok_or(StudioError::PersonNotFound)?;
    let garment = of(shoot, Role::Garment).ok_or(StudioError::GarmentNotFound)?;
    let garment = Laid::read(garment, settings.category)?;
    let full = transform::fitted(person.picture.dimensions(), shoot.size.0.max(shoot.size.1));
    let work = transform::fitted(full, WORK_SIDE);
    let picture = transform::resize(&person.picture, work.0, work.1);
    let cutout = cut_out(person, &picture, vision)?;
    let alpha = colour::alpha(&cutout);
    let body = body::find(&picture, &alpha, vision)?;
    let photo = colour::canvas(&picture);
    let worn = worn::find(&photo, &alpha, &body, garment.cut.half()?)?;
    let dressed = match &garment.cut {
        Cut::Top(top) => {
            let fabric = upper::Fabric::of(&garment.colours, &garment.alpha, top);
            upper::dress(&photo, &alpha, &worn, &body, &fabric, settings.style)?
        }
        Cut::Trousers(legs) => {
            let fabric = lower::Fabric::of(&garment.colours, &garment.alpha, legs);
            lower::dress(&photo, &alpha, &worn, &body, &fabric, settings.style)?
        }
        Cut::Shorts | Cut::Skirt | Cut::Dress => return Err(StudioError::CategoryUnsupported),
    };
    let made = transform::resize(&colour::develop(&dressed.picture), full.0, full.1);
    Ok(if shoot.backdrop.is_some() {
        DynamicImage::ImageRgba8(with_alpha(&made, &alpha, &dressed))
    } else {
        DynamicImage::ImageRgb8(made)
    })
}

/// Longest side in pixels at which a try-on is rehearsed.
const REHEARSAL_SIDE: u32 = 640;

/// Finds out whether this half of the person can be dressed, without a garment and without making a picture.
pub(super) fn rehearse(person: &RgbImage, half: Half, vision: &Vision) -> Result<(), StudioError> {
    let picture = transform::shrink(person, REHEARSAL_SIDE);
    let cutout =
        matting::cut_out_person(vision, &picture).map_err(|_| StudioError::PersonNotFound)?;
    let alpha = colour::alpha(&cutout);
    let body = body::find(&picture, &alpha, vision)?;
    worn::find(&colour::canvas(&picture), &alpha, &body, half).map(|_| ())
}

/// A garment in its photo.
struct Laid {
    colours: Canvas,
    alpha: Plane,
    cut: Cut,
}

impl Laid {
    fn read(photo: &Photo, category: Category) -> Result<Self, StudioError> {
        let subject = Subject::of(photo).map_err(|_| StudioError::GarmentNotFound)?;
        let (w, h) = transform::fitted(subject.cutout.dimensions(), 1024);
        let (colours, alpha) = colour::layer(&transform::resize_cutout(&subject.cutout, w, h));
        let cut = Cut::told(&alpha, category)?;
        Ok(Self {
            colours,
            alpha,
            cut,
        })
    }
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

/// The picture on transparency: the person, and what the new garment covers beyond the old one.
fn with_alpha(picture: &RgbImage, person: &Plane, dressed: &Dressed) -> RgbaImage {
    let alpha = Plane::from_fn(person.w, person.h, |x, y| {
        person.at(x, y).max(dressed.cover.at(x, y))
    });
    let alpha = alpha.resized(picture.width() as usize, picture.height() as usize);
    RgbaImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b] = picture.get_pixel(x, y).0;
        let a = alpha.at(x as usize, y as usize) * 255.0;
        image::Rgba([r, g, b, a.round() as u8])
    })
}
