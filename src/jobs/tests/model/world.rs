//! The model: what a queue is, in plain structs and without a database. It shares no code with the queue.

use std::collections::HashMap;

use super::steps::Step;

/// A job as the model (and the table) has it. Users, jobs and works are numbers in order, times are seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) user: usize,
    pub(super) status: &'static str,
    pub(super) price: u32,
    pub(super) admitted: bool,
    pub(super) due: Option<i64>,
    pub(super) progress: u32,
    pub(super) claims: i64,
    pub(super) cpu: bool,
    pub(super) retries: u32,
    pub(super) crashes: i64,
    pub(super) storage_since: Option<i64>,
    pub(super) created: i64,
    pub(super) started: Option<i64>,
    pub(super) completed: Option<i64>,
    pub(super) work: Option<usize>,
    pub(super) hit: bool,
    pub(super) error: Option<&'static str>,
    pub(super) repeats: Option<usize>,
    pub(super) attempts: Vec<&'static str>,
}

/// A wallet: the balance, and every entry as kind, amount and job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wallet {
    pub(super) balance: i64,
    pub(super) entries: Vec<(&'static str, i64, Option<usize>)>,
}

/// What a step answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    New(usize, bool),
    Hit(usize, usize),
    Joined(usize),
    Replayed(usize),
    Mismatch,
    Short(i64),
    Claimed(Vec<usize>),
    /// True if the claim still holds.
    Held(bool),
    /// True if another attempt is allowed.
    Asked(bool),
    Completed(usize),
    Waiting,
    Failed,
    Lost,
    Cancelled,
    TooLate(&'static str),
    Unknown,
    Repeated,
    /// Given back, failed.
    Recovered(usize, usize),
    Balance(i64),
}

/// What only the model needs to know about a job.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) picture: (usize, u8),
    pub(super) fresh: bool,
    pub(super) class: i64,
    pub(super) turn: usize,
}

/// A claim that a worker holds, or believes to hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) job: usize,
    pub(super) number: i64,
    /// The attempt that waits for its answer.
    pub(super) asked: Option<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) jobs: Vec<Row>,
    pub(super) wallets: Vec<Wallet>,
    pub(super) said: Said,
    pub(super) orders: Vec<Order>,
    /// Whose picture each work shows.
    pub(super) works: Vec<(usize, u8)>,
    pub(super) held: Vec<Held>,
    pub(super) per_user: usize,
    pub(super) claimed: usize,
    keys: HashMap<(usize, u8), (u8, usize)>,
    turns: usize,
    /// The machine's clock, and the latest time that this process has seen.
    pub(super) clock: i64,
    pub(super) latest: i64,
}

/// What each wallet starts with.
pub(super) const START: u32 = 60;
/// Seconds before each retry.
pub(super) const DELAYS: [u32; 3] = [5, 10, 15];

impl World {
    pub(super) fn new() -> Self {
        let wallet = Wallet {
            balance: i64::from(START),
            entries: vec![("grant", i64::from(START), None)],
        };
        Self {
            jobs: Vec::new(),
            wallets: vec![wallet.clone(), wallet],
            said: Said::Nothing,
            orders: Vec::new(),
            works: Vec::new(),
            keys: HashMap::new(),
            held: Vec::new(),
            per_user: 2,
            turns: 0,
            claimed: 0,
            clock: 0,
            latest: 0,
        }
    }

