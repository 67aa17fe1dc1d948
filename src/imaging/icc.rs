//! From the colours a file's ICC profile means to sRGB. A profile that cannot be used is ignored.

use std::panic::catch_unwind;

use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use super::codec::eight_bits;

/// Profiles larger than this are ignored: real ones have at most a few MB.
const MAX_PROFILE_BYTES: usize = 8 << 20;

/// The picture in sRGB, 8 bits a channel, as RGB or RGBA.
pub(super) fn to_srgb(picture: DynamicImage, profile: Option<&[u8]>) -> DynamicImage {
    let Some(profile) = profile.and_then(read) else {
        return eight_bits(picture);
    };
    let (colour, alpha) = (picture.color().has_color(), picture.color().has_alpha());
    if profile.color_space == DataColorSpace::Gray && !colour && !alpha {
        let grey: GrayImage = picture.into_luma8();
        return match run(&profile, &grey, Layout::Gray) {
            Some(rgb) => rebuild(&grey, rgb),
            None => eight_bits(grey.into()),
        };
    }
    if profile.color_space != DataColorSpace::Rgb {
        // It does not describe these pixels.
        return eight_bits(picture);
    }
    if alpha {
        let source = picture.into_rgba8();
        let (width, height) = source.dimensions();
        let managed = run(&profile, &source, Layout::Rgba);
        managed
            .and_then(|rgba| RgbaImage::from_raw(width, height, rgba))
            .map_or_else(|| source.into(), DynamicImage::from)
    } else {
        let source = picture.into_rgb8();
        match run(&profile, &source, Layout::Rgb) {
            Some(rgb) => rebuild(&source, rgb),
            None => source.into(),
        }
    }
}

/// Inks (0 none, 255 full, four bytes a pixel) as RGB bytes, by the profile or by plain multiplication.
pub(super) fn cmyk_to_srgb(inks: &[u8], profile: Option<&[u8]>) -> Vec<u8> {
    let managed = profile
        .and_then(read)
        .filter(|p| p.color_space == DataColorSpace::Cmyk)
        .and_then(|p| run(&p, inks, Layout::Rgba));
    managed.unwrap_or_else(|| {
        let light = |ink: u8, k: u8| {
            let product = u32::from(255 - ink) * u32::from(255 - k);
            ((product + 127) / 255) as u8
        };
        let pixels = inks.as_chunks::<4>().0.iter();
        pixels
            .flat_map(|&[c, m, y, k]| [light(c, k), light(m, k), light(y, k)])
            .collect()
    })
}

fn rebuild<T: image::GenericImageView>(like: &T, rgb: Vec<u8>) -> DynamicImage {
    RgbImage::from_raw(like.width(), like.height(), rgb)
        .expect("the transform fills three bytes a pixel")
        .into()
}

fn read(profile: &[u8]) -> Option<ColorProfile> {
    if profile.len() > MAX_PROFILE_BYTES {
        return None;
    }
    catch_unwind(|| ColorProfile::new_from_slice(profile).ok())
        .ok()
        .flatten()
}

/// Transforms the pixels, or `None` if that fails or would change nothing that an eye can see.
fn run(profile: &ColorProfile, source: &[u8], layout: Layout) -> Option<Vec<u8>> {
    let out = if layout == Layout::Rgba && profile.color_space == DataColorSpace::Rgb {
        Layout::Rgba
    } else {
        Layout::Rgb
    };
    let work = || {
        let srgb = ColorProfile::new_srgb();
        let transform = profile
            .create_transform_8bit(layout, &srgb, out, TransformOptions::default())
            .ok()?;
        let probe = probe(layout);
        let mut answer = vec![0; probe.len() / layout.channels() * out.channels()];
        transform.transform(&probe, &mut answer).ok()?;
        let same_shape = probe.len() == answer.len();
        if same_shape && probe.iter().zip(&answer).all(|(a, b)| a.abs_diff(*b) <= 1) {
            return None;
        }
        let mut pixels = vec![0; source.len() / layout.channels() * out.channels()];
        transform.transform(source, &mut pixels).ok()?;
        Some(pixels)
    };
    catch_unwind(std::panic::AssertUnwindSafe(work))
        .ok()
        .flatten()
}

/// A coarse grid over all colours: profiles that are sRGB under another name leave it as it is.
fn probe(layout: Layout) -> Vec<u8> {
    let steps = (0..=255u8).step_by(51);
    let colours = steps.clone().flat_map(|r| {
        let steps = steps.clone();
        steps
            .clone()
            .flat_map(move |g| steps.clone().map(move |b| [r, g, b, 255]))
    });
    colours
        .flat_map(|c| c.into_iter().take(layout.channels()))
        .collect()
}
