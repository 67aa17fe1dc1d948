//! The time that a run may take. It stands still while the run waits for a place, which is nobody's fault.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Checks no more often than this whether the time is used up.
const TICK: Duration = Duration::from_millis(10);

/// What is left of a run's time.
#[derive(Debug)]
pub struct Allowance {
    limit: Duration,
    clock: Mutex<Clock>,
}

#[derive(Debug)]
struct Clock {
    used: Duration,
    running_since: Instant,
    pauses: u32,
}

/// While it lives, the time stands still.
#[derive(Debug)]
pub struct Pause<'a>(&'a Allowance);

impl Allowance {
    /// So much time, from now on.
    pub fn new(limit: Duration) -> Self {
        Self {
            limit,
            clock: Mutex::new(Clock {
                used: Duration::ZERO,
                running_since: Instant::now(),
                pauses: 0,
            }),
        }
    }

    /// Stops the clock until what this answers is dropped.
    pub fn pause(&self) -> Pause<'_> {
        let mut clock = self.clock();
        if clock.pauses == 0 {
            let used = clock.running_since.elapsed();
            clock.used += used;
        }
        clock.pauses += 1;
        Pause(self)
    }

    /// Waits until nothing is left.
    pub async fn used_up(&self) {
        loop {
            let left = self.left();
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.max(TICK)).await;
        }
    }

    fn left(&self) -> Duration {
        let clock = self.clock();
        let used = match clock.pauses {
            0 => clock.used + clock.running_since.elapsed(),
            _ => clock.used,
        };
        self.limit.saturating_sub(used)
    }

    fn clock(&self) -> MutexGuard<'_, Clock> {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pause<'_> {
    fn drop(&mut self) {
        let mut clock = self.0.clock();
        clock.pauses -= 1;
        if clock.pauses == 0 {
            clock.running_since = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_for_a_place_does_not_use_up_the_time() {
        let allowance = Allowance::new(Duration::from_millis(60));
        let pauses = (allowance.pause(), allowance.pause());
        let early = tokio::time::timeout(Duration::from_millis(150), allowance.used_up()).await;
        assert!(early.is_err(), "the clock stood still");
        drop(pauses);
        let begun = Instant::now();
        allowance.used_up().await;
        let took = begun.elapsed();
        assert!((40..1000).contains(&took.as_millis()), "{took:?}");
    }
}
