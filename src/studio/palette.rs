//! Colours of plain sets: pairs that go together, and which of them suits a subject.

use image::RgbaImage;

use super::noise::Dice;
use crate::imaging::colour::{self, hex};

/// A set's colours, in linear light.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    /// The wall.
    pub(super) wall: [f32; 3],
    /// The ground, lighter.
    pub(super) ground: [f32; 3],
}

const PAIRS: [(u32, u32); 9] = [
    (0xe6bfae, 0xf6e4da),
    (0xb4cbe0, 0xe2ecf5),
    (0xc6bce2, 0xebe6f6),
    (0xb5d3c6, 0xe3f1ea),
    (0xecd7a9, 0xf9f0db),
    (0xe2b3be, 0xf7e2e6),
    (0xd9cdbd, 0xf1eae0),
    (0x93a9bf, 0xccd8e3),
    (0xa9b79c, 0xdde5d4),
];

/// One of the pairs in front of which a subject of this colour stands out.
pub(super) fn pick(cutout: &RgbaImage, dice: &mut Dice) -> Pair {
    let own = mean(cutout);
    let mut ranked: Vec<(f32, Pair)> = PAIRS
        .iter()
        .map(|(wall, ground)| {
            let pair = Pair {
                wall: hex(*wall),
                ground: hex(*ground),
            };
            (harmony(own, colour::lab(pair.wall)), pair)
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = [0, 1, 2, 3].map(|i| ranked[i].1);
    dice.pick(&best)
}

/// How well a wall sets a subject off: lightness and hue apart, but quiet behind a loud subject.
fn harmony(own: [f32; 3], wall: [f32; 3]) -> f32 {
    let light = (own[0] - wall[0]).abs();
    let hue = (own[1] - wall[1]).hypot(own[2] - wall[2]);
    let (loud, chroma) = (own[1].hypot(own[2]), wall[1].hypot(wall[2]));
    0.6 * light.min(45.0) + 0.5 * hue.min(60.0) - 0.006 * loud * chroma
}

/// The average colour of a cut-out in Lab.
pub(super) fn mean(cutout: &RgbaImage) -> [f32; 3] {
    let small = crate::imaging::transform::resize_cutout(cutout, 32, 32);
    let (mut sum, mut weight) = ([0.0_f32; 3], 1e-6_f32);
    for p in small.pixels() {
        let a = f32::from(p[3]) / 255.0;
        for (to, from) in sum.iter_mut().zip(p.0) {
            *to += a * colour::to_linear(f32::from(from) / 255.0);
        }
        weight += a;
    }
    colour::lab(sum.map(|v| v / weight))
}
