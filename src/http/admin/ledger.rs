//! The books, proved.

use actix_web::{HttpResponse, web};

use crate::http::extract::Admin;
use crate::http::{Problem, State, reply};
use crate::ledger;

/// `GET /v1/admin/ledger/verify`: every balance and every job's net, recomputed.
pub(in crate::http) async fn verify(
    state: web::Data<State>,
    _: Admin,
) -> Result<HttpResponse, Problem> {
    Ok(reply::ok(&state.db.report(ledger::verify).await?))
}
