//! Credits given by an administrator.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::users::deed;
use crate::http::extract::{Admin, Id, Json};
use crate::http::{Problem, State, reply};
use crate::ids::UserId;
use crate::time::Moment;

const MOST: u32 = 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Grant {
    credits: u32,
    reason: String,
}

/// `POST /v1/admin/users/{id}/grants` `{credits, reason}`: the user reads the reason in their entries.
pub(in crate::http) async fn create(
    state: web::Data<State>,
    admin: Admin,
    Id(user): Id<UserId>,
    Json(body): Json<Grant>,
) -> Result<HttpResponse, Problem> {
    if !(1..=MOST).contains(&body.credits) {
        return Err(Problem::field(
            "/credits",
            format!("必须是 1 到 {MOST}"),
            format!("must be from 1 to {MOST}"),
        ));
    }
    let reason = body.reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > 200 {
        return Err(Problem::field(
            "/reason",
            "1 到 200 个字符",
            "1 to 200 characters",
        ));
    }
    let deed = deed(&admin, user, Some(reason));
    let granted = state
        .accounts
        .grant(deed, body.credits, Moment::now())
        .await?;
    Ok(reply::ok(
        &json!({ "user_id": granted.id, "balance": granted.credits }),
    ))
}
