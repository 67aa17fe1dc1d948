//! The breaker of one model: failures that say "not now" make it rest; then one real call tries it again.
//!
//! ```text
//!            failures in a row, or one that says it all
//!   closed ─────────────────────────────────────────────▶ open ──(the rest is over)──▶ half-open
//!      ▲                                                   ▲                             │  │
//!      │                                                   └──── the call failed: longer ┘  │
//!      └─────────────────────────── the call was answered ──────────────────────────────────┘
//! ```

use std::time::Duration;

use super::super::Class;
use crate::time::Moment;

/// Failures in a row, within [`WINDOW_MS`], after which a model that does not answer rests.
const FAILURES: usize = 5;
const WINDOW_MS: i64 = 60_000;
/// A model that opens again so soon after it closed rests longer than the last time.
const STEADY_MS: i64 = 10 * 60_000;

/// Where a breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Calls pass.
    Closed,
    /// The model rests; it is called only if nothing else is left.
    Open {
        /// When the rest is over.
        until: Moment,
    },
    /// The next call decides.
    HalfOpen {
        /// True while a call is deciding.
        trying: bool,
    },
}

impl State {
    /// The state's name in views and metrics.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open { .. } => "open",
            Self::HalfOpen { .. } => "half_open",
        }
    }
}

/// What an outcome says of the model's health.
enum Sign {
    /// It answered, whatever the answer was.
    Answered,
    /// It did not; several of these in a row open the breaker.
    Silent,
    /// It asks for a pause.
    Pause,
    /// It will not answer for long: a rest of so many seconds at first.
    Down(i64),
    /// Nothing: the fault was ours.
    Nothing,
}

/// The one table of what each outcome says.
const fn sign(outcome: Option<Class>) -> Sign {
    match outcome {
        None
        | Some(
            Class::BlockedInput
            | Class::BlockedSevere
            | Class::BlockedOutput
            | Class::NoImage
            | Class::BadInput
            | Class::BadRequest,
        ) => Sign::Answered,
        Some(Class::Overloaded | Class::Timeout) => Sign::Silent,
        Some(Class::RateLimited) => Sign::Pause,
        Some(Class::Auth | Class::AccountBlocked) => Sign::Down(600),
        Some(Class::ModelGone | Class::QuotaExhausted) => Sign::Down(3600),
        Some(Class::Internal) => Sign::Nothing,
    }
}

const SILENT_REST_SECS: i64 = 30;
const SILENT_REST_MAX_SECS: i64 = 600;
const DOWN_REST_MAX_SECS: i64 = 6 * 3600;
const PAUSE_SECS: i64 = 2;
const PAUSE_MAX_SECS: i64 = 60;

/// A rest and what became of it.
#[derive(Clone, Copy, Debug)]
struct Rest {
    until: Moment,
    cause: Class,
    trying: bool,
}

/// The breaker of one model. Every method takes `now`; nothing here reads a clock.
#[derive(Clone, Debug, Default)]
pub(super) struct Breaker {
    silences: Vec<Moment>,
    rest: Option<Rest>,
    strikes: u32,
    closed_at: Option<Moment>,
}

impl Breaker {
    /// Where it stands.
    pub(super) fn state(&self, now: Moment) -> State {
        match self.rest {
            None => State::Closed,
            Some(rest) if now < rest.until => State::Open { until: rest.until },
            // A pause that was asked for says nothing against the next call.
            Some(rest) if rest.cause == Class::RateLimited => State::Closed,
            Some(rest) => State::HalfOpen {
                trying: rest.trying,
            },
        }
    }

    /// What opened it, unless it is closed.
    pub(super) fn cause(&self, now: Moment) -> Option<Class> {
        match self.state(now) {
            State::Closed => None,
            State::Open { .. } | State::HalfOpen { .. } => self.rest.map(|rest| rest.cause),
        }
    }

    /// How long the model asked to be left alone, from now on.
    pub(super) fn pause(&self, now: Moment) -> Duration {
        let asked = self.rest.filter(|rest| rest.cause == Class::RateLimited);
        let left = asked.map_or(0, |rest| rest.until.since(now).max(0));
        Duration::from_millis(left.unsigned_abs())
    }

    /// A call is about to be made. True if it decides whether the breaker closes; [`Breaker::release`] it if it is
    /// never made.
    pub(super) fn enter(&mut self, now: Moment) -> bool {
        let half_open = self.state(now) == State::HalfOpen { trying: false };
        if let Some(rest) = self.rest.as_mut().filter(|_| half_open) {
            rest.trying = true;
        }
        half_open
    }

    /// The call that was to decide was not made, or nobody knows what became of it.
    pub(super) fn release(&mut self) {
        if let Some(rest) = &mut self.rest {
            rest.trying = false;
        }
    }

    /// Takes note of an outcome: `None` is a picture. True if this closed the breaker.
    pub(super) fn record(
        &mut self,
        outcome: Option<Class>,
        retry_after: Option<Duration>,
        now: Moment,
    ) -> bool {
        let asked = retry_after.map(|wait| i64::try_from(wait.as_secs()).unwrap_or(i64::MAX));
        match (sign(outcome), outcome) {
            (Sign::Answered, _) => return self.answered(now),
            (Sign::Silent, Some(class)) => self.silent(class, now),
            (Sign::Pause, Some(class)) => {
                let secs = asked.unwrap_or(PAUSE_SECS).clamp(1, PAUSE_MAX_SECS);
                self.rest_for(secs, class, now);
            }
            (Sign::Down(first), Some(class)) => {
                self.open(
                    asked.unwrap_or(first).max(first),
                    DOWN_REST_MAX_SECS,
                    class,
                    now,
                );
            }
            (Sign::Nothing, _) | (_, None) => self.release(),
        }
        false
    }

