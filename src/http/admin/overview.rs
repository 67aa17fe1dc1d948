//! `/v1/admin/overview`: how the house stands, at a glance.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use serde_json::json;

use crate::db::DbError;
use crate::http::extract::{Admin, Query};
use crate::http::{Problem, State, reply};
use crate::jobs::overview;
use crate::ledger;
use crate::time::Moment;

/// The window that is looked at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Window {
    hours: Option<u32>,
}

const MOST_HOURS: u32 = 24 * 31;

/// `GET /v1/admin/overview?hours=24`
pub(in crate::http) async fn show(
    state: Data<State>,
    _: Admin,
    Query(window): Query<Window>,
) -> Result<HttpResponse, Problem> {
    let hours = window.hours.unwrap_or(24);
    if !(1..=MOST_HOURS).contains(&hours) {
        return Err(Problem::field(
            "/hours",
            "必须是 1 到 744",
            "must be from 1 to 744",
        ));
    }
    let now = Moment::now();
    let since = now.plus_secs(-i64::from(hours) * 3600);
    let (jobs, queue, credits) = state
        .db
        .report(move |r| {
            let jobs = overview::jobs(r, since)?;
            let queue = overview::queue(r, now)?;
            Ok::<_, DbError>((jobs, queue, ledger::totals(r, since)?))
        })
        .await?;
    Ok(reply::ok(&json!({
        "hours": hours,
        "jobs": jobs,
        "queue": queue,
        "credits": credits,
        "budget": state.router.budget_report(now),
        "models": models(&state, now),
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
