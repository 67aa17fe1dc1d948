//! A model that can be called, with what decides whether and when: its places, its pace, its breaker, its history.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::breaker::{Breaker, State};
use super::history::{History, Outcome};
use super::pace::Pace;
use super::score::Record;
use crate::kinds::Quality;
use crate::providers::{Class, ModelSettings, Provider};
use crate::time::Moment;

/// No call is given up sooner than this, however quick the model was lately.
const TIMEOUT_LEAST: Duration = Duration::from_secs(60);
/// So many pictures say how long a call may take; with fewer, the configured time holds.
const TIMEOUT_SAMPLES: usize = 20;

/// A model that can be called.
pub struct Model {
    /// Its logical name.
    pub name: String,
    /// The adapter that speaks its wire format.
    pub provider: Arc<dyn Provider>,
    settings: ModelSettings,
    slots: Arc<Semaphore>,
    places: usize,
    crowd: AtomicUsize,
    standing: Mutex<Standing>,
}

/// What changes while the server runs.
struct Standing {
    history: History,
    breaker: Breaker,
    pace: Pace,
    is_enabled: bool,
}

impl Model {
    /// A model of which nothing is known yet.
    pub(super) fn new(name: &str, provider: Arc<dyn Provider>, settings: ModelSettings) -> Self {
        let places = settings.concurrency.clamp(1, Semaphore::MAX_PERMITS);
        let per_minute = usize::try_from(settings.rate_per_minute).unwrap_or(usize::MAX);
        Self {
            name: name.to_owned(),
            provider,
            slots: Arc::new(Semaphore::new(places)),
            places,
            crowd: AtomicUsize::new(0),
            standing: Mutex::new(Standing {
                history: History::default(),
                breaker: Breaker::default(),
                pace: Pace::new(Some(per_minute).filter(|most| *most > 0)),
                is_enabled: true,
            }),
            settings,
        }
    }

    /// Its row of the configuration.
    pub const fn settings(&self) -> &ModelSettings {
        &self.settings
    }

    /// What a picture costs in micro-dollars; `None` if nobody knows. What is made on this machine is free.
    pub fn price(&self, quality: Quality) -> Option<i64> {
        if self.provider.is_local() {
            return Some(0);
        }
        self.settings.price(quality)
    }

    /// What it may cost on one day, in micro-dollars.
    pub fn daily_budget(&self) -> Option<i64> {
        self.settings.daily_budget_usd.map(|usd| usd.micros())
    }

    /// When the outcome of a call counts as unknown: three times what all but the slowest took, within bounds.
    pub fn timeout(&self) -> Duration {
        let most = Duration::from_secs(u64::from(self.settings.timeout_secs));
        let known = self.standing().history.percentiles();
        let Some(known) = known.filter(|known| known.count >= TIMEOUT_SAMPLES) else {
            return most;
        };
        let usual = Duration::from_millis(known.p99.unsigned_abs() * 3);
        usual.clamp(TIMEOUT_LEAST.min(most), most)
    }

    /// True if its breaker lets nothing pass, or only a call that is under way.
    pub fn is_resting(&self, now: Moment) -> bool {
        rests(self.breaker(now))
    }

    /// Where its breaker stands.
    pub fn breaker(&self, now: Moment) -> State {
        self.standing().breaker.state(now)
    }

    /// How long it asked to be left alone, from now on.
    pub fn pause(&self, now: Moment) -> Duration {
        self.standing().breaker.pause(now)
    }

    /// False if an operator has switched it off.
    pub fn is_enabled(&self) -> bool {
        self.standing().is_enabled
    }

    /// Waits for a place and for its turn, and takes it. `None` if the model is gone.
    pub async fn enter(self: &Arc<Self>) -> Option<Pass> {
        self.crowd.fetch_add(1, Ordering::Relaxed);
        let crowd = Crowd(Arc::clone(self));
        let slot = Arc::clone(&self.slots).acquire_owned().await.ok()?;
        loop {
            let begun = self.standing().pace.begin(Moment::now());
            match begun {
                Ok(()) => break,
                Err(wait) => tokio::time::sleep(Duration::from_millis(wait.unsigned_abs())).await,
            }
        }
        Some(Pass {
            _slot: slot,
            _crowd: crowd,
        })
    }

