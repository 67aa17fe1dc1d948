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

/// Writes a picture. `quality` (1–100) counts for JPEG (4:2:0) and WebP; PNG is lossless from 90 on and has fewer shades
/// below. JPEG has no transparency: what is transparent becomes white.
pub fn encode(
    picture: &DynamicImage,
    format: Format,
    quality: u8,
) -> Result<Vec<u8>, PictureError> {
    let work = || match format {
        Format::Jpeg => jpeg(&rgb(picture), quality),
        Format::Png => png(picture, quality),
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

fn png(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, PictureError> {
    let (pixels, colours) = if picture.color().has_alpha() {
        let pixels = picture
            .as_rgba8()
            .map(|p| Cow::Borrowed(p.as_raw().as_slice()));
        let pixels = pixels.unwrap_or_else(|| Cow::Owned(picture.to_rgba8().into_raw()));
        (pixels, ExtendedColorType::Rgba8)
    } else {
        let pixels = match rgb(picture) {
            Cow::Borrowed(rgb) => Cow::Borrowed(rgb.as_raw().as_slice()),
            Cow::Owned(rgb) => Cow::Owned(rgb.into_raw()),
        };
        (pixels, ExtendedColorType::Rgb8)
    };
    let (pixels, effort) = match shades(quality) {
        None => (pixels, CompressionType::Default),
        Some(table) => {
            let fewer = pixels.iter().map(|&v| table[usize::from(v)]).collect();
            (Cow::Owned(fewer), CompressionType::Best)
        }
    };
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, effort, FilterType::Adaptive);
    let (width, height) = (picture.width(), picture.height());
    let written = encoder.write_image(&pixels, width, height, colours);
    written.map_err(unwritable)?;
    Ok(bytes)
}

/// For each of 256 levels the nearest of fewer, none if all are kept. The first and the last stay: what is black, white,
/// transparent or solid remains exactly that.
fn shades(quality: u8) -> Option<[u8; 256]> {
    let most = match quality {
        90.. => return None,
        80..90 => 127,
        70..80 => 63,
        _ => 31,
    };
    let nearest = |level: usize| (level * most + 127) / 255;
    Some(std::array::from_fn(|level| {
        ((nearest(level) * 255 + most / 2) / most) as u8
    }))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::codec::{Limits, decode};

    const PHOTO: &[u8] = include_bytes!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/assets/samples/portrait.jpg"
    ));

    #[test]
    fn png_is_lossless_and_has_fewer_shades_only_when_asked() {
        let mut photo = decode(PHOTO, &Limits::TRUSTED).unwrap().into_rgba8();
        for (x, y, pixel) in photo.enumerate_pixels_mut() {
            pixel[3] = (x + y).min(255) as u8;
        }
        let photo = DynamicImage::from(photo);
        let mut lengths = Vec::new();
        for (quality, most) in [(60, 32), (70, 64), (80, 128), (90, 256), (100, 256)] {
            let bytes = encode(&photo, Format::Png, quality).unwrap();
            let back = decode(&bytes, &Limits::TRUSTED).unwrap();
            assert_eq!(back == photo, quality >= 90);
            let back = back.into_rgba8();
            let mut levels: Vec<u8> = back.pixels().map(|p| p[3]).collect();
            levels.sort_unstable();
            levels.dedup();
            assert_eq!(levels.len(), most, "at quality {quality}");
            assert_eq!((levels.first(), levels.last()), (Some(&0), Some(&255)));
            lengths.push(bytes.len());
        }
        assert!(
            lengths.is_sorted(),
            "fewer shades are fewer bytes: {lengths:?}"
        );
        assert!(
            lengths[0] * 3 < lengths[4] * 2,
            "and far fewer: {lengths:?}"
        );
    }
}
