//! Feature maps: sixteen channels of a pixel side by side, rows of all groups of sixteen one after the other, and a
//! border of zeros around, so that nothing that slides over them needs to ask where it is.

use rayon::prelude::*;

/// Channels side by side.
pub(super) const LANES: usize = 16;
/// The border in pixels that maps have unless more is asked for.
const BORDER: usize = 1;

/// Sixteen channels of one pixel.
pub(super) type Pixel = [f32; LANES];

/// Feature maps of one size.
pub(super) struct Maps {
    pub(super) w: usize,
    pub(super) h: usize,
    /// Groups of sixteen channels.
    pub(super) groups: usize,
    /// Pixels of zeros on each side.
    pub(super) border: usize,
    px: Vec<Pixel>,
}

impl Maps {
    fn zeros(w: usize, h: usize, groups: usize, border: usize) -> Self {
        let px = vec![[0.0; LANES]; (w + 2 * border) * (h + 2 * border) * groups];
        Self {
            w,
            h,
            groups,
            border,
            px,
        }
    }

    /// Maps whose rows are filled by `f(y, row)`; a row holds `w + 2 * border` pixels of each group.
    pub(super) fn from_rows(
        w: usize,
        h: usize,
        groups: usize,
        f: impl Fn(usize, &mut [Pixel]) + Sync,
    ) -> Self {
        let mut maps = Self::zeros(w, h, groups, BORDER);
        let stride = (w + 2 * BORDER) * groups;
        let inner = &mut maps.px[BORDER * stride..(h + BORDER) * stride];
        let rows = inner.par_chunks_mut(stride).enumerate();
        rows.for_each(|(y, row)| f(y, row));
        maps
    }

    /// Maps whose pixel (x, y) of a group is `f(x, y, group)`.
    pub(super) fn from_fn(
        w: usize,
        h: usize,
        groups: usize,
        f: impl Fn(usize, usize, usize) -> Pixel + Sync,
    ) -> Self {
        Self::from_rows(w, h, groups, |y, row| {
            for (group, part) in row.chunks_exact_mut(w + 2 * BORDER).enumerate() {
                for (x, pixel) in part[BORDER..w + BORDER].iter_mut().enumerate() {
                    *pixel = f(x, y, group);
                }
            }
        })
    }

    /// A row with its border; `y` counts from the upper border.
    pub(super) fn row(&self, y: usize, group: usize) -> &[Pixel] {
        let stride = self.w + 2 * self.border;
        let at = (y * self.groups + group) * stride;
        &self.px[at..at + stride]
    }

    /// A row without its border.
    fn inner(&self, y: usize, group: usize) -> &[Pixel] {
        &self.row(y + self.border, group)[self.border..self.w + self.border]
    }

    /// The same maps with a wider border.
    pub(super) fn bordered(&self, border: usize) -> Self {
        let mut wide = Self::zeros(self.w, self.h, self.groups, border);
        let stride = self.w + 2 * border;
        for y in 0..self.h {
            for group in 0..self.groups {
                let at = ((y + border) * self.groups + group) * stride + border;
                wide.px[at..at + self.w].copy_from_slice(self.inner(y, group));
            }
        }
        wide
    }

    /// Half as large, the largest of each four kept; an odd last row or column stands for itself.
    pub(super) fn pooled(&self) -> Self {
        let (w, h) = (self.w.div_ceil(2), self.h.div_ceil(2));
        Self::from_fn(w, h, self.groups, |x, y, group| {
            let rows = [2 * y, (2 * y + 1).min(self.h - 1)].map(|y| self.inner(y, group));
            let (left, right) = (2 * x, (2 * x + 1).min(self.w - 1));
            let mut most = rows[0][left];
            for other in [&rows[0][right], &rows[1][left], &rows[1][right]] {
                for i in 0..LANES {
                    most[i] = most[i].max(other[i]);
                }
            }
            most
        })
    }

    /// At another size, bilinear.
    pub(super) fn resized(&self, w: usize, h: usize) -> Self {
        let between = |i: usize, from: usize, to: usize| {
            let at = ((i as f32 + 0.5) * from as f32 / to as f32 - 0.5).max(0.0);
            let low = (at as usize).min(from - 1);
            (low, (low + 1).min(from - 1), at - low as f32)
        };
        let columns: Vec<_> = (0..w).map(|x| between(x, self.w, w)).collect();
        Self::from_rows(w, h, self.groups, |y, row| {
            let (upper, lower, t) = between(y, self.h, h);
            for (group, part) in row.chunks_exact_mut(w + 2 * BORDER).enumerate() {
                let (upper, lower) = (self.inner(upper, group), self.inner(lower, group));
                for (pixel, (left, right, s)) in part[BORDER..].iter_mut().zip(&columns) {
                    let top = mixed(&upper[*left], &upper[*right], *s);
                    let low = mixed(&lower[*left], &lower[*right], *s);
                    *pixel = mixed(&top, &low, t);
                }
            }
        })
    }

    /// Adds maps of the same shape.
    pub(super) fn add(&mut self, other: &Self) {
        let pairs = self.px.par_iter_mut().zip(&other.px);
        pairs.with_min_len(1024).for_each(|(a, b)| {
            for i in 0..LANES {
                a[i] += b[i];
            }
        });
    }

    /// Adds the first channel, times `weight`, to numbers for each pixel.
    pub(super) fn add_first_to(&self, sums: &mut [f32], weight: f32) {
        for (y, row) in sums.chunks_exact_mut(self.w).enumerate() {
            for (sum, pixel) in row.iter_mut().zip(self.inner(y, 0)) {
                *sum += weight * pixel[0];
            }
        }
    }
}

// A loop, which becomes vectors; what maps arrays does not.
#[inline(always)]
fn mixed(a: &Pixel, b: &Pixel, t: f32) -> Pixel {
    let mut mixed = *a;
    for i in 0..LANES {
        mixed[i] += (b[i] - a[i]) * t;
    }
    mixed
}
