//! Subjects whose alpha is known, on backgrounds of six kinds, and how far a cut-out is from the truth. Used by the
//! tests of matting and by its bench.

use std::path::{Path, PathBuf};

use image::{Rgb, RgbImage, Rgba, RgbaImage, imageops};

/// What a subject is put on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Background {
    /// One pale colour.
    Flat,
    /// A backdrop that darkens towards its corners.
    Gradient,
    /// Planks.
    Wood,
    /// A lawn under a sky.
    Outdoor,
    /// The subject's own average colour.
    SameColour,
    /// A wall of bricks with things in front of it.
    Busy,
}

impl Background {
    /// All, in the order of the table.
    pub(crate) const ALL: [Self; 6] = [
        Self::Flat,
        Self::Gradient,
        Self::Wood,
        Self::Outdoor,
        Self::SameColour,
        Self::Busy,
    ];

    /// As the table calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::Gradient => "gradient",
            Self::Wood => "wood",
            Self::Outdoor => "outdoor",
            Self::SameColour => "same colour",
            Self::Busy => "busy",
        }
    }
}

/// A subject with its exact alpha.
pub(crate) struct Subject {
    /// What it is called.
    pub(crate) name: String,
    /// Colours and alpha.
    pub(crate) picture: RgbaImage,
}

/// A photo that was put together, and the truth about it.
pub(crate) struct Scene {
    /// What a matting method gets.
    pub(crate) photo: RgbImage,
    /// The subject's alpha, 0 to 255.
    pub(crate) truth: Vec<u8>,
}

/// The folder of photos that are not part of the repository (`ATELIER_SHARED` names its parent).
pub(crate) fn shared() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("ATELIER_SHARED")?).join("photos");
    folder.is_dir().then_some(folder)
}

/// The products with exact alpha in a folder.
pub(crate) fn products(folder: &Path) -> Vec<Subject> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a readable folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
            name.starts_with("saleor-") || name.starts_with("solidus_")
        })
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let picture = image::open(&path).expect("a picture").into_rgba8();
        let name = path.file_stem().expect("a name").to_string_lossy();
        Subject {
            name: name.into_owned(),
            picture: trimmed(&without_shadow(picture)),
        }
    };
    files.into_iter().map(read).collect()
}

/// A T-shirt and a mug with a handle, drawn with four by four samples a pixel.
pub(crate) fn drawn() -> Vec<Subject> {
    vec![
        drawing("tee", [172, 54, 62], |x, y| {
            let body = (0.3..0.7).contains(&x) && (0.18..0.95).contains(&y);
            let slope = 0.18 + 0.9 * ((x - 0.5).abs() - 0.2).max(0.0);
            let sleeve = (0.06..0.94).contains(&x) && (slope..slope + 0.24).contains(&y);
            let neck = ((x - 0.5) / 0.09).hypot((y - 0.17) / 0.07) < 1.0;
            (body || sleeve) && !neck
        }),
        drawing("mug", [52, 92, 148], |x, y| {
            let body = (0.15..0.68).contains(&x) && (0.15..0.9).contains(&y);
            let ring = ((x - 0.68) / 0.2).hypot((y - 0.5) / 0.24);
            body || (x >= 0.66 && (0.68..1.0).contains(&ring))
        }),
    ]
}

fn drawing(name: &str, colour: [u8; 3], inside: impl Fn(f32, f32) -> bool) -> Subject {
    const SIDE: u32 = 400;
    let picture = RgbaImage::from_fn(SIDE, SIDE, |x, y| {
        let at = |v: u32, i: u32| (v as f32 + (i as f32 + 0.5) / 4.0) / SIDE as f32;
        let hits = (0..16)
            .filter(|i| inside(at(x, i % 4), at(y, i / 4)))
            .count();
        // Folds and a light from the left.
        let (u, v) = (at(x, 2), at(y, 2));
        let light = 1.1 - 0.35 * u + 0.06 * (u * 40.0 + v * 9.0).sin();
        let [r, g, b] = colour.map(|c| (f32::from(c) * light).clamp(0.0, 255.0) as u8);
        Rgba([r, g, b, (hits * 255 / 16) as u8])
    });
    Subject {
        name: name.to_owned(),
        picture,
    }
}

