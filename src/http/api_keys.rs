//! API keys of whoever is logged in. A key does not make keys.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{json, to_value};

use super::extract::{Id, Json, List, LoggedIn};
use super::{Problem, State, reply};
use crate::accounts::{KeyName, Scopes};
use crate::ids::KeyId;
use crate::time::Moment;

/// `GET /v1/api-keys`: all of them, as there are few.
pub(super) async fn list(
    state: web::Data<State>,
    caller: LoggedIn,
) -> Result<HttpResponse, Problem> {
    let items = state.accounts.keys(caller.user)?;
    Ok(reply::ok(&List {
        items,
        next_cursor: None,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Create {
    name: String,
    scopes: Scopes,
}

/// `POST /v1/api-keys`: the only answer that holds the key itself.
pub(super) async fn create(
    state: web::Data<State>,
    caller: LoggedIn,
    Json(body): Json<Create>,
) -> Result<HttpResponse, Problem> {
    let name = KeyName::parse(&body.name)?;
    let made = state
        .accounts
        .create_key(caller.user, name, body.scopes, Moment::now());
    let made = made.await?;
    let mut answer = to_value(&made.key).map_err(Problem::internal)?;
    answer["key"] = json!(made.secret);
    Ok(reply::created(
        &format!("/v1/api-keys/{}", made.key.id),
        &answer,
    ))
}

/// `DELETE /v1/api-keys/{id}`.
pub(super) async fn delete(
    state: web::Data<State>,
    caller: LoggedIn,
    Id(key): Id<KeyId>,
) -> Result<HttpResponse, Problem> {
    state.accounts.delete_key(caller.user, key).await?;
    Ok(reply::no_content())
}
