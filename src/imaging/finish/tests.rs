//! Sizes, limits, backgrounds and labels of results.

use image::{Rgb, RgbImage};

use super::*;
use crate::imaging::codec::{Limits, decode};

fn spec(width: u32, height: u32, format: Format) -> FinishSpec {
    FinishSpec {
        width,
        height,
        long_side: 1024,
        format,
        max_kb: 0,
        backdrop: None,
        visible_label: Some(Lang::Zh),
        aigc: Aigc {
            producer_code: "CODE".into(),
            produce_id: "job_1".into(),
        },
    }
}

/// Something with detail, so that quality counts.
fn busy(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| {
        let noise = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 5;
        Rgb([(x / 4) as u8, (y / 4) as u8, (noise % 90) as u8])
    })
    .into()
}

/// A solid disc in the middle with a soft rim and a haze around it.
fn cutout(side: u32) -> DynamicImage {
    RgbaImage::from_fn(side, side, |x, y| {
        let (dx, dy) = (
            f64::from(x) - f64::from(side) / 2.0,
            f64::from(y) - f64::from(side) / 2.0,
        );
        let inside = f64::from(side) * 0.35 - dx.hypot(dy);
        Rgba([160, 40, 60, (inside * 30.0).clamp(3.0, 255.0) as u8])
    })
    .into()
}

fn read(bytes: &[u8]) -> DynamicImage {
    decode(bytes, &Limits::TRUSTED).unwrap()
}

fn labelled(bytes: &[u8]) -> bool {
    let needle = b"&quot;ProduceID&quot;:&quot;job_1&quot;";
    bytes.windows(needle.len()).filter(|w| w == needle).count() == 1
}

#[test]
fn every_size_is_met_to_the_pixel_in_every_format() {
    for (width, height) in [(800, 800), (750, 1000), (1080, 1920), (0, 0)] {
        for format in [Format::Jpeg, Format::Png, Format::Webp] {
            let done = finish(busy(1000, 1300), &spec(width, height, format)).unwrap();
            let want = if width == 0 {
                (788, 1024)
            } else {
                (width, height)
            };
            assert_eq!((done.width, done.height), want);
            let picture = read(&done.bytes);
            assert_eq!((picture.width(), picture.height()), want);
            let small = read(&done.thumbnail);
            assert_eq!(small.width().max(small.height()), THUMBNAIL_SIDE);
            assert_eq!(done.thumbnail_format, Format::Jpeg);
            assert!(labelled(&done.bytes) && labelled(&done.thumbnail));
        }
    }
}

#[test]
fn quality_is_lowered_until_the_file_fits() {
    for format in [Format::Jpeg, Format::Webp] {
        let mut want = spec(800, 800, format);
        let free = finish(busy(1200, 1200), &want).unwrap().bytes.len();
        want.max_kb = (free / 1500) as u32;
        let done = finish(busy(1200, 1200), &want).unwrap();
        assert!(done.bytes.len() <= want.max_kb as usize * 1000);
        assert!(
            done.bytes.len() > want.max_kb as usize * 800,
            "not lower than it must be"
        );
        want.max_kb = 3;
        assert_eq!(
            finish(busy(1200, 1200), &want),
            Err(PictureError::CannotFit { max_kb: 3 })
        );
    }
}

#[test]
fn a_png_that_is_too_large_gets_fewer_shades_and_keeps_its_ground() {
    let photo = include_bytes!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/assets/samples/portrait.jpg"
    ));
    let mut subject = read(photo).into_rgba8();
    let (width, height) = subject.dimensions();
    for (x, y, pixel) in subject.enumerate_pixels_mut() {
        let inside = x.min(width - x) > 60 && y.min(height - y) > 60;
        pixel[3] = if inside { 255 } else { 0 };
    }
    let subject = DynamicImage::from(subject);
    for (backdrop, ground) in [(Backdrop::White, 255), (Backdrop::Transparent, 0)] {
        let mut want = spec(600, 600, Format::Png);
        want.backdrop = Some(backdrop);
        want.visible_label = None;
        let free = finish(subject.clone(), &want).unwrap().bytes.len();
        want.max_kb = (free * 7 / 10_000) as u32;
        let done = finish(subject.clone(), &want).unwrap();
        assert!(done.bytes.len() <= want.max_kb as usize * 1000);
        let corner = read(&done.bytes).to_rgba8().get_pixel(3, 3).0;
        assert_eq!(corner, [255, 255, 255, ground]);
        want.max_kb = 2;
        let error = finish(subject.clone(), &want).unwrap_err();
        assert_eq!(error, PictureError::CannotFit { max_kb: 2 });
    }
}

