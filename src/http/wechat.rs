//! `/v1/auth/wechat`, and the address that WeChat pushes messages to.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::auth::{created, tokens};
use super::extract::{Json, SMALL, Visitor, read_body};
use super::{Code, Problem, State, reply};
use crate::accounts::Mode;
use crate::i18n::Words;
use crate::time::Moment;
use crate::wechat::push::{PushError, PushQuery, PushReader};
use crate::wechat::{Meaning, Session, Wechat, WechatError};

/// WeChat as the door knows it.
pub struct Mini {
    /// Calls out.
    pub client: Wechat,
    /// Messages in.
    pub pushes: PushReader,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogIn {
    code: String,
    #[serde(default)]
    mode: Mode,
}

/// `POST /v1/auth/wechat` `{code, mode?}`: 201 for a new account, 200 for a known one. With a token of ours it binds
/// the identity to that account.
pub(super) async fn log_in(
    state: web::Data<State>,
    visitor: Visitor,
    Json(body): Json<LogIn>,
) -> Result<HttpResponse, Problem> {
    let session = exchange(&state, &body.code).await?;
    let now = Moment::now();
    if let Some(caller) = visitor.0 {
        let bound = state
            .accounts
            .bind_wechat(caller.user, session, now)
            .await?;
        return Ok(reply::ok(&tokens(&state, bound)?));
    }
    let entered = state.accounts.enter_by_wechat(session, body.mode, now);
    match entered.await? {
        (signed_in, true) => created(&state, signed_in),
        (signed_in, false) => Ok(reply::ok(&tokens(&state, signed_in)?)),
    }
}

async fn exchange(state: &State, code: &str) -> Result<Session, Problem> {
    let mini = state.wechat.as_ref().ok_or(Code::WechatOff)?;
    if code.is_empty() || code.len() > 512 {
        return Err(Problem::new(Code::WechatCodeSpent));
    }
    Ok(mini.client.code2session(code).await?)
}

impl From<WechatError> for Problem {
    fn from(error: WechatError) -> Self {
        let code = match error.meaning() {
            Meaning::CodeSpent => Code::WechatCodeSpent,
            Meaning::Risky => Code::WechatRisk,
            Meaning::TooOften => Code::RateLimited,
            Meaning::SessionStale => Code::WechatLogInNeeded,
            Meaning::Busy
            | Meaning::TokenStale
            | Meaning::NotSubscribed
            | Meaning::Template
            | Meaning::UserUnknown
            | Meaning::Done
            | Meaning::Settings
            | Meaning::Other => Code::WechatUnavailable,
        };
        if matches!(error.meaning(), Meaning::Settings | Meaning::Template) {
            tracing::error!(%error, "WeChat refuses because of the settings under wechat");
        }
        Self::new(code).because(error)
    }
}

/// `GET /v1/wechat/push`: the check of the URL; the echo goes back as plain text.
pub(super) async fn check(
    state: web::Data<State>,
    query: web::Query<PushQuery>,
) -> Result<HttpResponse, Problem> {
    let mini = state.wechat.as_ref().ok_or(Code::NotFound)?;
    let echo = mini.pushes.echo(&query)?;
    Ok(reply::text("text/plain; charset=utf-8", echo))
}

/// `POST /v1/wechat/push`: an event. What is not ours to handle is taken note of all the same, so that it is not sent
/// again.
pub(super) async fn push(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
    query: web::Query<PushQuery>,
) -> Result<HttpResponse, Problem> {
    let mini = state.wechat.as_ref().ok_or(Code::NotFound)?;
    let body = read_body(&request, &mut payload.into_inner(), SMALL).await?;
    let pushed = mini.pushes.read(&query, &body)?;
    let event = pushed.event["Event"].as_str().unwrap_or_default();
    if event.starts_with("xpay_") {
        state.till.pushed(&pushed, Moment::now()).await?;
        return Ok(reply::text(
            "application/json",
            r#"{"ErrCode":0,"ErrMsg":"success"}"#,
        ));
    }
    tracing::info!(event, "WeChat pushed an event that nobody waits for");
    Ok(reply::text("text/plain; charset=utf-8", "success"))
}

impl From<PushError> for Problem {
    fn from(error: PushError) -> Self {
        let code = match &error {
            PushError::Off => Code::NotFound,
            PushError::Signature
            | PushError::Unreadable(_)
            | PushError::OtherApp
            | PushError::Plain => Code::CallbackRefused,
        };
        Self::new(code)
            .detail(Words::new(
                "消息未通过校验",
                "The message could not be verified",
            ))
            .because(error)
    }
}
