//! `/v1/admin/series` and `/v1/admin/failures`: what curves are drawn from, and why jobs failed.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;
use serde_json::json;

use super::overview::Window;
use crate::db::DbError;
use crate::http::extract::{Admin, Query};
use crate::http::{Problem, State, reply};
use crate::jobs::series::{self, Ended};
use crate::time::Moment;
use crate::traffic::{self, Calls};

const HOUR_MS: i64 = 3_600_000;
/// Windows up to this many hours are shown by the hour, longer ones by the day.
const BY_THE_HOUR: u32 = 72;

/// One step of time.
#[derive(Debug, Serialize)]
struct Point {
    at: Moment,
    #[serde(flatten)]
    jobs: Ended,
    calls: Calls,
    cost_micros: i64,
}

type Row<T> = Vec<(Moment, T)>;

/// `GET /v1/admin/series?hours=24`: every step of the window, also those in which nothing happened.
pub(in crate::http) async fn show(
    state: Data<State>,
    _: Admin,
    Query(window): Query<Window>,
) -> Result<HttpResponse, Problem> {
    let (hours, now) = (window.hours()?, Moment::now());
    let step_hours = if hours <= BY_THE_HOUR { 1 } else { 24 };
    let step_ms = step_hours * HOUR_MS;
    let first = (now.millis() - i64::from(hours) * HOUR_MS).div_euclid(step_ms) * step_ms;
    let since = Moment::from_millis(first);
    let (jobs, calls, cost) = state
        .db
        .report(move |r| {
            let jobs = series::ended(r, since, step_ms)?;
            let calls = traffic::by_step(r, since, step_hours)?;
            Ok::<_, DbError>((jobs, calls, series::cost(r, since, step_ms)?))
        })
        .await?;
    let (mut jobs, mut calls, mut cost) = (map(jobs), map(calls), map(cost));
    let steps = (first..=now.millis()).step_by(usize::try_from(step_ms).unwrap_or(1));
    let points = steps.map(Moment::from_millis).map(|at| Point {
        at,
        jobs: jobs.remove(&at).unwrap_or_default(),
        calls: calls.remove(&at).unwrap_or_default(),
        cost_micros: cost.remove(&at).unwrap_or_default(),
    });
    Ok(reply::ok(&json!({
        "hours": hours,
        "step_seconds": step_ms / 1000,
        "points": points.collect::<Vec<_>>(),
    })))
}

fn map<T>(row: Row<T>) -> BTreeMap<Moment, T> {
    row.into_iter().collect()
}

/// `GET /v1/admin/failures?hours=24`: failed jobs by cause, the most frequent first.
pub(in crate::http) async fn failures(
    state: Data<State>,
    _: Admin,
    Query(window): Query<Window>,
) -> Result<HttpResponse, Problem> {
    let hours = window.hours()?;
    let since = Moment::now().plus_secs(-i64::from(hours) * 3600);
    let groups = state.db.report(move |r| series::failures(r, since)).await?;
    Ok(reply::ok(&json!({ "hours": hours, "items": groups })))
}
