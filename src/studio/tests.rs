//! What every picture of the local engine must hold, on the sample photos: exact size, the same bytes for the same
//! seed, every option different from its siblings, real alpha where a backdrop is forced, errors instead of panics.

use image::{DynamicImage, RgbImage};

use super::stage::Subject as Framed;
use super::*;
use crate::imaging::transform;
use crate::kinds::{Choice, digital_avatar, fashion_photo, product_photo, virtual_tryon};
use crate::matting::{Classical, Matting};

pub(super) fn sample(name: &str, side: u32) -> RgbImage {
    let path = format!("{}/assets/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    transform::shrink(&image::open(path).unwrap().to_rgb8(), side)
}

/// The drawn garment lies on a plain ground, which the method without networks cuts out quickly.
pub(super) fn garment() -> Photo {
    let picture = sample("garment.jpg", 400);
    let cutout = Classical
        .cut_out(&picture, crate::kinds::Subject::Product)
        .ok();
    Photo { picture, cutout }
}

pub(super) fn bare(picture: RgbImage) -> Photo {
    Photo {
        picture,
        cutout: None,
    }
}

fn shoot(
    settings: Settings,
    photos: &[(Role, Photo)],
    size: (u32, u32),
    seed: u64,
) -> Result<DynamicImage, StudioError> {
    make(
        &Shoot {
            settings,
            photos,
            size,
            backdrop: None,
            seed,
        },
        &Vision::new(),
    )
}

/// Average difference of two pictures, in steps of 255.
fn difference(a: &DynamicImage, b: &DynamicImage) -> f32 {
    let (a, b) = (a.to_rgb8(), b.to_rgb8());
    assert_eq!(a.dimensions(), b.dimensions());
    let sum: u64 = a
        .as_raw()
        .iter()
        .zip(b.as_raw())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum as f32 / a.as_raw().len() as f32
}

/// Every picture differs from every other one.
fn assert_all_differ(made: &[(String, DynamicImage)], least: f32) {
    for (i, (a, first)) in made.iter().enumerate() {
        for (b, second) in &made[i + 1..] {
            let d = difference(first, second);
            assert!(d > least, "{a} and {b} differ by {d} only");
        }
    }
}

#[test]
fn product_options_and_seeds_differ_and_sizes_are_exact() {
    let photos = [(Role::Product, garment())];
    let size = (150, 171);
    let with = |background, lighting| {
        Settings::ProductPhoto(product_photo::Settings {
            background,
            lighting,
        })
    };
    let plain = with(Default::default(), Default::default());
    let mut made = Vec::new();
    for background in product_photo::Background::ALL {
        let picture = shoot(with(*background, Default::default()), &photos, size, 3).unwrap();
        assert_eq!((picture.width(), picture.height()), size);
        made.push((background.id().to_owned(), picture));
    }
    assert_all_differ(&made, 1.0);
    let lit: Vec<_> = product_photo::Lighting::ALL
        .iter()
        .map(|l| {
            (
                l.id().to_owned(),
                shoot(with(product_photo::Background::Grey, *l), &photos, size, 3).unwrap(),
            )
        })
        .collect();
    assert_all_differ(&lit, 0.7);
    let again = shoot(plain, &photos, size, 3).unwrap();
    assert_eq!(again.as_bytes(), made[0].1.as_bytes());
    assert!(difference(&again, &shoot(plain, &photos, size, 4).unwrap()) > 0.1);
}

#[test]
fn fashion_options_differ() {
    let photos = [(Role::Product, garment())];
    let with =
        |scene, model_style| Settings::FashionPhoto(fashion_photo::Settings { scene, model_style });
    for style in fashion_photo::ModelStyle::ALL {
        let made: Vec<_> = fashion_photo::Scene::ALL
            .iter()
            .map(|s| {
                (
                    s.id().to_owned(),
                    shoot(with(*s, *style), &photos, (96, 128), 1).unwrap(),
                )
            })
            .collect();
        assert_all_differ(&made, 2.0);
    }
    let styles: Vec<_> = fashion_photo::ModelStyle::ALL
        .iter()
        .map(|s| {
            (
                s.id().to_owned(),
                shoot(with(Default::default(), *s), &photos, (97, 131), 1).unwrap(),
            )
        })
        .collect();
    assert!(
        styles
            .iter()
            .all(|(_, p)| (p.width(), p.height()) == (97, 131))
    );
    assert_all_differ(&styles, 2.0);
}

#[test]
fn avatar_styles_differ_and_come_from_the_photo() {
    let photos = [(Role::Photos, bare(sample("portrait.jpg", 320)))];
    let vision = Vision::new();
    let with = |avatar_style| Settings::DigitalAvatar(digital_avatar::Settings { avatar_style });
    let make = |style, backdrop| {
        super::make(
            &Shoot {
                settings: with(style),
                photos: &photos,
                size: (160, 160),
                backdrop,
                seed: 5,
            },
            &vision,
        )
    };
    let made: Vec<_> = digital_avatar::AvatarStyle::ALL
        .iter()
        .map(|s| (s.id().to_owned(), make(*s, None).unwrap()))
        .collect();
    assert_all_differ(&made, 3.0);
    let clear = make(
        digital_avatar::AvatarStyle::Oil,
        Some(Backdrop::Transparent),
    )
    .unwrap();
    assert!(matches!(clear, DynamicImage::ImageRgba8(_)));
    let [corner, middle] = [(2, 2), (80, 80)].map(|(x, y)| clear.to_rgba8().get_pixel(x, y)[3]);
    assert_eq!((corner, middle), (0, 255));
}

#[test]
fn a_try_on_keeps_the_photo_and_brings_the_garment() {
    let person = sample("person.jpg", 512);
    let photos = [
        (Role::Person, bare(person.clone())),
        (Role::Garment, garment()),
    ];
    let vision = Vision::new();
    let with =
        |style, category| Settings::VirtualTryon(virtual_tryon::Settings { style, category });
    let make = |settings| {
        super::make(
            &Shoot {
                settings,
                photos: &photos,
                size: (240, 320),
                backdrop: None,
                seed: 1,
            },
            &vision,
        )
    };
    let made: Vec<_> = virtual_tryon::Fit::ALL
        .iter()
        .map(|f| {
            (
                f.id().to_owned(),
                make(with(*f, Default::default())).unwrap(),
            )
        })
        .collect();
    assert_eq!(
        (made[0].1.width(), made[0].1.height()),
        (320, 320),
        "the photo is square"
    );
    assert_all_differ(&made, 0.3);
    let (before, after) = (transform::resize(&person, 320, 320), made[0].1.to_rgb8());
    let apart = |x: u32, y: u32| {
        (0..3)
            .map(|i| before.get_pixel(x, y)[i].abs_diff(after.get_pixel(x, y)[i]))
            .max()
            .unwrap()
    };
    assert!(
        (130..155).all(|x| (60..90).all(|y| apart(x, y) < 6)),
        "the face is untouched"
    );
    let changed = (60..140)
        .map(|x| (170..260).filter(|y| apart(x, *y) > 40).count())
        .sum::<usize>();
    assert!(
        changed > 80 * 90 / 2,
        "only {changed} pixels of the chest changed"
    );
    let refused = [
        virtual_tryon::Category::Bottom,
        virtual_tryon::Category::Dress,
    ]
    .map(|c| make(with(Default::default(), c)).unwrap_err());
    assert_eq!(refused, [StudioError::CategoryMismatch; 2]);
}

#[test]
fn a_forced_backdrop_gives_the_product_itself_with_alpha() {
    let photos = [(Role::Product, garment())];
    for settings in [
        Settings::ProductPhoto(product_photo::Settings::default()),
        Settings::FashionPhoto(fashion_photo::Settings::default()),
    ] {
        let made = make(
            &Shoot {
                settings,
                photos: &photos,
                size: (200, 180),
                backdrop: Some(Backdrop::White),
                seed: 1,
            },
            &Vision::new(),
        )
        .unwrap();
        let DynamicImage::ImageRgba8(made) = made else {
            panic!("alpha is wanted")
        };
        assert_eq!(made.dimensions(), (200, 180));
        assert_eq!(made.get_pixel(1, 1)[3], 0);
        assert!(made.pixels().filter(|p| p[3] == 255).count() > 5_000);
    }
}

#[test]
fn the_product_in_the_picture_is_the_one_in_the_photo() {
    let photo = garment();
    let subject = Framed::of(&photo).unwrap();
    let background = crate::kinds::product_photo::Settings::default().background;
    let place = super::product::place_of(&subject, background, (256, 256));
    let alone = stage::placed(&subject.cutout, place, (256, 256));
    let made = shoot(
        Settings::ProductPhoto(Default::default()),
        &[(Role::Product, photo)],
        (256, 256),
        1,
    )
    .unwrap();
    let made = made.to_luma8();
    let pairs: Vec<(f64, f64)> = alone
        .enumerate_pixels()
        .filter(|(_, _, p)| p[3] > 250)
        .map(|(x, y, p)| {
            (
                p.0[..3].iter().map(|v| f64::from(*v)).sum(),
                f64::from(made.get_pixel(x, y)[0]),
            )
        })
        .collect();
    let n = pairs.len() as f64;
    let (ma, mb) = (
        pairs.iter().map(|p| p.0).sum::<f64>() / n,
        pairs.iter().map(|p| p.1).sum::<f64>() / n,
    );
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        ab += (a - ma) * (b - mb);
        aa += (a - ma).powi(2);
        bb += (b - mb).powi(2);
    }
    assert!(ab / (aa * bb).sqrt() > 0.9);
}
