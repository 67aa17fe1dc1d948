//! Shapes that light takes on its way: window panes, twigs with leaves.

use super::noise::Dice;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::Plane;

/// Sunlight through a window with two by three panes, 0 to 1 over the picture; `side` is where the window is. At
/// `seam`, if there is one, the pattern leaves the wall and runs on over the ground.
pub(super) fn window(
    (w, h): (usize, usize),
    side: f32,
    seam: Option<f32>,
    dice: &mut Dice,
) -> Plane {
    let skew = -side.signum() * dice.range(0.26, 0.36);
    let (cx, cy) = (
        0.5 - side * 0.06 + dice.range(-0.05, 0.05),
        dice.range(0.38, 0.46),
    );
    let (pane_w, pane_h) = (dice.range(0.25, 0.29), dice.range(0.28, 0.33));
    let bar = 0.026;
    let aspect = w as f32 / h as f32;
    Plane::from_fn(w, h, |x, y| {
        let (u, v) = ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32);
        let over = seam.map_or(0.0, |seam| (v - seam).max(0.0));
        // On the ground the light runs away from the window and the panes are stretched.
        let bend = -side.signum() * 0.75 * over;
        let s = (u - cx) * aspect.max(0.6) - (v - over - cy) * skew + bend;
        let t = (v - over * 0.35 - cy) + (u - cx) * 0.1 * side;
        // The edge softens with the distance from the window.
        let soft = 0.008 + 0.02 * v;
        let band = |p: f32, centre: f32, half: f32| {
            smoothstep(half + soft, half - soft, (p - centre).abs())
        };
        let column = [-0.5, 0.5]
            .map(|i| band(s, i * (pane_w + bar), pane_w / 2.0))
            .into_iter()
            .fold(0.0, f32::max);
        let row = [-1.0, 0.0, 1.0]
            .map(|j| band(t, j * (pane_h + bar), pane_h / 2.0))
            .into_iter()
            .fold(0.0, f32::max);
        column * row
    })
}

/// Light through twigs with long leaves that hang into the picture from the lamp's side: 1 in the sun, towards 0 in
/// the leaves' shadow.
pub(super) fn leaves(w: usize, h: usize, side: f32, dice: &mut Dice) -> Plane {
    // Soft shadows need no detail: they are drawn at half size.
    let (sw, sh) = ((w / 2).max(8), (h / 2).max(8));
    let mut shade = Plane::filled(sw, sh, 0.0);
    let long = sw.max(sh) as f32;
    let sign = side.signum();
    for (i, start) in [-0.08, 0.12, 0.36].into_iter().enumerate() {
        let edge = if i == 0 { 0.16 } else { -0.04 };
        let root = (
            if sign > 0.0 { 1.0 - edge } else { edge },
            start + dice.range(-0.05, 0.05),
        );
        let heading = dice.range(0.25, 0.6) + if i == 0 { 0.55 } else { 0.0 };
        let angle = if sign > 0.0 {
            std::f32::consts::PI - heading
        } else {
            heading
        };
        twig(&mut shade, root, angle, sign, dice);
    }
    let soft = shade.blurred(long * 0.006).map(|v| v.min(1.0));
    soft.resized(w, h).map(|v| 1.0 - v)
}

/// A bowed stem with leaves to both sides that grow shorter towards its end.
fn twig(shade: &mut Plane, root: (f32, f32), heading: f32, sign: f32, dice: &mut Dice) {
    let long = shade.w.max(shade.h) as f32;
    let (mut at, mut angle) = ((root.0 * shade.w as f32, root.1 * shade.h as f32), heading);
    let count = 13;
    for leaf in 0..count {
        angle -= sign * dice.range(0.0, 0.09);
        let step = 0.038 * long;
        let next = (at.0 + step * angle.cos(), at.1 + step * angle.sin());
        let stem = long * 0.0035 * (1.0 - leaf as f32 / count as f32) + 0.8;
        line(shade, at, next, stem);
        at = next;
        let flip = if leaf % 2 == 0 { 1.0 } else { -1.0 };
        let turn = flip * dice.range(0.55, 0.95);
        let taper = 1.0 - 0.55 * leaf as f32 / count as f32;
        draw_leaf(
            shade,
            at,
            angle + turn,
            dice.range(0.12, 0.155) * taper * long,
        );
    }
}

fn line(shade: &mut Plane, a: (f32, f32), b: (f32, f32), half: f32) {
    let steps = ((b.0 - a.0).hypot(b.1 - a.1)).ceil().max(1.0) as i32;
    for i in 0..=steps {
        let t = i as f32 / steps as f32;
        let (cx, cy) = (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
        stamp(shade, (cx, cy), half, &|dx, dy| dx.hypot(dy) < half);
    }
}

fn draw_leaf(shade: &mut Plane, at: (f32, f32), angle: f32, length: f32) {
    let (sin, cos) = angle.sin_cos();
    let middle = (at.0 + cos * length / 2.0, at.1 + sin * length / 2.0);
    stamp(shade, middle, length * 0.55, &|dx, dy| {
        let along = (dx * cos + dy * sin) / length * 2.0;
        let across = (dy * cos - dx * sin) / length * 2.0;
        // Broadest a third of the way out, pointed at the end.
        let width = 0.30 * (1.0 - along * along).max(0.0) * (1.0 - 0.45 * along);
        across.abs() < width
    });
}

/// Fills the pixels around a point, at most `reach` away, whose offset from it is `inside`.
fn stamp(shade: &mut Plane, (cx, cy): (f32, f32), reach: f32, inside: &dyn Fn(f32, f32) -> bool) {
    let span = |c: f32, top: usize| {
        let from = (c - reach).clamp(0.0, top as f32) as usize;
        from..((c + reach + 1.0).clamp(0.0, top as f32) as usize)
    };
    for y in span(cy, shade.h) {
        for x in span(cx, shade.w) {
            if inside(x as f32 - cx, y as f32 - cy) {
                shade.px[y * shade.w + x] = 1.0;
            }
        }
    }
}
