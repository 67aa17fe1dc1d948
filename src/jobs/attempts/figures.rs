//! What attempts tell over many jobs: how models did, and what they cost.

use serde::Serialize;

use crate::db::{DbError, Query};
use crate::kinds::{Choice, Kind};
use crate::providers::{Class, Outcome};
use crate::time::Moment;

/// The last outcomes of a model, oldest first. What a crash cut off says nothing about the model and is left out.
pub fn past(db: &impl Query, model: &str, limit: usize) -> Result<Vec<Outcome>, DbError> {
    let rows: Vec<(String, Option<String>, Moment, Moment)> = db.all(
        "SELECT state, class, started_at, ended_at FROM attempts INDEXED BY attempts_by_model
         WHERE model = ?1 AND state <> 'open' ORDER BY started_at DESC LIMIT ?2",
        (model, limit),
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    let outcome = |(state, class, started, ended): (String, Option<String>, Moment, Moment)| {
        let class = match state.as_str() {
            "done" => None,
            _ => Some(Class::from_id(&class?)?),
        };
        Some(Outcome {
            class,
            at: ended,
            millis: Some(ended.since(started).max(0)),
        })
    };
    let mut outcomes: Vec<Outcome> = rows.into_iter().filter_map(outcome).collect();
    outcomes.sort_by_key(|outcome| outcome.at);
    Ok(outcomes)
}

/// What an attempt costs: where that is not known yet, or never will be, what was expected.
pub(in crate::jobs) const COST: &str = "CASE state WHEN 'failed' THEN coalesce(cost_micros, 0)
    ELSE coalesce(cost_micros, expected_micros, 0) END";
/// Attempts that made a picture, or may have, at a price that nobody knows.
pub(in crate::jobs) const WITHOUT_PRICE: &str = "count(*) FILTER
    (WHERE state IN ('done', 'unknown') AND cost_micros IS NULL AND expected_micros IS NULL)";

/// What each model cost since a moment, in micro-dollars.
pub fn spent_since(db: &impl Query, since: Moment) -> Result<Vec<(String, i64)>, DbError> {
    let sql = format!(
        "SELECT model, sum({COST}) FROM attempts INDEXED BY attempts_by_time
         WHERE started_at >= ?1 GROUP BY model"
    );
    Ok(db.all(&sql, [since], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// What all attempts since a moment cost, in micro-dollars, and how many had a price that nobody knows.
pub fn total_since(db: &impl Query, since: Moment) -> Result<(i64, u32), DbError> {
    let sql = format!(
        "SELECT coalesce(sum({COST}), 0), {WITHOUT_PRICE} FROM attempts WHERE started_at >= ?1"
    );
    Ok(db.one(&sql, [since], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// What one model cost for one kind of picture on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// The operator's day.
    pub day: String,
    /// The logical model.
    pub model: String,
    /// The kind of picture.
    pub kind: Kind,
    /// Calls that left.
    pub attempts: u32,
    /// Calls that made a picture.
    pub pictures: u32,
    /// Calls whose outcome nobody knows: they may have been charged.
    pub unknown: u32,
    /// What is known or expected, in micro-dollars.
    pub cost_micros: i64,
    /// Calls that made a picture, or may have, at a price that nobody knows.
    pub without_price: u32,
}

/// Costs by model and kind from `from` until before `until`, which are one day of the operator.
pub fn costs(
    db: &impl Query,
    day: &str,
    from: Moment,
    until: Moment,
) -> Result<Vec<Cost>, DbError> {
    let sql = format!(
        "SELECT attempts.model, kind, count(*), count(*) FILTER (WHERE state = 'done'),
                count(*) FILTER (WHERE state = 'unknown'), sum({COST}), {WITHOUT_PRICE}
         FROM attempts INDEXED BY attempts_by_time JOIN jobs ON jobs.id = attempts.job_id
         WHERE attempts.started_at >= ?1 AND attempts.started_at < ?2 GROUP BY 1, 2 ORDER BY 1, 2"
    );
    Ok(db.all(&sql, (from, until), |row| {
        Ok(Cost {
            day: day.to_owned(),
            model: row.get(0)?,
            kind: row.get(1)?,
            attempts: row.get(2)?,
            pictures: row.get(3)?,
            unknown: row.get(4)?,
            cost_micros: row.get(5)?,
            without_price: row.get(6)?,
        })
    })?)
}
