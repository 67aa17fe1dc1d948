//! What the local engine does with inputs that nothing can be made of, and with odd sizes.

use image::{DynamicImage, RgbImage, RgbaImage};

use super::tests::sample;
use super::*;
use crate::kinds::{Choice, Kind};

#[test]
fn hopeless_inputs_are_errors() {
    let noise = RgbImage::from_fn(90, 70, |x, y| {
        let v = x
            .wrapping_mul(2_654_435_761)
            .wrapping_add(y.wrapping_mul(40_503))
            .wrapping_mul(2_246_822_519)
            >> 24;
        image::Rgb([v as u8, (v * 7) as u8, (v * 13) as u8])
    });
    let vision = Vision::new();
    for picture in [
        RgbImage::new(64, 64),
        noise,
        RgbImage::from_pixel(64, 200, image::Rgb([255; 3])),
    ] {
        let (w, h) = picture.dimensions();
        for kind in Kind::ALL {
            let settings = Settings::parse(*kind, &serde_json::Map::new()).unwrap();
            let photos: Vec<(Role, Photo)> = kind
                .inputs()
                .iter()
                .map(|spec| {
                    (
                        spec.role,
                        Photo {
                            picture: picture.clone(),
                            cutout: Some(RgbaImage::new(w, h)),
                        },
                    )
                })
                .collect();
            let made = make(
                &Shoot {
                    settings,
                    photos: &photos,
                    size: (64, 64),
                    backdrop: None,
                    seed: 0,
                },
                &vision,
            );
            assert!(
                made.is_err(),
                "{kind:?} of a {w}×{h} picture without a subject"
            );
            let none = make(
                &Shoot {
                    settings,
                    photos: &[],
                    size: (64, 64),
                    backdrop: None,
                    seed: 0,
                },
                &vision,
            );
            assert!(none.is_err());
        }
    }
}

#[test]
fn opaque_noise_and_odd_sizes_do_not_panic() {
    let solid = RgbaImage::from_fn(64, 64, |x, y| {
        image::Rgba([(x * 4) as u8, (y * 4) as u8, 90, 255])
    });
    let picture = DynamicImage::ImageRgba8(solid.clone()).to_rgb8();
    let vision = Vision::new();
    for kind in Kind::ALL {
        let settings = Settings::parse(*kind, &serde_json::Map::new()).unwrap();
        for size in [(64, 64), (1, 1), (301, 17), (17, 301)] {
            let photos: Vec<(Role, Photo)> = kind
                .inputs()
                .iter()
                .map(|spec| {
                    (
                        spec.role,
                        Photo {
                            picture: picture.clone(),
                            cutout: Some(solid.clone()),
                        },
                    )
                })
                .collect();
            for backdrop in [None, Some(Backdrop::Transparent)] {
                let made = make(
                    &Shoot {
                        settings,
                        photos: &photos,
                        size,
                        backdrop,
                        seed: 9,
                    },
                    &vision,
                );
                if let (Ok(made), false) = (made, *kind == Kind::VirtualTryon) {
                    assert_eq!((made.width(), made.height()), size);
                }
            }
        }
    }
}

#[test]
fn checks_name_what_is_wrong() {
    let vision = Vision::new();
    let black = RgbImage::new(64, 64);
    let portrait = sample("portrait.jpg", 320);
    let codes = |kind, photos: &[(Role, &RgbImage)]| -> Vec<&'static str> {
        let settings = Settings::parse(kind, &serde_json::Map::new()).unwrap();
        check(&settings, photos, Maker::Studio, &vision)
            .iter()
            .map(|f| f.code)
            .collect()
    };
    assert_eq!(
        codes(Kind::DigitalAvatar, &[(Role::Photos, &portrait)]),
        Vec::<&str>::new()
    );
    assert_eq!(
        codes(Kind::DigitalAvatar, &[(Role::Photos, &black)]),
        ["empty", "face_not_found"]
    );
    assert!(codes(Kind::VirtualTryon, &[(Role::Person, &black)]).contains(&"person_not_found"));
}
