//! The last station of a picture: the size, background, file and label that the output row asks for, and a thumbnail.

use image::{DynamicImage, Rgba, RgbaImage};

use super::codec::{eight_bits, flatten};
use super::encode::{QUALITY, encode};
use super::error::PictureError;
use super::scale::{Crop, bounded, scale, scale_crop};
use super::xmp::{Aigc, write_xmp};
use super::{backdrop, label, sharpen};
use crate::i18n::Lang;
use crate::kinds::{Backdrop, Format};

/// The longer side of a thumbnail in pixels.
pub const THUMBNAIL_SIDE: u32 = 384;
/// The least quality a size limit can force.
const MIN_QUALITY: u8 = 40;
const THUMBNAIL_QUALITY: u8 = 80;
/// How much of what a crop takes away in height is taken at the top: heads are there.
const CROP_FROM_TOP: f64 = 0.35;

/// What a result must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishSpec {
    /// Width in pixels; 0 (with height 0) keeps the raw picture's shape.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The longer side in pixels at most, when the shape is kept; 0 is no bound.
    pub long_side: u32,
    /// The file format.
    pub format: Format,
    /// Largest file in kB (1,000 bytes); 0 is no limit.
    pub max_kb: u32,
    /// A forced background; the raw picture is then fitted in whole instead of cropped.
    pub backdrop: Option<Backdrop>,
    /// The language of the visible label; none leaves it out.
    pub visible_label: Option<Lang>,
    /// The label for machines.
    pub aigc: Aigc,
}

/// A finished picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its format.
    pub format: Format,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// A small picture of it, labelled in the same way.
    pub thumbnail: Vec<u8>,
    /// The thumbnail's format: JPEG, or WebP if the picture is transparent.
    pub thumbnail_format: Format,
}

/// Makes the result from the picture a model answered. Nothing of that picture's metadata is in it.
pub fn finish(raw: DynamicImage, spec: &FinishSpec) -> Result<Finished, PictureError> {
    let mut picture = compose(eight_bits(raw), spec);
    let (width, height) = (picture.width(), picture.height());
    let (thumbnail, thumbnail_format) = thumbnail(&picture, spec)?;
    if let Some(lang) = spec.visible_label {
        label::draw(&mut picture, lang);
    }
    Ok(Finished {
        bytes: fitting(&picture, spec)?,
        format: spec.format,
        width,
        height,
        thumbnail,
        thumbnail_format,
    })
}

/// The pixels at the size and on the background of the output.
fn compose(raw: DynamicImage, spec: &FinishSpec) -> DynamicImage {
    let (raw_w, raw_h) = (raw.width(), raw.height());
    let keep_shape = spec.width == 0 || spec.height == 0;
    let (width, height) = match (keep_shape, spec.long_side) {
        (true, 0) => (raw_w, raw_h),
        (true, long) => bounded(raw_w, raw_h, long),
        (false, _) => (spec.width, spec.height),
    };
    let fit = (f64::from(width) / f64::from(raw_w)).min(f64::from(height) / f64::from(raw_h));
    let cover = (f64::from(width) / f64::from(raw_w)).max(f64::from(height) / f64::from(raw_h));
    let sharpened = |picture: DynamicImage, factor: f64| {
        if factor < 1.0 {
            sharpen::mildly(picture)
        } else {
            picture
        }
    };
    match spec.backdrop {
        None => {
            let part = cover_crop(raw_w, raw_h, width, height);
            let picture = if part.width >= f64::from(raw_w) && (width, height) == (raw_w, raw_h) {
                raw
            } else {
                sharpened(scale_crop(&raw, part, width, height), cover)
            };
            opaque_if_jpeg(picture, spec.format)
        }
        Some(Backdrop::White) => {
            let part = sharpened(resized(raw, fit), fit);
            backdrop::on_white(part, width, height).into()
        }
        Some(Backdrop::Transparent) => {
            let part = backdrop::without_haze(sharpened(resized(raw, fit), fit).into_rgba8());
            let mut canvas = RgbaImage::from_pixel(width, height, Rgba([255, 255, 255, 0]));
            let (x, y) = centred(&part, width, height);
            image::imageops::replace(&mut canvas, &part, x, y);
            opaque_if_jpeg(canvas.into(), spec.format)
        }
    }
}

