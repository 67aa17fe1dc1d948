//! What handlers read from headers.

use std::future::{Ready, ready};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::{FromRequest, HttpRequest};

use crate::http::Problem;
use crate::i18n::Lang;

const LONGEST_WAIT_SECS: u64 = 60;
const LONGEST_KEY: usize = 255;

/// The language that `Accept-Language` prefers; Chinese if it names none of ours.
pub(crate) fn language(request: &HttpRequest) -> Lang {
    text(request, ACCEPT_LANGUAGE.as_str())
        .and_then(Lang::from_accept)
        .unwrap_or_default()
}

impl FromRequest for Lang {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(language(request)))
    }
}

/// `Prefer: wait=N`: how long the caller would wait for a final state, at most a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(pub Option<Duration>);

impl FromRequest for Wait {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let preferences = text(request, "prefer").unwrap_or_default();
        let wait = preferences.split([',', ';']).find_map(|item| {
            let (name, value) = item.split_once('=')?;
            if !name.trim().eq_ignore_ascii_case("wait") {
                return None;
            }
            value.trim().trim_matches('"').parse::<u64>().ok()
        });
        let wait = wait.filter(|secs| *secs > 0);
        ready(Ok(Self(wait.map(|secs| {
            Duration::from_secs(secs.min(LONGEST_WAIT_SECS))
        }))))
    }
}

/// `Idempotency-Key`: 1 to 255 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<String>);

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(value) = request.headers().get("idempotency-key") else {
            return ready(Ok(Self(None)));
        };
        let good = (1..=LONGEST_KEY).contains(&value.len())
            && value.as_bytes().iter().all(u8::is_ascii_graphic);
        ready(match value.to_str() {
            Ok(key) if good => Ok(Self(Some(key.to_owned()))),
            _ => Err(Problem::field(
                "/headers/idempotency-key",
                "Idempotency-Key 须为 1 到 255 个可见 ASCII 字符",
                "Idempotency-Key must be 1 to 255 visible ASCII characters",
            )),
        })
    }
}

/// `Last-Event-ID`: the revision up to which a client has seen everything. An empty one is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastEventId(Option<i64>);

impl LastEventId {
    /// What was seen, if anything, and at most `latest`: a number from another database must not hide what happens
    /// from now on.
    pub fn up_to(self, latest: i64) -> Option<i64> {
        self.0.map(|seen| seen.min(latest))
    }
}

impl FromRequest for LastEventId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(value) = request.headers().get("last-event-id") else {
            return ready(Ok(Self(None)));
        };
        let text = value.to_str().map(str::trim).unwrap_or("?");
        let number = text.parse().ok().filter(|n: &i64| *n >= 0);
        ready(match number {
            None if !text.is_empty() => Err(Problem::field(
                "/headers/last-event-id",
                "Last-Event-ID 须为事件流中的 id（数字）",
                "Last-Event-ID must be an id of the stream, a number",
            )),
            seen => Ok(Self(seen)),
        })
    }
}

/// The text of a header, if it is there and is text.
pub(crate) fn text<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    async fn wait(value: &str) -> Option<u64> {
        let request = TestRequest::default().insert_header(("Prefer", value));
        let wait = Wait::extract(&request.to_http_request()).await.unwrap();
        wait.0.map(|d| d.as_secs())
    }

    #[tokio::test]
    async fn prefer_wait_is_bounded() {
        assert_eq!(wait("wait=5").await, Some(5));
        assert_eq!(wait("respond-async, wait=500").await, Some(60));
        assert_eq!(wait("wait=0").await, None);
        assert_eq!(wait("wait=soon").await, None);
    }
}
