//! Reading good, odd and hostile files.

use image::{GrayImage, ImageFormat, Luma, Rgb, RgbImage};

use super::*;
use crate::imaging::encode::encode;
use crate::kinds::Format;

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

/// Red, green / blue, white: the picture that the fixtures show.
const QUARTERS: [[u8; 3]; 4] = [[220, 30, 30], [30, 180, 30], [30, 30, 220], [255, 255, 255]];

fn quarters() -> RgbImage {
    RgbImage::from_fn(128, 96, |x, y| {
        Rgb(QUARTERS[usize::from(x >= 64) + 2 * usize::from(y >= 48)])
    })
}

/// The colour in the middle of each quarter, row by row.
fn corners(picture: &DynamicImage) -> [[u8; 3]; 4] {
    let (w, h) = (picture.width(), picture.height());
    let rgb = picture.to_rgb8();
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| rgb.get_pixel(w * x / 4, h * y / 4).0)
}

fn assert_close(found: [[u8; 3]; 4], want: [[u8; 3]; 4], tolerance: u8, name: &str) {
    for (a, b) in found.as_flattened().iter().zip(want.as_flattened()) {
        assert!(
            a.abs_diff(*b) <= tolerance,
            "{name}: {found:?} is not {want:?}"
        );
    }
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG with an EXIF block that holds this orientation.
fn turned(value: u8) -> Vec<u8> {
    let plain = encode(&quarters().into(), Format::Jpeg, 95).unwrap();
    let mut exif =
        b"\xFF\xE1\0\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([value, 0, 0, 0, 0, 0, 0]);
    [&plain[..2], &exif, &plain[2..]].concat()
}

#[test]
fn every_format_shows_the_same_picture() {
    let rgb = DynamicImage::from(quarters());
    let mut files = vec![
        ("cmyk, adobe", fixture!("cmyk-adobe.jpg").to_vec()),
        ("cmyk, plain", fixture!("cmyk-plain.jpg").to_vec()),
        ("ycck", fixture!("ycck.jpg").to_vec()),
        ("progressive", fixture!("progressive.jpg").to_vec()),
        ("animated gif", fixture!("animated.gif").to_vec()),
        ("animated webp", fixture!("animated.webp").to_vec()),
        ("tiff, lzw", fixture!("rgb-lzw.tiff").to_vec()),
        ("16 bits", written(&rgb.to_rgb16().into(), ImageFormat::Png)),
        (
            "16 bits and alpha, tiff",
            written(&rgb.to_rgba16().into(), ImageFormat::Tiff),
        ),
    ];
    for format in [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::WebP,
        ImageFormat::Gif,
        ImageFormat::Bmp,
    ] {
        files.push(("written here", written(&rgb, format)));
    }
    for (name, bytes) in files {
        let info = inspect(&bytes, &Limits::UPLOAD).unwrap();
        assert_eq!((info.width, info.height), (128, 96), "{name}");
        let picture = decode(&bytes, &Limits::UPLOAD).unwrap();
        assert_eq!((picture.width(), picture.height()), (128, 96), "{name}");
        assert_close(corners(&picture), QUARTERS, 12, name);
    }
}

#[test]
fn all_eight_orientations_stand_upright() {
    // Where the quarters of the stored picture end up, row by row.
    let places = [
        [0, 1, 2, 3],
        [1, 0, 3, 2],
        [3, 2, 1, 0],
        [2, 3, 0, 1],
        [0, 2, 1, 3],
        [2, 0, 3, 1],
        [3, 1, 2, 0],
        [1, 3, 0, 2],
    ];
    for (value, place) in (1..=8u8).zip(places) {
        let bytes = turned(value);
        let info = inspect(&bytes, &Limits::UPLOAD).unwrap();
        let picture = decode(&bytes, &Limits::UPLOAD).unwrap();
        assert_eq!(
            (info.width, info.height),
            (picture.width(), picture.height())
        );
        assert_eq!(info.width < info.height, value > 4);
        assert_close(
            corners(&picture),
            place.map(|i| QUARTERS[i]),
            8,
            &format!("orientation {value}"),
        );
    }
}

#[test]
fn orientation_is_found_in_png_and_webp_too() {
    for bytes in [fixture!("gps.png"), fixture!("gps.webp")] {
        let info = inspect(bytes, &Limits::UPLOAD).unwrap();
        assert_eq!(
            (info.width, info.height, info.orientation),
            (96, 128, Orientation::Rotate90)
        );
    }
}

#[test]
fn profiles_are_applied_and_bad_ones_ignored() {
    let swapped = decode(fixture!("swapped-icc.jpg"), &Limits::UPLOAD).unwrap();
    let [red, green, ..] = corners(&swapped);
    assert!(red[1] > 180 && red[0] < 60, "red became green: {red:?}");
    assert!(
        green[0] > 140 && green[1] < 60,
        "green became red: {green:?}"
    );

    let plain = encode(&quarters().into(), Format::Jpeg, 95).unwrap();
    let junk = b"\xFF\xE2\0\x18ICC_PROFILE\0\x01\x01notaicc!";
    let spoilt = [&plain[..2], junk.as_slice(), &plain[2..]].concat();
    assert_close(
        corners(&decode(&spoilt, &Limits::UPLOAD).unwrap()),
        QUARTERS,
        8,
        "bad profile",
    );
}

#[test]
fn grey_stays_grey_and_alpha_stays_alpha() {
    let grey = decode(fixture!("grey16.png"), &Limits::UPLOAD)
        .unwrap()
        .to_rgb8();
    assert_eq!(grey.get_pixel(0, 5), &Rgb([0, 0, 0]));
    assert_eq!(grey.get_pixel(127, 5), &Rgb([255, 255, 255]));
    let palette = decode(fixture!("palette-alpha.png"), &Limits::UPLOAD).unwrap();
    assert!(palette.color().has_alpha());
    let alpha: Vec<u8> = palette.to_rgba8().pixels().map(|p| p[3]).collect();
    assert!(alpha.contains(&0) && alpha.contains(&255));
}

#[test]
fn limits_hold_before_anything_is_decoded() {
    let tiny = written(
        &GrayImage::from_pixel(63, 200, Luma([9])).into(),
        ImageFormat::Png,
    );
    // A bitmap of 54 bytes that claims any size.
    let lying = |w: u32, h: u32| {
        let mut bytes = b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
        bytes.extend(w.to_le_bytes());
        bytes.extend(h.to_le_bytes());
        bytes.extend(b"\x01\0\x18\0");
        bytes.resize(54, 0);
        bytes
    };
    let heavy = vec![0xFFu8; 20_000_001];
    let heavy = [b"\xFF\xD8\xFF", heavy.as_slice()].concat();
    let cases = [
        (tiny, "image_too_small"),
        (lying(12_001, 100), "image_too_large"),
        (lying(12_000, 11_000), "image_too_many_pixels"),
        (heavy, "file_too_large"),
        (Vec::new(), "empty_file"),
        (
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(),
            "heic_unsupported",
        ),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
            "unsupported_format",
        ),
    ];
    for (bytes, code) in cases {
        let error = inspect(&bytes, &Limits::UPLOAD).unwrap_err();
        assert_eq!(error.code(), code);
        assert_eq!(decode(&bytes, &Limits::UPLOAD).unwrap_err().code(), code);
        let advice = error.advice();
        assert!(!advice.zh.is_empty() && !advice.en.is_empty());
    }
}

