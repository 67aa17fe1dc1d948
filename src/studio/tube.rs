//! Sleeves and arms as bent tubes, so that a point of an arm finds its place on a sleeve.

use super::body::distance;
use super::garment::{Point, Top};
use crate::imaging::grid::Plane;

/// Slices in which a sleeve is measured, and steps of every tube.
pub(super) const SLICES: usize = 12;

/// A bent tube from the shoulder outwards.
#[derive(Clone, Debug)]
pub(super) struct Tube {
    /// Its middle line, at even steps.
    knots: Vec<Point>,
    /// Half its width at each knot, in pixels.
    half: Vec<f32>,
}

/// A place on a tube.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot {
    /// 0 at the shoulder, 1 at the end.
    pub(super) along: f32,
    /// −1 and 1 at the two edges.
    pub(super) across: f32,
}

impl Tube {
    /// The tube along a line with half its width at each point, its knots set at even steps.
    pub(super) fn through(line: &[Point], half: &[f32]) -> Self {
        Self {
            knots: line.to_vec(),
            half: half.to_vec(),
        }
        .even()
    }

    /// The sleeve of a flat garment on side 0 (left in the picture) or 1; `None` if it has none.
    pub(super) fn of_sleeve(mask: &Plane, top: &Top, side: usize) -> Option<Self> {
        let body = (top.armpits[1].0 - top.armpits[0].0).abs();
        let joint = between(top.shoulders[side], top.armpits[side], 0.5);
        let far = beside(mask, top, side, joint);
        if (far.len() as f32) < 0.025 * body * body {
            return None;
        }
        let length = far[far.len() * 99 / 100].0;
        let thick = length / SLICES as f32;
        let mut knots = vec![joint];
        let mut half = vec![distance(top.shoulders[side], top.armpits[side]) / 2.0];
        for slice in 1..SLICES {
            let from = (slice as f32 - 0.5) * thick;
            let part: Vec<Point> = far
                .iter()
                .filter(|(d, _)| (from..from + thick).contains(d))
                .map(|(_, p)| *p)
                .collect();
            if part.is_empty() {
                return None;
            }
            let sum = part.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
            let n = part.len() as f32;
            knots.push((sum.0 / n, sum.1 / n));
            half.push(n / thick / 2.0);
        }
        let (a, b) = (knots[knots.len() - 2], knots[knots.len() - 1]);
        knots.push((2.0 * b.0 - a.0, 2.0 * b.1 - a.1));
        half.push(half[half.len() - 1]);
        Some(Self::through(&knots, &half))
    }

    /// The same tube on the other side of the line `x = middle`.
    pub(super) fn mirrored(&self, middle: f32) -> Self {
        Self {
            knots: self
                .knots
                .iter()
                .map(|k| (2.0 * middle - k.0, k.1))
                .collect(),
            half: self.half.clone(),
        }
    }

    /// An arm through its joints, as wide as the silhouette lets it be; `width` is that of the shoulders.
    pub(super) fn of_arm(silhouette: &Plane, joints: &[Point], width: f32) -> Self {
        let line = Self::through(joints, &vec![1.0; joints.len()]);
        let limit = 0.19 * width;
        let reach = |p: Point, way: Point| {
            let steps = limit.max(1.0) as usize;
            (0..steps)
                .take_while(|i| {
                    let i = *i as f32;
                    let (x, y) = (p.0 + way.0 * i, p.1 + way.1 * i);
                    let inside = x >= 0.0 && x < silhouette.w as f32;
                    inside && silhouette.near(x as i64, y as i64) > 0.5
                })
                .count() as f32
        };
        let (mut knots, mut half) = (Vec::new(), Vec::new());
        for i in 0..line.knots.len() {
            let (p, n) = (line.knots[i], line.normal(i as f32));
            let (a, b) = (reach(p, n), reach(p, (-n.0, -n.1)));
            let open = a.max(b) < limit - 1.5;
            let (shift, h) = if open {
                ((a - b) / 2.0, (a + b) / 2.0)
            } else {
                (0.0, a.min(b))
            };
            knots.push((p.0 + n.0 * shift, p.1 + n.1 * shift));
            half.push(h.clamp(0.05 * width, 0.155 * width));
        }
        Self {
            knots: smoothed(&knots),
            half: half
                .iter()
                .enumerate()
                .map(|(i, h)| {
                    let (a, b) = (half[i.saturating_sub(1)], half[(i + 1).min(half.len() - 1)]);
                    0.5 * h + 0.25 * (a + b)
                })
                .collect(),
        }
    }

    /// The length of the middle line in pixels.
    pub(super) fn length(&self) -> f32 {
        self.knots.windows(2).map(|k| distance(k[0], k[1])).sum()
    }

    /// The place of a point, or `None` if it is far from the tube. Before the start and behind the end `along` goes on.
    pub(super) fn locate(&self, p: Point) -> Option<Spot> {
        let last = self.knots.len() - 2;
        let mut best: Option<(f32, f32, f32)> = None;
        for (i, k) in self.knots.windows(2).enumerate() {
            let (dx, dy) = (k[1].0 - k[0].0, k[1].1 - k[0].1);
            let (px, py) = (p.0 - k[0].0, p.1 - k[0].1);
            let square = (dx * dx + dy * dy).max(1e-6);
            let low = if i == 0 { -4.0 } else { 0.0 };
            let high = if i == last { 5.0 } else { 1.0 };
            let t = ((px * dx + py * dy) / square).clamp(low, high);
            let d = (px - t * dx).hypot(py - t * dy);
            if best.is_none_or(|(least, _, _)| d < least) {
                let side = if dx * py - dy * px < 0.0 { -1.0 } else { 1.0 };
                best = Some((d, i as f32 + t, side));
            }
        }
        let (d, t, side) = best?;
        let half = self.half_at(t);
        (d < 1.7 * half).then(|| Spot {
            along: t / (last + 1) as f32,
            across: side * d / half,
        })
    }

