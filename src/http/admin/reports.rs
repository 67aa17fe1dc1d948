//! `/v1/admin/reports`: complaints about works that others can see.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use crate::http::extract::Admin;
use crate::http::{Problem, State, reply};
use crate::works;

/// As many as an operator will look through.
const MOST: u32 = 200;

/// `GET /v1/admin/reports`: open complaints, newest first.
pub(in crate::http) async fn list(state: Data<State>, _: Admin) -> Result<HttpResponse, Problem> {
    let reports = state.db.report(|r| works::list_reports(r, MOST)).await?;
    Ok(reply::ok(&json!({ "items": reports })))
}
