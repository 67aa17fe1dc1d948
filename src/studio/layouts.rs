//! Layouts of fashion photos: a page with a frame and a detail, a printed photo, a turned cut-out.

use image::{DynamicImage, RgbImage, RgbaImage};
use rayon::prelude::*;

use super::fashion::Look;
use super::light::relight;
use super::product::vignette;
use super::props::Prop;
use super::shadow::{self, Ground};
use super::stage::{Place, Subject, compose, layer, placed, work_size};
use super::{person, sets};
use crate::imaging::colour;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Grid, Plane, Value};
use crate::imaging::transform;

/// A page: the subject in its set within a paper frame, a print of a detail laid over a corner.
pub(super) fn lookbook(look: &mut Look, subject: &Subject, person: bool) -> DynamicImage {
    let (w, h) = look.size;
    let margin = (w.min(h) as f32 * 0.045).round() as u32;
    let foot = (h as f32 * 0.085).round() as u32;
    let inner = (
        (w - 2 * margin).max(16),
        h.saturating_sub(margin + foot).max(16),
    );
    let picture = hero(look, subject, person, inner);
    let mut page = RgbImage::from_pixel(w, h, image::Rgb([247, 245, 241]));
    image::imageops::replace(
        &mut page,
        &picture.into_rgb8(),
        i64::from(margin),
        i64::from(margin),
    );
    let swatches = palette(subject);
    let radius = foot as f32 * 0.17;
    for (i, colour) in swatches.iter().enumerate() {
        let cx = margin as f32 + radius + i as f32 * radius * 2.6;
        dot(
            &mut page,
            (cx, h as f32 - foot as f32 / 2.0),
            radius,
            *colour,
        );
    }
    if !person {
        inset(&mut page, subject, look);
    }
    DynamicImage::ImageRgb8(page)
}

/// The subject large in the set: a person standing, a garment in front of the wall.
pub(super) fn hero(
    look: &mut Look,
    subject: &Subject,
    person: bool,
    size: (u32, u32),
) -> DynamicImage {
    let place = if person || subject.cut != [false; 4] {
        Place::standing(subject, size, (0.94, 0.9), 0.97)
    } else {
        // A wide frame leaves room enough at the sides.
        let share = if size.0 > size.1 { 0.88 } else { 0.74 };
        let middle = if size.0 > size.1 { 0.49 } else { 0.46 };
        Place::centred(subject, size, (0.86, share), (0.5, middle))
    };
    shown(look, subject, person, size, place)
}

/// The subject at a place in front of the set.
pub(super) fn shown(
    look: &mut Look,
    subject: &Subject,
    person: bool,
    size: (u32, u32),
    place: Place,
) -> DynamicImage {
    let work = work_size(size);
    let mut scene = sets::straight(look.settings.scene, &look.rig, work, &mut look.dice);
    let (_, alpha) = layer(&subject.cutout, place, work);
    let h = work.1 as f32;
    let base = (place.top + place.height) * h;
    if sets::has_wall(look.settings.scene) || base >= h {
        shadow::on_wall(&mut scene, &alpha, 0.03 * h, &look.rig);
    }
    if person && base < h {
        let ground = Ground {
            base,
            seam: sets::SEAM * h,
            height: place.height * h * 0.6,
        };
        shadow::on_ground(&mut scene, &alpha, ground, &look.rig);
    }
    let mut relit = relight(&alpha, &scene, &look.rig, work.0.min(work.1) as f32);
    if person {
        person::match_tone(&mut relit, &subject.cutout, &scene);
    }
    vignette(&mut scene, 0.12);
    let cutout = placed(&subject.cutout, place, size);
    compose(&scene, Some((&cutout, &relit)), size, &mut look.dice)
}