    /// Calls at once; `None` if it waits for nobody.
    pub fn places(&self) -> Option<usize> {
        Some(self.places).filter(|places| *places < Semaphore::MAX_PERMITS)
    }

    /// How many jobs it has a use for: one for each free place, and one to wait for each. `None` is any number.
    pub(super) fn room(&self) -> Option<usize> {
        Some(self.places()? + self.slots.available_permits())
    }

    /// How many jobs it makes or that wait for it.
    pub fn crowd(&self) -> usize {
        self.crowd.load(Ordering::Relaxed)
    }

    /// Takes note of what became of a call.
    pub(super) fn record(
        &self,
        outcome: Outcome,
        retry_after: Option<Duration>,
    ) -> Option<(State, State)> {
        let mut standing = self.standing();
        let before = standing.breaker.state(outcome.at);
        standing.history.record(outcome);
        if standing
            .breaker
            .record(outcome.class, retry_after, outcome.at)
        {
            standing.history.forgive(outcome.at);
        }
        let after = standing.breaker.state(outcome.at);
        (before.id() != after.id()).then_some((before, after))
    }

    /// Forgets what speaks against it.
    pub(super) fn reset(&self, now: Moment) {
        let mut standing = self.standing();
        standing.breaker = Breaker::default();
        standing.history.forgive(now);
    }

    pub(super) fn enable(&self, is_enabled: bool) {
        self.standing().is_enabled = is_enabled;
    }

    /// Begins the call that decides whether a rest is over; `None` if it is not over, or another call decides.
    pub(super) fn begin_trial(self: &Arc<Self>, now: Moment) -> Option<Trial> {
        let begun = self.standing().breaker.enter(now);
        begun.then(|| Trial(Arc::clone(self)))
    }

    /// What is known of it, for the choice.
    pub(super) fn record_at(
        &self,
        place: usize,
        price_micros: i64,
        usual_ms: f64,
        now: Moment,
    ) -> (Record, State) {
        let mut standing = self.standing();
        let breaker = standing.breaker.state(now);
        // What led to the rest is paid for with the rest.
        let is_new = matches!(breaker, State::HalfOpen { trying: false });
        let believed = History::default();
        let history = if is_new { &believed } else { &standing.history };
        let (success, slowness) = (history.success(now), history.slowness(usual_ms, now));
        let paced = standing.pace.wait_ms(now) > 0;
        let load = self.crowd() as f64 / self.places as f64;
        let record = Record {
            place,
            best_for: self.settings.best_for,
            price_micros,
            success,
            slowness,
            load: if paced { load.max(1.0) } else { load },
            is_resting: rests(breaker),
        };
        (record, breaker)
    }

    /// A copy of its history, and what opened its breaker.
    pub(super) fn past(&self, now: Moment) -> (History, Option<Class>) {
        let standing = self.standing();
        (standing.history.clone(), standing.breaker.cause(now))
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn rests(state: State) -> bool {
    match state {
        State::Open { .. } | State::HalfOpen { trying: true } => true,
        State::Closed | State::HalfOpen { trying: false } => false,
    }
}

/// A place at a model, for one call. Dropping it gives the place back.
pub struct Pass {
    _slot: OwnedSemaphorePermit,
    _crowd: Crowd,
}

/// One of those that a model works for or that wait for it.
struct Crowd(Arc<Model>);

impl Drop for Crowd {
    fn drop(&mut self) {
        self.0.crowd.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The right to try a model whose rest is over. If it is dropped before an outcome is known, another call may try.
pub(super) struct Trial(Arc<Model>);

impl Drop for Trial {
    fn drop(&mut self) {
        self.0.standing().breaker.release();
    }
}
