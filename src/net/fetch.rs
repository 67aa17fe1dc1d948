//! The guarded client.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Client, Response};
use url::{Host, Url};

use super::Settings;
use super::resolve::{Blocked, Guard, Reach, check, look_up};

const MAX_REDIRECTS: usize = 3;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const READ_TIMEOUT: Duration = Duration::from_secs(15);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(60);
const HTTPS_PORT: u16 = 443;

/// What was fetched.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The body.
    pub bytes: Bytes,
    /// Its media type without parameters, in lower case; empty if the server named none.
    pub content_type: String,
}

/// Why something was not fetched. The texts name no address that was found out by DNS inside our network.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Not an https URL, or one with a user name, or with another port.
    #[error("only https URLs without a user name and with the usual port can be fetched")]
    BadUrl,
    /// The host is, or resolves to, an address that is not public.
    #[error("this host may not be fetched from")]
    Blocked,
    /// The host has no address.
    #[error("the host is not known")]
    UnknownHost,
    /// More than three redirects, or one without a target.
    #[error("too many redirects")]
    Redirects,
    /// The server answered something else than success.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The body has a type that is not wanted.
    #[error("the server answered with the type {0:?}")]
    WrongType(String),
    /// The body is longer than allowed.
    #[error("the answer has more than {max_bytes} bytes")]
    TooLarge {
        /// The limit in bytes.
        max_bytes: usize,
    },
    /// No connection, or it broke.
    #[error("the server could not be reached: {0}")]
    Unreachable(String),
    /// It took too long.
    #[error("the server took too long")]
    Timeout,
    /// This machine has no CA certificates.
    #[error("no CA certificates on this machine; install the package ca-certificates")]
    NoCertificates,
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be made: {0}")]
    Client(String),
}

/// How a URL may be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// https on its usual port.
    Public,
    /// https on another port, only to opened addresses.
    OpenedTls,
    /// http, only to opened addresses.
    OpenedPlain,
}

impl Door {
    fn of(url: &Url) -> Result<Self, FetchError> {
        if !url.username().is_empty() || url.password().is_some() || url.host().is_none() {
            return Err(FetchError::BadUrl);
        }
        match (url.scheme(), url.port_or_known_default()) {
            ("https", Some(HTTPS_PORT)) => Ok(Self::Public),
            ("https", _) => Ok(Self::OpenedTls),
            ("http", _) => Ok(Self::OpenedPlain),
            _ => Err(FetchError::BadUrl),
        }
    }

    const fn reach(self) -> Reach {
        match self {
            Self::Public => Reach::Public,
            Self::OpenedTls | Self::OpenedPlain => Reach::Opened,
        }
    }

    /// What a closed address means here: a bad URL if only opened addresses may be spoken to in this way.
    const fn refusal(self) -> FetchError {
        match self {
            Self::Public => FetchError::Blocked,
            Self::OpenedTls | Self::OpenedPlain => FetchError::BadUrl,
        }
    }
}

/// Fetches URLs that others named. Its clients are made on first use, so that a machine without a network starts.
pub struct Fetcher {
    settings: Arc<Settings>,
    public: OnceLock<Client>,
    opened_tls: OnceLock<Client>,
    opened_plain: OnceLock<Client>,
}

