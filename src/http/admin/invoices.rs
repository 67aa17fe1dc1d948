//! `/v1/admin/invoices`: who wants an invoice, and what became of it.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;

use super::names::with_names;
use super::orders::words;
use crate::billing::invoices::{self, InvoiceStatus};
use crate::http::extract::{Admin, Id, Json, List, Page, Query};
use crate::http::{Code, Problem, State, reply};
use crate::ids::InvoiceId;
use crate::time::Moment;

/// Where a request tells who asks.
const ASKER: &[&str] = &["/user_id"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct InvoiceFilter {
    status: Option<InvoiceStatus>,
}

/// `GET /v1/admin/invoices?status=`, newest first.
pub(in crate::http) async fn list(
    state: Data<State>,
    _: Admin,
    page: Page,
    Query(filter): Query<InvoiceFilter>,
) -> Result<HttpResponse, Problem> {
    let (cursor, rows) = (page.cursor, page.rows());
    let read = state
        .db
        .report(move |r| invoices::list(r, filter.status, cursor, rows));
    let list = List::new(read.await?, &page, |invoice| invoice.seq);
    Ok(reply::ok(&with_names(&state, &list, ASKER).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Decision {
    status: InvoiceStatus,
    note: Option<String>,
}

/// `PUT /v1/admin/invoices/{id}` `{status, note?}`: the user reads both.
pub(in crate::http) async fn decide(
    state: Data<State>,
    admin: Admin,
    Id(id): Id<InvoiceId>,
    Json(body): Json<Decision>,
) -> Result<HttpResponse, Problem> {
    let note = body
        .note
        .map(|note| words("/note", &note, 200))
        .transpose()?;
    let (actor, now) = (admin.0.user, Moment::now());
    let decided = state.db.write(move |tx| {
        invoices::decide(tx, id, body.status, note.as_deref(), actor, tx.clamp(now))
    });
    match decided.await? {
        Some(invoice) => Ok(reply::ok(&with_names(&state, &invoice, ASKER).await?)),
        None => Err(Problem::new(Code::NotFound)),
    }
}
