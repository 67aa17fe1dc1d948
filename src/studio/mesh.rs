//! Triangles between points (Delaunay, by insertion).

/// Triangles over points, as index triples; points must lie inside (0, 0)–(`w`, `h`).
pub(super) fn triangles(points: &[(f32, f32)], w: f32, h: f32) -> Vec<[usize; 3]> {
    let n = points.len();
    let big = w.max(h) * 20.0;
    let mut all: Vec<(f64, f64)> = points
        .iter()
        .map(|p| (f64::from(p.0), f64::from(p.1)))
        .collect();
    let (cx, cy, big) = (f64::from(w) / 2.0, f64::from(h) / 2.0, f64::from(big));
    all.extend([(cx - big, cy - big), (cx + big, cy - big), (cx, cy + big)]);
    let mut open = vec![circle(&all, [n, n + 1, n + 2])];
    let mut done: Vec<[usize; 3]> = Vec::new();
    // Inserted from left to right, a triangle whose circle lies wholly to the left is finished.
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| all[*a].0.total_cmp(&all[*b].0));
    for i in order {
        let p = all[i];
        let mut edges: Vec<(usize, usize)> = Vec::new();
        let mut kept = Vec::with_capacity(open.len() + 4);
        for t in open {
            let dx = p.0 - t.x;
            if dx > 0.0 && dx * dx > t.r2 {
                done.push(t.corners);
            } else if dx * dx + (p.1 - t.y) * (p.1 - t.y) <= t.r2 {
                let [a, b, c] = t.corners;
                edges.extend([(a, b), (b, c), (c, a)]);
            } else {
                kept.push(t);
            }
        }
        open = kept;
        let lone = |e: &(usize, usize)| {
            !edges.contains(&(e.1, e.0)) && edges.iter().filter(|o| *o == e).count() == 1
        };
        open.extend(
            edges
                .iter()
                .filter(|e| lone(e))
                .map(|e| circle(&all, [e.0, e.1, i])),
        );
    }
    done.extend(open.into_iter().map(|t| t.corners));
    done.retain(|t| t.iter().all(|i| *i < n));
    done
}

struct Circle {
    corners: [usize; 3],
    x: f64,
    y: f64,
    r2: f64,
}

/// The circle through three points, the corners being turned to one direction.
fn circle(all: &[(f64, f64)], [a, b, c]: [usize; 3]) -> Circle {
    let (pa, pb, pc) = (all[a], all[b], all[c]);
    let d = 2.0 * (pa.0 * (pb.1 - pc.1) + pb.0 * (pc.1 - pa.1) + pc.0 * (pa.1 - pb.1));
    let corners = if d < 0.0 { [a, c, b] } else { [a, b, c] };
    if d.abs() < 1e-9 {
        return Circle {
            corners,
            x: 0.0,
            y: 0.0,
            r2: f64::INFINITY,
        };
    }
    let s = |p: (f64, f64)| p.0 * p.0 + p.1 * p.1;
    let x = (s(pa) * (pb.1 - pc.1) + s(pb) * (pc.1 - pa.1) + s(pc) * (pa.1 - pb.1)) / d;
    let y = (s(pa) * (pc.0 - pb.0) + s(pb) * (pa.0 - pc.0) + s(pc) * (pb.0 - pa.0)) / d;
    Circle {
        corners,
        x,
        y,
        r2: (pa.0 - x).powi(2) + (pa.1 - y).powi(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triangles_cover_the_square_once() {
        let mut points = vec![(0.0, 0.0), (10.0, 0.1), (0.1, 10.0), (10.2, 10.1)];
        for i in 0..30 {
            points.push((
                0.5 + (i * 7 % 19) as f32 * 0.49,
                0.5 + (i * 11 % 23) as f32 * 0.39,
            ));
        }
        let area: f32 = triangles(&points, 11.0, 11.0)
            .iter()
            .map(|t| {
                let [a, b, c] = t.map(|i| points[i]);
                ((b.0 - a.0) * (c.1 - a.1) - (c.0 - a.0) * (b.1 - a.1)).abs() / 2.0
            })
            .sum();
        assert!((area - 101.0).abs() < 3.0, "{area}");
    }
}
