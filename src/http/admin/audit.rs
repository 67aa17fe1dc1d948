//! The audit log.

use actix_web::{HttpResponse, web};

use super::names::with_names;
use crate::audit;
use crate::http::extract::{Admin, List, Page};
use crate::http::{Problem, State, reply};

/// `GET /v1/admin/audit`, newest first.
pub(in crate::http) async fn list(
    state: web::Data<State>,
    _: Admin,
    page: Page,
) -> Result<HttpResponse, Problem> {
    let (cursor, rows) = (page.cursor, page.rows());
    let read = state.db.report(move |db| audit::list(db, cursor, rows));
    let list = List::new(read.await?, &page, |line| line.seq);
    let people = ["/actor_id", "/target", "/detail/user_id"];
    Ok(reply::ok(&with_names(&state, &list, &people).await?))
}
