//! `GET /v1/works/{id}/file`: the picture itself, for whoever holds a token and wants the bytes, in the format they like.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::web::Data;
use serde::Deserialize;

use super::extract::{Id, Query};
use super::job_view::choice_filter;
use super::works::own_work;
use super::{Problem, State, reply};
use crate::accounts::Caller;
use crate::ids::WorkId;
use crate::imaging::{self, Aigc};
use crate::kinds::Format;

/// Which format the file should have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    format: Option<String>,
}

/// `GET /v1/works/{id}/file?format=`: as it was made, or written anew with its labels.
pub(super) async fn show(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<WorkId>,
    Query(wanted): Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    let format: Option<Format> = choice_filter("/format", wanted.format.as_deref())?;
    let work = own_work(&state, caller.user, id)?;
    let format = format.unwrap_or(work.format);
    let mut bytes = state.blobs.at(work.backend)?.get(&work.blob).await?;
    if format != work.format {
        let aigc = Aigc {
            producer_code: state.producer_code.clone(),
            produce_id: work.job.to_string(),
        };
        let convert = move |bytes: &[u8]| imaging::convert(bytes, format, &aigc);
        let made = state.pool.decode(bytes, convert).await?;
        bytes = made.map_err(Problem::internal)?.into();
    }
    let mut answer = reply::bytes(format.content_type(), bytes);
    let keep = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(CACHE_CONTROL, keep);
    Ok(answer)
}
