//! The operator's hand on jobs: repeat a failed one as a new job, end a live one.

use serde_json::json;

use super::admit::{admit_next, slots_taken};
use super::finish::fail;
use super::next_revision;
use crate::audit;
use crate::db::{Db, DbError, Query, Tx};
use crate::ids::{JobId, UserId};
use crate::jobs::attempts;
use crate::jobs::job::{self, Job, Status};
use crate::time::Moment;
use crate::webhooks;

/// What became of an operator's retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retried {
    /// The new job.
    New(JobId),
    /// Only failed jobs can be repeated.
    NotFailed(Status),
    /// It is being repeated, or was with success.
    Repeated,
    /// Its inputs or its owner are gone.
    Gone,
    /// There is no such job.
    Unknown,
}

/// Makes a new job, free of charge, from a failed one.
pub async fn retry(
    db: &Db,
    actor: UserId,
    failed: JobId,
    per_user: u32,
    now: Moment,
) -> Result<Retried, DbError> {
    db.write(move |tx| {
        let now = tx.clamp(now);
        let Some(old) = job::find(tx, failed)? else {
            return Ok(Retried::Unknown);
        };
        if old.status != Status::Failed {
            return Ok(Retried::NotFailed(old.status));
        }
        if !inputs_are_there(tx, &old)? {
            return Ok(Retried::Gone);
        }
        let repeated = tx.first(
            "SELECT 1 FROM jobs WHERE retry_of = ?1 AND status IN ('pending', 'processing', 'completed')",
            [failed],
            |_| Ok(()),
        )?;
        if repeated.is_some() {
            return Ok(Retried::Repeated);
        }
        let new = copy(tx, &old, per_user, now)?;
        let detail = json!({"retry_of": failed, "user_id": old.user});
        audit::write(
            tx,
            Some(actor),
            "job.retry",
            Some(&new.to_string()),
            &detail,
            now,
        )?;
        Ok(Retried::New(new))
    })
    .await
}

fn inputs_are_there(tx: &Tx<'_>, old: &Job) -> Result<bool, DbError> {
    Ok(tx.one(
        "SELECT (SELECT state FROM users WHERE id = ?2) = 'active' AND NOT EXISTS
            (SELECT 1 FROM job_inputs i WHERE i.job_id = ?1
             AND NOT EXISTS (SELECT 1 FROM uploads u WHERE u.id = i.upload_id))",
        (old.id, old.user),
        |row| row.get(0),
    )?)
}

fn copy(tx: &Tx<'_>, old: &Job, per_user: u32, now: Moment) -> Result<JobId, DbError> {
    let new = JobId::new();
    let admitted = slots_taken(tx, old.user)? < per_user;
    // A repeated job is fresh: it must run, whatever else is live or kept.
    tx.run(
        "INSERT INTO jobs (id, user_id, wallet_id, kind, settings, quality, output, seed, label, language,
            reference, batch, auto_save, mode, price, retry_of, cache_key, fresh, class, admitted,
            turn, revision, created_at, updated_at)
         SELECT ?2, user_id, wallet_id, kind, settings, quality, output, seed, label, language,
            reference, batch, auto_save, mode, 0, id, cache_key, 1, class, ?3, ?4, ?4, ?5, ?5
         FROM jobs WHERE id = ?1",
        (old.id, new, admitted, next_revision(tx)?, now),
    )?;
    tx.run(
        "INSERT INTO job_inputs (job_id, position, role, upload_id)
         SELECT ?2, position, role, upload_id FROM job_inputs WHERE job_id = ?1",
        (old.id, new),
    )?;
    webhooks::follow(tx, old.id, new)?;
    Ok(new)
}

/// Fails and refunds a live job because an operator says so. `Err(status)` inside `Ok` if it has ended already;
/// `None` if there is no such job. A worker that still runs it finds its claim lost.
pub async fn fail_by_operator(
    db: &Db,
    actor: UserId,
    id: JobId,
    per_user: u32,
    now: Moment,
) -> Result<Option<Result<(), Status>>, DbError> {
    db.write(move |tx| {
        let now = tx.clamp(now);
        let found: Option<(UserId, Status)> = tx.first(
            "SELECT user_id, status FROM jobs WHERE id = ?1",
            [id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let Some((user, status)) = found else {
            return Ok(None);
        };
        if status.is_final() {
            return Ok(Some(Err(status)));
        }
        fail(tx, id, "stopped_by_operator", "operator", now)?;
        // A worker that still runs it closes its own attempt, with what came of it.
        if status == Status::Pending {
            attempts::close_all_of(tx, id, now)?;
        }
        admit_next(tx, user, per_user)?;
        audit::write(
            tx,
            Some(actor),
            "job.fail",
            Some(&id.to_string()),
            &json!({}),
            now,
        )?;
        Ok(Some(Ok(())))
    })
    .await
}
