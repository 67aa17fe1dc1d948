//! Security headers.

use actix_web::dev::ServiceResponse;
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use crate::http::State;

/// Of pages: everything from here; pictures also from where the blobs are.
const PAGE: &str = "default-src 'self'; img-src 'self' data: blob: https:; object-src 'none'; \
                    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// Of everything else: nothing runs.
const DATA: &str = "default-src 'none'; frame-ancestors 'none'";

/// Adds what the handler has not set itself.
pub(super) fn secure<B>(response: &mut ServiceResponse<B>) {
    let https = State::of(response.request()).settings.is_https();
    let headers = response.headers_mut();
    let html = headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    set(
        headers,
        CONTENT_SECURITY_POLICY,
        if html { PAGE } else { DATA },
    );
    set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, X_FRAME_OPTIONS, "DENY");
    set(headers, REFERRER_POLICY, "no-referrer");
    if https {
        set(headers, STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
