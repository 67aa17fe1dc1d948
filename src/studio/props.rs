//! Things on a fashion set that hold a garment: rail, hanger, clips.

use super::garment::{Point, Top};
use crate::imaging::colour::hex;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane, Value};

/// A thing drawn as strokes: colours and coverage, the size of the set.
pub(super) struct Prop {
    pub(super) colours: Canvas,
    pub(super) alpha: Plane,
}

impl Prop {
    /// Nothing yet.
    pub(super) fn empty(w: usize, h: usize) -> Self {
        Self {
            colours: Canvas::filled(w, h, [0.0; 3]),
            alpha: Plane::filled(w, h, 0.0),
        }
    }

    /// A round rod along a line of points, lit from above.
    pub(super) fn rod(&mut self, points: &[Point], radius: f32, tint: [f32; 3], gloss: f32) {
        for pair in points.windows(2) {
            self.segment(pair[0], pair[1], radius, tint, gloss);
        }
    }

    fn segment(&mut self, a: Point, b: Point, radius: f32, tint: [f32; 3], gloss: f32) {
        let (w, h) = (self.alpha.w, self.alpha.h);
        let reach = radius + 2.0;
        let clip = |v: f32, top: usize| v.clamp(0.0, top as f32) as usize;
        let (x0, x1) = (clip(a.0.min(b.0) - reach, w), clip(a.0.max(b.0) + reach, w));
        let (y0, y1) = (clip(a.1.min(b.1) - reach, h), clip(a.1.max(b.1) + reach, h));
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = (dx * dx + dy * dy).max(1e-6);
        for y in y0..y1 {
            for x in x0..x1 {
                let (px, py) = (x as f32 - a.0, y as f32 - a.1);
                let t = ((px * dx + py * dy) / length).clamp(0.0, 1.0);
                let (ox, oy) = (px - t * dx, py - t * dy);
                let d = ox.hypot(oy);
                let cover = smoothstep(radius + 0.6, radius - 0.6, d);
                let i = y * w + x;
                if cover <= self.alpha.px[i] * 0.999 {
                    continue;
                }
                let up = (-(oy * 0.8 + ox * 0.3) / radius.max(0.5)).clamp(-1.0, 1.0);
                let shine = gloss * smoothstep(0.35, 0.75, up) * smoothstep(1.0, 0.8, up);
                self.colours.px[i] = tint.times(0.75 + 0.35 * up).plus([shine; 3]);
                self.alpha.px[i] = cover;
            }
        }
    }

    /// The thing out of focus.
    pub(super) fn blurred(&self, sigma: f32) -> Self {
        let laid = Canvas::from_fn(self.alpha.w, self.alpha.h, |x, y| {
            self.colours.at(x, y).times(self.alpha.at(x, y))
        })
        .blurred(sigma);
        let alpha = self.alpha.blurred(sigma);
        let colours = Canvas::from_fn(alpha.w, alpha.h, |x, y| {
            laid.at(x, y).times(1.0 / alpha.at(x, y).max(1e-4))
        });
        Self { colours, alpha }
    }

    /// Draws the thing onto a set.
    pub(super) fn draw(&self, scene: &mut Canvas, exposure: f32) {
        scene.update(|x, y, c| {
            let a = self.alpha.at(x, y);
            if a > 0.0 {
                c.mix(self.colours.at(x, y).times(exposure), a)
            } else {
                c
            }
        });
    }
}

/// A rail across the picture at height `y`.
pub(super) fn rail(prop: &mut Prop, y: f32) {
    let w = prop.alpha.w as f32;
    prop.rod(
        &[(-10.0, y), (w + 10.0, y)],
        (w * 0.008).max(1.5),
        hex(0x2b2a29),
        0.35,
    );
}

/// A wooden hanger in a top's shoulders, its hook over a rail at height `rail_y`.
pub(super) fn hanger(prop: &mut Prop, top: &Top, rail_y: f32) {
    let w = prop.alpha.w as f32;
    let body = top.shoulders[1].0 - top.shoulders[0].0;
    let mid = (top.shoulders[0].0 + top.shoulders[1].0) / 2.0;
    let neck_y = (top.neck[0].1 + top.neck[1].1) / 2.0 + body * 0.03;
    let joint = (mid, neck_y - body * 0.015);
    let arm = |end: Point, sign: f32| {
        let tip = (end.0 - sign * body * 0.06, end.1 + body * 0.075);
        let bend = (
            (joint.0 + tip.0) / 2.0,
            (joint.1 + tip.1) / 2.0 - body * 0.015,
        );
        [joint, bend, tip]
    };
    let wood = hex(0xb07f50);
    prop.rod(&arm(top.shoulders[0], -1.0), body * 0.02, wood, 0.12);
    prop.rod(&arm(top.shoulders[1], 1.0), body * 0.02, wood, 0.12);
    let steel = hex(0xa9abad);
    let thick = (w * 0.0035).max(1.0);
    let radius = body * 0.052;
    let centre = (mid, rail_y + (w * 0.008).max(1.5) * 0.2);
    let arc = |i: i32| {
        let angle = (110.0 - 290.0 * i as f32 / 24.0).to_radians();
        (
            centre.0 + radius * angle.cos(),
            centre.1 - radius * 0.35 + radius * angle.sin(),
        )
    };
    prop.rod(&[joint, arc(0)], thick, steel, 0.5);
    let hook: Vec<Point> = (0..=24).map(arc).collect();
    prop.rod(&hook, thick, steel, 0.5);
}

/// Two cords with clips from a rail to the upper edge of something at these points.
pub(super) fn clips(prop: &mut Prop, at: [Point; 2], rail_y: f32) {
    let w = prop.alpha.w as f32;
    for (x, y) in at {
        prop.rod(
            &[(x, rail_y), (x, y)],
            (w * 0.0014).max(0.7),
            hex(0x4a4744),
            0.0,
        );
        let (half, tall) = ((w * 0.008).max(2.0), (w * 0.03).max(6.0));
        prop.rod(
            &[(x, y - tall * 0.5), (x, y + tall * 0.5)],
            half,
            hex(0xc79f73),
            0.1,
        );
        prop.rod(
            &[(x - half * 0.8, y), (x + half * 0.8, y)],
            half * 0.35,
            hex(0x8d8f92),
            0.4,
        );
    }
}
