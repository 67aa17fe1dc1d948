//! A few colours that stand for many: what a garment, a skin or a ground is made of.

use crate::imaging::grid::Value;

/// Lab colours with their shares.
pub(super) type Mixture = Vec<([f32; 3], f32)>;

/// The colours of some pixels (k-means started from the spread of lightness); those below 2 of 100 are left out.
pub(super) fn clusters(mut pixels: Vec<[f32; 3]>, count: usize) -> Mixture {
    if pixels.len() < count * 2 {
        return Vec::new();
    }
    pixels.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut centres: Vec<[f32; 3]> = (0..count)
        .map(|i| pixels[(pixels.len() - 1) * (2 * i + 1) / (2 * count)])
        .collect();
    let mut shares = vec![0.0_f32; count];
    for _ in 0..10 {
        let mut sums = vec![([0.0_f32; 3], 0.0_f32); count];
        for c in &pixels {
            let best = centres
                .iter()
                .enumerate()
                .min_by(|a, b| apart(*a.1, *c).total_cmp(&apart(*b.1, *c)));
            let i = best.map_or(0, |(i, _)| i);
            sums[i].0 = sums[i].0.plus(*c);
            sums[i].1 += 1.0;
        }
        for (i, (sum, n)) in sums.into_iter().enumerate() {
            shares[i] = n / pixels.len() as f32;
            if n > 0.0 {
                centres[i] = sum.times(1.0 / n);
            }
        }
    }
    centres
        .into_iter()
        .zip(shares)
        .filter(|(_, s)| *s > 0.02)
        .collect()
}

/// Squared distance of two Lab colours; lightness counts less, for light falls unevenly.
pub(super) fn apart(a: [f32; 3], b: [f32; 3]) -> f32 {
    let d = [(a[0] - b[0]) * 0.6, a[1] - b[1], a[2] - b[2]];
    d.iter().map(|v| v * v).sum()
}

/// Squared distance to the nearest colour of a mixture; rare colours count as further away.
pub(super) fn nearest(mixture: &Mixture, c: [f32; 3], rarity: f32) -> f32 {
    let far = mixture
        .iter()
        .map(|(m, share)| apart(*m, c) - 60.0 * rarity * share.max(0.02).ln() / 4.0);
    far.fold(4000.0, f32::min)
}

/// The median of each channel; `None` of no colours.
pub(super) fn median(colours: &[[f32; 3]]) -> Option<[f32; 3]> {
    if colours.is_empty() {
        return None;
    }
    Some([0, 1, 2].map(|i| {
        let mut values: Vec<f32> = colours.iter().map(|c| c[i]).collect();
        values.sort_unstable_by(f32::total_cmp);
        values[values.len() / 2]
    }))
}
