//! Avatars: the best of several photos, framed to head and shoulders, and rendered in a style.

use image::{DynamicImage, RgbImage};

use super::noise::Dice;
use super::{Shoot, StudioError, graphic, paint, portrait};
use crate::imaging::grid::{Canvas, Plane, Value};
use crate::imaging::{colour, transform};
use crate::kinds::digital_avatar::{AvatarStyle, Settings};
use crate::matting;
use crate::vision::{Face, Findings, Vision};

/// Longest side in pixels at which styles are rendered.
const WORK_SIDE: u32 = 1024;
/// Width of the frame, in face widths.
const FRAME: f32 = 2.95;
/// The narrowest frame that still holds a head with its hair, in face widths.
const CLOSEST: f32 = 2.1;

/// A head and shoulders, cut out, with evened tones.
pub(super) struct Sitter {
    /// Linear colours; only meaningful where `alpha` is above 0.
    pub(super) colours: Canvas,
    /// Where the sitter is.
    pub(super) alpha: Plane,
    /// The middle of the face, in pixels.
    pub(super) face: (f32, f32),
    /// Width of the face, in pixels.
    pub(super) face_width: f32,
}

impl Sitter {
    /// The sitter in front of something.
    pub(super) fn before(&self, back: &Canvas) -> Canvas {
        Canvas::from_fn(back.w, back.h, |x, y| {
            back.at(x, y)
                .mix(self.colours.at(x, y), self.alpha.at(x, y))
        })
    }
}

/// Renders the avatar.
pub(super) fn make(
    shoot: &Shoot<'_>,
    settings: Settings,
    vision: &Vision,
) -> Result<DynamicImage, StudioError> {
    let (picture, face) = best(shoot, vision).ok_or(StudioError::FaceNotFound)?;
    let sitter = sit(picture, face, shoot.size, vision)?;
    let mut dice = Dice::new(shoot.seed, "avatar");
    let style = settings.avatar_style;
    let made = match style {
        AvatarStyle::Oil => paint::oil(&sitter, &mut dice),
        AvatarStyle::Watercolor => paint::watercolor(&sitter, &mut dice),
        AvatarStyle::Ink => paint::ink(&sitter, &mut dice),
        AvatarStyle::Comic => graphic::comic(&sitter, &mut dice),
        AvatarStyle::LowPoly => graphic::low_poly(&sitter, &mut dice),
        AvatarStyle::Portrait => portrait::studio(&sitter, &mut dice),
        AvatarStyle::Pixel => graphic::pixel(&sitter, &mut dice),
    };
    let (w, h) = shoot.size;
    if shoot.backdrop.is_some() {
        let cut = colour::develop_with_alpha(&made, &sitter.alpha);
        return Ok(DynamicImage::ImageRgba8(transform::resize_cutout(
            &cut, w, h,
        )));
    }
    let small = colour::develop(&made);
    if style == AvatarStyle::Pixel {
        let sharp = image::imageops::resize(&small, w, h, image::imageops::FilterType::Nearest);
        return Ok(DynamicImage::ImageRgb8(sharp));
    }
    Ok(DynamicImage::ImageRgb8(transform::resize(&small, w, h)))
}

/// The face that is biggest, sharpest and most towards the camera, of all faces in all photos.
fn best<'a>(shoot: &Shoot<'a>, vision: &Vision) -> Option<(&'a RgbImage, Face)> {
    let rated = shoot.photos.iter().flat_map(|(_, photo)| {
        let faces = vision.faces(&photo.picture).into_iter();
        faces.map(|face| (rate(&photo.picture, &face), &photo.picture, face))
    });
    rated
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, picture, face)| (picture, face))
}

fn rate(picture: &RgbImage, face: &Face) -> f32 {
    let side = face.width() * 1.2;
    let (cx, cy) = face.centre();
    let findings = Findings::of(&transform::square(
        picture,
        cx,
        cy,
        side.max(16.0),
        [128; 3],
    ));
    let size = (face.width() / 260.0).min(1.0);
    let light = 1.0 - (findings.brightness - 0.58).abs();
    size * (0.35 + 0.65 * face.frontal())
        * (0.3 + findings.sharpness.min(0.25))
        * light
        * face.score.powi(2)
}

