//! `/v1/orders`: buying credits, following an order, calling it off, and asking for its invoice.

use actix_web::{HttpResponse, web};
use aws_lc_rs::digest;
use serde::Deserialize;
use serde_json::{Value, json};

use super::extract::{Id, IdempotencyKey, Json, List, Page};
use super::{Code, Problem, State, reply};
use crate::accounts::Caller;
use crate::billing::channels::ChannelError;
use crate::billing::order::{self, ChannelId, Order};
use crate::billing::{TillError, Wanted, invoices};
use crate::i18n::Words;
use crate::ids::OrderId;
use crate::kinds::Choice;
use crate::ledger::Account;
use crate::time::Moment;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Create {
    package: String,
    channel: String,
}

/// `POST /v1/orders` `{package, channel}`: 201 with the order and what the client needs in order to pay.
pub(super) async fn create(
    state: web::Data<State>,
    caller: Caller,
    key: IdempotencyKey,
    Json(body): Json<Create>,
) -> Result<HttpResponse, Problem> {
    place(
        &state,
        &caller,
        Wanted::Package(body.package),
        &body.channel,
        key,
    )
    .await
}

/// Places an order for anything that is for sale.
pub(super) async fn place(
    state: &State,
    caller: &Caller,
    wanted: Wanted,
    channel: &str,
    key: IdempotencyKey,
) -> Result<HttpResponse, Problem> {
    let channel = ChannelId::from_id(channel).ok_or(TillError::NoSuchChannel)?;
    let hash = request_hash(&wanted, channel);
    let buyer = Account {
        wallet: caller.wallet,
        user: caller.user,
    };
    let (key, now) = (key.0.map(|key| (key, hash)), Moment::now());
    let (order, replayed) = state.till.order(buyer, &wanted, channel, key, now).await?;
    let mut body = view(&order);
    body["payment"] = json!(state.till.payment(&order, now).await?);
    let answer = reply::created(&format!("/v1/orders/{}", order.id), &body);
    Ok(reply::marked(answer, replayed))
}

fn request_hash(wanted: &Wanted, channel: ChannelId) -> [u8; 32] {
    let (kind, id) = match wanted {
        Wanted::Package(id) => ("package", id),
        Wanted::Plan(id) => ("plan", id),
    };
    let text = json!([kind, id, channel]).to_string();
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    hash
}

/// An order as its buyer sees it.
pub(super) fn view(order: &Order) -> Value {
    json!({
        "id": order.id,
        "status": order.status,
        "status_label": order.status.label(),
        "channel": order.channel,
        "item": order.item,
        "credits": order.item.credits - order.item.bonus,
        "bonus": order.item.bonus,
        "amount_fen": order.item.amount_fen,
        "currency": order.currency,
        "payment": Value::Null,
        "refund_reason": order.refund_reason,
        "created_at": order.created_at,
        "expires_at": order.expires_at,
        "paid_at": order.paid_at,
        "refunded_at": order.refunded_at,
        "links": { "self": format!("/v1/orders/{}", order.id) },
    })
}

fn own(state: &State, caller: &Caller, id: OrderId) -> Result<Order, Problem> {
    let found = state.db.read(|r| order::find(r, id))?;
    let own = found.filter(|order| order.account.user == caller.user);
    own.ok_or_else(|| Problem::new(Code::NotFound))
}

/// `GET /v1/orders`, newest first.
pub(super) async fn list(
    state: web::Data<State>,
    caller: Caller,
    page: Page,
) -> Result<HttpResponse, Problem> {
    let (cursor, rows) = (page.cursor, page.rows());
    let read = state
        .db
        .report(move |r| order::list_of(r, caller.user, cursor, rows));
    let list = List::new(read.await?, &page, |order| order.seq);
    Ok(reply::ok(&list.map(|order| view(&order))))
}

/// `GET /v1/orders/{id}`: an order that waits is asked about at its channel first.
pub(super) async fn show(
    state: web::Data<State>,
    caller: Caller,
    Id(id): Id<OrderId>,
) -> Result<HttpResponse, Problem> {
    let now = Moment::now();
    let order = state.till.look(own(&state, &caller, id)?, now).await?;
    let mut body = view(&order);
    match state.till.payment(&order, now).await {
        Ok(payment) => body["payment"] = json!(payment),
        // The order itself can be shown; paying it has to wait.
        Err(error) => tracing::warn!(order = %id, %error, "an order cannot be paid now"),
    }
    Ok(reply::ok(&body))
}