/// Some of the PNGs hold a soft shadow on the floor: what is not near an opaque pixel is none of the subject.
fn without_shadow(mut picture: RgbaImage) -> RgbaImage {
    let (w, h) = picture.dimensions();
    let reach = 2_i64;
    let solid: Vec<bool> = picture.pixels().map(|p| p[3] > 204).collect();
    let near = |x: u32, y: u32| {
        (-reach..=reach).any(|dy| {
            (-reach..=reach).any(|dx| {
                let (x, y) = (i64::from(x) + dx, i64::from(y) + dy);
                (0..i64::from(w)).contains(&x)
                    && (0..i64::from(h)).contains(&y)
                    && solid[(y * i64::from(w) + x) as usize]
            })
        })
    };
    for y in 0..h {
        for x in 0..w {
            if !near(x, y) {
                picture.get_pixel_mut(x, y)[3] = 0;
            }
        }
    }
    picture
}

fn trimmed(picture: &RgbaImage) -> RgbaImage {
    let (mut x0, mut y0, mut x1, mut y1) = (u32::MAX, u32::MAX, 0, 0);
    for (x, y, p) in picture.enumerate_pixels() {
        if p[3] > 128 {
            (x0, y0) = (x0.min(x), y0.min(y));
            (x1, y1) = (x1.max(x), y1.max(y));
        }
    }
    imageops::crop_imm(picture, x0, y0, x1 + 1 - x0, y1 + 1 - y0).to_image()
}

/// A photo of `side` × `side` pixels with the subject a little beside the middle.
pub(crate) fn scene(subject: &Subject, background: Background, side: u32) -> Scene {
    let (w, h) = subject.picture.dimensions();
    let scale = f64::from(side) * 0.66 / f64::from(w.max(h));
    let (w, h) = (
        (f64::from(w) * scale).round() as u32,
        (f64::from(h) * scale).round() as u32,
    );
    let small = shrunk(&subject.picture, w.max(1), h.max(1));
    let (x0, y0) = ((side - w) * 9 / 20, (side - h) * 11 / 20);
    let mut photo = painted(background, side, average(&small));
    let mut truth = vec![0; (side * side) as usize];
    for (x, y, &Rgba([r, g, b, a])) in small.enumerate_pixels() {
        let under = photo.get_pixel_mut(x + x0, y + y0);
        let over = |top: u8, low: u8| {
            let (top, low, a) = (u32::from(top), u32::from(low), u32::from(a));
            ((top * a + low * (255 - a) + 127) / 255) as u8
        };
        *under = Rgb([over(r, under[0]), over(g, under[1]), over(b, under[2])]);
        truth[((y + y0) * side + x + x0) as usize] = a;
    }
    Scene { photo, truth }
}

/// Resized with colours weighted by alpha.
fn shrunk(picture: &RgbaImage, w: u32, h: u32) -> RgbaImage {
    let mut weighted = picture.clone();
    for p in weighted.pixels_mut() {
        let a = u32::from(p[3]);
        for i in 0..3 {
            p[i] = ((u32::from(p[i]) * a + 127) / 255) as u8;
        }
    }
    let mut small = imageops::resize(&weighted, w, h, imageops::FilterType::CatmullRom);
    for p in small.pixels_mut() {
        let a = u32::from(p[3]).max(1);
        for i in 0..3 {
            p[i] = (u32::from(p[i]) * 255 / a).min(255) as u8;
        }
    }
    small
}

fn average(picture: &RgbaImage) -> [f32; 3] {
    let (mut sum, mut weight) = ([0.0_f64; 3], 0.0_f64);
    for p in picture.pixels() {
        let a = f64::from(p[3]);
        for (sum, v) in sum.iter_mut().zip(p.0) {
            *sum += a * f64::from(v);
        }
        weight += a;
    }
    sum.map(|s| (s / weight.max(1.0)) as f32)
}

fn painted(background: Background, side: u32, own: [f32; 3]) -> RgbImage {
    RgbImage::from_fn(side, side, |px, py| {
        let (x, y) = (px as f32 / side as f32, py as f32 / side as f32);
        // What a sensor adds.
        let grain = 5.0 * (hash(px, py) - 0.5);
        let colour = match background {
            Background::Flat => [216.0, 212.0, 207.0],
            Background::Gradient => {
                let away = (x - 0.4).hypot(y - 0.3);
                [120.0, 146.0, 168.0].map(|c| c * (1.35 - 0.9 * away))
            }
            Background::Wood => wood(x, y),
            Background::Outdoor => outdoor(x, y),
            Background::SameColour => own.map(|c| c * (1.06 - 0.1 * y)),
            Background::Busy => busy(x, y),
        };
        Rgb(colour.map(|c| (c + grain).clamp(0.0, 255.0) as u8))
    })
}

