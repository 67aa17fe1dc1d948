//! Painted avatars: oil, watercolour, ink.

use super::avatar::Sitter;
use super::noise::Dice;
use super::strokes::{along, flow, light, linear, lines, patches, perceptual};
use crate::imaging::colour::{from_hue, hex};
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane, Value};

/// Oil on canvas: patches of paint drawn out along the forms, bristle marks that catch the light.
pub(super) fn oil(sitter: &Sitter, dice: &mut Dice) -> Canvas {
    let (w, h) = (sitter.alpha.w, sitter.alpha.h);
    let side = w.max(h) as f32;
    let noise = dice.noise();
    let (dark, mid) = dice.pick(&[
        (hex(0x1e2a2c), hex(0x4f6a66)),
        (hex(0x2b1f17), hex(0x7a5a3c)),
        (hex(0x1d2233), hex(0x51607e)),
        (hex(0x2a2018), hex(0x6d6a48)),
    ]);
    let glow = dice.sign() * 0.22;
    let back = Canvas::from_fn(w, h, |x, y| {
        let (u, v) = (x as f32 / w as f32, y as f32 / h as f32);
        let swirl = noise.cloud(u * 4.0 + 1.5 * noise.at(u * 2.0, v * 2.0), v * 4.0, 4);
        let lit = smoothstep(0.85, 0.1, (u - 0.5 - glow).hypot(v - 0.35));
        dark.mix(mid, (0.25 + 0.6 * lit) * (0.55 + 0.9 * swirl))
            .times(0.8 + 0.5 * swirl)
    });
    let picture = perceptual(&sitter.before(&back));
    let radius = ((side / 1024.0) * 5.0).round().max(2.0) as i64;
    let broad = patches(&picture, radius);
    let directions = flow(&light(&linear(&broad)), side * 0.006);
    let drawn = along(&broad, &directions, (side * 0.006) as usize + 1);
    let fine = patches(&drawn, (radius / 2).max(2));
    // Around the eyes and the mouth the brush is small.
    let detail = patches(&picture, (radius * 2 / 5).max(1));
    let near_face = |x: usize, y: usize| {
        let d =
            (x as f32 - sitter.face.0).hypot((y as f32 - sitter.face.1) * 0.85) / sitter.face_width;
        smoothstep(0.75, 0.3, d)
    };
    let painted = Canvas::from_fn(w, h, |x, y| {
        fine.at(x, y).mix(detail.at(x, y), 0.75 * near_face(x, y))
    });
    let bristles = Plane::from_fn(w, h, |x, y| noise.cell(x as i32, y as i32)).blurred(0.8);
    let height = along(&bristles, &directions, (side * 0.014) as usize + 2);
    let weave = |x: usize, y: usize| {
        let (a, b) = ((x as f32 * 0.9).sin(), (y as f32 * 0.9).sin());
        0.012 * a * b
    };
    let lit = Canvas::from_fn(w, h, |x, y| {
        let (ix, iy) = (x as i64, y as i64);
        let slope = height.near(ix - 1, iy - 1) - height.near(ix + 1, iy + 1);
        let relief = slope * 1.5 * (1.0 - 0.45 * near_face(x, y));
        let c = painted.at(x, y);
        let rich = enrich(c, 1.16);
        rich.times(1.0 + (relief + weave(x, y)).clamp(-0.16, 0.2))
    });
    linear(&lit)
}

/// More colour and a little more contrast, on perceptual values.
fn enrich(c: [f32; 3], k: f32) -> [f32; 3] {
    let grey = (c[0] * 0.3 + c[1] * 0.59 + c[2] * 0.11).clamp(0.0, 1.0);
    let curved = grey + 0.12 * (grey - 0.5) * (1.0 - (2.0 * grey - 1.0).powi(2));
    c.map(|v| (curved + (v - grey) * k).clamp(0.0, 1.0))
}

