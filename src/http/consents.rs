//! The documents a user is asked to accept, and what they accepted.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::extract::Json;
use super::{Problem, State, reply};
use crate::accounts::Caller;
use crate::accounts::consents::{Consent, Document};
use crate::time::Moment;

/// `GET /v1/me/consents`: every document in force, and when the caller accepted it.
pub(super) async fn list(state: web::Data<State>, caller: Caller) -> Result<HttpResponse, Problem> {
    let accepted = state.accounts.consents(caller.user)?;
    let when = |name: &str, version: &str| {
        let given = |c: &&Consent| c.document == name && c.version == version;
        accepted.iter().find(given).map(|c| c.accepted_at)
    };
    let item = |(name, document): (&str, &Document)| -> Value {
        json!({
            "document": name,
            "version": document.version,
            "title": document.title,
            "url": document.url,
            "accepted_at": when(name, &document.version),
        })
    };
    let items: Vec<Value> = state.site.consents.in_force().map(item).collect();
    Ok(reply::ok(&json!({ "items": items, "next_cursor": null })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Accept {
    document: String,
    version: String,
}

/// `POST /v1/me/consents`: accepts the version in force, and no other.
pub(super) async fn accept(
    state: web::Data<State>,
    caller: Caller,
    Json(body): Json<Accept>,
) -> Result<HttpResponse, Problem> {
    let Some(document) = state.site.consents.named(&body.document) else {
        return Err(Problem::field(
            "/document",
            "没有这份协议",
            "there is no such document",
        ));
    };
    if document.version != body.version {
        return Err(Problem::field(
            "/version",
            format!("当前版本是 {}", document.version),
            format!("the version in force is {}", document.version),
        ));
    }
    let accepted = state
        .accounts
        .accept(caller.user, body.document, body.version, Moment::now());
    Ok(reply::ok(&accepted.await?))
}
