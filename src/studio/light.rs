//! Light: where it comes from, and what it does to a cut-out that was lit by something else.

use super::noise::Dice;
use crate::imaging::colour::hex;
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
    /// How quickly the light on the set falls off away from its pool, 0 to 1.
    pub(super) falloff: f32,
    /// Brightness of the set.
    pub(super) exposure: f32,
}

impl Rig {
    /// The lamps of a lighting choice; the side they stand on is thrown.
    pub(super) fn of(lighting: Lighting, dice: &mut Dice) -> Self {
        let soft = Self {
            side: dice.sign() * dice.range(0.55, 1.0),
            key: [1.0, 0.99, 0.975],
            fill: [0.62, 0.63, 0.65],
            hardness: 0.1,
            shadow: 0.36,
            reach: dice.range(0.35, 0.6),
            depth: dice.range(0.16, 0.24),
            rim: 0.05,
            relief: 0.16,
            falloff: 0.26,
            exposure: 1.0,
        };
        match lighting {
            Lighting::Soft => soft,
            Lighting::Hard => Self {
                hardness: 0.92,
                shadow: 0.62,
                fill: [0.46, 0.47, 0.5],
                reach: dice.range(0.6, 0.9),
                depth: dice.range(0.14, 0.22),
                relief: 0.26,
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
                rim: 0.85,
                relief: 0.12,
                falloff: 0.72,
                exposure: 0.62,
                ..soft
            },
            Lighting::Window => Self {
                key: [1.0, 0.975, 0.93],
                fill: [0.5, 0.53, 0.58],
                hardness: 0.55,
                shadow: 0.46,
                reach: dice.range(0.55, 0.75),
                depth: 0.13,
                relief: 0.24,
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
                rim: 0.42,
                relief: 0.26,
                falloff: 0.42,
                exposure: 0.92,
                ..soft
            },
        }
    }
}

/// What the lamps do to a subject: its colours times `gain` plus `glow`.
pub(super) struct Relit {
    pub(super) gain: Canvas,
    pub(super) glow: Canvas,
}

/// Lights a subject as the set is lit. The shape is guessed from the silhouette: full in the middle, round at the rim.
pub(super) fn relight(alpha: &Plane, scene: &Canvas, rig: &Rig, size: f32) -> Relit {
    let (w, h) = (alpha.w, alpha.h);
    let (wide, fine) = (alpha.blurred(size * 0.13), alpha.blurred(size * 0.03));
    let edge = alpha.blurred((size * 0.009).max(1.0));
    let around = scene.blurred(size * 0.1);
    let bottom = alpha.bounds(0.5).map_or(h, |b| b[3]) as f32;
    let slope = |p: &Plane, x: usize, y: usize, k: f32| {
        let (x, y) = (x as i64, y as i64);
        (
            (p.near(x - 1, y) - p.near(x + 1, y)) * k,
            (p.near(x, y - 1) - p.near(x, y + 1)) * k,
        )
    };
    let light = (rig.side * 0.75, -0.65);
    let neutral = hex(0xffffff);
    let gain = Canvas::from_fn(w, h, |x, y| {
        if alpha.at(x, y) < 0.004 {
            return neutral;
        }
        let (a, b) = (
            slope(&wide, x, y, size * 0.16),
            slope(&fine, x, y, size * 0.035),
        );
        let facing = -((a.0 + 0.5 * b.0) * light.0 + (a.1 + 0.5 * b.1) * light.1);
        let shade = 1.0 + rig.relief * facing.clamp(-1.2, 1.2);
        let low = smoothstep(0.12, 0.0, (bottom - y as f32) / size);
        let tint = rig.key.mix([1.0; 3], 0.45);
        tint.times(shade * (1.0 - 0.1 * low))
    });
    let glow = Canvas::from_fn(w, h, |x, y| {
        if alpha.at(x, y) < 0.004 {
            return [0.0; 3];
        }
        let rim = (1.0 - edge.at(x, y)) * 2.0;
        let (dx, dy) = slope(&fine, x, y, size * 0.05);
        let towards = -(dx * rig.side.signum() * 0.8 + dy * -0.6);
        let both = if rig.rim > 0.6 {
            (dx.abs() * 0.85).max(towards)
        } else {
            towards
        };
        let line = rim.clamp(0.0, 1.0) * both.clamp(0.0, 1.0) * rig.rim;
        // A little of the set's light creeps around the edge, which sits the subject in it.
        let wrap = around.at(x, y).times(rim.clamp(0.0, 1.0).powi(2) * 0.1);
        let bounce = around
            .at(x, y)
            .times(0.05 * smoothstep(0.2, 0.0, (bottom - y as f32) / size));
        rig.key.times(line).plus(wrap).plus(bounce)
    });
    Relit { gain, glow }
}
