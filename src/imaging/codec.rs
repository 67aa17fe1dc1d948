//! From the bytes users send to upright sRGB pixels. Everything here expects hostile files: limits are checked from
//! the header before anything is decoded, and a panic of a decoder is an unreadable picture.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};
use serde::{Deserialize, Serialize};

use super::error::PictureError;
use super::sniff::{InputFormat, recognise};
use super::{icc, jpeg};

/// What a decoder may take besides the pixels.
const TABLES_BYTES: u64 = 64 << 20;

/// What a picture may be at most and must be at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Largest file in bytes.
    pub max_bytes: usize,
    /// Most pixels.
    pub max_pixels: u64,
    /// Shortest side in pixels.
    pub min_side: u32,
    /// Longest side in pixels.
    pub max_side: u32,
}

impl Limits {
    /// What users may send: 20 MB, 50 megapixels, sides of 64 to 12,000 px.
    pub const UPLOAD: Self = Self {
        max_bytes: 20_000_000,
        max_pixels: 50_000_000,
        min_side: 64,
        max_side: 12_000,
    };

    /// What a provider may answer and what we stored ourselves: the same, but tiny pictures are no error.
    pub const TRUSTED: Self = Self {
        max_bytes: 100_000_000,
        max_pixels: 50_000_000,
        min_side: 1,
        max_side: 16_384,
    };

    fn check_bytes(&self, bytes: &[u8]) -> Result<(), PictureError> {
        if bytes.len() > self.max_bytes {
            return Err(PictureError::FileTooLarge {
                bytes: bytes.len(),
                max: self.max_bytes,
            });
        }
        Ok(())
    }

    fn check_size(&self, (width, height): (u32, u32)) -> Result<(), PictureError> {
        if width.min(height) < self.min_side {
            let min = self.min_side;
            return Err(PictureError::TooSmall { width, height, min });
        }
        if width.max(height) > self.max_side {
            let max = self.max_side;
            return Err(PictureError::TooLarge { width, height, max });
        }
        if u64::from(width) * u64::from(height) > self.max_pixels {
            let max = self.max_pixels;
            return Err(PictureError::TooManyPixels { width, height, max });
        }
        Ok(())
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::UPLOAD
    }
}

/// What the header of a picture says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureInfo {
    /// The format of the file.
    pub format: InputFormat,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// How the stored pixels must be turned to stand upright.
    pub orientation: Orientation,
}

/// Reads the header and holds it against the limits. Damage further on is found by [`decode`].
pub fn inspect(bytes: &[u8], limits: &Limits) -> Result<PictureInfo, PictureError> {
    let format = recognise(bytes)?;
    limits.check_bytes(bytes)?;
    guarded(|| {
        let (mut decoder, size) = open(bytes, format, limits)?;
        let orientation = orientation_of(&mut decoder, format);
        let (width, height) = upright(size, orientation);
        Ok(PictureInfo {
            format,
            width,
            height,
            orientation,
        })
    })
}

/// Decodes a whole picture and keeps nothing of it: what passes has no damage that [`decode`] would find. Colours and
/// orientation are left alone, so it takes no more memory than the stored pixels do.
pub fn verify(bytes: &[u8], limits: &Limits) -> Result<PictureInfo, PictureError> {
    let info = inspect(bytes, limits)?;
    guarded(|| {
        if info.format == InputFormat::Jpeg {
            let segments = jpeg::segments(bytes).ok_or_else(cut_off)?;
            if jpeg::is_four_colour(&segments) {
                return jpeg::decode_four_colour(bytes, &segments, None).map(drop);
            }
        }
        let (decoder, _) = open(bytes, info.format, limits)?;
        let whole = DynamicImage::from_decoder(decoder).map_err(unreadable);
        whole.map(drop)
    })?;
    Ok(info)
}

/// How many bytes of memory decoding these takes at most, by the header; 0 for what is refused unread.
/// The bytes a pixel are measured by `cargo bench --bench imaging -- memory` and rounded up.
pub fn weight(bytes: &[u8]) -> u64 {
    let Ok(info) = inspect(bytes, &Limits::TRUSTED) else {
        return 0;
    };
    let each = match info.format {
        InputFormat::Bmp => 8,
        // Four channels of 16 bits, and the same with 8; progressive JPEGs keep all coefficients until the last scan.
        InputFormat::Jpeg | InputFormat::Png | InputFormat::Webp | InputFormat::Gif => 13,
        InputFormat::Tiff => 20,
    };
    u64::from(info.width) * u64::from(info.height) * each
}

