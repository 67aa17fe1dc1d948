//! The sets of product photos: a ground, a wall, and how light lies on them.

use super::gobo;
use super::light::Rig;
use super::noise::Dice;
use super::stage::Place;
use super::surface::{Material, Surface};
use crate::imaging::colour::{from_hue, hex};
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane, Value};
use crate::kinds::product_photo::Background;

/// Where the camera stands: the line at which the ground would end far away, as a share of the height.
const VANISH: f32 = 0.30;

/// A painted set.
pub(super) struct Set {
    pub(super) scene: Canvas,
    /// Where ground and wall meet, as a share of the height.
    pub(super) seam: f32,
}

/// A set being planned.
struct Plan {
    wall: Surface,
    ground: Surface,
    seam: f32,
    /// How wide the join of ground and wall is: wide for a paper sweep, narrow for a table before a wall.
    curve: f32,
    /// How much the wall is out of focus, as a share of the width.
    blur: f32,
}

/// Paints a background for a subject at `place`.
pub(super) fn paint(
    background: Background,
    rig: &Rig,
    work: (usize, usize),
    place: Place,
    dice: &mut Dice,
) -> Set {
    let plan = plan(background, dice);
    let mut scene = build(&plan, rig, work, background == Background::White);
    match background {
        Background::Podium => podium(&mut scene, place, rig, plan.ground.tint),
        Background::Window => {
            let panes = gobo::window(work.0, work.1, rig.side, dice);
            let leaves = gobo::leaves(work.0, work.1, rig.side, dice);
            sunlight(
                &mut scene,
                rig,
                |x, y| panes.at(x, y) * (0.25 + 0.75 * leaves.at(x, y)),
                0.75,
            );
        }
        Background::Festive => {
            let lights = [hex(0xffd28a), hex(0xffb45e), hex(0xfff0d0), hex(0xff8f6b)];
            gobo::bokeh(&mut scene, &lights, 46, (0.0, plan.seam - 0.06), dice);
        }
        Background::White
        | Background::Grey
        | Background::Gradient
        | Background::Wood
        | Background::Marble => {}
    }
    Set {
        scene,
        seam: plan.seam,
    }
}

fn plan(background: Background, dice: &mut Dice) -> Plan {
    let [wall, ground] = materials(background, dice);
    let (seam, curve, blur) = geometry(background);
    Plan {
        wall: Surface {
            kind: wall.0,
            tint: wall.1,
            noise: dice.noise(),
        },
        ground: Surface {
            kind: ground.0,
            tint: ground.1,
            noise: dice.noise(),
        },
        seam,
        curve,
        blur,
    }
}

/// Height of the seam, width of the join, blur of the wall.
const fn geometry(background: Background) -> (f32, f32, f32) {
    match background {
        Background::White => (0.64, 0.16, 0.0),
        Background::Grey => (0.64, 0.18, 0.0),
        Background::Gradient => (0.64, 0.2, 0.0),
        Background::Wood | Background::Marble => (0.58, 0.012, 0.006),
        Background::Podium => (0.74, 0.03, 0.002),
        Background::Window => (0.66, 0.02, 0.0),
        Background::Festive => (0.62, 0.06, 0.02),
    }
}

/// What wall and ground are made of.
fn materials(background: Background, dice: &mut Dice) -> [(Material, [f32; 3]); 2] {
    let smooth = |tint| (Material::Smooth, tint);
    let jitter = dice.range(-0.012, 0.012);
    let hue = dice.unit();
    match background {
        Background::White => [smooth([0.93 + jitter; 3]), smooth([0.95 + jitter; 3])],
        Background::Grey => {
            let grey = hex(0xc4c5c8).times(1.0 + jitter * 6.0);
            [smooth(grey), smooth(grey.times(1.04))]
        }
        Background::Gradient => {
            let wall = from_hue(hue, dice.range(0.24, 0.34), 0.72);
            [
                smooth(wall),
                smooth(from_hue(hue + dice.range(0.06, 0.14), 0.2, 0.86)),
            ]
        }
        Background::Wood => {
            let wood = dice.pick(&[hex(0xb98b5e), hex(0xa6774b), hex(0xc79f73), hex(0x8d6444)]);
            let wall = dice.pick(&[hex(0xe4dcd0), hex(0xd5d6d2), hex(0xdccfc2)]);
            [(Material::Plaster, wall), (Material::Wood, wood)]
        }
        Background::Marble => {
            let wall = dice.pick(&[hex(0xcfd3d6), hex(0xd9cfc9), hex(0xc6cfcb)]);
            [
                (Material::Plaster, wall),
                (Material::Marble, [0.86, 0.855, 0.85]),
            ]
        }
        Background::Podium => {
            let wall = from_hue(hue, dice.range(0.16, 0.26), 0.78);
            [(Material::Plaster, wall), smooth(wall.times(0.94))]
        }
        Background::Window => {
            let wall = dice.pick(&[hex(0xd9c8b2), hex(0xcfc6bb), hex(0xd6bfae)]);
            [
                (Material::Plaster, wall),
                (Material::Plaster, wall.times(0.95)),
            ]
        }
        Background::Festive => {
            let wall = dice.pick(&[hex(0x8e1b1f), hex(0x7a1420), hex(0x9a2a1d)]);
            [
                (Material::Velvet, wall.times(0.55)),
                (Material::Velvet, wall),
            ]
        }
    }
}

