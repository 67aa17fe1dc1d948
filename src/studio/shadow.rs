//! Shadows: where a subject touches the ground, and what it throws over ground and wall.

use super::light::Rig;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane, Value};

/// The ground a subject stands on, in pixels of the set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ground {
    /// The lowest point of the subject.
    pub(super) base: f32,
    /// Where the ground ends and the wall begins.
    pub(super) seam: f32,
    /// Height of the subject.
    pub(super) height: f32,
}

/// Darkens the set where a standing subject keeps light away.
pub(super) fn on_ground(scene: &mut Canvas, alpha: &Plane, ground: Ground, rig: &Rig) {
    let contact = contact(alpha, ground);
    let ambient = ambient(alpha, ground);
    let cast = cast(alpha, ground, rig);
    scene.update(|x, y, c| {
        let key = 1.0 - rig.shadow * cast.at(x, y);
        let sky = (1.0 - 0.74 * contact.at(x, y)) * (1.0 - 0.3 * ambient.at(x, y));
        // Only the key light is missing in a cast shadow: the fill colours it.
        let tint = rig.fill.times(1.0 / rig.fill[1]);
        let dark = c.times(sky);
        dark.times(key)
            .plus([0, 1, 2].map(|i| dark[i] * (1.0 - key) * 0.22 * (tint[i] - 0.5)))
    });
}

/// The thin dark line right under the subject, following its lower edge.
fn contact(alpha: &Plane, ground: Ground) -> Plane {
    let s = ground.height;
    let (near, wide) = (
        alpha.blurred((s * 0.005).max(0.8)),
        alpha.blurred(s * 0.016),
    );
    let (down, further) = (s * 0.003, s * 0.007);
    Plane::from_fn(alpha.w, alpha.h, |x, y| {
        let (fx, fy) = (x as f32, y as f32);
        // The higher an edge hangs above the base, the less it touches.
        let low = smoothstep(0.3, 0.02, (ground.base - fy) / s);
        let line = near
            .sample(fx, fy - down)
            .max(0.75 * wide.sample(fx, fy - further));
        low * line
    })
}

/// The broad soft darkness around the foot.
fn ambient(alpha: &Plane, ground: Ground) -> Plane {
    let flat = Plane::from_fn(alpha.w, alpha.h, |x, y| {
        let up = ground.base - y as f32;
        let source = ground.base - up * if up > 0.0 { 5.0 } else { -26.0 };
        alpha.sample(x as f32, source)
    });
    flat.blurred(ground.height * 0.022)
}

/// The shadow of the key light: the silhouette laid down sideways, softer with distance, bent up at the wall.
fn cast(alpha: &Plane, ground: Ground, rig: &Rig) -> Plane {
    let soft = 1.0 - rig.hardness;
    let s = ground.height;
    let near = alpha.blurred(s * (0.004 + 0.02 * soft));
    let far = alpha.blurred(s * (0.012 + 0.09 * soft));
    let (sx, sy) = (-rig.side * rig.reach, rig.depth);
    let seam_height = if sy > 0.0 {
        (ground.base - ground.seam) / sy
    } else {
        f32::INFINITY
    };
    Plane::from_fn(alpha.w, alpha.h, |x, y| {
        let (fx, fy) = (x as f32, y as f32);
        let on_wall = sy > 0.0 && fy < ground.seam;
        let (up, across) = if on_wall {
            let above = ground.seam - fy;
            (seam_height + above, seam_height * sx)
        } else {
            let up = (ground.base - fy) / sy;
            (up, up * sx)
        };
        if up < -0.02 * s {
            return 0.0;
        }
        let (px, py) = (fx - across, ground.base - up);
        let far_away = (up / s).clamp(0.0, 1.0);
        let dark = near.sample(px, py).mix(far.sample(px, py), far_away);
        let fade = 1.0 - soft * 0.75 * smoothstep(0.0, 1.1, far_away);
        dark * fade * smoothstep(-0.02 * s, 0.01 * s, up)
    })
}

/// The shadow of something that hangs or lies in front of a wall, `gap` pixels away from it.
pub(super) fn on_wall(scene: &mut Canvas, alpha: &Plane, gap: f32, rig: &Rig) {
    let soft = alpha.blurred(gap * (0.28 + 0.5 * (1.0 - rig.hardness)));
    let close = alpha.blurred(gap * 0.8 + 1.0);
    let (dx, dy) = (-rig.side * gap * 1.1, gap * 1.0);
    let tight = alpha.blurred((gap * 0.14).max(0.8));
    scene.update(|x, y, c| {
        let (fx, fy) = (x as f32, y as f32);
        let key = rig.shadow * soft.sample(fx - dx, fy - dy);
        let near = 0.22 * tight.sample(fx - dx * 0.22, fy - dy * 0.22);
        let sky = 0.2 * close.at(x, y);
        c.times((1.0 - key) * (1.0 - sky) * (1.0 - near))
    });
}

/// The shadow of a thing with some height that lies on a surface seen from above: dark and narrow all around, and a
/// longer one away from the key light.
pub(super) fn lying(scene: &mut Canvas, alpha: &Plane, height: f32, rig: &Rig) {
    let contact = alpha.blurred((height * 0.22).max(0.8));
    let sky = alpha.blurred(height * 1.2);
    let near = alpha.blurred(height * (0.15 + 0.45 * (1.0 - rig.hardness)));
    let far = alpha.blurred(height * (0.3 + 1.1 * (1.0 - rig.hardness)));
    let reach = height * (0.8 + 1.3 * rig.reach);
    let (dx, dy) = (-rig.side.signum() * reach, reach * 0.55);
    let tint = rig.fill.times(1.0 / rig.fill[1]);
    scene.update(|x, y, c| {
        let (fx, fy) = (x as f32, y as f32);
        // The shadow of each height between foot and top lies between the two.
        let cast = [0.25, 0.5, 0.75, 1.0]
            .map(|t| {
                let (px, py) = (fx - dx * t, fy - dy * t);
                near.sample(px, py).mix(far.sample(px, py), t) * (1.0 - 0.35 * t)
            })
            .into_iter()
            .fold(0.0, f32::max);
        let touch = 0.5 * contact.sample(fx, fy - height * 0.1);
        let dark = (1.0 - 0.85 * rig.shadow * cast) * (1.0 - 0.28 * sky.at(x, y));
        let lost = 1.0 - dark;
        let fill = [0, 1, 2].map(|i| c[i] * lost * 0.16 * (tint[i] - 0.6));
        c.times(dark * (1.0 - touch * (0.4 + 0.6 * cast)))
            .plus(fill)
    });
}

/// The soft patch under something that floats: its centre and half its size, as shares of the picture.
pub(super) fn below(scene: &mut Canvas, centre: (f32, f32), half: (f32, f32)) {
    let (w, h) = (scene.w as f32, scene.h as f32);
    scene.update(|x, y, c| {
        let (dx, dy) = (
            (x as f32 / w - centre.0) / half.0,
            (y as f32 / h - centre.1) / half.1,
        );
        c.times(1.0 - 0.5 * (-(dx * dx + dy * dy) * 0.9).exp())
    });
}
