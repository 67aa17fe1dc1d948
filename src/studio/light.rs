//! Light: where it comes from, and what it does to a cut-out that was lit by something else.

use super::noise::Dice;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane, Value};
use crate::kinds::product_photo::Lighting;

/// A set of lamps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rig {
    /// Where the key light stands: −1 left, 1 right.
    pub(super) side: f32,
    /// Colour of the key light, about 1 in brightness.
    pub(super) key: [f32; 3],
    /// Colour and strength of the light from everywhere, as a share of the key.
    pub(super) fill: [f32; 3],
    /// 0 for a huge soft box, 1 for a bare bulb.
    pub(super) hardness: f32,
    /// How dark the cast shadow is, 0 to 1.
    pub(super) shadow: f32,
    /// How far the shadow of a point falls sideways, per unit of its height.
    pub(super) reach: f32,
    /// How far it falls away from the camera (towards it if negative), per unit of height.
    pub(super) depth: f32,
    /// Strength of the light along the edges.
    pub(super) rim: f32,
    /// How much light models the shape of the subject.
    pub(super) relief: f32,
    /// How much brighter the subject is on the key light's side than on the other, 0 to 1.
    pub(super) slant: f32,
    /// Brightness of the subject before the light along its edges.
    pub(super) body: f32,
    /// How quickly the light on the set falls off away from its pool, 0 to 1.
    pub(super) falloff: f32,
    /// Brightness of the set.
    pub(super) exposure: f32,
}

impl Rig {
    /// The lamps of a lighting choice; the side they stand on is thrown.
    pub(super) fn of(lighting: Lighting, dice: &mut Dice) -> Self {
        let soft = Self::soft(dice);
        match lighting {
            Lighting::Soft => soft,
            Lighting::Hard => Self {
                hardness: 0.92,
                shadow: 0.62,
                fill: [0.46, 0.47, 0.5],
                reach: dice.range(0.6, 0.9),
                depth: dice.range(0.14, 0.22),
                relief: 0.26,
                slant: 0.2,
                rim: 0.08,
                falloff: 0.3,
                ..soft
            },
            Lighting::Rim => Self {
                fill: [0.34, 0.36, 0.4],
                hardness: 0.35,
                shadow: 0.5,
                depth: -0.22,
                reach: 0.25,
                rim: 1.0,
                relief: 0.1,
                slant: 0.05,
                body: 0.7,
                falloff: 0.8,
                exposure: 0.5,
                ..soft
            },
            Lighting::Window => Self {
                key: [1.0, 0.975, 0.93],
                fill: [0.5, 0.53, 0.58],
                hardness: 0.55,
                shadow: 0.46,
                reach: dice.range(0.55, 0.75),
                depth: 0.13,
                relief: 0.2,
                slant: 0.18,
                falloff: 0.34,
                exposure: 0.95,
                ..soft
            },
            Lighting::Golden => Self {
                key: [1.12, 0.93, 0.68],
                fill: [0.48, 0.45, 0.47],
                hardness: 0.7,
                shadow: 0.52,
                reach: dice.range(0.9, 1.25),
                depth: -0.1,
                rim: 0.34,
                relief: 0.2,
                slant: 0.16,
                falloff: 0.42,
                exposure: 0.92,
                ..soft
            },
        }
    }

    /// A large soft box at one side and a little above.
    fn soft(dice: &mut Dice) -> Self {
        Self {
            side: dice.sign() * dice.range(0.55, 1.0),
            key: [1.0, 0.99, 0.975],
            fill: [0.62, 0.63, 0.65],
            hardness: 0.1,
            shadow: 0.36,
            reach: dice.range(0.35, 0.6),
            depth: dice.range(0.16, 0.24),
            rim: 0.05,
            relief: 0.14,
            slant: 0.07,
            body: 1.0,
            falloff: 0.26,
            exposure: 1.0,
        }
    }
}

/// What the lamps do to a subject: its colours times `gain` plus `glow`.
pub(super) struct Relit {
    pub(super) gain: Canvas,
    pub(super) glow: Canvas,
}

impl Relit {
    /// Lets the set's pattern of sun and shade, 0 to 1, run on over the subject, softer than on the wall behind it.
    pub(super) fn shade(&mut self, sun: &Plane, rig: &Rig) {
        let soft = sun.blurred(sun.w.max(sun.h) as f32 * 0.012);
        let sky = rig.fill.times(0.8 / rig.fill[1]);
        let lit = rig.key.mix([1.0; 3], 0.6).times(1.14);
        self.gain.update(|x, y, c| {
            let light = sky.mix(lit, soft.at(x, y));
            [0, 1, 2].map(|i| c[i] * light[i])
        });
    }
}

