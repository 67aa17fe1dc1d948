//! Counts where deaths struck, so that it can be seen that every station was hit.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use crate::audit;

/// Where deaths struck, and what they found.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    counts: BTreeMap<&'static str, u64>,
}

/// What a folder may hold at a death: a name and the query that counts it.
const FOUND: [(&str, &str); 11] = [
    (
        "jobs waiting for a slot",
        "SELECT count(*) FROM jobs WHERE status = 'pending' AND admitted = 0",
    ),
    (
        "jobs ready",
        "SELECT count(*) FROM jobs WHERE status = 'pending' AND admitted = 1 AND retries = 0",
    ),
    (
        "jobs between two runs",
        "SELECT count(*) FROM jobs WHERE status = 'pending' AND retries > 0",
    ),
    (
        "jobs at 10 %, preparing",
        "SELECT count(*) FROM jobs WHERE status = 'processing' AND progress = 10",
    ),
    (
        "jobs at 30 %, waiting for a model",
        "SELECT count(*) FROM jobs WHERE status = 'processing' AND progress = 30",
    ),
    (
        "jobs at 50 %, a model asked",
        "SELECT count(*) FROM jobs WHERE status = 'processing' AND progress = 50",
    ),
    (
        "jobs at 80 %, finishing",
        "SELECT count(*) FROM jobs WHERE status = 'processing' AND progress = 80",
    ),
    (
        "attempts without an answer",
        "SELECT count(*) FROM attempts WHERE state = 'open'",
    ),
    (
        "erasures half done",
        "SELECT count(*) FROM erasures WHERE completed_at IS NULL",
    ),
    ("pictures half deleted", "SELECT count(*) FROM doomed_blobs"),
    (
        "jobs that had crashed before",
        "SELECT count(*) FROM jobs WHERE status = 'processing' AND crashes > 0",
    ),
];

/// How many migrations there are.
fn migrations() -> usize {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/migrations");
    std::fs::read_dir(folder).expect("a folder").count()
}

impl Tally {
    /// Adds to one of the counts.
    pub(crate) fn add(&mut self, what: &'static str, count: u64) {
        *self.counts.entry(what).or_default() += count;
    }

    /// Counts what a death left in a folder. `young`: the server was not ready yet.
    pub(crate) fn death(&mut self, directory: &Path, young: bool) {
        self.add("deaths", 1);
        let Some(database) = audit::open(directory) else {
            return self.add("deaths before or in the first migration", 1);
        };
        let version = "SELECT count(*) FROM pragma_user_version WHERE user_version = 1";
        let old: i64 = database
            .query_row(version, [], |row| row.get(0))
            .expect("a number");
        self.add(
            "deaths before or in an upgrade",
            if migrations() > 1 {
                old.unsigned_abs()
            } else {
                0
            },
        );
        let mut crashed = 0;
        for (what, sql) in FOUND {
            let count: i64 = database
                .query_row(sql, [], |row| row.get(0))
                .expect("a number");
            self.add(what, count.unsigned_abs());
            crashed += if sql.contains("'processing'") {
                count
            } else {
                0
            };
        }
        match (young, crashed) {
            (false, _) => {}
            (true, 0) => self.add("deaths while starting", 1),
            (true, _) => self.add("deaths while starting with jobs to recover", 1),
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, count) in &self.counts {
            writeln!(f, "{count:>8}  {what}")?;
        }
        Ok(())
    }
}
