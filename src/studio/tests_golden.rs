//! How the sets looked when somebody last looked at them and was content. A picture is compared with the kept one as
//! an eye would: by colour distance and by structure, at the size of a thumbnail. After a change that is meant, look
//! at the new pictures and keep them: `ATELIER_GOLDEN=keep cargo test --lib golden`.

use std::path::PathBuf;

use image::{RgbImage, RgbaImage};

use super::*;
use crate::imaging::colour;
use crate::imaging::grid::{Canvas, Plane};
use crate::imaging::transform;
use crate::kinds::fashion_photo::{ModelStyle, Scene};
use crate::kinds::product_photo::{Background, Lighting};
use crate::kinds::{Choice, Format, fashion_photo, product_photo};

/// The side of a kept picture in pixels.
const SIDE: u32 = 96;
/// The average distance of colours (Lab, ΔE 1976) that is still the same look. About 2.3 is just noticeable side by side.
const MOST_APART: f32 = 2.0;
/// The same for the worst of the 8×8 blocks: a small part may not change much either.
const MOST_APART_ANYWHERE: f32 = 12.0;
/// The least structural similarity (SSIM of the lightness; 1 is the same).
const LEAST_ALIKE: f32 = 0.93;

/// How far apart two pictures of the same size are.
#[derive(Debug)]
struct Distance {
    mean: f32,
    worst: f32,
    alike: f32,
}

impl Distance {
    fn between(a: &RgbImage, b: &RgbImage) -> Self {
        assert_eq!(a.dimensions(), b.dimensions());
        let (a, b) = (perceived(a), perceived(b));
        let apart = Plane::from_fn(a.w, a.h, |x, y| {
            let (p, q) = (a.at(x, y), b.at(x, y));
            (0..3).map(|i| (p[i] - q[i]).powi(2)).sum::<f32>().sqrt()
        });
        let block = |x: usize, y: usize| apart.cropped(x as i64, y as i64, 8, 8).mean();
        let corners = |n: usize| (0..n.saturating_sub(7)).step_by(4);
        let blocks = corners(a.h).flat_map(|y| corners(a.w).map(move |x| (x, y)));
        Self {
            mean: apart.mean(),
            worst: blocks.map(|(x, y)| block(x, y)).fold(0.0, f32::max),
            alike: similarity(&a.map(|c| c[0]), &b.map(|c| c[0])),
        }
    }

    fn is_the_same_look(&self) -> bool {
        self.mean <= MOST_APART && self.worst <= MOST_APART_ANYWHERE && self.alike >= LEAST_ALIKE
    }
}

fn perceived(picture: &RgbImage) -> Canvas {
    colour::canvas(picture).map(colour::lab)
}

/// SSIM (Wang 2004) of two lightness planes from 0 to 100, averaged over soft windows.
fn similarity(a: &Plane, b: &Plane) -> f32 {
    let soft = |f: &(dyn Fn(f32, f32) -> f32 + Sync)| {
        Plane::from_fn(a.w, a.h, |x, y| f(a.at(x, y), b.at(x, y))).blurred(1.5)
    };
    let (ma, mb) = (soft(&|a, _| a), soft(&|_, b| b));
    let (aa, bb, ab) = (
        soft(&|a, _| a * a),
        soft(&|_, b| b * b),
        soft(&|a, b| a * b),
    );
    let (c1, c2) = (1.0, 9.0);
    Plane::from_fn(a.w, a.h, |x, y| {
        let (m, n) = (ma.at(x, y), mb.at(x, y));
        let (va, vb) = (aa.at(x, y) - m * m, bb.at(x, y) - n * n);
        let cov = ab.at(x, y) - m * n;
        (2.0 * m * n + c1) * (2.0 * cov + c2) / ((m * m + n * n + c1) * (va + vb + c2))
    })
    .mean()
}