/// `POST /v1/orders/{id}/cancel`: calls an unpaid order off; doing so twice is fine.
pub(super) async fn cancel(
    state: web::Data<State>,
    caller: Caller,
    Id(id): Id<OrderId>,
) -> Result<HttpResponse, Problem> {
    let order = own(&state, &caller, id)?;
    let order = state.till.cancel(&order, Moment::now()).await?;
    Ok(reply::ok(&view(&order)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InvoiceFields {
    title: String,
    #[serde(default)]
    tax_number: String,
    email: String,
}

/// `POST /v1/orders/{id}/invoice` `{title, tax_number?, email}`: asks for the invoice of a paid order.
pub(super) async fn request_invoice(
    state: web::Data<State>,
    caller: Caller,
    Id(id): Id<OrderId>,
    Json(body): Json<InvoiceFields>,
) -> Result<HttpResponse, Problem> {
    let order = own(&state, &caller, id)?;
    let details = invoices::Details::parse(&body.title, &body.tax_number, &body.email)?;
    let (status, now) = (order.status, Moment::now());
    let asked = state
        .db
        .write(move |tx| invoices::request(tx, &order, &details, tx.clamp(now)));
    match asked.await? {
        Some(invoice) => Ok(reply::created(
            &format!("/v1/orders/{id}/invoice"),
            &invoice,
        )),
        None => Err(TillError::State(status).into()),
    }
}

/// `GET /v1/orders/{id}/invoice`.
pub(super) async fn invoice(
    state: web::Data<State>,
    caller: Caller,
    Id(id): Id<OrderId>,
) -> Result<HttpResponse, Problem> {
    let order = own(&state, &caller, id)?;
    let found = state.db.read(|r| invoices::of_order(r, order.id))?;
    let invoice = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(reply::ok(&invoice))
}

/// The channels on offer, for pages.
pub(super) fn channels(state: &State) -> Vec<Value> {
    let row = |id: ChannelId| json!({ "id": id, "label": id.label() });
    state.till.channels().map(row).collect()
}

impl From<TillError> for Problem {
    fn from(error: TillError) -> Self {
        match error {
            TillError::NoSuchItem => {
                Self::field("", "没有这个商品", "there is no such thing for sale")
            }
            TillError::NoSuchChannel => Self::field(
                "/channel",
                "不支持这种支付方式",
                "this way of paying is not on offer here",
            ),
            TillError::OtherPlan(ends_at) => {
                Self::new(Code::OtherPlan).with("ends_at", json!(ends_at))
            }
            TillError::OtherPlanOrdered => Self::new(Code::OtherPlan).detail(Words::new(
                "另一个套餐的订单待支付，请先支付或取消",
                "An order for another plan waits for payment; pay it or call it off first",
            )),
            TillError::KeyMismatch => Self::new(Code::IdempotencyMismatch),
            TillError::Inactive => Self::new(Code::AccountFrozen),
            TillError::Unknown => Self::new(Code::NotFound),
            TillError::State(status) => Self::new(Code::OrderState)
                .with("order_status", status.id())
                .detail(Words::new(
                    format!("订单{}，不能执行此操作", status.label().zh),
                    format!("Not possible with an order that is {}", status.id()),
                )),
            TillError::TransactionTaken => Self::field(
                "/transaction_id",
                "该流水号已用于其他订单",
                "another order has this payment",
            ),
            TillError::WrongAmount => Self::new(Code::CallbackRefused).because("wrong amount"),
            TillError::Channel(error) => error.into(),
            TillError::Db(error) => error.into(),
        }
    }
}

impl From<ChannelError> for Problem {
    fn from(error: ChannelError) -> Self {
        let code = match &error {
            ChannelError::Unknown(_) | ChannelError::Refused(_) => Code::PaymentUnavailable,
            ChannelError::Busy(_) => Code::Busy,
            ChannelError::Paid => Code::OrderState,
            ChannelError::NotSold => return TillError::NoSuchChannel.into(),
            ChannelError::LogIn => Code::WechatLogInNeeded,
            ChannelError::Forged(_) => Code::CallbackRefused,
        };
        Self::new(code).because(error)
    }
}
