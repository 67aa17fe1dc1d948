//! Pictures for tests: small ones made here, and the samples that the repository holds.

use std::io::Cursor;
use std::path::Path;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

/// The side of a small picture in pixels.
pub(crate) const SIDE: u32 = 96;

/// A product on a plain background, as a PNG; every `number` is another product.
pub(crate) fn product(number: u8) -> Vec<u8> {
    let colour = Rgb([200, 40 + number, 60]);
    png(RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let (dx, dy) = (x.abs_diff(SIDE / 2), y.abs_diff(SIDE / 2));
        if dx * dx + dy * dy < 30 * 30 {
            colour
        } else {
            Rgb([236, 236, 236])
        }
    }))
}

/// What a good cut-out of [`product`] looks like, as a PNG.
pub(crate) fn round() -> Vec<u8> {
    let cutout = RgbaImage::from_fn(SIDE, SIDE, |x, y| {
        let (dx, dy) = (x.abs_diff(SIDE / 2), y.abs_diff(SIDE / 2));
        let inside = dx * dx + dy * dy < 30 * 30;
        Rgba([200, 40, 60, if inside { 255 } else { 0 }])
    });
    let mut bytes = Vec::new();
    cutout
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .expect("it can be encoded");
    bytes
}

/// Noise, as a PNG: what compresses worst.
pub(crate) fn noise(side: u32, seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    png(RgbImage::from_fn(side, side, |_, _| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [a, b, c, _] = state.to_le_bytes();
        Rgb([a, b, c])
    }))
}

/// A picture of one colour, as a PNG.
pub(crate) fn plain(width: u32, height: u32) -> Vec<u8> {
    png(RgbImage::from_pixel(width, height, Rgb([120, 140, 160])))
}

/// A picture of one colour and transparency, as a PNG.
pub(crate) fn filled(width: u32, height: u32, colour: [u8; 4]) -> Vec<u8> {
    let picture = RgbaImage::from_pixel(width, height, Rgba(colour));
    let mut bytes = Vec::new();
    picture
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .expect("it can be encoded");
    bytes
}

/// The same pixels as a JPEG.
pub(crate) fn as_jpeg(picture: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    decode(picture)
        .to_rgb8()
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg)
        .expect("it can be encoded");
    bytes
}

/// The same picture with this width, as a PNG.
pub(crate) fn scaled(picture: &[u8], width: u32) -> Vec<u8> {
    png(decode(picture).thumbnail(width, width).to_rgb8())
}

/// The pixels of a file.
pub(crate) fn decode(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).expect("a picture")
}

/// A file of `tests/fixtures/pictures`.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    read("tests/fixtures/pictures", name)
}

/// A photo of `assets/samples`.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    read("assets/samples", name)
}

/// True if `bytes` hold `text`.
pub(crate) fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

fn read(folder: &str, name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(folder)
        .join(name);
    std::fs::read(path).expect("the file is in the repository")
}

fn png(picture: RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .expect("it can be encoded");
    bytes
}
