//! Registering, logging in and out, refreshing, and the password.

use actix_web::{HttpResponse, web};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

use super::accounts::Profile;
use super::extract::{Json, LoggedIn};
use super::{Problem, State, reply};
use crate::accounts::{Mode, PasswordChange, SignedIn};
use crate::time::Moment;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Register {
    username: String,
    password: SecretString,
    #[serde(default)]
    mode: Mode,
}

/// `POST /v1/auth/register`.
pub(super) async fn register(
    state: web::Data<State>,
    Json(body): Json<Register>,
) -> Result<HttpResponse, Problem> {
    let accounts = &state.accounts;
    let opened = accounts.register(&body.username, body.password, body.mode, Moment::now());
    created(&state, opened.await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogIn {
    username: String,
    password: SecretString,
}

/// `POST /v1/auth/login`.
pub(super) async fn log_in(
    state: web::Data<State>,
    Json(body): Json<LogIn>,
) -> Result<HttpResponse, Problem> {
    let accounts = &state.accounts;
    let signed_in = accounts.log_in(&body.username, body.password, Moment::now());
    Ok(reply::ok(&tokens(&state, signed_in.await?)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refresh {
    refresh_token: String,
}

/// `POST /v1/auth/refresh`.
pub(super) async fn refresh(
    state: web::Data<State>,
    Json(body): Json<Refresh>,
) -> Result<HttpResponse, Problem> {
    let signed_in = state.accounts.refresh(&body.refresh_token, Moment::now());
    Ok(reply::ok(&tokens(&state, signed_in.await?)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogOut {
    refresh_token: Option<String>,
}

/// `POST /v1/auth/logout` with a refresh token, which also works when the access token is too old, or with the
/// access token alone.
pub(super) async fn log_out(
    state: web::Data<State>,
    caller: Result<LoggedIn, Problem>,
    Json(body): Json<LogOut>,
) -> Result<HttpResponse, Problem> {
    match body.refresh_token {
        Some(token) => state.accounts.log_out_by_token(&token).await?,
        None => {
            let caller = caller?;
            state.accounts.log_out(caller.user, caller.session).await?;
        }
    }
    Ok(reply::no_content())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Password {
    current: Option<SecretString>,
    new: SecretString,
    username: Option<String>,
}

/// `POST /v1/auth/password`.
pub(super) async fn change_password(
    state: web::Data<State>,
    caller: LoggedIn,
    Json(body): Json<Password>,
) -> Result<HttpResponse, Problem> {
    let change = PasswordChange {
        current: body.current,
        new: body.new,
        username: body.username,
    };
    let (user, session) = (caller.user, caller.session);
    let changed = state
        .accounts
        .change_password(user, session, change, Moment::now());
    changed.await?;
    Ok(reply::no_content())
}

/// 201 for a new account, with its tokens.
pub(super) fn created(state: &State, signed_in: SignedIn) -> Result<HttpResponse, Problem> {
    Ok(reply::created("/v1/me", &tokens(state, signed_in)?))
}

/// The user and their tokens.
pub(super) fn tokens(state: &State, signed_in: SignedIn) -> Result<serde_json::Value, Problem> {
    Ok(json!({
        "user": Profile::of(state, signed_in.user)?,
        "access_token": signed_in.access_token,
        "refresh_token": signed_in.refresh_token,
        "token_type": "Bearer",
        "expires_in": signed_in.expires_in,
    }))
}
