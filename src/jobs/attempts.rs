//! Attempts: one row for each call to a model, committed before the call leaves. The only file that writes them.

use serde::Serialize;

use crate::db::{DbError, Query, Tx};
use crate::ids::JobId;
use crate::time::Moment;

/// An attempt's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptId(i64);

/// Over all runs and crashes, a job makes at most this many attempts.
pub const ATTEMPTS_MAX: i64 = 8;
/// Of these, at most this many with an unknown outcome.
pub const UNKNOWN_MAX: i64 = 2;

/// One attempt as `GET /v1/jobs/{id}/route` shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Attempt {
    /// The logical model.
    pub model: String,
    /// The adapter.
    pub provider: String,
    /// `open`, `done`, `failed` or `unknown`.
    pub state: String,
    /// The class of its error.
    pub class: Option<String>,
    /// Micro-dollars; absent if unknown.
    pub cost_micros: Option<i64>,
    /// When it left.
    pub started_at: Moment,
    /// When it was answered.
    pub ended_at: Option<Moment>,
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// With a picture.
    Done {
        /// Micro-dollars, if known.
        cost_micros: Option<i64>,
    },
    /// With an error of this class.
    Failed {
        /// The class.
        class: &'static str,
        /// More about it, for operators.
        detail: String,
    },
    /// Nobody knows: it may have been charged.
    Unknown,
}

/// Opens an attempt, or answers `None` if the job has used up its attempts.
pub fn open(
    tx: &Tx<'_>,
    job: JobId,
    claim: i64,
    model: &str,
    provider: &str,
    now: Moment,
) -> Result<Option<AttemptId>, DbError> {
    let (all, unknown): (i64, i64) = tx.one(
        "SELECT count(*), count(*) FILTER (WHERE state = 'unknown') FROM attempts WHERE job_id = ?1",
        [job],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if all >= ATTEMPTS_MAX || unknown >= UNKNOWN_MAX {
        return Ok(None);
    }
    let id = tx.insert(
        "INSERT INTO attempts (job_id, claim, model, provider, started_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        (job, claim, model, provider, now),
    )?;
    Ok(Some(AttemptId(id)))
}

/// Keeps the id by which the provider knows the attempt, so that a crash can go on polling.
pub fn note_upstream(tx: &Tx<'_>, attempt: AttemptId, upstream: &str) -> Result<(), DbError> {
    tx.run(
        "UPDATE attempts SET upstream_id = ?2 WHERE id = ?1 AND state = 'open'",
        (attempt.0, upstream),
    )?;
    Ok(())
}

/// Closes an open attempt.
pub fn close(
    tx: &Tx<'_>,
    attempt: AttemptId,
    verdict: &Verdict,
    now: Moment,
) -> Result<(), DbError> {
    let (state, class, detail, cost) = match verdict {
        Verdict::Done { cost_micros } => ("done", None, None, *cost_micros),
        Verdict::Failed { class, detail } => ("failed", Some(*class), Some(detail.as_str()), None),
        Verdict::Unknown => ("unknown", Some("unknown"), None, None),
    };
    tx.run(
        "UPDATE attempts SET state = ?2, class = ?3, detail = ?4, cost_micros = ?5, ended_at = ?6
         WHERE id = ?1 AND state = 'open'",
        (attempt.0, state, class, detail, cost, now),
    )?;
    Ok(())
}

/// What the local engine did not end costs nothing and is merely interrupted; of others nobody knows.
const LEFT_OPEN: &str = "UPDATE attempts SET ended_at = ?1,
    state = CASE provider WHEN 'studio' THEN 'failed' ELSE 'unknown' END,
    class = CASE provider WHEN 'studio' THEN 'interrupted' ELSE 'unknown' END";

/// After a start: closes what earlier boots left open, at most `limit` rows a call.
pub fn close_open(tx: &Tx<'_>, limit: u32, now: Moment) -> Result<usize, DbError> {
    let sql =
        format!("{LEFT_OPEN} WHERE id IN (SELECT id FROM attempts WHERE state = 'open' LIMIT ?2)");
    Ok(tx.run(&sql, (now, limit))?)
}

/// Closes what one job left open.
pub fn close_open_of(tx: &Tx<'_>, job: JobId, now: Moment) -> Result<usize, DbError> {
    let sql = format!("{LEFT_OPEN} WHERE job_id = ?2 AND state = 'open'");
    Ok(tx.run(&sql, (now, job))?)
}

/// How one model did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModelFigures {
    /// Its logical name.
    pub model: String,
    /// Calls that have ended.
    pub attempts: u32,
    /// With a picture.
    pub done: u32,
    /// With an answer that was lost.
    pub unknown: u32,
}

/// How each model did since a moment.
pub fn by_model(db: &impl Query, since: Moment) -> Result<Vec<ModelFigures>, DbError> {
    Ok(db.all(
        "SELECT model, count(*), count(*) FILTER (WHERE state = 'done'),
                count(*) FILTER (WHERE state = 'unknown')
         FROM attempts INDEXED BY attempts_by_time
         WHERE started_at >= ?1 AND state <> 'open' GROUP BY model",
        [since],
        |row| {
            Ok(ModelFigures {
                model: row.get(0)?,
                attempts: row.get(1)?,
                done: row.get(2)?,
                unknown: row.get(3)?,
            })
        },
    )?)
}

/// The attempts of a job, in order.
pub fn list(db: &impl Query, job: JobId) -> Result<Vec<Attempt>, DbError> {
    Ok(db.all(
        "SELECT model, provider, state, class, cost_micros, started_at, ended_at
         FROM attempts WHERE job_id = ?1 ORDER BY id",
        [job],
        |row| {
            Ok(Attempt {
                model: row.get(0)?,
                provider: row.get(1)?,
                state: row.get(2)?,
                class: row.get(3)?,
                cost_micros: row.get(4)?,
                started_at: row.get(5)?,
                ended_at: row.get(6)?,
            })
        },
    )?)
}