#[test]
fn white_is_exactly_white_even_in_a_jpeg() {
    let cases = [
        (Format::Jpeg, 0),
        (Format::Jpeg, 40),
        (Format::Jpeg, 20),
        (Format::Webp, 0),
        (Format::Png, 0),
    ];
    for (format, max_kb) in cases {
        let mut want = spec(800, 1000, format);
        want.backdrop = Some(Backdrop::White);
        want.visible_label = None;
        want.max_kb = max_kb;
        let done = finish(cutout(900), &want).unwrap();
        let picture = read(&done.bytes).to_rgb8();
        assert_eq!(picture.dimensions(), (800, 1000));
        for (x, y, pixel) in picture.enumerate_pixels() {
            let far =
                f64::from(x.abs_diff(400)).hypot(f64::from(y.abs_diff(500))) > 0.35 * 800.0 + 26.0;
            assert!(
                !far || pixel.0 == [255; 3],
                "{x},{y} is {pixel:?} at {max_kb} kB"
            );
        }
        assert!(
            picture.get_pixel(400, 500)[1] < 60,
            "the subject is still there"
        );
    }
}

#[test]
fn near_white_around_an_opaque_subject_becomes_white() {
    let raw = RgbImage::from_fn(600, 600, |x, y| {
        let inside = (200..400).contains(&x) && (200..400).contains(&y);
        let core = (280..320).contains(&x) && (280..320).contains(&y);
        Rgb(if core {
            [250; 3]
        } else if inside {
            [20, 90, 20]
        } else {
            [249, 250, 251]
        })
    });
    let mut want = spec(600, 600, Format::Png);
    want.backdrop = Some(Backdrop::White);
    want.visible_label = None;
    let picture = read(&finish(raw.into(), &want).unwrap().bytes).to_rgb8();
    assert_eq!(picture.get_pixel(5, 5).0, [255; 3]);
    assert_eq!(
        picture.get_pixel(300, 300).0,
        [250; 3],
        "white of the subject stays"
    );
}

#[test]
fn transparency_survives_where_the_format_has_it() {
    for format in [Format::Png, Format::Webp] {
        let mut want = spec(500, 700, format);
        want.backdrop = Some(Backdrop::Transparent);
        let done = finish(cutout(900), &want).unwrap();
        let picture = read(&done.bytes).to_rgba8();
        assert_eq!(picture.dimensions(), (500, 700));
        assert_eq!(picture.get_pixel(2, 2)[3], 0, "the haze is gone");
        assert_eq!(picture.get_pixel(250, 350)[3], 255);
        assert_eq!(done.thumbnail_format, Format::Webp);
        assert!(read(&done.thumbnail).color().has_alpha());
    }
    let mut want = spec(500, 700, Format::Jpeg);
    want.backdrop = Some(Backdrop::Transparent);
    let picture = read(&finish(cutout(900), &want).unwrap().bytes).to_rgb8();
    assert_eq!(
        picture.get_pixel(2, 2).0,
        [255; 3],
        "JPEG gets white instead"
    );
}

#[test]
fn the_visible_label_can_be_left_out_but_never_the_other() {
    let flat = DynamicImage::from(RgbImage::from_pixel(800, 800, Rgb([90, 120, 150])));
    let corner = |bytes: &[u8]| {
        let picture = read(bytes).to_rgb8();
        let (w, h) = picture.dimensions();
        picture
            .enumerate_pixels()
            .any(|(x, y, p)| x > w / 2 && y > h * 4 / 5 && p[0].abs_diff(90) > 60)
    };
    let mut want = spec(0, 0, Format::Jpeg);
    let with = finish(flat.clone(), &want).unwrap();
    want.visible_label = None;
    let without = finish(flat, &want).unwrap();
    assert!(corner(&with.bytes) && corner(&with.thumbnail));
    assert!(!corner(&without.bytes) && !corner(&without.thumbnail));
    assert!(labelled(&without.bytes) && labelled(&without.thumbnail));
}
