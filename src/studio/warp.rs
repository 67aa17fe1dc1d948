//! Bending one shape onto another: thin-plate splines, and fabric spread beyond its own edge.

use super::garment::Point;
use crate::imaging::grid::{Canvas, Plane, Value};

/// A smooth map of the plane that takes each `from` to its `to`.
pub(super) struct Spline {
    knots: Vec<(f64, f64)>,
    weights: [Vec<f64>; 2],
    scale: f64,
}

impl Spline {
    /// The map through these pairs; `None` if the points do not span a plane.
    pub(super) fn through(pairs: &[(Point, Point)]) -> Option<Self> {
        let n = pairs.len();
        let span = pairs
            .iter()
            .map(|(a, _)| a.0.abs().max(a.1.abs()))
            .fold(1.0_f32, f32::max);
        let scale = 1.0 / f64::from(span);
        let knots: Vec<(f64, f64)> = pairs
            .iter()
            .map(|(a, _)| (f64::from(a.0) * scale, f64::from(a.1) * scale))
            .collect();
        let size = n + 3;
        let mut matrix = vec![vec![0.0_f64; size + 2]; size];
        for i in 0..n {
            for j in 0..n {
                matrix[i][j] = radial(knots[i], knots[j]);
            }
            // A little slack: key points are read off pixels and never exact.
            matrix[i][i] = 1e-3;
            let row = [1.0, knots[i].0, knots[i].1];
            for (k, v) in row.into_iter().enumerate() {
                matrix[i][n + k] = v;
                matrix[n + k][i] = v;
            }
            matrix[i][size] = f64::from(pairs[i].1.0);
            matrix[i][size + 1] = f64::from(pairs[i].1.1);
        }
        solve(&mut matrix)?;
        let column = |k: usize| matrix.iter().map(|row| row[size + k]).collect();
        Some(Self {
            knots,
            weights: [column(0), column(1)],
            scale,
        })
    }

    /// Where a point goes.
    pub(super) fn at(&self, p: Point) -> Point {
        let q = (f64::from(p.0) * self.scale, f64::from(p.1) * self.scale);
        let n = self.knots.len();
        let value = |w: &[f64]| {
            let bend: f64 = self
                .knots
                .iter()
                .zip(w)
                .map(|(k, w)| w * radial(*k, q))
                .sum();
            (bend + w[n] + w[n + 1] * q.0 + w[n + 2] * q.1) as f32
        };
        (value(&self.weights[0]), value(&self.weights[1]))
    }
}

fn radial(a: (f64, f64), b: (f64, f64)) -> f64 {
    let r2 = (a.0 - b.0).powi(2) + (a.1 - b.1).powi(2);
    if r2 < 1e-12 { 0.0 } else { r2 * r2.ln() }
}

/// Gauss-Jordan with pivots; the last columns become the solutions.
fn solve(m: &mut [Vec<f64>]) -> Option<()> {
    let n = m.len();
    for i in 0..n {
        let pivot = (i..n).max_by(|a, b| m[*a][i].abs().total_cmp(&m[*b][i].abs()))?;
        if m[pivot][i].abs() < 1e-10 {
            return None;
        }
        m.swap(i, pivot);
        let head = m[i].clone();
        for (j, row) in m.iter_mut().enumerate() {
            if j != i {
                let k = row[i] / head[i];
                for (v, h) in row.iter_mut().zip(&head) {
                    *v -= k * h;
                }
            }
        }
        let lead = m[i][i];
        for v in &mut m[i] {
            *v /= lead;
        }
    }
    Some(())
}

/// The colours everywhere: inside `alpha` their own, outside those of the nearest one inside, so that stripes go on.
/// A band of about `rim` pixels along the edge is not trusted.
pub(super) fn spread(colours: &Canvas, alpha: &Plane, rim: f32) -> Canvas {
    let (w, h) = (colours.w, colours.h);
    // The rim of a cut-out still holds some of the old background's light: only what lies inside is trusted.
    let inner = alpha.blurred(rim);
    let solid = |i: usize| inner.px[i] > 0.985;
    // Each pixel knows the place of some fabric; two sweeps hand the nearest one on (a distance transform).
    let mut nearest: Vec<Option<(usize, usize)>> = (0..w * h)
        .map(|i| solid(i).then_some((i % w, i / w)))
        .collect();
    let far = |x: usize, y: usize, p: Option<(usize, usize)>| {
        p.map_or(usize::MAX, |(px, py)| {
            px.abs_diff(x).pow(2) + py.abs_diff(y).pow(2)
        })
    };
    for forward in [true, false] {
        for step in 0..w * h {
            let i = if forward { step } else { w * h - 1 - step };
            let (x, y) = (i % w, i / w);
            let mut best = nearest[i];
            let mut offer = |inside: bool, j: usize| {
                if inside && far(x, y, nearest[j]) < far(x, y, best) {
                    best = nearest[j];
                }
            };
            if forward {
                offer(x > 0, i.wrapping_sub(1));
                offer(y > 0, i.wrapping_sub(w));
                offer(y > 0 && x > 0, i.wrapping_sub(w + 1));
                offer(y > 0 && x + 1 < w, i.wrapping_sub(w).wrapping_add(1));
            } else {
                offer(x + 1 < w, i + 1);
                offer(y + 1 < h, i + w);
                offer(y + 1 < h && x + 1 < w, i + w + 1);
                offer(y + 1 < h && x > 0, (i + w).wrapping_sub(1));
            }
            nearest[i] = best;
        }
    }
    let reached = Canvas::from_fn(w, h, |x, y| {
        nearest[y * w + x].map_or([0.5; 3], |(px, py)| colours.at(px, py))
    });
    // Outside, streaks are softened a little.
    let soft = reached.blurred(3.0);
    Canvas::from_fn(w, h, |x, y| {
        let own = alpha.at(x, y);
        soft.at(x, y)
            .mix(reached.at(x, y), if own > 0.96 { 1.0 } else { 0.3 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spline_goes_through_its_points() {
        let pairs = [
            ((0.0, 0.0), (5.0, 5.0)),
            ((100.0, 0.0), (110.0, 2.0)),
            ((0.0, 100.0), (0.0, 120.0)),
            ((100.0, 100.0), (130.0, 140.0)),
            ((50.0, 50.0), (66.0, 60.0)),
        ];
        let spline = Spline::through(&pairs).expect("the points span a plane");
        for (from, to) in pairs {
            let got = spline.at(from);
            assert!(
                (got.0 - to.0).hypot(got.1 - to.1) < 2.0,
                "{from:?} {got:?} {to:?}"
            );
        }
        assert!(Spline::through(&[((0.0, 0.0), (0.0, 0.0)); 4]).is_none());
    }
}
