//! How good a model is for one job: six parts in points, added up. Pure: what is known goes in, points come out.

use serde::Serialize;

use crate::kinds::Quality;

/// Points of the first place in a list, and how many less each further place has.
const FIRST_PLACE: f64 = 100.0;
const PLACE: f64 = 15.0;
/// Points that a model loses for each cent that a picture costs.
const CENT: f64 = 1.0;
/// Points that a model loses if all its calls fail.
const FAILING: f64 = 80.0;
/// Points that a model loses for each time the usual time that a picture takes longer, at most so many.
const SLOW: f64 = 15.0;
const SLOW_MOST: f64 = 60.0;
/// Points that a model loses whose every place is taken, again for as many jobs as wait for one; at most so many.
const FULL: f64 = 25.0;
const FULL_MOST: f64 = 100.0;
/// Points that a model loses that rests: it comes after every other.
const RESTING: f64 = 1000.0;

/// What a job asks for, as far as the choice of a model cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The effort.
    pub quality: Quality,
    /// What the user's plan pays of the list price, in per cent: 0 if the kind is unlimited.
    pub paid_percent: u32,
    /// True if the plan is served first.
    pub is_first_class: bool,
}

impl Wish {
    /// The wish of a job that costs its user `price` credits where the list price is `list_price`.
    pub fn new(quality: Quality, price: u32, list_price: u32, is_first_class: bool) -> Self {
        let percent = (u64::from(price) * 100).checked_div(u64::from(list_price));
        Self {
            quality,
            paid_percent: percent.map_or(100, |p| u32::try_from(p.min(100)).unwrap_or(100)),
            is_first_class,
        }
    }

    /// How much a cent matters: less the finer the picture, more the less the plan pays, less for those served first.
    fn thrift(self) -> f64 {
        let quality = match self.quality {
            Quality::Draft => 2.0,
            Quality::Standard => 1.0,
            Quality::High => 0.5,
        };
        let plan = 2.0 - f64::from(self.paid_percent.min(100)) / 100.0;
        let class = if self.is_first_class { 0.5 } else { 1.0 };
        quality * plan * class
    }

    /// How much speed matters.
    const fn haste(self) -> f64 {
        match self.quality {
            Quality::Draft => 1.5,
            Quality::Standard => 1.0,
            Quality::High => 0.7,
        }
    }
}

/// What is known of a model when the choice is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    /// Its place in the list, from 0.
    pub(super) place: usize,
    /// The effort it is best at; `None` if it does all alike.
    pub(super) best_for: Option<Quality>,
    /// What a picture costs, in micro-dollars; of a price that nobody knows the dearest of the list is assumed.
    pub(super) price_micros: i64,
    /// The share of calls that is expected to go well, 0..=1.
    pub(super) success: f64,
    /// How many times the usual time a picture is expected to take.
    pub(super) slowness: f64,
    /// Jobs that it makes or that wait for it, for each that it can make at once.
    pub(super) load: f64,
    /// True if its breaker lets nothing pass.
    pub(super) is_resting: bool,
}

/// The six parts of a model's points, each to a tenth of a point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Parts {
    /// Its place in the list.
    pub priority: f64,
    /// Whether it is made for the quality asked.
    pub quality: f64,
    /// What it costs, for this user's plan.
    pub cost: f64,
    /// How its last calls went.
    pub success: f64,
    /// How long its last pictures took.
    pub latency: f64,
    /// Whether it has room, and is up.
    pub availability: f64,
}

impl Parts {
    /// The points of a model for a job.
    pub(super) fn of(wish: Wish, record: &Record) -> Self {
        let dollars = record.price_micros as f64 / 1_000_000.0;
        let waiting = (record.load - 1.0).max(0.0) + f64::from(record.load >= 1.0);
        let resting = f64::from(record.is_resting) * RESTING;
        Self {
            priority: tenth(FIRST_PLACE - record.place as f64 * PLACE),
            quality: suits(wish.quality, record.best_for),
            cost: tenth(-dollars * 100.0 * CENT * wish.thrift()),
            success: tenth((record.success - 1.0) * FAILING),
            latency: tenth(
                -((record.slowness - 1.0).max(0.0) * SLOW * wish.haste()).min(SLOW_MOST),
            ),
            availability: tenth(-(waiting * FULL).min(FULL_MOST) - resting),
        }
    }

