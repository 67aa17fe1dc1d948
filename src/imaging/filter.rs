//! Filters that follow the picture: guided smoothing, components, distances and closings of masks.

use super::grid::{Canvas, Grid, Plane};

/// The local linear model of a mask by a guide picture: `mask ≈ a · colour + b` around each pixel.
/// It can be applied to the same guide at a larger size, which sharpens the mask to the larger picture's edges.
pub struct Guided {
    slopes: Canvas,
    offsets: Plane,
}

impl Guided {
    /// Fits the mask to the guide (same size) in windows of `radius`; a larger `eps` smooths more.
    pub fn fit(guide: &Canvas, mask: &Plane, radius: usize, eps: f32) -> Self {
        let (w, h) = (guide.w, guide.h);
        let raw = Grid::<[f32; 13]>::from_fn(w, h, |x, y| {
            let (c, m) = (guide.at(x, y), mask.at(x, y));
            let [r, g, b] = c;
            [
                r,
                g,
                b,
                m,
                r * m,
                g * m,
                b * m,
                r * r,
                r * g,
                r * b,
                g * g,
                g * b,
                b * b,
            ]
        });
        let means = raw.box_blurred(radius);
        let fitted = means.map(|s| solve(s, eps)).box_blurred(radius);
        Self {
            slopes: Canvas::from_fn(w, h, |x, y| {
                let f = fitted.at(x, y);
                [f[0], f[1], f[2]]
            }),
            offsets: Plane::from_fn(w, h, |x, y| fitted.at(x, y)[3]),
        }
    }

    /// The mask that the model predicts for a guide of any size.
    pub fn apply(&self, guide: &Canvas) -> Plane {
        Plane::from_fn(guide.w, guide.h, |x, y| {
            let (u, v) = (
                (x as f32 + 0.5) / guide.w as f32,
                (y as f32 + 0.5) / guide.h as f32,
            );
            self.predict(u, v, guide.at(x, y))
        })
    }

    /// The mask's value where the guide has this colour, at a position from 0 to 1 in both directions.
    pub fn predict(&self, u: f32, v: f32, colour: [f32; 3]) -> f32 {
        let (a, b) = (
            self.slopes.sample_unit(u, v),
            self.offsets.sample_unit(u, v),
        );
        (a[0] * colour[0] + a[1] * colour[1] + a[2] * colour[2] + b).clamp(0.0, 1.0)
    }
}

/// Slopes and offset from the window's means; the 3×3 inverse is done in f64, f32 loses it.
fn solve(s: [f32; 13], eps: f32) -> [f32; 4] {
    let m = s.map(f64::from);
    let [r, g, b, p] = [m[0], m[1], m[2], m[3]];
    let cov = [m[4] - r * p, m[5] - g * p, m[6] - b * p];
    let e = f64::from(eps);
    let (rr, rg, rb) = (m[7] - r * r + e, m[8] - r * g, m[9] - r * b);
    let (gg, gb, bb) = (m[10] - g * g + e, m[11] - g * b, m[12] - b * b + e);
    let (i0, i1, i2) = (gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb);
    let det = rr * i0 + rg * i1 + rb * i2;
    if det.abs() < 1e-18 {
        return [0.0, 0.0, 0.0, s[3]];
    }
    let (i3, i4, i5) = (rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg);
    let a = [
        (i0 * cov[0] + i1 * cov[1] + i2 * cov[2]) / det,
        (i1 * cov[0] + i3 * cov[1] + i4 * cov[2]) / det,
        (i2 * cov[0] + i4 * cov[1] + i5 * cov[2]) / det,
    ];
    let offset = p - a[0] * r - a[1] * g - a[2] * b;
    [a[0] as f32, a[1] as f32, a[2] as f32, offset as f32]
}

/// Smooths a canvas but keeps its edges, guided by itself.
pub fn edge_preserving(canvas: &Canvas, radius: usize, eps: f32) -> Canvas {
    let channel = |i: usize| {
        let plane = canvas.map(|c| c[i]);
        Guided::fit(canvas, &plane, radius, eps).apply(canvas)
    };
    let (r, g, b) = (channel(0), channel(1), channel(2));
    Canvas::from_fn(canvas.w, canvas.h, |x, y| {
        [r.at(x, y), g.at(x, y), b.at(x, y)]
    })
}

