//! `/v1/reports`: complaints about works that others can see.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use serde_json::json;

use super::extract::Json;
use super::{Code, Problem, State, reply};
use crate::time::Moment;
use crate::works;

/// A complaint about a work.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Complaint {
    work_id: String,
    reason: String,
    contact: Option<String>,
}

const REASON_CHARS: usize = 1000;
const CONTACT_CHARS: usize = 200;

/// `POST /v1/reports`: anyone may complain about what everyone can see.
pub(super) async fn report(
    state: Data<State>,
    Json(complaint): Json<Complaint>,
) -> Result<HttpResponse, Problem> {
    let reason = complaint.reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > REASON_CHARS {
        return Err(Problem::field(
            "/reason",
            "需要 1 到 1000 个字符",
            "must have 1 to 1000 characters",
        ));
    }
    let contact = complaint.contact.map(|c| c.trim().to_owned());
    if contact
        .as_ref()
        .is_some_and(|c| c.chars().count() > CONTACT_CHARS)
    {
        return Err(Problem::field(
            "/contact",
            "最多 200 个字符",
            "at most 200 characters",
        ));
    }
    let unknown = || Problem::new(Code::NotFound);
    let work = complaint.work_id.parse().map_err(|_| unknown())?;
    let id = works::report(&state.db, work, reason, contact, Moment::now()).await?;
    let id = id.ok_or_else(unknown)?;
    Ok(reply::accepted(&json!({ "id": id })))
}
