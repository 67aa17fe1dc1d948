//! What the API speaks of: the schemas that operations share. Choices and codes come from the enums that decide them.

mod billing;
mod people;

use serde_json::{Map, Value, json};

use super::operation::schema;
use crate::accounts::Mode;
use crate::http::Code;
use crate::jobs::{Label, Status};
use crate::kinds::{Choice, Format, Kind, Quality};
use crate::webhooks::{Event, Outcome, State};
use crate::works::{Decision, Review};

fn ids<C: Choice>() -> Value {
    let ids: Vec<&str> = C::ALL.iter().map(|c| c.id()).collect();
    json!({ "type": "string", "enum": ids })
}

/// A query parameter or field that is one of these.
pub(super) fn one_of<C: Choice>() -> Value {
    ids::<C>()
}

fn id(prefix: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^{prefix}[0-9a-f]{{32}}$") })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn maybe(mut schema: Value) -> Value {
    if schema["type"].is_string() && schema.get("enum").is_none() {
        schema["type"] = json!([schema["type"], "null"]);
        return schema;
    }
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn moment() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

fn integer() -> Value {
    json!({ "type": "integer" })
}

fn truth() -> Value {
    json!({ "type": "boolean" })
}

/// An object whose members are all there; it may have more.
fn object(members: Value) -> Value {
    let names: Vec<&String> = members
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .collect();
    json!({ "type": "object", "required": names, "properties": members })
}

/// An object of a request: only `required` must be there, and nothing else may.
fn request(required: &[&str], members: Value) -> Value {
    json!({
        "type": "object",
        "required": required,
        "properties": members,
        "additionalProperties": false,
    })
}

/// True if a body of this schema must have something in it.
pub(super) fn has_required(schemas: &Map<String, Value>, name: &str) -> bool {
    let required = schemas
        .get(name)
        .and_then(|schema| schema["required"].as_array());
    required.is_some_and(|names| !names.is_empty())
}

/// Every schema by its name.
pub(super) fn all() -> Map<String, Value> {
    let own = [
        shared(),
        pictures(),
        accounts(),
        hooks(),
        requests(),
        admin_requests(),
    ];
    let parts = own.into_iter().chain(billing::all()).chain([people::all()]);
    let mut schemas = Map::new();
    for part in parts {
        if let Value::Object(part) = part {
            schemas.extend(part);
        }
    }
    schemas
}

fn shared() -> Value {
    json!({
        "Problem": object(json!({
            "type": { "type": "string", "example": "urn:atelier:problem:not_found" },
            "title": text(),
            "status": integer(),
            "detail": text(),
            "instance": text(),
            "code": { "type": "string", "examples": Code::ALL.iter().map(|c| c.id()).collect::<Vec<_>>() },
            "request_id": text(),
            "retryable": truth(),
        })),
        "Words": object(json!({ "zh": text(), "en": text() })),
        "Object": { "type": "object" },
    })
}

fn pictures() -> Value {
    json!({
        "Upload": object(json!({
            "id": id("upl_"), "width": integer(), "height": integer(), "bytes": integer(),
            "format": text(), "url": text(), "created_at": moment(),
        })),
        "Image": object(json!({
            "url": text(), "thumbnail_url": text(), "file_name": text(), "width": integer(),
            "height": integer(), "bytes": integer(), "format": ids::<Format>(), "expires_at": moment(),
        })),
        "Job": object(json!({
            "id": id("job_"), "kind": ids::<Kind>(), "status": ids::<Status>(),
            "progress": { "type": "integer", "minimum": 0, "maximum": 100 },
            "message": schema("Words"), "price": integer(), "charged": integer(),
            "balance_after": maybe(integer()), "position": maybe(integer()), "eta_seconds": maybe(integer()),
            "inputs": { "type": "array", "items": { "type": "object" } },
            "settings": { "type": "object" }, "quality": ids::<Quality>(), "output": text(),
            "seed": integer(), "label": ids::<Label>(), "reference": maybe(text()), "batch": maybe(text()),
            "result": { "type": ["object", "null"] }, "error": { "type": ["object", "null"] },
            "rating": maybe(integer()), "retries": integer(), "attempts": integer(),
            "retry_of": maybe(text()), "cache": maybe(text()), "revision": integer(),
            "created_at": moment(), "updated_at": moment(), "started_at": maybe(moment()),
            "completed_at": maybe(moment()), "links": { "type": "object" },
        })),
        "Quote": object(json!({
            "ok": truth(), "price": integer(), "balance": integer(), "enough_credits": truth(),
            "expected_seconds": integer(), "checks": { "type": "array", "items": { "type": "object" } },
        })),
        "Batch": object(json!({
            "batch": text(), "total": integer(), "pending": integer(), "processing": integer(),
            "completed": integer(), "failed": integer(), "cancelled": integer(), "credits": integer(),
        })),
        "Work": object(json!({
            "id": id("wrk_"), "job_id": id("job_"), "kind": ids::<Kind>(), "title": text(),
            "tags": { "type": "array", "items": text() }, "image": schema("Image"), "model": text(),
            "listed": truth(), "is_public": truth(), "review": ids::<Review>(), "favorite": truth(),
            "favorite_count": integer(), "share_url": maybe(text()), "created_at": moment(),
            "updated_at": moment(),
        })),
        "PublicWork": object(json!({
            "id": id("wrk_"), "kind": ids::<Kind>(), "title": text(),
            "tags": { "type": "array", "items": text() }, "image": schema("Image"),
            "favorite_count": integer(), "created_at": moment(),
        })),
    })
}

fn accounts() -> Value {
    json!({
        "User": object(json!({
            "id": id("usr_"), "username": maybe(text()), "nickname": maybe(text()), "mode": ids::<Mode>(),
            "role": text(), "credits": integer(), "subscription": { "type": "object" },
            "settings": { "type": "object" }, "created_at": moment(),
        })),
        "Session": object(json!({
            "user": schema("User"), "access_token": text(), "refresh_token": text(),
            "token_type": text(), "expires_in": integer(),
        })),
        "Credits": object(json!({
            "balance": integer(), "total_earned": integer(), "total_spent": integer(), "updated_at": moment(),
        })),
        "Entry": object(json!({
            "id": id("ent_"), "kind": text(), "amount": integer(), "balance_after": integer(),
            "description": schema("Words"), "user_id": id("usr_"), "created_at": moment(),
        })),
        "ApiKey": object(json!({
            "id": id("key_"), "name": text(), "scopes": { "type": "array", "items": text() },
            "created_at": moment(),
        })),
    })
}

fn hooks() -> Value {
    json!({
        "Webhook": object(json!({
            "id": id("whk_"), "url": text(), "description": maybe(text()), "enabled": truth(),
            "state": ids::<State>(), "note": schema("Words"), "given_up": integer(),
            "created_at": moment(), "updated_at": moment(),
        })),
        "Delivery": object(json!({
            "id": id("evt_"), "webhook_id": maybe(text()), "url": text(), "event": ids::<Event>(),
            "job_id": maybe(text()), "state": ids::<Outcome>(), "tries": integer(),
            "next_try_at": maybe(moment()), "status": maybe(integer()), "error": maybe(text()),
            "created_at": moment(), "tried_at": maybe(moment()), "delivered_at": maybe(moment()),
        })),
        "Secret": object(json!({ "secret": { "type": "string", "pattern": "^whsec_" } })),
    })
}

fn requests() -> Value {
    let long = json!({ "type": ["string", "null"], "maxLength": 2000 });
    json!({
        "JobRequest": request(&["kind", "inputs"], json!({
            "kind": ids::<Kind>(),
            "inputs": { "type": "object", "description": "Role → upload id, `data:` URL or https URL, or a list." },
            "settings": { "type": "object", "description": "Setting → id of a choice of the catalog." },
            "quality": maybe(ids::<Quality>()), "output": maybe(text()),
            "seed": { "type": ["integer", "null"], "minimum": 0 }, "fresh": truth(),
            "label": maybe(ids::<Label>()),
            "reference": { "type": ["string", "null"], "minLength": 1, "maxLength": 100 },
            "batch": { "type": ["string", "null"], "pattern": "^[A-Za-z0-9_-]{1,40}$" },
            "webhook_url": long,
        })),
        "Feedback": request(&["rating"], json!({
            "rating": { "type": "integer", "minimum": 1, "maximum": 5 },
            "comment": { "type": ["string", "null"], "maxLength": 1000 },
        })),
        "WorkChange": request(&[], json!({
            "title": maybe(text()),
            "tags": { "type": ["array", "null"], "items": text(), "maxItems": 20 },
            "is_public": maybe(truth()),
        })),
        "Register": request(&["username", "password"], json!({
            "username": { "type": "string", "minLength": 3, "maxLength": 32 },
            "password": { "type": "string", "minLength": 8, "maxLength": 128 },
            "mode": ids::<Mode>(),
        })),
        "LogIn": request(&["username", "password"], json!({ "username": text(), "password": text() })),
        "WechatCode": request(&["code"], json!({ "code": text(), "mode": ids::<Mode>() })),
        "Refresh": request(&["refresh_token"], json!({ "refresh_token": text() })),
        "LogOut": request(&[], json!({ "refresh_token": maybe(text()) })),
        "NewPassword": request(&["new"], json!({
            "current": maybe(text()), "new": text(), "username": maybe(text()),
        })),
        "SpendLink": request(&["password"], json!({ "username": maybe(text()), "password": text() })),
        "ProfileChange": request(&[], json!({
            "nickname": maybe(text()), "avatar_url": maybe(text()), "mode": maybe(ids::<Mode>()),
            "settings": { "type": "object" },
        })),
        "Consent": request(&["document", "version"], json!({ "document": text(), "version": text() })),
        "NewApiKey": request(&["name", "scopes"], json!({
            "name": text(), "scopes": { "type": "array", "items": text() },
        })),
        "Complaint": request(&["work_id", "reason"], json!({
            "work_id": text(), "reason": text(), "contact": maybe(text()),
        })),
        "Redeem": request(&["code"], json!({ "code": text() })),
        "NewOrder": request(&["package", "channel"], json!({ "package": text(), "channel": text() })),
        "Subscribe": request(&["plan", "channel"], json!({ "plan": text(), "channel": text() })),
        "InvoiceRequest": request(&["title", "email"], json!({
            "title": text(), "tax_number": text(), "email": text(),
        })),
        "NewWebhook": request(&["url"], json!({
            "url": { "type": "string", "maxLength": 2000 },
            "description": { "type": ["string", "null"], "maxLength": 100 },
        })),
        "WebhookChange": request(&[], json!({
            "url": maybe(text()), "description": maybe(text()), "enabled": maybe(truth()),
        })),
    })
}

fn admin_requests() -> Value {
    let reason = || json!({ "type": "string", "minLength": 1, "maxLength": 200 });
    json!({
        "Verdict": request(&["decision"], json!({
            "decision": ids::<Decision>(), "reason": maybe(reason()),
        })),
        "Reason": request(&["reason"], json!({ "reason": reason() })),
        "MaybeReason": request(&[], json!({ "reason": maybe(text()) })),
        "UserChange": request(&[], json!({ "role": maybe(text()), "mode": maybe(ids::<Mode>()) })),
        "Grant": request(&["credits", "reason"], json!({
            "credits": { "type": "integer", "minimum": 1 }, "reason": reason(),
        })),
        "GivePlan": request(&["plan"], json!({ "plan": text(), "months": maybe(integer()) })),
        "Confirmation": request(&["transaction_id"], json!({ "transaction_id": text() })),
        "NewCodes": request(&["name", "credits", "count"], json!({
            "name": text(), "credits": integer(), "count": integer(), "uses": integer(),
            "per_user": integer(), "expires_at": maybe(moment()),
        })),
        "InvoiceDecision": request(&["status"], json!({ "status": text(), "note": maybe(text()) })),
        "NewLink": request(&["purpose"], json!({
            "purpose": text(), "user_id": maybe(text()), "credits": integer(), "role": text(),
            "mode": ids::<Mode>(),
        })),
        "ModelChange": request(&["enabled"], json!({ "enabled": truth() })),
        "Thought": request(&["kind"], json!({
            "kind": ids::<Kind>(), "quality": maybe(ids::<Quality>()), "mode": ids::<Mode>(),
            "plan": maybe(text()),
        })),
    })
}