/// A small print of the fabric, enlarged, over the lower corner away from the light.
fn inset(page: &mut RgbImage, subject: &Subject, look: &Look) {
    let (w, h) = look.size;
    let side = (w as f32 * 0.25).round() as u32;
    let (cw, ch) = subject.cutout.dimensions();
    // The middle of the chest, where a print or a texture is most likely.
    let part = (cw.min(ch) as f32 * 0.3) as u32;
    let (cx, cy) = (cw / 2, (ch as f32 * 0.42) as u32);
    let crop = image::imageops::crop_imm(
        &subject.cutout,
        cx.saturating_sub(part / 2),
        cy.saturating_sub(part / 2),
        part.max(1),
        part.max(1),
    )
    .to_image();
    let solid =
        crop.pixels().filter(|p| p[3] > 200).count() as f32 / crop.pixels().len().max(1) as f32;
    if solid < 0.97 || side < 24 {
        return;
    }
    let detail = transform::resize_cutout(&crop, side, side);
    let border = (side / 22).max(2);
    let full = side + 2 * border;
    let x = if look.rig.side > 0.0 {
        w / 14
    } else {
        w.saturating_sub(w / 14 + full)
    };
    let y = h.saturating_sub((h as f32 * 0.05) as u32 + full);
    let reach = full as f32 * 0.06;
    let shade = Plane::from_fn(w as usize, h as usize, |px, py| {
        let (dx, dy) = (
            px as f32 - x as f32 - reach * 0.4,
            py as f32 - y as f32 - reach * 0.8,
        );
        let inside = |d: f32| {
            smoothstep(-reach, reach, d) * smoothstep(full as f32 + reach, full as f32 - reach, d)
        };
        0.42 * inside(dx) * inside(dy)
    });
    for (px, py, pixel) in page.enumerate_pixels_mut() {
        let k = 1.0 - shade.at(px as usize, py as usize);
        *pixel = image::Rgb(pixel.0.map(|v| (f32::from(v) * k) as u8));
    }
    for py in 0..full {
        for px in 0..full {
            if x + px >= w || y + py >= h {
                continue;
            }
            let (dx, dy) = (px.wrapping_sub(border), py.wrapping_sub(border));
            let inside = dx < side && dy < side;
            let p = if inside {
                detail.get_pixel(dx, dy).0
            } else {
                [252, 251, 249, 255]
            };
            page.put_pixel(x + px, y + py, image::Rgb([p[0], p[1], p[2]]));
        }
    }
}

/// Three colours of a subject: its dark, middle and light parts.
fn palette(subject: &Subject) -> [[u8; 3]; 3] {
    let small = transform::resize_cutout(&subject.cutout, 48, 48);
    let mut pixels: Vec<[u8; 3]> = small
        .pixels()
        .filter(|p| p[3] > 220)
        .map(|p| [p[0], p[1], p[2]])
        .collect();
    if pixels.len() < 9 {
        return [[120; 3]; 3];
    }
    pixels.sort_by_key(|p| p.iter().map(|v| u32::from(*v)).sum::<u32>());
    [0.12, 0.5, 0.92].map(|share| {
        let at = (pixels.len() as f32 * share) as usize;
        let range = &pixels[at.saturating_sub(4)..(at + 4).min(pixels.len())];
        let sum = range
            .iter()
            .fold([0_u32; 3], |s, p| [0, 1, 2].map(|i| s[i] + u32::from(p[i])));
        sum.map(|v| (v / range.len() as u32) as u8)
    })
}

fn dot(page: &mut RgbImage, centre: (f32, f32), radius: f32, colour: [u8; 3]) {
    let (w, h) = page.dimensions();
    let (x0, x1) = (
        (centre.0 - radius - 2.0).max(0.0) as u32,
        ((centre.0 + radius + 2.0) as u32).min(w),
    );
    let (y0, y1) = (
        (centre.1 - radius - 2.0).max(0.0) as u32,
        ((centre.1 + radius + 2.0) as u32).min(h),
    );
    for y in y0..y1 {
        for x in x0..x1 {
            let d = (x as f32 - centre.0).hypot(y as f32 - centre.1);
            let cover = smoothstep(radius + 0.7, radius - 0.7, d);
            let pixel = page.get_pixel_mut(x, y);
            for (to, from) in pixel.0.iter_mut().zip(colour) {
                *to = (f32::from(*to) * (1.0 - cover) + f32::from(from) * cover) as u8;
            }
        }
    }
}

