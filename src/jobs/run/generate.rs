//! Station four: choose a model and ask it, then the next one, until one answers with a picture.

use std::time::Duration;

use super::asking::Call;
use super::keeping::Draft;
use super::{Run, Stop};
use crate::jobs::queue::Ended;
use crate::kinds::{Ask, Choice, InputFile};
use crate::providers::{Action, Chosen, Class, Errand, Pass, ProviderError};
use crate::time::Moment;

/// Longest pause before the same model is asked again.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// The models that this run is done with, and the last thing that one of them said.
#[derive(Default)]
pub(super) struct Tried {
    models: Vec<String>,
    last: Option<ProviderError>,
}

impl Tried {
    /// Takes note of a failure, or ends the run if no other model may be asked either.
    pub(super) fn add(&mut self, model: &str, error: ProviderError) -> Result<(), Stop> {
        if error.class.action() == Action::GiveUp {
            return Err(failed(&error));
        }
        self.models.push(model.to_owned());
        self.last = Some(error);
        Ok(())
    }

    fn with(&self, model: &str) -> Vec<String> {
        let tried = self.models.iter().cloned();
        tried.chain([model.to_owned()]).collect()
    }

    fn ended(self) -> Stop {
        let none = || ProviderError::new(Class::ModelGone, "no model can be used now");
        failed(&self.last.unwrap_or_else(none))
    }
}

/// What asking a model came to.
enum Asked {
    Made(Draft),
    Failed(ProviderError),
    /// It was not asked: while the job waited for a place, the choice became another.
    Skipped,
}

impl Run<'_> {
    fn errand(&self) -> Errand<'_> {
        self.job.errand(&self.runner.prices)
    }

    fn ask(&self, inputs: Vec<InputFile>) -> Ask {
        let plan = self.plan();
        Ask {
            job: self.job.id,
            kind: self.job.kind,
            settings: self.job.settings,
            quality: self.job.quality,
            size: plan.size,
            backdrop: plan.backdrop,
            seed: self.job.seed,
            inputs,
        }
    }

    /// Asks the models of the route, best first, until one answers with a picture.
    pub(super) async fn generate(
        &self,
        mut tried: Tried,
        inputs: Vec<InputFile>,
    ) -> Result<Draft, Stop> {
        let mut ask = self.ask(inputs);
        let router = &self.runner.router;
        while let Some(choice) = router.choose(self.errand(), &tried.models, Moment::now()) {
            if choice.model.provider.is_local() {
                self.cut_out(&mut ask.inputs).await?;
            }
            let asked = self.ask_model(&choice, &ask, &tried).await?;
            // A place is free, and perhaps a job may be claimed that goes to this model.
            self.runner.bell.ring();
            match asked {
                Asked::Made(draft) => return Ok(draft),
                Asked::Failed(error) => tried.add(&choice.model.name, error)?,
                Asked::Skipped => {}
            }
        }
        Err(tried.ended())
    }

    /// Asks one model, again as often as the error table allows.
    async fn ask_model(&self, choice: &Chosen, ask: &Ask, tried: &Tried) -> Result<Asked, Stop> {
        let _away = (!choice.model.provider.is_local()).then(|| self.leave());
        let mut candidates = serde_json::to_string(&choice.candidates).ok();
        let mut repetitions = 0;
        loop {
            let place = self.place_at(choice).await?;
            if repetitions == 0 && !choice.holds(Moment::now()) {
                return Ok(Asked::Skipped);
            }
            let Some(call) = self.open_call(choice, candidates.take()).await? else {
                return Ok(Asked::Skipped);
            };
            let error = match self.make(&call, ask).await? {
                Ok(draft) => return Ok(Asked::Made(draft)),
                Err(error) => error,
            };
            drop(place);
            match error.class.action() {
                Action::Same { times, pause }
                    if repetitions < times && !self.is_better_elsewhere(&call, tried) =>
                {
                    let pause = error.retry_after.unwrap_or(pause * 2_u32.pow(repetitions));
                    tokio::time::sleep(pause.min(PAUSE_MAX)).await;
                    repetitions += 1;
                }
                Action::Same { .. } | Action::Next | Action::GiveUp => {
                    return Ok(Asked::Failed(error));
                }
            }
        }
    }

    /// A place at the chosen model, once it no longer asks to be left alone. Waiting is not held against the run.
    async fn place_at(&self, choice: &Chosen) -> Result<Pass, Stop> {
        let _pause = self.allowance.pause();
        tokio::time::sleep(choice.model.pause(Moment::now())).await;
        let gone = || Stop::Ended(Ended::Internal);
        let place = choice.model.enter().await.ok_or_else(gone)?;
        self.here.arrive();
        Ok(place)
    }

    /// True if the model rests now and another one can be asked.
    fn is_better_elsewhere(&self, call: &Call, tried: &Tried) -> bool {
        let (name, now) = (&call.model.name, Moment::now());
        let others = || {
            let router = &self.runner.router;
            router.choose(self.errand(), &tried.with(name), now)
        };
        call.model.is_resting(now) && others().is_some()
    }
}

/// How a run ends whose last model failed with this.
pub(super) fn failed(error: &ProviderError) -> Stop {
    let (code, class) = (error.job_code(), error.class.id());
    Stop::Ended(if error.class == Class::Internal {
        Ended::Internal
    } else if error.class.is_curable() {
        Ended::Curable(code, class)
    } else {
        Ended::Permanent(code, class)
    })
}
