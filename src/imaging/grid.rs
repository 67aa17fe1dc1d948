//! Float pictures for calculating: a plane of numbers or of colours, sampled, blurred and resized without rounding.

use rayon::prelude::*;

/// A value that can be mixed with others of its kind.
pub trait Value: Copy + Default + Send + Sync {
    /// The sum of two values.
    fn plus(self, other: Self) -> Self;
    /// The value times `k`.
    fn times(self, k: f32) -> Self;

    /// From `self` at 0 to `other` at 1.
    fn mix(self, other: Self, t: f32) -> Self {
        self.times(1.0 - t).plus(other.times(t))
    }
}

impl Value for f32 {
    fn plus(self, other: Self) -> Self {
        self + other
    }
    fn times(self, k: f32) -> Self {
        self * k
    }
}

impl<const N: usize> Value for [f32; N]
where
    Self: Default,
{
    fn plus(mut self, other: Self) -> Self {
        for (a, b) in self.iter_mut().zip(other) {
            *a += b;
        }
        self
    }
    fn times(mut self, k: f32) -> Self {
        for a in &mut self {
            *a *= k;
        }
        self
    }
}

/// A picture of values, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid<T> {
    /// Width in pixels, at least 1.
    pub w: usize,
    /// Height in pixels, at least 1.
    pub h: usize,
    /// `w * h` values.
    pub px: Vec<T>,
}

/// One number a pixel: a mask, a height, a light.
pub type Plane = Grid<f32>;
/// Three numbers a pixel: a colour, in linear light unless said otherwise.
pub type Canvas = Grid<[f32; 3]>;

impl<T: Value> Grid<T> {
    /// A grid of one value.
    pub fn filled(w: usize, h: usize, value: T) -> Self {
        let (w, h) = (w.max(1), h.max(1));
        Self {
            w,
            h,
            px: vec![value; w * h],
        }
    }

    /// A grid whose pixel (x, y) is `f(x, y)`, computed on all cores.
    pub fn from_fn(w: usize, h: usize, f: impl Fn(usize, usize) -> T + Sync) -> Self {
        let mut grid = Self::filled(w, h, T::default());
        grid.update(|x, y, _| f(x, y));
        grid
    }

    /// Replaces every pixel by `f(x, y, old)`.
    pub fn update(&mut self, f: impl Fn(usize, usize, T) -> T + Sync) {
        let w = self.w;
        each_row(&mut self.px, w, &|y, row| {
            for (x, value) in row.iter_mut().enumerate() {
                *value = f(x, y, *value);
            }
        });
    }

    /// A grid of the same size with `f(value)`.
    pub fn map<U: Value>(&self, f: impl Fn(T) -> U + Sync) -> Grid<U> {
        Grid::from_fn(self.w, self.h, |x, y| f(self.at(x, y)))
    }

    /// The value at a pixel inside the grid.
    pub fn at(&self, x: usize, y: usize) -> T {
        self.px[y * self.w + x]
    }

    /// The value at a pixel, coordinates outside being moved to the rim.
    pub fn near(&self, x: i64, y: i64) -> T {
        let x = x.clamp(0, self.w as i64 - 1) as usize;
        let y = y.clamp(0, self.h as i64 - 1) as usize;
        self.at(x, y)
    }

    /// Bilinear sample at pixel coordinates where (0, 0) is the centre of the first pixel.
    pub fn sample(&self, x: f32, y: f32) -> T {
        let (fx, fy) = (x.floor(), y.floor());
        let (ix, iy) = (fx as i64, fy as i64);
        let (tx, ty) = (x - fx, y - fy);
        let top = self.near(ix, iy).mix(self.near(ix + 1, iy), tx);
        let low = self.near(ix, iy + 1).mix(self.near(ix + 1, iy + 1), tx);
        top.mix(low, ty)
    }

    /// Bilinear sample at a position from 0 to 1 in both directions.
    pub fn sample_unit(&self, u: f32, v: f32) -> T {
        self.sample(u * self.w as f32 - 0.5, v * self.h as f32 - 0.5)
    }

    /// The grid with rows and columns exchanged.
    pub fn transposed(&self) -> Self {
        Self::from_fn(self.h, self.w, |x, y| self.at(y, x))
    }

    /// Resized: smooth when growing, averaged when shrinking.
    pub fn resized(&self, w: usize, h: usize) -> Self {
        let (w, h) = (w.max(1), h.max(1));
        if (w, h) == (self.w, self.h) {
            return self.clone();
        }
        let rows = stretch_rows(self, w);
        stretch_rows(&rows.transposed(), h).transposed()
    }

    /// A part of the grid; parts outside repeat the rim.
    pub fn cropped(&self, x0: i64, y0: i64, w: usize, h: usize) -> Self {
        Self::from_fn(w, h, |x, y| self.near(x as i64 + x0, y as i64 + y0))
    }

    /// Averaged over windows of `2 * radius + 1` pixels a side, the window being cut at the rim.
    pub fn box_blurred(&self, radius: usize) -> Self {
        if radius == 0 {
            return self.clone();
        }
        box_rows(&box_rows(self, radius).transposed(), radius).transposed()
    }

