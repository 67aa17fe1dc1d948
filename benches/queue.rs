//! Claims from a queue of a million admitted jobs against claims from a thousand, and the start of a server on that
//! million: `cargo bench --bench queue`.

mod customers;

use std::time::{Duration, Instant};

use atelier::accounts::Mode;
use atelier::app::App;
use atelier::config::{Config, Sources};
use atelier::db::{Access, Db, DbError};
use atelier::ids::BootId;
use atelier::jobs::queue::{self, Order, Price};
use atelier::ledger::Account;
use atelier::time::Moment;

const SMALL: i64 = 1_000;
const LARGE: i64 = 1_000_000;
const USERS: i64 = 250_000;
const CLAIMS: usize = 400;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let (small, large) = (queue_of(SMALL).await, queue_of(LARGE).await);
        let few = p99_of_claims(&small).await;
        let many = p99_of_claims(&large).await;
        let ratio = many.as_secs_f64() / few.as_secs_f64();
        println!("=> claim p99: {many:?} with {LARGE} admitted jobs, {few:?} with {SMALL}: {ratio:.2} × (goal ≤ 2 ×)");
        start(large).await;
    });
}

/// A database in a directory of its own.
struct Queue {
    db: Db,
    directory: tempfile::TempDir,
}

/// A queue of so many admitted jobs of at most 250,000 users, four each.
async fn queue_of(jobs: i64) -> Queue {
    let directory = tempfile::tempdir().expect("a directory");
    let db = Db::open(directory.path(), Access::Server).expect("a database");
    let account = first_user(&db).await;
    let order = Order {
        price: Price::Fixed(0),
        key: None,
        ..customers::order(account, 0)
    };
    let submitted = queue::submit(&db, order, Moment::now()).await;
    let first = submitted.expect("a submit").job().expect("a job");
    let users = (jobs / 4).min(USERS);
    let filled = db.write(move |tx| {
        for table in [
            "INSERT INTO wallets (id, created_at, updated_at)
             WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?1)
             SELECT printf('wal_%032x', n), 0, 0 FROM n",
            "INSERT INTO users (id, wallet_id, created_at, updated_at)
             WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?1)
             SELECT printf('usr_%032x', n), printf('wal_%032x', n), 0, 0 FROM n",
        ] {
            tx.run(table, [users])?;
        }
        tx.run(
            "INSERT INTO jobs (id, user_id, wallet_id, kind, settings, quality, output, seed, label, language,
                auto_save, mode, price, class, admitted, turn, revision, created_at, updated_at)
             WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?2)
             SELECT printf('job_%032x', n), printf('usr_%032x', 1 + n % ?3), printf('wal_%032x', 1 + n % ?3), kind,
                settings, quality, output, n, label, language, auto_save, mode, 0, class, 1, n, revision, created_at,
                updated_at FROM jobs, n WHERE id = ?1",
            (first, jobs, users),
        )?;
        Ok::<_, DbError>(())
    });
    filled.await.expect("the queue is filled");
    Queue { db, directory }
}

async fn p99_of_claims(queue: &Queue) -> Duration {
    let boot = BootId::new();
    let mut took = Vec::new();
    for turn in 0..CLAIMS as u64 {
        let began = Instant::now();
        let claimed = queue::claim(&queue.db, boot, turn, 1, Vec::new(), Moment::now()).await;
        took.push(began.elapsed());
        assert_eq!(claimed.expect("a claim").len(), 1);
    }
    took.sort_unstable();
    took[CLAIMS * 99 / 100]
}

async fn start(Queue { db, directory }: Queue) {
    db.close();
    // The directory is locked as long as anybody has the database.
    drop(db);
    let mut config = Config::load(&Sources {
        file: None,
        data_dir: Some(directory.path().to_owned()),
    })
    .expect("good settings");
    config.server.bind = "127.0.0.1:0".into();
    config.jobs.concurrency = 0;
    let began = Instant::now();
    let app = App::build(config).await.expect("a server");
    println!(
        "=> start to ready with {LARGE} live jobs: {:?} (goal ≤ 300 ms)",
        began.elapsed()
    );
    drop(app);
}

async fn first_user(db: &Db) -> Account {
    let now = Moment::now();
    let accounts = customers::accounts(db).await;
    let opened = db.write(move |tx| accounts.open_nameless(tx, Mode::Personal, true, now));
    opened.await.expect("a user").account()
}
