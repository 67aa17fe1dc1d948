//! `/v1/jobs`: submit, preview, list, follow, cancel, save, rate, and why a model was chosen.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{LOCATION, RETRY_AFTER};
use actix_web::web::Data;
use serde::Deserialize;
use serde_json::json;

use super::extract::{Id, IdempotencyKey, Json, LARGE, List, Page, Query, Wait};
use super::job_view::{choice_filter, own_job, retry_after_secs, status_filter, view};
use super::{Code, Problem, State, reply};
use crate::accounts::Caller;
use crate::billing::plans::plan_of;
use crate::db::DbError;
use crate::i18n::{Lang, Words};
use crate::ids::JobId;
use crate::jobs::queue::{self, Cancelled};
use crate::jobs::{Customer, Filter, Job, JobRequest, attempts, job};
use crate::kinds::Choice;
use crate::ledger::Account;
use crate::time::Moment;
use crate::works;

/// Who asks, as jobs see them.
pub(super) fn customer(state: &State, caller: &Caller, spoken: Lang) -> Result<Customer, Problem> {
    let plan = state
        .db
        .read(|r| plan_of(r, &state.plans, caller.user, Moment::now()))?;
    Ok(Customer {
        account: Account {
            wallet: caller.wallet,
            user: caller.user,
        },
        plan,
        mode: caller.mode.id(),
        quality: caller.quality,
        language: caller.language.unwrap_or(spoken),
        auto_save: caller.auto_save,
    })
}

/// `POST /v1/jobs`
pub(super) async fn submit(
    state: Data<State>,
    caller: Caller,
    spoken: Lang,
    key: IdempotencyKey,
    wait: Wait,
    Json(request): Json<JobRequest, LARGE>,
) -> Result<HttpResponse, Problem> {
    let customer = customer(&state, &caller, spoken)?;
    let accepted = state
        .jobs
        .submit(&customer, request, key.0, Moment::now())
        .await
        .map_err(|refused| super::refusals::problem(refused, &state))?;
    let (job, cache) = (accepted.job, accepted.cache);
    let job = match wait.0 {
        Some(wait) => until_final(&state, job, wait).await?,
        None => job,
    };
    let body = view(&state, &job, cache, Moment::now()).await?;
    let waited = wait.0.is_some() && job.status.is_final();
    let mut answer = if waited {
        reply::ok(&body)
    } else {
        reply::accepted(&body)
    };
    let headers = answer.headers_mut();
    let location = format!("/v1/jobs/{}", job.id);
    headers.insert(LOCATION, location.try_into().map_err(Problem::internal)?);
    headers.insert(RETRY_AFTER, retry_after_secs(&job).into());
    Ok(reply::marked(answer, accepted.replayed))
}

/// `POST /v1/jobs/preview`
pub(super) async fn preview(
    state: Data<State>,
    caller: Caller,
    spoken: Lang,
    Json(request): Json<JobRequest, LARGE>,
) -> Result<HttpResponse, Problem> {
    let customer = customer(&state, &caller, spoken)?;
    let quote = state
        .jobs
        .preview(&customer, request, Moment::now())
        .await
        .map_err(|refused| super::refusals::problem(refused, &state))?;
    let checks: Vec<_> = quote
        .checks
        .iter()
        .map(|c| json!({"role": c.role, "code": c.code, "refuses": c.refuses, "message": c.text}))
        .collect();
    Ok(reply::ok(&json!({
        "ok": quote.ok,
        "price": quote.price,
        "balance": quote.balance,
        "enough_credits": quote.balance >= i64::from(quote.price),
        "model": quote.model,
        "unavailable": quote.model.is_none().then_some(Code::NoModelAvailable.id()),
        "expected_seconds": quote.expected_secs,
        "checks": checks,
    })))
}

/// What the list of jobs can be filtered by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JobFilter {
    status: Option<String>,
    kind: Option<String>,
    batch: Option<String>,
}

/// `GET /v1/jobs`
pub(super) async fn list(
    state: Data<State>,
    caller: Caller,
    page: Page,
    Query(filter): Query<JobFilter>,
) -> Result<HttpResponse, Problem> {
    let filter = Filter {
        user: Some(caller.user),
        status: status_filter(filter.status.as_deref())?,
        kind: choice_filter("/kind", filter.kind.as_deref())?,
        batch: filter.batch,
        ..Filter::default()
    };
    let jobs = state
        .db
        .report(move |r| job::list(r, &filter, page.cursor, page.rows()))
        .await?;
    views(&state, List::new(jobs, &page, |j| j.seq)).await
}

/// Answers a page of jobs.
pub(super) async fn views(state: &State, page: List<Job>) -> Result<HttpResponse, Problem> {
    let mut items = Vec::with_capacity(page.items.len());
    for job in &page.items {
        items.push(view(state, job, None, Moment::now()).await?);
    }
    Ok(reply::ok(&List {
        items,
        next_cursor: page.next_cursor,
    }))
}

/// `GET /v1/jobs/{id}`
pub(super) async fn show(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<JobId>,
    wait: Wait,
) -> Result<HttpResponse, Problem> {
    let mut job = own_job(&state, caller.user, id)?;
    if let Some(wait) = wait.0 {
        job = until_final(&state, job, wait).await?;
    }
    let mut answer = reply::ok(&view(&state, &job, None, Moment::now()).await?);
    if !job.status.is_final() {
        let secs = retry_after_secs(&job);
        answer.headers_mut().insert(RETRY_AFTER, secs.into());
    }
    Ok(answer)
}

