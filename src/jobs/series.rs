//! Jobs over time and by cause, for operators: what a curve is drawn from, and why jobs failed.

use serde::Serialize;

use super::attempts::{COST, WITHOUT_PRICE};
use crate::db::{DbError, Query, Reader};
use crate::ids::JobId;
use crate::kinds::Kind;
use crate::time::{HOUR_MS, Moment};

/// Jobs that ended in one hour, or one step of a curve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// With a picture.
    pub completed: u64,
    /// Failed and refunded.
    pub failed: u64,
    /// Cancelled and refunded.
    pub cancelled: u64,
}

/// Jobs that ended since a moment, by the hour; an hour goes by the moment that it begins at.
pub fn ended_by_hour(db: &Reader<'_>, since: Moment) -> Result<Vec<(Moment, Ended)>, DbError> {
    Ok(db.all(
        "SELECT completed_at / ?2 * ?2, count(*) FILTER (WHERE status = 'completed'),
                count(*) FILTER (WHERE status = 'failed'), count(*) FILTER (WHERE status = 'cancelled')
         FROM jobs WHERE completed_at >= ?1 GROUP BY 1 ORDER BY 1",
        (since, HOUR_MS),
        |row| {
            let ended = Ended {
                completed: row.get(1)?,
                failed: row.get(2)?,
                cancelled: row.get(3)?,
            };
            Ok((row.get(0)?, ended))
        },
    )?)
}

/// What attempts cost since a moment, in micro-dollars, by the hour.
pub fn cost_by_hour(db: &Reader<'_>, since: Moment) -> Result<Vec<(Moment, i64)>, DbError> {
    let sql = format!(
        "SELECT started_at / ?2 * ?2, coalesce(sum({COST}), 0) FROM attempts WHERE started_at >= ?1
         GROUP BY 1 ORDER BY 1"
    );
    Ok(db.all(&sql, (since, HOUR_MS), |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// How the jobs of one kind went.
#[derive(Clone, Debug, Serialize)]
pub struct KindFigures {
    /// Which picture.
    pub kind: Kind,
    /// How they ended.
    #[serde(flatten)]
    pub ended: Ended,
    /// Completed ones whose price was given back.
    pub made_good: u64,
}

/// How jobs that ended since a moment went, by kind.
pub fn by_kind(db: &Reader<'_>, since: Moment) -> Result<Vec<KindFigures>, DbError> {
    Ok(db.all(
        "SELECT kind, count(*) FILTER (WHERE status = 'completed'),
                count(*) FILTER (WHERE status = 'failed'), count(*) FILTER (WHERE status = 'cancelled'),
                count(*) FILTER (WHERE status = 'completed' AND EXISTS
                    (SELECT 1 FROM entries WHERE job_id = jobs.id AND kind = 'adjust'))
         FROM jobs WHERE completed_at >= ?1 GROUP BY kind ORDER BY kind",
        [since],
        |row| {
            Ok(KindFigures {
                kind: row.get(0)?,
                ended: Ended {
                    completed: row.get(1)?,
                    failed: row.get(2)?,
                    cancelled: row.get(3)?,
                },
                made_good: row.get(4)?,
            })
        },
    )?)
}

/// How the attempts at one model went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModelFigures {
    /// Its logical name.
    pub model: String,
    /// Attempts that brought a picture.
    pub done: u64,
    /// Attempts that failed.
    pub failed: u64,
    /// Attempts whose outcome nobody knows.
    pub unknown: u64,
    /// What they cost, in micro-dollars.
    pub cost_micros: i64,
    /// Attempts whose cost nobody knows.
    pub cost_unknown: u64,
}

/// How attempts begun since a moment went, by model.
pub fn by_model(db: &Reader<'_>, since: Moment) -> Result<Vec<ModelFigures>, DbError> {
    let sql = format!(
        "SELECT model, count(*) FILTER (WHERE state = 'done'), count(*) FILTER (WHERE state = 'failed'),
                count(*) FILTER (WHERE state = 'unknown'), coalesce(sum({COST}), 0), {WITHOUT_PRICE}
         FROM attempts INDEXED BY attempts_by_time WHERE started_at >= ?1 GROUP BY model ORDER BY model"
    );
    Ok(db.all(&sql, [since], |row| {
        Ok(ModelFigures {
            model: row.get(0)?,
            done: row.get(1)?,
            failed: row.get(2)?,
            unknown: row.get(3)?,
            cost_micros: row.get(4)?,
            cost_unknown: row.get(5)?,
        })
    })?)
}

/// Jobs that failed for one reason.
#[derive(Clone, Debug, Serialize)]
pub struct FailureGroup {
    /// What the owner was told.
    pub code: String,
    /// The cause as operators see it.
    pub class: Option<String>,
    /// Which picture.
    pub kind: Kind,
    /// The model that was asked last; none if the job failed before.
    pub model: Option<String>,
    /// How many.
    pub count: u64,
    /// The latest of them.
    pub latest_job_id: JobId,
    /// When that failed.
    pub latest_at: Moment,
}

/// Jobs that failed since a moment, by cause, the most frequent first.
pub fn failures(db: &Reader<'_>, since: Moment) -> Result<Vec<FailureGroup>, DbError> {
    Ok(db.all(
        "SELECT error_code, error_class, kind,
                (SELECT model FROM attempts a WHERE a.job_id = jobs.id ORDER BY a.id DESC LIMIT 1) AS asked,
                count(*) AS many, id, max(completed_at)
         FROM jobs WHERE completed_at >= ?1 AND status = 'failed'
         GROUP BY error_code, error_class, kind, asked ORDER BY many DESC, error_code LIMIT 200",
        [since],
        |row| {
            Ok(FailureGroup {
                code: row.get(0)?,
                class: row.get(1)?,
                kind: row.get(2)?,
                model: row.get(3)?,
                count: row.get(4)?,
                latest_job_id: row.get(5)?,
                latest_at: row.get(6)?,
            })
        },
    )?)
}

/// What one model cost in a span of time.
#[derive(Clone, Debug, Serialize)]
pub struct ModelCost {
    /// Its logical name.
    pub model: String,
    /// The adapter.
    pub provider: String,
    /// Attempts in all.
    pub attempts: u64,
    /// Attempts that brought a picture.
    pub done: u64,
    /// What they cost, in micro-dollars.
    pub cost_micros: i64,
    /// Attempts whose cost nobody knows.
    pub cost_unknown: u64,
}

/// What models cost in `[from, until)`.
pub fn costs(db: &Reader<'_>, (from, until): (Moment, Moment)) -> Result<Vec<ModelCost>, DbError> {
    let sql = format!(
        "SELECT model, provider, count(*), count(*) FILTER (WHERE state = 'done'), coalesce(sum({COST}), 0),
                {WITHOUT_PRICE}
         FROM attempts WHERE started_at >= ?1 AND started_at < ?2 GROUP BY model, provider ORDER BY model, provider"
    );
    Ok(db.all(&sql, (from, until), |row| {
        Ok(ModelCost {
            model: row.get(0)?,
            provider: row.get(1)?,
            attempts: row.get(2)?,
            done: row.get(3)?,
            cost_micros: row.get(4)?,
            cost_unknown: row.get(5)?,
        })
    })?)
}
