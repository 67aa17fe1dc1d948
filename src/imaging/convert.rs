//! A finished picture in another format: the same pixels, the visible label on them, the label for machines kept.

use super::codec::{Limits, decode};
use super::encode::{QUALITY, encode};
use super::error::PictureError;
use super::xmp::{Aigc, write_xmp};
use crate::kinds::Format;

/// Writes a result of ours as `format`. JPEG has no transparency: what is transparent becomes white.
pub fn convert(bytes: &[u8], format: Format, aigc: &Aigc) -> Result<Vec<u8>, PictureError> {
    let picture = decode(bytes, &Limits::TRUSTED)?;
    write_xmp(&encode(&picture, format, QUALITY)?, format, aigc)
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, Rgba, RgbaImage};

    use super::*;

    #[test]
    fn every_format_keeps_the_label_and_the_size() {
        let aigc = Aigc {
            producer_code: "atelier".into(),
            produce_id: "job_1".into(),
        };
        let clear = DynamicImage::from(RgbaImage::from_pixel(80, 64, Rgba([200, 30, 90, 40])));
        let png = encode(&clear, Format::Png, 100).unwrap();
        for format in [Format::Jpeg, Format::Png, Format::Webp] {
            let made = convert(&png, format, &aigc).unwrap();
            let text = String::from_utf8_lossy(&made);
            assert!(
                text.contains("TC260:AIGC") && text.contains("job_1"),
                "{format:?}"
            );
            let back = decode(&made, &Limits::TRUSTED).unwrap();
            assert_eq!((back.width(), back.height()), (80, 64), "{format:?}");
        }
    }
}