    fn answered(&mut self, now: Moment) -> bool {
        self.silences.clear();
        // An answer to a call from before the rest does not end it.
        if !matches!(self.state(now), State::HalfOpen { .. }) {
            return false;
        }
        self.rest = None;
        self.closed_at = Some(now);
        true
    }

    fn silent(&mut self, class: Class, now: Moment) {
        self.silences.push(now);
        self.silences.retain(|at| now.since(*at) <= WINDOW_MS);
        let trial_failed = matches!(self.state(now), State::HalfOpen { .. });
        if trial_failed || self.silences.len() >= FAILURES {
            self.open(SILENT_REST_SECS, SILENT_REST_MAX_SECS, class, now);
        }
    }

    /// Opens for `first_secs`, doubled for each time it did not get better.
    fn open(&mut self, first_secs: i64, longest_secs: i64, cause: Class, now: Moment) {
        match self.state(now) {
            // A call from before the rest: it says nothing new.
            State::Open { .. } => return,
            State::HalfOpen { .. } => self.strikes += 1,
            State::Closed => {
                let soon = self.closed_at.is_some_and(|at| now.since(at) < STEADY_MS);
                self.strikes = if soon { self.strikes + 1 } else { 0 };
            }
        }
        let longer = first_secs.saturating_mul(1 << self.strikes.min(16));
        self.rest_for(longer.min(longest_secs.max(first_secs)), cause, now);
    }

    fn rest_for(&mut self, secs: i64, cause: Class, now: Moment) {
        let until = now.plus_secs(secs);
        if self.rest.is_some_and(|rest| rest.until > until) {
            return;
        }
        self.silences.clear();
        self.rest = Some(Rest {
            until,
            cause,
            trying: false,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Moment {
        Moment::from_millis(1_000_000).plus_secs(secs)
    }

    fn fail(breaker: &mut Breaker, class: Class, times: usize, secs: i64) {
        for _ in 0..times {
            assert!(!breaker.record(Some(class), None, at(secs)));
        }
    }

    #[test]
    fn five_silences_in_a_row_open_it_and_one_answer_closes_it() {
        let mut breaker = Breaker::default();
        fail(&mut breaker, Class::Overloaded, 4, 0);
        breaker.record(None, None, at(0));
        fail(&mut breaker, Class::Timeout, 4, 0);
        assert_eq!(
            breaker.state(at(0)),
            State::Closed,
            "an answer came between"
        );
        fail(&mut breaker, Class::Timeout, 1, 1);
        assert_eq!(breaker.state(at(1)), State::Open { until: at(31) });
        assert!(!breaker.enter(at(30)), "it rests");
        assert!(!breaker.record(None, None, at(30)), "an answer from before");
        assert!(breaker.enter(at(31)) && !breaker.enter(at(31)), "one call");
        assert!(breaker.record(None, None, at(33)));
        assert_eq!(breaker.state(at(33)), State::Closed);
    }

    #[test]
    fn silences_far_apart_do_not_add_up() {
        let mut breaker = Breaker::default();
        for minute in 0..20 {
            fail(&mut breaker, Class::Overloaded, 1, minute * 61);
        }
        assert_eq!(breaker.state(at(20 * 61)), State::Closed);
    }

    #[test]
    fn a_trial_that_fails_makes_the_rest_longer() {
        let mut breaker = Breaker::default();
        fail(&mut breaker, Class::Overloaded, 5, 0);
        let mut now = 30;
        for rest in [60, 120, 240, 480, 600, 600] {
            assert!(breaker.enter(at(now)));
            fail(&mut breaker, Class::Overloaded, 1, now);
            let until = at(now + rest);
            assert_eq!(breaker.state(at(now)), State::Open { until });
            now += rest;
        }
        // Closed and soon open again: the rests go on where they were.
        assert!(breaker.record(None, None, at(now)));
        fail(&mut breaker, Class::Overloaded, 5, now + 5);
        let until = at(now + 5 + 600);
        assert_eq!(breaker.state(at(now + 5)), State::Open { until });
    }

    #[test]
    fn what_will_not_get_better_soon_opens_it_at_once() {
        for (class, secs) in [
            (Class::Auth, 600),
            (Class::AccountBlocked, 600),
            (Class::ModelGone, 3600),
            (Class::QuotaExhausted, 3600),
        ] {
            let mut breaker = Breaker::default();
            fail(&mut breaker, class, 1, 0);
            assert_eq!(breaker.state(at(0)), State::Open { until: at(secs) });
            assert_eq!(breaker.cause(at(0)), Some(class));
        }
        let mut breaker = Breaker::default();
        let wait = Some(Duration::from_secs(20));
        breaker.record(Some(Class::RateLimited), wait, at(0));
        assert_eq!(breaker.state(at(19)), State::Open { until: at(20) });
        assert_eq!(breaker.state(at(20)), State::Closed, "no trial is needed");
        assert_eq!(breaker.pause(at(5)), Duration::from_secs(15));
        assert_eq!(breaker.pause(at(21)), Duration::ZERO);
    }

    #[test]
    fn faults_of_ours_and_of_pictures_say_nothing_against_a_model() {
        for class in [Class::BlockedInput, Class::BadInput, Class::Internal] {
            let mut breaker = Breaker::default();
            fail(&mut breaker, class, 20, 0);
            assert_eq!(breaker.state(at(0)), State::Closed, "{class:?}");
        }
        let mut breaker = Breaker::default();
        fail(&mut breaker, Class::Overloaded, 5, 0);
        assert!(breaker.enter(at(30)));
        fail(&mut breaker, Class::Internal, 1, 31);
        assert!(breaker.enter(at(31)), "the next call may decide");
    }
}
