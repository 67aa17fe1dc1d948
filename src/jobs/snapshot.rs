//! Where a waiting job stands in line, from a snapshot of the queue taken at most once a second.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::job::{Job, Status};
use crate::db::{Db, DbError, Query};
use crate::ids::JobId;

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

/// Answers positions.
pub struct Snapshots {
    db: Db,
    latest: Mutex<Option<(Instant, Arc<HashMap<JobId, u32>>)>>,
}

impl Snapshots {
    /// Snapshots of the queue in `db`.
    pub const fn new(db: Db) -> Self {
        Self {
            db,
            latest: Mutex::new(None),
        }
    }

    /// How many are ahead of `job`; `None` if it does not wait.
    pub fn ahead(&self, job: &Job) -> Result<Option<Ahead>, DbError> {
        if job.status != Status::Pending {
            return Ok(None);
        }
        let positions = self.positions()?;
        Ok(Some(match positions.get(&job.id) {
            Some(position) => Ahead::Exactly(*position),
            // Submitted after the snapshot, or not admitted yet: behind all that is known.
            None if positions.len() < EXACT as usize => Ahead::Exactly(positions.len() as u32),
            None => Ahead::MoreThan(EXACT),
        }))
    }

    fn positions(&self) -> Result<Arc<HashMap<JobId, u32>>, DbError> {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, positions)) = &*latest
            && at.elapsed() < FRESH
        {
            return Ok(Arc::clone(positions));
        }
        let ids: Vec<JobId> = self.db.read(|r| {
            Ok::<_, DbError>(r.all(
                "SELECT id FROM jobs WHERE status = 'pending' AND admitted = 1 AND due_at IS NULL
                 ORDER BY class, seq LIMIT ?1",
                [EXACT],
                |row| row.get(0),
            )?)
        })?;
        let positions = Arc::new(ids.into_iter().zip(0..).collect::<HashMap<_, _>>());
        *latest = Some((Instant::now(), Arc::clone(&positions)));
        Ok(positions)
    }
}