/// Watercolour on rough paper: transparent washes that pool at their edges, paper left white around them.
pub(super) fn watercolor(sitter: &Sitter, dice: &mut Dice) -> Canvas {
    let (w, h) = (sitter.alpha.w, sitter.alpha.h);
    let side = w.max(h) as f32;
    let (noise, rough) = (dice.noise(), dice.noise());
    let hue = dice.unit();
    let second = hue + dice.range(0.18, 0.35);
    let paper = |x: usize, y: usize| {
        let (u, v) = (x as f32 / side, y as f32 / side);
        rough.cloud(u * 150.0, v * 150.0, 4) - 0.5
    };
    let subject = perceptual(&sitter.before(&Canvas::filled(w, h, [0.9; 3])));
    let flat = patches(
        &patches(&subject, ((side / 1024.0) * 6.0).max(2.0) as i64),
        ((side / 1024.0) * 3.0).max(1.0) as i64,
    );
    // Washes wander: the picture is looked up with a small wobble.
    let wobbled = Canvas::from_fn(w, h, |x, y| {
        let (u, v) = (x as f32 / side * 26.0, y as f32 / side * 26.0);
        let k = side * 0.004;
        flat.sample(
            x as f32 + k * (noise.cloud(u, v, 2) - 0.5),
            y as f32 + k * (noise.cloud(u + 50.0, v, 2) - 0.5),
        )
    });
    let stepped = steps(&light(&linear(&wobbled)), 6.0);
    let soft = stepped.blurred(side * 0.0045);
    let pool = Plane::from_fn(w, h, |x, y| {
        ((soft.at(x, y) - stepped.at(x, y)) * 5.0).clamp(0.0, 1.0)
    });
    let body = sitter.alpha.blurred(side * 0.003);
    let halo = sitter.alpha.blurred(side * 0.11);
    let fade = |y: usize| {
        smoothstep(
            1.0,
            0.72,
            y as f32 / h as f32 + 0.12 * noise.cloud(y as f32 * 0.002, 3.0, 2),
        )
    };
    let wash = Plane::from_fn(w, h, |x, y| {
        let (u, v) = (x as f32 / side, y as f32 / side);
        let ragged = noise.cloud(u * 4.5 + 9.0, v * 4.5, 5) - 0.5;
        smoothstep(0.13, 0.2, halo.at(x, y) + 0.42 * ragged)
    });
    let soft_wash = wash.blurred(side * 0.008);
    let wash_rim = Plane::from_fn(w, h, |x, y| {
        (wash.at(x, y) - soft_wash.at(x, y)).clamp(0.0, 1.0)
    });
    let ink = lines(&light(&linear(&subject)), side * 0.0012, 1.0);
    Canvas::from_fn(w, h, |x, y| {
        let grain = paper(x, y);
        let (u, v) = (x as f32 / side, y as f32 / side);
        let bloom = noise.cloud(u * 3.0 - 4.0, v * 3.0, 4);
        let bleed = smoothstep(0.35, 0.65, bloom);
        let base = from_hue(hue, 0.3, 0.82).mix(from_hue(second, 0.3, 0.84), bleed);
        let back_density = base
            .map(|c| -c.max(0.02).ln())
            .times(wash.at(x, y) * (0.5 + 0.6 * bloom) + 1.6 * wash_rim.at(x, y));
        let own = wobbled.at(x, y);
        let own = enrich(own, 1.35).map(|v| (v * v).max(0.012));
        let lifted = own.map(|c| -(c * 1.12).min(1.0).ln());
        let edge = fade(y);
        let density = lifted.times(
            (0.82 + 0.5 * pool.at(x, y)) * (1.0 + 0.35 * grain + 0.25 * (bloom - 0.5)) * edge,
        );
        let line = (1.0 - ink.at(x, y)) * 0.7 * edge;
        let a = smoothstep(0.3, 0.75, body.at(x, y)) * (0.2 + 0.8 * edge);
        let density = back_density.mix(density.plus([line * 0.85, line * 0.9, line]), a);
        let sheet = 0.955 + 0.05 * grain;
        [0, 1, 2].map(|i| [0.985, 0.97, 0.94][i] * sheet * (-density[i]).exp())
    })
}

/// The tones of a plane gathered into a few with soft borders.
fn steps(tone: &Plane, count: f32) -> Plane {
    tone.map(|l| {
        let s = l * count;
        (s.floor() + smoothstep(0.35, 0.65, s.fract())) / count
    })
}

