//! The model's runs: claims, what workers report, and what crashes leave behind.

use super::steps::{Answer, How};
use super::world::{DELAYS, Held, Said, World};

impl World {
    pub(super) fn claim(&mut self, room: usize) -> Said {
        for job in &mut self.jobs {
            job.due = job.due.filter(|due| *due > self.latest);
        }
        let mut taken = Vec::new();
        for _ in 0..room {
            let ready = |job: &usize| {
                let row = &self.jobs[*job];
                row.status == "pending" && row.admitted && row.due.is_none()
            };
            let mut ready: Vec<usize> = (0..self.jobs.len()).filter(ready).collect();
            if (self.claimed + taken.len()) % 8 == 7 {
                let lowest = ready.iter().map(|job| self.orders[*job].class).max();
                ready.retain(|job| Some(self.orders[*job].class) == lowest);
            }
            let first = ready
                .into_iter()
                .min_by_key(|job| (self.orders[*job].class, self.orders[*job].turn, *job));
            let Some(job) = first else { break };
            let row = &mut self.jobs[job];
            (row.status, row.cpu) = ("processing", false);
            row.claims += 1;
            row.progress = row.progress.max(10);
            row.started = row.started.or(Some(self.latest));
            self.held.push(Held {
                job,
                number: row.claims,
                asked: None,
            });
            taken.push(job);
        }
        self.claimed += taken.len();
        Said::Claimed(taken)
    }

    /// The claim that a number means, and the job if it still holds.
    fn holder(&mut self, claim: usize) -> Option<(usize, Option<usize>)> {
        if self.held.is_empty() {
            return None;
        }
        let place = claim % self.held.len();
        let held = self.held[place];
        let row = &self.jobs[held.job];
        let holds = row.status == "processing" && row.claims == held.number;
        Some((place, holds.then_some(held.job)))
    }

    pub(super) fn reach(&mut self, claim: usize, progress: u32, cpu: bool) -> Said {
        let Some((_, job)) = self.holder(claim) else {
            return Said::Nothing;
        };
        if let Some(job) = job {
            let row = &mut self.jobs[job];
            (row.progress, row.cpu) = (row.progress.max(progress), cpu);
        }
        Said::Held(job.is_some())
    }

    pub(super) fn ask(&mut self, claim: usize) -> Said {
        let Some((place, job)) = self.holder(claim) else {
            return Said::Nothing;
        };
        let Some(job) = job else {
            return Said::Held(false);
        };
        let row = &mut self.jobs[job];
        (row.progress, row.cpu) = (row.progress.max(50), false);
        let unknown = row
            .attempts
            .iter()
            .filter(|state| **state == "unknown")
            .count();
        let allowed = row.attempts.len() < 8 && unknown < 2;
        if allowed {
            self.held[place].asked = Some(row.attempts.len());
            row.attempts.push("open");
        }
        Said::Asked(allowed)
    }

    pub(super) fn answered(&mut self, claim: usize, answer: Answer) -> Said {
        if let Some((place, _)) = self.holder(claim)
            && let Some(attempt) = self.held[place].asked.take()
        {
            let state = &mut self.jobs[self.held[place].job].attempts[attempt];
            if *state == "open" {
                *state = match answer {
                    Answer::Done => "done",
                    Answer::Failed => "failed",
                    Answer::Unknown => "unknown",
                };
            }
        }
        Said::Nothing
    }

    pub(super) fn finish(&mut self, claim: usize, how: How) -> Said {
        let Some((place, job)) = self.holder(claim) else {
            return Said::Nothing;
        };
        self.held.remove(place);
        let Some(job) = job else {
            return Said::Lost;
        };
        self.close_attempts(job);
        let retries = self.jobs[job].retries;
        let said = match how {
            How::Done => self.complete(job),
            How::Curable => match DELAYS.get(retries as usize) {
                Some(delay) => self.wait(job, true, i64::from(*delay)),
                None => self.fail(job, "provider_busy"),
            },
            How::Internal if retries == 0 => self.wait(job, true, 0),
            How::Internal => self.fail(job, "internal"),
            How::Permanent => self.fail(job, "input_refused"),
            How::StorageRefused => {
                let since = self.jobs[job].storage_since.unwrap_or(self.latest);
                if self.latest - since < 15 * 60 {
                    self.jobs[job].storage_since = Some(since);
                    self.wait(job, false, 15)
                } else {
                    self.fail(job, "storage_unavailable")
                }
            }
            How::HandedBack => self.wait(job, false, 0),
        };
        if said != Said::Waiting {
            self.admit_next(self.jobs[job].user);
        }
        said
    }

    fn close_attempts(&mut self, job: usize) {
        for state in &mut self.jobs[job].attempts {
            if *state == "open" {
                *state = "unknown";
            }
        }
    }

    fn complete(&mut self, job: usize) -> Said {
        self.works.push(self.orders[job].picture);
        let work = self.works.len() - 1;
        self.end(job, "completed");
        (self.jobs[job].progress, self.jobs[job].work) = (100, Some(work));
        Said::Completed(work)
    }

    fn wait(&mut self, job: usize, counts: bool, delay: i64) -> Said {
        let row = &mut self.jobs[job];
        (row.status, row.cpu) = ("pending", false);
        row.retries += u32::from(counts);
        row.due = (delay > 0).then_some(self.latest + delay);
        Said::Waiting
    }

    pub(super) fn fail(&mut self, job: usize, error: &'static str) -> Said {
        self.end(job, "failed");
        self.jobs[job].error = Some(error);
        self.refund(job);
        Said::Failed
    }

    pub(super) fn end(&mut self, job: usize, status: &'static str) {
        let row = &mut self.jobs[job];
        (row.status, row.admitted, row.cpu, row.due) = (status, false, false, None);
        row.completed = Some(self.latest);
    }

    pub(super) fn sweep(&mut self, running: u8) -> Said {
        let runs = |job: usize| running & (1 << (job % 8)) != 0;
        let strays = |job: &usize| self.jobs[*job].status == "processing" && !runs(*job);
        let strays: Vec<usize> = (0..self.jobs.len()).filter(strays).collect();
        self.give_back(&strays)
    }

    fn give_back(&mut self, strays: &[usize]) -> Said {
        let mut failed = 0;
        for &job in strays {
            self.close_attempts(job);
            let row = &mut self.jobs[job];
            row.crashes += i64::from(row.cpu);
            (row.status, row.cpu, row.due) = ("pending", false, None);
            if row.crashes > 5 {
                failed += 1;
                self.fail(job, "crash_loop");
                self.admit_next(self.jobs[job].user);
            }
        }
        Said::Recovered(strays.len() - failed, failed)
    }

    pub(super) fn crash(&mut self, per_user: usize) -> Said {
        self.per_user = per_user;
        // A new process knows nothing of the old one's time.
        self.latest = self.clock;
        for job in 0..self.jobs.len() {
            self.close_attempts(job);
        }
        let running = |job: &usize| self.jobs[*job].status == "processing";
        let strays: Vec<usize> = (0..self.jobs.len()).filter(running).collect();
        let said = self.give_back(&strays);
        let longest = self.latest + i64::from(DELAYS[2]);
        for job in &mut self.jobs {
            job.due = job.due.filter(|due| *due <= longest);
        }
        for user in 0..self.wallets.len() {
            self.admit_next(user);
        }
        said
    }
}
