//! Fairness is admission: at most so many jobs of one user are in the queue that workers see.

use super::next_revision;
use crate::db::{Db, DbError, Lane, Query, Tx};
use crate::ids::UserId;

/// How many jobs of this user are admitted and live.
pub(super) fn slots_taken(tx: &Tx<'_>, user: UserId) -> Result<u32, DbError> {
    Ok(tx.one(
        "SELECT count(*) FROM jobs INDEXED BY jobs_slots WHERE user_id = ?1 AND admitted = 1",
        [user],
        |row| row.get(0),
    )?)
}

/// Fills the user's free slots with their waiting jobs: best class first, then in order of submission.
pub fn admit_next(tx: &Tx<'_>, user: UserId, per_user: u32) -> Result<usize, DbError> {
    let free = per_user.saturating_sub(slots_taken(tx, user)?);
    if free == 0 {
        return Ok(0);
    }
    Ok(tx.run(
        "UPDATE jobs SET admitted = 1, turn = ?3 WHERE seq IN
            (SELECT seq FROM jobs INDEXED BY jobs_waiting
             WHERE user_id = ?1 AND status = 'pending' AND admitted = 0 AND held = 0
             ORDER BY class, seq LIMIT ?2)",
        (user, free, next_revision(tx)?),
    )?)
}

/// Admits every user's waiting jobs up to the limit: after a start, when the limit may have changed.
pub async fn admit_everyone(db: &Db, per_user: u32) -> Result<usize, DbError> {
    let mut admitted = 0;
    let mut after = String::new();
    loop {
        let from = after.clone();
        let (users, count) = db
            .write_on(Lane::Workers, move |tx| {
                let users: Vec<UserId> = tx.all(
                    "SELECT DISTINCT user_id FROM jobs WHERE status = 'pending' AND admitted = 0
                     AND user_id > ?1 ORDER BY user_id LIMIT 500",
                    [&from],
                    |row| row.get(0),
                )?;
                let mut count = 0;
                for user in &users {
                    count += admit_next(tx, *user, per_user)?;
                }
                Ok::<_, DbError>((users, count))
            })
            .await?;
        admitted += count;
        match users.last() {
            Some(last) => after = last.to_string(),
            None => return Ok(admitted),
        }
    }
}
