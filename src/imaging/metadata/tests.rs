//! What is taken away and what stays.

use super::*;
use crate::imaging::codec::inspect;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/pictures/",
            $name
        ))
        .as_slice()
    };
}

fn holds(bytes: &[u8], needle: &str) -> bool {
    bytes
        .windows(needle.len())
        .any(|w| w.eq_ignore_ascii_case(needle.as_bytes()))
}

#[test]
fn places_and_secrets_go_and_the_orientation_stays() {
    let cases = [
        (fixture!("gps.jpg"), Format::Jpeg),
        (fixture!("gps.png"), Format::Png),
        (fixture!("gps.webp"), Format::Webp),
    ];
    for (bytes, format) in cases {
        assert!(holds(bytes, "secret"), "the fixture has something to hide");
        let clean = strip(bytes).unwrap();
        assert_eq!(clean.format, format);
        assert!(clean.bytes.len() < bytes.len());
        assert!(!holds(&clean.bytes, "secret") && !holds(&clean.bytes, "xmpmeta"));
        let info = inspect(&clean.bytes, &Limits::UPLOAD).unwrap();
        assert_eq!(
            (info.width, info.height, info.orientation),
            (96, 128, Orientation::Rotate90)
        );
        let before = decode(bytes, &Limits::UPLOAD).unwrap();
        assert_eq!(
            before,
            decode(&clean.bytes, &Limits::UPLOAD).unwrap(),
            "not one pixel changed"
        );
        assert_eq!(
            strip(&clean.bytes).unwrap(),
            clean,
            "stripping twice changes nothing"
        );
    }
}

#[test]
fn profiles_and_ink_marks_stay() {
    for bytes in [
        fixture!("swapped-icc.jpg"),
        fixture!("cmyk-adobe.jpg"),
        fixture!("ycck.jpg"),
        fixture!("progressive.jpg"),
    ] {
        let clean = strip(bytes).unwrap();
        assert_eq!(clean.format, Format::Jpeg);
        assert!(!holds(&clean.bytes, "secret"));
        assert_eq!(
            decode(bytes, &Limits::UPLOAD),
            decode(&clean.bytes, &Limits::UPLOAD)
        );
    }
}

#[test]
fn what_we_cannot_clean_becomes_png() {
    for bytes in [
        fixture!("animated.gif"),
        fixture!("animated.webp"),
        fixture!("rgb-lzw.tiff"),
    ] {
        let clean = strip(bytes).unwrap();
        assert_eq!(clean.format, Format::Png);
        assert_eq!(
            decode(bytes, &Limits::UPLOAD).unwrap().to_rgb8(),
            decode(&clean.bytes, &Limits::UPLOAD).unwrap().to_rgb8()
        );
    }
    assert_eq!(strip(b"nothing").unwrap_err(), PictureError::Unsupported);
}
