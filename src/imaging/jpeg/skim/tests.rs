//! Reduced pictures against whole ones, and files that are not for this reader.

use image::{Rgb, RgbImage};
use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};

use super::*;
use crate::imaging::jpeg;
use crate::imaging::transform::resize;

/// Slow and quick waves of colour over sizes that end within a block.
fn waves() -> RgbImage {
    RgbImage::from_fn(213, 149, |x, y| {
        let (x, y) = (x as f32, y as f32);
        let wave = |v: f32| (127.0 + 100.0 * v.sin()) as u8;
        Rgb([
            wave(x / 23.0 + y / 31.0),
            wave(y / 17.0),
            wave((x - y) / 40.0),
        ])
    })
}

fn written(change: impl Fn(Encoder<'_>) -> Encoder<'_>) -> Vec<u8> {
    let picture = waves();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let encoder = Encoder::new(picture.as_raw(), width, height, PixelFormat::Rgb).quality(92);
    change(encoder).encode().unwrap()
}

fn skimmed(bytes: &[u8], reduction: Reduction) -> Option<RgbImage> {
    let (head, data) = jpeg::head(bytes)?;
    let frame = Frame::of(&head)?;
    let planes = decode(&frame, &head, data, reduction)?;
    Some(planes.to_rgb(frame.width as u32 / 8, frame.height as u32 / 8))
}

/// The mean difference of two pictures in levels.
fn distance(a: &RgbImage, b: &RgbImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let sum: u64 = a
        .as_raw()
        .iter()
        .zip(b.as_raw())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum as f64 / a.as_raw().len() as f64
}

#[test]
fn every_sampling_and_reduction_shows_the_same_picture() {
    let small = resize(&waves(), 213 / 8, 149 / 8);
    for sampling in [
        Subsampling::S420,
        Subsampling::S422,
        Subsampling::S440,
        Subsampling::S444,
        Subsampling::S411,
    ] {
        let bytes = written(|e| e.subsampling(sampling));
        for reduction in Reduction::ALL {
            let seen = skimmed(&bytes, reduction).unwrap();
            let far = distance(&seen, &small);
            assert!(far < 4.0, "{sampling:?} {reduction:?}: {far:.2} levels");
        }
    }
}

#[test]
fn grey_and_restarts_are_read() {
    let plain = written(|e| e);
    let restarting = written(|e| e.restart_blocks(3));
    let grey = written(|e| e.grayscale_from_color(true));
    assert_ne!(restarting, plain);
    for reduction in Reduction::ALL {
        let colours = skimmed(&plain, reduction).unwrap();
        assert_eq!(skimmed(&restarting, reduction).as_ref(), Some(&colours));
        let luma = |p: &Rgb<u8>| {
            0.299 * f64::from(p[0]) + 0.587 * f64::from(p[1]) + 0.114 * f64::from(p[2])
        };
        let seen = skimmed(&grey, reduction).unwrap();
        let far = seen
            .pixels()
            .zip(colours.pixels())
            .map(|(a, b)| (luma(a) - luma(b)).abs());
        assert!(far.fold(0.0, f64::max) < 3.0, "the same brightness");
    }
}

#[test]
fn what_is_not_plain_or_not_whole_is_left_to_others() {
    let plain = written(|e| e);
    let progressive = written(|e| e.progressive(true));
    let colours = include_bytes!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/pictures/ycck.jpg"
    ));
    for bytes in [progressive.as_slice(), colours, b"", b"\xFF\xD8\xFF"] {
        assert_eq!(skimmed(bytes, Reduction::Eighth), None);
    }
    for length in 0..plain.len() {
        assert_eq!(
            skimmed(&plain[..length], Reduction::Half),
            None,
            "cut at {length} of {}",
            plain.len()
        );
    }
}

#[test]
fn damage_never_panics() {
    let plain = written(|e| e.restart_blocks(40));
    let mut seed = 11_u32;
    let mut random = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize
    };
    for _ in 0..1000 {
        let mut broken = plain.clone();
        for _ in 0..=random() % 4 {
            let at = random() % broken.len();
            broken[at] = random() as u8;
        }
        // Damage of values that leaves the codes in step cannot be noticed by anyone.
        let _ = skimmed(&broken, Reduction::ALL[random() % 3]);
    }
}
