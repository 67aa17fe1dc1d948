//! Hold: a job whose picture waits for a person's decision. It is pending without a slot, so that it holds up nothing
//! else of its owner, and its owner may still cancel it.

use super::finish::{Finished, NewWork, complete, fail};
use super::next_revision;
use crate::blobs::doom;
use crate::db::{DbError, Tx};
use crate::ids::JobId;
use crate::jobs::job::{self, Job};
use crate::moderation::{self, Finding, Held, Subject};
use crate::time::Moment;

/// The progress of a picture that is made and not yet shown.
const MADE: u32 = 90;

/// Puts a job's picture on the list of reviews.
pub(super) fn hold(
    tx: &Tx<'_>,
    job: &Job,
    new: &NewWork,
    finding: Finding,
    now: Moment,
) -> Result<Finished, DbError> {
    let rest = serde_json::to_string(new)
        .map_err(|e| DbError::Sql(rusqlite::Error::ToSqlConversionFailure(Box::new(e))))?;
    let held = Held {
        user: job.user,
        subject: Subject::Result(job.id),
        blob: new.blob,
        thumbnail: Some(new.thumbnail),
        backend: new.backend,
        rest,
        finding,
    };
    tx.run(
        "UPDATE jobs SET status = 'pending', admitted = 0, held = 1, boot = NULL, cpu_station = 0, due_at = NULL,
            progress = max(progress, ?2), processing_ms = ?3 - started_at, updated_at = ?3, revision = ?4
         WHERE id = ?1 AND status = 'processing'",
        (job.id, MADE, now, next_revision(tx)?),
    )?;
    moderation::hold(tx, &held, now)?;
    Ok(Finished::Held)
}

/// Completes a held job with the picture that passed; false if it has ended otherwise.
pub fn release(tx: &Tx<'_>, id: JobId, held: &Held, now: Moment) -> Result<bool, DbError> {
    let Some(job) = job::find(tx, id)?.filter(|job| job.held) else {
        return Ok(false);
    };
    let new: NewWork = serde_json::from_str(&held.rest).map_err(|e| {
        DbError::Sql(rusqlite::Error::FromSqlConversionFailure(
            0,
            rusqlite::types::Type::Text,
            Box::new(e),
        ))
    })?;
    complete(tx, &job, &new, now)?;
    Ok(true)
}

/// Fails and refunds a held job whose picture may not be shown; false if it has ended otherwise.
pub fn reject(tx: &Tx<'_>, id: JobId, held: &Held, now: Moment) -> Result<bool, DbError> {
    if job::find(tx, id)?.is_none_or(|job| !job.held) {
        return Ok(false);
    }
    fail(tx, id, "result_blocked", "moderation", now)?;
    doom_pictures(tx, held, now)?;
    Ok(true)
}

/// A job ends in another way than by a decision: its review is withdrawn and its picture goes.
pub(super) fn drop_held(tx: &Tx<'_>, id: JobId, now: Moment) -> Result<(), DbError> {
    match moderation::withdraw(tx, Subject::Result(id), now)? {
        Some(held) => doom_pictures(tx, &held, now),
        None => Ok(()),
    }
}

fn doom_pictures(tx: &Tx<'_>, held: &Held, now: Moment) -> Result<(), DbError> {
    for blob in std::iter::once(&held.blob).chain(held.thumbnail.as_ref()) {
        doom(tx, blob, held.backend, now)?;
    }
    Ok(())
}
