//! Attempts: one row for each call to a model, committed before the call leaves. The only file that writes them.

mod figures;

use serde::Serialize;

pub(super) use figures::{COST, WITHOUT_PRICE};
pub use figures::{Cost, costs, past, spent_since, total_since};

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
    /// What it was expected to cost, in micro-dollars; absent if the price is unknown.
    pub expected_micros: Option<i64>,
    /// When it left.
    pub started_at: Moment,
    /// When it was answered.
    pub ended_at: Option<Moment>,
    /// Milliseconds between the two.
    pub took_ms: Option<i64>,
}

/// A call that is about to be made.
#[derive(Clone, Debug)]
pub struct Opening {
    /// For which job.
    pub job: JobId,
    /// In which run.
    pub claim: i64,
    /// The logical model.
    pub model: String,
    /// The adapter.
    pub provider: &'static str,
    /// Whether this machine answers it.
    pub is_local: bool,
    /// What it will probably cost, in micro-dollars.
    pub expected_micros: Option<i64>,
    /// The candidates of the choice, as JSON, if there was one.
    pub candidates: Option<String>,
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
        /// Micro-dollars that it cost all the same, if known.
        cost_micros: Option<i64>,
    },
    /// Nobody knows: it may have been charged.
    Unknown {
        /// Why nobody knows.
        class: &'static str,
        /// More about it, for operators.
        detail: String,
    },
}

/// Opens an attempt, or answers `None` if the job has used up its attempts.
pub fn open(tx: &Tx<'_>, opening: &Opening, now: Moment) -> Result<Option<AttemptId>, DbError> {
    let (all, unknown): (i64, i64) = tx.one(
        "SELECT count(*), count(*) FILTER (WHERE state = 'unknown') FROM attempts WHERE job_id = ?1",
        [opening.job],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if all >= ATTEMPTS_MAX || unknown >= UNKNOWN_MAX {
        return Ok(None);
    }
    let id = tx.insert(
        "INSERT INTO attempts (job_id, claim, model, provider, is_local, expected_micros, candidates, started_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            opening.job,
            opening.claim,
            &opening.model,
            opening.provider,
            opening.is_local,
            opening.expected_micros,
            &opening.candidates,
            now,
        ),
    )?;
    Ok(Some(AttemptId(id)))
}

/// Keeps the id by which the provider knows the attempt, so that a later run can go on polling.
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
        Verdict::Failed {
            class,
            detail,
            cost_micros,
        } => ("failed", Some(*class), Some(detail.as_str()), *cost_micros),
        Verdict::Unknown { class, detail } => {
            ("unknown", Some(*class), Some(detail.as_str()), None)
        }
    };
    tx.run(
        "UPDATE attempts SET state = ?2, class = ?3, detail = ?4, cost_micros = ?5, ended_at = ?6
         WHERE id = ?1 AND state = 'open'",
        (attempt.0, state, class, detail, cost, now),
    )?;
    Ok(())
}

/// What this machine did not end costs nothing and is merely interrupted; of others nobody knows.
const LEFT_OPEN: &str = "UPDATE attempts SET ended_at = ?1,
    state = iif(is_local, 'failed', 'unknown'), class = iif(is_local, 'interrupted', 'unknown')";

/// After a start: closes what earlier boots left open, at most `limit` rows a call. What a provider still makes for a
/// live job stays open: the next run polls it.
pub fn close_lost(tx: &Tx<'_>, limit: u32, now: Moment) -> Result<usize, DbError> {
    let sql = format!(
        "{LEFT_OPEN} WHERE id IN (SELECT a.id FROM attempts a INDEXED BY attempts_open
            JOIN jobs j ON j.id = a.job_id WHERE a.state = 'open'
            AND (a.upstream_id IS NULL OR j.status NOT IN ('pending', 'processing')) LIMIT ?2)"
    );
    Ok(tx.run(&sql, (now, limit))?)
}

/// A run of a job ended before its attempt did. What the provider still makes stays open: the next run polls it.
pub fn interrupt(tx: &Tx<'_>, job: JobId, now: Moment) -> Result<usize, DbError> {
    let sql = format!("{LEFT_OPEN} WHERE job_id = ?2 AND state = 'open' AND upstream_id IS NULL");
    Ok(tx.run(&sql, (now, job))?)
}

/// A job has ended: none of its attempts goes on.
pub fn close_all_of(tx: &Tx<'_>, job: JobId, now: Moment) -> Result<usize, DbError> {
    let sql = format!("{LEFT_OPEN} WHERE job_id = ?2 AND state = 'open'");
    Ok(tx.run(&sql, (now, job))?)
}

/// An attempt that a provider may still be working on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Underway {
    /// Its row.
    pub id: AttemptId,
    /// The logical model.
    pub model: String,
    /// What the provider calls it; absent if it answers at once or not at all.
    pub upstream: Option<String>,
    /// What it was expected to cost, in micro-dollars.
    pub expected_micros: Option<i64>,
    /// When it left.
    pub started_at: Moment,
}

/// The open attempt of a job.
pub fn underway(db: &impl Query, job: JobId) -> Result<Option<Underway>, DbError> {
    Ok(db.first(
        "SELECT id, model, upstream_id, expected_micros, started_at FROM attempts
         WHERE job_id = ?1 AND state = 'open' ORDER BY id DESC LIMIT 1",
        [job],
        |row| {
            Ok(Underway {
                id: AttemptId(row.get(0)?),
                model: row.get(1)?,
                upstream: row.get(2)?,
                expected_micros: row.get(3)?,
                started_at: row.get(4)?,
            })
        },
    )?)
}

/// The attempts of a job, in order.
pub fn list(db: &impl Query, job: JobId) -> Result<Vec<Attempt>, DbError> {
    Ok(db.all(
        "SELECT model, provider, state, class, cost_micros, expected_micros, started_at, ended_at
         FROM attempts WHERE job_id = ?1 ORDER BY id",
        [job],
        |row| {
            let (started_at, ended_at): (Moment, Option<Moment>) = (row.get(6)?, row.get(7)?);
            Ok(Attempt {
                model: row.get(0)?,
                provider: row.get(1)?,
                state: row.get(2)?,
                class: row.get(3)?,
                cost_micros: row.get(4)?,
                expected_micros: row.get(5)?,
                started_at,
                ended_at,
                took_ms: ended_at.map(|ended| ended.since(started_at)),
            })
        },
    )?)
}

/// The candidates of a job's last choice, as JSON, and when it was made.
pub fn last_choice(db: &impl Query, job: JobId) -> Result<Option<(String, Moment)>, DbError> {
    Ok(db.first(
        "SELECT candidates, started_at FROM attempts
         WHERE job_id = ?1 AND candidates IS NOT NULL ORDER BY id DESC LIMIT 1",
        [job],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}
