//! The sets of fashion photos: each scene seen straight on, and as a surface seen from above.

use super::backdrop::sunlight;
use super::gobo;
use super::light::Rig;
use super::noise::Dice;
use super::surface::{Material, Surface};
use crate::imaging::colour::{from_hue, hex};
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane, Value};
use crate::kinds::fashion_photo::Scene;
use crate::kinds::product_photo::Lighting;

/// The lamps of a scene.
pub(super) fn rig(scene: Scene, dice: &mut Dice) -> Rig {
    let (lighting, key, relief) = match scene {
        Scene::Studio => (Lighting::Soft, [1.0, 0.99, 0.975], 0.18),
        Scene::Minimal => (Lighting::Window, [1.02, 0.98, 0.93], 0.2),
        Scene::Loft => (Lighting::Window, [1.05, 0.97, 0.87], 0.22),
        Scene::Street => (Lighting::Hard, [1.04, 0.99, 0.92], 0.24),
        Scene::Garden => (Lighting::Window, [1.03, 1.0, 0.86], 0.2),
        Scene::Seaside => (Lighting::Golden, [1.08, 0.98, 0.84], 0.2),
        Scene::Night => (Lighting::Rim, [0.78, 0.86, 1.1], 0.2),
        Scene::Festive => (Lighting::Window, [1.08, 0.93, 0.78], 0.2),
    };
    let rig = Rig {
        key,
        relief,
        ..Rig::of(lighting, dice)
    };
    match scene {
        Scene::Night => Rig {
            exposure: 0.85,
            falloff: 0.3,
            rim: 0.4,
            ..rig
        },
        Scene::Seaside => Rig {
            rim: 0.12,
            exposure: 1.0,
            falloff: 0.15,
            ..rig
        },
        Scene::Studio
        | Scene::Minimal
        | Scene::Loft
        | Scene::Street
        | Scene::Garden
        | Scene::Festive => rig,
    }
}

/// True where the scene has a wall right behind the subject that catches its shadow.
pub(super) const fn has_wall(scene: Scene) -> bool {
    match scene {
        Scene::Studio | Scene::Minimal | Scene::Loft | Scene::Street | Scene::Festive => true,
        Scene::Garden | Scene::Seaside | Scene::Night => false,
    }
}

/// Where wall and ground meet, as a share of the height.
pub(super) const SEAM: f32 = 0.80;

/// The scene straight on.
pub(super) fn straight(scene: Scene, rig: &Rig, (w, h): (usize, usize), dice: &mut Dice) -> Canvas {
    match scene {
        Scene::Garden => garden(w, h, rig, dice),
        Scene::Seaside => seaside(w, h, dice),
        Scene::Night => night(w, h, dice),
        Scene::Studio | Scene::Minimal | Scene::Loft | Scene::Street | Scene::Festive => {
            indoors(scene, rig, w, h, dice)
        }
    }
}

fn indoors(scene: Scene, rig: &Rig, w: usize, h: usize, dice: &mut Dice) -> Canvas {
    let (wall, ground) = walls(scene, dice);
    let wall = Surface {
        kind: wall.0,
        tint: wall.1,
        noise: dice.noise(),
    };
    let ground = Surface {
        kind: ground.0,
        tint: ground.1,
        noise: dice.noise(),
    };
    let aspect = w as f32 / h as f32;
    let curve = if scene == Scene::Studio { 0.16 } else { 0.006 };
    let mut canvas = Canvas::from_fn(w, h, |x, y| {
        let (u, v) = ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32);
        let mut c = wall.at(u * aspect, v);
        let on_ground = smoothstep(SEAM - curve / 2.0, SEAM + curve / 2.0, v);
        if on_ground > 0.0 {
            let depth = 0.42 / (v - 0.5).max(0.02);
            c = c.mix(
                ground.at((u - 0.5) * aspect * depth, depth * 1.2),
                on_ground,
            );
        }
        let (dx, dy) = ((u - 0.5 + rig.side * 0.18) * aspect, v - 0.4);
        let pool = 1.0 - rig.falloff * smoothstep(0.05, 0.8, dx.hypot(dy));
        let crease = 1.0
            - 0.3
                * (-((v - SEAM) / (0.012 + curve * 0.6)).powi(2)).exp()
                * f32::from(u8::from(scene != Scene::Studio));
        let light = rig.fill.times(0.45).plus(rig.key.times(0.6 * pool));
        [0, 1, 2].map(|i| c[i] * light[i] * crease * rig.exposure * 1.12)
    });
    dress(scene, &mut canvas, rig, dice);
    canvas
}

