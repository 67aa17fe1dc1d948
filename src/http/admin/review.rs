//! `/v1/admin/review`: works that wait to be shown or were complained about, and what becomes of them.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use serde_json::{Value, json};

use super::jobs::reasoned;
use super::names::with_names;
use crate::db::DbError;
use crate::http::extract::{Admin, Id, Json, List, Page};
use crate::http::job_view::image;
use crate::http::{Code, Problem, State, reply};
use crate::ids::WorkId;
use crate::time::Moment;
use crate::works::{self, Decision, Gallery, Review, Work};

/// `GET /v1/admin/review`, newest first. Everything here is, or was meant to be, seen by others.
pub(in crate::http) async fn list(
    state: Data<State>,
    _: Admin,
    page: Page,
) -> Result<HttpResponse, Problem> {
    let reviewed = state.works.gallery == Gallery::Public;
    let read = state
        .db
        .report(move |r| works::list_for_review(r, reviewed, page.cursor, page.rows()));
    let rows = List::new(read.await?, &page, |w| w.seq);
    let mut items = Vec::with_capacity(rows.items.len());
    for work in &rows.items {
        items.push(view(&state, work, reviewed).await?);
    }
    let next_cursor = rows.next_cursor;
    let list = List { items, next_cursor };
    Ok(reply::ok(&with_names(&state, &list, &["/user_id"]).await?))
}

async fn view(state: &State, work: &Work, reviewed: bool) -> Result<Value, Problem> {
    let complaints = state
        .db
        .read(|r| works::complaints(r, work.id))
        .map_err(|error: DbError| Problem::from(error))?;
    Ok(json!({
        "id": work.id,
        "user_id": work.user,
        "job_id": work.job,
        "kind": work.kind,
        "title": work.title,
        "tags": work.tags,
        "image": image(state, work, None, Moment::now()).await?,
        "is_public": work.is_public,
        "is_shared": work.share_token.is_some(),
        "review": work.review,
        "held": (reviewed || work.doubted) && work.is_public && work.review == Review::None,
        "reports": complaints,
        "created_at": work.created_at,
    }))
}

/// The body of a decision.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Verdict {
    decision: Decision,
    reason: Option<String>,
}

/// `POST /v1/admin/review/{id}`: shows, hides or deletes a work and closes its complaints.
pub(in crate::http) async fn decide(
    state: Data<State>,
    admin: Admin,
    Id(id): Id<WorkId>,
    Json(body): Json<Verdict>,
) -> Result<HttpResponse, Problem> {
    let reason = body.reason.as_deref().map(reasoned).transpose()?;
    let decided = works::decide(
        &state.db,
        admin.0.user,
        id,
        (body.decision, reason),
        Moment::now(),
    );
    if !decided.await? {
        return Err(Problem::new(Code::NotFound));
    }
    state.chores.notify_one();
    Ok(reply::ok(&json!({"id": id, "decision": body.decision})))
}