/// The job once it is final, or as it is when the time is over or the server stops.
async fn until_final(state: &State, job: Job, wait: Duration) -> Result<Job, Problem> {
    let deadline = tokio::time::Instant::now() + wait;
    // Watch first, then read: a change in between is heard.
    let mut watcher = state.jobs.bell().watch(job.user);
    let id = job.id;
    let mut latest = job;
    loop {
        if let Some(found) = state.db.read(|r| job::find(r, id))? {
            latest = found;
        }
        if latest.status.is_final() {
            return Ok(latest);
        }
        tokio::select! {
            () = watcher.changed(Some(id)) => {}
            () = tokio::time::sleep_until(deadline) => return Ok(latest),
            () = state.stopping.cancelled() => return Ok(latest),
        }
    }
}

/// `POST /v1/jobs/{id}/cancel`
pub(super) async fn cancel(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<JobId>,
) -> Result<HttpResponse, Problem> {
    let per_user = state.jobs.settings().per_user;
    match queue::cancel(&state.db, caller.user, id, per_user, Moment::now()).await? {
        Cancelled::Unknown => Err(Problem::new(Code::NotFound)),
        Cancelled::TooLate(status) => {
            Err(Problem::new(Code::JobNotCancellable).with("job_status", status.id()))
        }
        Cancelled::Yes => {
            state.jobs.tell_end(caller.user, id);
            // Its slot may have gone to another job.
            state.jobs.bell().ring();
            let job = own_job(&state, caller.user, id)?;
            Ok(reply::ok(&view(&state, &job, None, Moment::now()).await?))
        }
    }
}

/// `POST /v1/jobs/{id}/save`
pub(super) async fn save(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<JobId>,
) -> Result<HttpResponse, Problem> {
    let job = own_job(&state, caller.user, id)?;
    let work = job
        .work
        .ok_or_else(|| Problem::new(Code::JobNotFinished).with("job_status", job.status.id()))?;
    let saved = works::save(&state.db, caller.user, work, Moment::now()).await?;
    let saved = saved.ok_or_else(|| Problem::new(Code::Gone))?;
    let body = super::works::view(&state, &saved, caller.user, Moment::now()).await?;
    Ok(reply::ok(&body))
}

/// What an owner thinks of a result.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Feedback {
    rating: u8,
    comment: Option<String>,
}

const COMMENT_CHARS: usize = 1000;

/// `POST /v1/jobs/{id}/feedback`
pub(super) async fn feedback(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<JobId>,
    Json(feedback): Json<Feedback>,
) -> Result<HttpResponse, Problem> {
    if !(1..=5).contains(&feedback.rating) {
        return Err(Problem::field(
            "/rating",
            "必须是 1 到 5",
            "must be from 1 to 5",
        ));
    }
    let too_long = |c: &String| c.chars().count() > COMMENT_CHARS;
    if feedback.comment.as_ref().is_some_and(too_long) {
        return Err(Problem::field(
            "/comment",
            "最多 1000 个字符",
            "at most 1000 characters",
        ));
    }
    let (rating, comment) = (feedback.rating, feedback.comment);
    let rated = queue::rate(&state.db, caller.user, id, rating, comment, Moment::now()).await?;
    match rated {
        None => Err(Problem::new(Code::NotFound)),
        Some(Err(status)) => {
            Err(Problem::new(Code::JobNotFinished).with("job_status", status.id()))
        }
        Some(Ok(())) => {
            metrics::histogram!("atelier_rating").record(f64::from(rating));
            state.jobs.tell(caller.user, id);
            Ok(reply::no_content())
        }
    }
}

/// `GET /v1/jobs/{id}/route`
pub(super) async fn route(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<JobId>,
) -> Result<HttpResponse, Problem> {
    let job = own_job(&state, caller.user, id)?;
    Ok(reply::ok(&route_view(&state, &job)?))
}

/// Every candidate as it stood at the last choice (or stands now, before the first one), and every attempt of a job.
pub(super) fn route_view(state: &State, job: &Job) -> Result<serde_json::Value, Problem> {
    let (attempts, chosen) = state.db.read(|r| {
        let chosen = attempts::last_choice(r, job.id)?;
        Ok::<_, DbError>((attempts::list(r, job.id)?, chosen))
    })?;
    let (candidates, chosen_at) = match chosen {
        Some((candidates, at)) => {
            let candidates = serde_json::from_str(&candidates).map_err(Problem::internal)?;
            (candidates, Some(at))
        }
        None => {
            let now = state
                .router
                .candidates(state.jobs.errand(job), Moment::now());
            (json!(now), None)
        }
    };
    Ok(json!({
        "job_id": job.id,
        "list": job.mode,
        "quality": job.quality,
        "model": job.model,
        "chosen_at": chosen_at,
        "candidates": candidates,
        "attempts": attempts,
    }))
}

/// `GET /v1/batches/{batch}`
pub(super) async fn batch(
    state: Data<State>,
    caller: Caller,
    batch: actix_web::web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let name = batch.into_inner();
    let of = name.clone();
    let count = state
        .db
        .report(move |r| job::count_batch(r, caller.user, &of))
        .await?;
    if count.total == 0 {
        return Err(Problem::new(Code::NotFound)
            .detail(Words::new("没有这个批次", "There is no such batch")));
    }
    let mut body = serde_json::to_value(&count).map_err(Problem::internal)?;
    body["batch"] = json!(name);
    Ok(reply::ok(&body))
}
