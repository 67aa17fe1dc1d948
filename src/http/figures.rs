//! `/metrics`: the figures of this process for Prometheus.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::extract::bearer;
use super::middleware::Visit;
use super::{Code, Problem, State};
use crate::secret::Secret;

/// The section `metrics`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The bearer token that a scraper sends; if empty, only this machine may read.
    pub token: Secret,
}

/// `GET /metrics`.
pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let token = &state.metrics.token;
    if token.is_empty() {
        if !Visit::of(&request).client.is_loopback() {
            return Err(Problem::new(Code::Forbidden));
        }
    } else {
        let given = bearer(&request).unwrap_or_default();
        if !bool::from(given.as_bytes().ct_eq(token.expose().as_bytes())) {
            return Err(Problem::new(Code::Unauthorized));
        }
    }
    let mut response = super::reply::text("text/plain; version=0.0.4", state.figures.render());
    let headers = response.headers_mut();
    headers.insert(
        CACHE_CONTROL,
        actix_web::http::header::HeaderValue::from_static("no-store"),
    );
    Ok(response)
}
