//! Where a waiting job stands in line and how long it will take, from a snapshot taken at most once a second.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::job::{Job, Status};
use crate::db::{Db, DbError, Query, Reader};
use crate::ids::JobId;
use crate::kinds::Kind;

/// How many are ahead of a waiting job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// Exactly this many; 0 is next.
    Exactly(u32),
    /// More than this many.
    MoreThan(u32),
}

/// Positions are exact up to here.
const EXACT: u32 = 1000;
const FRESH: Duration = Duration::from_secs(1);

/// How many of the jobs that ended last an estimate is made from.
const RECENT: u32 = 200;

/// What was seen of the queue.
struct Snapshot {
    at: Instant,
    /// Jobs that a worker may take, in order.
    positions: HashMap<JobId, u32>,
    /// The average time in milliseconds that jobs of a kind took lately.
    pace_ms: HashMap<Kind, i64>,
}

/// Answers positions and estimates.
pub struct Snapshots {
    db: Db,
    concurrency: u32,
    latest: Mutex<Option<Arc<Snapshot>>>,
}

impl Snapshots {
    /// Snapshots of the queue in `db`, worked by `concurrency` claims at once.
    pub fn new(db: Db, concurrency: usize) -> Self {
        Self {
            db,
            concurrency: u32::try_from(concurrency).unwrap_or(u32::MAX).max(1),
            latest: Mutex::new(None),
        }
    }

    /// How many are ahead of `job`; `None` if it does not wait.
    pub fn ahead(&self, job: &Job) -> Result<Option<Ahead>, DbError> {
        if job.held {
            return Ok(None);
        }
        if job.status != Status::Pending {
            return Ok(None);
        }
        let positions = &self.snapshot()?.positions;
        Ok(Some(match positions.get(&job.id) {
            Some(position) => Ahead::Exactly(*position),
            // Submitted after the snapshot, or not admitted yet: behind all that is known.
            None if positions.len() < EXACT as usize => Ahead::Exactly(positions.len() as u32),
            None => Ahead::MoreThan(EXACT),
        }))
    }

    /// Seconds until `job` is probably done, by what its kind took lately; `None` if it has ended or its
    /// place in line is not known.
    pub fn eta_secs(&self, job: &Job, position: Option<u32>) -> Result<Option<u32>, DbError> {
        let snapshot = self.snapshot()?;
        let usual = i64::from(job.kind.expected_secs()) * 1000;
        let pace = snapshot
            .pace_ms
            .get(&job.kind)
            .copied()
            .unwrap_or(usual)
            .max(1);
        let millis = match (job.status, position) {
            (Status::Processing, _) => pace * i64::from(100 - job.progress.min(95)) / 100,
            (Status::Pending, Some(position)) => {
                let rounds = position.div_ceil(self.concurrency).max(1);
                pace * i64::from(rounds)
            }
            (Status::Pending | Status::Completed | Status::Failed | Status::Cancelled, _) => {
                return Ok(None);
            }
        };
        Ok(u32::try_from(crate::time::ceil_secs(millis)).ok())
    }

    fn snapshot(&self) -> Result<Arc<Snapshot>, DbError> {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(snapshot) = &*latest
            && snapshot.at.elapsed() < FRESH
        {
            return Ok(Arc::clone(snapshot));
        }
        let snapshot = Arc::new(self.db.read(|r| {
            Ok::<_, DbError>(Snapshot {
                at: Instant::now(),
                positions: positions(r)?,
                pace_ms: pace(r)?,
            })
        })?);
        *latest = Some(Arc::clone(&snapshot));
        Ok(snapshot)
    }
}

fn positions(db: &Reader<'_>) -> Result<HashMap<JobId, u32>, DbError> {
    let ids = db.all(
        "SELECT id FROM jobs WHERE status = 'pending' AND admitted = 1 AND due_at IS NULL
         ORDER BY class, turn, seq LIMIT ?1",
        [EXACT],
        |row| row.get(0),
    )?;
    Ok(ids.into_iter().zip(0..).collect())
}

fn pace(db: &Reader<'_>) -> Result<HashMap<Kind, i64>, DbError> {
    let rows = db.all(
        "SELECT kind, CAST(avg(processing_ms) AS INTEGER) FROM
            (SELECT kind, processing_ms, status, cache FROM jobs WHERE completed_at IS NOT NULL
             ORDER BY completed_at DESC LIMIT ?1)
         WHERE status = 'completed' AND cache IS NULL GROUP BY kind",
        [RECENT],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}
