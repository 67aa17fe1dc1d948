//! A job as callers see it. Links to pictures are signed here, at read time, and stored nowhere.

use actix_web::web::Data;
use async_trait::async_trait;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Problem, State};
use crate::blobs::Signer;
use crate::db::DbError;
use crate::i18n::Words;
use crate::ids::{JobId, UserId, WorkId};
use crate::jobs::{Ahead, Job, Status, attempts, failure_words, message};
use crate::kinds::{Choice, Kind, Quality, Role, Settings};
use crate::time::Moment;
use crate::webhooks::{Describe, DescribeError};
use crate::works::{self, Work};
use crate::{ledger, uploads};

/// The body of every answer about a job.
#[derive(Debug, Serialize)]
pub(super) struct JobView {
    id: JobId,
    kind: Kind,
    status: Status,
    progress: u32,
    message: Words,
    price: u32,
    /// Credits taken and not given back.
    charged: u32,
    balance_after: Option<i64>,
    position: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ahead_more_than: Option<u32>,
    eta_seconds: Option<u32>,
    inputs: Vec<InputView>,
    settings: Settings,
    quality: Quality,
    output: String,
    seed: u64,
    label: crate::jobs::Label,
    reference: Option<String>,
    batch: Option<String>,
    result: Option<ResultView>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    result_gone: bool,
    error: Option<ErrorView>,
    rating: Option<u32>,
    retries: u32,
    attempts: usize,
    retry_of: Option<JobId>,
    cache: Option<&'static str>,
    revision: i64,
    created_at: Moment,
    updated_at: Moment,
    started_at: Option<Moment>,
    completed_at: Option<Moment>,
    links: Value,
}

#[derive(Debug, Serialize)]
struct InputView {
    role: Role,
    upload_id: crate::ids::UploadId,
    /// Null once the upload is deleted.
    url: Option<String>,
}

#[derive(Debug, Serialize)]
struct ErrorView {
    code: String,
    message: Words,
}

#[derive(Debug, Serialize)]
struct ResultView {
    images: Vec<ImageView>,
    work_id: WorkId,
    model: String,
    processing_ms: Option<i64>,
    cache: Option<&'static str>,
}

/// One picture with its links.
#[derive(Debug, Serialize)]
pub(super) struct ImageView {
    url: String,
    thumbnail_url: String,
    file_name: String,
    width: u32,
    height: u32,
    bytes: u64,
    format: crate::kinds::Format,
    expires_at: Moment,
}

/// The picture of a work with fresh links.
pub(super) async fn image(
    state: &State,
    work: &Work,
    reference: Option<&str>,
    now: Moment,
) -> Result<ImageView, Problem> {
    let store = state.blobs.at(work.backend)?;
    Ok(ImageView {
        url: store.signed_url(&work.blob, now).await?,
        thumbnail_url: store.signed_url(&work.thumbnail, now).await?,
        file_name: work.file_name(reference),
        width: work.size.0,
        height: work.size.1,
        bytes: work.bytes,
        format: work.format,
        expires_at: Moment::from_millis(Signer::expiry(now) * 1000),
    })
}

impl JobView {
    /// The same without links to pictures: whoever is not the owner asks for those one job at a time.
    pub(super) fn without_pictures(mut self) -> Self {
        for input in &mut self.inputs {
            input.url = None;
        }
        if let Some(result) = &mut self.result {
            result.images.clear();
        }
        self
    }
}

/// What [`view`] needs from the database.
struct Rows {
    work: Option<Work>,
    charge: Option<i64>,
    attempts: usize,
    uploads: Vec<Option<uploads::Upload>>,
}

impl Rows {
    fn read(state: &State, job: &Job) -> Result<Self, DbError> {
        state.db.read(|r| {
            Ok(Self {
                work: job.work.map_or(Ok(None), |id| works::find(r, id))?,
                charge: ledger::balance_after_charge(r, job.id)?,
                attempts: attempts::list(r, job.id)?.len(),
                uploads: job
                    .inputs
                    .iter()
                    .map(|(_, id)| uploads::find(r, *id))
                    .collect::<Result<_, _>>()?,
            })
        })
    }
}