/// What stands or shines on the walls of a scene.
fn dress(scene: Scene, canvas: &mut Canvas, rig: &Rig, dice: &mut Dice) {
    let (w, h) = (canvas.w, canvas.h);
    match scene {
        Scene::Studio => {}
        Scene::Minimal => {
            arch(canvas, dice);
            let leaves = gobo::leaves(w, h, rig.side, dice);
            sunlight(canvas, rig, |x, y| 0.3 + 0.7 * leaves.at(x, y), 0.5);
        }
        Scene::Loft => {
            let panes = gobo::window(w, h, rig.side, dice);
            sunlight(canvas, rig, |x, y| panes.at(x, y), 0.7);
        }
        Scene::Street => {
            let (slope, at) = (
                dice.range(0.5, 0.9) * rig.side.signum(),
                dice.range(0.25, 0.4),
            );
            let shade = Plane::from_fn(w, h, |x, y| {
                let (u, v) = (x as f32 / w as f32 - 0.5, y as f32 / h as f32);
                smoothstep(-0.012, 0.012, v - at - slope * u)
            });
            sunlight(canvas, rig, |x, y| shade.at(x, y), 0.62);
        }
        Scene::Festive => {
            let lights = [hex(0xffd28a), hex(0xffb45e), hex(0xfff0d0)];
            gobo::bokeh(canvas, &lights, 60, (0.0, 0.8), dice);
        }
        Scene::Garden | Scene::Seaside | Scene::Night => {}
    }
}

fn walls(scene: Scene, dice: &mut Dice) -> ((Material, [f32; 3]), (Material, [f32; 3])) {
    match scene {
        Scene::Studio => {
            let tint = dice.pick(&[hex(0xd3cfc9), hex(0xc9cdd2), hex(0xd8cdc2), hex(0xc8cfc9)]);
            (
                (Material::Smooth, tint),
                (Material::Smooth, tint.times(1.04)),
            )
        }
        Scene::Minimal => {
            let tint = dice.pick(&[hex(0xe0b79f), hex(0xe3d3bd), hex(0xc9cfbe), hex(0xd9c0c0)]);
            (
                (Material::Plaster, tint),
                (Material::Plaster, tint.times(0.9)),
            )
        }
        Scene::Loft => {
            let brick = dice.pick(&[hex(0xa8644c), hex(0xd8d2c8), hex(0x8f5a47)]);
            ((Material::Brick, brick), (Material::Wood, hex(0x8d6444)))
        }
        Scene::Street => (
            (Material::Concrete, hex(0xb4b2ae)),
            (Material::Concrete, hex(0x77787b)),
        ),
        Scene::Festive => {
            let red = dice.pick(&[hex(0x93202a), hex(0x7a1b20)]);
            ((Material::Velvet, red), (Material::Velvet, red.times(0.7)))
        }
        Scene::Garden | Scene::Seaside | Scene::Night => {
            ((Material::Smooth, [0.5; 3]), (Material::Smooth, [0.5; 3]))
        }
    }
}

/// An arch painted on the wall, darker inside.
fn arch(canvas: &mut Canvas, dice: &mut Dice) {
    let (w, h) = (canvas.w as f32, canvas.h as f32);
    let half = w * dice.range(0.34, 0.38);
    let (cx, spring) = (w * 0.5, h * 0.22 + half * 0.55);
    let deep = from_hue(dice.unit(), 0.12, 0.62);
    canvas.update(|x, y, c| {
        let (dx, y) = (x as f32 - cx, y as f32);
        let outside = if y < spring {
            dx.hypot(y - spring) - half
        } else {
            dx.abs() - half
        };
        let inside = smoothstep(1.0, -1.0, outside) * smoothstep(h * SEAM + 1.0, h * SEAM - 1.0, y);
        let niche = 1.0 - 0.22 * smoothstep(-w * 0.05, 0.0, outside);
        c.mix(
            [0, 1, 2].map(|i| c[i] * (0.35 + deep[i]) * 0.9 * niche),
            inside,
        )
    });
}

/// Foliage out of focus, a lawn in front.
fn garden(w: usize, h: usize, rig: &Rig, dice: &mut Dice) -> Canvas {
    let noise = dice.noise();
    let lawn = Surface {
        kind: Material::Grass,
        tint: hex(0x5f7d36),
        noise,
    };
    let aspect = w as f32 / h as f32;
    let (dark, mid, light) = (hex(0x24401f), hex(0x55803a), hex(0xc5d88b));
    let mut canvas = Canvas::from_fn(w, h, |x, y| {
        let (u, v) = (x as f32 / w as f32 * aspect, y as f32 / h as f32);
        let mass = noise.cloud(u * 3.0, v * 3.0 + 0.4 * noise.at(u * 8.0, v * 8.0), 4);
        let sky = smoothstep(0.6, -0.1, v) * 0.4;
        let lit = smoothstep(0.3, 0.75, mass + sky * 0.4);
        dark.mix(mid, smoothstep(0.2, 0.55, mass))
            .mix(light, lit * (0.35 + sky))
    })
    .blurred(w as f32 * 0.016);
    let lights = [hex(0xeef6c8), hex(0xd4e7a0), hex(0xfff6d8)];
    gobo::bokeh(&mut canvas, &lights, 42, (0.0, 0.66), dice);
    let canvas = canvas.blurred(w as f32 * 0.004);
    let horizon = 0.74;
    Canvas::from_fn(w, h, |x, y| {
        let (u, v) = ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32);
        let on_lawn = smoothstep(horizon - 0.03, horizon + 0.05, v);
        let depth = 0.3 / (v - 0.55).max(0.02);
        let grass = lawn.at((u - 0.5) * aspect * depth, depth * 1.6);
        let far = lawn.tint.times(1.1);
        let sharp = smoothstep(horizon, 1.0, v);
        let glow = 1.0 + 0.25 * smoothstep(0.9, 0.0, (u - 0.5 - rig.side * 0.4).hypot(v - 0.1));
        canvas
            .at(x, y)
            .mix(far.mix(grass, sharp), on_lawn)
            .times(glow)
    })
}

