//! Calls a minute: how many of them may begin, and when the next one may.

use std::collections::VecDeque;

use crate::time::Moment;

const MINUTE_MS: i64 = 60_000;

/// Remembers when calls began, so that no 60 seconds see more of them than allowed.
#[derive(Clone, Debug, Default)]
pub(super) struct Pace {
    per_minute: Option<usize>,
    begun: VecDeque<Moment>,
}

impl Pace {
    /// At most so many calls in any 60 seconds; `None` is any number.
    pub(super) fn new(per_minute: Option<usize>) -> Self {
        Self {
            per_minute,
            begun: VecDeque::new(),
        }
    }

    /// Milliseconds until the next call may begin; 0 if it may at once.
    pub(super) fn wait_ms(&mut self, now: Moment) -> i64 {
        let Some(most) = self.per_minute else {
            return 0;
        };
        while self
            .begun
            .front()
            .is_some_and(|at| now.since(*at) >= MINUTE_MS)
        {
            self.begun.pop_front();
        }
        if self.begun.len() < most.max(1) {
            return 0;
        }
        let oldest = self.begun.front();
        oldest.map_or(0, |at| MINUTE_MS - now.since(*at))
    }

    /// A call begins, unless it has to wait: then so many milliseconds.
    pub(super) fn begin(&mut self, now: Moment) -> Result<(), i64> {
        let wait = self.wait_ms(now);
        if wait > 0 {
            return Err(wait);
        }
        if self.per_minute.is_some() {
            self.begun.push_back(now);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_sees_more_calls_than_allowed() {
        let at = Moment::from_millis;
        let mut pace = Pace::new(Some(3));
        for now in [0, 100, 200] {
            assert_eq!(pace.begin(at(now)), Ok(()));
        }
        assert_eq!(pace.begin(at(1000)), Err(59_000));
        assert_eq!(pace.begin(at(60_000)), Ok(()));
        assert_eq!(pace.begin(at(60_001)), Err(99));
        let mut any = Pace::new(None);
        assert!((0..1000).all(|now| any.begin(at(now)).is_ok()));
    }
}
