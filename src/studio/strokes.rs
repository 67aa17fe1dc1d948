//! Ways to redraw a picture: smoothing into patches of paint, the direction of strokes, ink lines.

use crate::imaging::colour;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Grid, Plane, Value};

/// Smooths into flat patches with crisp borders (Kuwahara filter with eight soft sectors).
pub(super) fn patches(canvas: &Canvas, radius: i64) -> Canvas {
    let mut taps: Vec<(i64, i64, usize, f32)> = Vec::new();
    for dy in -radius..=radius {
        for dx in -radius..=radius {
            let d = (dx as f32).hypot(dy as f32) / (radius as f32 + 0.5);
            if d > 1.0 || (dx, dy) == (0, 0) {
                continue;
            }
            let sector = ((dy as f32).atan2(dx as f32) / std::f32::consts::TAU * 8.0)
                .rem_euclid(8.0) as usize;
            taps.push((dx, dy, sector.min(7), (-2.0 * d * d).exp()));
        }
    }
    Canvas::from_fn(canvas.w, canvas.h, |x, y| {
        let own = canvas.at(x, y);
        let mut sums = [([0.0_f32; 3], 0.0_f32, 0.0_f32); 8];
        for sum in &mut sums {
            *sum = (own, own.iter().map(|v| v * v).sum(), 1.0);
        }
        for (dx, dy, sector, k) in &taps {
            let c = canvas.near(x as i64 + dx, y as i64 + dy);
            let s = &mut sums[*sector];
            s.0 = s.0.plus(c.times(*k));
            s.1 += c.iter().map(|v| v * v).sum::<f32>() * k;
            s.2 += k;
        }
        let (mut mean, mut total) = ([0.0; 3], 1e-12);
        for (sum, squares, weight) in sums {
            let m = sum.times(1.0 / weight);
            let variance = (squares / weight - m.iter().map(|v| v * v).sum::<f32>()).max(0.0);
            let k = 1.0 / (1e-4 + variance * 12.0).powi(4);
            mean = mean.plus(m.times(k * 1e-12));
            total += k * 1e-12;
        }
        mean.times(1.0 / total)
    })
}

/// The direction of strokes at each pixel, as a unit vector along edges.
pub(super) fn flow(light: &Plane, sigma: f32) -> Grid<[f32; 2]> {
    let tensor = Grid::<[f32; 3]>::from_fn(light.w, light.h, |x, y| {
        let (x, y) = (x as i64, y as i64);
        let dx = light.near(x + 1, y) - light.near(x - 1, y);
        let dy = light.near(x, y + 1) - light.near(x, y - 1);
        [dx * dx, dx * dy, dy * dy]
    })
    .blurred(sigma);
    tensor.map(|[e, f, g]| {
        let angle = 0.5 * (2.0 * f).atan2(e - g) + std::f32::consts::FRAC_PI_2;
        [angle.cos(), angle.sin()]
    })
}

/// Averages a picture along the strokes, `steps` pixels to both sides.
pub(super) fn along<T: Value>(grid: &Grid<T>, flow: &Grid<[f32; 2]>, steps: usize) -> Grid<T> {
    Grid::from_fn(grid.w, grid.h, |x, y| {
        let mut sum = grid.at(x, y);
        let mut weight = 1.0;
        for sign in [-1.0_f32, 1.0] {
            let (mut px, mut py) = (x as f32, y as f32);
            let mut heading = flow.at(x, y).times(sign);
            for step in 1..=steps {
                px += heading[0];
                py += heading[1];
                let k = 1.0 - step as f32 / (steps + 1) as f32;
                sum = sum.plus(grid.near(px.round() as i64, py.round() as i64).times(k));
                weight += k;
                let next = flow.near(px.round() as i64, py.round() as i64);
                // A direction has no sign of its own: keep going the same way.
                let same = if next[0] * heading[0] + next[1] * heading[1] < 0.0 {
                    -1.0
                } else {
                    1.0
                };
                heading = next.times(same);
            }
        }
        sum.times(1.0 / weight)
    })
}

/// Ink lines, 1 on paper and 0 in ink (difference of Gaussians with soft thresholds, along the flow).
pub(super) fn lines(light: &Plane, sigma: f32, strength: f32) -> Plane {
    let (fine, wide) = (light.blurred(sigma), light.blurred(sigma * 1.6));
    let raw = Plane::from_fn(light.w, light.h, |x, y| fine.at(x, y) - wide.at(x, y));
    let directions = flow(light, sigma * 2.0 + 1.0);
    let smooth = along(&raw, &directions, (sigma * 3.0) as usize + 2);
    smooth.map(|d| smoothstep(-0.055 / strength, -0.012 / strength, d))
}

/// The lightness of a canvas, as an eye sees it.
pub(super) fn light(canvas: &Canvas) -> Plane {
    colour::lightness(canvas)
}

/// The canvas in values that are even to the eye (square root), and back.
pub(super) fn perceptual(canvas: &Canvas) -> Canvas {
    canvas.map(|c| c.map(|v| v.max(0.0).sqrt()))
}

/// Back from [`perceptual`].
pub(super) fn linear(canvas: &Canvas) -> Canvas {
    canvas.map(|c| c.map(|v| v * v))
}
