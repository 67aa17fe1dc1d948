//! The access log and the figures of each request. Neither holds a query, a body or a token.

use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;

use super::Visit;
use crate::http::State;
use crate::traffic::Call;

/// Writes a line and counts.
pub(super) fn record<B>(response: &ServiceResponse<B>, visit: &Visit) {
    let request = response.request();
    let route = request.match_pattern().unwrap_or_else(|| "(none)".into());
    let status = response.status().as_u16();
    let took = visit.began.elapsed();
    let method = request.method();
    // A path with a secret in it is named by its pattern.
    let secret = route.contains("{token}") || route.contains("{key");
    let path = if secret {
        route.as_str()
    } else {
        request.path()
    };
    let request_id = visit.request_id();
    let client = visit.client;
    let ms = took.as_micros() as f64 / 1000.0;
    if path.starts_with("/v1") {
        State::of(request).traffic.count(call(response.status()));
        tracing::info!(target: "atelier::access", %method, path, status, ms, request_id, %client);
    } else {
        tracing::debug!(target: "atelier::access", %method, path, status, ms, request_id, %client);
    }
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let method = known
        .into_iter()
        .find(|m| *m == method.as_str())
        .unwrap_or("other");
    let labels = [
        ("method", method.to_owned()),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::counter!("atelier_http_requests_total", &labels).increment(1);
    metrics::histogram!("atelier_http_request_seconds", &labels[..2]).record(took);
}

fn call(status: StatusCode) -> Call {
    if status.is_server_error() {
        Call::Failed
    } else if status.is_client_error() {
        Call::Refused
    } else {
        Call::Answered
    }
}
