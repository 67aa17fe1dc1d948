//! `/v1/admin/orders`: every order, what is wrong with it, payments seen by hand, and refunds.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::names::with_names;
use crate::billing::channels;
use crate::billing::order::{self, ChannelId, Filter, Order, Status};
use crate::http::extract::{Admin, Id, Json, List, Page, Query};
use crate::http::orders::view as buyer_view;
use crate::http::{Code, Problem, State, reply};
use crate::ids::{OrderId, UserId};
use crate::time::Moment;

/// What the list can be filtered by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct OrderFilter {
    status: Option<Status>,
    channel: Option<ChannelId>,
    user: Option<UserId>,
    #[serde(default)]
    problem: bool,
}

/// An order as operators see it: what is wrong with it, and what a refund could not take back.
fn view(order: &Order) -> Value {
    let mut body = buyer_view(order);
    body["user_id"] = json!(order.account.user);
    body["trade_no"] = json!(order.trade_no());
    body["reference"] = json!(channels::reference(order));
    body["transaction_id"] = json!(order.transaction_id);
    body["refund_no"] = json!(order.refund_no);
    body["taken_back"] = json!(order.taken_back);
    body["shortfall"] = json!(order.shortfall);
    body["problem"] = json!(order.problem);
    body
}

/// Orders with the names of those who placed them.
async fn shown(state: &State, body: &impl Serialize) -> Result<HttpResponse, Problem> {
    Ok(reply::ok(&with_names(state, body, &["/user_id"]).await?))
}

/// `GET /v1/admin/orders?status=&channel=&problem=true`, newest first; or `?user=` for all of one user's.
pub(in crate::http) async fn list(
    state: Data<State>,
    _: Admin,
    page: Page,
    Query(filter): Query<OrderFilter>,
) -> Result<HttpResponse, Problem> {
    let (user, cursor, rows) = (filter.user, page.cursor, page.rows());
    let filter = Filter {
        status: filter.status,
        channel: filter.channel,
        problem: filter.problem,
    };
    let read = state.db.report(move |r| match user {
        Some(user) => order::list_of(r, user, cursor, rows),
        None => order::list(r, &filter, cursor, rows),
    });
    let list = List::new(read.await?, &page, |order| order.seq);
    shown(&state, &list.map(|order| view(&order))).await
}

/// `GET /v1/admin/orders/{id}`: asked about at its channel if it waits.
pub(in crate::http) async fn show(
    state: Data<State>,
    _: Admin,
    Id(id): Id<OrderId>,
) -> Result<HttpResponse, Problem> {
    let found = state.db.read(|r| order::find(r, id))?;
    let order = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    let order = state.till.look(order, Moment::now()).await?;
    shown(&state, &view(&order)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Confirmation {
    transaction_id: String,
}

/// `POST /v1/admin/orders/{id}/confirm` `{transaction_id}`: the money of an order paid by hand is here. The number of
/// the transfer makes sure that no transfer pays two orders.
pub(in crate::http) async fn confirm(
    state: Data<State>,
    admin: Admin,
    Id(id): Id<OrderId>,
    Json(body): Json<Confirmation>,
) -> Result<HttpResponse, Problem> {
    let transaction = words("/transaction_id", &body.transaction_id, 64)?;
    let (actor, now) = (admin.0.user, Moment::now());
    let order = state.till.confirm(id, actor, transaction, now).await?;
    shown(&state, &view(&order)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Refund {
    reason: String,
}

/// `POST /v1/admin/orders/{id}/refund` `{reason}`: the whole amount goes back. Credits are taken back first, at most
/// the balance; `shortfall` is what was spent already.
pub(in crate::http) async fn refund(
    state: Data<State>,
    admin: Admin,
    Id(id): Id<OrderId>,
    Json(body): Json<Refund>,
) -> Result<HttpResponse, Problem> {
    let reason = words("/reason", &body.reason, 80)?;
    let (actor, now) = (admin.0.user, Moment::now());
    let order = state.till.refund(id, actor, reason, now).await?;
    shown(&state, &view(&order)).await
}

/// `DELETE /v1/admin/orders/{id}/refund`: gives a refund up that hangs; the order is paid as before, and what was taken
/// back returns. Refused while the money may be on its way.
pub(in crate::http) async fn give_up_refund(
    state: Data<State>,
    admin: Admin,
    Id(id): Id<OrderId>,
) -> Result<HttpResponse, Problem> {
    let (actor, now) = (admin.0.user, Moment::now());
    let order = state.till.give_up_refund(id, actor, now).await?;
    shown(&state, &view(&order)).await
}

/// A text that must be there and not too long.
pub(super) fn words(pointer: &str, text: &str, most: usize) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most {
        return Err(Problem::field(
            pointer,
            format!("1 到 {most} 个字符"),
            format!("1 to {most} characters"),
        ));
    }
    Ok(text.to_owned())
}
