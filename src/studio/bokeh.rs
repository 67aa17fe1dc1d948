//! Lamps out of focus: soft discs of light, small and bright far away, large and faint near the camera.

use super::noise::Dice;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::Canvas;

/// A kind of lamps.
#[derive(Clone, Copy)]
pub(super) struct Lamps<'a> {
    /// What they shine in.
    pub(super) colours: &'a [[f32; 3]],
    /// How many there are.
    pub(super) count: usize,
    /// Smallest and largest radius, as shares of the longer side.
    pub(super) radius: (f32, f32),
    /// Brightness of the smallest ones.
    pub(super) power: f32,
}

/// Adds lamps where `place` throws them: shares of width and height.
pub(super) fn scatter(
    scene: &mut Canvas,
    lamps: Lamps<'_>,
    dice: &mut Dice,
    place: impl Fn(&mut Dice) -> (f32, f32),
) {
    for _ in 0..lamps.count {
        let at = place(dice);
        let size = dice.unit().powi(2);
        let radius = lamps.radius.0 + (lamps.radius.1 - lamps.radius.0) * size;
        // The same light on a larger disc is fainter.
        let faint = (lamps.radius.0 / radius).powf(0.9);
        let power = lamps.power * faint * dice.range(0.45, 1.0);
        let colour = dice.pick(lamps.colours);
        lamp(scene, at, radius, colour.map(|v| v * power));
    }
}

/// Adds one lamp of a radius given as a share of the longer side.
pub(super) fn lamp(scene: &mut Canvas, at: (f32, f32), radius: f32, light: [f32; 3]) {
    let (w, h) = (scene.w as f32, scene.h as f32);
    let radius = (radius * w.max(h)).max(0.8);
    let (cx, cy) = (at.0 * w, at.1 * h);
    let span = |c: f32, top: f32| {
        let from = (c - radius - 2.0).clamp(0.0, top) as usize;
        (from, (c + radius + 2.0).clamp(0.0, top) as usize)
    };
    let ((x0, x1), (y0, y1)) = (span(cx, w), span(cy, h));
    for y in y0..y1 {
        for x in x0..x1 {
            let d = (x as f32 - cx).hypot(y as f32 - cy) / radius;
            let disc = smoothstep(1.02, 0.84, d) * (0.8 + 0.2 * smoothstep(0.3, 0.95, d));
            let pixel = &mut scene.px[y * scene.w + x];
            for (to, from) in pixel.iter_mut().zip(light) {
                *to += from * disc;
            }
        }
    }
}