/// The job as its owner (or an operator) sees it at `now`. `cache` overrides how the cache answered.
pub(super) async fn view(
    state: &State,
    job: &Job,
    cache: Option<&'static str>,
    now: Moment,
) -> Result<JobView, Problem> {
    let rows = Rows::read(state, job)?;
    let cache = cache.or(job.cache_hit.then_some("hit"));
    let (position, ahead_more_than) = match state.snapshots.ahead(job)? {
        Some(Ahead::Exactly(ahead)) => (Some(ahead + 1), None),
        Some(Ahead::MoreThan(ahead)) => (None, Some(ahead)),
        None => (None, None),
    };
    let retries_max = state.jobs.settings().retry_delays_secs.len();
    let given_back = match job.status {
        Status::Failed | Status::Cancelled => true,
        Status::Pending | Status::Processing | Status::Completed => false,
    };
    Ok(JobView {
        id: job.id,
        kind: job.kind,
        status: job.status,
        progress: job.progress,
        message: message(job, retries_max, now),
        price: job.price,
        charged: if given_back { 0 } else { job.price },
        balance_after: rows.charge,
        position,
        ahead_more_than,
        eta_seconds: state.snapshots.eta_secs(job, position)?,
        inputs: inputs(state, job, &rows, now).await?,
        settings: job.settings,
        quality: job.quality,
        output: job.output.id.clone(),
        seed: job.seed,
        label: job.label,
        reference: job.reference.clone(),
        batch: job.batch.clone(),
        result_gone: job.work.is_some() && rows.work.is_none(),
        result: result(state, job, rows.work, cache, now).await?,
        error: job.error_code.as_deref().map(error),
        rating: job.rating,
        retries: job.retries,
        attempts: rows.attempts,
        retry_of: job.retry_of,
        cache,
        revision: job.revision,
        created_at: job.created_at,
        updated_at: job.updated_at,
        started_at: job.started_at,
        completed_at: job.completed_at,
        links: links(job),
    })
}

async fn inputs(
    state: &State,
    job: &Job,
    rows: &Rows,
    now: Moment,
) -> Result<Vec<InputView>, Problem> {
    let mut views = Vec::with_capacity(job.inputs.len());
    for ((role, id), upload) in job.inputs.iter().zip(&rows.uploads) {
        let url = match upload {
            Some(upload) => Some(state.uploads.url(upload, now).await?),
            None => None,
        };
        views.push(InputView {
            role: *role,
            upload_id: *id,
            url,
        });
    }
    Ok(views)
}

async fn result(
    state: &State,
    job: &Job,
    work: Option<Work>,
    cache: Option<&'static str>,
    now: Moment,
) -> Result<Option<ResultView>, Problem> {
    let Some(work) = work else {
        return Ok(None);
    };
    Ok(Some(ResultView {
        images: vec![image(state, &work, job.reference.as_deref(), now).await?],
        work_id: work.id,
        model: work.model,
        processing_ms: job.processing_ms,
        cache,
    }))
}

fn error(code: &str) -> ErrorView {
    ErrorView {
        code: code.to_owned(),
        message: failure_words(code).into(),
    }
}

fn links(job: &Job) -> Value {
    let own = format!("/v1/jobs/{}", job.id);
    let mut links = json!({"self": own, "route": format!("{own}/route")});
    if job.status == Status::Pending {
        links["cancel"] = json!(format!("{own}/cancel"));
    }
    if let Some(work) = job.work {
        links["work"] = json!(format!("/v1/works/{work}"));
    }
    links
}

/// Tells webhooks what a job looks like.
pub struct JobTeller(Data<State>);

impl JobTeller {
    /// One who looks at jobs as the API does.
    pub fn new(state: Data<State>) -> Self {
        Self(state)
    }
}

#[async_trait]
impl Describe for JobTeller {
    async fn job(&self, id: JobId, now: Moment) -> Result<Option<Value>, DescribeError> {
        let found = self.0.db.read(|r| crate::jobs::job::find(r, id));
        let Some(job) = found.map_err(|e: DbError| DescribeError(e.to_string()))? else {
            return Ok(None);
        };
        let failed = |p: &Problem| DescribeError(p.cause().unwrap_or(p.name()).to_owned());
        let view = view(&self.0, &job, None, now).await;
        let view = view.map_err(|problem| failed(&problem))?;
        let told = serde_json::to_value(&view);
        told.map(Some).map_err(|e| DescribeError(e.to_string()))
    }
}

/// The job with this id if it belongs to `user`, else 404.
pub(super) fn own_job(state: &State, user: UserId, id: JobId) -> Result<Job, Problem> {
    let found = state.db.read(|r| crate::jobs::job::find(r, id))?;
    let own = found.filter(|job| job.user == user);
    own.ok_or_else(|| Problem::new(super::Code::NotFound))
}

/// Seconds a client should wait before asking again.
pub(super) fn retry_after_secs(job: &Job) -> u64 {
    match job.status {
        Status::Pending => 2,
        Status::Processing | Status::Completed | Status::Failed | Status::Cancelled => 1,
    }
}

/// The name of a status in a list's filter.
pub(super) fn status_filter(id: Option<&str>) -> Result<Option<Status>, Problem> {
    choice_filter("/status", id)
}

/// A choice named in a list's filter.
pub(super) fn choice_filter<C: Choice>(
    pointer: &str,
    id: Option<&str>,
) -> Result<Option<C>, Problem> {
    let Some(id) = id else {
        return Ok(None);
    };
    let ids: Vec<&str> = C::ALL.iter().map(|c| c.id()).collect();
    let ids = ids.join(", ");
    let unknown = || {
        Problem::field(
            pointer,
            format!("必须是其中之一：{ids}"),
            format!("must be one of {ids}"),
        )
    };
    C::from_id(id).map(Some).ok_or_else(unknown)
}
