//! Workers: claim what is ready, run it, end it. One dispatcher claims; each claim runs as its own task of the runtime.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::changes::Change;
use super::job::Route;
use super::queue::{self, Claimed, Ended, Finished};
use super::run::{Allowance, Here, Runner};
use super::settings::Settings;
use crate::db::DbError;
use crate::ids::{BootId, JobId};
use crate::kinds::Choice;
use crate::time::Moment;

/// Claims taken in one transaction at most.
const CLAIMS_AT_ONCE: usize = 16;
/// The safety net under the bell.
const POLL: Duration = Duration::from_secs(1);
const SWEEP: Duration = Duration::from_secs(30);

/// Runs jobs until it is told to stop.
pub struct Workers {
    runner: Arc<Runner>,
    settings: Settings,
    boot: BootId,
    slots: Arc<Semaphore>,
    /// By job: the number of the claim that runs it, and how to make it give up.
    running: Mutex<HashMap<JobId, (i64, CancellationToken)>>,
    tasks: TaskTracker,
    accepting: Box<dyn Fn() -> bool + Send + Sync>,
}

impl Workers {
    /// Workers of one start of the server. They claim only while `accepting` says so (there is room on the disk).
    pub fn new(
        runner: Arc<Runner>,
        settings: Settings,
        accepting: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            runner,
            slots: Arc::new(Semaphore::new(settings.concurrency)),
            settings,
            boot: BootId::new(),
            running: Mutex::default(),
            tasks: TaskTracker::new(),
            accepting: Box::new(accepting),
        })
    }

    /// Gives back what earlier boots left behind. Before the first claim.
    pub async fn recover(&self, now: Moment) -> Result<queue::Recovered, DbError> {
        let longest = self
            .settings
            .retry_delays_secs
            .iter()
            .max()
            .copied()
            .unwrap_or(0);
        let (db, per_user) = (&self.runner.db, self.settings.per_user);
        let recovered = queue::recover_after_start(db, self.boot, longest, per_user, now).await?;
        queue::admit_everyone(db, per_user).await?;
        Ok(recovered)
    }

    /// Claims and runs until `stop`; then waits for running jobs up to the drain limit and hands back the rest.
    pub async fn work(self: &Arc<Self>, stop: &CancellationToken) {
        let mut turn = 0;
        let mut sweep = tokio::time::interval(SWEEP);
        sweep.tick().await;
        while !stop.is_cancelled() {
            let claimed = self.claim(turn).await;
            turn += claimed.len() as u64;
            if !claimed.is_empty() {
                for one in claimed {
                    self.start(one);
                }
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.runner.bell.rung() => {}
                () = tokio::time::sleep(self.until_due()) => {}
                _ = sweep.tick() => self.sweep().await,
            }
        }
        self.drain().await;
    }

    /// How long there is surely nothing to do: until the next retry is due, at most the safety net's interval.
    fn until_due(&self) -> Duration {
        if self.room() == 0 || !(self.accepting)() {
            // A run that ends or leaves rings the bell.
            return POLL;
        }
        let due = self
            .runner
            .db
            .read(queue::next_due)
            .unwrap_or_else(|error| {
                tracing::error!(error = %error, "the next retry could not be read");
                None
            });
        let millis = due.map_or(i64::MAX, |due| due.since(Moment::now()).max(1));
        POLL.min(Duration::from_millis(millis.unsigned_abs()))
    }

    /// How many more jobs may be claimed now.
    fn room(&self) -> usize {
        self.slots.available_permits().min(self.runner.load.room())
    }

    async fn claim(&self, turn: u64) -> Vec<Claimed> {
        let room = self.room().min(CLAIMS_AT_ONCE);
        if room == 0 || !(self.accepting)() {
            return Vec::new();
        }
        let (db, now) = (&self.runner.db, Moment::now());
        queue::claim(db, self.boot, turn, room, self.bounds(now), now)
            .await
            .unwrap_or_else(|error| {
                tracing::error!(error = %error, "jobs could not be claimed");
                Vec::new()
            })
    }

    /// The routes whose models have no use for so many more jobs, and how many they may still have: a claim that waits
    /// for a narrow model takes a slot from jobs that go elsewhere.
    fn bounds(&self, now: Moment) -> Vec<(Route, usize)> {
        let load = &self.runner.load;
        let bound = |route: Route| {
            let room = self.runner.router.room(route.kind, route.mode, now)?;
            let left = room.saturating_sub(load.headed(route));
            (left < CLAIMS_AT_ONCE).then_some((route, left))
        };
        Route::all().filter_map(bound).collect()
    }

    fn start(self: &Arc<Self>, claimed: Claimed) {
        let workers = Arc::clone(self);
        let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() else {
            // Only this dispatcher takes slots, so there was one; if not, the sweep gives the job back.
            return;
        };
        let give_up = CancellationToken::new();
        let entry = (claimed.claim.number(), give_up.clone());
        self.lock().insert(claimed.job.id, entry);
        let here = self.runner.load.begin(claimed.job.route());
        self.tasks.spawn(async move {
            workers.carry(claimed, &here, give_up).await;
            drop((slot, here));
            workers.runner.bell.ring();
        });
    }

    /// Runs one claim to its end; whatever happens inside, `finish` is called once.
    async fn carry(&self, claimed: Claimed, here: &Here, give_up: CancellationToken) {
        let Claimed { claim, job } = claimed;
        let number = claim.number();
        let change = Change {
            user: job.user,
            job: job.id,
        };
        self.runner.bell.tell(change);
        if job.claims == 1 {
            let waited_ms = Moment::now().since(job.created_at).max(0);
            metrics::histogram!("atelier_job_pickup_seconds").record(waited_ms as f64 / 1000.0);
        }
        let limit = Duration::from_secs(u64::from(self.settings.limit_secs));
        let allowance = Allowance::new(limit);
        let run = AssertUnwindSafe(self.runner.run(&job, &claim, &allowance, here)).catch_unwind();
        let ended = tokio::select! {
            ended = run => ended.unwrap_or(Ended::Internal),
            () = allowance.used_up() => Ended::Permanent("timeout", "timeout"),
            () = give_up.cancelled() => Ended::HandedBack,
        };
        match queue::finish(&self.runner.db, claim, ended, &self.settings, Moment::now()).await {
            Ok(finished) => self.after(&job, finished),
            Err(error) => {
                // The row still says processing: the sweep gives it back.
                tracing::error!(job = %job.id, error = %error, "a run could not be ended");
            }
        }
        self.forget(job.id, number);
        self.runner.bell.tell_end(change);
    }

    /// The claim no longer runs. Another claim of the same job may have begun already; it stays.
    fn forget(&self, job: JobId, number: i64) {
        let mut running = self.lock();
        if running.get(&job).is_some_and(|(claim, _)| *claim == number) {
            running.remove(&job);
        }
    }

    fn after(&self, job: &super::Job, finished: Finished) {
        let status = match finished {
            Finished::Completed(_) => "completed",
            Finished::Failed => "failed",
            Finished::Waiting => "waiting",
            Finished::Held => "held",
            Finished::Lost => "lost",
        };
        metrics::counter!("atelier_job_runs_total", "kind" => job.kind.id(), "ended" => status)
            .increment(1);
        tracing::info!(job = %job.id, user = %job.user, kind = job.kind.id(), ended = status, "a run ended");
        let over = match finished {
            // A held picture is in storage already.
            Finished::Completed(_) | Finished::Held => true,
            // A failed job's draft is kept for the operator's retry until the janitor takes it.
            Finished::Failed | Finished::Waiting | Finished::Lost => false,
        };
        if over && let Err(error) = self.runner.drafts.remove(job.id) {
            tracing::warn!(job = %job.id, error = %error, "a draft could not be removed");
        }
    }

    /// Gives back every job of this boot that no worker runs any more.
    async fn sweep(&self) {
        let running: Vec<JobId> = self.lock().keys().copied().collect();
        let per_user = self.settings.per_user;
        let swept =
            queue::give_back_strays(&self.runner.db, self.boot, running, per_user, Moment::now())
                .await;
        match swept {
            Ok(swept) if swept == queue::Recovered::default() => {}
            Ok(swept) => tracing::warn!(?swept, "jobs without a worker were given back"),
            Err(error) => tracing::error!(error = %error, "the sweep failed"),
        }
    }

    async fn drain(&self) {
        self.tasks.close();
        let limit = Duration::from_secs(u64::from(self.settings.drain_secs));
        if tokio::time::timeout(limit, self.tasks.wait()).await.is_ok() {
            return;
        }
        let rest: Vec<CancellationToken> = self
            .lock()
            .values()
            .map(|(_, token)| token.clone())
            .collect();
        tracing::warn!(jobs = rest.len(), "handing running jobs back to the queue");
        for token in rest {
            token.cancel();
        }
        self.tasks.wait().await;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, (i64, CancellationToken)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
