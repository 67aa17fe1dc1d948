//! Cancel: a job that has not begun ends and its charge goes back.

use super::admit::admit_next;
use super::hold::drop_held;
use super::next_revision;
use crate::db::{Db, DbError, Query, Tx};
use crate::ids::{JobId, UserId};
use crate::jobs::attempts;
use crate::jobs::job::Status;
use crate::ledger;
use crate::time::Moment;
use crate::webhooks::{self, Event};

/// What became of a cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelled {
    /// It is cancelled now, or was already.
    Yes,
    /// It is being made or has ended otherwise.
    TooLate(Status),
    /// There is no such job of this user.
    Unknown,
}

/// Cancels a pending job of `user` and refunds it. Cancelling twice is no error.
pub async fn cancel(
    db: &Db,
    user: UserId,
    job: JobId,
    per_user: u32,
    now: Moment,
) -> Result<Cancelled, DbError> {
    db.write(move |tx| {
        let status: Option<Status> = tx.first(
            "SELECT status FROM jobs WHERE id = ?1 AND user_id = ?2",
            (job, user),
            |row| row.get(0),
        )?;
        match status {
            None => Ok(Cancelled::Unknown),
            Some(Status::Cancelled) => Ok(Cancelled::Yes),
            Some(Status::Pending) => {
                end(tx, job, tx.clamp(now))?;
                admit_next(tx, user, per_user)?;
                Ok(Cancelled::Yes)
            }
            Some(late @ (Status::Processing | Status::Completed | Status::Failed)) => {
                Ok(Cancelled::TooLate(late))
            }
        }
    })
    .await
}

/// Cancels and refunds up to 500 pending jobs of a user, inside a transaction; answers how many.
pub fn cancel_pending_of(tx: &Tx<'_>, user: UserId, now: Moment) -> Result<usize, DbError> {
    let jobs: Vec<JobId> = tx.all(
        "SELECT id FROM jobs INDEXED BY jobs_slots WHERE user_id = ?1 AND status = 'pending' AND admitted = 1
         UNION ALL SELECT id FROM jobs INDEXED BY jobs_waiting
            WHERE user_id = ?1 AND status = 'pending' AND admitted = 0 LIMIT 500",
        [user],
        |row| row.get(0),
    )?;
    for job in &jobs {
        end(tx, *job, now)?;
    }
    Ok(jobs.len())
}

/// Cancels what frozen users still have waiting, slice by slice; answers how many.
pub async fn cancel_of_frozen(db: &Db, now: Moment) -> Result<usize, DbError> {
    let mut cancelled = 0;
    loop {
        let slice = db
            .write(move |tx| {
                let user = tx.first(
                    "SELECT id FROM users INDEXED BY users_by_state
                     WHERE state IN ('frozen', 'erasing') AND state = 'frozen' AND (EXISTS
                        (SELECT 1 FROM jobs INDEXED BY jobs_waiting
                         WHERE user_id = users.id AND status = 'pending' AND admitted = 0)
                     OR EXISTS
                        (SELECT 1 FROM jobs INDEXED BY jobs_slots
                         WHERE user_id = users.id AND admitted = 1 AND status = 'pending'))",
                    [],
                    |row| row.get(0),
                )?;
                user.map_or(Ok(0), |user| cancel_pending_of(tx, user, tx.clamp(now)))
            })
            .await?;
        if slice == 0 {
            return Ok(cancelled);
        }
        cancelled += slice;
    }
}

fn end(tx: &Tx<'_>, job: JobId, now: Moment) -> Result<(), DbError> {
    tx.run(
        "UPDATE jobs SET status = 'cancelled', admitted = 0, held = 0, due_at = NULL, completed_at = ?2,
            updated_at = ?2, revision = ?3 WHERE id = ?1 AND status = 'pending'",
        (job, now, next_revision(tx)?),
    )?;
    attempts::close_all_of(tx, job, now)?;
    drop_held(tx, job, now)?;
    ledger::refund(tx, job, now)?;
    webhooks::announce(tx, job, Event::Cancelled, now)
}