    /// Blurred as by a Gaussian of this standard deviation in pixels.
    pub fn blurred(&self, sigma: f32) -> Self {
        if sigma < 0.3 {
            return self.clone();
        }
        let shrink = (sigma / 5.0).floor().clamp(1.0, 16.0);
        if shrink >= 2.0 && self.w as f32 / shrink >= 8.0 && self.h as f32 / shrink >= 8.0 {
            let small = self.resized(
                (self.w as f32 / shrink) as usize,
                (self.h as f32 / shrink) as usize,
            );
            return small.blurred(sigma / shrink).resized(self.w, self.h);
        }
        // Three boxes of radius r have the variance of a Gaussian with sigma² = r(r+1).
        let radius = ((sigma * sigma + 0.25).sqrt() - 0.5).max(0.0);
        let (low, t) = (radius.floor(), radius.fract());
        let low = low as usize;
        let pass = |g: &Self, r: usize| g.box_blurred(r).box_blurred(r).box_blurred(r);
        if t < 0.05 {
            return pass(self, low);
        }
        let (a, b) = (pass(self, low), pass(self, low + 1));
        Self::from_fn(self.w, self.h, |x, y| a.at(x, y).mix(b.at(x, y), t))
    }
}

/// Does something to every row of `w` values on all cores. It takes a reference to the work and not the work itself:
/// the machinery below is then compiled once for each type of value and not for each of its hundred users.
pub fn each_row<T: Send>(px: &mut [T], w: usize, work: &(dyn Fn(usize, &mut [T]) + Sync)) {
    px.par_chunks_mut(w.max(1))
        .enumerate()
        .for_each(|(y, row)| work(y, row));
}

impl Plane {
    /// The largest value.
    pub fn max(&self) -> f32 {
        self.px.iter().copied().fold(f32::MIN, f32::max)
    }

    /// The average value.
    pub fn mean(&self) -> f32 {
        self.px.iter().map(|v| f64::from(*v)).sum::<f64>() as f32 / self.px.len() as f32
    }

    /// The smallest rectangle (x0, y0, x1, y1; ends excluded) that holds all values above `limit`.
    pub fn bounds(&self, limit: f32) -> Option<[usize; 4]> {
        let mut found: Option<[usize; 4]> = None;
        for y in 0..self.h {
            for x in 0..self.w {
                if self.at(x, y) > limit {
                    let b = found.get_or_insert([x, y, x + 1, y + 1]);
                    *b = [b[0].min(x), b[1].min(y), b[2].max(x + 1), b[3].max(y + 1)];
                }
            }
        }
        found
    }
}

/// A horizontal pass of [`Grid::resized`]: a tent as wide as the larger of both pixel sizes.
fn stretch_rows<T: Value>(grid: &Grid<T>, w: usize) -> Grid<T> {
    if w == grid.w {
        return grid.clone();
    }
    let step = grid.w as f32 / w as f32;
    let reach = step.max(1.0);
    let taps: Vec<(usize, Vec<f32>)> = (0..w)
        .map(|x| {
            let centre = (x as f32 + 0.5) * step - 0.5;
            let first = ((centre - reach).ceil().max(0.0)) as usize;
            let last = ((centre + reach).floor().max(0.0) as usize).min(grid.w - 1);
            let first = first.min(last);
            let weights: Vec<f32> = (first..=last)
                .map(|i| (1.0 - (i as f32 - centre).abs() / reach).max(1e-4))
                .collect();
            let sum: f32 = weights.iter().sum();
            (first, weights.into_iter().map(|k| k / sum).collect())
        })
        .collect();
    let mut out = Grid::filled(w, grid.h, T::default());
    each_row(&mut out.px, w, &|y, row| {
        let source = &grid.px[y * grid.w..(y + 1) * grid.w];
        for (value, (first, weights)) in row.iter_mut().zip(&taps) {
            let mut sum = T::default();
            for (k, s) in weights.iter().zip(&source[*first..]) {
                sum = sum.plus(s.times(*k));
            }
            *value = sum;
        }
    });
    out
}

fn box_rows<T: Value>(grid: &Grid<T>, radius: usize) -> Grid<T> {
    let w = grid.w;
    let mut out = grid.clone();
    each_row(&mut out.px, w, &|y, row| {
        let source = &grid.px[y * w..(y + 1) * w];
        let mut sum = T::default();
        let (mut from, mut to) = (0_usize, 0_usize);
        for (x, value) in row.iter_mut().enumerate() {
            while to < w && to <= x + radius {
                sum = sum.plus(source[to]);
                to += 1;
            }
            while from + radius < x {
                sum = sum.plus(source[from].times(-1.0));
                from += 1;
            }
            *value = sum.times(1.0 / (to - from) as f32);
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_stays_constant_through_everything() {
        let grid = Plane::filled(37, 23, 0.5);
        for made in [
            grid.resized(11, 50),
            grid.blurred(0.8),
            grid.blurred(30.0),
            grid.box_blurred(90),
        ] {
            assert!(made.px.iter().all(|v| (v - 0.5).abs() < 1e-4));
        }
    }

    #[test]
    fn a_blur_keeps_the_sum_and_spreads_the_peak() {
        let mut grid = Plane::filled(41, 41, 0.0);
        grid.px[20 * 41 + 20] = 1.0;
        let soft = grid.blurred(3.0);
        assert!((soft.px.iter().sum::<f32>() - 1.0).abs() < 1e-2);
        assert!((soft.at(20, 20) - 1.0 / (std::f32::consts::TAU * 9.0)).abs() < 0.005);
    }
}