/// Compares pictures with the kept row of that name, or keeps them.
fn hold(name: &str, made: &[(String, RgbImage)]) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/golden")
        .join(name)
        .with_extension("jpg");
    if std::env::var_os("ATELIER_GOLDEN").is_some_and(|v| v == "keep") {
        let mut row = RgbImage::new(SIDE * made.len() as u32, SIDE);
        for (i, (_, picture)) in made.iter().enumerate() {
            image::imageops::replace(&mut row, picture, i as i64 * i64::from(SIDE), 0);
        }
        // This encoder keeps colours at full size, where ours would save on them.
        let out = std::fs::File::create(&file).unwrap();
        let coder = image::codecs::jpeg::JpegEncoder::new_with_quality(out, 98);
        row.write_with_encoder(coder).unwrap();
        return;
    }
    let kept = image::open(&file).unwrap().into_rgb8();
    assert_eq!(
        kept.width(),
        SIDE * made.len() as u32,
        "{name} has other pictures"
    );
    let changed: Vec<String> = made
        .iter()
        .enumerate()
        .filter_map(|(i, (id, picture))| {
            let old = image::imageops::crop_imm(&kept, i as u32 * SIDE, 0, SIDE, SIDE).to_image();
            let distance = Distance::between(&old, picture);
            (!distance.is_the_same_look()).then(|| format!("{id}: {distance:?}"))
        })
        .collect();
    assert!(changed.is_empty(), "{name} looks different: {changed:#?}");
}

/// A cut-out drawn here, so that nothing but the sets can change the pictures.
fn drawn(w: u32, h: u32, shape: impl Fn(f32, f32) -> bool, tint: [f32; 3]) -> Vec<(Role, Photo)> {
    // A margin around it, or the frame would count as cutting it.
    let (full_w, full_h) = (w + 40, h + 40);
    let cutout = RgbaImage::from_fn(full_w, full_h, |x, y| {
        let (u, v) = ((x as f32 - 19.5) / w as f32, (y as f32 - 19.5) / h as f32);
        if !(0.0..1.0).contains(&u) || !(0.0..1.0).contains(&v) {
            return image::Rgba([0; 4]);
        }
        let round = 0.55 + 0.45 * (std::f32::consts::PI * u).sin();
        let band = if (v * 9.0).fract() < 0.3 { 0.7 } else { 1.0 };
        let [r, g, b] = tint.map(|t| (t * round * band * 255.0) as u8);
        image::Rgba([r, g, b, if shape(u, v) { 255 } else { 0 }])
    });
    let picture = RgbImage::from_pixel(full_w, full_h, image::Rgb([225; 3]));
    let photo = Photo {
        picture,
        cutout: Some(cutout),
    };
    vec![(Role::Product, photo)]
}

fn bottle() -> Vec<(Role, Photo)> {
    let shape = |u: f32, v: f32| v > 0.35 || (u - 0.5).abs() < 0.2;
    drawn(120, 240, shape, [0.25, 0.5, 0.45])
}

fn bowl() -> Vec<(Role, Photo)> {
    drawn(
        220,
        220,
        |u, v| (u - 0.5).hypot(v - 0.5) < 0.5,
        [0.75, 0.3, 0.2],
    )
}

fn shirt() -> Vec<(Role, Photo)> {
    let shape = |u: f32, v: f32| (u - 0.5).abs() < 0.3 || (v > 0.05 && v < 0.4);
    drawn(240, 240, shape, [0.3, 0.42, 0.7])
}

fn shot(settings: Settings, photos: &[(Role, Photo)], vision: &Vision) -> RgbImage {
    let shoot = Shoot {
        settings,
        photos,
        size: (SIDE * 2, SIDE * 2),
        backdrop: None,
        seed: 7,
    };
    transform::resize(&make(&shoot, vision).unwrap().into_rgb8(), SIDE, SIDE)
}

fn products(photos: &[(Role, Photo)], lighting: Lighting) -> Vec<(String, RgbImage)> {
    let vision = Vision::new();
    let shot = |background: &Background| {
        let settings = product_photo::Settings {
            background: *background,
            lighting,
        };
        let picture = shot(Settings::ProductPhoto(settings), photos, &vision);
        (background.id().to_owned(), picture)
    };
    Background::ALL.iter().map(shot).collect()
}

