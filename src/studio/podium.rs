//! The podium: a round plinth in two steps under the subject, a disc on the wall behind it.

use super::light::Rig;
use super::stage::Place;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane, Value};

/// Builds it under a subject that stands at `place`.
pub(super) fn build(scene: &mut Canvas, place: Place, rig: &Rig, tint: [f32; 3]) {
    let (w, h) = (scene.w as f32, scene.h as f32);
    let base = (place.top + place.height) * h;
    let middle = (place.left + place.width / 2.0) * w;
    let rx = (place.width * w * 0.68).clamp(0.24 * w, 0.46 * w);
    let ry = rx * 0.17;
    let centre = base - ry * 0.3;
    let light = tint.mix([1.0; 3], 0.35);
    disc(scene, (middle, 0.42 * h), 0.34 * w.min(h), light, rig);
    let steps = [
        Step::new(middle, centre + 0.13 * h, rx * 1.3, 0.3 * h),
        Step::new(middle, centre, rx, 0.13 * h),
    ];
    for (i, step) in steps.iter().enumerate() {
        if i > 0 {
            step.shade(scene, ry, rig);
        }
        step.draw(scene, tint.times(0.9), light, rig);
    }
}

/// A disc on the wall, lit like it, with its shadow.
fn disc(scene: &mut Canvas, centre: (f32, f32), radius: f32, light: [f32; 3], rig: &Rig) {
    let shape = Plane::from_fn(scene.w, scene.h, |x, y| {
        let d = (x as f32 - centre.0).hypot(y as f32 - centre.1);
        smoothstep(radius + 1.0, radius - 1.0, d)
    });
    super::shadow::on_wall(scene, &shape, 0.045 * radius, rig);
    let lamp = rig.fill.times(0.42).plus(rig.key.times(0.62));
    scene.update(|x, y, c| {
        let cover = shape.at(x, y);
        if cover <= 0.0 {
            return c;
        }
        let (dx, dy) = (
            (x as f32 - centre.0) / radius,
            (y as f32 - centre.1) / radius,
        );
        // Brighter towards the lamp, with a thin lit edge there.
        let towards = dx * rig.side.signum() * 0.8 - dy * 0.6;
        let edge = smoothstep(0.975, 0.99, dx.hypot(dy)) * smoothstep(0.0, 0.8, towards);
        let level = rig.exposure * (0.86 + 0.12 * towards + 0.12 * edge);
        let own = [0, 1, 2].map(|i| light[i] * lamp[i] * level);
        c.mix(own, cover)
    });
}

/// One round step, its lid seen a little from above.
struct Step {
    middle: f32,
    lid: f32,
    rx: f32,
    ry: f32,
    tall: f32,
}

impl Step {
    const fn new(middle: f32, lid: f32, rx: f32, tall: f32) -> Self {
        Self {
            middle,
            lid,
            rx,
            ry: rx * 0.17,
            tall,
        }
    }

    /// The shadow that it throws on the step below.
    fn shade(&self, scene: &mut Canvas, reach: f32, rig: &Rig) {
        let foot = self.lid + self.tall;
        scene.update(|x, y, c| {
            let (dx, dy) = (
                (x as f32 - self.middle + rig.side * reach * 0.8) / (self.rx * 1.02),
                (y as f32 - foot) / (self.ry * 1.02),
            );
            let d = dx.hypot(dy);
            c.times(1.0 - 0.34 * smoothstep(1.22, 0.92, d))
        });
    }

    fn draw(&self, scene: &mut Canvas, dark: [f32; 3], light: [f32; 3], rig: &Rig) {
        let lamp = rig.key.mix([1.0; 3], 0.4).times(rig.exposure);
        scene.update(|x, y, c| {
            let (fx, fy) = (x as f32, y as f32);
            let dx = (fx - self.middle) / self.rx;
            if dx.abs() > 1.02 || fy < self.lid - self.ry - 2.0 {
                return c;
            }
            let bulge = self.ry * (1.0 - dx * dx).max(0.0).sqrt();
            let side = smoothstep(self.lid - 1.0, self.lid + 1.0, fy)
                * smoothstep(
                    self.lid + self.tall + bulge + 1.0,
                    self.lid + self.tall + bulge - 1.0,
                    fy,
                )
                * smoothstep(self.rx + 0.8, self.rx - 0.8, (fx - self.middle).abs());
            let round = (1.0 - dx * dx).max(0.0).sqrt();
            let facing = (dx * rig.side.signum() * 0.7 + 0.6 * round).max(0.0);
            let deep = 1.0 - 0.12 * ((fy - self.lid) / self.tall).clamp(0.0, 1.0);
            let wall = dark.times((0.5 + 0.48 * facing) * deep);
            let ring = dx.hypot((fy - self.lid) / self.ry);
            let lid = smoothstep(1.0 + 1.0 / self.ry, 1.0 - 1.0 / self.ry, ring);
            // The rounded edge of the lid catches the light.
            let brim = smoothstep(0.94, 0.99, ring) * smoothstep(-0.2, 0.6, fy - self.lid);
            let sheen = 0.98 + 0.08 * dx * rig.side + 0.07 * brim;
            let c = c.mix([0, 1, 2].map(|i| wall[i] * lamp[i]), side);
            c.mix([0, 1, 2].map(|i| light[i] * lamp[i] * sheen), lid)
        });
    }
}
