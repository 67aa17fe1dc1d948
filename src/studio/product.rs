//! Product photos: one product on a set, lit as the set is lit.

use image::DynamicImage;

use super::light::{Rig, relight};
use super::noise::Dice;
use super::shadow::{Ground, on_ground};
use super::stage::{Place, Subject, compose, layer, placed, work_size};
use super::{Shoot, StudioError, backdrop, framed};
use crate::imaging::grid::Value;
use crate::kinds::product_photo::{Background, Settings};

/// Shoots the first photo's product.
pub(super) fn make(shoot: &Shoot<'_>, settings: Settings) -> Result<DynamicImage, StudioError> {
    let (_, photo) = shoot.photos.first().ok_or(StudioError::SubjectNotFound)?;
    let subject = Subject::of(photo)?;
    if shoot.backdrop.is_some() {
        return Ok(framed(&subject, shoot.size));
    }
    let mut dice = Dice::new(shoot.seed, "product");
    let mut rig = Rig::of(settings.lighting, &mut dice);
    if settings.background == Background::White && rig.hardness < 0.3 {
        // A pure white shop picture wants a lighter shadow.
        rig.shadow *= 0.75;
    }
    let work = work_size(shoot.size);
    let base = if settings.background == Background::Podium {
        0.755
    } else {
        0.82
    };
    let share = if settings.background == Background::Podium {
        (0.52, 0.5)
    } else {
        (0.66, 0.6)
    };
    let place = Place::standing(&subject, shoot.size, share, base);
    let set = backdrop::paint(settings.background, &rig, work, place, &mut dice);
    let mut scene = set.scene;
    let (_, alpha) = layer(&subject.cutout, place, work);
    let height = place.height * work.1 as f32;
    let ground = Ground {
        base: (place.top + place.height) * work.1 as f32,
        seam: set.seam * work.1 as f32,
        height: height.min(place.width * work.0 as f32 * 1.6),
    };
    on_ground(&mut scene, &alpha, ground, &rig);
    let relit = relight(&alpha, &scene, &rig, work.0.min(work.1) as f32);
    vignette(
        &mut scene,
        if settings.background == Background::White {
            0.02
        } else {
            0.1
        },
    );
    let cutout = placed(&subject.cutout, place, shoot.size);
    Ok(compose(
        &scene,
        Some((&cutout, &relit)),
        shoot.size,
        &mut dice,
    ))
}

/// Darkens the corners.
pub(super) fn vignette(scene: &mut crate::imaging::grid::Canvas, strength: f32) {
    let (w, h) = (scene.w as f32, scene.h as f32);
    scene.update(|x, y, c| {
        let (dx, dy) = (x as f32 / w - 0.5, y as f32 / h - 0.5);
        c.times(1.0 - strength * ((dx * dx + dy * dy) * 2.0).powi(2) * 2.0)
    });
}
