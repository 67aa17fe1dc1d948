//! Resizing with Lanczos3, as sharp as the target size allows.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};

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

impl Crop {
    /// All of a picture of this size.
    pub fn whole(width: u32, height: u32) -> Self {
        Self {
            x: 0.0,
            y: 0.0,
            width: f64::from(width),
            height: f64::from(height),
        }
    }
}

/// The picture at `width` × `height` px, stretched if the shape differs. RGB stays RGB; everything else becomes RGBA
/// (premultiplied while resizing, so that hidden colours do not bleed).
pub fn scale(picture: &DynamicImage, width: u32, height: u32) -> DynamicImage {
    let all = Crop::whole(picture.width(), picture.height());
    scale_crop(picture, all, width, height)
}

/// A part of the picture at `width` × `height` px. The part must lie within the picture.
pub fn scale_crop(picture: &DynamicImage, part: Crop, width: u32, height: u32) -> DynamicImage {
    if let Some(rgb) = picture.as_rgb8() {
        return rgb_part(rgb, part, width, height).into();
    }
    match picture.as_rgba8() {
        Some(rgba) => rgba_part(rgba, part, width, height).into(),
        None => rgba_part(&picture.to_rgba8(), part, width, height).into(),
    }
}

/// A part of a grey picture at this size; sides of 0 become 1.
pub(super) fn grey_part(picture: &GrayImage, part: Crop, width: u32, height: u32) -> GrayImage {
    let mut target = GrayImage::new(width.max(1), height.max(1));
    let (from, to) = (picture.dimensions(), target.dimensions());
    resample::<U8>(picture, from, part, &mut target, to);
    target
}

/// A part of an RGB picture at this size; sides of 0 become 1.
pub(super) fn rgb_part(picture: &RgbImage, part: Crop, width: u32, height: u32) -> RgbImage {
    let mut target = RgbImage::new(width.max(1), height.max(1));
    let (from, to) = (picture.dimensions(), target.dimensions());
    resample::<U8x3>(picture, from, part, &mut target, to);
    target
}

/// A part of an RGBA picture at this size; sides of 0 become 1.
pub(super) fn rgba_part(picture: &RgbaImage, part: Crop, width: u32, height: u32) -> RgbaImage {
    let mut target = RgbaImage::new(width.max(1), height.max(1));
    let (from, to) = (picture.dimensions(), target.dimensions());
    resample::<U8x4>(picture, from, part, &mut target, to);
    target
}

/// The one place that calls the resizer: its kernels are compiled for three pixel types instead of for fourteen times
/// every pair of picture types, which is minutes of every build.
fn resample<P: PixelTrait>(
    pixels: &[u8],
    (width, height): (u32, u32),
    part: Crop,
    target: &mut [u8],
    (to_width, to_height): (u32, u32),
) {
    let source = TypedImageRef::<P>::from_buffer(width, height, pixels);
    let source = source.expect("a picture has the pixels of its size");
    let target = TypedImage::<P>::from_buffer(to_width, to_height, target);
    let mut target = target.expect("the target has this size");
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(part.x, part.y, part.width, part.height);
    Resizer::new()
        .resize_typed(&source, &mut target, &options)
        .expect("the part lies within the picture");
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
