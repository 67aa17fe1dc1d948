//! Every error becomes a problem document, and is logged once.

use actix_web::HttpRequest;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};

use super::Visit;
use crate::http::{Code, Problem, State, page};

/// Writes the body of a refusal, whether it is ours or the web framework's.
pub(super) fn render<B: MessageBody>(
    response: ServiceResponse<B>,
    visit: &Visit,
) -> ServiceResponse<EitherBody<B>> {
    let Some(error) = response.response().error() else {
        return response.map_into_left_body();
    };
    let foreign;
    let problem = match error.as_error::<Problem>() {
        Some(problem) => problem,
        None => {
            foreign = Problem::new(Code::of_status(response.status())).because(error);
            &foreign
        }
    };
    log(problem, visit);
    let request = response.request();
    let status = problem.code().status();
    let mut headers = problem.headers();
    let body = if wants_page(request) {
        headers.push((CONTENT_TYPE, HeaderValue::from_static(PAGE)));
        page::lost(&State::of(request), visit.lang, problem).into_bytes()
    } else {
        problem.body(visit.lang, request.path(), visit.request_id())
    };
    response.map_body(|head, _| {
        head.status = status;
        head.headers.remove(CONTENT_ENCODING);
        for (name, value) in headers {
            head.headers.insert(name, value);
        }
        EitherBody::right(BoxBody::new(body))
    })
}

const PAGE: &str = "text/html; charset=utf-8";

/// True if somebody followed a link with a browser: they get a page to read.
fn wants_page(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(ACCEPT).and_then(|v| v.to_str().ok());
    accepted.is_some_and(|types| types.contains("text/html")) && !request.path().starts_with("/v1/")
}

fn log(problem: &Problem, visit: &Visit) {
    let (code, cause) = (problem.name(), problem.cause().unwrap_or_default());
    let request_id = visit.request_id();
    if problem.code() == Code::Internal {
        tracing::error!(code, cause, request_id, "a request failed");
    } else if problem.code().is_ours() {
        tracing::warn!(code, cause, request_id, "a request was turned away");
    } else {
        tracing::debug!(code, cause, request_id, "a request was refused");
    }
}
