//! The quick ways against the thorough one, and hostile files.

use image::{ImageFormat, Rgb, Rgba, RgbaImage};
use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};

use super::*;

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

/// A photo in this repository, larger than it is needed.
const PHOTO: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/assets/samples/portrait.jpg"
));

fn photo() -> RgbImage {
    decode(PHOTO, &Limits::TRUSTED).unwrap().into_rgb8()
}

fn written(picture: &RgbImage, change: impl Fn(Encoder<'_>) -> Encoder<'_>) -> Vec<u8> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let encoder = Encoder::new(picture.as_raw(), width, height, PixelFormat::Rgb).quality(92);
    change(encoder).encode().unwrap()
}

/// The ratio of signal to noise in decibels.
fn likeness(a: &RgbImage, b: &RgbImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let pairs = a.as_raw().iter().zip(b.as_raw());
    let sum: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
    10.0 * (255.0 * 255.0 * a.as_raw().len() as f64 / sum.max(1e-9)).log10()
}

#[test]
fn sizes_are_bounded_and_alpha_lies_on_white() {
    let clear = DynamicImage::from(RgbaImage::from_pixel(300, 200, Rgba([0, 0, 0, 0])));
    let bytes = encode(&clear, Format::Png, 100).unwrap();
    let ready = prepare(&bytes, 150).unwrap();
    assert_eq!(ready.dimensions(), (150, 100));
    assert!(ready.pixels().all(|p| p.0 == [255; 3]));
    assert_eq!(prepare(&bytes, 4000).unwrap().dimensions(), (300, 200));
    let bytes = prepare_jpeg(&bytes, 150, 90).unwrap();
    assert_eq!(image::guess_format(&bytes).unwrap(), ImageFormat::Jpeg);
    assert_eq!(prepare(&bytes, 4000).unwrap().dimensions(), (150, 100));
}

#[test]
fn quick_ways_show_what_the_thorough_one_shows() {
    let photo = photo();
    let files = [
        (Subsampling::S420, false),
        (Subsampling::S420, true),
        (Subsampling::S422, false),
        (Subsampling::S444, false),
    ];
    for (sampling, progressive) in files {
        let bytes = written(&photo, |e| e.subsampling(sampling).progressive(progressive));
        // At 401 px the full planes are read, at the others a half, a quarter and an eighth.
        for side in [401, 250, 120, 60] {
            assert!(LargeJpeg::open(&bytes, side).is_some());
            let name = format!("{sampling:?}, progressive {progressive}, {side} px");
            let thorough = prepare_whole(&bytes, side).unwrap();
            let seen = likeness(&prepare(&bytes, side).unwrap(), &thorough);
            assert!(seen > 33.0, "{name}: {seen:.1} dB");
            let sent = prepare_jpeg(&bytes, side, 95).unwrap();
            let sent = likeness(&prepare(&sent, side).unwrap(), &thorough);
            assert!(sent > 31.0, "{name} as a file: {sent:.1} dB");
        }
    }
}

#[test]
fn orientation_profile_and_grey_are_kept_on_the_quick_ways() {
    let cases = [
        fixture!("gps.jpg"),
        fixture!("swapped-icc.jpg"),
        fixture!("progressive.jpg"),
    ];
    for bytes in cases {
        for side in [100, 40] {
            assert!(LargeJpeg::open(bytes, side).is_some());
            let thorough = prepare_whole(bytes, side).unwrap();
            let quick = likeness(&prepare(bytes, side).unwrap(), &thorough);
            let sent = prepare(&prepare_jpeg(bytes, side, 95).unwrap(), side).unwrap();
            let sent = likeness(&sent, &thorough);
            assert!(
                quick > 26.0 && sent > 22.0,
                "{side} px: {quick:.1} and {sent:.1} dB"
            );
        }
    }
    let grey = written(&photo(), |e| e.grayscale_from_color(true));
    for side in [500, 100] {
        let picture = prepare(&grey, side).unwrap();
        assert!(picture.pixels().all(|p| p[0] == p[1] && p[1] == p[2]));
        assert!(likeness(&picture, &prepare_whole(&grey, side).unwrap()) > 33.0);
        assert_eq!(
            prepare(&prepare_jpeg(&grey, side, 90).unwrap(), 4000)
                .unwrap()
                .width(),
            side
        );
    }
}

#[test]
fn odd_sizes_keep_their_edges() {
    let tall = RgbImage::from_fn(333, 777, |x, y| {
        let rim = x < 12 || y < 12 || x >= 321 || y >= 765;
        Rgb(if rim { [250, 30, 30] } else { [20, 90, 200] })
    });
    let bytes = written(&tall, |e| e.subsampling(Subsampling::S420));
    for side in [701, 333, 151, 77] {
        let thorough = prepare_whole(&bytes, side).unwrap();
        let quick = prepare(&bytes, side).unwrap();
        assert!(likeness(&quick, &thorough) > 25.0);
        let (w, h) = quick.dimensions();
        for (x, y) in [(0, 0), (w - 1, 0), (0, h - 1), (w - 1, h - 1)] {
            let [red, _, blue] = quick.get_pixel(x, y).0;
            assert!(
                red > 200 && blue < 90,
                "{side} px: the corner {x},{y} is red"
            );
        }
    }
}

#[test]
fn other_files_go_the_thorough_way() {
    for bytes in [
        fixture!("cmyk-adobe.jpg"),
        fixture!("ycck.jpg"),
        fixture!("gps.webp"),
    ] {
        assert!(LargeJpeg::open(bytes, 50).is_none());
        assert_eq!(
            prepare(bytes, 50).unwrap(),
            prepare_whole(bytes, 50).unwrap()
        );
    }
    assert!(
        LargeJpeg::open(fixture!("gps.jpg"), 4000).is_none(),
        "it is small already"
    );
    assert_eq!(prepare(b"hello", 50), Err(PictureError::Unsupported));
    let cut = &PHOTO[..PHOTO.len() / 2];
    assert_eq!(prepare(cut, 50).unwrap_err().code(), "unreadable_image");
    assert_eq!(
        prepare_jpeg(cut, 50, 80).unwrap_err().code(),
        "unreadable_image"
    );
}

/// How often each file is damaged.
const FUZZ: usize = 250;

#[test]
fn damaged_files_never_panic_and_break_the_rules_they_broke_before() {
    let small = scale::scale(&photo().into(), 120, 90).into_rgb8();
    let mut files: Vec<Vec<u8>> = [false, true]
        .map(|progressive| written(&small, |e| e.progressive(progressive).restart_blocks(9)))
        .into();
    files.push(written(&small, |e| e.arithmetic(true)));
    files.push(fixture!("gps.jpg").to_vec());
    files.push(fixture!("progressive.jpg").to_vec());
    let mut seed = 5_u32;
    let mut random = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize
    };
    for bytes in files {
        for _ in 0..FUZZ {
            let mut broken = bytes.clone();
            for _ in 0..=random() % 6 {
                // Every other hit goes into the head, where tables and sizes stand.
                let most = if random() % 2 == 0 {
                    broken.len()
                } else {
                    broken.len().min(700)
                };
                broken[random() % most] = random() as u8;
            }
            let side = [100, 50, 20, 10][random() % 4];
            let (quick, thorough) = (prepare(&broken, side), prepare_whole(&broken, side));
            if let (Err(quick), Err(thorough)) = (&quick, &thorough) {
                assert_eq!(quick, thorough);
            }
            if quick.is_err() {
                assert!(thorough.is_err(), "only what nothing can read is refused");
            }
            let _ = prepare_jpeg(&broken, side, 80);
        }
    }
}
