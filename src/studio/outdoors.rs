//! Fashion sets out of doors: a garden, the sea, a city at night, all out of focus behind the subject.

use super::bokeh::{self, Lamps};
use super::grass;
use super::light::Rig;
use super::noise::Dice;
use super::surface::{Material, Surface};
use crate::imaging::colour::hex;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Value};

/// Foliage out of focus, a lawn in front.
pub(super) fn garden(w: usize, h: usize, rig: &Rig, dice: &mut Dice) -> Canvas {
    let horizon = 0.735;
    let mut canvas = foliage(w, h, dice).blurred(w as f32 * 0.016);
    let colours = [hex(0xdfeaa8), hex(0xc3dc84), hex(0xf6f2c8), hex(0xa6c765)];
    let lamps = Lamps {
        colours: &colours,
        count: 90,
        radius: (0.006, 0.032),
        power: 0.42,
    };
    bokeh::scatter(&mut canvas, lamps, dice, |dice| {
        // Light comes through the leaves, more of it higher up.
        (dice.unit(), 0.62 * dice.unit().powf(1.3))
    });
    let mut canvas = canvas.blurred(w as f32 * 0.005);
    let hedge = canvas.clone();
    grass::lawn(&mut canvas, horizon, dice);
    let far = canvas.blurred(h as f32 * 0.009);
    let glow = |u: f32, v: f32| {
        1.0 + 0.22 * smoothstep(0.9, 0.0, (u - 0.5 - rig.side * 0.4).hypot(v - 0.1))
    };
    Canvas::from_fn(w, h, |x, y| {
        let (u, v) = ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32);
        let sharp = smoothstep(horizon + 0.01, 0.9, v);
        let lawn = far.at(x, y).mix(canvas.at(x, y), sharp);
        let on_lawn = smoothstep(horizon - 0.03, horizon + 0.025, v);
        // The far rim of the lawn lies in the hedge's shade.
        let shade = 1.0 - 0.35 * smoothstep(0.07, 0.0, v - horizon);
        hedge
            .at(x, y)
            .mix(lawn.times(shade), on_lawn)
            .times(glow(u, v))
    })
}

fn foliage(w: usize, h: usize, dice: &mut Dice) -> Canvas {
    let noise = dice.noise();
    let aspect = w as f32 / h as f32;
    let (dark, mid, light) = (hex(0x1d3417), hex(0x4d7434), hex(0xbcd083));
    // It is blurred later, so that it can be painted small.
    let (sw, sh) = ((w / 3).max(8), (h / 3).max(8));
    Canvas::from_fn(sw, sh, |x, y| {
        let (u, v) = (x as f32 / sw as f32 * aspect, y as f32 / sh as f32);
        let mass = noise.cloud(u * 3.0, v * 3.0 + 0.4 * noise.at(u * 8.0, v * 8.0), 4);
        let sky = smoothstep(0.6, -0.1, v) * 0.4;
        let lit = smoothstep(0.3, 0.75, mass + sky * 0.4);
        dark.mix(mid, smoothstep(0.2, 0.55, mass))
            .mix(light, lit * (0.35 + sky))
    })
    .resized(w, h)
}

/// Sky, sea and sand.
pub(super) fn seaside(w: usize, h: usize, dice: &mut Dice) -> Canvas {
    let noise = dice.noise();
    let sand = Surface {
        kind: Material::Sand,
        tint: hex(0xdcc4a0),
        noise: dice.noise(),
    };
    let (high, low) = dice.pick(&[
        (hex(0x6fa6d2), hex(0xf0e6da)),
        (hex(0x84b3cf), hex(0xf7dcc4)),
        (hex(0x8fa9cf), hex(0xf8d3c0)),
    ]);
    let aspect = w as f32 / h as f32;
    let (horizon, shore) = (0.56, 0.7);
    let far = Canvas::from_fn(w, h, |x, y| {
        let (u, v) = (x as f32 / w as f32 * aspect, y as f32 / h as f32);
        if v < horizon {
            let cloud =
                smoothstep(0.5, 0.8, noise.cloud(u * 2.0, v * 6.0, 5)) * (1.0 - v / horizon * 0.4);
            return high
                .mix(low, (v / horizon).powf(1.3))
                .mix([0.95; 3], 0.5 * cloud);
        }
        let t = (v - horizon) / (shore - horizon);
        let wave = noise.cloud(u * 6.0, (1.0 / (t + 0.12)) * 6.0, 3);
        let water = hex(0x3d7f9c).mix(hex(0x8fc3c4), t).times(0.85 + 0.4 * wave);
        let foam = smoothstep(
            0.05,
            0.0,
            (t - 0.9 + 0.12 * (noise.cloud(u * 3.0, 1.0, 3) - 0.5)).abs(),
        );
        water.mix([0.93; 3], 0.85 * foam)
    })
    .blurred(w as f32 * 0.006);
    Canvas::from_fn(w, h, |x, y| {
        let (u, v) = ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32);
        let line = shore + 0.014 * (noise.cloud(u * 3.0, 7.0, 3) - 0.5);
        let depth = 0.35 / (v - 0.5).max(0.02);
        let beach = sand.at((u - 0.5) * aspect * depth * 0.7, depth);
        let wet = 1.0 - 0.35 * smoothstep(0.06, 0.0, v - line);
        let near = sand.tint.mix(beach, smoothstep(shore, 0.9, v)).times(wet);
        far.at(x, y).mix(near, smoothstep(-0.006, 0.006, v - line))
    })
}

