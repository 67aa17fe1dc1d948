//! Counts what was committed, for Prometheus: read from the tables a few seconds apart, so that nothing rolled back counts.

use crate::db::{Db, DbError};
use crate::jobs::overview;
use crate::ledger;
use crate::providers::Router;
use crate::time::Moment;

/// Where counting stands.
pub(super) struct Tally {
    db: Db,
    last_entry: i64,
    counted_until: Moment,
}

/// A job that ended later than this may still wait for its commit.
const SETTLED_SECS: i64 = 2;

impl Tally {
    /// Counts from now on.
    pub(super) fn new(db: Db) -> Result<Self, DbError> {
        Ok(Self {
            last_entry: db.read(ledger::last_entry)?,
            counted_until: Moment::now().plus_secs(-SETTLED_SECS),
            db,
        })
    }

    /// Shows how models stand.
    pub(super) fn gauge(router: &Router) {
        let now = Moment::now();
        for model in router.report(now).into_iter().filter(|m| m.configured) {
            let usable = model.enabled && model.breaker == "closed";
            let name = model.model;
            metrics::gauge!("atelier_model_up", "model" => name.clone()).set(f64::from(usable));
            metrics::gauge!("atelier_model_crowd", "model" => name.clone()).set(model.crowd as f64);
            metrics::gauge!("atelier_model_spent_today_micros", "model" => name)
                .set(model.spent_today_micros as f64);
        }
    }

    /// Counts what came since the last time.
    pub(super) async fn count(&mut self) -> Result<(), DbError> {
        let now = Moment::now();
        let (last, from, until) = (
            self.last_entry,
            self.counted_until,
            now.plus_secs(-SETTLED_SECS),
        );
        let (queue, moved, ended) = self
            .db
            .report(move |r| {
                let moved = ledger::moved_after(r, last)?;
                let ended = overview::ended_between(r, from, until)?;
                Ok::<_, DbError>((overview::queue(r, now)?, moved, ended))
            })
            .await?;
        let states = [
            ("ready", queue.ready),
            ("held", queue.held),
            ("processing", queue.processing),
        ];
        for (state, count) in states {
            metrics::gauge!("atelier_queue_jobs", "state" => state).set(f64::from(count));
        }
        metrics::gauge!("atelier_queue_oldest_seconds").set(queue.oldest_ms as f64 / 1000.0);
        for (seq, kind, credits) in moved {
            self.last_entry = self.last_entry.max(seq);
            metrics::counter!("atelier_credits_total", "kind" => kind).increment(credits);
        }
        for (kind, status, count) in ended {
            metrics::counter!("atelier_jobs_ended_total", "kind" => kind, "status" => status)
                .increment(count);
        }
        self.counted_until = until;
        Ok(())
    }
}
