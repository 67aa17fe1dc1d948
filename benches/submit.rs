//! Durable submits against a bare insert through the same group-commit writer, in one run: `cargo bench --bench submit`.
//!
//! A submit looks up its key and the cache, writes the job row, charges the wallet, writes the entry and admits the
//! job. The bare insert writes one row. Both answer after COMMIT at `synchronous=FULL`, from 64 callers at once.

mod customers;

use std::time::{Duration, Instant};

use atelier::accounts::Mode;
use atelier::db::{Access, Db, DbError};
use atelier::jobs::queue::{self, Submitted};
use atelier::ledger::{self, Account};
use atelier::time::Moment;

const CALLERS: u64 = 64;
const EACH: u64 = 200;
const USERS: u64 = 100;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let directory = tempfile::tempdir().expect("a directory");
        let db = Db::open(directory.path(), Access::Server).expect("a database");
        let accounts = users(&db).await;
        let bare = measure(|caller, n| bare_insert(db.clone(), caller, n)).await;
        let submit = measure(|caller, n| {
            let account = accounts[(caller * EACH + n) as usize % accounts.len()];
            let db = db.clone();
            async move {
                let order = customers::order(account, caller * EACH + n);
                let outcome = queue::submit(&db, order, Moment::now()).await;
                assert!(matches!(outcome, Ok(Submitted::New(..))), "{outcome:?}");
            }
        })
        .await;
        print("bare insert", &bare);
        print("submit", &submit);
        println!(
            "submit is {:.2} × a bare insert's throughput; p99 {:.2} ×",
            submit.per_second() / bare.per_second(),
            submit.p99.as_secs_f64() / bare.p99.as_secs_f64()
        );
        let verdict = db.read(ledger::verify).expect("the books can be read");
        assert_eq!(verdict.differences, 0, "{:?}", verdict.findings);
        db.close();
    });
}

struct Figures {
    took: Duration,
    p50: Duration,
    p99: Duration,
}

impl Figures {
    fn per_second(&self) -> f64 {
        (CALLERS * EACH) as f64 / self.took.as_secs_f64()
    }
}

fn print(name: &str, figures: &Figures) {
    println!(
        "{name:<12} {:>8.0}/s   p50 {:>7.2} ms   p99 {:>7.2} ms",
        figures.per_second(),
        figures.p50.as_secs_f64() * 1000.0,
        figures.p99.as_secs_f64() * 1000.0
    );
}

/// Runs `work` from all callers at once, each one call after another.
async fn measure<F: Future<Output = ()> + Send + 'static>(
    work: impl Fn(u64, u64) -> F + Clone + Send,
) -> Figures {
    let began = Instant::now();
    let mut callers = Vec::new();
    for caller in 0..CALLERS {
        let calls: Vec<F> = (0..EACH).map(|n| work(caller, n)).collect();
        callers.push(tokio::spawn(async move {
            let mut durations = Vec::new();
            for call in calls {
                let began = Instant::now();
                call.await;
                durations.push(began.elapsed());
            }
            durations
        }));
    }
    let mut durations = Vec::new();
    for caller in callers {
        durations.extend(caller.await.expect("a caller does not panic"));
    }
    durations.sort_unstable();
    Figures {
        took: began.elapsed(),
        p50: durations[durations.len() / 2],
        p99: durations[durations.len() * 99 / 100],
    }
}

async fn bare_insert(db: Db, caller: u64, n: u64) {
    let name = format!("bench {caller} {n}");
    let written = db.write(move |tx| {
        let sql = "INSERT INTO counters (name, value) VALUES (?1, ?2)";
        Ok::<_, DbError>(tx.run(sql, (name, n))?)
    });
    written.await.expect("a row is written");
}

async fn users(db: &Db) -> Vec<Account> {
    let now = Moment::now();
    let accounts = customers::accounts(db).await;
    let mut all = Vec::new();
    for _ in 0..USERS {
        let accounts = accounts.clone();
        let opened = db.write(move |tx| {
            let user = accounts.open_nameless(tx, Mode::Personal, true, now)?;
            let account = user.account();
            ledger::grant(tx, account, 1_000_000, None, "bench", now)?;
            Ok::<_, DbError>(account)
        });
        all.push(opened.await.expect("a user"));
    }
    all
}