impl Fetcher {
    /// A fetcher for the public internet and what the settings open.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings: Arc::new(settings),
            public: OnceLock::new(),
            opened_tls: OnceLock::new(),
            opened_plain: OnceLock::new(),
        }
    }

    /// Fetches `url`: at most `max_bytes`, of one of the media types in `accept` (`image/*` is any picture; none is
    /// anything), over at most three redirects that are checked like the first URL.
    pub async fn fetch(
        &self,
        url: &Url,
        max_bytes: usize,
        accept: &[&str],
    ) -> Result<Fetched, FetchError> {
        let work = async {
            let mut url = url.clone();
            for _ in 0..=MAX_REDIRECTS {
                let client = self.client_for(&url)?;
                let wanted = if accept.is_empty() {
                    "*/*".to_owned()
                } else {
                    accept.join(", ")
                };
                let request = client.get(url.clone()).header(ACCEPT, wanted);
                let answer = request.send().await.map_err(|e| explain(&url, &e))?;
                if !answer.status().is_redirection() {
                    return read(&url, answer, max_bytes, accept).await;
                }
                let target = answer.headers().get(LOCATION).and_then(|v| v.to_str().ok());
                url = target
                    .and_then(|t| url.join(t).ok())
                    .ok_or(FetchError::Redirects)?;
            }
            Err(FetchError::Redirects)
        };
        tokio::time::timeout(TOTAL_TIMEOUT, work)
            .await
            .unwrap_or(Err(FetchError::Timeout))
    }

    /// Whether `url` may be fetched now: its form, and every address of its host. The answer is checked again when
    /// something is sent there.
    pub async fn check(&self, url: &Url) -> Result<(), FetchError> {
        let door = Door::of(url)?;
        self.check_literal(url, door)?;
        if let Some(Host::Domain(host)) = url.host() {
            let found = look_up(host, door.reach(), &self.settings).await;
            let found = found.map_err(|e| {
                if e.is::<Blocked>() {
                    door.refusal()
                } else {
                    FetchError::UnknownHost
                }
            })?;
            if found.is_empty() {
                return Err(FetchError::UnknownHost);
            }
        }
        Ok(())
    }

    /// The client through which `url`, and only `url`, may be spoken to: it resolves names to allowed addresses alone,
    /// follows no redirects and uses no proxy. For webhooks and other requests than a plain fetch.
    pub fn client_for(&self, url: &Url) -> Result<Client, FetchError> {
        let door = Door::of(url)?;
        self.check_literal(url, door)?;
        let slot = match door {
            Door::Public => &self.public,
            Door::OpenedTls => &self.opened_tls,
            Door::OpenedPlain => &self.opened_plain,
        };
        if let Some(client) = slot.get() {
            return Ok(client.clone());
        }
        let client = self.build(door)?;
        Ok(slot.get_or_init(|| client).clone())
    }

    /// Posts `body` to `url` and answers the status. Redirects are not followed and the answer's body is not read.
    pub async fn post(
        &self,
        url: &Url,
        headers: HeaderMap,
        body: String,
        limit: Duration,
    ) -> Result<u16, FetchError> {
        let request = self.client_for(url)?.post(url.clone());
        let request = request.headers(headers).timeout(limit).body(body);
        let answer = request.send().await.map_err(|e| explain(url, &e))?;
        Ok(answer.status().as_u16())
    }

    /// Addresses that stand in the URL itself never pass the resolver.
    fn check_literal(&self, url: &Url, door: Door) -> Result<(), FetchError> {
        let address = match url.host() {
            Some(Host::Ipv4(v4)) => v4.into(),
            Some(Host::Ipv6(v6)) => v6.into(),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(FetchError::BadUrl),
        };
        check(address, door.reach(), &self.settings).map_err(|Blocked(_)| door.refusal())
    }

    fn build(&self, door: Door) -> Result<Client, FetchError> {
        let guard = Guard {
            reach: door.reach(),
            settings: Arc::clone(&self.settings),
        };
        let mut builder = Client::builder()
            .dns_resolver(Arc::new(guard))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .user_agent(concat!("Atelier/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .pool_max_idle_per_host(1);
        if door == Door::OpenedPlain {
            // Plain http needs no certificates, so it also works where none are installed.
            builder = builder.tls_certs_only([]);
        }
        builder.build().map_err(|e| client_error(&e))
    }
}

/// The body of an answer, if it is a wanted one.
async fn read(
    url: &Url,
    mut answer: Response,
    max_bytes: usize,
    accept: &[&str],
) -> Result<Fetched, FetchError> {
    if !answer.status().is_success() {
        return Err(FetchError::Status(answer.status().as_u16()));
    }
    let content_type = answer
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    let content_type = content_type
        .and_then(|v| v.split(';').next())
        .unwrap_or_default();
    let content_type = content_type.trim().to_ascii_lowercase();
    if !accept.is_empty()
        && !accept
            .iter()
            .any(|wanted| matches_type(&content_type, wanted))
    {
        return Err(FetchError::WrongType(
            content_type.chars().take(80).collect(),
        ));
    }
    let too_large = || FetchError::TooLarge { max_bytes };
    if answer
        .content_length()
        .is_some_and(|length| length > max_bytes as u64)
    {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(|e| explain(url, &e))? {
        if body.len() + chunk.len() > max_bytes {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Fetched {
        bytes: body.freeze(),
        content_type,
    })
}

fn matches_type(found: &str, wanted: &str) -> bool {
    match wanted.strip_suffix("/*") {
        Some(family) => found.split('/').next() == Some(family),
        None => found == wanted,
    }
}

/// Our own reason behind an error of the client, if there is one.
fn explain(url: &Url, error: &reqwest::Error) -> FetchError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    let mut innermost = String::new();
    while let Some(reason) = cause {
        if reason.is::<Blocked>() {
            return Door::of(url).map_or(FetchError::Blocked, Door::refusal);
        }
        innermost = reason.to_string();
        cause = reason.source();
    }
    if error.is_timeout() {
        return FetchError::Timeout;
    }
    FetchError::Unreachable(innermost)
}

fn client_error(error: &reqwest::Error) -> FetchError {
    let text = format!("{error:?}");
    if text.contains("No CA certificates") {
        FetchError::NoCertificates
    } else {
        FetchError::Client(error.to_string())
    }
}

#[cfg(test)]
mod tests;
