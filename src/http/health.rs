//! `/healthz` (the process lives) and `/readyz` (it can take work).

use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::{Code, Problem, State, reply};
use crate::db::DbError;

const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// `GET /healthz`.
pub(super) async fn live() -> HttpResponse {
    reply::ok(&json!({"status": "ok"}))
}

/// `GET /readyz`: the writer answers, the disk has room, no stop has begun.
pub(super) async fn ready(state: web::Data<State>) -> Result<HttpResponse, Problem> {
    if state.stopping.is_cancelled() {
        return Err(Problem::new(Code::Draining).retry_after(5));
    }
    if !state.space.is_enough() {
        return Err(Problem::new(Code::DiskFull));
    }
    let write = state.db.write(|_| Ok::<(), DbError>(()));
    match tokio::time::timeout(ANSWER_WITHIN, write).await {
        Ok(answer) => answer?,
        Err(_) => return Err(Problem::new(Code::Busy).because("the writer is slow to answer")),
    }
    Ok(reply::ok(&json!({
        "status": "ready",
        "version": env!("CARGO_PKG_VERSION"),
        "uptime_seconds": state.since.elapsed().as_secs(),
    })))
}
