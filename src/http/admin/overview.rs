//! `/v1/admin/overview`: how the house stands, at a glance.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use serde_json::json;

use crate::billing::revenue::{margin, revenue};
use crate::db::DbError;
use crate::http::extract::{Admin, Query};
use crate::http::{Problem, State, reply};
use crate::jobs::{overview, series};
use crate::ledger;
use crate::time::Moment;
use crate::traffic;

/// The window that is looked at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Window {
    hours: Option<u32>,
}

impl Window {
    /// How many hours back, a day if nothing is said.
    pub(super) fn hours(&self) -> Result<u32, Problem> {
        looked_back(self.hours.unwrap_or(24))
    }
}

/// As many hours as one can look back.
pub(super) fn looked_back(hours: u32) -> Result<u32, Problem> {
    if (1..=MOST_HOURS).contains(&hours) {
        return Ok(hours);
    }
    Err(Problem::field(
        "/hours",
        "必须是 1 到 744",
        "must be from 1 to 744",
    ))
}

const MOST_HOURS: u32 = 24 * 31;

/// `GET /v1/admin/overview?hours=24`
pub(in crate::http) async fn show(
    state: Data<State>,
    _: Admin,
    Query(window): Query<Window>,
) -> Result<HttpResponse, Problem> {
    let hours = window.hours()?;
    let now = Moment::now();
    let since = now.plus_secs(-i64::from(hours) * 3600);
    let (jobs, queue, credits, kinds, attempts, calls, revenue) = state
        .db
        .report(move |r| {
            let jobs = overview::jobs(r, since)?;
            let queue = overview::queue(r, now)?;
            let credits = ledger::totals(r, since)?;
            let (kinds, attempts) = (series::by_kind(r, since)?, series::by_model(r, since)?);
            let calls = traffic::since(r, since)?;
            let revenue = revenue(r, since)?;
            Ok::<_, DbError>((jobs, queue, credits, kinds, attempts, calls, revenue))
        })
        .await?;
    let settings = state.till.settings();
    let margin = margin(
        &revenue,
        jobs.cost_micros,
        (&settings.currency, settings.dollar_fen),
    );
    Ok(reply::ok(&json!({
        "hours": hours,
        "jobs": jobs,
        "queue": queue,
        "credits": credits,
        "budget": state.router.budget_report(now),
        "models": models(&state, now),
        "kinds": kinds,
        "attempts": attempts,
        "calls": calls,
        "refund_rate": refund_rate(&kinds),
        "revenue": revenue,
        "margin": margin,
        "free_bytes": state.space.free_bytes(),
        "uptime_seconds": state.since.elapsed().as_secs(),
    })))
}

/// How the models stand that can be called.
fn models(state: &State, now: Moment) -> Vec<serde_json::Value> {
    let of_use = state
        .router
        .report(now)
        .into_iter()
        .filter(|m| m.configured);
    let row = |m: crate::providers::ModelReport| {
        json!({
            "model": m.model,
            "enabled": m.enabled,
            "breaker": m.breaker,
            "success": m.success,
            "p50_ms": m.took_ms.map(|took| took.p50),
            "p99_ms": m.took_ms.map(|took| took.p99),
            "crowd": m.crowd,
            "spent_today_micros": m.spent_today_micros,
            "retires_in_days": m.retires_in_days,
        })
    };
    of_use.map(row).collect()
}

/// Of all jobs that ended in a picture or a failure, how many gave their price back; null if none ended.
fn refund_rate(kinds: &[series::KindFigures]) -> Option<f64> {
    let sum = |of: fn(&series::KindFigures) -> u64| kinds.iter().map(of).sum::<u64>();
    let ended = sum(|kind| kind.ended.completed + kind.ended.failed);
    let back = sum(|kind| kind.ended.failed + kind.made_good);
    (ended > 0).then(|| back as f64 / ended as f64)
}
