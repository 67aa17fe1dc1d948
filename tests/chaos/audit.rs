//! What must hold when the dust has settled: our books against themselves, and against what the vendors remember.

use std::collections::HashMap;
use std::path::Path;

use crate::server::{command, count, database};
use crate::upstream::{Calls, Upstream};

/// What the server's books say of one job.
#[derive(Debug)]
struct Row {
    seed: u64,
    attempts: u64,
    done: u64,
    unknown: u64,
}

/// Checks everything and prints the figures.
pub(crate) fn audit(directory: &Path, upstream: &Upstream, jobs: usize) {
    let tell = |what: &str, sql: &str| {
        let found = count(directory, sql);
        println!("{what}: {found}");
        found
    };
    assert_eq!(
        tell("jobs", "SELECT count(*) FROM jobs"),
        jobs,
        "none lost, none twice"
    );
    let completed = tell(
        "completed",
        "SELECT count(*) FROM jobs WHERE status = 'completed'",
    );
    let failed = tell(
        "failed, refunded",
        "SELECT count(*) FROM jobs WHERE status = 'failed'",
    );
    assert_eq!(completed + failed, jobs, "every job ends");
    assert_eq!(
        tell(
            "over their limit",
            "SELECT count(*) FROM jobs WHERE error_code = 'timeout'"
        ),
        0
    );
    assert_eq!(
        tell(
            "attempts left open",
            "SELECT count(*) FROM attempts WHERE state = 'open'"
        ),
        0
    );
    tell(
        "attempts with unknown outcome",
        "SELECT count(*) FROM attempts WHERE state = 'unknown'",
    );
    books_balance(directory);
    let paid = compare(&rows(directory), &upstream.calls());
    println!("pictures paid: {paid}, for {completed} that were delivered");
    upstream.print();
    print_failures(directory);
    breakers_open_and_close(&log(directory));
}

/// A pause that a vendor asked for (429) opens a breaker and ends by itself, and so does a rest whose server was killed;
/// others are closed by a trial. The model that was down for a while must have rested; that it is asked again after that
/// is what the run waits for in the end.
fn breakers_open_and_close(log: &str) {
    let changed = |line: &&str| line.contains("a breaker changed");
    let became = |line: &str, state: &str| line.contains(&format!("after=\"{state}\""));
    let changes: Vec<&str> = log.lines().filter(changed).collect();
    for model in ["alpha", "beta", "gamma"] {
        let own = |line: &&&str| line.contains(&format!("model=\"{model}\""));
        let times = |state| {
            changes
                .iter()
                .filter(own)
                .filter(|l| became(l, state))
                .count()
        };
        let (opened, closed) = (times("open"), times("closed"));
        println!("breaker of {model}: opened {opened} times, closed by a trial {closed} times");
    }
    let rested = changes
        .iter()
        .any(|line| line.contains("model=\"alpha\"") && became(line, "open"));
    assert!(rested, "the model that was down did not rest");
}

fn books_balance(directory: &Path) {
    let verified = command(directory).arg("verify").output().expect("it runs");
    let said = String::from_utf8_lossy(&verified.stdout);
    assert!(verified.status.success(), "{said}");
    println!("books: {}", said.trim());
}

fn rows(directory: &Path) -> Vec<Row> {
    let db = database(directory);
    let mut statement = db
        .prepare(
            "SELECT seed, count(attempts.id), count(*) FILTER (WHERE state = 'done'),
                    count(*) FILTER (WHERE state = 'unknown')
             FROM jobs LEFT JOIN attempts ON attempts.job_id = jobs.id GROUP BY jobs.id",
        )
        .expect("a statement");
    let rows = statement.query_map([], |row| {
        Ok(Row {
            seed: row.get(0)?,
            attempts: row.get(1)?,
            done: row.get(2)?,
            unknown: row.get(3)?,
        })
    });
    let rows = rows.expect("rows").collect::<Result<_, _>>();
    rows.expect("good rows")
}

/// Holds each job's rows against the vendors' memory; answers how many pictures were paid for.
fn compare(rows: &[Row], calls: &HashMap<u64, Calls>) -> u64 {
    let mut paid = 0;
    for row in rows {
        let called = calls.get(&row.seed).copied().unwrap_or_default();
        assert!(row.attempts <= 8, "{row:?}");
        assert!(row.unknown <= 2, "{row:?}");
        assert!(
            called.all <= row.attempts,
            "a call without a row: {called:?} {row:?}"
        );
        assert!(called.paid <= row.done + row.unknown, "{called:?} {row:?}");
        assert!(called.paid <= 2, "one replay at most: {called:?} {row:?}");
        paid += called.paid;
    }
    let most = |of: fn(&Row) -> u64| rows.iter().map(of).max().unwrap_or(0);
    println!("most attempts of a job: {}", most(|row| row.attempts));
    println!(
        "most unknown outcomes of a job: {}",
        most(|row| row.unknown)
    );
    let twice = calls.values().filter(|calls| calls.paid > 1).count();
    println!("jobs whose picture was paid for twice, by the replay that is allowed: {twice}");
    paid
}

fn log(directory: &Path) -> String {
    std::fs::read_to_string(directory.join("log")).expect("a log")
}

fn print_failures(directory: &Path) {
    let db = database(directory);
    let mut statement = db
        .prepare("SELECT error_code, count(*) FROM jobs WHERE status = 'failed' GROUP BY 1")
        .expect("a statement");
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
    });
    for row in rows.expect("rows") {
        let (code, number) = row.expect("a row");
        println!("  failed as {code}: {number}");
    }
}
