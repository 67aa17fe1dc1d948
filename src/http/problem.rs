//! A refusal on its way to the client: RFC 9457 `application/problem+json`.
//!
//! One message is for the client, in two languages, one for the log ([`Problem::because`]); the middleware writes
//! both, once, because it knows the language and the request id.

use std::fmt::Display;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Map, Value, json};

use super::Code;
use crate::db::DbError;
use crate::i18n::{Lang, Words};
use crate::kinds::BadParam;

/// A refusal on its way to the client.
#[derive(Debug)]
pub struct Problem(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: Code,
    /// The wire name if it is finer than the code's.
    name: Option<&'static str>,
    detail: Option<Words>,
    errors: Vec<BadParam>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
}

impl Problem {
    /// A refusal as the table has it.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Inner {
            code,
            name: None,
            detail: None,
            errors: Vec::new(),
            members: Map::new(),
            headers: Vec::new(),
            cause: None,
        }))
    }

    /// A picture that cannot be used: the broken rule's own name, and what the sender can do.
    pub fn picture(name: &'static str, advice: impl Into<Words>) -> Self {
        let mut problem = Self::new(Code::UnusablePicture).detail(advice);
        problem.0.name = Some(name);
        problem
    }

    /// 402 with what it costs and what is there. `buy` is where credits can be had.
    pub fn insufficient_credits(required: i64, balance: i64, buy: &str) -> Self {
        Self::new(Code::InsufficientCredits)
            .with("required", required)
            .with("balance", balance)
            .with("links", json!({ "buy": buy }))
    }

    /// 422 that names each bad parameter.
    pub fn invalid(errors: Vec<BadParam>) -> Self {
        let mut problem = Self::new(Code::InvalidParameters);
        problem.0.errors = errors;
        problem
    }

    /// 422 that names one bad parameter by its JSON Pointer.
    pub fn field(pointer: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::invalid(vec![BadParam::new(pointer, zh, en)])
    }

    /// Replaces the table's detail.
    pub fn detail(mut self, detail: impl Into<Words>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds an extension member.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.members.insert(name.to_owned(), value.into());
        self
    }

    /// Says when to try again.
    pub fn retry_after(self, secs: u64) -> Self {
        self.header(RETRY_AFTER, HeaderValue::from(secs))
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Keeps the cause for the log; the client never sees it.
    pub fn because(mut self, cause: impl Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// A failure of our own: the client learns nothing but that.
    pub fn internal(cause: impl Display) -> Self {
        Self::new(Code::Internal).because(cause)
    }

    /// The code in the table.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The name on the wire.
    pub fn name(&self) -> &'static str {
        self.0.name.unwrap_or(self.0.code.id())
    }

    /// What the log should know.
    pub(super) fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// What it says to people.
    pub(super) fn words(&self, lang: Lang) -> (&str, &str) {
        let code = self.0.code;
        let detail = match &self.0.detail {
            Some(words) => words.get(lang),
            None => code.detail().get(lang),
        };
        (code.title().get(lang), detail)
    }

    /// The body: RFC 9457 members and extensions.
    pub(super) fn body(&self, lang: Lang, path: &str, request_id: &str) -> Vec<u8> {
        let code = self.0.code;
        let (title, detail) = self.words(lang);
        let mut body = self.0.members.clone();
        let standard = [
            (
                "type",
                json!(format!("urn:atelier:problem:{}", self.name())),
            ),
            ("title", json!(title)),
            ("status", json!(code.status().as_u16())),
            ("detail", json!(detail)),
            ("instance", json!(path)),
            ("code", json!(self.name())),
            ("request_id", json!(request_id)),
            ("retryable", json!(code.is_retryable())),
        ];
        body.extend(standard.map(|(name, value)| (name.to_owned(), value)));
        if !self.0.errors.is_empty() {
            let error = |e: &BadParam| json!({"pointer": e.pointer, "detail": e.detail.get(lang)});
            body.insert("errors".into(), self.0.errors.iter().map(error).collect());
        }
        Value::Object(body).to_string().into_bytes()
    }

    /// The headers that go with it.
    pub(super) fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let mut headers = self.0.headers.clone();
        let json = HeaderValue::from_static("application/problem+json");
        headers.push((CONTENT_TYPE, json));
        if self.0.code.asks_who() {
            let scheme = HeaderValue::from_static("Bearer realm=\"atelier\"");
            headers.push((WWW_AUTHENTICATE, scheme));
        }
        let said = headers.iter().any(|(name, _)| *name == RETRY_AFTER);
        if self.0.code.is_passing() && !said {
            headers.push((RETRY_AFTER, HeaderValue::from(1)));
        }
        headers
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Code {
    /// The body of a problem with this code, as the API's description shows it.
    pub(super) fn example(self) -> Value {
        let body = Problem::new(self).body(Lang::En, "/v1/…", "req_…");
        serde_json::from_slice(&body).unwrap_or_default()
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.code.status()
    }

    /// Only the status: the middleware adds the rest.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<Vec<BadParam>> for Problem {
    fn from(errors: Vec<BadParam>) -> Self {
        Self::invalid(errors)
    }
}

impl From<BadParam> for Problem {
    fn from(error: BadParam) -> Self {
        Self::invalid(vec![error])
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        let code = match &error {
            DbError::Busy | DbError::Unavailable(_) => Code::Busy,
            DbError::Full => Code::DiskFull,
            DbError::Panicked
            | DbError::Sql(_)
            | DbError::Corrupt { .. }
            | DbError::Newer { .. }
            | DbError::Older { .. }
            | DbError::Locked(_)
            | DbError::Missing(_)
            | DbError::Directory { .. }
            | DbError::OldSqlite(_) => Code::Internal,
        };
        Self::new(code).because(chain(&error))
    }
}

/// An error with its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_speaks_the_language_and_keeps_the_cause() {
        let problem = Problem::insufficient_credits(8, 3, "/#credits").because("secret cause");
        let body: Value =
            serde_json::from_slice(&problem.body(Lang::En, "/v1/jobs", "req_1")).unwrap();
        assert_eq!(body["status"], 402);
        assert_eq!(body["code"], "insufficient_credits");
        assert_eq!(body["required"], 8);
        assert_eq!(body["title"], "Not enough credits");
        assert!(!body.to_string().contains("secret cause"));
    }
}
