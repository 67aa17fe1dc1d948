//! Resizing and cutting of 8-bit pictures.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{InnerPixel, U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};
use image::{RgbImage, RgbaImage};

/// The picture at exactly this size (Lanczos); sides of 0 become 1.
pub fn resize(picture: &RgbImage, w: u32, h: u32) -> RgbImage {
    let mut out = RgbImage::new(w.max(1), h.max(1));
    let size = out.dimensions();
    run::<U8x3>(picture.dimensions(), picture.as_raw(), size, &mut out);
    out
}

/// The cut-out at exactly this size; colours are weighted by alpha, so that nothing bleeds in from outside.
pub fn resize_cutout(cutout: &RgbaImage, w: u32, h: u32) -> RgbaImage {
    let mut out = RgbaImage::new(w.max(1), h.max(1));
    let size = out.dimensions();
    run::<U8x4>(cutout.dimensions(), cutout.as_raw(), size, &mut out);
    out
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

/// The typed way in: the other one compiles the kernels of all thirteen pixel types into this crate.
fn run<P: PixelTrait + InnerPixel>(
    from: (u32, u32),
    source: &[u8],
    to: (u32, u32),
    target: &mut [u8],
) {
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    let source = TypedImageRef::<P>::from_buffer(from.0, from.1, source);
    let source = source.expect("a picture's buffer has the picture's size");
    let target = TypedImage::<P>::from_buffer(to.0, to.1, target);
    let mut target = target.expect("a picture's buffer has the picture's size");
    let done = Resizer::new().resize_typed(&source, &mut target, &options);
    done.expect("the whole source is inside the source");
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
