//! The sets of product photos: a ground, a wall, and how light lies on them.

use super::bokeh::{self, Lamps};
use super::light::Rig;
use super::noise::Dice;
use super::palette::Pair;
use super::stage::Place;
use super::surface::{Material, Surface};
use super::{fir, gobo, podium};
use crate::imaging::colour::hex;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane, Value};
use crate::kinds::product_photo::Background;

/// Where the camera stands: the line at which the ground would end far away, above the seam, as a share of the height.
const VANISH: f32 = 0.3;

/// A painted set.
pub(super) struct Set {
    pub(super) scene: Canvas,
    /// Where ground and wall meet, as a share of the height.
    pub(super) seam: f32,
    /// Where direct sun falls, if the set has a pattern of it.
    pub(super) sun: Option<Plane>,
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

/// How strongly a background's ground mirrors what stands on it.
pub(super) const fn polish(background: Background) -> f32 {
    match background {
        Background::White => 0.1,
        Background::Marble => 0.26,
        Background::Festive => 0.3,
        Background::Gradient => 0.14,
        Background::Podium => 0.1,
        Background::Grey | Background::Wood | Background::Window => 0.0,
    }
}

/// Paints a background for a subject that stands at `place`.
pub(super) fn paint(
    background: Background,
    rig: &Rig,
    work: (usize, usize),
    place: Place,
    pair: Pair,
    dice: &mut Dice,
) -> Set {
    let base = place.top + place.height;
    let plan = plan(background, base, pair, dice);
    let mut scene = build(&plan, rig, work, background == Background::White);
    let mut sun = None;
    match background {
        Background::Podium => podium::build(&mut scene, place, rig, plan.ground.tint),
        Background::Window => {
            let panes = gobo::window(work, rig.side, Some(plan.seam), dice);
            let leaves = gobo::leaves(work.0, work.1, rig.side, dice);
            let pattern = Plane::from_fn(work.0, work.1, |x, y| {
                panes.at(x, y) * (0.2 + 0.8 * leaves.at(x, y))
            });
            sunlight(&mut scene, rig, &pattern, 0.75);
            sun = Some(pattern);
        }
        Background::Festive => garland(&mut scene, plan.seam, dice),
        Background::White
        | Background::Grey
        | Background::Gradient
        | Background::Wood
        | Background::Marble => {}
    }
    Set {
        scene,
        seam: plan.seam,
        sun,
    }
}

fn plan(background: Background, base: f32, pair: Pair, dice: &mut Dice) -> Plan {
    let [wall, ground] = materials(background, pair, dice);
    let (above, curve, blur) = geometry(background);
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
        seam: base - above,
        curve,
        blur,
    }
}

/// How far above the subject's foot the ground ends, width of the join, blur of the wall.
const fn geometry(background: Background) -> (f32, f32, f32) {
    match background {
        Background::White => (0.18, 0.16, 0.0),
        Background::Grey => (0.18, 0.18, 0.0),
        Background::Gradient => (0.17, 0.16, 0.0),
        Background::Wood | Background::Marble => (0.2, 0.014, 0.012),
        Background::Podium => (0.02, 0.03, 0.004),
        Background::Window => (0.15, 0.014, 0.0),
        Background::Festive => (0.19, 0.03, 0.02),
    }
}

