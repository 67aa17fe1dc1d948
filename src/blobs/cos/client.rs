//! Signed requests to a bucket: objects by COS, processing by CI.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HOST};
use reqwest::{Client, Method, Response, StatusCode};
use url::Url;

use super::error::Refusal;
use super::keys::Keys;
use super::sign::Signed;
use super::{CosError, KeyPair, Settings, SignedHost};
use crate::blobs::Signer;
use crate::blobs::percent::{encode_path, query};
use crate::net::innermost;
use crate::time::Moment;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// How often a harmless request is sent at most, and the pause after the first failure; it doubles.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(300);
/// How long a signature in a header is good; it starts earlier by what clocks may differ.
const WINDOW_SECS: i64 = 600;
const SLACK_SECS: i64 = 60;
/// As much of an error's body as is read.
const ERROR_BYTES: usize = 64 * 1024;

/// One request. Parameters and headers are all signed.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The method.
    pub method: Method,
    /// The object's path below the prefix; empty for the bucket itself.
    pub path: &'a str,
    /// The parameters, not percent-encoded.
    pub params: Vec<(&'a str, &'a str)>,
    /// The headers beside `Host`, their names in lower case.
    pub headers: Vec<(&'a str, String)>,
    /// What is sent.
    pub body: Bytes,
}

