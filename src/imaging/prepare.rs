//! Photos made ready for work: upright, sRGB, no larger than asked. What a phone sends has 12 to 50 megapixels and no
//! part of this product looks at more than four, so JPEGs are made smaller while they are decoded.

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, RgbImage};

use super::codec::{Limits, decode, flatten, guarded, open, orientation_of};
use super::encode::encode;
use super::error::PictureError;
use super::jpeg::skim::{self, Reduction};
use super::jpeg::{self, Frame, raw};
use super::planes::Planes;
use super::sniff::{InputFormat, sniff};
use super::{icc, scale};
use crate::kinds::Format;

/// A reduced decoding is at least this much larger than what is made of it; the rest is left to the better filter.
const SPARE: f64 = 1.3;

/// Decodes a picture for work: transparency on white, the longer side at most `max_side` px.
pub fn prepare(bytes: &[u8], max_side: u32) -> Result<RgbImage, PictureError> {
    match LargeJpeg::open(bytes, max_side) {
        Some(jpeg) => Ok(jpeg.into_rgb()),
        None => prepare_whole(bytes, max_side),
    }
}

/// The same as a JPEG of this quality (4:2:0), for who looks at it elsewhere.
pub fn prepare_jpeg(bytes: &[u8], max_side: u32, quality: u8) -> Result<Vec<u8>, PictureError> {
    let picture = match LargeJpeg::open(bytes, max_side) {
        Some(jpeg) if jpeg.profile.is_none() => return guarded(|| jpeg.into_jpeg(quality)),
        Some(jpeg) => jpeg.into_rgb(),
        None => prepare_whole(bytes, max_side)?,
    };
    encode(&picture.into(), Format::Jpeg, quality)
}

/// The way of every format: decode all, then make it smaller.
fn prepare_whole(bytes: &[u8], max_side: u32) -> Result<RgbImage, PictureError> {
    let picture = decode(bytes, &Limits::TRUSTED)?;
    let (width, height) = scale::bounded(picture.width(), picture.height(), max_side);
    let picture = if (width, height) == (picture.width(), picture.height()) {
        picture
    } else {
        scale::scale(&picture, width, height)
    };
    Ok(flatten(picture, [255, 255, 255]))
}

/// A JPEG larger than it is needed, decoded at least as large as that.
struct LargeJpeg {
    planes: Planes,
    /// Its size when done, as it is stored.
    size: (u32, u32),
    orientation: Orientation,
    profile: Option<Vec<u8>>,
}

impl LargeJpeg {
    /// `None` for every file that the quick ways do not take: other formats, small ones, odd ones, damaged ones. What
    /// is wrong with them is for the thorough way to say.
    fn open(bytes: &[u8], max_side: u32) -> Option<Self> {
        if sniff(bytes) != Some(InputFormat::Jpeg) || bytes.len() > Limits::TRUSTED.max_bytes {
            return None;
        }
        let open =
            || Self::decode(bytes, max_side).ok_or_else(|| PictureError::Unreadable(String::new()));
        guarded(open).ok()
    }

    fn decode(bytes: &[u8], max_side: u32) -> Option<Self> {
        let (mut decoder, (width, height)) =
            open(bytes, InputFormat::Jpeg, &Limits::TRUSTED).ok()?;
        let orientation = orientation_of(&mut decoder, InputFormat::Jpeg);
        let profile = decoder.icc_profile().ok().flatten();
        drop(decoder);
        let size = scale::bounded(width, height, max_side.max(1));
        let (head, data) = jpeg::head(bytes)?;
        let frame = Frame::of(&head)?;
        if size == (width, height)
            || (frame.width, frame.height) != (width as usize, height as usize)
        {
            return None;
        }
        let enough = |reduction: &Reduction| {
            let share = reduction.samples() as f64 / 8.0 / SPARE;
            f64::from(width) * share >= f64::from(size.0)
                && f64::from(height) * share >= f64::from(size.1)
        };
        let reduction = Reduction::ALL.into_iter().find(enough);
        let planes = reduction.and_then(|reduction| skim::decode(&frame, &head, data, reduction));
        Some(Self {
            planes: planes.or_else(|| raw::decode(bytes, &frame))?,
            size,
            orientation,
            profile,
        })
    }

    fn into_rgb(self) -> RgbImage {
        let picture = self.planes.to_rgb(self.size.0, self.size.1).into();
        let mut picture = icc::to_srgb(picture, self.profile.as_deref());
        picture.apply_orientation(self.orientation);
        picture.into_rgb8()
    }

    fn into_jpeg(self, quality: u8) -> Result<Vec<u8>, PictureError> {
        let upright = |plane: GrayImage| {
            let mut plane = DynamicImage::from(plane);
            plane.apply_orientation(self.orientation);
            plane.into_luma8()
        };
        self.planes
            .to_jpeg(self.size.0, self.size.1, upright, quality)
    }
}

#[cfg(test)]
mod tests;
