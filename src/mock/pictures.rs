//! The small pictures that mocks answer with.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, Rgb, RgbImage};

/// Width and height of every picture, in pixels.
pub const SIDES: (u32, u32) = (48, 64);

/// Pictures that are made once.
pub(super) struct Pictures {
    pub(super) png: Vec<u8>,
    pub(super) jpeg: Vec<u8>,
    pub(super) interim: Vec<u8>,
}

impl Pictures {
    pub(super) fn new() -> Self {
        let (width, height) = SIDES;
        let gradient = RgbImage::from_fn(width, height, |x, y| {
            let level = |of: u32, all: u32| (of * 255 / all) as u8;
            Rgb([level(x, width), level(y, height), 128])
        });
        let flat = RgbImage::from_pixel(8, 8, Rgb([200, 0, 0]));
        Self {
            png: encode(&gradient, ImageFormat::Png),
            jpeg: encode(&gradient, ImageFormat::Jpeg),
            interim: encode(&flat, ImageFormat::Png),
        }
    }
}

fn encode(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let written = picture.write_to(&mut bytes, format);
    written.expect("a small picture can be encoded in memory");
    bytes.into_inner()
}

/// Base64, with line breaks as mail has them if asked for.
pub(super) fn base64(bytes: &[u8], lines: bool) -> String {
    let text = STANDARD.encode(bytes);
    if !lines {
        return text;
    }
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(76)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    lines.join("\n")
}
