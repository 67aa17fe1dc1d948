//! `/v1/admin/models`: how every model stands, and the operator's hand on them.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;
use serde_json::json;

use crate::audit;
use crate::db::DbError;
use crate::http::extract::{Admin, Json};
use crate::http::{Code, Problem, State, reply};
use crate::providers::switches;
use crate::time::Moment;

/// `GET /v1/admin/models`
pub(in crate::http) async fn list(state: Data<State>, _: Admin) -> Result<HttpResponse, Problem> {
    let now = Moment::now();
    Ok(reply::ok(&json!({
        "items": state.router.report(now),
        "budget": state.router.budget_report(now),
    })))
}

/// Whether a model may be used.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Change {
    enabled: bool,
}

/// `PUT /v1/admin/models/{model}`: switches it off or on. Calls that are under way go on.
pub(in crate::http) async fn change(
    state: Data<State>,
    admin: Admin,
    path: Path<String>,
    Json(change): Json<Change>,
) -> Result<HttpResponse, Problem> {
    let (name, now) = (known(&state, path)?, Moment::now());
    let (actor, model, enabled) = (admin.0.user, name.clone(), change.enabled);
    let action = if enabled {
        "model.enable"
    } else {
        "model.disable"
    };
    state
        .db
        .write(move |tx| {
            let now = tx.clamp(now);
            if switches::set(tx, &model, !enabled, now)? {
                audit::write(tx, Some(actor), action, Some(&model), &json!({}), now)?;
            }
            Ok::<_, DbError>(())
        })
        .await?;
    state.router.enable(&name, enabled);
    shown(&state, &name, now)
}

/// `POST /v1/admin/models/{model}/reset`: closes its breaker and forgets what speaks against it.
pub(in crate::http) async fn reset(
    state: Data<State>,
    admin: Admin,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let name = known(&state, path)?;
    let (actor, model) = (admin.0.user, name.clone());
    let now = state
        .db
        .write(move |tx| {
            let now = tx.clamp(Moment::now());
            switches::reset(tx, &model, now)?;
            audit::write(
                tx,
                Some(actor),
                "model.reset",
                Some(&model),
                &json!({}),
                now,
            )?;
            Ok::<_, DbError>(now)
        })
        .await?;
    state.router.reset(&name, now);
    shown(&state, &name, now)
}

fn known(state: &State, path: Path<String>) -> Result<String, Problem> {
    let name = path.into_inner();
    let is_known = state.router.knows(&name);
    is_known
        .then_some(name)
        .ok_or_else(|| Problem::new(Code::NotFound))
}

fn shown(state: &State, name: &str, now: Moment) -> Result<HttpResponse, Problem> {
    let report = state.router.report(now).into_iter();
    let mut named = report.filter(|model| model.model == name);
    let model = named.next().ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(reply::ok(&model))
}
