//! What a photo shows and whether it will do: cheap figures, no network.

use image::RgbImage;

use crate::imaging::{colour, transform};

/// Figures about one photo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Findings {
    /// Average lightness, 0 black to 1 white.
    pub brightness: f32,
    /// Spread of the lightness (standard deviation).
    pub contrast: f32,
    /// The strongest edges, in lightness a pixel at 512 pixels: under 0.06 is out of focus.
    pub sharpness: f32,
    /// How busy the rim of the picture is: average edge strength there. Above 0.05 a background is busy.
    pub busyness: f32,
}

impl Findings {
    /// Measures a picture.
    pub fn of(picture: &RgbImage) -> Self {
        let light = colour::lightness(&colour::canvas(&transform::shrink(picture, 512)));
        let mean = light.mean();
        let spread = light.map(|v| (v - mean) * (v - mean)).mean().sqrt();
        let edges = crate::imaging::grid::Plane::from_fn(light.w, light.h, |x, y| {
            let (x, y) = (x as i64, y as i64);
            let dx = light.near(x + 1, y) - light.near(x - 1, y);
            let dy = light.near(x, y + 1) - light.near(x, y - 1);
            dx.hypot(dy) / 2.0
        });
        let mut sorted = edges.px.clone();
        let place = sorted.len() * 995 / 1000;
        let (_, strong, _) = sorted.select_nth_unstable_by(place, f32::total_cmp);
        let sharpness = *strong;
        let (w, h) = (edges.w, edges.h);
        let rim = |x: usize, y: usize| x < w / 8 || x >= w - w / 8 || y < h / 8 || y >= h - h / 8;
        let (mut sum, mut count) = (0.0, 0.0_f32);
        for y in 0..h {
            for x in 0..w {
                if rim(x, y) {
                    sum += edges.at(x, y);
                    count += 1.0;
                }
            }
        }
        Self {
            brightness: mean,
            contrast: spread,
            sharpness,
            busyness: sum / count.max(1.0),
        }
    }
}
