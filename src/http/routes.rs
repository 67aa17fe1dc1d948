//! The route table: every path, its methods, and who answers. HEAD goes with GET, PATCH with PUT.

use actix_web::web::ServiceConfig;

use super::endpoint::at;
use super::{catalog, figures, files, health, page, site};

/// Every path there is.
pub(super) fn routes(app: &mut ServiceConfig) {
    door(app);
    api(app);
}

fn door(app: &mut ServiceConfig) {
    app.service(at("/").get(page::start))
        .service(at("/start.css").get(page::style))
        .service(at("/healthz").get(health::live))
        .service(at("/readyz").get(health::ready))
        .service(at("/metrics").get(figures::show))
        .service(at("/files/{key:.*}").get(files::show));
}

fn api(app: &mut ServiceConfig) {
    app.service(at("/v1/site").get(site::show))
        .service(at("/v1/catalog").get(catalog::show));
}
