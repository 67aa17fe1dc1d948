//! Stations four and five: choose a model, ask it, keep the raw picture. The only place that calls providers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Run, Stop};
use crate::db::Lane;
use crate::jobs::attempts::{self, Attempt, AttemptId, Verdict};
use crate::jobs::queue::{self, Ended, Station};
use crate::kinds::{Ask, Choice, InputFile};
use crate::providers::{Action, Class, Model, Picture, ProviderError, Started, UpstreamId};
use crate::time::Moment;

/// A raw picture that is kept on disk, as the job's draft.
pub(super) struct Draft {
    /// The model that made it.
    pub(super) model: String,
    /// What it cost in micro-dollars, if known.
    pub(super) cost_micros: Option<i64>,
}

/// Longest pause before the same model is asked again.
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// How often, and how long apart, a draft is tried to be kept: five minutes in all.
const KEEP_TRIES: u32 = 30;
const KEEP_PAUSE: Duration = Duration::from_secs(10);
const POLL_EVERY: Duration = Duration::from_secs(2);

impl Run<'_> {
    /// The draft of an earlier run, or of the failed job that this one repeats, if it is there.
    pub(super) async fn kept_draft(&self) -> Result<Option<Draft>, Stop> {
        // The file is what counts: a crash may have come between it and the row that tells of it.
        for job in std::iter::once(self.job.id).chain(self.job.retry_of) {
            let attempts = self.runner.db.read(|r| attempts::list(r, job))?;
            let done = attempts.iter().rposition(|a| a.state == "done");
            let made_by = done.map_or(attempts.last(), |at| attempts.get(at));
            if let Some(attempt) = made_by.cloned()
                && self.runner.drafts.hand_over(job, self.job.id)?
            {
                return Ok(Some(Draft {
                    model: attempt.model,
                    cost_micros: attempt.cost_micros,
                }));
            }
        }
        Ok(None)
    }

    /// Asks the models of the route, in order, until one answers with a picture.
    pub(super) async fn generate(&self, inputs: Vec<InputFile>) -> Result<Draft, Stop> {
        let plan = self.plan();
        let ask = Ask {
            job: self.job.id,
            kind: self.job.kind,
            settings: self.job.settings,
            quality: self.job.quality,
            size: plan.size,
            backdrop: plan.backdrop,
            seed: self.job.seed,
            inputs,
        };
        let mut last = ProviderError::new(Class::ModelGone, "no model is configured");
        for model in self.runner.router.route(self.job.kind, &self.job.mode) {
            match self.ask_model(&model, &ask).await? {
                Ok(draft) => return Ok(draft),
                Err(error) if error.class.action() == Action::GiveUp => return Err(failed(&error)),
                Err(error) => last = error,
            }
        }
        Err(failed(&last))
    }

    /// Asks one model, again as often as the error table allows.
    async fn ask_model(
        &self,
        model: &Arc<Model>,
        ask: &Ask,
    ) -> Result<Result<Draft, ProviderError>, Stop> {
        let mut repetitions = 0;
        loop {
            let error = match self.attempt(model, ask).await? {
                Ok(draft) => return Ok(Ok(draft)),
                Err(error) => error,
            };
            tracing::warn!(job = %self.job.id, model = model.name, class = error.class.id(),
                detail = error.detail, "an attempt failed");
            match error.class.action() {
                Action::Same { times, pause } if repetitions < times => {
                    let pause = error.retry_after.unwrap_or(pause * 2_u32.pow(repetitions));
                    tokio::time::sleep(pause.min(PAUSE_MAX)).await;
                    repetitions += 1;
                }
                Action::Same { .. } | Action::Next | Action::GiveUp => return Ok(Err(error)),
            }
        }
    }

    /// One attempt: its row is committed before the request leaves, and closed with what came of it.
    async fn attempt(
        &self,
        model: &Arc<Model>,
        ask: &Ask,
    ) -> Result<Result<Draft, ProviderError>, Stop> {
        let _slot = model
            .slots
            .acquire()
            .await
            .map_err(|_| Stop::Ended(Ended::Internal))?;
        let attempt = self.open_attempt(model).await?;
        let started = Instant::now();
        let answer = self.call(model, ask, attempt).await?;
        let outcome = match answer {
            Ok(picture) => self.keep(model, attempt, picture).await.map(Ok),
            Err(error) => {
                let verdict = if error.class == Class::Timeout {
                    Verdict::Unknown
                } else {
                    Verdict::Failed {
                        class: error.class.id(),
                        detail: error.detail.clone(),
                    }
                };
                self.close_attempt(attempt, verdict).await?;
                Ok(Err(error))
            }
        };
        count(model, &outcome, started);
        outcome
    }

    async fn open_attempt(&self, model: &Model) -> Result<AttemptId, Stop> {
        let (fence, job, claim) = (self.fence, self.job.id, self.claim);
        let (name, provider) = (model.name.clone(), model.provider.name());
        let station = Station {
            progress: 50,
            cpu: model.provider.is_local(),
        };
        let opened = self
            .runner
            .db
            .write_on(Lane::Workers, move |tx| {
                let now = tx.clamp(Moment::now());
                if queue::reached(tx, &fence, station, now)?.is_err() {
                    return Ok(Err(Stop::Lost));
                }
                let attempt = attempts::open(tx, job, claim, &name, provider, now)?;
                Ok::<_, crate::db::DbError>(match attempt {
                    Some(attempt) => Ok(attempt),
                    None => Err(used_up(&attempts::list(tx, job)?)),
                })
            })
            .await??;
        self.tell();
        Ok(opened)
    }

    /// Calls the provider and, where it makes us wait, polls it. A lost answer is a `Timeout`.
    async fn call(
        &self,
        model: &Model,
        ask: &Ask,
        attempt: AttemptId,
    ) -> Result<Result<Picture, ProviderError>, Stop> {
        let work = async {
            match model.provider.start(ask).await {
                Ok(Started::Done(picture)) => Ok(Ok(picture)),
                Ok(Started::Waiting(upstream)) => self.poll(model, &upstream, attempt).await,
                Err(error) => Ok(Err(error)),
            }
        };
        let lost = || ProviderError::new(Class::Timeout, "no answer in time");
        tokio::time::timeout(model.timeout, work)
            .await
            .unwrap_or_else(|_| Ok(Err(lost())))
    }

    async fn poll(
        &self,
        model: &Model,
        upstream: &UpstreamId,
        attempt: AttemptId,
    ) -> Result<Result<Picture, ProviderError>, Stop> {
        let id = upstream.0.clone();
        self.runner
            .db
            .write_on(Lane::Workers, move |tx| {
                attempts::note_upstream(tx, attempt, &id)
            })
            .await?;
        let Some(polls) = model.provider.polls() else {
            let detail = "the adapter answers that it waits, but cannot be polled";
            return Ok(Err(ProviderError::new(Class::Internal, detail)));
        };
        loop {
            tokio::time::sleep(POLL_EVERY).await;
            match polls.poll(upstream).await {
                Ok(Some(picture)) => return Ok(Ok(picture)),
                Ok(None) => {}
                Err(error) => return Ok(Err(error)),
            }
        }
    }

    /// Keeps the raw picture on disk, then closes the attempt in the transaction that says so.
    async fn keep(
        &self,
        model: &Model,
        attempt: AttemptId,
        picture: Picture,
    ) -> Result<Draft, Stop> {
        let (drafts, job) = (self.runner.drafts.clone(), self.job.id);
        let bytes = picture.bytes;
        let mut tries = 0;
        loop {
            let (drafts, bytes) = (drafts.clone(), bytes.clone());
            let kept = tokio::task::spawn_blocking(move || drafts.keep_raw(job, &bytes)).await;
            match kept.map_err(|_| Stop::Ended(Ended::Internal))? {
                Ok(()) => break,
                // The picture may have been paid for: hold on to it as long as there is hope.
                Err(error) if tries < KEEP_TRIES => {
                    tracing::warn!(%job, %error, "a draft could not be kept yet");
                    tries += 1;
                    tokio::time::sleep(KEEP_PAUSE).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        let fence = self.fence;
        let station = Station {
            progress: 80,
            cpu: true,
        };
        let verdict = Verdict::Done {
            cost_micros: picture.cost_micros,
        };
        let held = self
            .runner
            .db
            .write_on(Lane::Workers, move |tx| {
                let now = tx.clamp(Moment::now());
                attempts::close(tx, attempt, &verdict, now)?;
                queue::reached(tx, &fence, station, now)
            })
            .await?;
        held?;
        self.tell();
        Ok(Draft {
            model: model.name.clone(),
            cost_micros: picture.cost_micros,
        })
    }

    async fn close_attempt(&self, attempt: AttemptId, verdict: Verdict) -> Result<(), Stop> {
        self.runner
            .db
            .write_on(Lane::Workers, move |tx| {
                attempts::close(tx, attempt, &verdict, tx.clamp(Moment::now()))
            })
            .await?;
        Ok(())
    }
}

/// A job that has used up its attempts fails for the reason of the last one.
fn used_up(attempts: &[Attempt]) -> Stop {
    let last = attempts.last().and_then(|a| a.class.as_deref());
    let class = last.and_then(Class::from_id).unwrap_or(Class::Timeout);
    Stop::Ended(Ended::Permanent(class.job_code(), class.id()))
}

fn failed(error: &ProviderError) -> Stop {
    let (code, class) = (error.job_code(), error.class.id());
    Stop::Ended(if error.class == Class::Internal {
        Ended::Internal
    } else if error.class.is_curable() {
        Ended::Curable(code, class)
    } else {
        Ended::Permanent(code, class)
    })
}

fn count(model: &Model, outcome: &Result<Result<Draft, ProviderError>, Stop>, started: Instant) {
    let class = match outcome {
        Ok(Ok(_)) => "ok",
        Ok(Err(error)) => error.class.id(),
        Err(_) => "stopped",
    };
    let name = model.name.clone();
    if let Ok(Ok(draft)) = outcome
        && let Some(micros) = draft.cost_micros
    {
        metrics::counter!("atelier_model_cost_micros_total", "model" => name.clone())
            .increment(micros.unsigned_abs());
    }
    metrics::counter!("atelier_model_attempts_total", "model" => name.clone(), "class" => class)
        .increment(1);
    metrics::histogram!("atelier_model_seconds", "model" => name)
        .record(started.elapsed().as_secs_f64());
}