/// What wall and ground are made of.
fn materials(background: Background, pair: Pair, dice: &mut Dice) -> [(Material, [f32; 3]); 2] {
    let smooth = |tint| (Material::Smooth, tint);
    let jitter = dice.range(-0.012, 0.012);
    match background {
        Background::White => [smooth([0.93 + jitter; 3]), smooth([0.95 + jitter; 3])],
        Background::Grey => {
            let grey = hex(0xc4c5c8).times(1.0 + jitter * 6.0);
            [smooth(grey), smooth(grey.times(1.04))]
        }
        Background::Gradient => [smooth(pair.wall), smooth(pair.ground)],
        Background::Wood => {
            let wood = dice.pick(&[hex(0xb98b5e), hex(0xa6774b), hex(0xc79f73), hex(0x8d6444)]);
            let wall = dice.pick(&[hex(0xe9e2d8), hex(0xd9dbd8), hex(0xe2d5c8), hex(0xc9d0c8)]);
            [(Material::Plaster, wall), (Material::Wood, wood)]
        }
        Background::Marble => {
            let wall = dice.pick(&[hex(0xcfd3d6), hex(0xddd2cb), hex(0xc6cfcb), hex(0xb9c3cc)]);
            [
                (Material::Plaster, wall),
                (Material::Marble, [0.84, 0.835, 0.83]),
            ]
        }
        Background::Podium => [
            (Material::Smooth, pair.wall),
            smooth(pair.wall.mix(pair.ground, 0.3)),
        ],
        Background::Window => {
            let wall = dice.pick(&[hex(0xe2d2bd), hex(0xd9d1c6), hex(0xdfc9b9), hex(0xcfd2c6)]);
            [
                (Material::Plaster, wall),
                (Material::Plaster, wall.times(0.94)),
            ]
        }
        Background::Festive => {
            let wall = dice.pick(&[hex(0x7e171c), hex(0x6c1119), hex(0x862419)]);
            [smooth(wall), smooth(wall.times(0.85))]
        }
    }
}

fn build(plan: &Plan, rig: &Rig, (w, h): (usize, usize), white: bool) -> Canvas {
    let aspect = w as f32 / h as f32;
    let wall = wall(plan, (w, h));
    let (falloff, exposure) = if white {
        (rig.falloff * 0.35, rig.exposure.max(0.66))
    } else {
        (rig.falloff, rig.exposure)
    };
    let vanish = VANISH.min(plan.seam - 0.18);
    let join = plan.curve / 2.0;
    Canvas::from_fn(w, h, |x, y| {
        let (u, v) = ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32);
        let on_ground = smoothstep(plan.seam - join, plan.seam + join, v);
        let mut c = wall.at(x, y);
        if on_ground > 0.0 {
            let depth = 0.5 / (v - vanish).max(0.02);
            let ground = plan.ground.at((u - 0.5) * aspect * depth, depth * 1.3);
            c = c.mix(ground, on_ground);
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

/// The wall's own colour; where it is out of focus, it is painted small.
fn wall(plan: &Plan, (w, h): (usize, usize)) -> Canvas {
    let shrink = if plan.blur > 0.0 { 3 } else { 1 };
    let (sw, sh) = ((w / shrink).max(1), (h / shrink).max(1));
    let aspect = w as f32 / h as f32;
    let end = plan.seam + plan.curve + 4.0 * plan.blur;
    Canvas::from_fn(sw, sh, |x, y| {
        let (u, v) = ((x as f32 + 0.5) / sw as f32, (y as f32 + 0.5) / sh as f32);
        if v > end {
            return plan.wall.tint;
        }
        plan.wall.at(u * aspect, v)
    })
    .blurred(plan.blur * sw as f32)
    .resized(w, h)
}

/// Direct sun on parts of a set that then only has skylight elsewhere.
pub(super) fn sunlight(scene: &mut Canvas, rig: &Rig, sun: &Plane, strength: f32) {
    let sky = rig.fill.times(0.62 / rig.fill[1]);
    scene.update(|x, y, c| {
        let s = sun.at(x, y) * strength;
        [0, 1, 2].map(|i| c[i] * (sky[i] + s * rig.key[i]))
    });
}

/// Warm lamps and fir out of focus before the wall.
fn garland(scene: &mut Canvas, seam: f32, dice: &mut Dice) {
    let colours = [hex(0xffcf87), hex(0xffb45e), hex(0xffe2b0), hex(0xff9a5a)];
    let lamps = Lamps {
        colours: &colours,
        count: 70,
        radius: (0.006, 0.036),
        power: 0.75,
    };
    let top = seam - 0.05;
    bokeh::scatter(scene, lamps, dice, |dice| {
        // Denser towards the sides and the top, so that the subject stands free.
        let out = dice.unit().sqrt() * 0.56;
        let u = 0.5 + dice.sign() * out;
        (u, top * dice.unit().powf(1.25))
    });
    let soft = scene.blurred(scene.w as f32 * 0.003);
    *scene = soft;
    let fir = fir::corners(scene.w, scene.h, false, dice).blurred(scene.w as f32 * 0.006);
    fir.draw(scene, 0.8);
}
