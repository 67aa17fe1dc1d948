//! `/v1/admin/codes`: batches of redeem codes, made, listed, exported and stopped.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use serde_json::{json, to_value};

use super::orders::words;
use crate::billing::codes::{self, Batch, NewBatch};
use crate::http::extract::{Admin, Id, Json, List, Page};
use crate::http::{Code, Problem, State, reply};
use crate::ids::BatchId;
use crate::time::Moment;

const MOST_CODES: u32 = 10_000;
const MOST_CREDITS: u32 = 1_000_000;

/// `GET /v1/admin/codes`: batches, newest first.
pub(in crate::http) async fn list(
    state: Data<State>,
    _: Admin,
    page: Page,
) -> Result<HttpResponse, Problem> {
    let (cursor, rows) = (page.cursor, page.rows());
    let read = state.db.report(move |r| codes::list(r, cursor, rows));
    Ok(reply::ok(&List::new(read.await?, &page, |batch| batch.seq)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Create {
    name: String,
    credits: u32,
    count: u32,
    #[serde(default = "one")]
    uses: u32,
    #[serde(default = "one")]
    per_user: u32,
    expires_at: Option<Moment>,
}

const fn one() -> u32 {
    1
}

/// `POST /v1/admin/codes` `{name, credits, count, uses?, per_user?, expires_at?}`: 201 with the batch and its codes.
pub(in crate::http) async fn create(
    state: Data<State>,
    admin: Admin,
    Json(body): Json<Create>,
) -> Result<HttpResponse, Problem> {
    let now = Moment::now();
    let new = NewBatch {
        name: words("/name", &body.name, 100)?,
        credits: within("/credits", body.credits, MOST_CREDITS)?,
        count: within("/count", body.count, MOST_CODES)?,
        uses: within("/uses", body.uses, 1_000_000)?,
        per_user: within("/per_user", body.per_user, 1_000_000)?,
        expires_at: body.expires_at,
        created_by: Some(admin.0.user),
    };
    if new.expires_at.is_some_and(|end| end <= now) {
        let (zh, en) = ("必须是将来的时间", "must lie in the future");
        return Err(Problem::field("/expires_at", zh, en));
    }
    let (id, made) = codes::create(&state.db, new, now).await?;
    let mut answer = to_value(batch(&state, id)?).map_err(Problem::internal)?;
    let made: Vec<String> = made.iter().map(codes::Code::grouped).collect();
    answer["codes"] = json!(made);
    Ok(reply::created(&format!("/v1/admin/codes/{id}"), &answer))
}

fn within(pointer: &str, number: u32, most: u32) -> Result<u32, Problem> {
    if (1..=most).contains(&number) {
        return Ok(number);
    }
    Err(Problem::field(
        pointer,
        format!("必须是 1 到 {most}"),
        format!("must be from 1 to {most}"),
    ))
}

fn batch(state: &State, id: BatchId) -> Result<Batch, Problem> {
    let found = state.db.read(|r| codes::find(r, id))?;
    found.ok_or_else(|| Problem::new(Code::NotFound))
}

/// `GET /v1/admin/codes/{id}`.
pub(in crate::http) async fn show(
    state: Data<State>,
    _: Admin,
    Id(id): Id<BatchId>,
) -> Result<HttpResponse, Problem> {
    Ok(reply::ok(&batch(&state, id)?))
}

/// `GET /v1/admin/codes/{id}/export`: the batch as a table, for a spreadsheet or a printer.
pub(in crate::http) async fn export(
    state: Data<State>,
    _: Admin,
    Id(id): Id<BatchId>,
) -> Result<HttpResponse, Problem> {
    let batch = batch(&state, id)?;
    let rows = state.db.report(move |r| codes::codes_of(r, id)).await?;
    let mut table = csv::Writer::from_writer(Vec::new());
    let expires = batch
        .expires_at
        .map_or_else(String::new, |end| end.to_string());
    let written = || -> csv::Result<String> {
        table.write_record(["code", "credits", "uses", "used", "expires_at"])?;
        for row in rows {
            let numbers = [batch.credits, batch.uses, row.used].map(|n| n.to_string());
            let [credits, uses, used] = &numbers;
            table.write_record([&row.code.grouped(), credits, uses, used, &expires])?;
        }
        let bytes = table.into_inner().map_err(|error| error.into_error())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = written().map_err(Problem::internal)?;
    Ok(reply::table(&format!("{id}.csv"), &text))
}

/// `DELETE /v1/admin/codes/{id}`: none of its codes is taken any more; what was redeemed stays.
pub(in crate::http) async fn revoke(
    state: Data<State>,
    admin: Admin,
    Id(id): Id<BatchId>,
) -> Result<HttpResponse, Problem> {
    let (actor, now) = (admin.0.user, Moment::now());
    let stop = move |tx: &crate::db::Tx<'_>| codes::revoke(tx, id, actor, tx.clamp(now));
    if state.db.write(stop).await? {
        Ok(reply::no_content())
    } else {
        Err(Problem::new(Code::NotFound))
    }
}
