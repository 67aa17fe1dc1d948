//! The sets of fashion photos seen from above, for things laid flat.

use super::backdrop::sunlight;
use super::light::Rig;
use super::noise::Dice;
use super::surface::{Material, Surface};
use super::{fir, gobo, grass, shadow};
use crate::imaging::colour::hex;
use crate::imaging::grid::{Canvas, Value};
use crate::kinds::fashion_photo::Scene;

/// The scene's surface from above.
pub(super) fn surface(scene: Scene, rig: &Rig, (w, h): (usize, usize), dice: &mut Dice) -> Canvas {
    let stuff = stuff(scene, dice);
    let mut canvas = match scene {
        Scene::Garden => grass::from_above(w, h, dice),
        Scene::Studio
        | Scene::Minimal
        | Scene::Loft
        | Scene::Street
        | Scene::Seaside
        | Scene::Night
        | Scene::Festive => spread(stuff, w, h),
    };
    light(&mut canvas, rig);
    match scene {
        Scene::Loft => {
            let panes = gobo::window((w, h), rig.side, None, dice);
            sunlight(&mut canvas, rig, &panes, 0.7);
        }
        Scene::Minimal | Scene::Garden | Scene::Seaside => {
            let leaves = gobo::leaves(w, h, rig.side, dice);
            sunlight(&mut canvas, rig, &leaves.map(|v| 0.2 + 0.8 * v), 0.5);
        }
        Scene::Festive => {
            let fir = fir::corners(w, h, true, dice);
            shadow::on_wall(&mut canvas, &fir.alpha, 0.01 * w.max(h) as f32, rig);
            fir.draw(&mut canvas, rig.exposure);
        }
        Scene::Studio | Scene::Street | Scene::Night => {}
    }
    canvas
}

fn stuff(scene: Scene, dice: &mut Dice) -> Surface {
    let (kind, tint) = match scene {
        Scene::Studio => (
            Material::Smooth,
            dice.pick(&[hex(0xdedad4), hex(0xd5d9dc), hex(0xe3d8cc)]),
        ),
        Scene::Minimal => (
            Material::Linen,
            dice.pick(&[hex(0xe6dccb), hex(0xd8d2c6), hex(0xe0cfc0)]),
        ),
        Scene::Loft => (Material::Wood, dice.pick(&[hex(0xb98b5e), hex(0x9c7350)])),
        Scene::Street => (Material::Concrete, hex(0xa5a4a1)),
        Scene::Garden => (Material::Smooth, hex(0x5f7d36)),
        Scene::Seaside => (Material::Sand, hex(0xe0c9a6)),
        Scene::Night => (Material::Velvet, dice.pick(&[hex(0x232a4c), hex(0x33224a)])),
        Scene::Festive => (
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

fn spread(stuff: Surface, w: usize, h: usize) -> Canvas {
    let aspect = w as f32 / h as f32;
    let boards = stuff.kind == Material::Wood;
    Canvas::from_fn(w, h, |x, y| {
        let (u, v) = ((x as f32 + 0.5) / w as f32, (y as f32 + 0.5) / h as f32);
        if boards {
            stuff.at(v, u * aspect)
        } else {
            stuff.at(u * aspect, v)
        }
    })
}

/// Light from one side, brighter near the lamp.
fn light(canvas: &mut Canvas, rig: &Rig) {
    let (w, h) = (canvas.w as f32, canvas.h as f32);
    let lamp = rig.fill.times(0.42).plus(rig.key.times(0.6));
    canvas.update(|x, y, c| {
        let (u, v) = ((x as f32 + 0.5) / w, (y as f32 + 0.5) / h);
        let away = ((u - 0.5) * -rig.side + v - 0.2).clamp(0.0, 1.0);
        let near = (1.08 - 0.26 * away) * rig.exposure * 1.1;
        [0, 1, 2].map(|i| c[i] * lamp[i] * near)
    });
}
