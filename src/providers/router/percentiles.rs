//! Percentiles of durations: values that occurred, never values in between.

use serde::Serialize;

/// Percentiles of durations in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Percentiles {
    /// How many there are.
    pub count: usize,
    /// Half are at most this.
    pub p50: i64,
    /// Nine of ten are at most this.
    pub p90: i64,
    /// All but one of a hundred are at most this.
    pub p99: i64,
}

impl Percentiles {
    /// The percentiles of these durations; `None` if there are none.
    pub fn of(mut durations: Vec<i64>) -> Option<Self> {
        durations.sort_unstable();
        let count = durations.len();
        let at = |percent: usize| durations[(count * percent).div_ceil(100).max(1) - 1];
        (count > 0).then(|| Self {
            count,
            p50: at(50),
            p90: at(90),
            p99: at(99),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let of = |all: &[i64]| Percentiles::of(all.to_vec());
        assert_eq!(of(&[]), None);
        let hundred: Vec<i64> = (1..=100).rev().collect();
        let p = of(&hundred).expect("a hundred");
        assert_eq!((p.p50, p.p90, p.p99), (50, 90, 99));
        let one = of(&[7]).expect("one");
        assert_eq!((one.p50, one.p99), (7, 7));
    }
}
