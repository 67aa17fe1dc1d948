//! The light on the worn top: its folds and shadows without its colour, its print or its knit.

use super::worn::Worn;
use crate::imaging::colour;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane, Value};
use crate::kinds::virtual_tryon::Fit;

/// Light to put on new fabric.
pub(super) struct Light {
    /// Factor a pixel; 1 is even light.
    plane: Plane,
    /// How bright the scene is, 1 in a well-lit photo.
    scene: f32,
}

impl Light {
    /// Fabric of this colour at a pixel, lit.
    pub(super) fn fall(&self, fabric: [f32; 3], x: usize, y: usize) -> [f32; 3] {
        fabric.times(self.plane.at(x, y) * self.scene)
    }
}

/// Reads the light off the photo wherever `cover` will be new fabric; `width` is that of the shoulders.
pub(super) fn read(photo: &Canvas, worn: &Worn, cover: &Plane, width: f32, fit: Fit) -> Light {
    let light = photo.map(|c| colour::luminance(c).max(0.002).ln());
    let on_top = Plane::from_fn(photo.w, photo.h, |x, y| {
        worn.mask.at(x, y) * worn.plain.at(x, y) + 1e-4 * worn.mask.at(x, y)
    });
    let on_skin = Plane::from_fn(photo.w, photo.h, |x, y| {
        cover.at(x, y) * smoothstep(0.3, 0.02, worn.mask.at(x, y))
    });
    let strength = match fit {
        Fit::Natural => 0.85,
        Fit::Fitted => 0.7,
        Fit::Loose => 1.0,
    };
    let top = folds(&light, &on_top, width, strength);
    let bare = on_skin.mean() > 1e-4;
    let plane = if bare {
        let skin = folds(&light, &on_skin, width, 0.6);
        let part = on_skin.blurred(width * 0.01);
        Plane::from_fn(photo.w, photo.h, |x, y| {
            top.at(x, y)
                .mix(skin.at(x, y), part.at(x, y).min(1.0))
                .exp()
        })
    } else {
        top.map(f32::exp)
    };
    Light {
        plane,
        scene: scene(photo),
    }
}

/// The logarithm of the light where `weight` is, relative to its average there. Detail finer than a fold, such as a
/// knit, is smoothed away: the new fabric brings its own.
fn folds(light: &Plane, weight: &Plane, width: f32, strength: f32) -> Plane {
    let weight = weight.map(|v| v + 1e-9);
    let average = |sigma: f32| {
        let sums = Plane::from_fn(light.w, light.h, |x, y| light.at(x, y) * weight.at(x, y));
        let (sums, weights) = (sums.blurred(sigma), weight.blurred(sigma));
        Plane::from_fn(light.w, light.h, |x, y| {
            sums.at(x, y) / weights.at(x, y).max(1e-12)
        })
    };
    let (coarse, wide) = (average(width * 0.45), average(width * 0.07));
    let (near, fine) = (average(width * 0.016), average(width * 0.006));
    let trust = weight.blurred(width * 0.012);
    let around = weight.blurred(width * 0.07);
    let (mut sum, mut total) = (0.0_f64, 1e-9_f64);
    for (l, k) in light.px.iter().zip(&weight.px) {
        sum += f64::from(l * k);
        total += f64::from(*k);
    }
    let level = (sum / total) as f32;
    // Where the finest detail is strong everywhere, it is a knit or a weave and not a fold.
    let knit = {
        let off = |i: usize| (light.px[i] - near.px[i]).abs() * weight.px[i];
        (0..light.px.len()).map(off).map(f64::from).sum::<f64>() / total
    } as f32;
    let crisp = smoothstep(0.075, 0.025, knit);
    Plane::from_fn(light.w, light.h, |x, y| {
        let sure = smoothstep(0.02, 0.3, trust.at(x, y));
        let detail = near.at(x, y).mix(fine.at(x, y), crisp);
        // In the middle of a large print nothing tells of folds.
        let known = smoothstep(0.03, 0.25, around.at(x, y));
        let detail = known * (wide.at(x, y).mix(detail, sure) - coarse.at(x, y));
        let broad = (coarse.at(x, y) - level).clamp(-0.5, 0.3);
        (strength * detail.clamp(-1.1, 0.5) + 0.7 * broad).clamp(-1.4, 0.5)
    })
}

/// In a dim photo a garment that was photographed in bright light is toned down.
fn scene(photo: &Canvas) -> f32 {
    let mut values: Vec<f32> = photo
        .px
        .iter()
        .step_by(7)
        .map(|c| colour::luminance(*c))
        .collect();
    let place = (values.len() * 97 / 100).min(values.len() - 1);
    let (_, bright, _) = values.select_nth_unstable_by(place, f32::total_cmp);
    (*bright / 0.7).clamp(0.35, 1.0).powf(0.45)
}
