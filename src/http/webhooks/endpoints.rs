//! Endpoints: made, changed, tested, deleted.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use serde_json::{json, to_value};
use url::Url;

use crate::accounts::Caller;
use crate::http::extract::{Id, Json, List};
use crate::http::refusals::webhook_problem;
use crate::http::{Problem, State, reply};
use crate::ids::WebhookId;
use crate::time::Moment;
use crate::webhooks::Change;

/// `GET /v1/webhooks`: all of them, as there are few.
pub(in crate::http) async fn list(
    state: Data<State>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    Ok(reply::ok(&List {
        items: state.webhooks.list(caller.user)?,
        next_cursor: None,
    }))
}

/// The body of `POST /v1/webhooks`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Create {
    url: String,
    description: Option<String>,
}

/// `POST /v1/webhooks`: the answer holds the secret that signs.
pub(in crate::http) async fn create(
    state: Data<State>,
    caller: Caller,
    Json(body): Json<Create>,
) -> Result<HttpResponse, Problem> {
    let url = checked(&state, &body.url).await?;
    let description = described(body.description)?;
    let made = state
        .webhooks
        .create(caller.user, url, description, Moment::now());
    let (endpoint, secret) = made.await?;
    let mut answer = to_value(&endpoint).map_err(Problem::internal)?;
    answer["secret"] = json!(secret.expose());
    let location = format!("/v1/webhooks/{}", endpoint.id);
    Ok(reply::created(&location, &answer))
}

/// `GET /v1/webhooks/{id}`
pub(in crate::http) async fn show(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WebhookId>,
) -> Result<HttpResponse, Problem> {
    Ok(reply::ok(&state.webhooks.find(caller.user, id)?))
}

/// The body of `PUT /v1/webhooks/{id}`: what is left out stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Update {
    url: Option<String>,
    description: Option<String>,
    enabled: Option<bool>,
}

/// `PUT /v1/webhooks/{id}`
pub(in crate::http) async fn change(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WebhookId>,
    Json(body): Json<Update>,
) -> Result<HttpResponse, Problem> {
    let url = match &body.url {
        Some(url) => Some(checked(&state, url).await?),
        None => None,
    };
    let change = Change {
        url,
        description: described(body.description)?,
        enabled: body.enabled,
    };
    let changed = state
        .webhooks
        .change(caller.user, id, change, Moment::now());
    Ok(reply::ok(&changed.await?))
}

/// `DELETE /v1/webhooks/{id}`
pub(in crate::http) async fn delete(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WebhookId>,
) -> Result<HttpResponse, Problem> {
    state.webhooks.delete(caller.user, id).await?;
    Ok(reply::no_content())
}

/// `POST /v1/webhooks/{id}/test`: sends a test now and answers how it went.
pub(in crate::http) async fn test(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WebhookId>,
) -> Result<HttpResponse, Problem> {
    let tested = state.webhooks.test(caller.user, id, Moment::now());
    Ok(reply::ok(&tested.await?))
}

const URL_CHARS: usize = 2000;

async fn checked(state: &State, text: &str) -> Result<Url, Problem> {
    let url = Url::parse(text).ok().filter(|_| text.len() <= URL_CHARS);
    let url = url.ok_or_else(|| {
        Problem::field(
            "/url",
            "须为 https 网址，最多 2000 个字符",
            "must be an https URL of at most 2000 characters",
        )
    })?;
    let checked = state.webhooks.check(&url).await;
    checked.map_err(|error| webhook_problem("/url", &error))?;
    Ok(url)
}

const DESCRIPTION_CHARS: usize = 100;

fn described(text: Option<String>) -> Result<Option<String>, Problem> {
    let good = |text: &String| {
        text.chars().count() <= DESCRIPTION_CHARS && !text.chars().any(char::is_control)
    };
    if text.as_ref().is_none_or(good) {
        return Ok(text);
    }
    Err(Problem::field(
        "/description",
        "最多 100 个字符，不含控制字符",
        "must have at most 100 characters and no control characters",
    ))
}
