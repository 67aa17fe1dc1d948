//! Users and what operators do with them, as operators read it.

use serde_json::{Value, json};

use super::{id, ids, integer, maybe, moment, object, text};
use crate::accounts::{Mode, Purpose, Role, State};
use crate::http::openapi::operation::schema;

/// The schemas of people, as operators see them.
pub(super) fn all() -> Value {
    json!({
        "Account": object(json!({
            "id": id("usr_"), "username": maybe(text()), "nickname": maybe(text()), "role": ids::<Role>(),
            "mode": ids::<Mode>(), "state": ids::<State>(), "credits": integer(), "created_at": moment(),
        })),
        "Link": object(json!({
            "id": id("lnk_"), "purpose": ids::<Purpose>(), "user_id": maybe(text()), "credits": integer(),
            "role": ids::<Role>(), "mode": ids::<Mode>(), "created_by": maybe(text()),
            "created_at": moment(), "expires_at": moment(), "spent_at": maybe(moment()),
            "spent_by": maybe(text()),
        })),
        "NewLinkMade": { "allOf": [schema("Link"), object(json!({ "token": text(), "url": text() }))] },
        "AuditLine": object(json!({
            "seq": integer(), "at": moment(), "actor_id": maybe(text()), "action": text(),
            "target": maybe(text()), "detail": {},
        })),
    })
}
