//! One call to a model: its row is committed before the request leaves, and closed with what came of it. The only place
//! that calls providers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::keeping::Draft;
use super::{Run, Stop};
use crate::db::{DbError, Lane};
use crate::jobs::attempts::{self, Attempt, AttemptId, Opening, Verdict};
use crate::jobs::queue::{self, Ended, Station};
use crate::kinds::{Ask, Choice};
use crate::providers::{Chosen, Class, Model, Outcome, Picture, ProviderError, Started};
use crate::time::Moment;

/// A call whose row is committed.
pub(super) struct Call {
    pub(super) attempt: AttemptId,
    pub(super) model: Arc<Model>,
    /// What it will probably cost, in micro-dollars.
    pub(super) expected: Option<i64>,
    pub(super) begun: Moment,
}

/// What came of a call.
pub(super) enum Answer {
    /// A picture.
    Picture(Picture),
    /// An answer without one.
    Failed(ProviderError),
    /// No answer: the call may have been charged.
    Lost(ProviderError),
}

impl From<ProviderError> for Answer {
    fn from(error: ProviderError) -> Self {
        if error.class == Class::Timeout {
            Self::Lost(error)
        } else {
            Self::Failed(error)
        }
    }
}

impl Answer {
    fn class(&self) -> Option<Class> {
        match self {
            Self::Picture(_) => None,
            Self::Failed(error) | Self::Lost(error) => Some(error.class),
        }
    }

    /// What it cost in micro-dollars, or was expected to where nobody knows.
    fn cost(&self, expected: Option<i64>) -> i64 {
        match self {
            Self::Picture(picture) => picture.cost_micros.or(expected).unwrap_or(0),
            Self::Failed(error) => error.cost_micros.unwrap_or(0),
            Self::Lost(_) => expected.unwrap_or(0),
        }
    }
}

impl Run<'_> {
    /// Commits the row of a call. `None` if the money of the day does not cover it any more.
    pub(super) async fn open_call(
        &self,
        choice: &Chosen,
        candidates: Option<String>,
    ) -> Result<Option<Call>, Stop> {
        let (model, begun) = (Arc::clone(&choice.model), Moment::now());
        let expected = model.price(self.job.quality);
        let router = &self.runner.router;
        if !router.reserve(&model, expected, begun) {
            return Ok(None);
        }
        let opening = Opening {
            job: self.job.id,
            claim: self.claim,
            model: model.name.clone(),
            provider: model.provider.name(),
            is_local: model.provider.is_local(),
            expected_micros: expected,
            candidates,
        };
        let opened = self.open_attempt(opening).await;
        if opened.is_err() {
            router.spend(&model.name, -expected.unwrap_or(0), begun, Moment::now());
        }
        self.tell();
        Ok(Some(Call {
            attempt: opened?,
            model,
            expected,
            begun,
        }))
    }

    async fn open_attempt(&self, opening: Opening) -> Result<AttemptId, Stop> {
        let fence = self.fence;
        let station = Station {
            progress: 50,
            cpu: opening.is_local,
        };
        let opened = self.runner.db.write_on(Lane::Workers, move |tx| {
            let now = tx.clamp(Moment::now());
            if queue::reached(tx, &fence, station, now)?.is_err() {
                return Ok(Err(Stop::Lost));
            }
            Ok::<_, DbError>(match attempts::open(tx, &opening, now)? {
                Some(attempt) => Ok(attempt),
                None => Err(used_up(&attempts::list(tx, opening.job)?)),
            })
        });
        opened.await?
    }

    /// Makes the call and keeps what came of it.
    pub(super) async fn make(
        &self,
        call: &Call,
        ask: &Ask,
    ) -> Result<Result<Draft, ProviderError>, Stop> {
        let since = Instant::now();
        let patience = call.model.timeout();
        let started = tokio::time::timeout(patience, call.model.provider.start(ask)).await;
        let answer = match started {
            Ok(Ok(Started::Done(picture))) => Answer::Picture(picture),
            Ok(Ok(Started::Waiting(upstream))) => {
                self.note_upstream(call, &upstream).await?;
                self.poll(&call.model, &upstream, call.begun).await
            }
            Ok(Err(error)) => error.into(),
            Err(_) => ProviderError::new(Class::Timeout, "no answer in time").into(),
        };
        self.settle(call, answer, Some(since.elapsed())).await
    }

    /// Closes a call: the router learns from it, its cost counts, a picture is kept. `took` is absent if it says nothing
    /// about the model.
    pub(super) async fn settle(
        &self,
        call: &Call,
        answer: Answer,
        took: Option<Duration>,
    ) -> Result<Result<Draft, ProviderError>, Stop> {
        let now = Moment::now();
        let router = &self.runner.router;
        let class = answer.class();
        let outcome = Outcome {
            class,
            at: now,
            millis: took.map(|took| i64::try_from(took.as_millis()).unwrap_or(i64::MAX)),
        };
        let cost = answer.cost(call.expected);
        let (retry_after, verdict, error) = match answer {
            Answer::Picture(picture) => {
                router.record(&call.model, outcome, None);
                self.spend(call, cost, now);
                count(&call.model, class, cost, took);
                return self.keep(call, picture).await.map(Ok);
            }
            Answer::Failed(error) => (error.retry_after, failed(&error), error),
            Answer::Lost(error) => (error.retry_after, unknown(&error), error),
        };
        router.record(&call.model, outcome, retry_after);
        self.spend(call, cost, now);
        count(&call.model, class, cost, took);
        tracing::warn!(job = %self.job.id, model = call.model.name, class = error.class.id(),
            detail = error.detail, "an attempt failed");
        self.close_attempt(call.attempt, verdict).await?;
        Ok(Err(error))
    }

    /// Counts what a call cost in place of what it was expected to.
    fn spend(&self, call: &Call, cost: i64, now: Moment) {
        let more = cost - call.expected.unwrap_or(0);
        self.runner
            .router
            .spend(&call.model.name, more, call.begun, now);
    }

    pub(super) async fn close_attempt(
        &self,
        attempt: AttemptId,
        verdict: Verdict,
    ) -> Result<(), Stop> {
        let closed = self.runner.db.write_on(Lane::Workers, move |tx| {
            attempts::close(tx, attempt, &verdict, tx.clamp(Moment::now()))
        });
        Ok(closed.await?)
    }
}

fn failed(error: &ProviderError) -> Verdict {
    Verdict::Failed {
        class: error.class.id(),
        detail: error.detail.clone(),
        cost_micros: error.cost_micros,
    }
}

fn unknown(error: &ProviderError) -> Verdict {
    Verdict::Unknown {
        class: error.class.id(),
        detail: error.detail.clone(),
    }
}

/// A job that has used up its attempts fails for the reason of the last one.
fn used_up(attempts: &[Attempt]) -> Stop {
    let last = attempts.last().and_then(|a| a.class.as_deref());
    let class = last.and_then(Class::from_id).unwrap_or(Class::Timeout);
    Stop::Ended(Ended::Permanent(class.job_code(), class.id()))
}

fn count(model: &Model, class: Option<Class>, cost: i64, took: Option<Duration>) {
    let name = model.name.clone();
    let class = class.map_or("ok", Class::id);
    metrics::counter!("atelier_model_cost_micros_total", "model" => name.clone())
        .increment(cost.unsigned_abs());
    metrics::counter!("atelier_model_attempts_total", "model" => name.clone(), "class" => class)
        .increment(1);
    if let Some(took) = took {
        metrics::histogram!("atelier_model_seconds", "model" => name).record(took.as_secs_f64());
    }
}
