//! One open stream: reads what has changed, sends it, and waits for the bell.

use std::collections::VecDeque;
use std::convert::Infallible;

use actix_web::web::Data;
use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio::time::{Duration, Instant, Interval, MissedTickBehavior, interval_at};

use super::seats::Seat;
use crate::http::job_view::view;
use crate::http::{Problem, State};
use crate::ids::{JobId, UserId};
use crate::jobs::{Job, Status, Watcher, feed, job};
use crate::time::Moment;

/// Whose changes are sent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Topic {
    /// Of one job; the stream ends after its final state.
    Job(JobId),
    /// Of all jobs of a user.
    User(UserId),
}

/// What is sent first.
#[derive(Clone, Copy, Debug)]
pub(super) enum Start {
    /// Every job that changed after this revision.
    After(i64),
    /// Every job that has not ended, as of this revision.
    WithLive(i64),
}

/// Jobs read at once.
const PAGE: u32 = 16;
/// How soon a client comes back after a stream broke off.
const FIRST: &str = "retry: 2000\n\n";
const PING: &str = ": ping\n\n";

/// An open stream.
pub(super) struct Events {
    state: Data<State>,
    /// Checked again and again: a stream must not outlive the right to read it.
    token: String,
    topic: Topic,
    /// Until this revision only jobs that have not ended are sent.
    live_until: i64,
    seen: i64,
    /// Read and not sent yet.
    unsent: VecDeque<Job>,
    /// True if there may be something to read.
    stale: bool,
    over: bool,
    watcher: Watcher,
    ping: Interval,
    _seat: Seat,
}

impl Events {
    /// A stream that has not begun. `watcher` has to be watching already.
    pub(super) fn new(
        state: Data<State>,
        token: String,
        (topic, start): (Topic, Start),
        watcher: Watcher,
        seat: Seat,
    ) -> Self {
        let every = Duration::from_secs(u64::from(state.events.ping_secs.get()));
        let mut ping = interval_at(Instant::now() + every, every);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (seen, live_until) = match start {
            Start::After(seen) => (seen, 0),
            Start::WithLive(latest) => (0, latest),
        };
        Self {
            state,
            token,
            topic,
            live_until,
            seen,
            unsent: VecDeque::new(),
            stale: true,
            over: false,
            watcher,
            ping,
            _seat: seat,
        }
    }

    /// The stream as a body.
    pub(super) fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        let first = stream::once(async { Ok(Bytes::from_static(FIRST.as_bytes())) });
        let rest = stream::unfold(self, |mut events| async move {
            let next = events.next().await?;
            Some((Ok(next), events))
        });
        futures_util::StreamExt::chain(first, rest)
    }

    /// The next piece; none when the stream is over: after a final state, at a stop, when the token no longer counts.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if self.over || self.state.stopping.is_cancelled() || !self.is_allowed() {
                return None;
            }
            if let Some(job) = self.unsent.pop_front() {
                return self.event(&job).await.map_err(log).ok();
            }
            if self.stale {
                self.read().await.map_err(log).ok()?;
                continue;
            }
            let only = match self.topic {
                Topic::Job(id) => Some(id),
                Topic::User(_) => None,
            };
            tokio::select! {
                () = self.watcher.changed(only) => self.stale = true,
                () = self.state.stopping.cancelled() => return None,
                _ = self.ping.tick() => {
                    // The safety net under the bell.
                    self.stale = true;
                    return Some(Bytes::from_static(PING.as_bytes()));
                }
            }
        }
    }

    fn is_allowed(&self) -> bool {
        let accounts = &self.state.accounts;
        accounts.authenticate(&self.token, Moment::now()).is_ok()
    }

    /// Reads a page of what has not been sent.
    async fn read(&mut self) -> Result<(), Problem> {
        let (db, seen, until) = (&self.state.db, self.seen, self.live_until);
        let in_backlog = seen < until;
        let jobs: Vec<Job> = match self.topic {
            Topic::Job(id) => {
                let found = db.read(|r| job::find(r, id))?;
                found.into_iter().filter(|j| j.revision > seen).collect()
            }
            Topic::User(user) if in_backlog => {
                db.report(move |r| feed::live(r, user, (seen, until), PAGE))
                    .await?
            }
            Topic::User(user) => db.read(|r| feed::changed(r, user, seen, PAGE))?,
        };
        let full = jobs.len() == PAGE as usize;
        self.stale = full || in_backlog;
        self.seen = match jobs.last() {
            Some(last) if full || !in_backlog => last.revision,
            // The backlog is read; what changed since comes next.
            Some(_) | None => seen.max(until),
        };
        self.unsent = jobs.into();
        Ok(())
    }

    async fn event(&mut self, job: &Job) -> Result<Bytes, Problem> {
        self.over = matches!(self.topic, Topic::Job(_)) && job.status.is_final();
        let body = view(&self.state, job, None, Moment::now()).await?;
        let data = serde_json::to_string(&body).map_err(Problem::internal)?;
        let (name, id) = (name(job), job.revision);
        Ok(format!("event: {name}\nid: {id}\ndata: {data}\n\n").into())
    }
}

/// What a job's state is called in a stream.
const fn name(job: &Job) -> &'static str {
    match job.status {
        Status::Pending if job.retries > 0 || job.due_at.is_some() => "job.retrying",
        Status::Pending => "job.pending",
        Status::Processing if job.progress > BEGUN => "job.progress",
        Status::Processing => "job.processing",
        Status::Completed => "job.completed",
        Status::Failed => "job.failed",
        Status::Cancelled => "job.cancelled",
    }
}

/// The progress of a job that has just been claimed.
const BEGUN: u32 = 10;

fn log(problem: Problem) {
    tracing::warn!(cause = problem.cause(), "a stream of events broke off");
}
