//! Plans given and ended by an administrator.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use serde_json::json;

use crate::accounts::users;
use crate::billing::orders::Terms;
use crate::billing::subscriptions::{self, Term};
use crate::http::extract::{Admin, Id, Json};
use crate::http::{Code, Problem, State, reply};
use crate::ids::UserId;
use crate::time::Moment;
use crate::{audit, db};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Give {
    plan: String,
    months: Option<u32>,
}

/// `POST /v1/admin/users/{id}/subscription` `{plan, months?}`: without months it goes on until it is cancelled. More
/// months of the same plan are added; another plan takes its place at once.
pub(in crate::http) async fn give(
    state: Data<State>,
    admin: Admin,
    Id(user): Id<UserId>,
    Json(body): Json<Give>,
) -> Result<HttpResponse, Problem> {
    if state.plans.row(&body.plan).is_none() {
        return Err(Problem::field(
            "/plan",
            "没有这个套餐",
            "there is no such plan",
        ));
    }
    let term = match body.months {
        None => Term::Open,
        Some(months) if (1..=120).contains(&months) => Term::Months(months),
        Some(_) => {
            return Err(Problem::field(
                "/months",
                "必须是 1 到 120",
                "must be from 1 to 120",
            ));
        }
    };
    let (plans, zone) = (state.plans.clone(), state.zone.clone());
    let (actor, now) = (admin.0.user, Moment::now());
    let given = state.db.write(move |tx| {
        let now = tx.clamp(now);
        let Some(known) = users::find(tx, user)?.filter(users::User::is_there) else {
            return Ok::<_, db::DbError>(None);
        };
        let terms = Terms {
            plans: &plans,
            zone: &zone,
        };
        let given = subscriptions::extend(tx, &terms, known.account(), &body.plan, term, now)?;
        let detail = json!({"plan": body.plan, "months": body.months});
        let target = user.to_string();
        audit::write(
            tx,
            Some(actor),
            "subscription.give",
            Some(&target),
            &detail,
            now,
        )?;
        Ok(Some(given))
    });
    let given = given.await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(reply::ok(&json!({
        "user_id": user,
        "plan": given.plan,
        "starts_at": given.starts_at,
        "ends_at": given.ends_at,
    })))
}

/// `DELETE /v1/admin/users/{id}/subscription`: it ends at once and what is unspent of its credits expires.
pub(in crate::http) async fn end(
    state: Data<State>,
    admin: Admin,
    Id(user): Id<UserId>,
) -> Result<HttpResponse, Problem> {
    let (actor, now) = (admin.0.user, Moment::now());
    let ended = state.db.write(move |tx| {
        let now = tx.clamp(now);
        let ended = subscriptions::end(tx, user, now)?;
        if let Some((_, expired)) = ended {
            let (target, detail) = (user.to_string(), json!({ "expired": expired }));
            audit::write(
                tx,
                Some(actor),
                "subscription.end",
                Some(&target),
                &detail,
                now,
            )?;
        }
        Ok::<_, db::DbError>(ended.is_some())
    });
    if ended.await? {
        Ok(reply::no_content())
    } else {
        Err(Problem::new(Code::NotFound))
    }
}
