//! Where a worn top ends: the edge between it and what is worn below.

use super::mixture::{Mixture, nearest};
use crate::imaging::grid::{Canvas, Plane, Value};

/// Rows above and below an edge that are compared.
const REACH: i64 = 4;
/// An edge weaker than this (in Lab) on average is none.
const LEAST: f32 = 9.0;

/// A line from the left to the right of the torso.
pub(super) struct Hem {
    left: usize,
    rows: Vec<f32>,
}

impl Hem {
    /// The strongest line within `rows` that spans the columns and has something else than `cloth` below it.
    pub(super) fn find(
        lab: &Canvas,
        cloth: &Mixture,
        columns: (usize, usize),
        rows: (usize, usize),
    ) -> Option<Self> {
        let (left, right) = (columns.0.min(lab.w - 1), columns.1.min(lab.w));
        let (top, low) = (rows.0, rows.1.min(lab.h.saturating_sub(REACH as usize + 1)));
        if right < left + 8 || low < top + 8 {
            return None;
        }
        let (w, h) = (right - left, low - top);
        let strength = Plane::from_fn(w, h, |x, y| {
            let (x, y) = ((x + left) as i64, (y + top) as i64);
            let mean = |from: i64| {
                let sum = (0..REACH).fold([0.0; 3], |s, i| s.plus(lab.near(x, y + from + i)));
                sum.times(1.0 / REACH as f32)
            };
            let (above, below) = (mean(-REACH), mean(1));
            let step = above.plus(below.times(-1.0));
            let edge = step.iter().map(|v| v * v).sum::<f32>().sqrt();
            let other = (nearest(cloth, below, 0.0).max(0.0).sqrt() / 18.0).min(1.0);
            let own = 1.0 - (nearest(cloth, above, 0.0).max(0.0).sqrt() / 40.0).min(1.0);
            edge.min(60.0) * other * own
        });
        let rows = path(&strength);
        // Where the same cloth goes on below, the line was a seam, a belt or a badge.
        let (mut same, mut seen) = (0_u32, 1_u32);
        for (x, row) in rows.iter().enumerate().step_by(2) {
            for y in (row + top + 5..row + top + 5 + w / 2)
                .step_by(2)
                .take_while(|y| *y < lab.h)
            {
                seen += 1;
                same += u32::from(nearest(cloth, lab.at(x + left, y), 0.0) < 150.0);
            }
        }
        if same * 5 > seen * 2 {
            return None;
        }
        let mean = rows
            .iter()
            .enumerate()
            .map(|(x, y)| strength.at(x, *y))
            .sum::<f32>()
            / w as f32;
        (mean > LEAST).then(|| Self {
            left,
            rows: rows.iter().map(|y| (*y + top) as f32).collect(),
        })
    }

    /// The row of the edge at a column; beside the torso it goes on level.
    pub(super) fn at(&self, x: f32) -> f32 {
        let i = (x - self.left as f32).round().max(0.0) as usize;
        self.rows[i.min(self.rows.len() - 1)]
    }
}

/// The row of each column on the way of most strength from left to right that does not jump.
fn path(strength: &Plane) -> Vec<usize> {
    let (w, h) = (strength.w, strength.h);
    let mut best: Vec<f32> = (0..h).map(|y| strength.at(0, y)).collect();
    let mut back = vec![0_usize; w * h];
    for x in 1..w {
        let last = best.clone();
        for y in 0..h {
            let from = y.saturating_sub(2)..(y + 3).min(h);
            let cost = |k: usize| last[k] - 2.0 * k.abs_diff(y) as f32;
            let k = from
                .max_by(|a, b| cost(*a).total_cmp(&cost(*b)))
                .unwrap_or(y);
            best[y] = cost(k) + strength.at(x, y);
            back[y * w + x] = k;
        }
    }
    let mut y = (0..h)
        .max_by(|a, b| best[*a].total_cmp(&best[*b]))
        .unwrap_or(0);
    let mut rows = vec![0; w];
    for x in (0..w).rev() {
        rows[x] = y;
        y = back[y * w + x];
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edge_to_other_cloth_is_found_and_stripes_are_not() {
        let (shirt, stripe, jeans) = ([80.0, 0.0, 0.0], [40.0, 30.0, 10.0], [30.0, 0.0, -30.0]);
        let lab = Canvas::from_fn(60, 100, |x, y| {
            if y > 70 + x / 20 {
                jeans
            } else if y % 20 < 8 {
                stripe
            } else {
                shirt
            }
        });
        let cloth = vec![(shirt, 0.6), (stripe, 0.4)];
        let hem = Hem::find(&lab, &cloth, (5, 55), (20, 95)).expect("there is an edge");
        assert!((hem.at(10.0) - 70.0).abs() < 3.0 && (hem.at(55.0) - 72.0).abs() < 3.0);
        assert!(Hem::find(&lab, &cloth, (5, 55), (10, 60)).is_none());
    }
}
