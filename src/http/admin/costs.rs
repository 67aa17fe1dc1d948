//! `/v1/admin/costs`: what models cost, by day, model and kind of picture; also as CSV.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use serde_json::json;

use crate::db::DbError;
use crate::http::extract::{Admin, Query};
use crate::http::{Problem, State, reply};
use crate::jobs::attempts::{self, Cost};
use crate::time::Moment;

const MOST_DAYS: u32 = 92;

/// How far back, and in which form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Wanted {
    days: Option<u32>,
    format: Option<Format>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    Json,
    Csv,
}

/// `GET /v1/admin/costs?days=7&format=csv`: today and the days before it, newest first.
pub(in crate::http) async fn list(
    state: Data<State>,
    _: Admin,
    Query(wanted): Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    let days = wanted.days.unwrap_or(7);
    if !(1..=MOST_DAYS).contains(&days) {
        let (zh, en) = ("必须是 1 到 92", "must be from 1 to 92");
        return Err(Problem::field("/days", zh, en));
    }
    let zone = state.zone.clone();
    let costs = state
        .db
        .report(move |r| {
            let mut until = Moment::now().plus_secs(1);
            let mut costs: Vec<Cost> = Vec::new();
            for _ in 0..days {
                let from = zone.day_start(until.plus_secs(-1));
                costs.extend(attempts::costs(r, &zone.day(from), from, until)?);
                until = from;
            }
            Ok::<_, DbError>(costs)
        })
        .await?;
    match wanted.format {
        None | Some(Format::Json) => Ok(reply::ok(&json!({ "items": costs }))),
        Some(Format::Csv) => Ok(reply::text("text/csv; charset=utf-8", table(&costs)?)),
    }
}

fn table(costs: &[Cost]) -> Result<String, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for cost in costs {
        writer.serialize(cost).map_err(Problem::internal)?;
    }
    let bytes = writer.into_inner().map_err(Problem::internal)?;
    String::from_utf8(bytes).map_err(Problem::internal)
}
