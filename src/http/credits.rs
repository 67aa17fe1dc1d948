//! The caller's credits and the entries that made them; packages for sale, and redeeming codes.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::extract::{IdempotencyKey, Json, List, Page, Visitor};
use super::middleware::Visit;
use super::{Code as ErrorCode, Problem, State, orders, reply};
use crate::accounts::Caller;
use crate::billing::Package;
use crate::billing::codes::{self, Code, Redeemed};
use crate::db::DbError;
use crate::ledger::{self, Account};
use crate::time::Moment;

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

/// `GET /v1/credits/packages`: what is for sale and how it is paid; open to everybody.
pub(super) async fn packages(state: web::Data<State>, _: Visitor) -> HttpResponse {
    let settings = state.till.settings();
    let row = |row: &Package| {
        json!({
            "id": row.id,
            "label": row.label,
            "credits": row.credits,
            "bonus": row.bonus,
            "price_fen": row.price_fen,
            "currency": settings.currency,
        })
    };
    let items: Vec<_> = settings.packages.iter().map(row).collect();
    reply::public(
        &json!({ "items": items, "channels": orders::channels(&state) }),
        60,
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Redeem {
    code: String,
}

/// `POST /v1/credits/redeem` `{code}`. Whoever guesses codes is slowed down like whoever guesses passwords.
pub(super) async fn redeem(
    state: web::Data<State>,
    request: HttpRequest,
    caller: Caller,
    key: IdempotencyKey,
    Json(body): Json<Redeem>,
) -> Result<HttpResponse, Problem> {
    state.limits.sign_in(Visit::of(&request).client)?;
    let code = Code::parse(&body.code).ok_or(ErrorCode::CodeInvalid)?;
    let account = Account {
        wallet: caller.wallet,
        user: caller.user,
    };
    let now = Moment::now();
    let redeemed = state.db.write(move |tx| {
        let redeemed = codes::redeem(tx, account, &code, key.0.as_deref(), tx.clamp(now))?;
        Ok::<_, DbError>((redeemed, ledger::balance(tx, account.wallet)?))
    });
    let (redeemed, balance) = redeemed.await?;
    let refused = match redeemed {
        Redeemed::Credited(credits) | Redeemed::Replayed(credits) => {
            let answer = reply::ok(&json!({ "credits": credits, "balance": balance }));
            let replayed = matches!(redeemed, Redeemed::Replayed(_));
            return Ok(reply::marked(answer, replayed));
        }
        Redeemed::KeyMismatch => ErrorCode::IdempotencyMismatch,
        Redeemed::Unknown => ErrorCode::CodeInvalid,
        Redeemed::Spent => ErrorCode::CodeSpent,
        Redeemed::Expired => ErrorCode::CodeExpired,
        Redeemed::TooMany => ErrorCode::CodeLimit,
        Redeemed::Inactive => ErrorCode::AccountFrozen,
    };
    Err(refused.into())
}
