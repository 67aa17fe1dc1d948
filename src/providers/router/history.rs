//! What became of a model's last calls, and what that lets one expect of the next.

use std::collections::{BTreeMap, VecDeque};

use super::super::Class;
use super::Percentiles;
use crate::kinds::Choice;
use crate::time::Moment;

/// Calls that are remembered for each model.
pub const REMEMBERED: usize = 200;
/// An outcome counts half after so long, and half after so many later ones.
const HALF_LIFE_MS: f64 = 10.0 * 60_000.0;
const HALF_LIFE_CALLS: f64 = 12.0;
/// What is believed before anything is known weighs as much as so many calls.
const BELIEF: f64 = 6.0;
/// The share of calls that is believed to go well before anything is known.
const BELIEVED_SUCCESS: f64 = 0.98;

/// What became of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The class of its error; `None` is a picture.
    pub class: Option<Class>,
    /// When it ended.
    pub at: Moment,
    /// How long it took, if that says something about the model.
    pub millis: Option<i64>,
}

impl Outcome {
    /// Whether the model did well; `None` if the outcome says nothing about the model.
    const fn verdict(self) -> Option<bool> {
        match self.class {
            None => Some(true),
            Some(
                Class::Auth
                | Class::AccountBlocked
                | Class::ModelGone
                | Class::RateLimited
                | Class::QuotaExhausted
                | Class::Overloaded
                | Class::Timeout
                | Class::BlockedOutput
                | Class::NoImage
                | Class::BadRequest,
            ) => Some(false),
            Some(
                Class::BlockedInput | Class::BlockedSevere | Class::BadInput | Class::Internal,
            ) => None,
        }
    }
}

/// The last calls of one model.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    outcomes: VecDeque<Outcome>,
    /// What came before no longer speaks against the model.
    forgiven: Moment,
}

impl History {
    /// Takes note of an outcome.
    pub(super) fn record(&mut self, outcome: Outcome) {
        if self.outcomes.len() == REMEMBERED {
            self.outcomes.pop_front();
        }
        self.outcomes.push_back(outcome);
    }

    /// From here on, nothing that came before speaks against the model.
    pub(super) const fn forgive(&mut self, now: Moment) {
        self.forgiven = now;
    }

    /// The share of calls that one may expect to go well, 0..=1.
    pub(super) fn success(&self, now: Moment) -> f64 {
        let counted = self
            .counted(now)
            .filter_map(|(outcome, weight)| Some((f64::from(outcome.verdict()?), weight)));
        expected(counted, BELIEVED_SUCCESS)
    }

    /// How many times `usual_ms` one may expect a picture to take.
    pub(super) fn slowness(&self, usual_ms: f64, now: Moment) -> f64 {
        let made = self.counted(now).filter(|(o, _)| o.class.is_none());
        let counted = made.filter_map(|(o, weight)| Some((o.millis? as f64 / usual_ms, weight)));
        expected(counted, 1.0)
    }

    /// How long the remembered pictures took.
    pub(super) fn percentiles(&self) -> Option<Percentiles> {
        let made = self.outcomes.iter().filter(|o| o.class.is_none());
        Percentiles::of(made.filter_map(|o| o.millis).collect())
    }

    /// How many remembered calls made a picture, and how many there are.
    pub(super) fn made(&self) -> (usize, usize) {
        let made = self.outcomes.iter().filter(|o| o.class.is_none());
        (made.count(), self.outcomes.len())
    }

    /// How many remembered calls failed, by class.
    pub(super) fn failures(&self) -> BTreeMap<&'static str, usize> {
        let mut failures = BTreeMap::new();
        for class in self.outcomes.iter().filter_map(|o| o.class) {
            *failures.entry(class.id()).or_default() += 1;
        }
        failures
    }

    /// The outcomes that count, with their weights.
    fn counted(&self, now: Moment) -> impl Iterator<Item = (&Outcome, f64)> {
        let forgiven = self.forgiven;
        let since = self.outcomes.iter().filter(move |o| o.at >= forgiven);
        since.rev().enumerate().map(move |(later, outcome)| {
            let age_ms = now.since(outcome.at).max(0) as f64;
            let halvings = age_ms / HALF_LIFE_MS + later as f64 / HALF_LIFE_CALLS;
            (outcome, (-halvings).exp2())
        })
    }
}

/// The mean of what counts, drawn towards what was believed before: old or few outcomes say little.
fn expected(counted: impl Iterator<Item = (f64, f64)>, believed: f64) -> f64 {
    let (mut sum, mut weights) = (believed * BELIEF, BELIEF);
    for (value, weight) in counted {
        sum += value * weight;
        weights += weight;
    }
    sum / weights
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Moment {
        Moment::from_millis(1_000_000).plus_secs(secs)
    }

    fn history(outcomes: &[(Option<Class>, i64)]) -> History {
        let mut history = History::default();
        for (class, millis) in outcomes {
            history.record(Outcome {
                class: *class,
                at: at(0),
                millis: Some(*millis),
            });
        }
        history
    }

    #[test]
    fn failures_count_and_are_forgotten_with_time() {
        let empty = History::default();
        assert!((empty.success(at(0)) - 0.98).abs() < 1e-9);
        let bad = history(&[(Some(Class::Overloaded), 10); 20]);
        assert!(bad.success(at(0)) < 0.35);
        assert!(bad.success(at(3600)) > 0.9, "{}", bad.success(at(3600)));
        let refused = history(&[(Some(Class::BlockedInput), 10); 20]);
        assert!(refused.success(at(0)) > 0.97, "the picture's fault");
        let mut forgiven = bad.clone();
        forgiven.forgive(at(1));
        assert!(forgiven.success(at(1)) > 0.97);
        assert_eq!(forgiven.failures()["overloaded"], 20);
    }

    #[test]
    fn slow_pictures_are_remembered_and_few_say_little() {
        let slow = history(&[(None, 60_000); 30]);
        let slowness = slow.slowness(20_000.0, at(0));
        assert!((2.2..3.0).contains(&slowness), "{slowness}");
        let one = history(&[(None, 60_000)]);
        assert!(one.slowness(20_000.0, at(0)) < 1.4);
        let failed = history(&[(Some(Class::Timeout), 180_000); 30]);
        assert!((failed.slowness(20_000.0, at(0)) - 1.0).abs() < 1e-9);
        assert!(failed.percentiles().is_none());
    }

    #[test]
    fn only_the_last_calls_are_remembered() {
        let mut outcomes = vec![(Some(Class::Overloaded), 10); 50];
        outcomes.extend(vec![(None, 10); REMEMBERED]);
        let history = history(&outcomes);
        assert_eq!(history.made(), (REMEMBERED, REMEMBERED));
    }
}