/// Frames and cuts out the sitter and evens the tones.
fn sit(
    picture: &RgbImage,
    face: Face,
    size: (u32, u32),
    vision: &Vision,
) -> Result<Sitter, StudioError> {
    let (w, h) = transform::fitted(size, WORK_SIDE);
    let aspect = w as f32 / h as f32;
    let (cx, cy) = face.centre();
    let fw = face.width();
    let mut width = if aspect >= 1.0 {
        FRAME * fw * aspect.sqrt()
    } else {
        FRAME * fw
    };
    // The photo's sides must not cut the shoulders in mid-air: the frame draws closer, as far as the head allows.
    let sides = 2.0 * cx.min(picture.width() as f32 - cx);
    width = width.min(sides.max(CLOSEST * fw));
    let top = cy - 0.47 * width / aspect;
    // Shoulders must reach the lower edge: the frame shrinks rather than end in mid-air.
    let room = picture.height() as f32 - top;
    if width / aspect > room {
        width = (room * aspect).max(1.6 * fw);
    }
    let height = width / aspect;
    let (left, top) = (cx - width / 2.0, cy - 0.47 * height);
    let crop = frame(picture, left, top, width, height);
    let framed = transform::resize(&crop, w, h);
    let cutout = matting::cut_out_person(vision, &framed).map_err(|_| StudioError::FaceNotFound)?;
    let (colours, mut alpha) = colour::layer(&cutout);
    let scale = w as f32 / width;
    let (pw, ph) = (picture.width() as f32, picture.height() as f32);
    alpha.update(|x, y, a| {
        let (px, py) = (left + x as f32 / scale, top + y as f32 / scale);
        let inside = px >= 0.0 && py >= 0.0 && px < pw && py < ph;
        if inside { a } else { 0.0 }
    });
    let colours = even_tones(&colours, &alpha);
    Ok(Sitter {
        colours,
        alpha,
        face: ((cx - left) * scale, (cy - top) * scale),
        face_width: fw * scale,
    })
}

/// A part of the picture that may reach outside, where the rim is repeated.
fn frame(picture: &RgbImage, left: f32, top: f32, width: f32, height: f32) -> RgbImage {
    let (pw, ph) = (i64::from(picture.width()), i64::from(picture.height()));
    RgbImage::from_fn(
        width.round().max(1.0) as u32,
        height.round().max(1.0) as u32,
        |x, y| {
            let px = (left.round() as i64 + i64::from(x)).clamp(0, pw - 1);
            let py = (top.round() as i64 + i64::from(y)).clamp(0, ph - 1);
            *picture.get_pixel(px as u32, py as u32)
        },
    )
}

/// Stretches the sitter's lightness to a full range and lifts the colours a little.
fn even_tones(colours: &Canvas, alpha: &Plane) -> Canvas {
    let light = colour::lightness(colours);
    let mut values: Vec<f32> = light
        .px
        .iter()
        .zip(&alpha.px)
        .filter(|(_, a)| **a > 0.8)
        .map(|(l, _)| *l)
        .collect();
    if values.len() < 64 {
        return colours.clone();
    }
    values.sort_unstable_by(f32::total_cmp);
    let at = |share: f32| values[((values.len() - 1) as f32 * share) as usize];
    let (low, high) = (at(0.01), at(0.99).max(at(0.01) + 0.2));
    let middle = (at(0.5) - low) / (high - low);
    let gamma = (0.5_f32.ln() / middle.clamp(0.25, 0.75).ln()).clamp(0.8, 1.25);
    colours.map(|c| {
        let [l, a, b] = colour::lab(c);
        let t = ((l / 100.0 - low) / (high - low))
            .clamp(0.0, 1.0)
            .powf(gamma);
        let target = (3.0 + 94.0 * t) * 0.7 + l * 0.3;
        colour::from_lab([target, a * 1.08, b * 1.08]).map(|v| v.clamp(0.0, 1.0))
    })
}