/// Connected areas above 0.5: a label per pixel (0 = none) and each label's area in pixels.
pub fn components(mask: &Plane) -> (Vec<u32>, Vec<usize>) {
    let (w, h) = (mask.w, mask.h);
    let mut labels = vec![0_u32; w * h];
    let mut areas = vec![0_usize];
    let mut stack = Vec::new();
    for start in 0..w * h {
        if labels[start] != 0 || mask.px[start] <= 0.5 {
            continue;
        }
        let label = areas.len() as u32;
        areas.push(0);
        labels[start] = label;
        stack.push(start);
        while let Some(i) = stack.pop() {
            areas[label as usize] += 1;
            let (x, y) = (i % w, i / w);
            let mut visit = |j: usize| {
                if labels[j] == 0 && mask.px[j] > 0.5 {
                    labels[j] = label;
                    stack.push(j);
                }
            };
            if x > 0 {
                visit(i - 1);
            }
            if x + 1 < w {
                visit(i + 1);
            }
            if y > 0 {
                visit(i - w);
            }
            if y + 1 < h {
                visit(i + w);
            }
        }
    }
    (labels, areas)
}

/// The mask without components smaller than `share` of the largest one.
pub fn keep_large(mask: &Plane, share: f32) -> Plane {
    let (labels, areas) = components(mask);
    let largest = areas.iter().copied().max().unwrap_or(0) as f32;
    // Soft pixels belong to the component they touch, so they are judged by a widened map of the kept ones.
    let kept = Plane::from_fn(mask.w, mask.h, |x, y| {
        let label = labels[y * mask.w + x] as usize;
        f32::from(u8::from(
            label != 0 && areas[label] as f32 >= share * largest,
        ))
    });
    let reach = kept.box_blurred((mask.w.max(mask.h) / 60).max(1));
    Plane::from_fn(mask.w, mask.h, |x, y| {
        if reach.at(x, y) > 1e-4 {
            mask.at(x, y)
        } else {
            0.0
        }
    })
}

/// Fills holes (areas below 0.5 that do not touch the rim) smaller than `share` of the picture.
pub fn fill_holes(mask: &Plane, share: f32) -> Plane {
    let outside = mask.map(|v| 1.0 - v);
    let (labels, areas) = components(&outside);
    let limit = share * (mask.w * mask.h) as f32;
    let mut rim = vec![false; areas.len()];
    for x in 0..mask.w {
        rim[labels[x] as usize] = true;
        rim[labels[(mask.h - 1) * mask.w + x] as usize] = true;
    }
    for y in 0..mask.h {
        rim[labels[y * mask.w] as usize] = true;
        rim[labels[y * mask.w + mask.w - 1] as usize] = true;
    }
    Plane::from_fn(mask.w, mask.h, |x, y| {
        let label = labels[y * mask.w + x] as usize;
        if label != 0 && !rim[label] && areas[label] as f32 <= limit {
            1.0
        } else {
            mask.at(x, y)
        }
    })
}

/// The mask grown (positive) or shrunk (negative) by about `pixels`, with a soft edge of one or two pixels.
pub fn grown(mask: &Plane, pixels: f32) -> Plane {
    let sigma = pixels.abs().max(0.7);
    // A straight edge blurred by sigma crosses the value below at one sigma from where it was.
    let level = if pixels >= 0.0 { 0.159 } else { 0.841 };
    let slope = 0.242 / sigma;
    mask.blurred(sigma)
        .map(|v| ((v - level) / (slope * 1.6) + 0.5).clamp(0.0, 1.0))
}

/// 0 below `from`, 1 above `to`, smooth between; `from` may be above `to`.
pub fn smoothstep(from: f32, to: f32, v: f32) -> f32 {
    let t = ((v - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guided_mask_snaps_to_the_edge_of_the_guide() {
        let guide = Canvas::from_fn(60, 60, |x, _| if x < 30 { [0.1; 3] } else { [0.9; 3] });
        let rough = Plane::from_fn(60, 60, |x, _| smoothstep(22.0, 38.0, x as f32));
        let sharp = Guided::fit(&guide, &rough, 10, 1e-4).apply(&guide);
        assert!(sharp.at(26, 30) < 0.25 && sharp.at(33, 30) > 0.75);
    }

    #[test]
    fn small_components_go_and_holes_close() {
        let mask = Plane::from_fn(100, 100, |x, y| {
            let big = (10..70).contains(&x) && (10..70).contains(&y);
            let hole = (30..36).contains(&x) && (30..36).contains(&y);
            let speck = (90..93).contains(&x) && (90..93).contains(&y);
            f32::from(u8::from((big && !hole) || speck))
        });
        let clean = fill_holes(&keep_large(&mask, 0.08), 0.01);
        assert_eq!(
            (clean.at(91, 91), clean.at(33, 33), clean.at(20, 20)),
            (0.0, 1.0, 1.0)
        );
    }
}
