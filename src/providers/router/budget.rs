//! What models cost today, and what they may. A call counts with its expected cost from the moment it is opened, so that
//! calls at the same time cannot spend the same money.

use std::collections::BTreeMap;

use crate::time::{Moment, Zone};

/// Micro-dollars spent by model on the operator's day, and the limit over all of them.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    zone: Zone,
    limit: Option<i64>,
    day: Moment,
    spent: BTreeMap<String, i64>,
}

impl Budget {
    /// A budget of so many micro-dollars a day of this zone; `None` is any sum.
    pub(super) const fn new(zone: Zone, limit: Option<i64>) -> Self {
        Self {
            zone,
            limit,
            day: Moment::from_millis(0),
            spent: BTreeMap::new(),
        }
    }

    /// The limit over all models.
    pub(super) const fn limit(&self) -> Option<i64> {
        self.limit
    }

    /// The first moment of the day that is counted at `now`.
    pub(super) fn day(&mut self, now: Moment) -> Moment {
        let day = self.zone.day_start(now);
        if day > self.day {
            self.day = day;
            self.spent.clear();
        }
        self.day
    }

    /// Adds what a call that began at `begun` costs; negative if it cost less than expected.
    pub(super) fn add(&mut self, model: &str, micros: i64, begun: Moment, now: Moment) {
        if micros == 0 || begun < self.day(now) {
            return;
        }
        *self.spent.entry(model.to_owned()).or_default() += micros;
    }

    /// What a model cost today.
    pub(super) fn spent_by(&mut self, model: &str, now: Moment) -> i64 {
        self.day(now);
        self.spent.get(model).copied().unwrap_or(0)
    }

    /// What all models cost today.
    pub(super) fn spent(&mut self, now: Moment) -> i64 {
        self.day(now);
        self.spent.values().sum()
    }

    /// True if a call of this price would go beyond the limit of the day, or of the model. What is free always may.
    pub(super) fn is_reached(
        &mut self,
        model: &str,
        price: Option<i64>,
        model_limit: Option<i64>,
        now: Moment,
    ) -> bool {
        if price == Some(0) {
            return false;
        }
        let price = price.unwrap_or(0);
        let beyond = |spent: i64, limit: Option<i64>| {
            limit.is_some_and(|limit| spent >= limit || spent + price > limit)
        };
        beyond(self.spent(now), self.limit) || beyond(self.spent_by(model, now), model_limit)
    }
}

/// True from 80 % of a limit on.
pub(super) const fn is_nearly(spent: i64, limit: i64) -> bool {
    spent.saturating_mul(5) >= limit.saturating_mul(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_SECS: i64 = 86_400;

    fn budget(limit: i64) -> Budget {
        Budget::new(Zone::named("Asia/Shanghai").expect("a zone"), Some(limit))
    }

    /// Noon in Shanghai.
    fn noon() -> Moment {
        serde_json::from_str("\"2026-11-22T04:00:00Z\"").expect("a moment")
    }

    #[test]
    fn no_call_goes_beyond_the_day() {
        let (mut budget, now) = (budget(100), noon());
        budget.add("a", 60, now, now);
        assert!(!budget.is_reached("a", Some(40), None, now));
        assert!(budget.is_reached("a", Some(41), None, now));
        assert!(budget.is_reached("b", Some(41), None, now), "all together");
        assert!(!budget.is_reached("b", Some(0), None, now), "it is free");
        assert!(!budget.is_reached("b", None, None, now), "not yet");
        budget.add("b", 40, now, now);
        assert!(budget.is_reached("c", None, None, now), "nothing is left");
        assert!(!budget.is_reached("b", Some(0), Some(1), now));
    }

    #[test]
    fn a_model_has_a_limit_of_its_own() {
        let (mut budget, now) = (budget(1000), noon());
        budget.add("a", 60, now, now);
        assert!(budget.is_reached("a", Some(41), Some(100), now));
        assert!(!budget.is_reached("b", Some(41), Some(100), now));
    }

    #[test]
    fn a_day_is_the_operators_and_late_bills_go_to_their_own() {
        let (mut budget, now) = (budget(100), noon());
        budget.add("a", 100, now, now);
        let midnight = now.plus_secs(DAY_SECS / 2);
        assert!(budget.is_reached("a", Some(1), None, midnight.plus_secs(-1)));
        assert!(!budget.is_reached("a", Some(1), None, midnight));
        budget.add("a", -60, now, midnight);
        assert_eq!(budget.spent(midnight), 0, "that was yesterday's");
    }

    #[test]
    fn eighty_percent_are_nearly_all() {
        assert!(!is_nearly(79, 100) && is_nearly(80, 100) && is_nearly(101, 100));
    }
}
