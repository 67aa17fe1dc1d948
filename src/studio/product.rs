//! Product photos: one product on a set, lit as the set is lit.

use image::DynamicImage;

use super::light::{Rig, relight};
use super::noise::Dice;
use super::palette::{self, Pair};
use super::reflection::mirror;
use super::shadow::{self, Ground, on_ground};
use super::stage::{Place, Subject, compose, layer, placed, work_size};
use super::stance::{self, Stance};
use super::{Shoot, StudioError, backdrop, framed, tabletop};
use crate::imaging::grid::{Canvas, Value};
use crate::kinds::product_photo::{Background, Settings};

/// What a product photo is made with.
struct Table<'a> {
    subject: &'a Subject,
    background: Background,
    rig: Rig,
    pair: Pair,
    size: (u32, u32),
    dice: Dice,
}

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
    let pair = palette::pick(&subject.cutout, &mut dice);
    let table = Table {
        subject: &subject,
        background: settings.background,
        rig,
        pair,
        size: shoot.size,
        dice,
    };
    Ok(match stance_of(&subject) {
        Stance::Lying => lying(table),
        Stance::Standing => standing(table),
    })
}

/// What the photo's frame cuts is put against the picture's frame, which only works standing.
fn stance_of(subject: &Subject) -> Stance {
    if subject.cut == [false; 4] {
        stance::of(&subject.cutout)
    } else {
        Stance::Standing
    }
}

/// Where a product is in its picture.
#[cfg(test)]
pub(super) fn place_of(subject: &Subject, background: Background, size: (u32, u32)) -> Place {
    match stance_of(subject) {
        Stance::Lying => lie(subject, background, size),
        Stance::Standing => stand(subject, background, size),
    }
}

/// On a ground before a wall, seen from the front.
fn standing(mut table: Table<'_>) -> DynamicImage {
    let place = stand(table.subject, table.background, table.size);
    let work = work_size(table.size);
    let (rig, h) = (table.rig, work.1 as f32);
    let set = backdrop::paint(
        table.background,
        &rig,
        work,
        place,
        table.pair,
        &mut table.dice,
    );
    let mut scene = set.scene;
    let (colours, alpha) = layer(&table.subject.cutout, place, work);
    let height = place.height * h;
    let ground = Ground {
        base: (place.top + place.height) * h,
        seam: set.seam * h,
        height: height.min(place.width * work.0 as f32 * 1.6),
    };
    let polish = backdrop::polish(table.background);
    if polish > 0.0 && !table.subject.cut[3] {
        mirror(
            &mut scene,
            (&colours, &alpha),
            ground,
            polish * rig.exposure,
        );
    }
    on_ground(&mut scene, &alpha, ground, &rig);
    let mut relit = relight(&alpha, &scene, &rig, work.0.min(work.1) as f32);
    if let Some(sun) = &set.sun {
        relit.shade(sun, &rig);
    }
    darken(&mut scene, table.background);
    let cutout = placed(&table.subject.cutout, place, table.size);
    compose(&scene, Some((&cutout, &relit)), table.size, &mut table.dice)
}

/// Where a product stands: as large as shops like it, a little below the middle.
fn stand(subject: &Subject, background: Background, size: (u32, u32)) -> Place {
    let share = match background {
        Background::White => (0.76, 0.72),
        Background::Podium => (0.54, 0.5),
        Background::Grey
        | Background::Gradient
        | Background::Wood
        | Background::Marble
        | Background::Window
        | Background::Festive => (0.68, 0.64),
    };
    let height = Place::standing(subject, size, share, 0.8).height;
    let base = match background {
        Background::Podium => 0.755,
        Background::White => (0.55 + height * 0.47).clamp(0.66, 0.88),
        Background::Grey
        | Background::Gradient
        | Background::Wood
        | Background::Marble
        | Background::Window
        | Background::Festive => (0.57 + height * 0.45).clamp(0.68, 0.86),
    };
    Place::standing(subject, size, share, base)
}

/// On a surface seen from above.
fn lying(mut table: Table<'_>) -> DynamicImage {
    let place = lie(table.subject, table.background, table.size);
    let work = work_size(table.size);
    let side = work.0.min(work.1) as f32;
    let rig = table.rig;
    let (mut scene, sun) = tabletop::paint(
        table.background,
        &rig,
        work,
        place,
        table.pair,
        &mut table.dice,
    );
    let (_, alpha) = layer(&table.subject.cutout, place, work);
    shadow::lying(&mut scene, &alpha, side * 0.022, &rig);
    // Seen from above, edges face the camera less: the light along them would draw an outline.
    let flat = Rig {
        rim: rig.rim * 0.5,
        relief: rig.relief * 0.6,
        ..rig
    };
    let mut relit = relight(&alpha, &scene, &flat, side);
    if let Some(sun) = &sun {
        relit.shade(sun, &rig);
    }
    darken(&mut scene, table.background);
    let cutout = placed(&table.subject.cutout, place, table.size);
    compose(&scene, Some((&cutout, &relit)), table.size, &mut table.dice)
}

/// Where a product lies: in the middle, as large as the surface leaves room for.
fn lie(subject: &Subject, background: Background, size: (u32, u32)) -> Place {
    let share = match background {
        Background::White => (0.8, 0.8),
        Background::Podium | Background::Festive => (0.62, 0.62),
        Background::Grey
        | Background::Gradient
        | Background::Wood
        | Background::Marble
        | Background::Window => (0.7, 0.7),
    };
    Place::centred(subject, size, share, (0.5, 0.5))
}

fn darken(scene: &mut Canvas, background: Background) {
    vignette(
        scene,
        if background == Background::White {
            0.02
        } else {
            0.1
        },
    );
}

/// Darkens the corners.
pub(super) fn vignette(scene: &mut Canvas, strength: f32) {
    let (w, h) = (scene.w as f32, scene.h as f32);
    scene.update(|x, y, c| {
        let (dx, dy) = (x as f32 / w - 0.5, y as f32 / h - 0.5);
        c.times(1.0 - strength * ((dx * dx + dy * dy) * 2.0).powi(2) * 2.0)
    });
}