/// A street at night, out of focus: lamps in rows that meet far away, windows, wet ground below.
pub(super) fn night(w: usize, h: usize, dice: &mut Dice) -> Canvas {
    let (top, glow) = dice.pick(&[
        (hex(0x0a1022), hex(0x3a2c52)),
        (hex(0x080f1c), hex(0x1f3c55)),
        (hex(0x120d1f), hex(0x54304a)),
    ]);
    let far = 0.6;
    let mut canvas = Canvas::from_fn(w, h, |x, y| {
        let (u, v) = (x as f32 / w as f32, y as f32 / h as f32);
        let haze = smoothstep(0.62, 0.0, ((u - 0.5) * 0.8).hypot(v - far));
        top.mix(glow, 0.25 * smoothstep(0.0, far, v) + 0.75 * haze)
    });
    let windows = [hex(0xffc98a), hex(0xffe2b8), hex(0x9fc4e8), hex(0xe9a6c0)];
    let lamps = Lamps {
        colours: &windows,
        count: 120,
        radius: (0.004, 0.016),
        power: 0.34,
    };
    bokeh::scatter(&mut canvas, lamps, dice, |dice| {
        // Houses to both sides leave the middle open.
        let u = 0.5 + dice.sign() * (0.06 + 0.5 * dice.unit());
        (u, 0.12 + 0.46 * dice.unit())
    });
    let rows = [
        ((-0.72, -0.62), [hex(0xffd9a0), hex(0xffe9cc)]),
        ((0.72, -0.62), [hex(0xffcf90), hex(0xfff0da)]),
        ((-0.66, 0.1), [hex(0xfff2dd), hex(0xffffff)]),
        ((0.66, 0.1), [hex(0xff4a3a), hex(0xff7a50)]),
        ((0.5, -0.16), [hex(0x6fd0d8), hex(0xff5f8a)]),
    ];
    for (direction, colours) in rows {
        for i in 0..13 {
            let t = ((i as f32 + dice.unit()) / 13.0).powf(1.7);
            let at = (
                0.5 + direction.0 * t,
                far + direction.1 * t + dice.range(-0.008, 0.008),
            );
            let power = dice.range(0.35, 0.7) * (1.0 - 0.55 * t);
            let light = dice.pick(&colours).times(power);
            bokeh::lamp(&mut canvas, at, 0.006 + 0.04 * t, light);
        }
    }
    wet(&canvas.blurred(w as f32 * 0.004), 0.72, top)
}

/// The picture with wet asphalt below the row `line` (a share of the height), which mirrors it in streaks.
fn wet(scene: &Canvas, line: f32, dark: [f32; 3]) -> Canvas {
    let (w, h) = (scene.w, scene.h);
    // Squeezed, blurred and stretched again: lights on wet ground are drawn out towards the camera.
    let squeezed = scene.resized(w / 2, (h / 12).max(4));
    let streaks = squeezed.blurred(w as f32 * 0.006).resized(w, h);
    Canvas::from_fn(w, h, |x, y| {
        let v = (y as f32 + 0.5) / h as f32;
        let back = line - (v - line) * 1.3;
        let away = ((v - line) / (1.0 - line)).clamp(0.0, 1.0);
        let image = streaks.sample(x as f32, back * h as f32);
        let ground = image.times(0.55 - 0.25 * away).plus(dark.times(0.6));
        scene
            .at(x, y)
            .mix(ground, smoothstep(line - 0.012, line + 0.012, v))
    })
}
