//! Fashion photos: a garment or product shown in a set. If the photo holds a person, the person stays.

use image::{DynamicImage, RgbaImage};

use super::garment::{self, Top};
use super::light::{Relit, Rig, relight};
use super::noise::Dice;
use super::product::vignette;
use super::props::{self, Prop};
use super::shadow::{self, Ground};
use super::stage::{Place, Subject, compose, layer, placed, work_size};
use super::{Shoot, StudioError, framed, layouts, person, sets, spread, underfoot};
use crate::imaging::colour;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Plane, Value};
use crate::kinds::fashion_photo::{ModelStyle, Settings};
use crate::vision::Vision;

/// A set with its lamps, and the dice for whatever is left open.
pub(super) struct Look {
    pub(super) settings: Settings,
    pub(super) rig: Rig,
    pub(super) size: (u32, u32),
    pub(super) dice: Dice,
}

/// Shoots the first photo's garment, product or person.
pub(super) fn make(
    shoot: &Shoot<'_>,
    settings: Settings,
    vision: &Vision,
) -> Result<DynamicImage, StudioError> {
    let (_, photo) = shoot.photos.first().ok_or(StudioError::SubjectNotFound)?;
    let subject = Subject::of(photo)?;
    let whole = person::cut_out(photo, vision);
    let person = whole.is_some();
    let subject = whole.map_or(Ok(subject), |cutout| Subject::crop(&cutout))?;
    if shoot.backdrop.is_some() {
        return Ok(framed(&subject, shoot.size));
    }
    let mut dice = Dice::new(shoot.seed, "fashion");
    let rig = sets::rig(settings.scene, &mut dice);
    let mut look = Look {
        settings,
        rig,
        size: shoot.size,
        dice,
    };
    // People and what the photo's frame cuts are shown as a print where the thing itself would have to lie or hang.
    let printed = person || subject.cut != [false; 4];
    Ok(match (settings.model_style, printed) {
        (ModelStyle::Lookbook, _) => layouts::lookbook(&mut look, &subject, person),
        (ModelStyle::Ghost, _) => standing(&mut look, &subject, person),
        (ModelStyle::Pair, _) => spread::pair(&mut look, &subject, person),
        (ModelStyle::CloseUp, _) => spread::close_up(&mut look, &subject, person),
        (ModelStyle::FlatLay, false) => flat_lay(&mut look, &subject.cutout),
        (ModelStyle::FlatLay, true) => flat_lay(&mut look, &layouts::print(&photo.picture)),
        (ModelStyle::Hanging, false) => {
            hanging(&mut look, &subject.cutout, read_shape(&subject.cutout))
        }
        (ModelStyle::Hanging, true) => hanging(&mut look, &layouts::print(&photo.picture), None),
    })
}

/// The shape of a top in a cut-out, in the cut-out's own pixels at 400 pixels height; `None` for other things.
fn read_shape(cutout: &RgbaImage) -> Option<Top> {
    let height = 400_usize;
    let width = (cutout.width() as usize * height / cutout.height() as usize).clamp(1, 2000);
    let mask = colour::alpha(cutout).resized(width, height);
    let k = 1.0 / height as f32;
    let top = garment::read_top(&mask)?;
    let scale = |p: (f32, f32)| (p.0 * k, p.1 * k);
    Some(Top {
        neck: top.neck.map(scale),
        collar: scale(top.collar),
        shoulders: top.shoulders.map(scale),
        armpits: top.armpits.map(scale),
        hem: top.hem.map(scale),
    })
}

/// Standing in the set: a person, or a garment as if worn by nobody, rounded by light and a step off the ground.
fn standing(look: &mut Look, subject: &Subject, person: bool) -> DynamicImage {
    let work = work_size(look.size);
    let base = if person { 0.965 } else { 0.85 };
    let share = if person { (0.92, 0.86) } else { (0.84, 0.7) };
    let place = Place::standing(subject, look.size, share, base);
    let mut scene = sets::straight(look.settings.scene, &look.rig, work, &mut look.dice);
    let (_, alpha) = layer(&subject.cutout, place, work);
    let h = work.1 as f32;
    let height = place.height * h;
    if subject.cut[3] || (!person && sets::has_wall(look.settings.scene)) {
        shadow::on_wall(&mut scene, &alpha, 0.045 * h, &look.rig);
    }
    if person && !subject.cut[3] {
        let ground = Ground {
            base: (place.top + place.height) * h,
            seam: sets::SEAM * h,
            height: height * 0.8,
        };
        shadow::on_ground(
            &mut scene,
            &alpha,
            ground,
            &Rig {
                shadow: look.rig.shadow * 0.6,
                ..look.rig
            },
        );
    } else if !person {
        shadow::below(
            &mut scene,
            (place.left + place.width / 2.0, 0.925),
            (place.width * 0.4, 0.016),
        );
    }
    let mut relit = relight(&alpha, &scene, &look.rig, work.0.min(work.1) as f32);
    if person {
        person::match_tone(&mut relit, &subject.cutout, &scene);
    } else {
        fill_out(&mut relit, &alpha, look.rig.side);
    }
    vignette(&mut scene, 0.14);
    let cutout = placed(&subject.cutout, place, look.size);
    compose(&scene, Some((&cutout, &relit)), look.size, &mut look.dice)
}

