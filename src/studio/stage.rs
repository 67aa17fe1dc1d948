//! The stage: a subject framed in a picture, and a painted set and a lit subject put together at the final size.

use image::{DynamicImage, RgbImage, RgbaImage};

use super::light::Relit;
use super::noise::{Dice, Noise};
use super::{Photo, StudioError};
use crate::imaging::colour;
use crate::imaging::grid::{Canvas, Plane, Value, each_row};
use crate::imaging::transform;

/// Longest side in pixels at which sets are painted; only subjects keep more detail than that.
const WORK_SIDE: u32 = 1024;

/// A cut-out without its empty rim.
pub(super) struct Subject {
    /// The cut-out, cropped to what is visible.
    pub(super) cutout: RgbaImage,
    /// Whether the photo's frame cuts the subject: left, top, right, bottom.
    pub(super) cut: [bool; 4],
}

impl Subject {
    /// The subject of a photo that has been cut out.
    pub(super) fn of(photo: &Photo) -> Result<Self, StudioError> {
        let cutout = photo.cutout.as_ref().ok_or(StudioError::SubjectNotFound)?;
        Self::crop(cutout)
    }

    /// The visible part of a cut-out.
    pub(super) fn crop(cutout: &RgbaImage) -> Result<Self, StudioError> {
        let alpha = colour::alpha(cutout);
        let [x0, y0, x1, y1] = alpha.bounds(0.05).ok_or(StudioError::SubjectNotFound)?;
        if x1 - x0 < 16 || y1 - y0 < 16 {
            return Err(StudioError::SubjectNotFound);
        }
        let runs = |values: Vec<f32>| {
            values.iter().filter(|a| **a > 0.5).count() >= 12.max(values.len() / 25)
        };
        let column = |x: usize| (0..alpha.h).map(|y| alpha.at(x, y)).collect::<Vec<_>>();
        let row = |y: usize| (0..alpha.w).map(|x| alpha.at(x, y)).collect::<Vec<_>>();
        let cut = [
            x0 <= 1 && runs(column(1)),
            y0 <= 1 && runs(row(1)),
            x1 + 1 >= alpha.w && runs(column(alpha.w - 2)),
            y1 + 1 >= alpha.h && runs(row(alpha.h - 2)),
        ];
        let part = image::imageops::crop_imm(
            cutout,
            x0 as u32,
            y0 as u32,
            (x1 - x0) as u32,
            (y1 - y0) as u32,
        );
        Ok(Self {
            cutout: part.to_image(),
            cut,
        })
    }

    /// Width by height.
    pub(super) fn shape(&self) -> f32 {
        self.cutout.width() as f32 / self.cutout.height() as f32
    }
}

/// Where a subject stands, as shares of the picture's width and height.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Place {
    /// The largest place of the subject's shape within `share` of the picture, standing on `base`.
    /// Where the photo's frame cut the subject, the picture's frame cuts it again.
    pub(super) fn standing(
        subject: &Subject,
        size: (u32, u32),
        share: (f32, f32),
        base: f32,
    ) -> Self {
        let aspect = size.0 as f32 / size.1 as f32;
        let shape = subject.shape() / aspect;
        let [left_cut, top_cut, right_cut, bottom_cut] = subject.cut;
        let base = if bottom_cut { 1.0 } else { base };
        let mut height = share.1.min(share.0 / shape);
        if top_cut {
            height = base;
        }
        if left_cut && right_cut {
            height = height.max(1.0 / shape);
        }
        let width = height * shape;
        let left = match (left_cut, right_cut) {
            (true, false) => 0.0,
            (false, true) => 1.0 - width,
            (true, true) | (false, false) => 0.5 - width / 2.0,
        };
        Self {
            left,
            top: base - height,
            width,
            height,
        }
    }

    /// The place around a middle point.
    pub(super) fn centred(
        subject: &Subject,
        size: (u32, u32),
        share: (f32, f32),
        middle: (f32, f32),
    ) -> Self {
        let shape = subject.shape() * size.1 as f32 / size.0 as f32;
        let height = share.1.min(share.0 / shape);
        let width = height * shape;
        Self {
            left: middle.0 - width / 2.0,
            top: middle.1 - height / 2.0,
            width,
            height,
        }
    }

    fn pixels(self, w: u32, h: u32) -> (i64, i64, u32, u32) {
        let (w, h) = (w as f32, h as f32);
        (
            (self.left * w).round() as i64,
            (self.top * h).round() as i64,
            (self.width * w).round().clamp(1.0, w * 4.0) as u32,
            (self.height * h).round().clamp(1.0, h * 4.0) as u32,
        )
    }
}

