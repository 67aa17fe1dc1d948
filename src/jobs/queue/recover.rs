//! Recovery: what a crash or a lost worker left behind is given back to the queue.

use super::admit::admit_next;
use super::finish::fail;
use super::next_revision;
use crate::db::{Db, DbError, Lane, Query, Tx};
use crate::ids::{BootId, JobId, UserId};
use crate::jobs::attempts;
use crate::time::Moment;

/// What recovery did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Jobs that wait again.
    pub given_back: usize,
    /// Jobs that crashed too often and were refunded.
    pub failed: usize,
}

/// A job that was computing at more crashes than this fails.
const CRASHES_MAX: i64 = 5;
const SLICE: u32 = 500;

/// After a start: jobs of earlier boots wait again, late retries are due, and open attempts have an unknown outcome unless
/// the provider can still be asked what became of them.
pub async fn recover_after_start(
    db: &Db,
    boot: BootId,
    longest_delay_secs: u32,
    per_user: u32,
    now: Moment,
) -> Result<Recovered, DbError> {
    let mut total = Recovered::default();
    loop {
        let slice = db
            .write_on(Lane::Workers, move |tx| {
                let now = tx.clamp(now);
                let lost = attempts::close_lost(tx, SLICE, now)?;
                let stray: Vec<Stray> = tx.all(
                    "SELECT id, user_id, crashes + cpu_station FROM jobs
                     WHERE status = 'processing' AND boot <> ?1 LIMIT ?2",
                    (boot, SLICE),
                    Stray::from_row,
                )?;
                Ok::<_, DbError>((give_back(tx, &stray, per_user, now)?, lost))
            })
            .await?;
        let (slice, lost) = slice;
        total.given_back += slice.given_back;
        total.failed += slice.failed;
        if slice == Recovered::default() && lost == 0 {
            break;
        }
    }
    db.write_on(Lane::Workers, move |tx| {
        let now = tx.clamp(now);
        let latest = now.plus_secs(i64::from(longest_delay_secs));
        tx.run(
            "UPDATE jobs SET due_at = NULL WHERE status = 'pending' AND due_at > ?1",
            [latest],
        )?;
        Ok::<_, DbError>(())
    })
    .await?;
    Ok(total)
}

/// Gives back every job of this boot that no worker runs any more.
pub async fn give_back_strays(
    db: &Db,
    boot: BootId,
    running: Vec<JobId>,
    per_user: u32,
    now: Moment,
) -> Result<Recovered, DbError> {
    db.write_on(Lane::Workers, move |tx| {
        let all: Vec<Stray> = tx.all(
            "SELECT id, user_id, crashes + cpu_station FROM jobs WHERE status = 'processing' AND boot = ?1",
            [boot],
            Stray::from_row,
        )?;
        let stray: Vec<Stray> = all.into_iter().filter(|s| !running.contains(&s.job)).collect();
        for one in &stray {
            attempts::interrupt(tx, one.job, tx.clamp(now))?;
        }
        give_back(tx, &stray, per_user, tx.clamp(now))
    })
    .await
}

struct Stray {
    job: JobId,
    user: UserId,
    crashes: i64,
}

impl Stray {
    fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            job: row.get(0)?,
            user: row.get(1)?,
            crashes: row.get(2)?,
        })
    }
}

fn give_back(
    tx: &Tx<'_>,
    strays: &[Stray],
    per_user: u32,
    now: Moment,
) -> Result<Recovered, DbError> {
    let mut done = Recovered::default();
    for stray in strays {
        tx.run(
            "UPDATE jobs SET status = 'pending', boot = NULL, due_at = NULL, cpu_station = 0, crashes = ?2,
                updated_at = ?3, revision = ?4 WHERE id = ?1 AND status = 'processing'",
            (stray.job, stray.crashes, now, next_revision(tx)?),
        )?;
        if stray.crashes > CRASHES_MAX {
            fail(tx, stray.job, "crash_loop", "internal", now)?;
            attempts::close_all_of(tx, stray.job, now)?;
            admit_next(tx, stray.user, per_user)?;
            done.failed += 1;
        } else {
            done.given_back += 1;
        }
    }
    Ok(done)
}