#[test]
fn files_cut_off_are_errors() {
    let rgb = DynamicImage::from(quarters());
    let mut files = vec![
        fixture!("cmyk-adobe.jpg").to_vec(),
        fixture!("progressive.jpg").to_vec(),
    ];
    for format in [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::WebP,
        ImageFormat::Bmp,
        ImageFormat::Tiff,
    ] {
        files.push(written(&rgb, format));
    }
    for bytes in files {
        for share in [1, 3, 5, 7] {
            let cut = &bytes[..bytes.len() * share / 8];
            let error = decode(cut, &Limits::UPLOAD).unwrap_err();
            let code = error.code();
            assert!(
                matches!(code, "unreadable_image" | "unsupported_format"),
                "{code}: {error}"
            );
        }
    }
}

/// How often each file is damaged.
const FUZZ: usize = 100;

#[test]
fn damaged_files_never_panic() {
    let rgb = DynamicImage::from(quarters());
    let mut files: Vec<Vec<u8>> = [
        fixture!("cmyk-adobe.jpg"),
        fixture!("swapped-icc.jpg"),
        fixture!("animated.webp"),
        fixture!("animated.gif"),
        fixture!("rgb-lzw.tiff"),
        fixture!("gps.jpg"),
    ]
    .map(<[u8]>::to_vec)
    .into();
    files.push(written(&rgb, ImageFormat::Png));
    let mut seed = 7u32;
    let mut random = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize
    };
    let limits = Limits {
        max_pixels: 1_000_000,
        ..Limits::UPLOAD
    };
    for bytes in files {
        for _ in 0..FUZZ {
            let mut broken = bytes.clone();
            for _ in 0..=random() % 6 {
                let at = random() % broken.len();
                broken[at] = random() as u8;
            }
            let _ = inspect(&broken, &limits);
            let _ = decode(&broken, &limits);
            let _ = crate::imaging::metadata::strip(&broken);
        }
    }
}