/// The direction in which a silhouette faces at each pixel, guessed from it: flat in the middle, round at the rim.
struct Form {
    wide: Plane,
    fine: Plane,
    edge: Plane,
    size: f32,
}

impl Form {
    fn of(alpha: &Plane, size: f32) -> Self {
        Self {
            wide: alpha.blurred(size * 0.13),
            fine: alpha.blurred(size * 0.03),
            edge: alpha.blurred((size * 0.011).max(1.0)),
            size,
        }
    }

    /// Outwards and downwards, about 1 at the rim.
    fn facing(&self, x: usize, y: usize) -> (f32, f32) {
        let (a, b) = (
            outwards(&self.wide, x, y, self.size * 0.16),
            outwards(&self.fine, x, y, self.size * 0.0175),
        );
        (a.0 + b.0, a.1 + b.1)
    }

    /// 1 at the edge, 0 a little further in.
    fn rim(&self, x: usize, y: usize) -> f32 {
        ((1.0 - self.edge.at(x, y)) * 2.0).clamp(0.0, 1.0)
    }
}

fn outwards(p: &Plane, x: usize, y: usize, k: f32) -> (f32, f32) {
    let (x, y) = (x as i64, y as i64);
    (
        (p.near(x - 1, y) - p.near(x + 1, y)) * k,
        (p.near(x, y - 1) - p.near(x, y + 1)) * k,
    )
}

/// Lights a subject as the set is lit. The shape is guessed from the silhouette: full in the middle, round at the rim.
pub(super) fn relight(alpha: &Plane, scene: &Canvas, rig: &Rig, size: f32) -> Relit {
    let (w, h) = (alpha.w, alpha.h);
    let form = Form::of(alpha, size);
    let around = scene.blurred(size * 0.1);
    let [x0, y0, x1, y1] = alpha.bounds(0.5).unwrap_or([0, 0, w, h]).map(|v| v as f32);
    let middle = ((x0 + x1) / 2.0, (y0 + y1) / 2.0);
    let half = (((x1 - x0) / 2.0).max(1.0), ((y1 - y0) / 2.0).max(1.0));
    let light = (rig.side * 0.75, -0.65);
    let tint = rig.key.mix([1.0; 3], 0.25).times(rig.body);
    let gain = Canvas::from_fn(w, h, |x, y| {
        if alpha.at(x, y) < 0.004 {
            return [1.0; 3];
        }
        let facing = form.facing(x, y);
        let relief = facing.0 * light.0 + facing.1 * light.1;
        let (px, py) = (
            (x as f32 - middle.0) / half.0,
            (y as f32 - middle.1) / half.1,
        );
        let near = 1.0 + rig.slant * (px * rig.side.signum() * 0.85 - py * 0.35);
        let low = smoothstep(0.12, 0.0, (y1 - y as f32) / size);
        let shade = (1.0 + rig.relief * relief.clamp(-1.2, 1.2)) * near * (1.0 - 0.1 * low);
        let edge = rig.key.times(2.2 * kick(&form, rig, x, y));
        tint.times(shade).plus(edge)
    });
    let glow = Canvas::from_fn(w, h, |x, y| {
        if alpha.at(x, y) < 0.004 {
            return [0.0; 3];
        }
        // A little of the set's light creeps around the edge, which sits the subject in it.
        let wrap = 0.07 * form.rim(x, y).powi(2);
        let bounce = 0.05 * smoothstep(0.2, 0.0, (y1 - y as f32) / size);
        let edge = rig.key.times(0.2 * kick(&form, rig, x, y));
        around.at(x, y).times(wrap + bounce).plus(edge)
    });
    Relit { gain, glow }
}

/// The light along the edges: from behind on both sides where the rig is made of it, else from the key's side.
fn kick(form: &Form, rig: &Rig, x: usize, y: usize) -> f32 {
    if rig.rim <= 0.0 {
        return 0.0;
    }
    let (dx, dy) = outwards(&form.fine, x, y, form.size * 0.05);
    let towards = dx * rig.side.signum() * 0.8 - dy * 0.6;
    let seen = if rig.rim > 0.6 {
        let other = -dx * rig.side.signum() * 0.55 - dy * 0.5;
        towards.max(other)
    } else {
        towards
    };
    rig.rim * form.rim(x, y).powf(1.2) * smoothstep(0.02, 0.75, seen)
}