/// Shades a flat garment as if a body were in it: darker towards both sides.
fn fill_out(relit: &mut Relit, alpha: &Plane, side: f32) {
    let (w, h) = (alpha.w as f32, alpha.h as f32);
    let body = alpha.blurred(w.min(h) * 0.05);
    relit.gain.update(|x, y, c| {
        let inner = smoothstep(0.35, 1.0, body.at(x, y));
        let across = (x as f32 / w - 0.5) * side.signum();
        c.times((0.72 + 0.3 * inner) * (1.0 + 0.16 * across))
    });
}

/// Laid on a surface and seen from above, a little turned.
fn flat_lay(look: &mut Look, cutout: &RgbaImage) -> DynamicImage {
    let work = work_size(look.size);
    let tilt = look.dice.sign() * look.dice.range(1.5, 5.0);
    let turned = layouts::turned(cutout, tilt);
    let shape = Subject {
        cutout: turned,
        cut: [false; 4],
    };
    let middle = (0.5 + look.dice.range(-0.015, 0.015), 0.5);
    let place = Place::centred(&shape, look.size, (0.84, 0.8), middle);
    let mut scene = underfoot::surface(look.settings.scene, &look.rig, work, &mut look.dice);
    let (_, alpha) = layer(&shape.cutout, place, work);
    let side = work.0.min(work.1) as f32;
    shadow::on_wall(
        &mut scene,
        &alpha,
        side * 0.014,
        &Rig {
            shadow: look.rig.shadow * 1.05,
            ..look.rig
        },
    );
    let relit = relight(
        &alpha,
        &scene,
        &Rig {
            relief: 0.08,
            rim: 0.0,
            ..look.rig
        },
        side,
    );
    vignette(&mut scene, 0.1);
    let cutout = placed(&shape.cutout, place, look.size);
    compose(&scene, Some((&cutout, &relit)), look.size, &mut look.dice)
}

/// Hung from a rail: a top on a hanger, anything else on two clips.
fn hanging(look: &mut Look, cutout: &RgbaImage, shape: Option<Top>) -> DynamicImage {
    let work = work_size(look.size);
    let (w, h) = (work.0 as f32, work.1 as f32);
    let subject = Subject {
        cutout: cutout.clone(),
        cut: [false; 4],
    };
    let place = Place::centred(&subject, look.size, (0.84, 0.74), (0.5, 0.53));
    // A hook is short: what hangs, hangs right under the rail.
    let place = Place {
        top: place.top.min(0.15),
        ..place
    };
    let mut scene = sets::straight(look.settings.scene, &look.rig, work, &mut look.dice);
    let (_, alpha) = layer(cutout, place, work);
    let rail_y = 0.075 * h;
    let mut behind = Prop::empty(work.0, work.1);
    let mut front = Prop::empty(work.0, work.1);
    props::rail(&mut behind, rail_y);
    match shape {
        Some(top) => props::hanger(&mut behind, &on_set(&top, place, w, h), rail_y),
        None => props::clips(&mut front, grips(&alpha), rail_y),
    }
    let whole = Plane::from_fn(work.0, work.1, |x, y| {
        alpha
            .at(x, y)
            .max(behind.alpha.at(x, y))
            .max(front.alpha.at(x, y))
    });
    if sets::has_wall(look.settings.scene) {
        shadow::on_wall(&mut scene, &whole, 0.032 * h, &look.rig);
    }
    behind.draw(&mut scene, look.rig.exposure);
    let relit = relight(&alpha, &scene, &look.rig, w.min(h));
    vignette(&mut scene, 0.14);
    let cutout = placed(cutout, place, look.size);
    let hung = compose(&scene, Some((&cutout, &relit)), look.size, &mut look.dice);
    layouts::over(hung, &front, look.rig.exposure)
}

/// A shape read from a cut-out, where the cut-out is placed on the set.
fn on_set(top: &Top, place: Place, w: f32, h: f32) -> Top {
    let k = place.height * h;
    let map = |p: (f32, f32)| (place.left * w + p.0 * k, place.top * h + p.1 * k);
    Top {
        neck: top.neck.map(map),
        collar: map(top.collar),
        shoulders: top.shoulders.map(map),
        armpits: top.armpits.map(map),
        hem: top.hem.map(map),
    }
}

/// Two points to hang anything by: in each half the highest part of its edge, such as a dress's strap; along a level
/// edge, a quarter of the width from its end.
fn grips(alpha: &Plane) -> [(f32, f32); 2] {
    let Some([x0, y0, x1, y1]) = alpha.bounds(0.5) else {
        return [(0.0, 0.0); 2];
    };
    let (width, level) = ((x1 - x0) as f32, (y1 - y0) / 50);
    let top = |x: usize| (y0..y1).find(|y| alpha.at(x, *y) > 0.5).unwrap_or(y1);
    let middle = usize::midpoint(x0, x1);
    [(x0..middle.max(x0 + 1), 0.24), (middle..x1, 0.76)].map(|(half, share)| {
        let highest = half.clone().map(top).min().unwrap_or(y0);
        let wanted = x0 as f32 + width * share;
        let far = |x: &usize| (*x as f32 - wanted).abs();
        let high = half.filter(|x| top(*x) <= highest + level);
        let edge: Vec<usize> = high.collect();
        let x = edge
            .iter()
            .copied()
            .min_by(|a, b| far(a).total_cmp(&far(b)));
        // Within a narrow strap the clip sits in its middle.
        let narrow = (edge.len() as f32) < 0.2 * width;
        let mean = edge.iter().sum::<usize>() / edge.len().max(1);
        let x = if narrow { mean } else { x.unwrap_or(x0) };
        (x as f32, top(x) as f32)
    })
}
