//! The sleeve that an arm gets: how long it is, where each of its pixels comes from, and what it covers.

use super::garment::Point;
use super::tube::{SLICES, Spot, Tube, between};
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Grid, Plane, Value};

/// An arm's length in widths of the shoulders.
const WHOLE_ARM: f32 = 1.2;

/// One arm with the sleeve it gets.
pub(super) struct Sleeve {
    arm: Tube,
    cloth: Tube,
    /// Where on the arm the new sleeve ends.
    end: f32,
    /// Where on the arm the old one ends.
    old: f32,
    /// Where on the arm the new sleeve's cuff is: behind the end of an arm that is much too short, because it points
    /// at the camera or goes behind something.
    cuff: f32,
}

/// A place on a sleeve: where it is on the arm, where in the garment's photo, and how much it, not the torso, counts.
#[derive(Clone, Copy, Default)]
pub(super) struct Lying {
    along: f32,
    across: f32,
    from: [f32; 2],
    weight: f32,
}

impl Value for Lying {
    fn plus(self, other: Self) -> Self {
        Self {
            along: self.along + other.along,
            across: self.across + other.across,
            from: self.from.plus(other.from),
            weight: self.weight + other.weight,
        }
    }
    fn times(self, k: f32) -> Self {
        Self {
            along: self.along * k,
            across: self.across * k,
            from: self.from.times(k),
            weight: self.weight * k,
        }
    }
}

impl Sleeve {
    /// Plans a sleeve. Both lengths are compared in widths of the body: `width` that of the wearer's shoulders,
    /// `body` that of the garment.
    pub(super) fn plan(arm: Tube, cloth: Tube, worn: &Plane, width: f32, body: f32) -> Self {
        let steps = 48;
        let covered = |i: &usize| {
            let spot = Spot {
                along: *i as f32 / steps as f32,
                across: 0.0,
            };
            let p = arm.at(spot);
            worn.near(p.0 as i64, p.1 as i64) > 0.5
        };
        let old = (0..=steps).filter(covered).max().unwrap_or(0) as f32 / steps as f32;
        let long = cloth.length() > 0.65 * body;
        let end = if long {
            // A sleeve that is long already keeps its cuff.
            if old > 0.8 { old.min(1.0) } else { 0.97 }
        } else if old < 0.62 {
            old.max(0.15)
        } else {
            (1.05 * cloth.length() / body * width / arm.length()).clamp(0.25, 0.6)
        };
        let whole = WHOLE_ARM * width / arm.length().max(1.0);
        let hidden = long && old > 0.8 && whole > 1.3;
        Self {
            cuff: if hidden { whole } else { end },
            arm,
            cloth,
            end,
            old,
        }
    }

    /// Where each pixel lies on the sleeve.
    pub(super) fn lie(&self, w: usize, h: usize) -> Grid<Lying> {
        let [left, top, right, low] = self.arm.bounds();
        let nowhere = Lying {
            along: -1.0,
            across: 9.0,
            ..Lying::default()
        };
        Grid::from_fn(w, h, |x, y| {
            let p = (x as f32, y as f32);
            if p.0 < left || p.0 > right || p.1 < top || p.1 > low {
                return nowhere;
            }
            let Some(spot) = self.arm.locate(p) else {
                return nowhere;
            };
            let place = Spot {
                along: (spot.along / self.cuff).clamp(-0.1, 1.02),
                across: 0.95 * spot.across.clamp(-1.1, 1.1),
            };
            let from = self.cloth.at(place);
            Lying {
                along: spot.along,
                across: spot.across,
                from: [from.0, from.1],
                weight: smoothstep(0.06, 0.24, spot.along)
                    * smoothstep(1.32, 1.08, spot.across.abs()),
            }
        })
    }

    /// How much of a pixel the new garment covers, `worn` being how much the old one does.
    pub(super) fn cover(&self, at: Lying, worn: f32) -> f32 {
        let soft = 1.2 / self.arm.length().max(1.0);
        let before = smoothstep(self.end + soft, self.end - soft, at.along);
        if self.end + 0.02 < self.old {
            let on_arm = smoothstep(1.6, 1.35, at.across.abs());
            return worn * (1.0 - on_arm * (1.0 - before));
        }
        if self.end < self.old + 0.05 {
            return worn;
        }
        let edge = 1.5 / self.arm.half_at(at.along * SLICES as f32);
        let within = smoothstep(1.06 + edge, 1.06 - edge, at.across.abs());
        let beyond = smoothstep(0.1, 0.16, at.along);
        worn.max(within * before * beyond)
    }
}

impl Lying {
    /// Where in the garment's photo the pixel comes from, `torso` being the answer if there were no sleeve.
    pub(super) fn source(self, torso: Point) -> Point {
        between(torso, (self.from[0], self.from[1]), self.weight)
    }

    /// How surely the pixel is of the sleeve.
    pub(super) fn weight(self) -> f32 {
        self.weight
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sleeve_reaches_the_wrist_of_a_bare_arm_and_a_short_one_keeps_its_cut() {
        let arm = Tube::through(&[(0.0, 0.0), (0.0, 50.0), (40.0, 90.0)], &[10.0, 10.0, 6.0]);
        let worn = Plane::from_fn(80, 120, |_, y| f32::from(u8::from(y < 30)));
        let short = Tube::through(&[(0.0, 0.0), (10.0, 20.0)], &[9.0, 9.0]);
        let long = Tube::through(&[(0.0, 0.0), (30.0, 150.0)], &[9.0, 7.0]);
        let plan = |cloth: &Tube| Sleeve::plan(arm.clone(), cloth.clone(), &worn, 80.0, 100.0);
        assert!(plan(&long).end > 0.9);
        let kept = plan(&short);
        assert!((kept.end - kept.old).abs() < 0.01 && kept.end < 0.4);
    }
}
