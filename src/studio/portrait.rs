//! The studio portrait: the photo itself, lit and set before a painted backdrop.

use super::avatar::Sitter;
use super::noise::Dice;
use super::skin;
use super::stage::shoulder;
use crate::imaging::colour::{self, hex};
use crate::imaging::filter::{edge_preserving, smoothstep};
use crate::imaging::grid::{Canvas, Value};

/// A retouched portrait on a mottled canvas backdrop with a soft key light and a hair light.
pub(super) fn studio(sitter: &Sitter, dice: &mut Dice) -> Canvas {
    let (w, h) = (sitter.alpha.w, sitter.alpha.h);
    let side = w.max(h) as f32;
    let noise = dice.noise();
    let lamp = dice.sign();
    let tint = dice.pick(&[
        hex(0x5d6b78),
        hex(0x74695f),
        hex(0x5f6f66),
        hex(0x6a5f70),
        hex(0x8a857d),
    ]);
    let back = Canvas::from_fn(w, h, |x, y| {
        let (u, v) = (x as f32 / w as f32, y as f32 / h as f32);
        let mottle = noise.cloud(u * 2.2, v * 2.2, 4) - 0.5;
        let fine = noise.cloud(u * 9.0 + mottle, v * 9.0, 3) - 0.5;
        let pool = smoothstep(0.8, 0.05, (u - 0.5 - 0.1 * lamp).hypot(v - 0.42));
        tint.times((0.32 + 0.95 * pool) * (1.0 + 0.5 * mottle + 0.12 * fine))
    })
    .blurred(side * 0.004);
    let smooth = edge_preserving(&sitter.colours, (side * 0.008) as usize + 1, 0.0012);
    let around = sitter.alpha.blurred(side * 0.012);
    let wide = sitter.alpha.blurred(side * 0.06);
    let lit = Canvas::from_fn(w, h, |x, y| {
        let own = sitter.colours.at(x, y);
        let on_skin = skin::likeness(colour::lab(own));
        // Pores stay: only half of the fine texture is evened, and only on skin.
        let c = own.mix(smooth.at(x, y), 0.5 * on_skin);
        let (ix, iy) = (x as i64, y as i64);
        let reach = (side * 0.02) as i64;
        let dx = wide.near(ix - reach, iy) - wide.near(ix + reach, iy);
        let dy = wide.near(ix, iy - reach) - wide.near(ix, iy + reach);
        let facing = dx * -lamp * 0.8 + dy * -0.5;
        let u = (x as f32 - sitter.face.0) / sitter.face_width;
        let key = 1.0 + 0.07 * (u * lamp).clamp(-1.0, 1.0) + 0.16 * facing.clamp(-0.6, 0.6);
        let low = 1.0 - 0.28 * smoothstep(0.72, 1.05, y as f32 / h as f32);
        let rim = (1.0 - around.at(x, y)).clamp(0.0, 1.0) * (-dx * lamp).max(0.0) * 0.9;
        let warm = [1.03, 1.0, 0.965];
        let lit = [0, 1, 2].map(|i| c[i] * key * low * warm[i] + rim * [0.95, 0.97, 1.0][i] * 0.35);
        shoulder(curve(lit))
    });
    Canvas::from_fn(w, h, |x, y| {
        let a = sitter.alpha.at(x, y);
        let (dx, dy) = (x as f32 / w as f32 - 0.5, y as f32 / h as f32 - 0.5);
        let corner = 1.0 - 0.5 * ((dx * dx + dy * dy) * 2.0).powf(1.5);
        back.at(x, y).mix(lit.at(x, y), a).times(corner)
    })
}

/// A gentle S in the tones.
fn curve(c: [f32; 3]) -> [f32; 3] {
    let y = colour::luminance(c).clamp(1e-4, 1.0);
    let p = y.sqrt();
    let bent = p + 0.14 * (p - 0.48) * (1.0 - (2.0 * p - 1.0).powi(2));
    c.times((bent * bent / y).clamp(0.5, 1.6))
}
