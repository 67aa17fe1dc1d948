//! What the tables hold, in the model's own terms.

use rusqlite::Row as SqlRow;

use super::system::System;
use super::world::{Row, Wallet};
use crate::db::{DbError, Query};
use crate::ids::{JobId, WorkId};
use crate::jobs::{Status, attempts};
use crate::kinds::Choice;
use crate::ledger;
use crate::time::Moment;

/// Everything that the model knows, as the tables have it.
pub(super) struct Seen {
    pub(super) jobs: Vec<Row>,
    pub(super) wallets: Vec<Wallet>,
}

impl System {
    /// Reads everything back.
    pub(super) fn look(&self) -> Seen {
        let read = self.db.read(|db| {
            let jobs = db.all(
                "SELECT id, user_id, status, price, admitted, due_at, progress, claims, cpu_station, retries, crashes,
                    storage_since, created_at, started_at, completed_at, work_id, cache, error_code, retry_of
                 FROM jobs ORDER BY seq",
                [],
                |row| self.row(row),
            )?;
            let mut wallets = Vec::new();
            for account in &self.accounts {
                wallets.push(Wallet {
                    balance: ledger::balance(db, account.wallet)?,
                    entries: db.all(
                        "SELECT kind, amount, job_id FROM entries WHERE wallet_id = ?1 ORDER BY seq",
                        [account.wallet],
                        |row| Ok((word(row, 0)?.unwrap(), row.get(1)?, row.get::<_, Option<JobId>>(2)?.map(|id| self.job(id)))),
                    )?,
                });
            }
            Ok::<_, DbError>(Seen { jobs, wallets })
        });
        let mut seen = read.unwrap();
        for (row, job) in seen.jobs.iter_mut().zip(&self.jobs) {
            let attempts: Result<_, DbError> = self.db.read(|db| attempts::list(db, *job));
            row.attempts = attempts
                .unwrap()
                .iter()
                .map(|one| known(&one.state))
                .collect();
        }
        seen
    }

    fn row(&self, row: &SqlRow<'_>) -> rusqlite::Result<Row> {
        let secs = |column: &str| {
            let at: Option<Moment> = row.get(column)?;
            Ok::<_, rusqlite::Error>(at.map(|at| at.since(self.base) / 1000))
        };
        let user = row.get("user_id")?;
        let status: Status = row.get("status")?;
        let place = |id: JobId| self.job(id);
        Ok(Row {
            user: self
                .accounts
                .iter()
                .position(|account| account.user == user)
                .unwrap(),
            status: status.id(),
            price: row.get("price")?,
            admitted: row.get("admitted")?,
            due: secs("due_at")?,
            progress: row.get("progress")?,
            claims: row.get("claims")?,
            cpu: row.get("cpu_station")?,
            retries: row.get("retries")?,
            crashes: row.get("crashes")?,
            storage_since: secs("storage_since")?,
            created: secs("created_at")?.unwrap(),
            started: secs("started_at")?,
            completed: secs("completed_at")?,
            work: row
                .get::<_, Option<WorkId>>("work_id")?
                .map(|id| self.work(id)),
            hit: row.get::<_, Option<String>>("cache")?.is_some(),
            error: word(row, 17)?,
            repeats: row.get::<_, Option<JobId>>("retry_of")?.map(place),
            attempts: Vec::new(),
        })
    }
}

fn word(row: &SqlRow<'_>, column: usize) -> rusqlite::Result<Option<&'static str>> {
    Ok(row
        .get::<_, Option<String>>(column)?
        .map(|word| known(&word)))
}

/// The model's own copy of a word.
fn known(word: &str) -> &'static str {
    const WORDS: [&str; 13] = [
        "grant",
        "charge",
        "refund",
        "open",
        "done",
        "failed",
        "unknown",
        "provider_busy",
        "internal",
        "input_refused",
        "storage_unavailable",
        "stopped_by_operator",
        "crash_loop",
    ];
    WORDS
        .into_iter()
        .find(|one| *one == word)
        .expect("a word of the model")
}