/// The photo as a print with a white border.
pub(super) fn print(picture: &RgbImage) -> RgbaImage {
    let small = transform::shrink(picture, 1400);
    let (w, h) = small.dimensions();
    let border = w.min(h) / 18;
    let mut out = RgbaImage::from_pixel(
        w + 2 * border,
        h + border * 4,
        image::Rgba([250, 249, 246, 255]),
    );
    let photo = DynamicImage::ImageRgb8(small).into_rgba8();
    image::imageops::replace(&mut out, &photo, i64::from(border), i64::from(border));
    out
}

/// The cut-out turned by some degrees, enlarged so that nothing is lost.
pub(super) fn turned(cutout: &RgbaImage, degrees: f32) -> RgbaImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (w, h) = (cutout.width() as f32, cutout.height() as f32);
    let (nw, nh) = (
        (w * cos.abs() + h * sin.abs()).ceil(),
        (w * sin.abs() + h * cos.abs()).ceil(),
    );
    let source = Grid::<[f32; 4]> {
        w: cutout.width() as usize,
        h: cutout.height() as usize,
        px: cutout
            .as_raw()
            .par_chunks(4)
            .map(|p| {
                let a = f32::from(p[3]);
                [
                    f32::from(p[0]) * a,
                    f32::from(p[1]) * a,
                    f32::from(p[2]) * a,
                    a,
                ]
            })
            .collect(),
    };
    let spun = Grid::<[f32; 4]>::from_fn(nw as usize, nh as usize, |x, y| {
        let (dx, dy) = (x as f32 + 0.5 - nw / 2.0, y as f32 + 0.5 - nh / 2.0);
        let (sx, sy) = (
            dx * cos + dy * sin + w / 2.0 - 0.5,
            dy * cos - dx * sin + h / 2.0 - 0.5,
        );
        if sx < -1.0 || sy < -1.0 || sx > w || sy > h {
            return [0.0; 4];
        }
        let inside = smoothstep(-1.0, 0.0, sx)
            * smoothstep(-1.0, 0.0, sy)
            * smoothstep(w, w - 1.0, sx)
            * smoothstep(h, h - 1.0, sy);
        source.sample(sx, sy).times(inside)
    });
    RgbaImage::from_fn(nw as u32, nh as u32, |x, y| {
        let [r, g, b, a] = spun.at(x as usize, y as usize);
        let own = |v: f32| {
            if a > 0.5 {
                (v / a).round().clamp(0.0, 255.0) as u8
            } else {
                0
            }
        };
        image::Rgba([own(r), own(g), own(b), a.round().clamp(0.0, 255.0) as u8])
    })
}

/// Draws a thing of the set's size over a finished picture.
pub(super) fn over(picture: DynamicImage, prop: &Prop, exposure: f32) -> DynamicImage {
    let mut picture = picture.into_rgb8();
    let (w, h) = (picture.width() as f32, picture.height() as f32);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let (u, v) = ((x as f32 + 0.5) / w, (y as f32 + 0.5) / h);
        let a = prop.alpha.sample_unit(u, v);
        if a > 0.0 {
            let c = prop
                .colours
                .sample_unit(u, v)
                .times(exposure)
                .map(|v| colour::to_srgb(v) * 255.0);
            for (to, from) in pixel.0.iter_mut().zip(c) {
                *to = (f32::from(*to) * (1.0 - a) + from * a) as u8;
            }
        }
    }
    DynamicImage::ImageRgb8(picture)
}
