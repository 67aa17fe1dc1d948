//! One-time links, as whoever holds one uses them.

use actix_web::{HttpResponse, web};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

use super::extract::Json;
use super::{Problem, State, auth, reply};
use crate::accounts::{LinkToken, Purpose};
use crate::time::Moment;

/// `GET /v1/links/{token}`: what it is for, so that a page asks the right questions.
pub(super) async fn show(
    state: web::Data<State>,
    token: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let token = LinkToken::parse(&token);
    let link = state.accounts.look_at_link(&token, Moment::now())?;
    Ok(reply::ok(&json!({
        "purpose": link.purpose,
        "credits": link.credits,
        "expires_at": link.expires_at,
    })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spend {
    username: Option<String>,
    password: SecretString,
}

/// `POST /v1/links/{token}`.
pub(super) async fn spend(
    state: web::Data<State>,
    token: web::Path<String>,
    Json(body): Json<Spend>,
) -> Result<HttpResponse, Problem> {
    let token = LinkToken::parse(&token);
    let accounts = &state.accounts;
    let now = Moment::now();
    let purpose = accounts.look_at_link(&token, now)?.purpose;
    let spent = accounts.spend_link(token, body.username.as_deref(), body.password, now);
    let signed_in = spent.await?;
    match purpose {
        Purpose::Setup | Purpose::Invite => auth::created(&state, signed_in),
        Purpose::Reset => Ok(reply::ok(&auth::tokens(&state, signed_in)?)),
    }
}