/// Decodes a picture: upright, sRGB, 8 bits a channel, RGB or (where the file has transparency) RGBA.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<DynamicImage, PictureError> {
    let format = recognise(bytes)?;
    limits.check_bytes(bytes)?;
    guarded(|| {
        let (mut decoder, _) = open(bytes, format, limits)?;
        let orientation = orientation_of(&mut decoder, format);
        let profile = decoder.icc_profile().ok().flatten();
        let profile = profile.as_deref();
        let mut picture = match format {
            InputFormat::Jpeg => {
                let segments = jpeg::segments(bytes).ok_or_else(cut_off)?;
                if jpeg::is_four_colour(&segments) {
                    drop(decoder);
                    jpeg::decode_four_colour(bytes, &segments, profile)?.into()
                } else {
                    icc::to_srgb(
                        DynamicImage::from_decoder(decoder).map_err(unreadable)?,
                        profile,
                    )
                }
            }
            InputFormat::Png
            | InputFormat::Webp
            | InputFormat::Gif
            | InputFormat::Bmp
            | InputFormat::Tiff => icc::to_srgb(
                DynamicImage::from_decoder(decoder).map_err(unreadable)?,
                profile,
            ),
        };
        picture.apply_orientation(orientation);
        Ok(picture)
    })
}

/// The picture with 8 bits a channel: RGBA if it has transparency, else RGB.
pub fn eight_bits(picture: DynamicImage) -> DynamicImage {
    if picture.color().has_alpha() {
        picture.into_rgba8().into()
    } else {
        picture.into_rgb8().into()
    }
}

/// The picture without transparency, lying on one colour.
pub fn flatten(picture: DynamicImage, ground: [u8; 3]) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let source = picture.into_rgba8();
    let (width, height) = source.dimensions();
    let mut pixels = Vec::with_capacity(source.as_raw().len() / 4 * 3);
    for &[r, g, b, a] in source.as_raw().as_chunks::<4>().0 {
        let over = |v: u8, under: u8| {
            let sum = u32::from(v) * u32::from(a) + u32::from(under) * u32::from(255 - a);
            ((sum + 127) / 255) as u8
        };
        pixels.extend([over(r, ground[0]), over(g, ground[1]), over(b, ground[2])]);
    }
    RgbImage::from_raw(width, height, pixels).expect("three bytes a pixel")
}

fn cut_off() -> PictureError {
    PictureError::Unreadable("the JPEG has no end".into())
}

/// How the pixels of a file must be turned, by the same rules that [`decode`] follows.
pub(super) fn orientation(bytes: &[u8], format: InputFormat) -> Orientation {
    let found = guarded(|| {
        let (mut decoder, _) = open(bytes, format, &Limits::TRUSTED)?;
        Ok(orientation_of(&mut decoder, format))
    });
    found.unwrap_or(Orientation::NoTransforms)
}

pub(super) fn open<'a>(
    bytes: &'a [u8],
    format: InputFormat,
    limits: &Limits,
) -> Result<(impl ImageDecoder + use<'a>, (u32, u32)), PictureError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.decoder());
    let mut memory = image::Limits::default();
    memory.max_alloc = Some(match format {
        // Counts rows and inflated metadata only, not the picture: a profile cannot blow up.
        InputFormat::Png => TABLES_BYTES,
        // The widest pixel a decoder may make has four channels of 16 bits.
        InputFormat::Jpeg
        | InputFormat::Webp
        | InputFormat::Gif
        | InputFormat::Bmp
        | InputFormat::Tiff => limits
            .max_pixels
            .saturating_mul(8)
            .saturating_add(TABLES_BYTES),
    });
    reader.limits(memory);
    let decoder = reader.into_decoder().map_err(unreadable)?;
    let size = decoder.dimensions();
    limits.check_size(size)?;
    Ok((decoder, size))
}

pub(super) fn orientation_of(decoder: &mut impl ImageDecoder, format: InputFormat) -> Orientation {
    if format == InputFormat::Tiff {
        return decoder.orientation().unwrap_or(Orientation::NoTransforms);
    }
    let exif = decoder.exif_metadata().ok().flatten().unwrap_or_default();
    // Some writers put JPEG's prefix before the EXIF block of PNG and WebP.
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(&exif);
    Orientation::from_exif_chunk(exif).unwrap_or(Orientation::NoTransforms)
}

fn upright((width, height): (u32, u32), orientation: Orientation) -> (u32, u32) {
    match orientation {
        Orientation::NoTransforms
        | Orientation::Rotate180
        | Orientation::FlipHorizontal
        | Orientation::FlipVertical => (width, height),
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
    }
}

/// Runs a decoder; its panic is an unreadable picture.
pub(super) fn guarded<T>(
    work: impl FnOnce() -> Result<T, PictureError>,
) -> Result<T, PictureError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(PictureError::Unreadable("the decoder gave up".into())))
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn unreadable(error: image::ImageError) -> PictureError {
    PictureError::Unreadable(error.to_string())
}

#[cfg(test)]
mod tests;
