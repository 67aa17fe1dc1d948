//! The crash proof: the real server, under mixed load, is killed at random moments and at chosen system calls and
//! started again; whatever it answered before must still be true, and its books and queue must be whole.
//!
//! `ATELIER_CRASH_ROUNDS` sets the number of deaths (20), `ATELIER_CRASH_SEED` repeats the choices of a run,
//! `ATELIER_CRASH_BINARY` names another executable.

mod api;
mod audit;
mod cast;
mod confirm;
mod death;
mod dice;
mod lies;
mod load;
mod power;
mod proxy;
mod rules;
mod server;
mod tally;
mod witness;

use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

use api::{Api, Gone};
use death::{Death, Deaths};
use dice::Dice;
use server::Server;
use tally::Tally;
use witness::Witness;

/// Deaths that one folder lives through.
const DEATHS_A_FOLDER: u64 = 10;

fn setting(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .map(|value| value.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_every_death() {
    let clock = || {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("after 1970")
            .as_secs()
    };
    let rounds = setting("ATELIER_CRASH_ROUNDS").unwrap_or(20);
    let seed = setting("ATELIER_CRASH_SEED").unwrap_or_else(clock);
    println!("crash proof: {rounds} rounds, ATELIER_CRASH_SEED={seed}");
    let (mut dice, mut tally) = (Dice::new(seed), Tally::default());
    let mut deaths = Deaths::new(dice.fork());
    let (began, mut left) = (Instant::now(), rounds);
    while left > 0 {
        let some = left.min(DEATHS_A_FOLDER);
        let mut folder = Folder::new(6);
        if dice.below(2) == 0 {
            server::furnish_old(folder.path());
        }
        for _ in 0..some {
            folder.round(deaths.next(), &mut dice, &mut tally).await;
        }
        folder.last(&mut tally).await;
        left -= some;
    }
    println!(
        "{tally}in {:.0} s, nothing broken",
        began.elapsed().as_secs_f64()
    );
}

/// A data folder with everything that its servers ever answered.
struct Folder {
    directory: TempDir,
    witness: Arc<Witness>,
}

impl Folder {
    fn new(workers: u32) -> Self {
        let directory = TempDir::new().expect("a folder");
        server::furnish(directory.path(), workers);
        Self {
            directory,
            witness: Arc::default(),
        }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// One life: start, confirm, load, death, audit.
    async fn round(&mut self, death: Death, dice: &mut Dice, tally: &mut Tally) {
        let server = Server::start(self.path(), death);
        if let Some(url) = server.ready().await {
            let api = Api::new(url, server.died.clone(), Arc::clone(&self.witness));
            // A power cut is played for the traced server alone: no other process may have flushed its log.
            let beside = (!death.power).then(|| self.path());
            let _ = self.live(&api, &server, dice, beside).await;
        }
        match server.aftermath().await {
            Ok((bytes, files)) => {
                tally.add(
                    "power cuts that took something",
                    u64::from(bytes > 0 || files > 0),
                );
                tally.add("files lost in power cuts", files as u64);
            }
            Err(what) => self.witness.complain(what),
        }
        tally.death(self.path(), server.died_young());
        self.judge(&format!("{death:?}"));
    }

    async fn live(
        &self,
        api: &Api,
        server: &Server,
        dice: &mut Dice,
        beside: Option<&Path>,
    ) -> Result<(), Gone> {
        cast::assemble(api, server).await?;
        confirm::confirm(api).await?;
        load::until_death(api, dice, beside).await;
        Ok(())
    }

    /// The last life ends in order: everything that was begun comes to its end, and is looked at once more.
    async fn last(&mut self, tally: &mut Tally) {
        let server = Server::start(self.path(), Death::NEVER);
        let url = server.ready().await.expect("it starts");
        let api = Api::new(url, server.died.clone(), Arc::clone(&self.witness));
        let calm = async {
            cast::assemble(&api, &server).await?;
            confirm::confirm(&api).await?;
            confirm::settle(&api, || self.is_settled()).await
        };
        calm.await.expect("nobody kills it");
        server.stop().await;
        if let Err(what) = server.aftermath().await {
            self.witness.complain(what);
        }
        self.judge("an orderly stop");
        let book = self.witness.book();
        let answered = book
            .jobs
            .values()
            .filter(|job| job.ending.is_some())
            .count();
        tally.add("jobs followed to their end", answered as u64);
        tally.add("submits under a key", book.submits.len() as u64);
        tally.add("grants", book.grants.len() as u64);
        tally.add("erasures", book.erased.len() as u64);
    }

    fn is_settled(&self) -> bool {
        let sql = "SELECT (SELECT count(*) FROM jobs WHERE status IN ('pending', 'processing'))
            + (SELECT count(*) FROM erasures WHERE completed_at IS NULL)";
        let open = audit::open(self.path())
            .map(|database| database.query_row(sql, [], |row| row.get::<_, i64>(0)));
        open.is_some_and(|count| count.is_ok_and(|count| count == 0))
    }

    /// Everything that is wrong by now.
    fn complaints(&self) -> Vec<String> {
        let mut wrong = self.witness.complaints();
        wrong.extend(audit::audit(self.path(), &mut self.witness.book()));
        wrong
    }

    /// Ends the test if anything is wrong, and keeps the folder then.
    fn judge(&mut self, after: &str) {
        let wrong = self.complaints();
        if !wrong.is_empty() {
            self.directory.disable_cleanup(true);
            let (list, kept) = (wrong.join("\n"), self.path().display());
            panic!("after {after}, in {kept}:\n{list}");
        }
    }
}