    /// All of them together.
    pub fn total(&self) -> f64 {
        tenth(
            self.priority
                + self.quality
                + self.cost
                + self.success
                + self.latency
                + self.availability,
        )
    }
}

/// Points for a model that is best for one effort when another is asked.
const fn suits(asked: Quality, best_for: Option<Quality>) -> f64 {
    let Some(best_for) = best_for else {
        return 0.0;
    };
    match (asked, best_for) {
        (Quality::Draft, Quality::Draft) => 15.0,
        (Quality::Draft, Quality::High) => -15.0,
        (Quality::Standard, Quality::Draft) => -5.0,
        (Quality::Standard, Quality::Standard) => 5.0,
        (Quality::High, Quality::Draft) => -30.0,
        (Quality::High, Quality::Standard) => -10.0,
        (Quality::High, Quality::High) => 10.0,
        (Quality::Draft, Quality::Standard) | (Quality::Standard, Quality::High) => 0.0,
    }
}

/// To a tenth, so that the sum of what is shown is the sum; never a negative zero.
fn tenth(points: f64) -> f64 {
    (points * 10.0).round() / 10.0 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST_PRICE: Wish = Wish {
        quality: Quality::Standard,
        paid_percent: 100,
        is_first_class: false,
    };

    const fn record(place: usize, best_for: Quality, cents: i64) -> Record {
        Record {
            place,
            best_for: Some(best_for),
            price_micros: cents * 10_000,
            success: 1.0,
            slowness: 1.0,
            load: 0.0,
            is_resting: false,
        }
    }

    /// Which of a fine, dear model and a plain, cheap one further down the list takes a job.
    fn winner(wish: Wish) -> &'static str {
        let fine = Parts::of(wish, &record(0, Quality::High, 14));
        let plain = Parts::of(wish, &record(1, Quality::Standard, 3));
        if fine.total() > plain.total() {
            "fine"
        } else {
            "plain"
        }
    }

    #[test]
    fn quality_changes_the_choice() {
        for (quality, expected) in [
            (Quality::Draft, "plain"),
            (Quality::Standard, "plain"),
            (Quality::High, "fine"),
        ] {
            let wish = Wish {
                quality,
                ..LIST_PRICE
            };
            assert_eq!(winner(wish), expected, "{quality:?}");
        }
    }

    #[test]
    fn the_plan_changes_the_choice() {
        let high = Wish {
            quality: Quality::High,
            ..LIST_PRICE
        };
        for (paid_percent, is_first_class, quality, expected) in [
            (100, true, Quality::Standard, "fine"),
            (100, false, Quality::Standard, "plain"),
            (0, false, Quality::Standard, "plain"),
            (0, false, Quality::High, "fine"),
            (0, true, Quality::Draft, "plain"),
        ] {
            let wish = Wish {
                quality,
                paid_percent,
                is_first_class,
            };
            assert_eq!(winner(wish), expected, "{wish:?}");
        }
        let unlimited = Wish {
            paid_percent: 0,
            ..high
        };
        let cost = |wish| Parts::of(wish, &record(0, Quality::High, 14)).cost;
        assert!((cost(unlimited) - 2.0 * cost(high)).abs() < 1e-9);
    }

    #[test]
    fn the_order_of_a_list_holds_while_nothing_speaks_against_it() {
        let totals: Vec<f64> = (0..4)
            .map(|place| Parts::of(LIST_PRICE, &record(place, Quality::Standard, 6)).total())
            .collect();
        assert_eq!(totals, [99.0, 84.0, 69.0, 54.0]);
    }

    #[test]
    fn failures_slowness_and_crowds_cost_places() {
        let well = Parts::of(LIST_PRICE, &record(1, Quality::Standard, 6)).total();
        let but = |change: fn(&mut Record)| {
            let mut first = record(0, Quality::Standard, 6);
            change(&mut first);
            Parts::of(LIST_PRICE, &first).total()
        };
        assert!(but(|r| r.success = 0.9) > well, "a few failures do not");
        assert!(but(|r| r.success = 0.7) < well);
        assert!(but(|r| r.slowness = 1.5) > well);
        assert!(but(|r| r.slowness = 2.5) < well);
        assert!(but(|r| r.load = 0.9) > well);
        assert!(but(|r| r.load = 1.0) < well);
        assert!(but(|r| r.is_resting = true) < -800.0);
    }
}
