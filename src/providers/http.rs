//! HTTP to vendors: one client an account, kept alive, through its proxy; bodies that are read while they are sent;
//! answers with a limit; and what a broken connection means for a call that may have been paid.

mod body;
mod pause;
mod words;

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use reqwest::{Client, Proxy, RequestBuilder, Response};
use url::Url;

pub(super) use body::{Body, Files, Form};
pub(super) use pause::{clamped, from_headers, from_text};
use words::scrub;

use super::{Class, ProviderError, ProviderKind, ProviderSettings};
use crate::net::innermost;
use crate::secret::Secret;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// For questions that cost nothing: polls and probes.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(30);
/// A 4K PNG in base64 has about 45 MB.
const ANSWER_MAX: usize = 64 << 20;
/// What is read of an answer that is an error.
const ERROR_MAX: usize = 256 << 10;
const IDLE_CONNECTIONS: usize = 64;

/// The client of one account.
pub(super) struct Http {
    client: Client,
    base: String,
    headers: HeaderMap,
    secret: Secret,
}

/// An answer that has been read.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Bytes,
}

impl Answer {
    pub(super) const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }

    /// The body as JSON; null if it is none.
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// A header as text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Http {
    /// The client of an account. The error says which setting cannot be used and why.
    pub(super) fn new(settings: &ProviderSettings) -> Result<Self, (&'static str, String)> {
        let base = base_of(settings)?;
        let mut builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .user_agent(concat!("Atelier/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .tcp_keepalive(Duration::from_secs(60));
        if base.starts_with("http://") {
            // Plain http needs no certificates, so it also works where none are installed.
            builder = builder.tls_certs_only([]);
        }
        if !settings.proxy.is_empty() {
            builder = builder.proxy(proxy_of(&settings.proxy)?);
        }
        let client = builder.build().map_err(|error| {
            let text = format!("{error:?}");
            let reason = if text.contains("No CA certificates") {
                "no CA certificates on this machine; install the package ca-certificates".into()
            } else {
                error.to_string()
            };
            ("base_url", reason)
        })?;
        Ok(Self {
            client,
            base,
            headers: headers_of(settings)?,
            secret: settings.api_key.clone(),
        })
    }

    /// Sends a call that is paid for. An error before the whole request has left is safe to repeat; after that nobody
    /// knows what became of it.
    pub(super) async fn post(&self, path: &str, body: Body) -> Result<Answer, ProviderError> {
        let length = body.length().await.map_err(|error| unreadable(&error))?;
        let content_type = body.content_type();
        let (stream, progress) = body.into_stream(length);
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .headers(self.headers.clone())
            .header(CONTENT_TYPE, content_type)
            .header(CONTENT_LENGTH, length)
            .body(reqwest::Body::wrap_stream(stream));
        let response = request.send().await.map_err(|error| {
            if progress.is_broken() {
                ProviderError::new(Class::Internal, "a prepared input cannot be read")
            } else if error.is_connect() || !progress.is_sent() {
                self.error(Class::Overloaded, &format!("not sent: {}", cause(&error)))
            } else {
                self.error(Class::Timeout, &format!("no answer: {}", cause(&error)))
            }
        })?;
        self.read(response).await
    }

    /// Asks something that costs nothing and can be asked again.
    pub(super) async fn get(&self, path: &str) -> Result<Answer, ProviderError> {
        self.question(self.client.get(format!("{}{path}", self.base)))
            .await
    }

    /// Like [`get`](Self::get), with a small JSON body.
    pub(super) async fn ask(
        &self,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<Answer, ProviderError> {
        self.question(self.client.post(format!("{}{path}", self.base)).json(body))
            .await
    }

    async fn question(&self, request: RequestBuilder) -> Result<Answer, ProviderError> {
        let request = request
            .headers(self.headers.clone())
            .timeout(QUESTION_TIMEOUT);
        let response = request.send().await.map_err(|error| {
            self.error(Class::Overloaded, &format!("no answer: {}", cause(&error)))
        })?;
        self.read(response).await
    }

    async fn read(&self, mut response: Response) -> Result<Answer, ProviderError> {
        let (status, headers) = (response.status(), response.headers().clone());
        let most = if status.is_success() {
            ANSWER_MAX
        } else {
            ERROR_MAX
        };
        let mut bytes = BytesMut::new();
        loop {
            let chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                // The status has said what matters.
                Err(_) if !status.is_success() => break,
                Err(error) => {
                    let detail = format!("the answer broke off: {}", cause(&error));
                    return Err(self.error(Class::Timeout, &detail));
                }
            };
            if bytes.len() + chunk.len() > most {
                if !status.is_success() {
                    break;
                }
                return Err(self.error(Class::NoImage, "the answer has more than 64 MB"));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status: status.as_u16(),
            headers,
            bytes: bytes.freeze(),
        })
    }

    /// An error with what was said, without secrets.
    pub(super) fn error(&self, class: Class, said: &str) -> ProviderError {
        ProviderError::new(class, scrub(said, &self.secret))
    }

    /// What an answer that is no success means: its class, what it said, and how long it asks to wait.
    pub(super) fn refusal(&self, answer: &Answer, class: Class, said: &str) -> ProviderError {
        let mut error = self.error(class, &format!("HTTP {}: {said}", answer.status));
        error.retry_after = from_headers(&answer.headers).or_else(|| from_text(said));
        error
    }
}

/// What a status means by itself, when the body says nothing that is known.
pub(super) const fn class_of_status(status: u16) -> Class {
    match status {
        401 | 403 => Class::Auth,
        402 => Class::AccountBlocked,
        404 | 410 => Class::ModelGone,
        413 => Class::BadInput,
        429 => Class::RateLimited,
        408 | 500..=523 | 525..=599 => Class::Overloaded,
        // The edge gave up waiting; the model may have finished.
        524 => Class::Timeout,
        _ => Class::BadRequest,
    }
}

fn base_of(settings: &ProviderSettings) -> Result<String, (&'static str, String)> {
    let base = match settings.base_url.trim() {
        "" => settings.kind.default_base_url(),
        given => given,
    };
    let url = Url::parse(base).map_err(|error| ("base_url", error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        let reason = "must begin with http:// or https://".to_owned();
        return Err(("base_url", reason));
    }
    let base = base.trim_end_matches('/');
    // People paste the whole address of the call.
    let pasted = base.strip_suffix("/images/generations").unwrap_or(base);
    Ok(pasted.to_owned())
}

fn proxy_of(proxy: &Secret) -> Result<Proxy, (&'static str, String)> {
    let bad = || {
        let reason = "must be http://, https://, socks5:// or socks5h:// and a host";
        ("proxy", reason.to_owned())
    };
    let url = Url::parse(proxy.expose()).map_err(|_| bad())?;
    if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") || !url.has_host() {
        return Err(bad());
    }
    Proxy::all(url).map_err(|_| bad())
}

fn headers_of(settings: &ProviderSettings) -> Result<HeaderMap, (&'static str, String)> {
    let mut headers = HeaderMap::new();
    let secret = |text: &str, field| {
        let mut value = HeaderValue::from_str(text)
            .map_err(|_| (field, "cannot stand in a header".to_owned()))?;
        value.set_sensitive(true);
        Ok(value)
    };
    for (name, value) in &settings.headers {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| ("headers", format!("{name:?} is no name of a header")))?;
        headers.insert(name, secret(value.expose(), "headers")?);
    }
    let key = settings.api_key.expose().trim();
    let (name, value) = match settings.kind {
        ProviderKind::Gemini => (HeaderName::from_static("x-goog-api-key"), key.to_owned()),
        ProviderKind::Studio
        | ProviderKind::Sandbox
        | ProviderKind::Ark
        | ProviderKind::Openai
        | ProviderKind::Dashscope
        | ProviderKind::Openrouter
        | ProviderKind::Fashn => (AUTHORIZATION, format!("Bearer {key}")),
    };
    headers.insert(name, secret(&value, "api_key")?);
    Ok(headers)
}

fn unreadable(error: &std::io::Error) -> ProviderError {
    let detail = format!("a prepared input cannot be read: {error}");
    ProviderError::new(Class::Internal, detail)
}

/// The innermost reason; outer ones name the URL.
fn cause(error: &reqwest::Error) -> String {
    let reason = innermost(error);
    if std::ptr::addr_eq(reason, error) {
        "the request failed".into()
    } else {
        reason.to_string()
    }
}

#[cfg(test)]
mod tests;
