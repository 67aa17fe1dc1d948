//! Grass, blade by blade: as a lawn in front of the camera, and from above.

use super::noise::Dice;
use crate::imaging::colour::hex;
use crate::imaging::grid::{Canvas, Value};

/// One blade: where it grows, where its tip is (both in pixels), how thick and how bright it is.
struct Blade {
    root: (f32, f32),
    tip: (f32, f32),
    bend: f32,
    half: f32,
    colour: [f32; 3],
}

/// Grass seen from straight above.
pub(super) fn from_above(w: usize, h: usize, dice: &mut Dice) -> Canvas {
    let mut canvas = Canvas::filled(w, h, hex(0x22340f));
    let side = w.max(h) as f32;
    let total = 9_000;
    for i in 0..total {
        let layer = i as f32 / total as f32;
        let root = (
            dice.range(-0.04, 1.04) * w as f32,
            dice.range(-0.04, 1.04) * h as f32,
        );
        let turn = std::f32::consts::TAU * dice.unit();
        let length = side * dice.range(0.025, 0.06);
        let tip = (
            root.0 + length * turn.cos(),
            root.1 + length * (turn.sin() * 0.8 - 0.45),
        );
        let colour = tone(dice).times(0.3 + 0.75 * layer);
        draw(
            &mut canvas,
            &Blade {
                root,
                tip,
                bend: dice.range(-0.3, 0.3),
                half: side * 0.0021,
                colour,
            },
        );
    }
    canvas
}

/// A lawn from the row `top` (a share of the height) down to the camera, drawn over what is there.
pub(super) fn lawn(canvas: &mut Canvas, top: f32, dice: &mut Dice) {
    let (w, h) = (canvas.w as f32, canvas.h as f32);
    let side = w.max(h);
    let ground = canvas.h - (top * h) as usize;
    for y in canvas.h - ground..canvas.h {
        let near = ((y as f32 / h - top) / (1.0 - top)).max(0.0);
        for x in 0..canvas.w {
            canvas.px[y * canvas.w + x] = hex(0x5d7d2e).mix(hex(0x2b4314), near.sqrt());
        }
    }
    let total = 11_000;
    for i in 0..total {
        // Rows are drawn from far to near, with more blades where they are small.
        let t = (i as f32 / total as f32).powf(1.5);
        let grow = 0.1 + 0.9 * t;
        let root = (
            dice.range(-0.05, 1.05) * w,
            (top + (1.06 - top) * t) * h + dice.range(-2.0, 2.0),
        );
        let length = side * dice.range(0.035, 0.075) * grow;
        let lean = dice.range(-0.5, 0.5);
        let shade = dice.range(0.5, 1.15);
        draw(
            canvas,
            &Blade {
                root,
                tip: (root.0 + lean * length, root.1 - length),
                bend: dice.range(-0.25, 0.25),
                half: (side * 0.0024 * grow).max(0.6),
                colour: tone(dice).times(shade).mix(hex(0xa9bf6d), 0.35 * (1.0 - t)),
            },
        );
    }
}

fn tone(dice: &mut Dice) -> [f32; 3] {
    dice.pick(&[
        hex(0x6f9a35),
        hex(0x86ad48),
        hex(0x5d8a2f),
        hex(0x9dbb58),
        hex(0x4f7d2b),
        hex(0xa9b45e),
    ])
}

/// Draws a tapering curve, dark at the root.
fn draw(canvas: &mut Canvas, blade: &Blade) {
    let (dx, dy) = (blade.tip.0 - blade.root.0, blade.tip.1 - blade.root.1);
    let length = dx.hypot(dy).max(1.0);
    let steps = (length / 1.2).clamp(3.0, 90.0) as usize;
    let (nx, ny) = (-dy / length, dx / length);
    for i in 0..=steps {
        let t = i as f32 / steps as f32;
        let bow = blade.bend * length * t * t;
        let (cx, cy) = (
            blade.root.0 + dx * t + nx * bow,
            blade.root.1 + dy * t + ny * bow,
        );
        let half = blade.half * (1.0 - t * t).max(0.12);
        let colour = blade.colour.times(0.3 + 0.85 * t);
        let (from, to) = ((cx - half).floor() as i64, (cx + half).ceil() as i64);
        let y = cy.round() as i64;
        if y < 0 || y >= canvas.h as i64 {
            continue;
        }
        for x in from.max(0)..=to.min(canvas.w as i64 - 1) {
            let cover = (half + 0.5 - (x as f32 - cx).abs()).clamp(0.0, 1.0);
            // The midrib parts a lit half from a shaded one.
            let side = if x as f32 > cx { 1.08 } else { 0.9 };
            let pixel = &mut canvas.px[y as usize * canvas.w + x as usize];
            *pixel = pixel.mix(colour.times(side), cover);
        }
    }
}
