//! Resizing with Lanczos3, as sharp as the target size allows.

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, IntoImageView, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, RgbImage, RgbaImage};

/// A rectangle of the source in pixels; fractions are allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crop {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// The picture at `width` × `height` px, stretched if the shape differs. RGB stays RGB; everything else becomes RGBA
/// (premultiplied while resizing, so that hidden colours do not bleed).
pub fn scale(picture: &DynamicImage, width: u32, height: u32) -> DynamicImage {
    let all = Crop {
        x: 0.0,
        y: 0.0,
        width: f64::from(picture.width()),
        height: f64::from(picture.height()),
    };
    scale_crop(picture, all, width, height)
}

/// A part of the picture at `width` × `height` px. The part must lie within the picture.
pub fn scale_crop(picture: &DynamicImage, part: Crop, width: u32, height: u32) -> DynamicImage {
    let (width, height) = (width.max(1), height.max(1));
    let converted;
    let source = if picture.as_rgb8().is_some() || picture.as_rgba8().is_some() {
        picture
    } else {
        converted = DynamicImage::ImageRgba8(picture.to_rgba8());
        &converted
    };
    let kind = source.pixel_type().unwrap_or(PixelType::U8x4);
    let mut target = Image::new(width, height, kind);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(part.x, part.y, part.width, part.height);
    Resizer::new()
        .resize(source, &mut target, &options)
        .expect("pixel types are equal and the part lies within the picture");
    let pixels = target.into_vec();
    if kind == PixelType::U8x3 {
        RgbImage::from_raw(width, height, pixels).map(DynamicImage::from)
    } else {
        RgbaImage::from_raw(width, height, pixels).map(DynamicImage::from)
    }
    .expect("the target has this size")
}

/// The size with the same shape whose longer side is at most `long`; never larger than the source.
pub fn bounded(width: u32, height: u32, long: u32) -> (u32, u32) {
    let longest = width.max(height).max(1);
    if longest <= long {
        return (width, height);
    }
    let side = |v: u32| {
        ((u64::from(v) * u64::from(long) + u64::from(longest) / 2) / u64::from(longest)).max(1)
            as u32
    };
    (side(width), side(height))
}