/// Sky, sea and sand.
fn seaside(w: usize, h: usize, dice: &mut Dice) -> Canvas {
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

/// A city at night, out of focus, wet ground below.
fn night(w: usize, h: usize, dice: &mut Dice) -> Canvas {
    let (top, glow) = dice.pick(&[
        (hex(0x0b1024), hex(0x2c2350)),
        (hex(0x080f1c), hex(0x14344a)),
        (hex(0x120b20), hex(0x4a2140)),
    ]);
    let mut canvas = Canvas::from_fn(w, h, |_, y| {
        let v = y as f32 / h as f32;
        top.mix(glow, smoothstep(0.0, 0.72, v))
            .times(1.0 - 0.55 * smoothstep(0.74, 0.95, v))
    });
    let neon = [
        hex(0xff5fa2),
        hex(0x5fd0ff),
        hex(0xffc36b),
        hex(0xffe9c0),
        hex(0x9a7bff),
    ];
    gobo::bokeh(&mut canvas, &neon, 90, (0.12, 0.7), dice);
    let soft = canvas.blurred(w as f32 * 0.004);
    let mirrored = canvas.blurred(w as f32 * 0.02);
    let line = 0.74;
    Canvas::from_fn(w, h, |x, y| {
        let v = (y as f32 + 0.5) / h as f32;
        let back = 2.0 * line - v;
        let wet = mirrored
            .sample(x as f32, back * h as f32)
            .times(0.42)
            .plus(top.times(0.5));
        soft.at(x, y)
            .mix(wet, smoothstep(line - 0.01, line + 0.02, v))
    })
}

/// The scene's surface from above, for things laid flat.
pub(super) fn surface(scene: Scene, rig: &Rig, (w, h): (usize, usize), dice: &mut Dice) -> Canvas {
    let (kind, tint) = match scene {
        Scene::Studio => (
            Material::Smooth,
            dice.pick(&[hex(0xdedad4), hex(0xd5d9dc), hex(0xe3d8cc)]),
        ),
        Scene::Minimal => (
            Material::Linen,
            dice.pick(&[hex(0xe6dccb), hex(0xd8d2c6), hex(0xe0cfc0)]),
        ),
        Scene::Loft => (Material::Wood, dice.pick(&[hex(0xb98b5e), hex(0x9c7350)])),
        Scene::Street => (Material::Concrete, hex(0x9d9c9a)),
        Scene::Garden => (Material::Grass, hex(0x5f7d36)),
        Scene::Seaside => (Material::Sand, hex(0xe0c9a6)),
        Scene::Night => (Material::Velvet, dice.pick(&[hex(0x1c2340), hex(0x2b1c3c)])),
        Scene::Festive => (Material::Velvet, dice.pick(&[hex(0x93202a), hex(0x7a1b20)])),
    };
    let stuff = Surface {
        kind,
        tint,
        noise: dice.noise(),
    };
    let aspect = w as f32 / h as f32;
    let turned = kind == Material::Wood;
    let mut canvas = Canvas::from_fn(w, h, |x, y| {
        let (u, v) = ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32);
        let (u, v) = (u * aspect, v);
        let c = if turned {
            stuff.at(v, u)
        } else {
            stuff.at(u, v)
        };
        let near = 1.06 - 0.2 * ((u / aspect - 0.5) * -rig.side + v - 0.2).clamp(0.0, 1.0);
        let light = rig.fill.times(0.42).plus(rig.key.times(0.6));
        [0, 1, 2].map(|i| c[i] * light[i] * near * rig.exposure * 1.1)
    });
    match scene {
        Scene::Loft => {
            let panes = gobo::window(w, h, rig.side, dice);
            sunlight(&mut canvas, rig, |x, y| panes.at(x, y), 0.7);
        }
        Scene::Minimal | Scene::Garden | Scene::Seaside => {
            let leaves = gobo::leaves(w, h, rig.side, dice);
            sunlight(&mut canvas, rig, |x, y| 0.25 + 0.75 * leaves.at(x, y), 0.5);
        }
        Scene::Night | Scene::Festive => {
            let lights = [hex(0xffd28a), hex(0xffb45e), hex(0x9a7bff)];
            let count = if scene == Scene::Night { 3 } else { 2 };
            gobo::bokeh(&mut canvas, &lights[..count], 40, (0.0, 1.0), dice);
        }
        Scene::Studio | Scene::Street => {}
    }
    canvas
}
