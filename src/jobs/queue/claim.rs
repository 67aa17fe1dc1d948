//! Claim: a worker takes a job. The claim is a lease with a number that fences everything the worker writes.

use super::finish::fail;
use super::next_revision;
use crate::db::{Db, DbError, Lane, Query, Reader, Tx};
use crate::ids::{BootId, JobId};
use crate::jobs::job::{self, Job, Route};
use crate::time::Moment;

/// The right to end one job. It cannot be copied, so a job ends once.
#[derive(Debug)]
pub struct Claim {
    pub(super) job: JobId,
    pub(super) number: i64,
    pub(super) boot: BootId,
}

impl Claim {
    /// The job that is claimed.
    pub const fn job(&self) -> JobId {
        self.job
    }

    /// What fences statements about this claim.
    pub(super) const fn fence(&self) -> (JobId, i64, BootId) {
        (self.job, self.number, self.boot)
    }

    /// The claim's number, for rows that belong to this run.
    pub const fn number(&self) -> i64 {
        self.number
    }
}

/// A claim with the job as it stood when it was claimed.
#[derive(Debug)]
pub struct Claimed {
    /// The right to end it.
    pub claim: Claim,
    /// What to do.
    pub job: Job,
}

/// The claim was lost: the job was given to someone else or ended. Drop everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the claim was lost")]
pub struct Lost;

/// Takes up to `room` jobs: best class first, then in order of admission; every eighth from the lowest class.
/// `turn` counts claims over the life of the process. The routes in `bounds` have no use for more jobs than that.
pub async fn claim(
    db: &Db,
    boot: BootId,
    turn: u64,
    room: usize,
    mut bounds: Vec<(Route, usize)>,
    now: Moment,
) -> Result<Vec<Claimed>, DbError> {
    db.write_on(Lane::Workers, move |tx| {
        let now = tx.clamp(now);
        tx.run(
            "UPDATE jobs SET due_at = NULL WHERE status = 'pending' AND due_at IS NOT NULL AND due_at <= ?1",
            [now],
        )?;
        let mut claimed = Vec::new();
        for nth in 0..room as u64 {
            let Some(one) = take(tx, boot, (turn + nth) % 8 == 7, &bounds, now)? else {
                break;
            };
            let route = one.job.route();
            if let Some((_, left)) = bounds.iter_mut().find(|(bound, _)| *bound == route) {
                *left = left.saturating_sub(1);
            }
            claimed.push(one);
        }
        Ok(claimed)
    })
    .await
}

/// When the next retry is due, if one waits.
pub fn next_due(db: &Reader<'_>) -> Result<Option<Moment>, DbError> {
    Ok(db.one(
        "SELECT min(due_at) FROM jobs WHERE status = 'pending' AND due_at IS NOT NULL",
        [],
        |row| row.get(0),
    )?)
}

fn take(
    tx: &Tx<'_>,
    boot: BootId,
    lowest_first: bool,
    bounds: &[(Route, usize)],
    now: Moment,
) -> Result<Option<Claimed>, DbError> {
    let is_full = |route: &Route| bounds.contains(&(*route, 0));
    let next = if Route::all().any(|route| is_full(&route)) {
        let open: Vec<Route> = Route::all().filter(|route| !is_full(route)).collect();
        next_of(tx, &open, lowest_first)?
    } else {
        next_of_all(tx, lowest_first)?
    };
    let Some(id) = next else {
        return Ok(None);
    };
    let number = tx.one(
        "UPDATE jobs SET status = 'processing', claims = claims + 1, boot = ?2, claimed_at = ?3,
            started_at = coalesce(started_at, ?3), cpu_station = 0, progress = max(progress, 10),
            revision = ?4, updated_at = ?3
         WHERE id = ?1 AND status = 'pending' RETURNING claims",
        (id, boot, now, next_revision(tx)?),
        |row| row.get(0),
    )?;
    let claim = Claim {
        job: id,
        number,
        boot,
    };
    match job::find(tx, id) {
        Ok(Some(job)) => Ok(Some(Claimed { claim, job })),
        // A row that this program cannot read must not hold back all others.
        Ok(None) | Err(_) => {
            tracing::error!(job = %id, "a job cannot be read and is failed");
            fail(tx, id, "internal", "unreadable", now)?;
            take(tx, boot, lowest_first, bounds, now)
        }
    }
}

fn next_of_all(tx: &Tx<'_>, lowest_first: bool) -> Result<Option<JobId>, DbError> {
    let class: Option<i64> = if lowest_first {
        tx.one(
            "SELECT max(class) FROM jobs WHERE status = 'pending' AND admitted = 1 AND due_at IS NULL",
            [],
            |row| row.get(0),
        )?
    } else {
        Some(0)
    };
    let Some(class) = class else {
        return Ok(None);
    };
    Ok(tx.first(
        "SELECT id FROM jobs WHERE status = 'pending' AND admitted = 1 AND due_at IS NULL AND class >= ?1
         ORDER BY class, turn, seq LIMIT 1",
        [class],
        |row| row.get(0),
    )?)
}

/// The next job of some routes: the first of each is looked up, however many wait on the others.
fn next_of(tx: &Tx<'_>, open: &[Route], lowest_first: bool) -> Result<Option<JobId>, DbError> {
    let mut class = 0;
    if lowest_first {
        for route in open {
            let lowest: Option<i64> = tx.one(
                "SELECT max(class) FROM jobs INDEXED BY jobs_routes WHERE status = 'pending' AND admitted = 1
                    AND due_at IS NULL AND kind = ?1 AND mode = ?2",
                (route.kind, route.mode),
                |row| row.get(0),
            )?;
            class = class.max(lowest.unwrap_or(0));
        }
    }
    let mut heads: Vec<((i64, i64, i64), JobId)> = Vec::new();
    for route in open {
        heads.extend(tx.first(
            "SELECT class, turn, seq, id FROM jobs INDEXED BY jobs_routes WHERE status = 'pending' AND admitted = 1
                AND due_at IS NULL AND kind = ?1 AND mode = ?2 AND class >= ?3 ORDER BY class, turn, seq LIMIT 1",
            (route.kind, route.mode, class),
            |row| Ok(((row.get(0)?, row.get(1)?, row.get(2)?), row.get(3)?)),
        )?);
    }
    Ok(heads
        .into_iter()
        .min_by_key(|(order, _)| *order)
        .map(|(_, id)| id))
}

/// A copy of what fences a claim; it cannot end the job.
#[derive(Clone, Copy, Debug)]
pub struct Fence((JobId, i64, BootId));

impl Claim {
    /// What transactions of this run are fenced by.
    pub const fn copy_fence(&self) -> Fence {
        Fence(self.fence())
    }
}

/// Where a run has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Station {
    /// 10, 30, 50 or 80.
    pub progress: u32,
    /// True while this machine computes, false while it waits for others.
    pub cpu: bool,
}

/// Records, inside a transaction, that the run has arrived at a station.
pub fn reached(
    tx: &Tx<'_>,
    fence: &Fence,
    station: Station,
    now: Moment,
) -> Result<Result<(), Lost>, DbError> {
    let (job, number, boot) = fence.0;
    let changed = tx.run(
        "UPDATE jobs SET progress = max(progress, ?4), cpu_station = ?5,
            revision = ?6, updated_at = ?7
         WHERE id = ?1 AND status = 'processing' AND claims = ?2 AND boot = ?3",
        rusqlite::params![
            job,
            number,
            boot,
            station.progress,
            station.cpu,
            next_revision(tx)?,
            now
        ],
    )?;
    Ok(if changed == 1 { Ok(()) } else { Err(Lost) })
}