/// Chinese ink: a few washes of grey and brush lines on rice paper, a pale sun and a red seal.
pub(super) fn ink(sitter: &Sitter, dice: &mut Dice) -> Canvas {
    let (w, h) = (sitter.alpha.w, sitter.alpha.h);
    let side = w.max(h) as f32;
    let (noise, fibre) = (dice.noise(), dice.noise());
    let sun_side = dice.sign();
    let sun = (
        (0.5 + 0.3 * sun_side) * w as f32,
        h as f32 * dice.range(0.2, 0.28),
        side * 0.13,
    );
    let hills: Vec<(f32, f32)> = (0..3)
        .map(|i| (0.5 + 0.1 * i as f32, dice.range(0.0, 50.0)))
        .collect();
    let face = perceptual(&sitter.before(&Canvas::filled(w, h, [0.86; 3])));
    let smooth = patches(&face, ((side / 1024.0) * 5.0).max(2.0) as i64);
    let tone = light(&linear(&smooth));
    let thick = lines(&tone, side * 0.0022, 1.25);
    let thin = lines(&light(&linear(&face)), side * 0.0011, 1.1);
    let bleed = tone.blurred(side * 0.004);
    let body = sitter.alpha.blurred(side * 0.004);
    let outline = {
        let wide = sitter.alpha.blurred(side * 0.0035);
        wide.map(|a| 1.0 - ((a - 0.5).abs() * 3.2).min(1.0))
    };
    let seal = (
        w as f32 * (0.5 - 0.36 * sun_side),
        h as f32 * 0.86,
        side * 0.036,
    );
    Canvas::from_fn(w, h, |x, y| {
        let (u, v) = (x as f32 / side, y as f32 / side);
        let (fx, fy) = (x as f32, y as f32);
        let paper =
            0.045 * (fibre.cloud(u * 90.0, v * 16.0, 3) + fibre.cloud(u * 14.0, v * 80.0, 3) - 1.0);
        let damp = noise.cloud(u * 7.0, v * 7.0, 4);
        let sheet = hex(0xf3ead8).times(0.98 + paper);
        let mut hill = 0.0_f32;
        for (level, shift) in &hills {
            let ridge = level + 0.2 * (noise.cloud(u * 2.6 + shift, 1.0 + shift, 4) - 0.5);
            let below = v - ridge;
            hill += 0.2
                * smoothstep(0.0, 0.012, below)
                * smoothstep(0.2, 0.0, below)
                * (0.6 + 0.8 * damp);
        }
        let disc = smoothstep(sun.2 + 2.0, sun.2 - 2.0, (fx - sun.0).hypot(fy - sun.1));
        let mut c = sheet
            .mix(hex(0xc8553d), 0.5 * disc * (0.75 + 0.4 * damp))
            .mix(hex(0x6d6f70), hill.min(0.7));
        let t = tone.at(x, y) * 0.5 + bleed.at(x, y) * 0.5 + 0.05 * (damp - 0.5);
        let wash = 0.16 * smoothstep(0.86, 0.78, t)
            + 0.2 * smoothstep(0.64, 0.56, t)
            + 0.26 * smoothstep(0.42, 0.34, t)
            + 0.3 * smoothstep(0.24, 0.16, t);
        let fade = smoothstep(1.0, 0.75, fy / h as f32 + 0.2 * (damp - 0.5));
        let a = smoothstep(0.3, 0.75, body.at(x, y));
        let dry = 1.0 - 0.45 * smoothstep(0.5, 0.72, fibre.cloud(u * 160.0, v * 40.0, 2));
        let stroke = ((1.0 - thick.at(x, y)) * 0.9).max((1.0 - thin.at(x, y)) * 0.6) * a;
        let contour = outline.at(x, y) * 0.75 * smoothstep(0.3, 0.6, damp + 0.15);
        c = c.mix(sheet.times(1.02), a * (0.35 + 0.65 * fade));
        let black = hex(0x1c1b1d);
        let density = (wash * a * (0.85 + 0.3 * damp))
            .max(stroke * dry)
            .max(contour * dry)
            * (0.15 + 0.85 * fade);
        c = c.mix(black, density.clamp(0.0, 0.95));
        stamp(c, (fx - seal.0) / seal.2, (fy - seal.1) / seal.2, damp)
    })
}

/// A red seal with four carved strokes; coordinates run from −1 to 1 inside it.
fn stamp(c: [f32; 3], x: f32, y: f32, worn: f32) -> [f32; 3] {
    if x.abs() > 1.0 || y.abs() > 1.0 {
        return c;
    }
    let bar = |d: f32, half: f32| d.abs() < half;
    let carved = (bar(x, 0.09) && y.abs() < 0.72)
        || (bar(y + 0.42, 0.09) && x.abs() < 0.62)
        || (bar(y - 0.12, 0.09) && x.abs() < 0.42)
        || (bar(y - 0.62, 0.09) && x.abs() < 0.66)
        || (x.abs() > 0.86 && x.abs() < 0.92)
        || (y.abs() > 0.86 && y.abs() < 0.92);
    let cover = if carved {
        0.12
    } else {
        0.9 - 0.5 * smoothstep(0.6, 0.75, worn)
    };
    c.mix(hex(0xb3271e), cover)
}