fn build(plan: &Plan, rig: &Rig, (w, h): (usize, usize), white: bool) -> Canvas {
    let aspect = w as f32 / h as f32;
    let wall = Canvas::from_fn(w, h, |x, y| {
        let (u, v) = ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32);
        plan.wall.at(u * aspect, v)
    })
    .blurred(plan.blur * w as f32);
    let falloff = if white {
        rig.falloff * 0.35
    } else {
        rig.falloff
    };
    let exposure = if white {
        rig.exposure.max(0.72)
    } else {
        rig.exposure
    };
    Canvas::from_fn(w, h, |x, y| {
        let (u, v) = ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32);
        let on_ground = smoothstep(
            plan.seam - plan.curve / 2.0,
            plan.seam + plan.curve / 2.0,
            v,
        );
        let mut c = wall.at(x, y);
        if on_ground > 0.0 {
            let depth = 0.5 / (v - VANISH).max(0.02);
            c = c.mix(
                plan.ground.at((u - 0.5) * aspect * depth, depth * 1.3),
                on_ground,
            );
        }
        // A pool of light on the wall opposite the lamp, and light from above on the ground.
        let (dx, dy) = ((u - 0.5 + rig.side * 0.16) * aspect.max(0.75), v - 0.42);
        let pool = 1.0 - falloff * smoothstep(0.05, 0.85, dx.hypot(dy * 1.05));
        let crease = 1.0
            - 0.1 * falloff * 3.0 * (-((v - plan.seam) / (0.05 + plan.curve * 0.5)).powi(2)).exp();
        let front = 1.0 - 0.22 * falloff * smoothstep(0.85, 1.0, v);
        let level = 1.0 + 0.05 * on_ground;
        let light = rig.fill.times(0.45).plus(rig.key.times(0.56 * pool));
        [0, 1, 2].map(|i| c[i] * light[i] * crease * front * level * exposure * 1.18)
    })
}

/// Direct sun on parts of a set that then only has skylight elsewhere.
pub(super) fn sunlight(
    scene: &mut Canvas,
    rig: &Rig,
    sun: impl Fn(usize, usize) -> f32 + Sync,
    strength: f32,
) {
    scene.update(|x, y, c| {
        let s = sun(x, y);
        let sky = rig.fill.times(0.62 / rig.fill[1]);
        [0, 1, 2].map(|i| c[i] * (sky[i] + s * strength * rig.key[i]))
    });
}

/// A round plinth under the subject, a disc on the wall behind it.
fn podium(scene: &mut Canvas, place: Place, rig: &Rig, tint: [f32; 3]) {
    let (w, h) = (scene.w as f32, scene.h as f32);
    let base = (place.top + place.height) * h;
    let middle = (place.left + place.width / 2.0) * w;
    let rx = (place.width * w * 0.68).clamp(0.24 * w, 0.46 * w);
    let ry = rx * 0.17;
    let centre = base - ry * 0.3;
    let steps = [(1.0, centre, 0.13 * h), (1.3, centre + 0.13 * h, 0.3 * h)];
    let disc = 0.36 * w;
    let (light, dark) = (tint.mix([1.0; 3], 0.35), tint.times(0.9));
    let shade_of_disc = Plane::from_fn(scene.w, scene.h, |x, y| {
        let d = (x as f32 - middle).hypot(y as f32 - h * 0.44);
        smoothstep(disc + 1.0, disc - 1.0, d)
    });
    super::shadow::on_wall(scene, &shade_of_disc, 0.012 * w, rig);
    scene.update(|x, y, c| {
        let (fx, fy) = (x as f32, y as f32);
        let glow = 1.0
            - 0.22
                * smoothstep(
                    -disc,
                    disc,
                    (fx - middle) * -rig.side + (fy - h * 0.44) * 0.5,
                );
        let mut c = c.mix(c.mix(light, 0.5).times(0.98 * glow), shade_of_disc.at(x, y));
        for (grow, top, tall) in steps.iter().rev() {
            let (rx, ry) = (rx * grow, ry * grow);
            let dx = (fx - middle) / rx;
            if dx.abs() < 1.02 {
                let bulge = ry * (1.0 - dx * dx).max(0.0).sqrt();
                let side = smoothstep(top - 1.0, top + 1.0, fy)
                    * smoothstep(top + tall + bulge + 1.0, top + tall + bulge - 1.0, fy)
                    * smoothstep(rx + 0.8, rx - 0.8, (fx - middle).abs());
                let lambert = 0.62
                    + 0.34
                        * (dx * rig.side.signum() * 0.75 + 0.55 * (1.0 - dx * dx).max(0.0).sqrt());
                c = c.mix(dark.times(lambert * rig.exposure), side);
            }
            let ring = (dx.powi(2) + ((fy - top) / ry).powi(2)).sqrt();
            let lid = smoothstep(1.0 + 1.0 / ry, 1.0 - 1.0 / ry, ring);
            let sheen = 1.02 + 0.08 * (dx * rig.side) - 0.05 * smoothstep(0.9, 1.0, ring);
            c = c.mix(light.times(sheen * rig.exposure), lid);
        }
        [0, 1, 2].map(|i| c[i] * rig.key[i].mix(1.0, 0.5))
    });
}