fn wood(x: f32, y: f32) -> [f32; 3] {
    let plank = (y * 6.0).floor();
    let along = x * 3.0 + 7.0 * lattice(plank, 3.0);
    let ring = smooth(along * 2.0, y * 60.0) + 0.5 * smooth(along * 9.0, y * 150.0);
    let gap = if (y * 6.0).fract() < 0.03 { 0.5 } else { 1.0 };
    let tone = (0.75 + 0.2 * lattice(plank, 9.0) + 0.22 * (ring - 0.7)) * gap;
    [176.0, 124.0, 78.0].map(|c| c * tone)
}

fn outdoor(x: f32, y: f32) -> [f32; 3] {
    let cloud = smooth(x * 4.0, y * 9.0) * 0.6 + smooth(x * 9.0, y * 20.0) * 0.4;
    if y < 0.45 {
        let blue = 1.0 - y;
        return [
            150.0 + 90.0 * cloud,
            180.0 + 60.0 * cloud,
            215.0 * blue + 60.0 * cloud + 20.0,
        ];
    }
    let blade = smooth(x * 170.0, y * 60.0) * 0.6 + smooth(x * 30.0, y * 30.0) * 0.5;
    [70.0, 112.0, 44.0].map(|c| c * (0.45 + blade))
}

fn busy(x: f32, y: f32) -> [f32; 3] {
    let row = (y * 14.0).floor();
    let brick = x * 7.0 + 0.5 * (row % 2.0);
    let mortar = (y * 14.0).fract() < 0.1 || brick.fract() < 0.05;
    let tone = 0.6 + 0.5 * lattice(brick.floor(), row) + 0.15 * smooth(x * 90.0, y * 90.0);
    let mut colour = if mortar {
        [176.0, 170.0, 160.0]
    } else {
        [150.0, 82.0, 64.0].map(|c| c * tone)
    };
    // Things of all colours along both edges and the lower one.
    for i in 0..14_u8 {
        let n = f32::from(i);
        let side = if i % 2 == 0 { 0.02 } else { 0.8 };
        let (cx, cy) = (side + 0.17 * lattice(n, 1.0), 0.05 + 0.92 * lattice(n, 2.0));
        let (dx, dy) = (0.03 + 0.05 * lattice(n, 3.0), 0.04 + 0.08 * lattice(n, 4.0));
        if (x - cx).abs() < dx && (y - cy).abs() < dy {
            colour = [5.0, 6.0, 7.0].map(|k| 30.0 + 210.0 * lattice(n, k));
        }
    }
    colour
}

fn hash(x: u32, y: u32) -> f32 {
    let mut h = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77);
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h = (h ^ (h >> 12)).wrapping_mul(0x297a_2d39);
    (h ^ (h >> 15)) as f32 / u32::MAX as f32
}

fn lattice(x: f32, y: f32) -> f32 {
    hash((x as i32).cast_unsigned(), (y as i32).cast_unsigned())
}

fn smooth(x: f32, y: f32) -> f32 {
    let (ix, iy) = (x.floor(), y.floor());
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (tx, ty) = (ease(x - ix), ease(y - iy));
    let row = |y: f32| lattice(ix, y) + (lattice(ix + 1.0, y) - lattice(ix, y)) * tx;
    row(iy) + (row(iy + 1.0) - row(iy)) * ty
}

/// How far a cut-out is from the truth.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Score {
    /// Intersection over union at half transparency; 1 is perfect.
    pub(crate) iou: f64,
    /// Mean absolute error of alpha, 0 to 1.
    pub(crate) mae: f64,
}

/// Holds alpha against the truth; a method that found nothing (`None`) has cut out nothing.
pub(crate) fn score(alpha: Option<&RgbaImage>, truth: &[u8]) -> Score {
    let (mut both, mut any, mut error) = (0_u64, 0_u64, 0_u64);
    for (i, want) in truth.iter().enumerate() {
        let got = alpha.map_or(0, |picture| picture.as_raw()[4 * i + 3]);
        both += u64::from(got > 127 && *want > 127);
        any += u64::from(got > 127 || *want > 127);
        error += u64::from(got.abs_diff(*want));
    }
    Score {
        iou: both as f64 / any.max(1) as f64,
        mae: error as f64 / 255.0 / truth.len() as f64,
    }
}

/// The mean of scores.
pub(crate) fn mean(scores: &[Score]) -> Score {
    let n = scores.len().max(1) as f64;
    Score {
        iou: scores.iter().map(|s| s.iou).sum::<f64>() / n,
        mae: scores.iter().map(|s| s.mae).sum::<f64>() / n,
    }
}
