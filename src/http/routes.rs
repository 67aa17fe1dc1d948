//! The route table: every path, its methods, and who answers. HEAD goes with GET, PATCH with PUT.

use actix_web::web::ServiceConfig;

use super::endpoint::at;
use super::{
    admin, api_keys, auth, catalog, consents, credits, events, figures, files, health, jobs, links,
    me, openapi, orders, page, payments, plans, reports, share, site, uploads, webhooks, wechat,
    work_file, works,
};

/// Every path there is.
pub(super) fn routes(app: &mut ServiceConfig) {
    app.configure(door)
        .configure(accounts)
        .configure(pictures)
        .configure(shop)
        .configure(hooks)
        .configure(administration)
        .configure(routing);
}

fn door(app: &mut ServiceConfig) {
    for place in page::PLACES {
        app.service(at(place).get(page::shell));
    }
    app.service(at("/assets/{version}/{name:.*}").get(page::file))
        .service(at("/terms").get(page::terms))
        .service(at("/privacy").get(page::privacy))
        .service(at("/s/{token}").get(share::show))
        .service(at("/s/{token}/image").get(share::image))
        .service(at("/openapi.json").get(openapi::show))
        .service(at("/docs").get(openapi::page))
        .service(at("/docs/{file}").get(openapi::file))
        .service(at("/llms.txt").get(openapi::llms))
        .service(at("/healthz").get(health::live))
        .service(at("/readyz").get(health::ready))
        .service(at("/metrics").get(figures::show))
        .service(at("/files/{key:.*}").get(files::show))
        .service(at("/v1/site").get(site::show))
        .service(at("/v1/catalog").get(catalog::show));
}

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
        .service(at("/v1/jobs/{id}/events").get(events::of_job))
        .service(at("/v1/events").get(events::of_user))
        .service(at("/v1/batches/{batch}").get(jobs::batch))
        .service(at("/v1/works").get(works::list))
        .service(at("/v1/works/export").get(works::export))
        .service(
            at("/v1/works/{id}")
                .get(works::show)
                .put(works::change)
                .delete(works::delete),
        )
        .service(at("/v1/works/{id}/file").get(work_file::show))
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
        .service(at("/v1/reports").post(reports::report));
}

fn hooks(app: &mut ServiceConfig) {
    use webhooks::{deliveries, endpoints, secrets};
    app.service(
        at("/v1/webhooks")
            .get(endpoints::list)
            .post(endpoints::create),
    )
    .service(
        at("/v1/webhooks/secret")
            .get(secrets::show_own)
            .post(secrets::rotate_own),
    )
    .service(at("/v1/webhooks/deliveries").get(deliveries::list))
    .service(at("/v1/webhooks/deliveries/{id}/replay").post(deliveries::replay))
    .service(
        at("/v1/webhooks/{id}")
            .get(endpoints::show)
            .put(endpoints::change)
            .delete(endpoints::delete),
    )
    .service(at("/v1/webhooks/{id}/test").post(endpoints::test))
    .service(at("/v1/webhooks/{id}/deliveries").get(deliveries::list_of))
    .service(
        at("/v1/webhooks/{id}/secret")
            .get(secrets::show)
            .post(secrets::rotate),
    );
}

