//! Colour arithmetic: sRGB to linear light and back, Lab, luma.

use image::{RgbImage, RgbaImage};
use rayon::prelude::*;

use super::grid::{Canvas, Plane, each_row};

/// Linear light of an sRGB value from 0 to 1.
pub fn to_linear(v: f32) -> f32 {
    if v <= 0.040_45 {
        v / 12.92
    } else {
        ((v + 0.055) / 1.055).powf(2.4)
    }
}

/// The sRGB value from 0 to 1 of linear light.
pub fn to_srgb(v: f32) -> f32 {
    let v = v.clamp(0.0, 1.0);
    if v <= 0.003_130_8 {
        v * 12.92
    } else {
        1.055 * v.powf(1.0 / 2.4) - 0.055
    }
}

/// A linear colour from an sRGB hex number such as `0xf4e9d8`.
pub fn hex(rgb: u32) -> [f32; 3] {
    [16, 8, 0].map(|shift| to_linear(((rgb >> shift) & 255) as f32 / 255.0))
}

/// Linear luminance of a linear colour.
pub fn luminance(c: [f32; 3]) -> f32 {
    0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]
}

/// CIE Lab (D65) of a linear colour, L from 0 to 100.
pub fn lab(c: [f32; 3]) -> [f32; 3] {
    let f = |t: f32| {
        if t > 0.008_856 {
            t.cbrt()
        } else {
            7.787 * t + 16.0 / 116.0
        }
    };
    let x = f((0.4124 * c[0] + 0.3576 * c[1] + 0.1805 * c[2]) / 0.950_47);
    let y = f(luminance(c));
    let z = f((0.0193 * c[0] + 0.1192 * c[1] + 0.9505 * c[2]) / 1.088_83);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The linear colour of a Lab value; may lie outside 0..1.
pub fn from_lab(lab: [f32; 3]) -> [f32; 3] {
    let f = |t: f32| {
        if t > 0.206_9 {
            t * t * t
        } else {
            (t - 16.0 / 116.0) / 7.787
        }
    };
    let y = (lab[0] + 16.0) / 116.0;
    let x = f(y + lab[1] / 500.0) * 0.950_47;
    let z = f(y - lab[2] / 200.0) * 1.088_83;
    let y = f(y);
    [
        3.2406 * x - 1.5372 * y - 0.4986 * z,
        -0.9689 * x + 1.8758 * y + 0.0415 * z,
        0.0557 * x - 0.2040 * y + 1.0570 * z,
    ]
}

/// A linear colour from hue (turns), chroma (0 to about 1) and lightness (0 to 1).
pub fn from_hue(turns: f32, chroma: f32, lightness: f32) -> [f32; 3] {
    let angle = turns * std::f32::consts::TAU;
    let c = chroma * 100.0;
    from_lab([lightness * 100.0, c * angle.cos(), c * angle.sin()]).map(|v| v.clamp(0.0, 1.0))
}

/// A photo in linear light.
pub fn canvas(picture: &RgbImage) -> Canvas {
    let table: Vec<f32> = (0..=255_u8)
        .map(|v| to_linear(f32::from(v) / 255.0))
        .collect();
    let px = picture
        .as_raw()
        .par_chunks(3)
        .map(|p| [0, 1, 2].map(|i| table[usize::from(p[i])]))
        .collect();
    Canvas {
        w: picture.width() as usize,
        h: picture.height() as usize,
        px,
    }
}

/// The colours (linear) and the alpha of a cut-out.
pub fn layer(cutout: &RgbaImage) -> (Canvas, Plane) {
    let table: Vec<f32> = (0..=255_u8)
        .map(|v| to_linear(f32::from(v) / 255.0))
        .collect();
    let (w, h) = (cutout.width() as usize, cutout.height() as usize);
    let px = cutout
        .as_raw()
        .par_chunks(4)
        .map(|p| [0, 1, 2].map(|i| table[usize::from(p[i])]))
        .collect();
    (Canvas { w, h, px }, alpha(cutout))
}

/// The alpha of a cut-out, from 0 to 1.
pub fn alpha(cutout: &RgbaImage) -> Plane {
    let px = cutout
        .as_raw()
        .par_chunks(4)
        .map(|p| f32::from(p[3]) / 255.0)
        .collect();
    Plane {
        w: cutout.width() as usize,
        h: cutout.height() as usize,
        px,
    }
}

/// An 8-bit picture of a linear canvas, dithered by less than one step so that soft gradients do not band.
pub fn develop(canvas: &Canvas) -> RgbImage {
    let mut out = RgbImage::new(canvas.w as u32, canvas.h as u32);
    let w = canvas.w;
    each_row(&mut out, w * 3, &|y, row| {
        let source = &canvas.px[y * w..(y + 1) * w];
        for (x, (pixel, colour)) in row.chunks_exact_mut(3).zip(source).enumerate() {
            let dither = dither(x, y);
            for (to, from) in pixel.iter_mut().zip(colour) {
                *to = (to_srgb(*from) * 255.0 + dither).clamp(0.0, 255.0) as u8;
            }
        }
    });
    out
}

/// The canvas' colours with a separate alpha, as an 8-bit picture.
pub fn develop_with_alpha(canvas: &Canvas, alpha: &Plane) -> RgbaImage {
    let rgb = develop(canvas);
    RgbaImage::from_fn(rgb.width(), rgb.height(), |x, y| {
        let [r, g, b] = rgb.get_pixel(x, y).0;
        let a = alpha.at(x as usize, y as usize);
        image::Rgba([r, g, b, (a * 255.0).round().clamp(0.0, 255.0) as u8])
    })
}

/// Lightness (L of Lab, 0 to 1) of a linear canvas: what an eye calls brightness.
pub fn lightness(canvas: &Canvas) -> Plane {
    canvas.map(|c| {
        let y = luminance(c).max(0.0);
        if y > 0.008_856 {
            1.16 * y.cbrt() - 0.16
        } else {
            9.033 * y
        }
    })
}

/// A fixed pattern from 0.1 to 0.9, even over any small neighbourhood.
fn dither(x: usize, y: usize) -> f32 {
    let (x, y) = ((x % 4096) as f32, (y % 4096) as f32);
    0.1 + 0.8 * (52.982_918 * (0.067_110_56 * x + 0.005_837_15 * y).fract()).fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_survive_the_way_to_lab_and_back() {
        for rgb in [0x000000, 0xffffff, 0x336699, 0xe04020] {
            let colour = hex(rgb);
            let back = from_lab(lab(colour));
            assert!(
                colour.iter().zip(back).all(|(a, b)| (a - b).abs() < 2e-3),
                "{rgb:06x}"
            );
        }
    }

    #[test]
    fn developing_gives_the_photo_back() {
        let photo = RgbImage::from_fn(64, 4, |x, y| {
            image::Rgb([x as u8 * 4, y as u8 * 60, 255 - x as u8])
        });
        let back = develop(&canvas(&photo));
        assert!(
            photo
                .as_raw()
                .iter()
                .zip(back.as_raw())
                .all(|(a, b)| a.abs_diff(*b) <= 1)
        );
    }
}
