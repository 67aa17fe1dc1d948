//! Every error becomes a problem document, and is logged once.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::CONTENT_ENCODING;

use super::Visit;
use crate::http::{Code, Problem};

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
    let body = problem.body(visit.lang, response.request().path(), visit.request_id());
    let status = problem.code().status();
    let headers = problem.headers();
    response.map_body(|head, _| {
        head.status = status;
        head.headers.remove(CONTENT_ENCODING);
        for (name, value) in headers {
            head.headers.insert(name, value);
        }
        EitherBody::right(BoxBody::new(body))
    })
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
