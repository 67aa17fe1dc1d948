//! The route table: every path, its methods, and who answers. HEAD goes with GET, PATCH with PUT.

use actix_web::web::ServiceConfig;

use super::endpoint::at;
use super::{admin, catalog, figures, files, health, jobs, page, site, uploads, works};

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
    pictures(app);
    operators(app);
}

/// Uploads, jobs and works.
fn pictures(app: &mut ServiceConfig) {
    app.service(at("/v1/uploads").get(uploads::list).post(uploads::add))
        .service(at("/v1/uploads/{id}").delete(uploads::delete))
        .service(at("/v1/jobs").get(jobs::list).post(jobs::submit))
        .service(at("/v1/jobs/preview").post(jobs::preview))
        .service(at("/v1/jobs/{id}").get(jobs::show))
        .service(at("/v1/jobs/{id}/cancel").post(jobs::cancel))
        .service(at("/v1/jobs/{id}/save").post(jobs::save))
        .service(at("/v1/jobs/{id}/feedback").post(jobs::feedback))
        .service(at("/v1/jobs/{id}/route").get(jobs::route))
        .service(at("/v1/batches/{batch}").get(jobs::batch))
        .service(at("/v1/works").get(works::list))
        .service(at("/v1/works/export").get(works::export))
        .service(
            at("/v1/works/{id}")
                .get(works::show)
                .put(works::change)
                .delete(works::delete),
        )
        .service(
            at("/v1/works/{id}/favorite")
                .put(works::favorite)
                .delete(works::unfavorite),
        )
        .service(
            at("/v1/works/{id}/share")
                .post(works::share)
                .delete(works::unshare),
        )
        .service(at("/v1/gallery").get(works::gallery))
        .service(at("/v1/shared/{token}").get(works::shared))
        .service(at("/v1/reports").post(works::report));
}

/// What only administrators may do.
fn operators(app: &mut ServiceConfig) {
    app.service(at("/v1/admin/jobs").get(admin::jobs::list))
        .service(at("/v1/admin/jobs/{id}").get(admin::jobs::show))
        .service(at("/v1/admin/jobs/{id}/retry").post(admin::jobs::retry))
        .service(at("/v1/admin/jobs/{id}/fail").post(admin::jobs::fail))
        .service(at("/v1/admin/jobs/{id}/make-good").post(admin::jobs::make_good));
}
