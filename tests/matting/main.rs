//! How well subjects are cut out, held against floors: composites whose alpha is known, and photos that are no photos.

mod scenes;

use std::sync::Arc;

use atelier::kinds::Subject;
use atelier::matting::{Matting, MattingError, Method};
use atelier::vision::Vision;
use image::{Rgb, RgbImage};
use scenes::{Background, Score};

/// Side of the scenes: small, since the networks see 320 pixels anyway and this is no release build.
const SIDE: u32 = 400;

fn matting(method: Method) -> Box<dyn Matting> {
    method.local(Arc::new(Vision::new()))
}

fn scored(matting: &dyn Matting, subjects: &[scenes::Subject], background: Background) -> Score {
    let each = subjects.iter().map(|subject| {
        let scene = scenes::scene(subject, background, SIDE);
        let cutout = matting.cut_out(&scene.photo, Subject::Product).ok();
        let score = scenes::score(cutout.as_ref(), &scene.truth);
        println!(
            "{:>12} {:32} IoU {:.3} MAE {:.3}",
            background.name(),
            subject.name,
            score.iou,
            score.mae
        );
        score
    });
    scenes::mean(&each.collect::<Vec<_>>())
}

/// A background, the least IoU, the largest MAE.
type Floor = (Background, f64, f64);

fn holds(method: Method, subjects: &[scenes::Subject], floors: &[Floor]) {
    let matting = matting(method);
    for (background, iou, mae) in floors {
        let got = scored(&*matting, subjects, *background);
        assert!(
            got.iou >= *iou && got.mae <= *mae,
            "{method:?} on {}: {got:?}, wanted at least {iou} and at most {mae}",
            background.name()
        );
    }
}

#[test]
fn drawn_subjects_are_cut_out_by_networks() {
    let floors = [
        (Background::Gradient, 0.97, 0.02),
        (Background::Outdoor, 0.97, 0.02),
    ];
    holds(Method::Neural, &scenes::drawn(), &floors);
}

#[test]
fn drawn_subjects_are_cut_out_by_colour() {
    let floors = [
        (Background::Flat, 0.97, 0.015),
        (Background::Wood, 0.93, 0.03),
    ];
    holds(Method::Classical, &scenes::drawn(), &floors);
}

/// A part of what `cargo bench --bench matting` measures in full.
#[test]
fn real_products_are_cut_out() {
    let Some(folder) = scenes::shared() else {
        eprintln!("left out: ATELIER_SHARED names no folder with photos");
        return;
    };
    let mut subjects = scenes::products(&folder);
    subjects.retain(|s| {
        ["mug", "sunnies", "tshirt"]
            .iter()
            .any(|part| s.name.contains(part))
    });
    // The easiest ground and the hardest.
    let floors = Background::ALL.map(|b| (b, 0.9, 0.03));
    holds(Method::Neural, &subjects, &[floors[0], floors[5]]);
    holds(
        Method::Classical,
        &subjects,
        &[(Background::Gradient, 0.9, 0.03)],
    );
}

#[test]
fn pictures_that_are_no_photos_are_answered_or_refused() {
    let noise = |x: u32, y: u32| {
        let n = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761);
        Rgb([n as u8, (n >> 8) as u8, (n >> 16) as u8])
    };
    let pictures = [
        RgbImage::from_pixel(1, 1, Rgb([255; 3])),
        RgbImage::new(200, 150),
        RgbImage::from_fn(64, 1, noise),
        RgbImage::from_fn(1, 64, noise),
        RgbImage::from_fn(97, 61, noise),
        RgbImage::from_fn(64, 4000, |x, y| Rgb([x as u8, (y / 16) as u8, 90])),
    ];
    for method in [Method::Auto, Method::Classical] {
        let matting = matting(method);
        for picture in &pictures {
            let cutout = matting.cut_out(picture, Subject::Auto);
            let size = cutout.map(|cutout| cutout.dimensions());
            let fits = size == Ok(picture.dimensions());
            assert!(
                fits || size == Err(MattingError::NothingFound),
                "{method:?}: {size:?}"
            );
        }
    }
}
