//! Calls to WeChat: log-in, messages, and whatever else wants an access token.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use serde::Serialize;
use serde_json::{Value, json};

use super::token::{Fetched, TokenCache};
use super::{Meaning, Settings, WechatError};
use crate::secret::Secret;
use crate::time::Moment;

const PATIENCE: Duration = Duration::from_secs(10);
/// Servers close idle connections without a word; one that is older is not used again.
const IDLE: Duration = Duration::from_secs(3);

/// WeChat, for one mini-program. Clones share the token.
#[derive(Clone)]
pub struct Wechat {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    settings: Settings,
    token: TokenCache,
}

/// What a log-in code was exchanged for. The key never leaves this server.
pub struct Session {
    /// Who it is, for this mini-program.
    pub openid: String,
    /// What virtual payment signs with; changes with each log-in.
    pub session_key: Secret,
}

/// A message to somebody who allowed it.
#[derive(Clone, Debug, Serialize)]
pub struct SubscribeMessage {
    /// The openid.
    pub touser: String,
    /// Which template.
    pub template_id: String,
    /// What it opens.
    pub page: String,
    /// Which version of the mini-program.
    pub miniprogram_state: String,
    /// `zh_CN` or `en_US`.
    pub lang: &'static str,
    /// The fields, each `{"value": …}`.
    pub data: Value,
}

impl Wechat {
    /// A client by these settings.
    pub fn new(settings: Settings) -> Result<Self, reqwest::Error> {
        let mut builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("Atelier/", env!("CARGO_PKG_VERSION")))
            .pool_idle_timeout(IDLE)
            .timeout(PATIENCE);
        if settings.base_url.starts_with("http://") {
            // Plain http needs no certificates, so a stand-in also works where none are installed.
            builder = builder.tls_certs_only([]);
        }
        Ok(Self {
            inner: Arc::new(Inner {
                client: builder.build()?,
                settings,
                token: TokenCache::default(),
            }),
        })
    }

    /// `wechat.*`
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Exchanges the code of `wx.login`.
    pub async fn code2session(&self, code: &str) -> Result<Session, WechatError> {
        let settings = &self.inner.settings;
        let query = [
            ("appid", settings.appid.as_str()),
            ("secret", settings.secret.expose()),
            ("js_code", code),
            ("grant_type", "authorization_code"),
        ];
        let request = || {
            let url = self.url("/sns/jscode2session");
            self.inner.client.get(url).query(&query)
        };
        let answer = match answer(request()).await {
            // Only "busy" may be asked again: the code is good for one exchange.
            Err(WechatError::Refused { code: -1, .. }) => answer(request()).await?,
            other => other?,
        };
        let text = |name: &str| answer[name].as_str().filter(|text| !text.is_empty());
        match (text("openid"), text("session_key")) {
            (Some(openid), Some(key)) => Ok(Session {
                openid: openid.to_owned(),
                session_key: Secret::new(key),
            }),
            _ => Err(WechatError::Unreachable(
                "neither an openid nor an error".into(),
            )),
        }
    }

    /// Sends a subscribe message.
    pub async fn send(&self, message: &SubscribeMessage, now: Moment) -> Result<(), WechatError> {
        let body = json!(message).to_string();
        let path = "/cgi-bin/message/subscribe/send";
        self.post(path, &[], &body, now).await.map(drop)
    }

    /// Posts a JSON text, exactly as it is, with the access token. A token that WeChat refuses is replaced once.
    pub async fn post(
        &self,
        path: &str,
        query: &[(&str, &str)],
        body: &str,
        now: Moment,
    ) -> Result<Value, WechatError> {
        let token = self.token(None, now).await?;
        match self.post_with(&token, path, query, body).await {
            Err(error) if error.meaning() == Meaning::TokenStale => {
                let token = self.token(Some(&token), now).await?;
                self.post_with(&token, path, query, body).await
            }
            other => other,
        }
    }

    async fn post_with(
        &self,
        token: &str,
        path: &str,
        query: &[(&str, &str)],
        body: &str,
    ) -> Result<Value, WechatError> {
        let request = self.inner.client.post(self.url(path));
        let request = request.query(&[("access_token", token)]).query(query);
        let request = request.header("content-type", "application/json");
        answer(request.body(body.to_owned())).await
    }

    async fn token(&self, stale: Option<&str>, now: Moment) -> Result<String, WechatError> {
        let settings = &self.inner.settings;
        let fetch = async || {
            let body = json!({
                "grant_type": "client_credential",
                "appid": settings.appid,
                "secret": settings.secret.expose(),
                "force_refresh": false,
            });
            let request = self.inner.client.post(self.url("/cgi-bin/stable_token"));
            let answer = answer(request.json(&body)).await?;
            let value = answer["access_token"].as_str().unwrap_or_default();
            match (value, answer["expires_in"].as_i64()) {
                ("", _) | (_, None) => Err(WechatError::Unreachable("no token".into())),
                (value, Some(expires_in)) => Ok(Fetched {
                    value: value.to_owned(),
                    expires_in,
                }),
            }
        };
        self.inner.token.get(stale, now, fetch).await
    }

    fn url(&self, path: &str) -> String {
        format!(
            "{}{path}",
            self.inner.settings.base_url.trim_end_matches('/')
        )
    }
}

/// Sends a request and reads its JSON, whatever type it says it has; errors come with status 200.
async fn answer(request: RequestBuilder) -> Result<Value, WechatError> {
    // Without the URL: it holds the secret or the token.
    let unreachable =
        |error: reqwest::Error| WechatError::Unreachable(error.without_url().to_string());
    let answer = request.send().await.map_err(unreachable)?;
    let status = answer.status();
    let body = answer.bytes().await.map_err(unreachable)?;
    let answer: Value = serde_json::from_slice(&body)
        .map_err(|_| WechatError::Unreachable(format!("no JSON, status {status}")))?;
    match answer["errcode"].as_i64() {
        None | Some(0) => Ok(answer),
        Some(code) => Err(WechatError::Refused {
            code,
            message: answer["errmsg"].as_str().unwrap_or_default().to_owned(),
        }),
    }
}
