//! Pictures as JPEG keeps them: brightness and two colour differences in planes of their own. Made smaller there, a
//! photo is never unfolded at its full size: half the bytes, and no colour conversion of pixels that nobody sees.

use image::{DynamicImage, GrayImage, RgbImage};
use libjpeg_turbo_rs::{Subsampling, compress_raw};

use super::error::PictureError;
use super::jpeg::Frame;
use super::scale::{self, Crop};

/// Samples in rows.
pub(super) struct Plane {
    /// Samples in a row.
    pub(super) width: usize,
    /// Row after row.
    pub(super) samples: Vec<u8>,
}

impl Plane {
    /// A plane of zeros.
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            samples: vec![0; width * height],
        }
    }
}

/// A decoded JPEG before its colours are put together.
pub(super) struct Planes {
    /// Each plane, and the part of it that is the picture: planes go on to the end of their last block.
    planes: Vec<(GrayImage, Crop)>,
}

impl Planes {
    /// The planes of a frame whose blocks became `samples` × `samples` px.
    pub(super) fn new(frame: &Frame, planes: Vec<Plane>, samples: usize) -> Self {
        let unit = frame.unit();
        let share = |side: usize, of: usize, most: usize| {
            side as f64 * of as f64 / most as f64 * samples as f64 / 8.0
        };
        let alone = frame.components.len() == 1;
        let planes = planes
            .into_iter()
            .zip(&frame.components)
            .map(|(plane, component)| {
                let (across, down) = if alone {
                    unit
                } else {
                    (component.across, component.down)
                };
                let part = Crop {
                    x: 0.0,
                    y: 0.0,
                    width: share(frame.width, across, unit.0),
                    height: share(frame.height, down, unit.1),
                };
                let height = plane.samples.len() / plane.width;
                let side = |v: usize| u32::try_from(v).expect("a JPEG side fits 16 bits");
                let plane = GrayImage::from_raw(side(plane.width), side(height), plane.samples);
                (plane.expect("a plane has whole rows"), part)
            });
        Self {
            planes: planes.collect(),
        }
    }

    /// The picture at this size as RGB.
    pub(super) fn to_rgb(&self, width: u32, height: u32) -> RgbImage {
        let mut planes = self
            .planes
            .iter()
            .map(|(plane, part)| scale::grey_part(plane, *part, width, height));
        let Some(luma) = planes.next() else {
            return RgbImage::new(width, height);
        };
        let Some((blue, red)) = planes.next().zip(planes.next()) else {
            return DynamicImage::from(luma).into_rgb8();
        };
        let mut picture = RgbImage::new(width, height);
        let samples = luma.as_raw().iter().zip(blue.as_raw()).zip(red.as_raw());
        for (pixel, ((y, cb), cr)) in picture.as_chunks_mut::<3>().0.iter_mut().zip(samples) {
            *pixel = rgb(*y, *cb, *cr);
        }
        picture
    }

    /// The picture at this size as a JPEG (4:2:0), turned upright by `upright`.
    pub(super) fn to_jpeg(
        &self,
        width: u32,
        height: u32,
        upright: impl Fn(GrayImage) -> GrayImage,
        quality: u8,
    ) -> Result<Vec<u8>, PictureError> {
        let half = (width.div_ceil(2), height.div_ceil(2));
        let sizes = [(width, height), half, half];
        let small: Vec<GrayImage> = self
            .planes
            .iter()
            .zip(sizes)
            .map(|((plane, part), (w, h))| upright(scale::grey_part(plane, *part, w, h)))
            .collect();
        let planes: Vec<&[u8]> = small.iter().map(|p| p.as_raw().as_slice()).collect();
        let widths: Vec<usize> = small.iter().map(|p| p.width() as usize).collect();
        let heights: Vec<usize> = small.iter().map(|p| p.height() as usize).collect();
        let sampling = if small.len() == 1 {
            Subsampling::S444
        } else {
            Subsampling::S420
        };
        compress_raw(
            &planes, &widths, &heights, widths[0], heights[0], quality, sampling,
        )
        .map_err(|e| PictureError::Unwritable(e.to_string()))
    }
}

/// A colour by JPEG's own rule (JFIF), in sixteenth bits of fixed point.
#[inline]
fn rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (i32::from(y) << 16, i32::from(cb) - 128, i32::from(cr) - 128);
    let red = y + 91_881 * cr;
    let green = y - 22_554 * cb - 46_802 * cr;
    let blue = y + 116_130 * cb;
    [red, green, blue].map(|v| ((v + 32_768) >> 16).clamp(0, 255) as u8)
}
