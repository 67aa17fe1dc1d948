//! What a watcher of jobs has not seen yet: states by revision, never history.

use super::job::{self, COLUMNS, Job};
use crate::db::{DbError, Query, Reader};
use crate::ids::UserId;

/// Where the global change counter stands.
pub fn latest_revision(db: &Reader<'_>) -> Result<i64, DbError> {
    Ok(db.one(
        "SELECT value FROM counters WHERE name = 'revision'",
        [],
        |row| row.get(0),
    )?)
}

/// Jobs of a user that changed after `seen`, at most `limit`, in the order of their changes.
pub fn changed(db: &Reader<'_>, user: UserId, seen: i64, limit: u32) -> Result<Vec<Job>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM jobs WHERE user_id = ?1 AND revision > ?2 ORDER BY revision LIMIT ?3"
    );
    with_inputs(db, db.all(&sql, (user, seen, limit), Job::from_row)?)
}

/// Jobs of a user that have not ended and last changed after `seen`, but not after `until`; at most `limit`, in the
/// order of their changes.
pub fn live(
    db: &Reader<'_>,
    user: UserId,
    (seen, until): (i64, i64),
    limit: u32,
) -> Result<Vec<Job>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM jobs WHERE seq IN
            (SELECT seq FROM jobs INDEXED BY jobs_slots WHERE user_id = ?1 AND admitted = 1
             UNION ALL SELECT seq FROM jobs INDEXED BY jobs_waiting
                WHERE user_id = ?1 AND status = 'pending' AND admitted = 0)
            AND revision > ?2 AND revision <= ?3 ORDER BY revision LIMIT ?4"
    );
    with_inputs(db, db.all(&sql, (user, seen, until, limit), Job::from_row)?)
}

fn with_inputs(db: &Reader<'_>, mut jobs: Vec<Job>) -> Result<Vec<Job>, DbError> {
    for job in &mut jobs {
        job.inputs = job::inputs(db, job.id)?;
    }
    Ok(jobs)
}
