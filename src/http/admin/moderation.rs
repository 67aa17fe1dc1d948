//! `/v1/admin/moderation`: pictures that moderation is not sure of, and the operator's decision about them.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

use super::names::with_names;
use crate::audit;
use crate::http::extract::{Admin, Id, List, Page};
use crate::http::{Code, Problem, State, reply};
use crate::ids::{JobId, ReviewId, UploadId, UserId};
use crate::jobs::review::{self, Decided, Decision};
use crate::kinds::Choice;
use crate::moderation::{self, Finding, Review, ReviewState, Subject};
use crate::time::Moment;

/// A review as administrators see it.
#[derive(Serialize)]
struct ReviewView {
    id: ReviewId,
    state: ReviewState,
    user_id: UserId,
    upload_id: Option<UploadId>,
    job_id: Option<JobId>,
    finding: Finding,
    created_at: Moment,
    /// When it counts as blocked.
    decide_by: Moment,
    /// Only where one review is looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    image_url: Option<String>,
}

fn view(state: &State, review: Review, image_url: Option<String>) -> ReviewView {
    let (upload_id, job_id) = match review.held.subject {
        Subject::Upload(upload) => (Some(upload), None),
        Subject::Result(job) => (None, Some(job)),
    };
    let hours = i64::from(state.review_hours);
    ReviewView {
        id: review.id,
        state: review.state,
        user_id: review.held.user,
        upload_id,
        job_id,
        finding: review.held.finding,
        created_at: review.created_at,
        decide_by: review.created_at.plus_secs(hours * 3600),
        image_url,
    }
}

/// `GET /v1/admin/moderation`: what waits for a decision, newest first.
pub(in crate::http) async fn list(
    state: Data<State>,
    _: Admin,
    page: Page,
) -> Result<HttpResponse, Problem> {
    let rows = state
        .db
        .report(move |r| moderation::list_open(r, page.cursor, page.rows()))
        .await?;
    let rows = List::new(rows, &page, |review| review.seq);
    let list = rows.map(|review| view(&state, review, None));
    Ok(reply::ok(&with_names(&state, &list, &["/user_id"]).await?))
}

fn find(state: &State, id: ReviewId) -> Result<Review, Problem> {
    let found = state.db.read(|r| moderation::find(r, id))?;
    found.ok_or_else(|| Problem::new(Code::NotFound))
}

/// `GET /v1/admin/moderation/{id}`: with a link to the picture while it is open. Looking leaves a line in the audit log.
pub(in crate::http) async fn show(
    state: Data<State>,
    admin: Admin,
    Id(id): Id<ReviewId>,
) -> Result<HttpResponse, Problem> {
    let review = find(&state, id)?;
    if review.state != ReviewState::Open {
        return Ok(reply::ok(&view(&state, review, None)));
    }
    let (actor, owner, now) = (admin.0.user, review.held.user, Moment::now());
    let what = ("review.look", id.to_string());
    audit::look(&state.db, actor, what, owner, now).await?;
    let store = state.blobs.at(review.held.backend)?;
    let url = store.signed_url(&review.held.blob, now).await?;
    Ok(reply::ok(&view(&state, review, Some(url))))
}

/// `POST /v1/admin/moderation/{id}/pass`
pub(in crate::http) async fn pass(
    state: Data<State>,
    admin: Admin,
    Id(id): Id<ReviewId>,
) -> Result<HttpResponse, Problem> {
    decide(&state, &admin, id, Decision::Pass).await
}

/// `POST /v1/admin/moderation/{id}/block`: a held job fails and is refunded, a held upload goes.
pub(in crate::http) async fn block(
    state: Data<State>,
    admin: Admin,
    Id(id): Id<ReviewId>,
) -> Result<HttpResponse, Problem> {
    decide(&state, &admin, id, Decision::Block).await
}

async fn decide(
    state: &State,
    admin: &Admin,
    id: ReviewId,
    decision: Decision,
) -> Result<HttpResponse, Problem> {
    let by = Some(admin.0.user);
    match review::decide(&state.db, id, decision, by, Moment::now()).await? {
        Decided::Unknown => Err(Problem::new(Code::NotFound)),
        Decided::Before(was) => Err(Problem::new(Code::Conflict).with("review_state", was.id())),
        Decided::Now(ended) => {
            if let Some((user, job)) = ended {
                state.jobs.tell_end(user, job);
            }
            state.chores.notify_one();
            Ok(reply::ok(&view(state, find(state, id)?, None)))
        }
    }
}
