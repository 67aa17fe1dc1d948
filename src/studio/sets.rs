//! The sets of fashion photos, seen straight on.

use super::backdrop::sunlight;
use super::bokeh::{self, Lamps};
use super::light::Rig;
use super::noise::Dice;
use super::surface::{Material, Surface};
use super::{fir, gobo, outdoors};
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
        Scene::Garden => outdoors::garden(w, h, rig, dice),
        Scene::Seaside => outdoors::seaside(w, h, dice),
        Scene::Night => outdoors::night(w, h, dice),
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
            sunlight(canvas, rig, &leaves.map(|v| 0.2 + 0.8 * v), 0.5);
        }
        Scene::Loft => {
            let panes = gobo::window((w, h), rig.side, Some(SEAM), dice);
            sunlight(canvas, rig, &panes, 0.7);
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
            sunlight(canvas, rig, &shade, 0.62);
        }
        Scene::Festive => garland(canvas, dice),
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
            let red = dice.pick(&[hex(0x8a1c25), hex(0x74161c)]);
            ((Material::Plaster, red), (Material::Wood, hex(0x4a2a1c)))
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

/// Warm lamps before the wall, denser at the sides, and fir in the upper corners, out of focus.
fn garland(canvas: &mut Canvas, dice: &mut Dice) {
    let colours = [hex(0xffcf87), hex(0xffb45e), hex(0xffe2b0)];
    let lamps = Lamps {
        colours: &colours,
        count: 80,
        radius: (0.005, 0.03),
        power: 0.7,
    };
    bokeh::scatter(canvas, lamps, dice, |dice| {
        let u = 0.5 + dice.sign() * dice.unit().sqrt() * 0.56;
        (u, (SEAM - 0.06) * dice.unit().powf(1.2))
    });
    let fir = fir::corners(canvas.w, canvas.h, false, dice).blurred(canvas.w as f32 * 0.005);
    fir.draw(canvas, 0.85);
}
