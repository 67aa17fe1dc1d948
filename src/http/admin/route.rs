//! `/v1/admin/route/explain`: which model a job would go to now, and why. Nothing is charged and nobody is asked.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use serde_json::json;

use crate::billing::Plan;
use crate::http::extract::{Admin, Json};
use crate::http::{Problem, State, reply};
use crate::jobs::Jobs;
use crate::kinds::{Kind, Quality};
use crate::providers::{Candidate, Errand};
use crate::time::Moment;

/// The job that is thought of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Thought {
    kind: Kind,
    quality: Option<Quality>,
    #[serde(default)]
    mode: crate::accounts::Mode,
    plan: Option<String>,
}

/// `POST /v1/admin/route/explain` `{kind, quality?, mode?, plan?}`
pub(in crate::http) async fn explain(
    state: Data<State>,
    _: Admin,
    Json(thought): Json<Thought>,
) -> Result<HttpResponse, Problem> {
    let plan = match thought.plan.as_deref() {
        None => Plan::none(),
        Some(id) => state
            .plans
            .named(id)
            .ok_or_else(|| Problem::field("/plan", "没有这个套餐", "there is no such plan"))?,
    };
    let (kind, now) = (thought.kind, Moment::now());
    let quality = thought.quality.unwrap_or_else(|| kind.default_quality());
    let mode = Jobs::list_mode(crate::kinds::Choice::id(thought.mode), kind);
    let errand = Errand {
        kind,
        mode,
        wish: state.jobs.wish(&plan, kind, quality),
    };
    let candidates = state.router.candidates(errand, now);
    let first = first(&candidates);
    Ok(reply::ok(&json!({
        "kind": kind,
        "quality": quality,
        "list": mode,
        "model": first,
        "candidates": candidates,
    })))
}

fn first(candidates: &[Candidate]) -> Option<&str> {
    let first = candidates.iter().find(|c| c.rank == Some(1));
    first.map(|candidate| candidate.model.as_str())
}
