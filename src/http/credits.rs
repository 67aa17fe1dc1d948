//! The caller's credits and the entries that made them.

use actix_web::{HttpResponse, web};

use super::extract::{List, Page};
use super::{Problem, State, reply};
use crate::accounts::Caller;
use crate::ledger;

/// `GET /v1/credits`.
pub(super) async fn show(state: web::Data<State>, caller: Caller) -> Result<HttpResponse, Problem> {
    let summary = state
        .db
        .report(move |db| ledger::summary(db, caller.wallet));
    Ok(reply::ok(&summary.await?))
}

/// `GET /v1/credits/entries`, newest first.
pub(super) async fn entries(
    state: web::Data<State>,
    caller: Caller,
    page: Page,
) -> Result<HttpResponse, Problem> {
    let (cursor, rows) = (page.cursor, page.rows());
    let read = state
        .db
        .report(move |db| ledger::entries(db, caller.wallet, cursor, rows));
    let list = List::new(read.await?, &page, |entry| entry.seq);
    Ok(reply::ok(&list))
}
