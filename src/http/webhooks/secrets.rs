//! The secrets that sign: of one endpoint, and of the account for the `webhook_url` of its jobs.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use crate::accounts::Caller;
use crate::http::extract::Id;
use crate::http::{Problem, State, reply};
use crate::ids::WebhookId;
use crate::time::Moment;
use crate::webhooks::Secret;

/// `GET /v1/webhooks/secret`: what signs for the `webhook_url` of the caller's jobs.
pub(in crate::http) async fn show_own(
    state: Data<State>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    Ok(answer(&state.webhooks.secret(caller.user, None).await?))
}

/// `POST /v1/webhooks/secret`: a new one; the one before signs as well for a day.
pub(in crate::http) async fn rotate_own(
    state: Data<State>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let rotated = state
        .webhooks
        .rotate_secret(caller.user, None, Moment::now());
    Ok(answer(&rotated.await?))
}

/// `GET /v1/webhooks/{id}/secret`
pub(in crate::http) async fn show(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WebhookId>,
) -> Result<HttpResponse, Problem> {
    Ok(answer(&state.webhooks.secret(caller.user, Some(id)).await?))
}

/// `POST /v1/webhooks/{id}/secret`: a new one; the one before signs as well for a day.
pub(in crate::http) async fn rotate(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WebhookId>,
) -> Result<HttpResponse, Problem> {
    let rotated = state
        .webhooks
        .rotate_secret(caller.user, Some(id), Moment::now());
    Ok(answer(&rotated.await?))
}

fn answer(secret: &Secret) -> HttpResponse {
    reply::ok(&json!({ "secret": secret.expose() }))
}
