//! How much the API is used: calls by the hour, how many were refused (4xx) and how many failed by our fault (5xx).
//! Counted in memory, written down every few seconds. The only file that writes the table.

use std::sync::atomic::{AtomicU32, Ordering};

use serde::Serialize;

use crate::db::{Db, DbError, Query, Reader};
use crate::time::{HOUR_MS, Moment};

/// Calls that are not written down yet.
#[derive(Debug, Default)]
pub struct Traffic {
    calls: AtomicU32,
    refused: AtomicU32,
    failed: AtomicU32,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// As its caller wanted.
    Answered,
    /// Refused: 4xx.
    Refused,
    /// Failed by our fault: 5xx.
    Failed,
}

/// Calls of a span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// All of them.
    pub calls: u64,
    /// Refused: 4xx.
    pub refused: u64,
    /// Failed by our fault: 5xx.
    pub failed: u64,
}

impl Traffic {
    /// Counts a call.
    pub fn count(&self, call: Call) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        match call {
            Call::Answered => {}
            Call::Refused => {
                self.refused.fetch_add(1, Ordering::Relaxed);
            }
            Call::Failed => {
                self.failed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Writes down what was counted since the last time. What cannot be written now is counted again.
    pub async fn write_down(&self, db: &Db, now: Moment) -> Result<(), DbError> {
        let counts = [&self.calls, &self.refused, &self.failed];
        let taken = counts.map(|count| count.swap(0, Ordering::Relaxed));
        if taken == [0; 3] {
            return Ok(());
        }
        let written = db.write(move |tx| {
            let [calls, refused, failed] = taken;
            let hour = tx.clamp(now).millis().div_euclid(HOUR_MS);
            tx.run(
                "INSERT INTO traffic (hour, calls, refused, failed) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (hour) DO UPDATE SET calls = calls + ?2, refused = refused + ?3, failed = failed + ?4",
                (hour, calls, refused, failed),
            )?;
            Ok(())
        });
        let written = written.await;
        if written.is_err() {
            for (count, back) in counts.into_iter().zip(taken) {
                count.fetch_add(back, Ordering::Relaxed);
            }
        }
        written
    }
}

/// All calls since a moment, by the whole hour that holds it.
pub fn since(db: &Reader<'_>, since: Moment) -> Result<Calls, DbError> {
    let from = since.millis().div_euclid(HOUR_MS);
    Ok(db.one(
        "SELECT coalesce(sum(calls), 0), coalesce(sum(refused), 0), coalesce(sum(failed), 0) FROM traffic
         WHERE hour >= ?1",
        [from],
        |row| {
            Ok(Calls {
                calls: row.get(0)?,
                refused: row.get(1)?,
                failed: row.get(2)?,
            })
        },
    )?)
}

/// Calls since a moment, by the hour; the moment is the beginning of one.
pub fn by_hour(db: &Reader<'_>, since: Moment) -> Result<Vec<(Moment, Calls)>, DbError> {
    let from = since.millis().div_euclid(HOUR_MS);
    Ok(db.all(
        "SELECT hour, calls, refused, failed FROM traffic WHERE hour >= ?1 ORDER BY hour",
        [from],
        |row| {
            let hour: i64 = row.get(0)?;
            let calls = Calls {
                calls: row.get(1)?,
                refused: row.get(2)?,
                failed: row.get(3)?,
            };
            Ok((Moment::from_millis(hour * HOUR_MS), calls))
        },
    )?)
}
