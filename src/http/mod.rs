//! The HTTP API: routes, extractors, errors, and one file a resource.

mod accounts;
mod admin;
mod api_keys;
mod auth;
mod catalog;
mod consents;
mod credits;
mod endpoint;
mod error;
pub mod events;
pub mod extract;
pub mod figures;
mod files;
mod health;
mod job_view;
mod jobs;
mod links;
mod me;
pub mod middleware;
pub mod openapi;
mod orders;
mod page;
mod payments;
mod plans;
mod problem;
mod refusals;
pub mod reply;
mod reports;
mod routes;
mod settings;
mod share;
pub mod site;
mod state;
mod uploads;
mod webhooks;
pub mod wechat;
mod wording;
mod work_file;
mod works;

pub use error::Code;
pub use job_view::JobTeller;
pub use page::{Accent, DocumentError, Page};
pub use problem::Problem;
pub use settings::Settings;
pub use state::State;

use actix_cors::Cors;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, Error, web};

/// The app that answers every request: routes inside limits inside CORS inside the visit.
pub fn app(
    state: web::Data<State>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let cors = cors(&state.settings);
    let forms = uploads::form_config(state.uploads.limits().max_bytes);
    App::new()
        .app_data(state)
        .app_data(forms)
        .configure(routes::routes)
        .default_service(web::to(unknown_path))
        .wrap(Compress::default())
        .wrap(from_fn(middleware::limit))
        .wrap(cors)
        .wrap(from_fn(middleware::around))
}

async fn unknown_path() -> Result<&'static str, Problem> {
    Err(Problem::new(Code::NotFound))
}

/// Which other pages may call the API. They send their token themselves: no cookies, so no credentials.
fn cors(settings: &Settings) -> Cors {
    let exposed = [
        "location",
        "retry-after",
        "ratelimit",
        "ratelimit-policy",
        "x-request-id",
        "idempotency-replayed",
        "content-disposition",
    ];
    let mut cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allow_any_header()
        .expose_headers(exposed)
        .max_age(3600);
    for origin in &settings.cors_origins {
        cors = match origin.as_str() {
            "*" => cors.allow_any_origin(),
            origin => cors.allowed_origin(origin),
        };
    }
    cors
}