impl<'a> Call<'a> {
    /// A request for an object, or for the bucket itself if `path` is empty.
    pub fn new(method: Method, path: &'a str) -> Self {
        Self {
            method,
            path,
            params: Vec::new(),
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// With a signed parameter.
    pub fn param(mut self, name: &'a str, value: &'a str) -> Self {
        self.params.push((name, value));
        self
    }

    /// With a signed header, its name in lower case.
    pub fn header(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a body.
    pub fn body(mut self, body: Bytes) -> Self {
        self.body = body;
        self
    }
}

/// A client of one bucket. The HTTP client is made at the first request, so that a machine without certificates
/// starts.
pub struct CosClient {
    settings: Settings,
    base: String,
    keys: Keys,
    http: OnceLock<Client>,
}

impl CosClient {
    /// A client for these settings, which were checked.
    pub fn new(settings: Settings) -> Self {
        Self {
            base: settings.base_url(),
            keys: Keys::new(&settings),
            http: OnceLock::new(),
            settings,
        }
    }

    /// What every object's name begins with, with a slash at the end if there is something.
    pub(super) fn prefix(&self) -> String {
        self.settings.object("")
    }

    /// The whole name of the object at `path`.
    pub fn object(&self, path: &str) -> String {
        self.settings.object(path)
    }

    /// Sends a request that may be repeated, and repeats it if that may help.
    pub async fn send(&self, call: &Call<'_>) -> Result<Response, CosError> {
        let mut pause = PAUSE;
        for _ in 1..TRIES {
            match self.send_once(call).await {
                Err(error) if error.is_passing() => {
                    tracing::debug!(%error, "a request to COS is sent again");
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                answered => return answered,
            }
        }
        self.send_once(call).await
    }

    /// Sends a request once: it may cost money.
    pub async fn send_once(&self, call: &Call<'_>) -> Result<Response, CosError> {
        let keys = self.keys.now()?;
        let url = self.url(call)?;
        let host = authority(&url);
        let mut headers = vec![("host", host.as_str())];
        headers.extend(
            call.headers
                .iter()
                .map(|(name, value)| (*name, value.as_str())),
        );
        let length = call.body.len().to_string();
        if call.method == Method::PUT || call.method == Method::POST {
            headers.push(("content-length", &length));
        }
        if let Some(token) = &keys.token {
            headers.push(("x-cos-security-token", token));
        }
        let now = Moment::now().secs();
        let path = self.signed_path(call.path);
        let signature = Signed {
            method: call.method.as_str(),
            path: &path,
            params: &call.params,
            headers: &headers,
            window: (now - SLACK_SECS, now + WINDOW_SECS),
        };
        let authorization = signature.with(&keys).header();
        let mut request = self.http()?.request(call.method.clone(), url);
        for (name, value) in headers {
            if name != HOST.as_str() {
                request = request.header(name, value);
            }
        }
        let request = request
            .header(AUTHORIZATION, authorization)
            .body(call.body.clone());
        let answer = request.send().await.map_err(|e| transport(&e))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        Err(refusal(answer).await.into())
    }

    /// Deletes an object of the workbench. What is left there after all goes with the janitor's daily sweep.
    pub async fn clear(&self, path: &str) {
        if let Err(error) = self.send(&Call::new(Method::DELETE, path)).await {
            tracing::debug!(%error, "an object stays on the workbench for now");
        }
    }

    /// The same, without letting anybody wait for it.
    pub fn clear_later(self: &Arc<Self>, path: String) {
        let client = Arc::clone(self);
        tokio::spawn(async move { client.clear(&path).await });
    }

    /// A link to an object, good until the end of the window in which [`Signer::expiry`] lies.
    pub(super) fn link(
        &self,
        path: &str,
        extra: &[(&str, &str)],
        now: Moment,
    ) -> Result<String, CosError> {
        let keys = self.keys.now()?;
        let own = Url::parse(&self.base).map_err(|e| CosError::Nonsense(e.to_string()))?;
        let (base, host) = match self.settings.domain.as_str() {
            "" => (self.base.clone(), authority(&own)),
            domain => {
                let host = match self.settings.domain_signs {
                    SignedHost::Bucket => authority(&own),
                    SignedHost::Domain => domain.to_owned(),
                    SignedHost::None => String::new(),
                };
                (format!("https://{domain}"), host)
            }
        };
        let path = self.signed_path(path);
        let place = format!("{base}{}", encode_path(&path));
        if host.is_empty() {
            return Ok(place);
        }
        let end = Signer::expiry(now);
        let signature = Signed {
            method: "GET",
            path: &path,
            params: extra,
            headers: &[("host", &host)],
            // Both ends are the same within a quarter of an hour, and so is the link.
            window: (Signer::start(now) - SLACK_SECS, end),
        };
        let mut link = format!(
            "{place}?{}&{}",
            query(extra.iter().copied()),
            signature.with(&keys).query()
        );
        if let Some(token) = &keys.token {
            link.push('&');
            link.push_str(&query([("x-cos-security-token", token.as_str())]));
        }
        Ok(link)
    }

    fn signed_path(&self, path: &str) -> String {
        match path {
            "" => "/".to_owned(),
            path => format!("/{}", self.settings.object(path)),
        }
    }

    fn url(&self, call: &Call<'_>) -> Result<Url, CosError> {
        let mut url = format!("{}{}", self.base, encode_path(&self.signed_path(call.path)));
        if !call.params.is_empty() {
            url.push('?');
            url.push_str(&query(call.params.iter().copied()));
        }
        Url::parse(&url).map_err(|e| CosError::Nonsense(e.to_string()))
    }

    fn http(&self) -> Result<&Client, CosError> {
        if let Some(client) = self.http.get() {
            return Ok(client);
        }
        let mut builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .user_agent(concat!("Atelier/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT);
        if self.base.starts_with("http://") {
            // Plain http needs no certificates, so it also works where none are installed.
            builder = builder.tls_certs_only([]);
        }
        let client = builder
            .build()
            .map_err(|e| CosError::Client(innermost(&e).to_string()))?;
        Ok(self.http.get_or_init(|| client))
    }
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

async fn refusal(mut answer: Response) -> Refusal {
    let status: StatusCode = answer.status();
    let request = answer.headers().get("x-cos-request-id");
    let request = request
        .and_then(|id| id.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let mut body = Vec::new();
    while let Ok(Some(part)) = answer.chunk().await {
        body.extend_from_slice(&part);
        if body.len() > ERROR_BYTES {
            break;
        }
    }
    Refusal::read(status, &request, &body)
}

/// An error of the connection, without the URL, which may be signed.
pub(super) fn transport(error: &reqwest::Error) -> CosError {
    if error.is_timeout() {
        CosError::Timeout
    } else {
        CosError::Unreachable(innermost(error).to_string())
    }
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyPair(hidden)")
    }
}
