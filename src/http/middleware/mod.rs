//! What happens around every request: an id, the client's address, limits, problems, headers, log and figures.

mod client;
mod headers;
mod limits;
mod problems;
mod record;

use std::net::IpAddr;
use std::time::Instant;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};

pub use client::TrustedProxies;
pub use limits::{Limits, Settings as LimitSettings};

use super::State;
use super::extract::language;
use crate::i18n::Lang;
use crate::ids::RequestId;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST_REQUEST_ID: usize = 128;

/// What is known of a request before it is handled.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Its name in logs and problems: the client's, or one made here.
    pub request_id: HeaderValue,
    /// Who sent it, past the proxies we trust.
    pub client: IpAddr,
    /// The language to answer in.
    pub lang: Lang,
    began: Instant,
}

impl Visit {
    /// The visit of a request that came through [`around`].
    pub fn of(request: &HttpRequest) -> Self {
        let known = request.extensions().get::<Self>().cloned();
        known.unwrap_or_else(|| Self::new(request))
    }

    fn new(request: &HttpRequest) -> Self {
        Self {
            request_id: request_id(request),
            client: State::of(request).settings.trusted_proxies.client(request),
            lang: language(request),
            began: Instant::now(),
        }
    }

    /// The request id as text.
    pub fn request_id(&self) -> &str {
        self.request_id.to_str().unwrap_or_default()
    }
}

fn request_id(request: &HttpRequest) -> HeaderValue {
    let good = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    let given = request.headers().get(REQUEST_ID).filter(|id| {
        (1..=LONGEST_REQUEST_ID).contains(&id.len()) && id.as_bytes().iter().all(good)
    });
    given.cloned().unwrap_or_else(|| {
        let made = RequestId::new().to_string();
        HeaderValue::try_from(made).expect("an id is letters and digits")
    })
}

/// The outermost layer.
pub async fn around<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let visit = Visit::new(request.request());
    request.extensions_mut().insert(visit.clone());
    let response = next.call(request).await?;
    let mut response = problems::render(response, &visit);
    headers::secure(&mut response);
    let name = visit.request_id.clone();
    response.headers_mut().insert(REQUEST_ID, name);
    record::record(&response, &visit);
    Ok(response)
}

/// Refuses who comes too often. It stands inside CORS, so that pages of other origins can read the answer.
pub async fn limit<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let state = State::of(request.request());
    let client = Visit::of(request.request()).client;
    match state.limits.request(request.request(), client) {
        Ok(()) => Ok(next.call(request).await?.map_into_left_body()),
        Err(problem) => Ok(request.error_response(problem).map_into_right_body()),
    }
}