fn accounts(app: &mut ServiceConfig) {
    app.service(at("/v1/auth/register").post(auth::register))
        .service(at("/v1/auth/wechat").post(wechat::log_in))
        .service(at("/v1/auth/login").post(auth::log_in))
        .service(at("/v1/auth/refresh").post(auth::refresh))
        .service(at("/v1/auth/logout").post(auth::log_out))
        .service(at("/v1/auth/password").post(auth::change_password))
        .service(at("/v1/links/{token}").get(links::show).post(links::spend))
        .service(at("/v1/me").get(me::show).put(me::change).delete(me::erase))
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

fn shop(app: &mut ServiceConfig) {
    app.service(at("/v1/credits/packages").get(credits::packages))
        .service(at("/v1/credits/redeem").post(credits::redeem))
        .service(at("/v1/orders").get(orders::list).post(orders::create))
        .service(at("/v1/orders/{id}").get(orders::show))
        .service(at("/v1/orders/{id}/cancel").post(orders::cancel))
        .service(
            at("/v1/orders/{id}/invoice")
                .get(orders::invoice)
                .post(orders::request_invoice),
        )
        .service(at("/v1/plans").get(plans::list))
        .service(
            at("/v1/subscription")
                .get(plans::show)
                .post(plans::subscribe)
                .delete(plans::cancel),
        )
        .service(at("/v1/wechat/push").get(wechat::check).post(wechat::push))
        .service(at("/v1/payments/{channel}/notify").post(payments::notify));
}

fn administration(app: &mut ServiceConfig) {
    use admin::{
        audit, codes, csv, grants, invoices, jobs, ledger, links, moderation, orders, overview,
        reports, review, series, settings, subscriptions, users,
    };
    app.service(at("/v1/admin/overview").get(overview::show))
        .service(at("/v1/admin/series").get(series::show))
        .service(at("/v1/admin/failures").get(series::failures))
        .service(at("/v1/admin/missing").get(settings::missing))
        .service(at("/v1/admin/settings").get(settings::show))
        .service(at("/v1/admin/csv/entries").get(csv::entries))
        .service(at("/v1/admin/csv/orders").get(csv::orders))
        .service(at("/v1/admin/csv/invoices").get(csv::invoices))
        .service(at("/v1/admin/csv/costs").get(csv::costs))
        .service(at("/v1/admin/csv/unspent").get(csv::unspent))
        .service(at("/v1/admin/review").get(review::list))
        .service(at("/v1/admin/review/{id}").post(review::decide))
        .service(at("/v1/admin/reports").get(reports::list))
        .service(at("/v1/admin/jobs").get(jobs::list))
        .service(at("/v1/admin/jobs/{id}").get(jobs::show))
        .service(at("/v1/admin/jobs/{id}/retry").post(jobs::retry))
        .service(at("/v1/admin/jobs/{id}/fail").post(jobs::fail))
        .service(at("/v1/admin/jobs/{id}/make-good").post(jobs::make_good))
        .service(at("/v1/admin/users").get(users::list))
        .service(
            at("/v1/admin/users/{id}")
                .get(users::show)
                .put(users::change),
        )
        .service(at("/v1/admin/users/{id}/freeze").post(users::freeze))
        .service(at("/v1/admin/users/{id}/unfreeze").post(users::unfreeze))
        .service(at("/v1/admin/users/{id}/grants").post(grants::create))
        .service(
            at("/v1/admin/users/{id}/subscription")
                .post(subscriptions::give)
                .delete(subscriptions::end),
        )
        .service(at("/v1/admin/orders").get(orders::list))
        .service(at("/v1/admin/orders/{id}").get(orders::show))
        .service(at("/v1/admin/orders/{id}/confirm").post(orders::confirm))
        .service(
            at("/v1/admin/orders/{id}/refund")
                .post(orders::refund)
                .delete(orders::give_up_refund),
        )
        .service(at("/v1/admin/codes").get(codes::list).post(codes::create))
        .service(
            at("/v1/admin/codes/{id}")
                .get(codes::show)
                .delete(codes::revoke),
        )
        .service(at("/v1/admin/codes/{id}/export").get(codes::export))
        .service(at("/v1/admin/invoices").get(invoices::list))
        .service(at("/v1/admin/invoices/{id}").put(invoices::decide))
        .service(at("/v1/admin/moderation").get(moderation::list))
        .service(at("/v1/admin/moderation/{id}").get(moderation::show))
        .service(at("/v1/admin/moderation/{id}/pass").post(moderation::pass))
        .service(at("/v1/admin/moderation/{id}/block").post(moderation::block))
        .service(at("/v1/admin/links").get(links::list).post(links::create))
        .service(at("/v1/admin/links/{id}").delete(links::revoke))
        .service(at("/v1/admin/audit").get(audit::list))
        .service(at("/v1/admin/ledger/verify").get(ledger::verify));
}

fn routing(app: &mut ServiceConfig) {
    use admin::{costs, models, route};
    app.service(at("/v1/admin/models").get(models::list))
        .service(at("/v1/admin/models/{model}").put(models::change))
        .service(at("/v1/admin/models/{model}/reset").post(models::reset))
        .service(at("/v1/admin/route/explain").post(route::explain))
        .service(at("/v1/admin/costs").get(costs::list));
}
