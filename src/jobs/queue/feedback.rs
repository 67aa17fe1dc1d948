//! What owners say about their jobs, and forgetting it.

use super::next_revision;
use crate::db::{Db, DbError, Query, Tx};
use crate::ids::{JobId, UserId};
use crate::jobs::job::Status;
use crate::time::Moment;

/// Rates a completed job of `user`, 1..=5. `Err(status)` inside `Ok` if it is not completed; `None` if unknown.
pub async fn rate(
    db: &Db,
    user: UserId,
    job: JobId,
    rating: u8,
    comment: Option<String>,
    now: Moment,
) -> Result<Option<Result<(), Status>>, DbError> {
    db.write(move |tx| {
        let status: Option<Status> = tx.first(
            "SELECT status FROM jobs WHERE id = ?1 AND user_id = ?2",
            (job, user),
            |row| row.get(0),
        )?;
        match status {
            None => Ok(None),
            Some(Status::Completed) => {
                tx.run(
                    "UPDATE jobs SET rating = ?2, comment = ?3, updated_at = ?4, revision = ?5 WHERE id = ?1",
                    (job, rating, comment, tx.clamp(now), next_revision(tx)?),
                )?;
                Ok(Some(Ok(())))
            }
            Some(other) => Ok(Some(Err(other))),
        }
    })
    .await
}

/// Removes what an erased user wrote about their jobs.
pub fn forget_personal(tx: &Tx<'_>, user: UserId) -> Result<usize, DbError> {
    tx.run("DELETE FROM idempotency_keys WHERE user_id = ?1", [user])?;
    Ok(tx.run(
        "UPDATE jobs SET reference = NULL, batch = NULL, comment = NULL WHERE user_id = ?1
            AND (reference IS NOT NULL OR batch IS NOT NULL OR comment IS NOT NULL)",
        [user],
    )?)
}
