//! The label for people: a small plate in the bottom right corner that says "AI生成" or "AI-generated".

use image::{DynamicImage, GrayImage, ImageFormat, Rgba, RgbaImage};

use super::scale;
use crate::i18n::Lang;

/// The height of the letters as a share of the picture's shorter side; the rule asks for 5 %.
const LETTER_SHARE: f64 = 0.052;
/// Letters are never smaller than this in pixels, so that thumbnails can be read.
const MIN_LETTER_PX: f64 = 11.0;
/// The space between the letters and the rim of the plate, in heights of a letter.
const PADDING: (f64, f64) = (0.62, 0.42);
/// The distance between the plate and the picture's edges, in heights of a letter.
const MARGIN: f64 = 0.55;
/// How much of the plate's near-black covers the picture.
const PLATE_ALPHA: f64 = 0.56;
/// The plate's colour.
const PLATE: [u8; 3] = [18, 18, 22];

/// The letters as an alpha mask, and which share of its height a capital (or a Han character) takes.
struct Letters {
    mask: GrayImage,
    capital: f64,
}

impl Letters {
    fn of(lang: Lang) -> Self {
        // The English mask reaches down to the tail of the g.
        let (bytes, capital): (&[u8], f64) = match lang {
            Lang::Zh => (include_bytes!("../../assets/label/zh.png"), 1.0),
            Lang::En => (include_bytes!("../../assets/label/en.png"), 285.0 / 383.0),
        };
        let mask = image::load_from_memory_with_format(bytes, ImageFormat::Png)
            .expect("the masks are compiled in")
            .into_luma8();
        Self { mask, capital }
    }
}

/// Where the plate and its letters lie, in pixels.
struct Layout {
    plate: (u32, u32, u32, u32),
    text: (u32, u32, u32, u32),
}

fn layout(width: u32, height: u32, letters: &Letters) -> Layout {
    let (w, h) = (f64::from(width), f64::from(height));
    let aspect = f64::from(letters.mask.width()) / f64::from(letters.mask.height());
    let mut letter = (w.min(h) * LETTER_SHARE).max(MIN_LETTER_PX);
    // Narrow pictures: the whole plate must fit between its margins.
    let widest = aspect / letters.capital + 2.0 * (PADDING.0 + MARGIN);
    let highest = 1.0 / letters.capital + 2.0 * (PADDING.1 + MARGIN);
    letter = letter.min(w / widest).min(h / highest).max(1.0);
    let text_h = (letter / letters.capital).ceil().max(1.0);
    let text_w = (text_h * aspect).round().max(1.0);
    let (pad_x, pad_y) = ((letter * PADDING.0).round(), (letter * PADDING.1).round());
    let margin = (letter * MARGIN).round();
    let (plate_w, plate_h) = ((text_w + 2.0 * pad_x).min(w), (text_h + 2.0 * pad_y).min(h));
    let x = (w - margin - plate_w).max(0.0);
    let y = (h - margin - plate_h).max(0.0);
    let text_x = (x + pad_x).min((w - text_w).max(0.0));
    let text_y = (y + pad_y).min((h - text_h).max(0.0));
    let px = |v: f64| v as u32;
    Layout {
        plate: (px(x), px(y), px(plate_w), px(plate_h)),
        text: (px(text_x), px(text_y), px(text_w), px(text_h)),
    }
}

/// Draws the label upon the picture. RGB stays RGB; a transparent picture gets an opaque enough plate.
pub fn draw(picture: &mut DynamicImage, lang: Lang) {
    let letters = Letters::of(lang);
    let place = layout(picture.width(), picture.height(), &letters);
    let (_, _, text_w, text_h) = place.text;
    let mask = scale::scale(&letters.mask.into(), text_w, text_h).into_luma8();
    if let DynamicImage::ImageRgb8(rgb) = picture {
        return paint(&place, &mask, |x, y, colour, alpha| {
            if let Some(pixel) = rgb.get_pixel_mut_checked(x, y) {
                for (under, over) in pixel.0.iter_mut().zip(colour) {
                    *under = mix(f64::from(*under), f64::from(over), alpha);
                }
            }
        });
    }
    let mut rgba = std::mem::take(picture).into_rgba8();
    paint(&place, &mask, |x, y, colour, alpha| {
        lay_over(&mut rgba, (x, y), colour, alpha);
    });
    *picture = rgba.into();
}

