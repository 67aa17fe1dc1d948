//! Forced backgrounds: white that is exactly #FFFFFF, and transparency without a haze.

use image::{DynamicImage, Rgb, RgbImage, RgbaImage};

use super::codec::flatten;
use super::finish::centred;

/// Alpha up to this is haze of a cut-out, not picture.
const HAZE: u8 = 10;
/// A channel from this level on is near-white.
const NEAR_WHITE: u8 = 246;

/// The picture in the middle of a white canvas. The background of a cut-out becomes exactly white; in an opaque
/// picture the near-white that touches its rim does. White inside the subject stays what it is.
pub(super) fn on_white(part: DynamicImage, width: u32, height: u32) -> RgbImage {
    let mut part = if part.color().has_alpha() {
        flatten(without_haze(part.into_rgba8()).into(), [255, 255, 255])
    } else {
        part.into_rgb8()
    };
    whiten_rim(&mut part);
    let (x, y) = centred(&part, width, height);
    let mut canvas = RgbImage::from_pixel(width, height, Rgb([255, 255, 255]));
    image::imageops::replace(&mut canvas, &part, x, y);
    canvas
}

/// A cut-out whose nearly invisible pixels are invisible and whose nearly solid ones are solid.
pub(super) fn without_haze(mut cutout: RgbaImage) -> RgbaImage {
    for pixel in cutout.pixels_mut() {
        if pixel[3] <= HAZE {
            pixel.0 = [255, 255, 255, 0];
        } else if pixel[3] >= 255 - HAZE / 2 {
            pixel[3] = 255;
        }
    }
    cutout
}

/// Makes all near-white that is connected with the rim white.
fn whiten_rim(picture: &mut RgbImage) {
    let (width, height) = picture.dimensions();
    let near = |picture: &RgbImage, x: u32, y: u32| {
        picture.get_pixel(x, y).0.iter().all(|&v| v >= NEAR_WHITE)
    };
    let mut seen = vec![false; width as usize * height as usize];
    let mut waiting: Vec<(u32, u32)> = Vec::new();
    let rows = (0..height).flat_map(|y| [(0, y), (width.saturating_sub(1), y)]);
    let columns = (0..width).flat_map(|x| [(x, 0), (x, height.saturating_sub(1))]);
    waiting.extend(rows.chain(columns));
    while let Some((x, y)) = waiting.pop() {
        if x >= width || y >= height {
            continue;
        }
        let at = y as usize * width as usize + x as usize;
        if std::mem::replace(&mut seen[at], true) || !near(picture, x, y) {
            continue;
        }
        picture.put_pixel(x, y, Rgb([255, 255, 255]));
        waiting.extend([
            (x + 1, y),
            (x, y + 1),
            (x.wrapping_sub(1), y),
            (x, y.wrapping_sub(1)),
        ]);
    }
}

/// Whether a white block of 8×8 pixels comes back as exactly white at this JPEG quality.
/// Its only coefficient is 8 × 127; the luma table of the standard begins with 16.
pub(super) fn jpeg_keeps_white(quality: u8) -> bool {
    let quality = u32::from(quality.clamp(1, 100));
    let percent = if quality < 50 {
        5000 / quality
    } else {
        200 - 2 * quality
    };
    let step = ((16 * percent + 50) / 100).clamp(1, 255);
    let coefficient = (8 * 127 + step / 2) / step * step;
    // 126.5 and more rounds to 127 and so to 255; a little more is left for the rounding of fast transforms.
    coefficient >= 8 * 127 - 2
}
