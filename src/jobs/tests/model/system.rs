//! The queue under test: a real database that takes the same steps and is read back whole.

use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::steps::{Answer, How, Step};
use super::world::{DELAYS, START, Said};
use crate::db::{Access, Db, DbError};
use crate::ids::{BootId, JobId, WorkId};
use crate::jobs::Settings;
use crate::jobs::attempts::{self, AttemptId, Opening, Verdict};
use crate::jobs::queue::{
    self, Cancelled, Claim, Ended, Finished, Price, Recovered, Retried, Station, Submitted,
};
use crate::kinds::Choice;
use crate::ledger::{self, Account};
use crate::time::Moment;

/// Jobs, works and users by the order in which they came.
pub(super) struct System {
    runtime: Runtime,
    directory: TempDir,
    pub(super) db: Db,
    boot: BootId,
    settings: Settings,
    pub(super) accounts: Vec<Account>,
    pub(super) jobs: Vec<JobId>,
    works: Vec<WorkId>,
    claims: Vec<(Claim, Option<AttemptId>)>,
    claimed: u64,
    pub(super) base: Moment,
    clock: i64,
}

impl System {
    pub(super) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let directory = TempDir::new().unwrap();
        let db = Db::open(directory.path(), Access::Server).unwrap();
        let base = Moment::from_millis(1_800_000_000_000);
        let accounts = (0..2)
            .map(|_| runtime.block_on(crate::jobs::tests::user(&db, START, base)))
            .collect();
        let settings = Settings {
            per_user: 2,
            retry_delays_secs: DELAYS.to_vec(),
            ..Settings::default()
        };
        Self {
            runtime,
            directory,
            db,
            boot: BootId::new(),
            settings,
            accounts,
            jobs: Vec::new(),
            works: Vec::new(),
            claims: Vec::new(),
            claimed: 0,
            base,
            clock: 0,
        }
    }

    fn now(&self) -> Moment {
        self.base.plus_secs(self.clock)
    }

    /// Takes a step and says what was answered.
    pub(super) fn take(&mut self, step: &Step) -> Said {
        let now = self.now();
        // The writer looks at the clock before every step.
        let looked = self.db.write(move |tx| Ok::<_, DbError>(tx.clamp(now)));
        self.runtime.block_on(looked).unwrap();
        match *step {
            Step::Submit { .. } => self.submit(step),
            Step::Claim { room } => self.claim(room),
            Step::Reach {
                claim,
                progress,
                cpu,
            } => self.reach(claim, Station { progress, cpu }),
            Step::Ask { claim } => self.ask(claim),
            Step::Answered { claim, answer } => self.answered(claim, answer),
            Step::Finish { claim, how } => self.finish(claim, how),
            Step::Cancel { user, job } => self.cancel(user, job),
            Step::Stop { job } => self.stop(job),
            Step::Repeat { job } => self.repeat(job),
            Step::Grant { user, credits } => self.grant(user, credits),
            Step::Sweep { running } => self.sweep(running),
            Step::Crash { per_user } => self.crash(per_user),
            Step::Clock { secs } => {
                self.clock += secs;
                Said::Nothing
            }
        }
    }

    fn submit(&mut self, step: &Step) -> Said {
        let Step::Submit {
            user,
            picture,
            fresh,
            class,
            price,
            key,
        } = *step
        else {
            return Said::Nothing;
        };
        let mut order = crate::jobs::tests::an_order(self.accounts[user], self.settings.per_user);
        order.cache_key[..2].copy_from_slice(&[u8::from(user == 1), picture]);
        (order.fresh, order.class) = (fresh, class);
        order.price = Price::Fixed(price);
        order.key = key.map(|(key, hash)| (key.to_string(), [hash; 32]));
        let submitted = queue::submit(&self.db, order, self.now());
        match self.runtime.block_on(submitted).unwrap() {
            Submitted::New(job, admitted) => Said::New(self.new_job(job), admitted),
            Submitted::Hit(job, work) => Said::Hit(self.new_job(job), self.work(work)),
            Submitted::Joined(job) => Said::Joined(self.job(job)),
            Submitted::Replayed(job) => Said::Replayed(self.job(job)),
            Submitted::KeyMismatch => Said::Mismatch,
            Submitted::Short(short) => Said::Short(short.balance),
            other @ (Submitted::Refused | Submitted::InputGone(_)) => panic!("{other:?}"),
        }
    }

    fn new_job(&mut self, job: JobId) -> usize {
        self.jobs.push(job);
        self.jobs.len() - 1
    }

    pub(super) fn job(&self, id: JobId) -> usize {
        self.jobs
            .iter()
            .position(|job| *job == id)
            .expect("a job that we know")
    }

    pub(super) fn work(&self, id: WorkId) -> usize {
        self.works
            .iter()
            .position(|work| *work == id)
            .expect("a work that we know")
    }

    fn claim(&mut self, room: usize) -> Said {
        let claimed = queue::claim(
            &self.db,
            self.boot,
            self.claimed,
            room,
            Vec::new(),
            self.now(),
        );
        let claimed = self.runtime.block_on(claimed).unwrap();
        self.claimed += claimed.len() as u64;
        let jobs = claimed.iter().map(|one| self.job(one.job.id)).collect();
        self.claims
            .extend(claimed.into_iter().map(|one| (one.claim, None)));
        Said::Claimed(jobs)
    }

    fn place(&self, claim: usize) -> Option<usize> {
        (!self.claims.is_empty()).then(|| claim % self.claims.len())
    }

    fn reach(&self, claim: usize, station: Station) -> Said {
        let Some(place) = self.place(claim) else {
            return Said::Nothing;
        };
        let (fence, now) = (self.claims[place].0.copy_fence(), self.now());
        let held = self
            .db
            .write(move |tx| queue::reached(tx, &fence, station, tx.clamp(now)));
        Said::Held(self.runtime.block_on(held).unwrap().is_ok())
    }

    fn ask(&mut self, claim: usize) -> Said {
        let Some(place) = self.place(claim) else {
            return Said::Nothing;
        };
        let claim = &self.claims[place].0;
        let (fence, now) = (claim.copy_fence(), self.now());
        let opening = Opening {
            job: claim.job(),
            claim: claim.number(),
            model: "model".into(),
            provider: "sandbox",
            is_local: false,
            expected_micros: None,
            candidates: None,
        };
        let station = Station {
            progress: 50,
            cpu: false,
        };
        let asked = self.db.write(move |tx| {
            let now = tx.clamp(now);
            if queue::reached(tx, &fence, station, now)?.is_err() {
                return Ok::<_, DbError>(None);
            }
            attempts::open(tx, &opening, now).map(Some)
        });
        match self.runtime.block_on(asked).unwrap() {
            None => Said::Held(false),
            Some(None) => Said::Asked(false),
            Some(attempt) => {
                self.claims[place].1 = attempt;
                Said::Asked(true)
            }
        }
    }

    fn answered(&mut self, claim: usize, answer: Answer) -> Said {
        let attempt = self
            .place(claim)
            .and_then(|place| self.claims[place].1.take());
        if let Some(attempt) = attempt {
            let verdict = match answer {
                Answer::Done => Verdict::Done { cost_micros: None },
                Answer::Failed => Verdict::Failed {
                    cost_micros: None,
                    class: "overloaded",
                    detail: String::new(),
                },
                Answer::Unknown => Verdict::Unknown {
                    class: "timeout",
                    detail: String::new(),
                },
            };
            let now = self.now();
            let closed = self
                .db
                .write(move |tx| attempts::close(tx, attempt, &verdict, tx.clamp(now)));
            self.runtime.block_on(closed).unwrap();
        }
        Said::Nothing
    }

    fn finish(&mut self, claim: usize, how: How) -> Said {
        let Some(place) = self.place(claim) else {
            return Said::Nothing;
        };
        let (claim, _) = self.claims.remove(place);
        let ended = match how {
            How::Done => crate::jobs::tests::a_work(self.accounts[0].user),
            How::Curable => Ended::Curable("provider_busy", "overloaded"),
            How::Internal => Ended::Internal,
            How::Permanent => Ended::Permanent("input_refused", "blocked_input"),
            How::StorageRefused => Ended::StorageRefused,
            How::HandedBack => Ended::HandedBack,
        };
        let finished = queue::finish(&self.db, claim, ended, &self.settings, self.now());
        match self.runtime.block_on(finished).unwrap() {
            Finished::Completed(work) => {
                self.works.push(work);
                Said::Completed(self.works.len() - 1)
            }
            Finished::Waiting => Said::Waiting,
            Finished::Failed => Said::Failed,
            Finished::Lost => Said::Lost,
            Finished::Held => unreachable!("the model has no reviews"),
        }
    }

    fn a_job(&self, job: usize) -> Option<JobId> {
        (!self.jobs.is_empty()).then(|| self.jobs[job % self.jobs.len()])
    }

    fn cancel(&self, user: usize, job: usize) -> Said {
        let Some(job) = self.a_job(job) else {
            return Said::Nothing;
        };
        let user = self.accounts[user].user;
        let cancelled = queue::cancel(&self.db, user, job, self.settings.per_user, self.now());
        match self.runtime.block_on(cancelled).unwrap() {
            Cancelled::Yes => Said::Cancelled,
            Cancelled::TooLate(status) => Said::TooLate(status.id()),
            Cancelled::Unknown => Said::Unknown,
        }
    }

    fn stop(&self, job: usize) -> Said {
        let Some(job) = self.a_job(job) else {
            return Said::Nothing;
        };
        let operator = self.accounts[0].user;
        let per_user = self.settings.per_user;
        let stopped = queue::fail_by_operator(&self.db, operator, job, per_user, self.now());
        match self.runtime.block_on(stopped).unwrap() {
            Some(Ok(())) => Said::Failed,
            Some(Err(status)) => Said::TooLate(status.id()),
            None => Said::Unknown,
        }
    }

    fn repeat(&mut self, job: usize) -> Said {
        let Some(job) = self.a_job(job) else {
            return Said::Nothing;
        };
        let operator = self.accounts[0].user;
        let repeated = queue::retry(&self.db, operator, job, self.settings.per_user, self.now());
        match self.runtime.block_on(repeated).unwrap() {
            Retried::New(new) => {
                let place = self.new_job(new);
                Said::New(place, self.look().jobs[place].admitted)
            }
            Retried::NotFailed(status) => Said::TooLate(status.id()),
            Retried::Repeated => Said::Repeated,
            other @ (Retried::Gone | Retried::Unknown) => panic!("{other:?}"),
        }
    }

    fn grant(&self, user: usize, credits: u32) -> Said {
        let (account, now) = (self.accounts[user], self.now());
        let granted = self
            .db
            .write(move |tx| ledger::grant(tx, account, credits, None, "more", tx.clamp(now)));
        Said::Balance(self.runtime.block_on(granted).unwrap())
    }

    fn sweep(&self, running: u8) -> Said {
        let runs = |place: &usize| running & (1 << (place % 8)) != 0;
        let running = (0..self.jobs.len())
            .filter(runs)
            .map(|place| self.jobs[place])
            .collect();
        let swept = queue::give_back_strays(
            &self.db,
            self.boot,
            running,
            self.settings.per_user,
            self.now(),
        );
        recovered(self.runtime.block_on(swept).unwrap())
    }

    /// The writer's thread and its memory go; the claims of the old process stay with its workers.
    fn crash(&mut self, per_user: u32) -> Said {
        self.db.close();
        // The old lock goes with the old handle.
        self.db = Db::open(self.directory.path(), Access::Command).unwrap();
        self.db.close();
        self.db = Db::open(self.directory.path(), Access::Server).unwrap();
        self.boot = BootId::new();
        self.settings.per_user = per_user;
        let now = self.now();
        let after = async {
            let again =
                queue::recover_after_start(&self.db, self.boot, DELAYS[2], per_user, now).await?;
            queue::admit_everyone(&self.db, per_user).await?;
            Ok::<_, DbError>(again)
        };
        recovered(self.runtime.block_on(after).unwrap())
    }

    pub(super) fn books_balance(&self) {
        let verdict = self.db.read(ledger::verify).unwrap();
        assert_eq!(verdict.differences, 0, "{:?}", verdict.findings);
    }
}

fn recovered(what: Recovered) -> Said {
    Said::Recovered(what.given_back, what.failed)
}
