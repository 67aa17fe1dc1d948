//! Resizing and cutting of 8-bit pictures.

use image::{RgbImage, RgbaImage};

use super::scale::{self, Crop};

/// The picture at exactly this size (Lanczos); sides of 0 become 1.
pub fn resize(picture: &RgbImage, w: u32, h: u32) -> RgbImage {
    let all = Crop::whole(picture.width(), picture.height());
    scale::rgb_part(picture, all, w, h)
}

/// The cut-out at exactly this size; colours are weighted by alpha, so that nothing bleeds in from outside.
pub fn resize_cutout(cutout: &RgbaImage, w: u32, h: u32) -> RgbaImage {
    let all = Crop::whole(cutout.width(), cutout.height());
    scale::rgba_part(cutout, all, w, h)
}

/// The size that fits into `side` pixels, keeping the shape; never larger than it was.
pub fn fitted((w, h): (u32, u32), side: u32) -> (u32, u32) {
    let long = w.max(h).max(1);
    if long <= side {
        return (w.max(1), h.max(1));
    }
    let scale = |v: u32| ((f64::from(v) * f64::from(side) / f64::from(long)).round() as u32).max(1);
    (scale(w), scale(h))
}

/// The picture with its longer side at most `side` pixels.
pub fn shrink(picture: &RgbImage, side: u32) -> RgbImage {
    let (w, h) = fitted(picture.dimensions(), side);
    if (w, h) == picture.dimensions() {
        picture.clone()
    } else {
        resize(picture, w, h)
    }
}

/// A square part of a picture with its centre at (`cx`, `cy`); what lies outside is `fill`.
pub fn square(picture: &RgbImage, cx: f32, cy: f32, side: f32, fill: [u8; 3]) -> RgbImage {
    let side_px = side.round().max(1.0) as u32;
    let (x0, y0) = (
        (cx - side / 2.0).round() as i64,
        (cy - side / 2.0).round() as i64,
    );
    let mut out = RgbImage::from_pixel(side_px, side_px, image::Rgb(fill));
    image::imageops::replace(&mut out, picture, -x0, -y0);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparent_colours_do_not_bleed() {
        let cutout = RgbaImage::from_fn(40, 40, |x, _| {
            if x < 20 {
                image::Rgba([200, 0, 0, 255])
            } else {
                image::Rgba([0, 255, 0, 0])
            }
        });
        let small = resize_cutout(&cutout, 13, 13);
        assert!(small.pixels().filter(|p| p[3] > 20).all(|p| p[1] < 12));
    }
}
