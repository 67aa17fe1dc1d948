//! What was sent, how it went, and sending it again.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;

use crate::accounts::Caller;
use crate::http::extract::{Id, List, Page, Query};
use crate::http::job_view::choice_filter;
use crate::http::{Problem, State, reply};
use crate::ids::{EventId, JobId, UserId, WebhookId};
use crate::time::Moment;
use crate::webhooks::Filter;

/// What the list can be filtered by.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Wanted {
    job: Option<JobId>,
    state: Option<String>,
}

/// `GET /v1/webhooks/deliveries`: to every endpoint and to the URLs of jobs, newest first.
pub(in crate::http) async fn list(
    state: Data<State>,
    caller: Caller,
    page: Page,
    Query(wanted): Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    answer(&state, caller.user, &page, wanted, None).await
}

/// `GET /v1/webhooks/{id}/deliveries`: to one endpoint, newest first.
pub(in crate::http) async fn list_of(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WebhookId>,
    page: Page,
    Query(wanted): Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    state.webhooks.find(caller.user, id)?;
    answer(&state, caller.user, &page, wanted, Some(id)).await
}

async fn answer(
    state: &State,
    user: UserId,
    page: &Page,
    wanted: Wanted,
    webhook: Option<WebhookId>,
) -> Result<HttpResponse, Problem> {
    let filter = Filter {
        webhook,
        job: wanted.job,
        state: choice_filter("/state", wanted.state.as_deref())?,
    };
    let read = state
        .webhooks
        .deliveries(user, filter, page.cursor, page.rows());
    Ok(reply::ok(&List::new(read.await?, page, |d| d.seq)))
}

/// `POST /v1/webhooks/deliveries/{id}/replay`: sends it again, with the same id.
pub(in crate::http) async fn replay(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<EventId>,
) -> Result<HttpResponse, Problem> {
    let replayed = state.webhooks.replay(caller.user, id, Moment::now());
    Ok(reply::accepted(&replayed.await?))
}
