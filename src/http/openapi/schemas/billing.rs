//! What is bought and what it brings, as buyers and operators read it.

use serde_json::{Value, json};

use super::{id, ids, integer, maybe, moment, object, text, truth};
use crate::billing::invoices::InvoiceStatus;
use crate::billing::order::{ChannelId, ItemKind, Status};
use crate::http::openapi::operation::schema;
use crate::kinds::Kind;

/// The schemas of money.
pub(super) fn all() -> Vec<Value> {
    vec![offers(), orders(), invoices(), plans(), given()]
}

fn list(name: &str) -> Value {
    json!({ "type": "array", "items": schema(name) })
}

/// A schema that has all of another and these members.
fn more(name: &str, members: Value) -> Value {
    json!({ "allOf": [schema(name), object(members)] })
}

/// Whose a thing is, as operators read it.
fn owner() -> Value {
    json!({ "user_id": id("usr_"), "user_name": maybe(text()) })
}

fn offers() -> Value {
    json!({
        "Channel": object(json!({ "id": ids::<ChannelId>(), "label": schema("Words") })),
        "Package": object(json!({
            "id": text(), "label": schema("Words"), "credits": integer(), "bonus": integer(),
            "price_fen": integer(), "currency": text(),
        })),
        "Packages": object(json!({ "items": list("Package"), "channels": list("Channel") })),
        "Plan": object(json!({
            "id": text(), "label": schema("Words"), "discount": integer(),
            "unlimited": { "type": "array", "items": ids::<Kind>() }, "fair_use": maybe(integer()),
            "priority": truth(), "monthly_credits": integer(), "grace_days": integer(),
            "price_fen": integer(), "currency": text(), "for_sale": truth(),
        })),
        "Plans": object(json!({ "items": list("Plan"), "channels": list("Channel") })),
    })
}

fn orders() -> Value {
    let item = object(json!({ "kind": ids::<ItemKind>(), "id": text(), "label": schema("Words") }));
    json!({
        "Order": object(json!({
            "id": id("ord_"), "status": ids::<Status>(), "status_label": schema("Words"),
            "channel": ids::<ChannelId>(), "item": item, "credits": integer(), "bonus": integer(),
            "amount_fen": integer(), "currency": text(),
            "payment": {
                "type": ["object", "null"],
                "description": "What the client needs in order to pay, by channel; null once it cannot be paid.",
            },
            "refund_reason": maybe(text()), "created_at": moment(), "expires_at": moment(),
            "paid_at": maybe(moment()), "refunded_at": maybe(moment()),
            "links": object(json!({ "self": text() })),
        })),
        "AdminOrder": more("Order", json!({
            "user_id": id("usr_"), "user_name": maybe(text()), "trade_no": text(), "reference": maybe(text()),
            "transaction_id": maybe(text()), "refund_no": maybe(text()), "taken_back": integer(),
            "shortfall": integer(), "problem": maybe(text()),
        })),
    })
}

fn invoices() -> Value {
    json!({
        "Invoice": object(json!({
            "id": id("inv_"), "order_id": id("ord_"), "user_id": id("usr_"), "amount_fen": integer(),
            "title": maybe(text()), "tax_number": maybe(text()), "email": maybe(text()),
            "status": ids::<InvoiceStatus>(), "note": maybe(text()), "created_at": moment(),
            "updated_at": moment(),
        })),
        "AdminInvoice": more("Invoice", owner()),
    })
}

fn plans() -> Value {
    let features = object(json!({
        "unlimited_generation": truth(), "priority_processing": truth(), "discount": integer(),
    }));
    json!({
        "Subscription": object(json!({
            "plan": maybe(text()), "label": maybe(schema("Words")), "features": features,
            "starts_at": maybe(moment()), "ends_at": maybe(moment()), "in_grace": truth(),
            "over_at": maybe(moment()), "month_starts_at": maybe(moment()), "cancelled_at": maybe(moment()),
        })),
        "PlanGiven": object(json!({
            "user_id": id("usr_"), "plan": text(), "starts_at": moment(), "ends_at": maybe(moment()),
        })),
    })
}

fn given() -> Value {
    json!({
        "Redeemed": object(json!({ "credits": integer(), "balance": integer() })),
        "Granted": object(json!({ "user_id": id("usr_"), "balance": integer() })),
        "CodeBatch": object(json!({
            "id": id("cdb_"), "name": text(), "credits": integer(), "count": integer(), "uses": integer(),
            "per_user": integer(), "redeemed": integer(), "expires_at": maybe(moment()),
            "created_at": moment(), "revoked_at": maybe(moment()),
        })),
        "CodeBatchMade": more("CodeBatch", json!({ "codes": { "type": "array", "items": text() } })),
    })
}
