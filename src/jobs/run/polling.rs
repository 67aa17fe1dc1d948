//! Pictures that take longer than one request: the provider's id is committed, then asked for until the picture is
//! there, also by a later run. A question that fails says nothing about the picture; it is asked again.

use std::time::Duration;

use tokio::time::Instant;

use super::asking::{Answer, Call};
use super::generate::Tried;
use super::keeping::Draft;
use super::{Run, Stop};
use crate::db::Lane;
use crate::jobs::attempts::{self, Verdict};
use crate::jobs::queue::Station;
use crate::kinds::Choice;
use crate::providers::{Action, Class, Model, Polled, Polls, ProviderError, UpstreamId};
use crate::time::Moment;

/// Pauses between questions: they grow from the first to the longest.
const PAUSE_FIRST: Duration = Duration::from_millis(500);
const PAUSE_MOST: Duration = Duration::from_secs(5);
/// The longest pause after questions that failed.
const PAUSE_FAILED_MOST: Duration = Duration::from_secs(30);
/// A run that takes over a picture asks for it at least so long.
const TAKEN_OVER_LEAST: Duration = Duration::from_secs(60);

impl Run<'_> {
    /// Keeps the id by which the provider knows the picture, for this run and later ones.
    pub(super) async fn note_upstream(
        &self,
        call: &Call,
        upstream: &UpstreamId,
    ) -> Result<(), Stop> {
        let (attempt, id) = (call.attempt, upstream.0.clone());
        let noted = self.runner.db.write_on(Lane::Workers, move |tx| {
            attempts::note_upstream(tx, attempt, &id)
        });
        Ok(noted.await?)
    }

    /// Asks for a picture until it is there or the model's time is over. Asking costs nothing, so that only the
    /// configured time counts, not what is usual.
    pub(super) async fn poll(&self, model: &Model, upstream: &UpstreamId, begun: Moment) -> Answer {
        let Some(polls) = model.provider.polls() else {
            let detail = "the adapter answers that it waits, but cannot be polled";
            return ProviderError::new(Class::Internal, detail).into();
        };
        let most = Duration::from_secs(u64::from(model.settings().timeout_secs));
        let passed = Duration::from_millis(Moment::now().since(begun).max(0).unsigned_abs());
        let left = most.saturating_sub(passed);
        // A run that comes late, after a crash or a stop, still asks.
        let left = if passed < most / 2 {
            left
        } else {
            left.max(TAKEN_OVER_LEAST)
        };
        tokio::time::timeout_at(Instant::now() + left, ask_until_there(polls, upstream))
            .await
            .unwrap_or_else(|_| Answer::Lost(ProviderError::new(Class::Timeout, "not in time")))
    }

    /// Goes on with a picture that an earlier run asked for. `None` if there is none, or it came to nothing.
    pub(super) async fn resume(&self, tried: &mut Tried) -> Result<Option<Draft>, Stop> {
        let underway = self
            .runner
            .db
            .read(|r| attempts::underway(r, self.job.id))?;
        let Some(underway) = underway else {
            return Ok(None);
        };
        let model = self.runner.router.model(&underway.model);
        let Some((model, upstream)) = model.zip(underway.upstream) else {
            let verdict = Verdict::Unknown {
                class: Class::ModelGone.id(),
                detail: "the model cannot be asked any more what became of it".into(),
            };
            self.close_attempt(underway.id, verdict).await?;
            return Ok(None);
        };
        let call = Call {
            attempt: underway.id,
            model,
            expected: underway.expected_micros,
            begun: underway.started_at,
        };
        let station = Station {
            progress: 50,
            cpu: false,
        };
        self.arrive(station).await?;
        let _away = self.leave();
        self.here.arrive();
        let answer = self
            .poll(&call.model, &UpstreamId(upstream), call.begun)
            .await;
        match self.settle(&call, answer, None).await? {
            Ok(draft) => Ok(Some(draft)),
            Err(error) => match error.class.action() {
                Action::Same { .. } => Ok(None),
                Action::Next | Action::GiveUp => {
                    tried.add(&call.model.name, error)?;
                    Ok(None)
                }
            },
        }
    }
}

async fn ask_until_there(polls: &dyn Polls, upstream: &UpstreamId) -> Answer {
    let (mut pause, mut failures) = (PAUSE_FIRST, 0_u32);
    loop {
        tokio::time::sleep(pause).await;
        match polls.poll(upstream).await {
            Ok(Polled::Done(picture)) => return Answer::Picture(picture),
            Ok(Polled::Failed(error)) => return Answer::Failed(error),
            Ok(Polled::Waiting) => {
                failures = 0;
                pause = (pause * 3 / 2).min(PAUSE_MOST);
            }
            Err(error) if is_final(error.class) => {
                let detail = format!("it cannot be asked for any more: {error}");
                return Answer::Lost(ProviderError::new(Class::Timeout, detail));
            }
            Err(error) => {
                tracing::warn!(
                    class = error.class.id(),
                    detail = error.detail,
                    "a poll failed"
                );
                failures += 1;
                let longer = PAUSE_FIRST * 2_u32.pow(failures.min(8));
                pause = error.retry_after.unwrap_or(longer).min(PAUSE_FAILED_MOST);
            }
        }
    }
}

/// True if asking again would be answered the same.
const fn is_final(class: Class) -> bool {
    match class {
        Class::Auth
        | Class::AccountBlocked
        | Class::ModelGone
        | Class::BadRequest
        | Class::BadInput
        | Class::BlockedInput
        | Class::BlockedSevere
        | Class::BlockedOutput
        | Class::Internal => true,
        Class::RateLimited
        | Class::QuotaExhausted
        | Class::Overloaded
        | Class::Timeout
        | Class::NoImage => false,
    }
}
