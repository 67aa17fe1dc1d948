//! Numbers over many jobs, for operators and metrics.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::db::{DbError, Query, Reader};
use crate::jobs::attempts;
use crate::providers::Percentiles;
use crate::time::Moment;

/// How the jobs that ended in a window went.
#[derive(Clone, Debug, Default, Serialize)]
pub struct JobFigures {
    /// With a picture.
    pub completed: u32,
    /// Of these, answered by the cache.
    pub cache_hits: u32,
    /// Failed and refunded.
    pub failed: u32,
    /// Cancelled and refunded.
    pub cancelled: u32,
    /// Completed of completed and failed, 0..=1; null if none ended.
    pub success_rate: Option<f64>,
    /// Failed jobs by error code.
    pub failures: BTreeMap<String, u32>,
    /// The mean rating and how many rated.
    pub rating: Option<f64>,
    /// How many rated.
    pub ratings: u32,
    /// Milliseconds from start to end, by kind.
    pub by_kind: BTreeMap<String, Percentiles>,
    /// Milliseconds from start to end, by model.
    pub by_model: BTreeMap<String, Percentiles>,
    /// Cost of attempts in micro-dollars, expected where it is not known yet or never will be.
    pub cost_micros: i64,
    /// Attempts that made a picture, or may have, at a price that nobody knows.
    pub cost_unknown: u32,
}

/// The queue at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct QueueFigures {
    /// Waiting jobs that a worker may take.
    pub ready: u32,
    /// Waiting behind other jobs of their users, or for a retry.
    pub held: u32,
    /// Being made.
    pub processing: u32,
    /// Milliseconds the oldest ready job has waited.
    pub oldest_ms: i64,
}

/// Most durations read for percentiles.
const SAMPLE: u32 = 50_000;

/// Figures of the jobs that ended since a moment.
pub fn jobs(db: &Reader<'_>, since: Moment) -> Result<JobFigures, DbError> {
    let mut figures = db.one(
        "SELECT count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE cache IS NOT NULL),
                count(*) FILTER (WHERE status = 'failed'), count(*) FILTER (WHERE status = 'cancelled'),
                avg(rating), count(rating)
         FROM jobs WHERE completed_at >= ?1",
        [since],
        |row| {
            Ok(JobFigures {
                completed: row.get(0)?,
                cache_hits: row.get(1)?,
                failed: row.get(2)?,
                cancelled: row.get(3)?,
                rating: row.get(4)?,
                ratings: row.get(5)?,
                ..JobFigures::default()
            })
        },
    )?;
    let ended = figures.completed + figures.failed;
    figures.success_rate = (ended > 0).then(|| f64::from(figures.completed) / f64::from(ended));
    let failures = db.all(
        "SELECT error_code, count(*) FROM jobs WHERE completed_at >= ?1 AND status = 'failed' GROUP BY 1",
        [since],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    figures.failures = failures.into_iter().collect();
    (figures.cost_micros, figures.cost_unknown) = attempts::total_since(db, since)?;
    (figures.by_kind, figures.by_model) = durations(db, since)?;
    Ok(figures)
}

type Groups = BTreeMap<String, Percentiles>;

fn durations(db: &Reader<'_>, since: Moment) -> Result<(Groups, Groups), DbError> {
    let rows: Vec<(String, String, i64)> = db.all(
        "SELECT kind, model, processing_ms FROM jobs
         WHERE completed_at >= ?1 AND status = 'completed' AND cache IS NULL
         ORDER BY completed_at DESC LIMIT ?2",
        (since, SAMPLE),
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let (mut kinds, mut models) = (BTreeMap::new(), BTreeMap::new());
    for (kind, model, millis) in rows {
        kinds.entry(kind).or_insert_with(Vec::new).push(millis);
        models.entry(model).or_insert_with(Vec::new).push(millis);
    }
    let percentiles = |groups: BTreeMap<String, Vec<i64>>| {
        let groups = groups.into_iter();
        groups
            .filter_map(|(name, all)| Some((name, Percentiles::of(all)?)))
            .collect()
    };
    Ok((percentiles(kinds), percentiles(models)))
}

/// How many jobs of which kind ended how, after `from` and until `until`.
pub fn ended_between(
    db: &Reader<'_>,
    from: Moment,
    until: Moment,
) -> Result<Vec<(String, String, u64)>, DbError> {
    Ok(db.all(
        "SELECT kind, status, count(*) FROM jobs WHERE completed_at > ?1 AND completed_at <= ?2
         GROUP BY kind, status",
        (from, until),
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?)
}

/// The queue at `now`.
pub fn queue(db: &Reader<'_>, now: Moment) -> Result<QueueFigures, DbError> {
    const READY: &str = "status = 'pending' AND admitted = 1 AND due_at IS NULL";
    let ready = db.one(
        &format!("SELECT count(*), min(created_at) FROM jobs WHERE {READY}"),
        [],
        |row| Ok((row.get(0)?, row.get::<_, Option<Moment>>(1)?)),
    )?;
    let held = db.one(
        "SELECT (SELECT count(*) FROM jobs WHERE status = 'pending' AND admitted = 0)
              + (SELECT count(*) FROM jobs WHERE status = 'pending' AND due_at IS NOT NULL)",
        [],
        |row| row.get(0),
    )?;
    let processing = db.one(
        "SELECT count(*) FROM jobs WHERE status = 'processing'",
        [],
        |row| row.get(0),
    )?;
    Ok(QueueFigures {
        ready: ready.0,
        held,
        processing,
        oldest_ms: ready.1.map_or(0, |at| now.since(at).max(0)),
    })
}
