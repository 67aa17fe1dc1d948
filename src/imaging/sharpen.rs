//! A little sharpening after a picture was made smaller.

use image::DynamicImage;

/// How much of the difference to the blurred picture is added.
const AMOUNT: i32 = 38;
/// Differences up to this many levels are noise and stay.
const THRESHOLD: i32 = 2;

/// The picture a little sharper; alpha stays as it is.
pub(super) fn mildly(picture: DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    if picture.color().has_alpha() {
        let mut rgba = picture.into_rgba8();
        unsharp::<4>(&mut rgba, width, height);
        rgba.into()
    } else {
        let mut rgb = picture.into_rgb8();
        unsharp::<3>(&mut rgb, width, height);
        rgb.into()
    }
}

/// Adds a share of the difference to a 3×3 binomial blur. Two rows of the original are kept, no copy of the picture.
fn unsharp<const CHANNELS: usize>(pixels: &mut [u8], width: usize, height: usize) {
    let stride = width * CHANNELS;
    if width < 3 || height < 3 {
        return;
    }
    let mut above = pixels[..stride].to_vec();
    let mut current = above.clone();
    for y in 0..height {
        let below_at = (y + 1).min(height - 1) * stride;
        let below = if y + 1 < height {
            pixels[below_at..below_at + stride].to_vec()
        } else {
            current.clone()
        };
        let row = &mut pixels[y * stride..(y + 1) * stride];
        for x in 0..width {
            let left = x.saturating_sub(1) * CHANNELS;
            let right = (x + 1).min(width - 1) * CHANNELS;
            let here = x * CHANNELS;
            for c in 0..3 {
                let line = |r: &[u8]| {
                    i32::from(r[left + c]) + 2 * i32::from(r[here + c]) + i32::from(r[right + c])
                };
                let blur = (line(&above) + 2 * line(&current) + line(&below) + 8) / 16;
                let value = i32::from(current[here + c]);
                let detail = value - blur;
                if detail.abs() > THRESHOLD {
                    row[here + c] = (value + detail * AMOUNT / 100).clamp(0, 255) as u8;
                }
            }
        }
        above = std::mem::replace(&mut current, below);
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    #[test]
    fn edges_gain_contrast_and_flats_stay() {
        let edge = RgbImage::from_fn(9, 9, |x, _| Rgb([if x < 4 { 100 } else { 150 }; 3]));
        let sharp = mildly(edge.into()).into_rgb8();
        assert_eq!(
            (sharp.get_pixel(1, 4)[0], sharp.get_pixel(7, 4)[0]),
            (100, 150)
        );
        assert!(sharp.get_pixel(3, 4)[0] < 100 && sharp.get_pixel(4, 4)[0] > 150);
    }
}