    /// The point at a place.
    pub(super) fn at(&self, spot: Spot) -> Point {
        let last = self.knots.len() - 1;
        let t = spot.along * last as f32;
        let i = (t.floor().max(0.0) as usize).min(last - 1);
        let middle = between(self.knots[i], self.knots[i + 1], t - i as f32);
        let n = self.normal(t);
        let d = spot.across * self.half_at(t);
        (middle.0 + n.0 * d, middle.1 + n.1 * d)
    }

    /// Left, top, right and lower end of all that can be near it.
    pub(super) fn bounds(&self) -> [f32; 4] {
        let room = 2.5 * self.half.iter().copied().fold(0.0, f32::max);
        let all = self.knots.iter();
        all.fold([f32::MAX, f32::MAX, f32::MIN, f32::MIN], |b, k| {
            [
                b[0].min(k.0 - room),
                b[1].min(k.1 - room),
                b[2].max(k.0 + room),
                b[3].max(k.1 + room),
            ]
        })
    }

    /// Half the width at a place along, in pixels.
    pub(super) fn half_at(&self, t: f32) -> f32 {
        let t = t.clamp(0.0, (self.half.len() - 1) as f32);
        let i = (t as usize).min(self.half.len() - 2);
        let f = t - i as f32;
        (self.half[i] * (1.0 - f) + self.half[i + 1] * f).max(1.0)
    }

    /// The unit vector towards `across` = 1.
    fn normal(&self, t: f32) -> Point {
        let last = self.knots.len() - 1;
        let tangent = |i: usize| {
            let (a, b) = (
                self.knots[i.saturating_sub(1)],
                self.knots[(i + 1).min(last)],
            );
            let d = distance(a, b).max(1e-6);
            ((b.0 - a.0) / d, (b.1 - a.1) / d)
        };
        let t = t.clamp(0.0, last as f32);
        let i = (t as usize).min(last - 1);
        let d = between(tangent(i), tangent(i + 1), t - i as f32);
        let l = d.0.hypot(d.1).max(1e-6);
        (-d.1 / l, d.0 / l)
    }

    /// The same tube with knots at even steps.
    fn even(self) -> Self {
        let total = self.length();
        let (mut knots, mut half) = (Vec::new(), Vec::new());
        for k in 0..=SLICES {
            let mut rest = total * k as f32 / SLICES as f32;
            let mut i = 0;
            while i + 2 < self.knots.len() && rest > distance(self.knots[i], self.knots[i + 1]) {
                rest -= distance(self.knots[i], self.knots[i + 1]);
                i += 1;
            }
            let t = rest / distance(self.knots[i], self.knots[i + 1]).max(1e-6);
            knots.push(between(self.knots[i], self.knots[i + 1], t));
            half.push(self.half[i] * (1.0 - t) + self.half[i + 1] * t);
        }
        Self { knots, half }
    }
}

fn smoothed(knots: &[Point]) -> Vec<Point> {
    let last = knots.len() - 1;
    (0..=last)
        .map(|i| {
            if i == 0 || i == last {
                return knots[i];
            }
            between(knots[i], between(knots[i - 1], knots[i + 1], 0.5), 0.5)
        })
        .collect()
}

/// The garment's pixels beside its body, nearest to the shoulder joint first, each with its distance from it.
fn beside(mask: &Plane, top: &Top, side: usize, joint: Point) -> Vec<(f32, Point)> {
    let sign = if side == 0 { -1.0 } else { 1.0 };
    let body = (top.armpits[1].0 - top.armpits[0].0).abs();
    let edge = top.armpits[side].0 + sign * 0.02 * body;
    let middle = ((top.armpits[0].0 + top.armpits[1].0) / 2.0) as usize;
    let mut far: Vec<(f32, Point)> = Vec::new();
    for y in (top.shoulders[side].1 - 0.2 * body).max(0.0) as usize..mask.h {
        // Below the armpit the body itself may be wider than at the chest.
        let low = y as f32 > top.armpits[side].1;
        let own = if low {
            super::garment::run(mask, middle, y)
        } else {
            None
        };
        for x in 0..mask.w {
            let near = (x as f32 - edge).abs() < 0.14 * body;
            let of_body = near && own.is_some_and(|(l, r)| (l..=r).contains(&x));
            if mask.at(x, y) > 0.5 && (x as f32 - edge) * sign > 0.0 && !of_body {
                let p = (x as f32, y as f32);
                far.push((distance(p, joint), p));
            }
        }
    }
    far.sort_by(|a, b| a.0.total_cmp(&b.0));
    far
}

/// The point `t` of the way from one point to another.
pub(super) fn between(a: Point, b: Point, t: f32) -> Point {
    (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bent() -> Tube {
        Tube::through(&[(0.0, 0.0), (0.0, 50.0), (40.0, 90.0)], &[10.0, 10.0, 6.0])
    }

    #[test]
    fn a_place_on_a_tube_is_found_again() {
        let tube = bent();
        for spot in [(0.1, 0.5), (0.3, -0.8), (0.8, 0.2), (0.95, -0.9)] {
            let spot = Spot {
                along: spot.0,
                across: spot.1,
            };
            let found = tube.locate(tube.at(spot)).expect("it is on the tube");
            assert!(
                (found.along - spot.along).abs() < 0.05,
                "{spot:?} {found:?}"
            );
            assert!(
                (found.across - spot.across).abs() < 0.25,
                "{spot:?} {found:?}"
            );
        }
        assert_eq!(tube.locate((-60.0, 20.0)), None);
    }
}
