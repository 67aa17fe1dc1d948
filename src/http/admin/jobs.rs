//! `/v1/admin/jobs`: every job, and the operator's hand on them.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use serde_json::json;

use super::names::with_names;
use super::overview::looked_back;
use crate::db::DbError;
use crate::http::extract::{Admin, Id, Json, List, Page, Query};
use crate::http::job_view::{choice_filter, status_filter, view};
use crate::http::jobs::route_view;
use crate::http::{Code, Problem, State, reply};
use crate::ids::{JobId, UserId};
use crate::jobs::queue::{self, Retried};
use crate::jobs::{Filter, Job, Status, job};
use crate::kinds::Choice;
use crate::time::Moment;
use crate::{audit, ledger};

/// What the list can be filtered by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct JobFilter {
    status: Option<String>,
    kind: Option<String>,
    batch: Option<String>,
    user: Option<UserId>,
    model: Option<String>,
    cause: Option<String>,
    #[serde(default)]
    rated: bool,
    hours: Option<u32>,
}

/// `GET /v1/admin/jobs`, newest first; `hours` leaves those that ended in that time.
pub(in crate::http) async fn list(
    state: Data<State>,
    _: Admin,
    page: Page,
    Query(filter): Query<JobFilter>,
) -> Result<HttpResponse, Problem> {
    let hours = filter.hours.map(looked_back).transpose()?;
    let filter = Filter {
        user: filter.user,
        status: status_filter(filter.status.as_deref())?,
        kind: choice_filter("/kind", filter.kind.as_deref())?,
        batch: filter.batch,
        model: filter.model,
        cause: filter.cause,
        rated: filter.rated,
        ended_since: hours.map(|hours| Moment::now().plus_secs(-i64::from(hours) * 3600)),
    };
    let jobs = state
        .db
        .report(move |r| job::list(r, &filter, page.cursor, page.rows()))
        .await?;
    let page = List::new(jobs, &page, |j| j.seq);
    let mut items = Vec::with_capacity(page.items.len());
    for job in &page.items {
        let seen = view(&state, job, None, Moment::now()).await?;
        let mut seen = serde_json::to_value(seen.without_pictures()).map_err(Problem::internal)?;
        seen["user_id"] = json!(job.user);
        items.push(seen);
    }
    let next_cursor = page.next_cursor;
    let list = List { items, next_cursor };
    Ok(reply::ok(&with_names(&state, &list, OWNER).await?))
}

/// Where a job tells whose it is.
const OWNER: &[&str] = &["/user_id"];

fn any_job(state: &State, id: JobId) -> Result<Job, Problem> {
    let found = state.db.read(|r| job::find(r, id))?;
    found.ok_or_else(|| Problem::new(Code::NotFound))
}

/// `GET /v1/admin/jobs/{id}`: the job, whose it is and every attempt. Looking leaves a line in the audit log.
pub(in crate::http) async fn show(
    state: Data<State>,
    admin: Admin,
    Id(id): Id<JobId>,
) -> Result<HttpResponse, Problem> {
    let job = any_job(&state, id)?;
    let (actor, owner, now) = (admin.0.user, job.user, Moment::now());
    if actor != owner {
        let what = ("job.look", id.to_string());
        audit::look(&state.db, actor, what, owner, now).await?;
    }
    let mut body =
        serde_json::to_value(view(&state, &job, None, now).await?).map_err(Problem::internal)?;
    body["user_id"] = json!(job.user);
    body["route"] = route_view(&state, &job)?;
    Ok(reply::ok(&with_names(&state, &body, OWNER).await?))
}

/// `POST /v1/admin/jobs/{id}/retry`: a new job, free of charge, from a failed one.
pub(in crate::http) async fn retry(
    state: Data<State>,
    admin: Admin,
    Id(id): Id<JobId>,
) -> Result<HttpResponse, Problem> {
    let per_user = state.jobs.settings().per_user;
    let now = Moment::now();
    match queue::retry(&state.db, admin.0.user, id, per_user, now).await? {
        Retried::Unknown => Err(Problem::new(Code::NotFound)),
        Retried::Gone => Err(Problem::new(Code::Gone)),
        Retried::Repeated => Err(Problem::new(Code::Conflict)),
        Retried::NotFailed(status) => {
            Err(Problem::new(Code::Conflict).with("job_status", status.id()))
        }
        Retried::New(new) => {
            state.jobs.bell().ring();
            let job = any_job(&state, new)?;
            let body = view(&state, &job, None, now).await?.without_pictures();
            Ok(reply::created(&format!("/v1/admin/jobs/{new}"), &body))
        }
    }
}

/// `POST /v1/admin/jobs/{id}/fail`: ends a live job and refunds it.
pub(in crate::http) async fn fail(
    state: Data<State>,
    admin: Admin,
    Id(id): Id<JobId>,
) -> Result<HttpResponse, Problem> {
    let per_user = state.jobs.settings().per_user;
    let now = Moment::now();
    match queue::fail_by_operator(&state.db, admin.0.user, id, per_user, now).await? {
        None => Err(Problem::new(Code::NotFound)),
        Some(Err(status)) => Err(Problem::new(Code::Conflict).with("job_status", status.id())),
        Some(Ok(())) => {
            let job = any_job(&state, id)?;
            state.jobs.tell_end(job.user, id);
            state.jobs.bell().ring();
            let body = view(&state, &job, None, now).await?.without_pictures();
            Ok(reply::ok(&body))
        }
    }
}

/// A reason that says something.
pub(super) fn reasoned(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if (1..=200).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(Problem::field(
        "/reason",
        "需要 1 到 200 个字符",
        "must have 1 to 200 characters",
    ))
}

/// Why the price of a completed job is given back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Reason {
    reason: String,
}

/// `POST /v1/admin/jobs/{id}/make-good`: gives back the price of a completed job, once.
pub(in crate::http) async fn make_good(
    state: Data<State>,
    admin: Admin,
    Id(id): Id<JobId>,
    Json(body): Json<Reason>,
) -> Result<HttpResponse, Problem> {
    let reason = reasoned(&body.reason)?;
    let job = any_job(&state, id)?;
    if job.status != Status::Completed {
        return Err(Problem::new(Code::JobNotFinished).with("job_status", job.status.id()));
    }
    let (actor, now) = (admin.0.user, Moment::now());
    let given = state
        .db
        .write(move |tx| {
            let now = tx.clamp(now);
            let given = ledger::make_good(tx, id, actor, &reason, now)?;
            if let Some(amount) = given {
                let detail = json!({"amount": amount, "reason": reason});
                audit::write(
                    tx,
                    Some(actor),
                    "job.make_good",
                    Some(&id.to_string()),
                    &detail,
                    now,
                )?;
            }
            Ok::<_, DbError>(given)
        })
        .await?;
    match given {
        Some(amount) => Ok(reply::ok(&json!({"job_id": id, "amount": amount}))),
        None => Err(Problem::new(Code::Conflict)),
    }
}
