//! Finish: how a run ended decides, in one table, what becomes of the job and of the money.

use super::admit::admit_next;
use super::claim::Claim;
use super::hold::{drop_held, hold};
use super::next_revision;
use crate::blobs::doom;
use crate::db::{Db, DbError, Lane, Query, Tx};
use crate::ids::{JobId, WorkId};
use crate::jobs::attempts;
use crate::jobs::job::{self, Job};
use crate::jobs::settings::Settings;
use crate::ledger::{self, Account};
use crate::moderation::Finding;
use crate::time::Moment;
use crate::webhooks::{self, Event};
use crate::works;
pub use crate::works::NewWork;

/// How a run ended.
#[derive(Clone, Debug)]
pub enum Ended {
    /// The picture is in storage.
    Done(Box<NewWork>),
    /// It failed, and another run may go better: the error's code for the user, its class for operators.
    Curable(&'static str, &'static str),
    /// It failed by a fault of ours; one more run is tried.
    Internal,
    /// It failed and would fail again.
    Permanent(&'static str, &'static str),
    /// The picture is in storage, and a person has to look at it before anybody else does.
    Held(Box<NewWork>, Finding),
    /// The picture is made but storage does not take it.
    StorageRefused,
    /// A graceful stop hands it back.
    HandedBack,
}

/// What became of the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finished {
    /// It has its picture.
    Completed(WorkId),
    /// It waits for another run.
    Waiting,
    /// It failed and its charge went back.
    Failed,
    /// Its picture waits for a person's decision.
    Held,
    /// The claim was lost; nothing changed.
    Lost,
}

/// How long a picture waits for storage before its job fails, and how long between tries.
const STORAGE_WAIT_SECS: i64 = 15 * 60;
const STORAGE_RETRY_SECS: i64 = 15;

/// Ends a run.
pub async fn finish(
    db: &Db,
    claim: Claim,
    ended: Ended,
    settings: &Settings,
    now: Moment,
) -> Result<Finished, DbError> {
    let settings = settings.clone();
    db.write_on(Lane::Workers, move |tx| {
        let now = tx.clamp(now);
        let Some(job) = held(tx, &claim)? else {
            return Ok(Finished::Lost);
        };
        let finished = match ended {
            Ended::Done(work) => complete(tx, &job, &work, now)?,
            Ended::Held(work, finding) => hold(tx, &job, &work, finding, now)?,
            Ended::Curable(code, class) => {
                match settings.retry_delays_secs.get(job.retries as usize) {
                    Some(delay) => wait(tx, &job, true, i64::from(*delay), now)?,
                    None => fail(tx, job.id, code, class, now)?,
                }
            }
            Ended::Internal if job.retries == 0 => wait(tx, &job, true, 0, now)?,
            Ended::Internal => fail(tx, job.id, "internal", "internal", now)?,
            Ended::Permanent(code, class) => fail(tx, job.id, code, class, now)?,
            Ended::StorageRefused => {
                let since = job.storage_since.unwrap_or(now);
                if now.since(since) < STORAGE_WAIT_SECS * 1000 {
                    wait(tx, &job, false, STORAGE_RETRY_SECS, now)?;
                    note_storage_trouble(tx, job.id, since)?
                } else {
                    fail(tx, job.id, "storage_unavailable", "storage", now)?
                }
            }
            Ended::HandedBack => wait(tx, &job, false, 0, now)?,
        };
        if finished == Finished::Waiting {
            attempts::interrupt(tx, job.id, now)?;
        } else {
            attempts::close_all_of(tx, job.id, now)?;
            admit_next(tx, job.user, settings.per_user)?;
        }
        Ok(finished)
    })
    .await
}

fn held(tx: &Tx<'_>, claim: &Claim) -> Result<Option<Job>, DbError> {
    let id: Option<JobId> = tx.first(
        "SELECT id FROM jobs WHERE id = ?1 AND status = 'processing' AND claims = ?2 AND boot = ?3",
        claim.fence(),
        |row| row.get(0),
    )?;
    id.map_or(Ok(None), |id| job::find(tx, id))
}

/// Completes a job that is being made, or whose picture passed its review.
pub(super) fn complete(
    tx: &Tx<'_>,
    job: &Job,
    new: &NewWork,
    now: Moment,
) -> Result<Finished, DbError> {
    let active: bool = tx.one(
        "SELECT state NOT IN ('erasing', 'erased') FROM users WHERE id = ?1",
        [job.user],
        |row| row.get(0),
    )?;
    if !active {
        // The owner asked to be erased while the job ran: no picture is kept, and no balance either.
        doom(tx, &new.blob, new.backend, now)?;
        doom(tx, &new.thumbnail, new.backend, now)?;
        let failed = fail(tx, job.id, "account_erased", "erased", now)?;
        let account = Account {
            wallet: job.wallet,
            user: job.user,
        };
        ledger::expire_all(tx, account, now)?;
        return Ok(failed);
    }
    let origin = works::Origin {
        user: job.user,
        job: job.id,
        kind: job.kind,
        listed: job.auto_save,
        cache_key: job.cache_key.clone(),
        reference: job.reference.clone(),
        language: job.language,
    };
    let work = works::add(tx, new, &origin, now)?;
    tx.run(
        "UPDATE jobs SET status = 'completed', admitted = 0, held = 0, boot = NULL, cpu_station = 0,
            progress = 100, work_id = ?2, model = ?3, processing_ms = coalesce(processing_ms, ?4 - started_at),
            completed_at = ?4, updated_at = ?4, revision = ?5
         WHERE id = ?1 AND (status = 'processing' OR held = 1)",
        (job.id, work, &new.model, now, next_revision(tx)?),
    )?;
    webhooks::announce(tx, job.id, Event::Completed, now)?;
    Ok(Finished::Completed(work))
}

fn wait(
    tx: &Tx<'_>,
    job: &Job,
    counts: bool,
    delay_secs: i64,
    now: Moment,
) -> Result<Finished, DbError> {
    let due = (delay_secs > 0).then(|| now.plus_secs(delay_secs));
    tx.run(
        "UPDATE jobs SET status = 'pending', boot = NULL, cpu_station = 0, retries = retries + ?2,
            due_at = ?3, updated_at = ?4, revision = ?5 WHERE id = ?1 AND status = 'processing'",
        (job.id, counts, due, now, next_revision(tx)?),
    )?;
    Ok(Finished::Waiting)
}

fn note_storage_trouble(tx: &Tx<'_>, job: JobId, since: Moment) -> Result<Finished, DbError> {
    tx.run(
        "UPDATE jobs SET storage_since = ?2 WHERE id = ?1",
        (job, since),
    )?;
    Ok(Finished::Waiting)
}

/// Fails a live job and gives its charge back: there is no other way to fail one.
pub(super) fn fail(
    tx: &Tx<'_>,
    job: JobId,
    code: &str,
    class: &str,
    now: Moment,
) -> Result<Finished, DbError> {
    tx.run(
        "UPDATE jobs SET status = 'failed', admitted = 0, held = 0, boot = NULL, cpu_station = 0, due_at = NULL,
            error_code = ?2, error_class = ?3, processing_ms = coalesce(processing_ms, ?4 - started_at),
            completed_at = ?4, updated_at = ?4, revision = ?5
         WHERE id = ?1 AND status IN ('pending', 'processing')",
        (job, code, class, now, next_revision(tx)?),
    )?;
    drop_held(tx, job, now)?;
    ledger::refund(tx, job, now)?;
    webhooks::announce(tx, job, Event::Failed, now)?;
    Ok(Finished::Failed)
}