fn fashion(scenes: &[Scene], styles: &[ModelStyle]) -> Vec<(String, RgbImage)> {
    let (vision, photos) = (Vision::new(), shirt());
    let pairs = styles
        .iter()
        .flat_map(|style| scenes.iter().map(move |scene| (*scene, *style)));
    pairs
        .map(|(scene, model_style)| {
            let settings = fashion_photo::Settings { scene, model_style };
            let picture = shot(Settings::FashionPhoto(settings), &photos, &vision);
            (format!("{} {}", scene.id(), model_style.id()), picture)
        })
        .collect()
}

#[test]
fn golden_standing_products_look_as_they_did() {
    hold("product-standing", &products(&bottle(), Lighting::Soft));
}

#[test]
fn golden_lying_products_look_as_they_did() {
    hold("product-lying", &products(&bowl(), Lighting::Golden));
}

#[test]
fn golden_lightings_look_as_they_did() {
    let (vision, photos) = (Vision::new(), bottle());
    let lit: Vec<_> = Lighting::ALL
        .iter()
        .map(|lighting| {
            let settings = product_photo::Settings {
                background: Background::Grey,
                lighting: *lighting,
            };
            let picture = shot(Settings::ProductPhoto(settings), &photos, &vision);
            (lighting.id().to_owned(), picture)
        })
        .collect();
    hold("product-lighting", &lit);
}

#[test]
fn golden_scenes_look_as_they_did() {
    hold("fashion-scenes", &fashion(Scene::ALL, &[ModelStyle::Ghost]));
    hold(
        "fashion-surfaces",
        &fashion(Scene::ALL, &[ModelStyle::FlatLay]),
    );
}

#[test]
fn golden_styles_look_as_they_did() {
    hold(
        "fashion-styles",
        &fashion(&[Scene::Studio], ModelStyle::ALL),
    );
}

/// The measure itself: roundings, a new encoder and a little grain are the same look; what a customer would see is not.
#[test]
fn golden_measure_sees_what_eyes_see() {
    let (vision, photos) = (Vision::new(), bottle());
    let settings = |lighting| {
        Settings::ProductPhoto(product_photo::Settings {
            background: Background::Wood,
            lighting,
        })
    };
    let seen = shot(settings(Lighting::Soft), &photos, &vision);
    let each = |f: &dyn Fn(u32, u32, [u8; 3]) -> [u8; 3]| {
        RgbImage::from_fn(SIDE, SIDE, |x, y| {
            image::Rgb(f(x, y, seen.get_pixel(x, y).0))
        })
    };
    let stored = crate::imaging::encode(&seen.clone().into(), Format::Jpeg, 80).unwrap();
    let harmless = [
        (
            "rounding",
            each(&|x, y, c| c.map(|v| v.saturating_add(((x + y) % 2) as u8))),
        ),
        (
            "jpeg",
            image::load_from_memory(&stored).unwrap().into_rgb8(),
        ),
        (
            "grain",
            each(&|x, y, c| c.map(|v| v.saturating_add(((x * 7 + y * 13) % 5) as u8))),
        ),
    ];
    for (name, picture) in harmless {
        let distance = Distance::between(&seen, &picture);
        assert!(distance.is_the_same_look(), "{name}: {distance:?}");
    }
    let soft = colour::develop(&colour::canvas(&seen).blurred(1.6));
    let harmful = [
        (
            "darker",
            each(&|_, _, c| c.map(|v| (f32::from(v) * 0.92) as u8)),
        ),
        (
            "warmer",
            each(&|_, _, [r, g, b]| [r.saturating_add(9), g, b.saturating_sub(9)]),
        ),
        ("blurred", soft),
        (
            "moved",
            each(&|x, y, _| seen.get_pixel((x + 3).min(SIDE - 1), y).0),
        ),
        (
            "a hole",
            each(&|x, y, c| {
                if (40..52).contains(&x) && (50..62).contains(&y) {
                    [225; 3]
                } else {
                    c
                }
            }),
        ),
        (
            "another lamp",
            shot(settings(Lighting::Hard), &photos, &vision),
        ),
    ];
    for (name, picture) in harmful {
        let distance = Distance::between(&seen, &picture);
        assert!(!distance.is_the_same_look(), "{name}: {distance:?}");
    }
}