/// Calls `dot(x, y, colour, alpha)` for the plate's pixels and then for the letters'.
fn paint(place: &Layout, mask: &GrayImage, mut dot: impl FnMut(u32, u32, [u8; 3], f64)) {
    let (left, top, width, height) = place.plate;
    let radius = f64::from(height) * 0.32;
    for y in 0..height {
        for x in 0..width {
            let cover = rounded(
                f64::from(x) + 0.5,
                f64::from(y) + 0.5,
                f64::from(width),
                f64::from(height),
                radius,
            );
            if cover > 0.0 {
                dot(left + x, top + y, PLATE, cover * PLATE_ALPHA);
            }
        }
    }
    let (left, top, _, _) = place.text;
    for (x, y, pixel) in mask.enumerate_pixels() {
        if pixel[0] > 0 {
            dot(
                left + x,
                top + y,
                [255, 255, 255],
                f64::from(pixel[0]) / 255.0 * 0.96,
            );
        }
    }
}

/// How much of a pixel lies within a rounded rectangle, from its distance to the rim.
fn rounded(x: f64, y: f64, width: f64, height: f64, radius: f64) -> f64 {
    let dx = (x - width / 2.0).abs() - (width / 2.0 - radius);
    let dy = (y - height / 2.0).abs() - (height / 2.0 - radius);
    let outside = dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - radius;
    (0.5 - outside).clamp(0.0, 1.0)
}

fn mix(under: f64, over: f64, alpha: f64) -> u8 {
    (under + (over - under) * alpha).round() as u8
}

fn lay_over(picture: &mut RgbaImage, (x, y): (u32, u32), colour: [u8; 3], alpha: f64) {
    let Some(pixel) = picture.get_pixel_mut_checked(x, y) else {
        return;
    };
    let under = f64::from(pixel[3]) / 255.0;
    let sum = alpha + under * (1.0 - alpha);
    if sum <= 0.0 {
        return;
    }
    let channel = |i: usize| mix(f64::from(pixel[i]), f64::from(colour[i]), alpha / sum);
    *pixel = Rgba([
        channel(0),
        channel(1),
        channel(2),
        (sum * 255.0).round() as u8,
    ]);
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    /// The box of what drawing changed: left, top, right, bottom.
    fn changed(before: &RgbImage, after: &RgbImage) -> (u32, u32, u32, u32) {
        let mut found = (u32::MAX, u32::MAX, 0, 0);
        for (x, y, pixel) in after.enumerate_pixels() {
            if pixel != before.get_pixel(x, y) {
                found = (
                    found.0.min(x),
                    found.1.min(y),
                    found.2.max(x),
                    found.3.max(y),
                );
            }
        }
        found
    }

    #[test]
    fn letters_have_five_percent_of_the_shorter_side_and_stay_in_the_corner() {
        for (width, height) in [
            (800, 800),
            (1080, 1440),
            (1920, 1080),
            (384, 288),
            (3000, 600),
        ] {
            for lang in [Lang::Zh, Lang::En] {
                let letters = Letters::of(lang);
                let place = layout(width, height, &letters);
                let capital = f64::from(place.text.3) * letters.capital;
                assert!(
                    capital >= 0.05 * f64::from(width.min(height)),
                    "{width}×{height} {lang:?}: {capital}"
                );
                let plain = RgbImage::from_pixel(width, height, Rgb([120, 130, 140]));
                let mut picture = DynamicImage::from(plain.clone());
                draw(&mut picture, lang);
                let (left, top, right, bottom) = changed(&plain, &picture.to_rgb8());
                assert!(left > width / 3 && top > height / 2 && right < width && bottom < height);
            }
        }
    }

    #[test]
    fn letters_stand_out_on_every_ground() {
        for ground in [0u8, 128, 255] {
            let mut picture = DynamicImage::from(RgbImage::from_pixel(900, 900, Rgb([ground; 3])));
            draw(&mut picture, Lang::En);
            let rgb = picture.to_rgb8();
            let place = layout(900, 900, &Letters::of(Lang::En));
            let (x, y, w, h) = place.text;
            let levels: Vec<u8> = (0..w * h)
                .map(|i| rgb.get_pixel(x + i % w, y + i / w)[0])
                .collect();
            let (low, high) = (levels.iter().min().unwrap(), levels.iter().max().unwrap());
            assert!(high - low > 120, "on {ground}: {low}..{high}");
        }
    }

    #[test]
    fn tiny_and_transparent_pictures_work_too() {
        for (width, height) in [(1, 1), (20, 300), (300, 20), (64, 64)] {
            let mut picture = DynamicImage::from(RgbaImage::new(width, height));
            draw(&mut picture, Lang::Zh);
            assert_eq!((picture.width(), picture.height()), (width, height));
        }
        let mut clear = DynamicImage::from(RgbaImage::new(400, 400));
        draw(&mut clear, Lang::Zh);
        let alpha = clear.to_rgba8();
        assert_eq!(alpha.get_pixel(0, 0)[3], 0);
        assert!(
            alpha
                .pixels()
                .any(|p| p.0 == [255, 255, 255, 255] || p[3] > 240)
        );
    }
}
