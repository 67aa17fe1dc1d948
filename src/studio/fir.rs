//! What makes a set festive: twigs of fir and glass balls, in the corners of the picture.

use super::noise::Dice;
use super::props::Prop;
use crate::imaging::colour::hex;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::Value;

/// Twigs from the two upper corners with a few balls between them; `lie` adds the lower corners, for a set seen from
/// above.
pub(super) fn corners(w: usize, h: usize, lie: bool, dice: &mut Dice) -> Prop {
    let mut prop = Prop::empty(w, h);
    let (fw, fh) = (w as f32, h as f32);
    let long = fw.max(fh);
    let places: &[(f32, f32)] = if lie {
        &[(0.0, 0.0), (1.0, 1.0)]
    } else {
        &[(0.0, 0.0), (1.0, 0.0)]
    };
    for (cx, cy) in places {
        let corner = (cx * fw, cy * fh);
        let (sx, sy) = (1.0 - 2.0 * cx, 1.0 - 2.0 * cy);
        for i in 0..5 {
            let angle = 0.1 + 0.34 * i as f32 + dice.range(-0.08, 0.08);
            let heading = (sy * angle.sin()).atan2(sx * angle.cos());
            let start = (corner.0 - sx * long * 0.03, corner.1 - sy * long * 0.03);
            let length = long * dice.range(0.2, 0.27);
            twig(&mut prop, start, heading, length, dice);
        }
        for i in 0..3 {
            let tint = dice.pick(&[hex(0xb88a3a), hex(0xb3202a), hex(0xc9a860)]);
            let out = 0.07 + 0.055 * i as f32;
            let turn = dice.range(0.35, 1.2);
            let centre = (
                corner.0 + sx * long * out * turn.cos() * 1.2,
                corner.1 + sy * long * out * turn.sin() * 1.2,
            );
            ball(&mut prop, centre, long * dice.range(0.022, 0.036), tint);
        }
    }
    prop
}

/// A bowed stem, side twigs, and needles all along.
fn twig(prop: &mut Prop, from: (f32, f32), heading: f32, length: f32, dice: &mut Dice) {
    let bow = dice.range(-0.35, 0.35);
    let steps = 26;
    let mut at = from;
    for i in 0..steps {
        let t = i as f32 / steps as f32;
        let angle = heading + bow * t;
        let next = (
            at.0 + angle.cos() * length / steps as f32,
            at.1 + angle.sin() * length / steps as f32,
        );
        prop.rod(&[at, next], length * 0.008 * (1.2 - t), hex(0x5b4630), 0.0);
        at = next;
        for side in [-1.0, 1.0] {
            for _ in 0..2 {
                let lean = side * dice.range(0.5, 0.95);
                let reach = length * 0.15 * (1.15 - 0.5 * t) * dice.range(0.75, 1.1);
                let tip = (
                    at.0 + (angle + lean).cos() * reach,
                    at.1 + (angle + lean).sin() * reach,
                );
                let green =
                    dice.pick(&[hex(0x24482c), hex(0x315c38), hex(0x1d3d28), hex(0x477049)]);
                prop.rod(&[at, tip], (length * 0.006).max(0.7), green, 0.05);
            }
        }
        if i % 7 == 5 && length > 40.0 {
            let lean = if i % 2 == 0 { 0.7 } else { -0.7 };
            let side = length * 0.42 * (1.0 - 0.5 * t);
            if side < length * 0.4 {
                short(prop, at, angle + lean, side, dice);
            }
        }
    }
}

/// A side twig: needles without twigs of their own.
fn short(prop: &mut Prop, from: (f32, f32), heading: f32, length: f32, dice: &mut Dice) {
    let steps = 14;
    for i in 0..steps {
        let t = i as f32 / steps as f32;
        let at = (
            from.0 + heading.cos() * length * t,
            from.1 + heading.sin() * length * t,
        );
        for side in [-1.0, 1.0] {
            let lean = heading + side * dice.range(0.45, 0.9);
            let reach = length * 0.3 * (1.1 - 0.5 * t);
            let tip = (at.0 + lean.cos() * reach, at.1 + lean.sin() * reach);
            let green = dice.pick(&[hex(0x2b5433), hex(0x3d6a42), hex(0x1f432b)]);
            prop.rod(&[at, tip], (length * 0.013).max(0.7), green, 0.05);
        }
    }
}

/// A glass ball: shaded round, a bright window on it, its rim reflecting the dark.
fn ball(prop: &mut Prop, (cx, cy): (f32, f32), radius: f32, tint: [f32; 3]) {
    let (w, h) = (prop.alpha.w, prop.alpha.h);
    let span = |c: f32, top: usize| {
        let from = (c - radius - 1.0).clamp(0.0, top as f32) as usize;
        from..((c + radius + 2.0).clamp(0.0, top as f32) as usize)
    };
    for y in span(cy, h) {
        for x in span(cx, w) {
            let (dx, dy) = ((x as f32 - cx) / radius, (y as f32 - cy) / radius);
            let d = dx.hypot(dy);
            let cover = smoothstep(1.0 + 0.7 / radius, 1.0 - 0.7 / radius, d);
            if cover <= 0.0 {
                continue;
            }
            let up = (1.0 - d * d).max(0.0).sqrt();
            let light = (0.55 * up - 0.45 * dx - 0.6 * dy).max(0.0);
            let spark = smoothstep(0.26, 0.06, (dx + 0.36).hypot(dy + 0.42));
            let rim = smoothstep(0.75, 1.0, d);
            let c = tint
                .times(0.25 + 0.85 * light)
                .times(1.0 - 0.45 * rim)
                .plus([0.85 * spark; 3]);
            let i = y * w + x;
            prop.colours.px[i] = prop.colours.px[i].mix(c, cover);
            prop.alpha.px[i] = prop.alpha.px[i].max(cover);
        }
    }
}