fn opaque_if_jpeg(picture: DynamicImage, format: Format) -> DynamicImage {
    match format {
        Format::Jpeg => flatten(picture, [255, 255, 255]).into(),
        Format::Png | Format::Webp => picture,
    }
}

fn resized(raw: DynamicImage, factor: f64) -> DynamicImage {
    let side = |v: u32| (f64::from(v) * factor).round().max(1.0) as u32;
    let (width, height) = (side(raw.width()), side(raw.height()));
    if (width, height) == (raw.width(), raw.height()) {
        raw
    } else {
        scale(&raw, width, height)
    }
}

/// Where a picture lies in the middle of a canvas.
pub(super) fn centred<P: image::GenericImageView>(part: &P, width: u32, height: u32) -> (i64, i64) {
    let (x, y) = (
        width.saturating_sub(part.width()) / 2,
        height.saturating_sub(part.height()) / 2,
    );
    (i64::from(x), i64::from(y))
}

/// The largest part of the raw picture with the shape of the target.
fn cover_crop(raw_w: u32, raw_h: u32, width: u32, height: u32) -> Crop {
    let (raw_w, raw_h) = (f64::from(raw_w), f64::from(raw_h));
    let shape = f64::from(width) / f64::from(height);
    let (part_w, part_h) = if raw_w / raw_h > shape {
        (raw_h * shape, raw_h)
    } else {
        (raw_w, raw_w / shape)
    };
    let (part_w, part_h) = (part_w.min(raw_w), part_h.min(raw_h));
    Crop {
        x: (raw_w - part_w) / 2.0,
        y: (raw_h - part_h) * CROP_FROM_TOP,
        width: part_w,
        height: part_h,
    }
}

fn thumbnail(picture: &DynamicImage, spec: &FinishSpec) -> Result<(Vec<u8>, Format), PictureError> {
    let (width, height) = bounded(picture.width(), picture.height(), THUMBNAIL_SIDE);
    let mut small = scale(picture, width, height);
    let clear = small
        .as_rgba8()
        .is_some_and(|p| p.pixels().any(|p| p[3] < 255));
    let format = if clear { Format::Webp } else { Format::Jpeg };
    if let Some(lang) = spec.visible_label {
        label::draw(&mut small, lang);
    }
    let bytes = encode(&small, format, THUMBNAIL_QUALITY)?;
    Ok((write_xmp(&bytes, format, &spec.aigc)?, format))
}

/// The labelled file at the best quality that keeps it within its limit.
fn fitting(picture: &DynamicImage, spec: &FinishSpec) -> Result<Vec<u8>, PictureError> {
    let limit = match spec.max_kb {
        0 => usize::MAX,
        kb => kb as usize * 1000,
    };
    let write = |quality: u8| {
        write_xmp(
            &encode(picture, spec.format, quality)?,
            spec.format,
            &spec.aigc,
        )
    };
    let qualities = qualities(spec);
    let (&best, lower) = qualities
        .split_last()
        .expect("the best quality is always there");
    let file = write(best)?;
    if file.len() <= limit {
        return Ok(file);
    }
    let too_big = || PictureError::CannotFit {
        max_kb: spec.max_kb,
    };
    // The best that fits lies below `high`; everything below `low` fits.
    let (mut low, mut high, mut found) = (0, lower.len(), None);
    while low < high {
        let middle = usize::midpoint(low, high);
        let file = write(lower[middle])?;
        if file.len() <= limit {
            found = Some(file);
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    found.ok_or_else(too_big)
}

/// The qualities to choose from, rising. On white only those that bring white back as white.
fn qualities(spec: &FinishSpec) -> Vec<u8> {
    let white = spec.backdrop == Some(Backdrop::White);
    match spec.format {
        Format::Png => vec![60, 70, 80, 100],
        Format::Webp => (MIN_QUALITY..=QUALITY).collect(),
        Format::Jpeg => (MIN_QUALITY..=QUALITY)
            .filter(|&q| !white || backdrop::jpeg_keeps_white(q))
            .collect(),
    }
}

#[cfg(test)]
mod tests;
