//! Shapes that light takes on its way: window panes, leaves, lamps out of focus.

use super::noise::Dice;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane};

/// Sunlight through a window with two by three panes, 0 to 1 over the picture; `side` is where the window is.
pub(super) fn window(w: usize, h: usize, side: f32, dice: &mut Dice) -> Plane {
    let skew = -side * dice.range(0.28, 0.42);
    let (cx, cy) = (
        0.5 - side * 0.04 + dice.range(-0.05, 0.05),
        dice.range(0.36, 0.46),
    );
    let (pane_w, pane_h) = (dice.range(0.24, 0.28), dice.range(0.27, 0.33));
    let bar = 0.028;
    let aspect = w as f32 / h as f32;
    Plane::from_fn(w, h, |x, y| {
        let (u, v) = ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32);
        let s = (u - cx) * aspect.max(0.6) + (v - cy) * skew;
        let t = (v - cy) + (u - cx) * 0.12 * side;
        // The edge softens with the distance from the window.
        let soft = 0.010 + 0.016 * v;
        let band = |p: f32, centre: f32, half: f32| {
            smoothstep(half + soft, half - soft, (p - centre).abs())
        };
        let mut lit = 0.0_f32;
        for i in [-0.5, 0.5] {
            for j in [-1.0, 0.0, 1.0] {
                lit = lit.max(
                    band(s, i * (pane_w + bar), pane_w / 2.0)
                        * band(t, j * (pane_h + bar), pane_h / 2.0),
                );
            }
        }
        lit
    })
}

/// Dappled light through leaves: 1 where the sun comes through, towards 0 in the leaves' shadow.
pub(super) fn leaves(w: usize, h: usize, side: f32, dice: &mut Dice) -> Plane {
    let mut shade = Plane::filled(w, h, 0.0);
    let side_px = w.max(h) as f32;
    for twig in 0..4 {
        let from_side = if twig % 2 == 0 { side } else { side * 0.6 };
        let root = (
            0.5 + from_side * dice.range(0.35, 0.62),
            dice.range(-0.1, 0.35),
        );
        let heading = dice.range(0.25, 1.1);
        let mut at = root;
        let mut angle = if side > 0.0 {
            std::f32::consts::PI - heading
        } else {
            heading
        };
        for leaf in 0..9 {
            angle += dice.range(-0.16, 0.2);
            at = (at.0 + 0.055 * angle.cos(), at.1 + 0.055 * angle.sin());
            let turn = if leaf % 2 == 0 { 0.85 } else { -0.85 };
            let length = dice.range(0.055, 0.085) * (1.0 - leaf as f32 * 0.05);
            draw_leaf(&mut shade, at, angle + turn, length * side_px);
        }
    }
    shade.blurred(side_px * 0.007).map(|v| 1.0 - v.min(1.0))
}

fn draw_leaf(shade: &mut Plane, at: (f32, f32), angle: f32, length: f32) {
    let (w, h) = (shade.w as f32, shade.h as f32);
    let (sin, cos) = angle.sin_cos();
    let (cx, cy) = (at.0 * w + cos * length / 2.0, at.1 * h + sin * length / 2.0);
    let reach = length * 0.6;
    let rows = ((cy - reach).max(0.0) as usize)..((cy + reach).clamp(0.0, h) as usize);
    for y in rows {
        for x in ((cx - reach).max(0.0) as usize)..((cx + reach).clamp(0.0, w) as usize) {
            let (dx, dy) = (x as f32 - cx, y as f32 - cy);
            let along = (dx * cos + dy * sin) / length * 2.0;
            let across = (dy * cos - dx * sin) / length * 2.0;
            let width = 0.34 * (1.0 - along * along).max(0.0) * (1.0 - 0.35 * along);
            if across.abs() < width {
                shade.px[y * shade.w + x] = 1.0;
            }
        }
    }
}

/// Adds lamps out of focus: soft discs of light.
pub(super) fn bokeh(
    scene: &mut Canvas,
    colours: &[[f32; 3]],
    count: usize,
    rows: (f32, f32),
    dice: &mut Dice,
) {
    let side = scene.w.max(scene.h) as f32;
    for _ in 0..count {
        let (cx, cy) = (
            dice.unit() * scene.w as f32,
            dice.range(rows.0, rows.1) * scene.h as f32,
        );
        let radius = side * dice.range(0.010, 0.042);
        let (colour, power) = (dice.pick(colours), dice.range(0.08, 0.42));
        let (x0, x1) = (
            (cx - radius - 2.0).max(0.0) as usize,
            ((cx + radius + 2.0) as usize).min(scene.w),
        );
        let (y0, y1) = (
            (cy - radius - 2.0).max(0.0) as usize,
            ((cy + radius + 2.0) as usize).min(scene.h),
        );
        for y in y0..y1 {
            for x in x0..x1 {
                let d = (x as f32 - cx).hypot(y as f32 - cy) / radius;
                let disc = smoothstep(1.0, 0.9, d) * (0.72 + 0.28 * smoothstep(0.6, 0.95, d));
                let pixel = &mut scene.px[y * scene.w + x];
                for (to, from) in pixel.iter_mut().zip(colour) {
                    *to += from * disc * power;
                }
            }
        }
    }
}
