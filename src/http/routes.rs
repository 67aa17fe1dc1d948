//! The route table: every path, its methods, and who answers. HEAD goes with GET, PATCH with PUT.

use actix_web::web::ServiceConfig;

use super::endpoint::at;
use super::{admin, api_keys, auth, consents, credits, figures, health, links, me, site};

/// Every path of the API.
pub(super) fn routes(app: &mut ServiceConfig) {
    app.service(at("/healthz").get(health::live))
        .service(at("/readyz").get(health::ready))
        .service(at("/metrics").get(figures::show))
        .service(at("/v1/site").get(site::show))
        .configure(accounts)
        .configure(administration);
}

fn accounts(app: &mut ServiceConfig) {
    app.service(at("/v1/auth/register").post(auth::register))
        .service(at("/v1/auth/login").post(auth::log_in))
        .service(at("/v1/auth/refresh").post(auth::refresh))
        .service(at("/v1/auth/logout").post(auth::log_out))
        .service(at("/v1/auth/password").post(auth::change_password))
        .service(at("/v1/links/{token}").get(links::show).post(links::spend))
        .service(at("/v1/me").get(me::show).put(me::change))
        .service(
            at("/v1/me/consents")
                .get(consents::list)
                .post(consents::accept),
        )
        .service(
            at("/v1/api-keys")
                .get(api_keys::list)
                .post(api_keys::create),
        )
        .service(at("/v1/api-keys/{id}").delete(api_keys::delete))
        .service(at("/v1/credits").get(credits::show))
        .service(at("/v1/credits/entries").get(credits::entries));
}

fn administration(app: &mut ServiceConfig) {
    use admin::{audit, grants, ledger, links, users};
    app.service(at("/v1/admin/users").get(users::list))
        .service(
            at("/v1/admin/users/{id}")
                .get(users::show)
                .put(users::change),
        )
        .service(at("/v1/admin/users/{id}/freeze").post(users::freeze))
        .service(at("/v1/admin/users/{id}/unfreeze").post(users::unfreeze))
        .service(at("/v1/admin/users/{id}/grants").post(grants::create))
        .service(at("/v1/admin/links").get(links::list).post(links::create))
        .service(at("/v1/admin/links/{id}").delete(links::revoke))
        .service(at("/v1/admin/audit").get(audit::list))
        .service(at("/v1/admin/ledger/verify").get(ledger::verify));
}