/// The size at which a set is painted for a picture of `size`.
pub(super) fn work_size(size: (u32, u32)) -> (usize, usize) {
    let (w, h) = transform::fitted(size, WORK_SIDE);
    (w as usize, h as usize)
}

/// The cut-out alone in a picture of this size.
pub(super) fn placed(cutout: &RgbaImage, place: Place, size: (u32, u32)) -> RgbaImage {
    let (x, y, w, h) = place.pixels(size.0, size.1);
    let scaled = transform::resize_cutout(cutout, w, h);
    let mut out = RgbaImage::new(size.0, size.1);
    image::imageops::replace(&mut out, &scaled, x, y);
    out
}

/// The placed cut-out at the set's size: colours and alpha.
pub(super) fn layer(cutout: &RgbaImage, place: Place, work: (usize, usize)) -> (Canvas, Plane) {
    colour::layer(&placed(cutout, place, (work.0 as u32, work.1 as u32)))
}

/// Puts the lit subject onto the set at the final size, with a trace of film grain.
pub(super) fn compose(
    scene: &Canvas,
    subject: Option<(&RgbaImage, &Relit)>,
    size: (u32, u32),
    dice: &mut Dice,
) -> DynamicImage {
    let grain = dice.noise();
    let (w, h) = (size.0 as usize, size.1 as usize);
    let table: Vec<f32> = (0..=255_u8)
        .map(|v| colour::to_linear(f32::from(v) / 255.0))
        .collect();
    let exact = (scene.w, scene.h) == (w, h);
    let mut out = RgbImage::new(size.0, size.1);
    each_row(&mut out, w * 3, &|y, row| {
        for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
            let (u, v) = ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32);
            let mut c = if exact {
                scene.at(x, y)
            } else {
                scene.sample_unit(u, v)
            };
            if let Some((cutout, relit)) = subject {
                let p = cutout.get_pixel(x as u32, y as u32).0;
                if p[3] > 0 {
                    let own = [0, 1, 2].map(|i| table[usize::from(p[i])]);
                    let (gain, glow) = if exact {
                        (relit.gain.at(x, y), relit.glow.at(x, y))
                    } else {
                        (relit.gain.sample_unit(u, v), relit.glow.sample_unit(u, v))
                    };
                    let lit = [0, 1, 2].map(|i| own[i] * gain[i] + glow[i]);
                    c = c.mix(shoulder(lit), f32::from(p[3]) / 255.0);
                }
            }
            finish(c, grain, x, y, pixel);
        }
    });
    DynamicImage::ImageRgb8(out)
}

/// Rolls highlights off instead of clipping them.
pub(super) fn shoulder(c: [f32; 3]) -> [f32; 3] {
    c.map(|v| {
        if v <= 0.82 {
            v
        } else {
            0.82 + 0.18 * (1.0 - (-(v - 0.82) / 0.18).exp())
        }
    })
}

fn finish(c: [f32; 3], grain: Noise, x: usize, y: usize, pixel: &mut [u8]) {
    let speck = grain.cell(x as i32, y as i32) + grain.cell(x as i32 + 7919, y as i32) - 1.0;
    for (to, from) in pixel.iter_mut().zip(c) {
        *to = (colour::to_srgb(from) * 255.0 + 0.5 + speck * 1.1).clamp(0.0, 255.0) as u8;
    }
}
