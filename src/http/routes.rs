//! The route table: every path, its methods, and who answers. HEAD goes with GET, PATCH with PUT.

use actix_web::web::ServiceConfig;

use super::endpoint::at;
use super::{figures, health, site};

/// Every path of the API.
pub(super) fn routes(app: &mut ServiceConfig) {
    app.service(at("/healthz").get(health::live))
        .service(at("/readyz").get(health::ready))
        .service(at("/metrics").get(figures::show))
        .service(at("/v1/site").get(site::show));
}
