//! `GET /v1/jobs/{id}/events` and `GET /v1/events`: jobs as they change, as server-sent events.
//!
//! A stream sends states, not history: whoever comes back with `Last-Event-ID` gets every job that changed since, once,
//! as it is now. There is no event table, and a client that reads slowly misses nothing that still matters.

mod seats;
mod stream;

use actix_web::http::Method;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};

pub use seats::Seats;
use stream::{Events, Start, Topic};

use super::extract::{Id, LastEventId, bearer};
use super::job_view::own_job;
use super::{Code, Problem, State, reply};
use crate::accounts::Caller;
use crate::ids::JobId;
use crate::jobs::feed;

/// The section `events`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Seconds between the lines that keep a quiet stream open.
    pub ping_secs: std::num::NonZeroU32,
    /// Streams of one user at once.
    pub per_user: usize,
}

/// When whoever has no seat may try again, in seconds.
const SEAT_SECS: u64 = 15;

/// `GET /v1/jobs/{id}/events`
pub(super) async fn of_job(
    state: Data<State>,
    request: HttpRequest,
    caller: Caller,
    Id(id): Id<JobId>,
    since: LastEventId,
) -> Result<HttpResponse, Problem> {
    let job = own_job(&state, caller.user, id)?;
    let latest = state.db.read(feed::latest_revision)?;
    let seen = since.up_to(latest).unwrap_or(0);
    if job.status.is_final() && job.revision <= seen {
        // Nothing will come any more: 204 ends the reconnecting of an EventSource.
        return Ok(reply::no_content());
    }
    open(state, &request, &caller, Topic::Job(id), Start::After(seen))
}

/// `GET /v1/events`
pub(super) async fn of_user(
    state: Data<State>,
    request: HttpRequest,
    caller: Caller,
    since: LastEventId,
) -> Result<HttpResponse, Problem> {
    let latest = state.db.read(feed::latest_revision)?;
    let seen = since.up_to(latest);
    let start = seen.map_or(Start::WithLive(latest), Start::After);
    open(state, &request, &caller, Topic::User(caller.user), start)
}

fn open(
    state: Data<State>,
    request: &HttpRequest,
    caller: &Caller,
    topic: Topic,
    start: Start,
) -> Result<HttpResponse, Problem> {
    let full = || Problem::new(Code::TooManyStreams).retry_after(SEAT_SECS);
    let seat = state.seats.take(caller.user).ok_or_else(full)?;
    if request.method() == Method::HEAD {
        return Ok(reply::events(futures_util::stream::empty()));
    }
    let token = bearer(request).unwrap_or_default().to_owned();
    let watcher = state.jobs.bell().watch(caller.user);
    let events = Events::new(state, token, (topic, start), watcher, seat);
    Ok(reply::events(events.into_stream()))
}
