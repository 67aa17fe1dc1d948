//! `atelier cutout` through the executable, and the settings of a network that the operator brings.

use std::path::Path;
use std::process::Output;

use image::{DynamicImage, Rgb, RgbImage, Rgba, RgbaImage};
use tempfile::TempDir;

use crate::commands::{atelier, ended};

/// A red ring on a pale ground that darkens.
fn ring(side: u32) -> RgbImage {
    RgbImage::from_fn(side, side, |x, y| {
        let away = (x as f32 / side as f32 - 0.5).hypot(y as f32 / side as f32 - 0.52);
        if (0.1..0.3).contains(&away) {
            Rgb([188, (40 + x * 20 / side) as u8, 44])
        } else {
            Rgb([(222 - y * 24 / side) as u8, 220, 226])
        }
    })
}

fn saved(directory: &Path, name: &str, picture: impl Into<DynamicImage>) -> String {
    let path = directory.join(name);
    picture.into().save(&path).expect("a file");
    path.to_str().expect("a path").to_owned()
}

fn cutout(directory: &Path, arguments: &[&str]) -> Output {
    let mut all = vec!["cutout"];
    all.extend(arguments);
    atelier(directory, &all).output().expect("it runs")
}

#[test]
fn a_subject_is_cut_out_of_every_format_into_png_and_webp() {
    let directory = TempDir::new().expect("a directory");
    let here = directory.path();
    let ways = [
        ("photo.png", "out.png", "auto"),
        ("photo.jpg", "out.webp", "neural"),
        ("photo.bmp", "again.PNG", "classical"),
    ];
    for (photo, out, method) in ways {
        let photo = saved(here, photo, ring(300));
        let out = here.join(out);
        let out = out.to_str().expect("a path");
        let words = [
            photo.as_str(),
            "-o",
            out,
            "--method",
            method,
            "--subject",
            "product",
        ];
        assert!(ended(&cutout(here, &words), 0).contains(out));
        let made = image::open(out).expect("a picture").into_rgba8();
        assert_eq!(made.dimensions(), (300, 300));
        let alpha = |x, y| made.get_pixel(x, y)[3];
        assert_eq!(
            (alpha(5, 5), alpha(295, 290)),
            (0, 0),
            "{method}: the ground"
        );
        assert!(
            alpha(150, 96) > 250 && alpha(90, 156) > 250,
            "{method}: the ring"
        );
    }
    assert!(!here.join("atelier.db").exists(), "it needs no database");
}

#[test]
fn a_cut_out_stays_as_it_is_and_hides_nothing() {
    let directory = TempDir::new().expect("a directory");
    let here = directory.path();
    let half = RgbaImage::from_fn(90, 70, |x, _| {
        Rgba([200, 30, 40, if x < 40 { 255 } else { 0 }])
    });
    let photo = saved(here, "half.png", half);
    let out = here.join("out.png");
    let out = out.to_str().expect("a path");
    assert!(ended(&cutout(here, &[&photo, "-o", out]), 0).contains("cut out already"));
    let made = image::open(out).expect("a picture").into_rgba8();
    assert_eq!(*made.get_pixel(10, 10), Rgba([200, 30, 40, 255]));
    assert_eq!(*made.get_pixel(80, 10), Rgba([0; 4]));
}

#[test]
fn what_cannot_be_cut_out_is_said() {
    let directory = TempDir::new().expect("a directory");
    let here = directory.path();
    let photo = saved(here, "photo.png", ring(120));
    let blank = saved(
        here,
        "blank.png",
        RgbImage::from_pixel(80, 90, Rgb([9, 9, 9])),
    );
    let text = here.join("notes.jpg");
    std::fs::write(&text, "no picture").expect("a file");
    let text = text.to_str().expect("a path");
    let out = here.join("out.png");
    let out = out.to_str().expect("a path");
    let jpeg = here.join("out.jpg");
    let jpeg = jpeg.to_str().expect("a path");
    let said = |arguments: &[&str], code| ended(&cutout(here, arguments), code);
    assert!(said(&[&blank, "-o", out], 1).contains("no subject was found"));
    let person = [
        &photo,
        "-o",
        out,
        "--method",
        "classical",
        "--subject",
        "portrait",
    ];
    assert!(said(&person, 1).contains("cannot cut out people; use --method auto"));
    assert!(said(&["nowhere.png", "-o", out], 1).contains("cannot read nowhere.png"));
    assert!(said(&[text, "-o", out], 1).contains("notes.jpg cannot be used"));
    assert!(said(&[&photo, "-o", jpeg], 2).contains("must end in .png or .webp"));
    assert!(said(&[&photo, "-o", &photo], 1).contains("is the photo itself"));
    assert!(said(&[&photo, "-o", out, "--subject", "cat"], 2).contains("auto, portrait, product"));
    assert!(!Path::new(out).exists(), "nothing is left behind");
}

#[test]
fn a_network_of_the_operator_is_used_or_refused_at_the_start() {
    let directory = TempDir::new().expect("a directory");
    let here = directory.path();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/models");
    let settings = |model: &Path, more: &str| {
        let text = format!("[matting.neural]\nmodel = {model:?}\n{more}");
        std::fs::write(here.join("atelier.toml"), text).expect("a file");
    };
    let photo = saved(here, "photo.png", ring(160));
    let out = here.join("out.png");
    let out = out.to_str().expect("a path");
    let words = [
        photo.as_str(),
        "-o",
        out,
        "--method",
        "neural",
        "--subject",
        "product",
    ];
    let check = || {
        atelier(here, &["config", "check"])
            .output()
            .expect("it runs")
    };

    settings(&models.join("u2netp.onnx"), "");
    assert!(ended(&check(), 0).contains("good"));
    ended(&cutout(here, &words), 0);
    let alpha = image::open(out).expect("a picture").into_rgba8();
    assert!(alpha.get_pixel(80, 50)[3] > 250 && alpha.get_pixel(3, 3)[3] == 0);

    settings(&here.join("absent.onnx"), "");
    for output in [
        check(),
        cutout(here, &words),
        atelier(here, &["serve"]).output().expect("it runs"),
    ] {
        let said = ended(&output, 78);
        let named =
            said.contains("matting.neural.model") && said.contains("absent.onnx cannot be read");
        assert!(named, "{said}");
    }
    settings(&models.join("face_detection_short_range.onnx"), "");
    assert!(ended(&check(), 78).contains("is no network that cuts out"));
    settings(&models.join("NOTICE.md"), "");
    assert!(ended(&check(), 78).contains("is no network that can be run"));
    settings(&models.join("u2netp.onnx"), "deviation = [0.2, 0.0, 0.2]\n");
    assert!(ended(&check(), 78).contains("matting.neural.deviation"));
}