    /// Takes a step and says what the queue must answer.
    pub(super) fn take(&mut self, step: &Step) -> Said {
        // Time stands still for a process whose clock is set back.
        self.latest = self.latest.max(self.clock);
        match *step {
            Step::Submit { .. } => self.submit(step),
            Step::Claim { room } => self.claim(room),
            Step::Reach {
                claim,
                progress,
                cpu,
            } => self.reach(claim, progress, cpu),
            Step::Ask { claim } => self.ask(claim),
            Step::Answered { claim, answer } => self.answered(claim, answer),
            Step::Finish { claim, how } => self.finish(claim, how),
            Step::Cancel { user, job } => self.cancel(user, job),
            Step::Stop { job } => self.stop(job),
            Step::Repeat { job } => self.repeat(job),
            Step::Grant { user, credits } => {
                self.pay(user, "grant", i64::from(credits), None);
                Said::Balance(self.wallets[user].balance)
            }
            Step::Sweep { running } => self.sweep(running),
            Step::Crash { per_user } => self.crash(per_user as usize),
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
        if let Some((key, hash)) = key
            && let Some((seen, job)) = self.keys.get(&(user, key))
        {
            return if *seen == hash {
                Said::Replayed(*job)
            } else {
                Said::Mismatch
            };
        }
        let order = Order {
            picture: (user, picture),
            fresh,
            class,
            turn: 0,
        };
        let said = self.place(user, order, price);
        if let (Some((key, hash)), Said::New(job, _) | Said::Hit(job, _) | Said::Joined(job)) =
            (key, &said)
        {
            self.keys.insert((user, key), (hash, *job));
        }
        said
    }

    fn place(&mut self, user: usize, order: Order, price: u32) -> Said {
        let same = |other: &Order| !other.fresh && other.picture == order.picture;
        if !order.fresh {
            let live =
                (0..self.jobs.len()).find(|job| self.is_live(*job) && same(&self.orders[*job]));
            if let Some(job) = live {
                return Said::Joined(job);
            }
            if let Some(work) = self
                .works
                .iter()
                .rposition(|picture| *picture == order.picture)
            {
                let job = self.add(user, order, 0);
                let row = &mut self.jobs[job];
                (row.status, row.progress, row.hit, row.work) =
                    ("completed", 100, true, Some(work));
                (row.started, row.completed) = (Some(self.latest), Some(self.latest));
                return Said::Hit(job, work);
            }
        }
        if self.wallets[user].balance < i64::from(price) {
            return Said::Short(self.wallets[user].balance);
        }
        let admitted = self.slots(user) < self.per_user;
        let job = self.add(user, order, price);
        if admitted {
            self.admit(job);
        }
        if price > 0 {
            self.pay(user, "charge", -i64::from(price), Some(job));
        }
        Said::New(job, admitted)
    }

    fn add(&mut self, user: usize, order: Order, price: u32) -> usize {
        self.orders.push(order);
        self.jobs.push(Row {
            user,
            status: "pending",
            price,
            admitted: false,
            due: None,
            progress: 0,
            claims: 0,
            cpu: false,
            retries: 0,
            crashes: 0,
            storage_since: None,
            created: self.latest,
            started: None,
            completed: None,
            work: None,
            hit: false,
            error: None,
            repeats: None,
            attempts: Vec::new(),
        });
        self.jobs.len() - 1
    }

    pub(super) fn pay(&mut self, user: usize, kind: &'static str, amount: i64, job: Option<usize>) {
        let wallet = &mut self.wallets[user];
        wallet.balance += amount;
        wallet.entries.push((kind, amount, job));
    }

    fn is_live(&self, job: usize) -> bool {
        matches!(self.jobs[job].status, "pending" | "processing")
    }

    fn slots(&self, user: usize) -> usize {
        self.jobs
            .iter()
            .filter(|job| job.user == user && job.admitted)
            .count()
    }

    fn admit(&mut self, job: usize) {
        self.turns += 1;
        self.orders[job].turn = self.turns;
        self.jobs[job].admitted = true;
    }

    /// Fills a user's free slots: best class first, then in order of submission.
    pub(super) fn admit_next(&mut self, user: usize) {
        let mut waiting: Vec<usize> = (0..self.jobs.len())
            .filter(|job| {
                let row = &self.jobs[*job];
                row.user == user && row.status == "pending" && !row.admitted
            })
            .collect();
        waiting.sort_by_key(|job| (self.orders[*job].class, *job));
        waiting.truncate(self.per_user.saturating_sub(self.slots(user)));
        // Whoever is admitted together goes in the order of submission.
        waiting.sort_unstable();
        for job in waiting {
            self.admit(job);
        }
    }

    pub(super) fn refund(&mut self, job: usize) {
        let row = &self.jobs[job];
        if row.price > 0 {
            self.pay(row.user, "refund", i64::from(row.price), Some(job));
        }
    }

    fn a_job(&self, job: usize) -> Option<usize> {
        (!self.jobs.is_empty()).then(|| job % self.jobs.len())
    }

    fn cancel(&mut self, user: usize, job: usize) -> Said {
        let Some(job) = self.a_job(job) else {
            return Said::Nothing;
        };
        match self.jobs[job].status {
            _ if self.jobs[job].user != user => Said::Unknown,
            "cancelled" => Said::Cancelled,
            "pending" => {
                self.end(job, "cancelled");
                self.refund(job);
                self.admit_next(user);
                Said::Cancelled
            }
            late => Said::TooLate(late),
        }
    }

    fn stop(&mut self, job: usize) -> Said {
        let Some(job) = self.a_job(job) else {
            return Said::Nothing;
        };
        if !self.is_live(job) {
            return Said::TooLate(self.jobs[job].status);
        }
        self.fail(job, "stopped_by_operator");
        self.admit_next(self.jobs[job].user);
        Said::Failed
    }

    fn repeat(&mut self, job: usize) -> Said {
        let Some(job) = self.a_job(job) else {
            return Said::Nothing;
        };
        if self.jobs[job].status != "failed" {
            return Said::TooLate(self.jobs[job].status);
        }
        let again =
            |row: &Row| row.repeats == Some(job) && !matches!(row.status, "failed" | "cancelled");
        if self.jobs.iter().any(again) {
            return Said::Repeated;
        }
        let user = self.jobs[job].user;
        let order = Order {
            fresh: true,
            ..self.orders[job].clone()
        };
        let admitted = self.slots(user) < self.per_user;
        let new = self.add(user, order, 0);
        self.jobs[new].repeats = Some(job);
        if admitted {
            self.admit(new);
        }
        Said::New(new, admitted)
    }
}
