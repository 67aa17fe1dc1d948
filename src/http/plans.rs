//! `/v1/plans` and `/v1/subscription`: what plans there are, the caller's own, buying a month, and not renewing.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::extract::{IdempotencyKey, Json, Visitor};
use super::{Problem, State, orders, reply};
use crate::accounts::Caller;
use crate::billing::orders::Terms;
use crate::billing::plans::PlanRow;
use crate::billing::{Wanted, plans, subscriptions};
use crate::time::Moment;

/// `GET /v1/plans`: open to everybody.
pub(super) async fn list(state: web::Data<State>, _: Visitor) -> HttpResponse {
    let row = |(id, row): (&str, &PlanRow)| {
        json!({
            "id": id,
            "label": row.label,
            "discount": row.discount_percent,
            "unlimited": row.unlimited,
            "fair_use": Some(row.fair_use).filter(|bound| *bound > 0),
            "priority": row.priority,
            "monthly_credits": row.monthly_credits,
            "grace_days": row.grace_days,
            "price_fen": row.price_fen,
            "currency": state.till.settings().currency,
            "for_sale": row.price_fen > 0,
        })
    };
    let items: Vec<Value> = state.plans.rows().map(row).collect();
    reply::public(
        &json!({ "items": items, "channels": orders::channels(&state) }),
        60,
    )
}

/// `GET /v1/subscription`: the plan in force and how long it goes on.
pub(super) async fn show(state: web::Data<State>, caller: Caller) -> Result<HttpResponse, Problem> {
    Ok(reply::ok(&view(&state, &caller)?))
}

fn view(state: &State, caller: &Caller) -> Result<Value, Problem> {
    let (user, now) = (caller.user, Moment::now());
    let plan = state
        .db
        .read(|r| plans::plan_of(r, &state.plans, user, now))?;
    let own = state.db.read(|r| subscriptions::find(r, user))?;
    let terms = Terms {
        plans: &state.plans,
        zone: &state.zone,
    };
    let own =
        own.filter(|own| plan.id.as_deref() == Some(own.plan.as_str()) && plan.starts_at.is_some());
    let over_at = own.as_ref().and_then(|own| own.over_at(&terms));
    Ok(json!({
        "plan": plan.id,
        "label": plan.label,
        "features": plan.features(),
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "in_grace": plan.ends_at.is_some_and(|end| end <= now),
        "over_at": over_at,
        "month_starts_at": own.as_ref().map(|own| own.period_starts_at),
        "cancelled_at": own.and_then(|own| own.cancelled_at),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Subscribe {
    plan: String,
    channel: String,
}

/// `POST /v1/subscription` `{plan, channel}`: 201 with the order of one month; paying it starts or renews the plan.
pub(super) async fn subscribe(
    state: web::Data<State>,
    caller: Caller,
    key: IdempotencyKey,
    Json(body): Json<Subscribe>,
) -> Result<HttpResponse, Problem> {
    orders::place(&state, &caller, Wanted::Plan(body.plan), &body.channel, key).await
}

/// `DELETE /v1/subscription`: it runs to the end of what is paid and is not renewed.
pub(super) async fn cancel(
    state: web::Data<State>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (plans, zone) = (state.plans.clone(), state.zone.clone());
    let (user, now) = (caller.user, Moment::now());
    let cancelled = state.db.write(move |tx| {
        let terms = Terms {
            plans: &plans,
            zone: &zone,
        };
        subscriptions::cancel(tx, &terms, user, tx.clamp(now))
    });
    match cancelled.await? {
        Some(_) => Ok(reply::ok(&view(&state, &caller)?)),
        None => Err(Problem::new(super::Code::NotFound)),
    }
}
