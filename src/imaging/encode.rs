//! From pixels to files: JPEG, PNG and WebP, without any metadata.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ExtendedColorType, ImageEncoder, RgbImage};
use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};

use super::codec::flatten;
use super::error::PictureError;
use crate::kinds::Format;

/// The JPEG and WebP quality of results unless a file size forces it down.
pub const QUALITY: u8 = 90;

/// Writes a picture. `quality` (1–100) counts for JPEG (4:2:0) and WebP; PNG is lossless.
/// JPEG has no transparency: what is transparent becomes white.
pub fn encode(
    picture: &DynamicImage,
    format: Format,
    quality: u8,
) -> Result<Vec<u8>, PictureError> {
    let work = || match format {
        Format::Jpeg => jpeg(&rgb(picture), quality),
        Format::Png => png(picture),
        Format::Webp => webp(picture, quality),
    };
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(unwritable("the encoder gave up")))
}

fn rgb(picture: &DynamicImage) -> Cow<'_, RgbImage> {
    match picture.as_rgb8() {
        Some(rgb) => Cow::Borrowed(rgb),
        None => Cow::Owned(flatten(picture.clone(), [255, 255, 255])),
    }
}

fn jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, PictureError> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    Encoder::new(picture.as_raw(), width, height, PixelFormat::Rgb)
        .quality(quality.clamp(1, 100))
        .subsampling(Subsampling::S420)
        .encode()
        .map_err(unwritable)
}

fn png(picture: &DynamicImage) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    let (width, height) = (picture.width(), picture.height());
    let written = if picture.color().has_alpha() {
        let pixels = picture
            .as_rgba8()
            .map_or_else(|| Cow::Owned(picture.to_rgba8()), Cow::Borrowed);
        encoder.write_image(&pixels, width, height, ExtendedColorType::Rgba8)
    } else {
        encoder.write_image(&rgb(picture), width, height, ExtendedColorType::Rgb8)
    };
    written.map_err(unwritable)?;
    Ok(bytes)
}

fn webp(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, PictureError> {
    let (width, height) = (picture.width(), picture.height());
    let quality = f32::from(quality.min(100));
    let done = if picture.color().has_alpha() {
        let pixels = picture
            .as_rgba8()
            .map_or_else(|| Cow::Owned(picture.to_rgba8()), Cow::Borrowed);
        webp::Encoder::from_rgba(&pixels, width, height).encode_simple(false, quality)
    } else {
        webp::Encoder::from_rgb(&rgb(picture), width, height).encode_simple(false, quality)
    };
    done.map(|memory| memory.to_vec())
        .map_err(|e| unwritable(format!("{e:?}")))
}

fn unwritable(error: impl ToString) -> PictureError {
    PictureError::Unwritable(error.to_string())
}
