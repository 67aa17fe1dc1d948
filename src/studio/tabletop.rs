//! The sets of product photos seen from above, for things that were photographed from above or lie flat.

use super::fir;
use super::gobo;
use super::light::Rig;
use super::noise::Dice;
use super::palette::Pair;
use super::shadow;
use super::stage::Place;
use super::surface::{Material, Surface};
use crate::imaging::colour::hex;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane, Value};
use crate::kinds::product_photo::Background;

/// A set from above, and where direct sun falls if it has a pattern of it.
pub(super) fn paint(
    background: Background,
    rig: &Rig,
    (w, h): (usize, usize),
    place: Place,
    pair: Pair,
    dice: &mut Dice,
) -> (Canvas, Option<Plane>) {
    let surface = surface(background, pair, dice);
    let mut scene = lit(surface, background, rig, (w, h), pair);
    match background {
        Background::Podium => {
            let (cx, cy) = (
                (place.left + place.width / 2.0) * w as f32,
                (place.top + place.height / 2.0) * h as f32,
            );
            let (a, b) = (place.width * w as f32, place.height * h as f32);
            disc(&mut scene, (cx, cy), 0.56 * a.max(b), pair, rig);
            (scene, None)
        }
        Background::Window => {
            let panes = gobo::window((w, h), rig.side, None, dice);
            let leaves = gobo::leaves(w, h, rig.side, dice);
            let sun = Plane::from_fn(w, h, |x, y| panes.at(x, y) * (0.2 + 0.8 * leaves.at(x, y)));
            super::backdrop::sunlight(&mut scene, rig, &sun, 0.75);
            (scene, Some(sun))
        }
        Background::Festive => {
            let fir = fir::corners(w, h, true, dice);
            shadow::on_wall(&mut scene, &fir.alpha, 0.012 * w.max(h) as f32, rig);
            fir.draw(&mut scene, rig.exposure);
            (scene, None)
        }
        Background::White
        | Background::Grey
        | Background::Gradient
        | Background::Wood
        | Background::Marble => (scene, None),
    }
}

fn surface(background: Background, pair: Pair, dice: &mut Dice) -> Surface {
    let (kind, tint) = match background {
        Background::White => (Material::Smooth, [0.95; 3]),
        Background::Grey => (Material::Smooth, hex(0xc9cacd)),
        Background::Gradient | Background::Podium => (Material::Smooth, pair.wall),
        Background::Wood => {
            let tint = dice.pick(&[hex(0xb98b5e), hex(0x8d6444), hex(0xc79f73), hex(0x6f4d35)]);
            (Material::Wood, tint)
        }
        Background::Marble => (Material::Marble, [0.84, 0.835, 0.83]),
        Background::Window => (
            Material::Plaster,
            dice.pick(&[hex(0xe2d2bd), hex(0xd9d1c6), hex(0xdfc9b9)]),
        ),
        Background::Festive => (
            Material::Linen,
            dice.pick(&[hex(0x8e1b22), hex(0xe7ddcd), hex(0x7a1720)]),
        ),
    };
    Surface {
        kind,
        tint,
        noise: dice.noise(),
    }
}

/// The surface with light from one side, brighter near the lamp.
fn lit(
    surface: Surface,
    background: Background,
    rig: &Rig,
    (w, h): (usize, usize),
    pair: Pair,
) -> Canvas {
    let aspect = w as f32 / h as f32;
    let white = background == Background::White;
    let exposure = if white {
        rig.exposure.max(0.66)
    } else {
        rig.exposure
    };
    let falloff = if white { 0.3 } else { 1.0 } * (0.12 + 0.5 * rig.falloff);
    let lamp = rig.fill.times(0.45).plus(rig.key.times(0.56));
    Canvas::from_fn(w, h, |x, y| {
        let (u, v) = ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32);
        let away = (0.5 - rig.side.signum() * (u - 0.5)) * 0.7 + v * 0.45;
        let mut c = surface.at(u * aspect, v);
        if background == Background::Gradient {
            c = c.mix(pair.ground, smoothstep(1.0, 0.1, away));
        }
        let near = 1.06 - falloff * smoothstep(0.1, 1.15, away);
        [0, 1, 2].map(|i| c[i] * lamp[i] * near * exposure * 1.16)
    })
}

/// A round tray under the subject.
fn disc(scene: &mut Canvas, centre: (f32, f32), radius: f32, pair: Pair, rig: &Rig) {
    let radius = radius.min(0.49 * scene.w.min(scene.h) as f32);
    let shape = Plane::from_fn(scene.w, scene.h, |x, y| {
        let d = (x as f32 - centre.0).hypot(y as f32 - centre.1);
        smoothstep(radius + 1.0, radius - 1.0, d)
    });
    shadow::on_wall(scene, &shape, 0.05 * radius, rig);
    let lamp = rig.fill.times(0.45).plus(rig.key.times(0.6));
    scene.update(|x, y, c| {
        let cover = shape.at(x, y);
        if cover <= 0.0 {
            return c;
        }
        let (dx, dy) = (
            (x as f32 - centre.0) / radius,
            (y as f32 - centre.1) / radius,
        );
        let towards = dx * rig.side.signum() * 0.8 - dy * 0.6;
        let rim = smoothstep(0.965, 0.985, dx.hypot(dy)) * towards;
        let level = rig.exposure * (1.04 + 0.07 * towards + 0.14 * rim);
        let own = [0, 1, 2].map(|i| pair.ground[i] * lamp[i] * level);
        c.mix(own, cover)
    });
}
