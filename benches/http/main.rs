//! The door against bare ceilings, side by side in one run: `cargo bench --bench http`.
//!
//! Submits: 64 connections, 1,000 users, distinct seeds, log-in checked, workers off, `synchronous=FULL`. Polls: 1,000
//! different jobs, half of them completed. Pick-up: from the submit's commit until a worker has the job, on an idle server.

mod ceiling;
mod wire;

use std::net::SocketAddr;
use std::time::Duration;

use atelier::accounts::{KeyName, Mode};
use atelier::app::App;
use atelier::config::{Config, Sources};
use atelier::db::{Db, DbError, Query};
use atelier::ledger;
use atelier::time::Moment;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use wire::{Figures, Wire, request, run};

const CONNECTIONS: usize = 64;
const SUBMITS: usize = 150;
const POLLS: usize = 600;
const USERS: usize = 1000;
const JOBS: usize = 1000;
const ROUNDS: usize = 5;
const JSON: &str = "application/json";

/// A server in this process with users who can pay.
struct Bench {
    address: SocketAddr,
    db: Db,
    customers: Vec<Customer>,
    _directory: tempfile::TempDir,
}

struct Customer {
    token: String,
    upload: String,
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        submits_and_polls().await;
        pick_up().await;
    });
}

async fn submits_and_polls() {
    let bench = Bench::start(0, USERS).await;
    let bare_directory = tempfile::tempdir().expect("a directory");
    let bare = Db::open(bare_directory.path(), atelier::db::Access::Server).expect("a database");
    let bare = ceiling::start(bare);
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        let ceiling = run(bare, bare_inserts(round), 202).await;
        let submits = run(bench.address, bench.submits(round), 202).await;
        ceiling.print("bare insert over HTTP");
        submits.print("submit over HTTP");
        ratios.push(compared(&submits, &ceiling));
    }
    verdict("submit", &mut ratios, "≥ 0.5 ×; p99 ≤ 1.5 × + 10 ms");
    let jobs = bench.jobs().await;
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let ceiling = run(bare, bare_finds(), 200).await;
        let polls = run(bench.address, polls(&jobs), 200).await;
        ceiling.print("bare read over HTTP");
        polls.print("poll over HTTP");
        ratios.push(compared(&polls, &ceiling));
    }
    verdict("poll", &mut ratios, "≥ 0.5 ×");
}

/// Throughput and p99, each as a multiple of the ceiling's.
fn compared(ours: &Figures, ceiling: &Figures) -> (f64, f64) {
    (
        ours.per_second() / ceiling.per_second(),
        ours.quantile_ms(0.99) / ceiling.quantile_ms(0.99),
    )
}

fn verdict(what: &str, ratios: &mut [(f64, f64)], goal: &str) {
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (throughput, p99) = ratios[ratios.len() / 2];
    println!(
        "=> {what}: {throughput:.2} × the ceiling's throughput, p99 {p99:.2} × (median of {ROUNDS}; goal {goal})\n"
    );
}

fn bare_inserts(round: usize) -> Vec<Vec<Vec<u8>>> {
    let one = |connection: usize, n: usize| {
        let body = json!({"name": format!("row {round} {connection} {n}")});
        request("POST", "/rows", "none", body.to_string().as_bytes(), JSON)
    };
    (0..CONNECTIONS)
        .map(|connection| (0..SUBMITS).map(|n| one(connection, n)).collect())
        .collect()
}

fn bare_finds() -> Vec<Vec<Vec<u8>>> {
    let one = |connection: usize, n: usize| {
        let path = format!("/rows/row%200%20{connection}%20{}", n % SUBMITS);
        request("GET", &path, "none", b"", JSON)
    };
    (0..CONNECTIONS)
        .map(|connection| (0..POLLS).map(|n| one(connection, n)).collect())
        .collect()
}

fn polls(jobs: &[(String, String)]) -> Vec<Vec<Vec<u8>>> {
    let one = |at: usize| {
        let (token, job) = &jobs[at % jobs.len()];
        request("GET", &format!("/v1/jobs/{job}"), token, b"", JSON)
    };
    (0..CONNECTIONS)
        .map(|connection| (0..POLLS).map(|n| one(connection * 31 + n)).collect())
        .collect()
}

async fn pick_up() {
    let bench = Bench::start(64, 1).await;
    let mut wire = Wire::open(bench.address).await;
    for seed in 0..100 {
        let answer = wire.ask(&bench.submit(0, seed)).await;
        assert_eq!(answer.status, 202);
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    let waited: Result<Vec<i64>, DbError> = bench.db.read(|r| {
        let sql =
            "SELECT started_at - created_at FROM jobs WHERE started_at IS NOT NULL ORDER BY 1";
        Ok(r.all(sql, [], |row| row.get(0))?)
    });
    let waited = waited.expect("jobs");
    let p99 = waited[waited.len() * 99 / 100];
    println!(
        "=> idle pick-up: p50 {} ms, p99 {p99} ms over {} jobs (goal ≤ 20 ms)",
        waited[waited.len() / 2],
        waited.len()
    );
}

impl Bench {
    async fn start(concurrency: usize, users: usize) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let app = App::build(settings(directory.path(), concurrency))
            .await
            .expect("a server");
        let (db, accounts) = (app.db().clone(), app.accounts().clone());
        let address = app.address();
        tokio::spawn(app.run(CancellationToken::new()));
        let mut customers = Vec::new();
        let mut wire = Wire::open(address).await;
        for _ in 0..users {
            let opener = accounts.clone();
            let opened = db.write(move |tx| {
                let user = opener.open_nameless(tx, Mode::Personal, true, Moment::now())?;
                ledger::grant(tx, user.account(), 1_000_000, None, "bench", Moment::now())?;
                Ok::<_, DbError>(user.id)
            });
            let user = opened.await.expect("a user");
            let name = KeyName::parse("bench").expect("a name");
            let scopes = serde_json::from_value(json!(["jobs", "uploads"])).expect("scopes");
            let key = accounts.create_key(user, name, scopes, Moment::now()).await;
            let token = key.map_err(|e| e.to_string()).expect("a key").secret;
            let sent = request("POST", "/v1/uploads", &token, &picture(), "image/png");
            let answer = wire.ask(&sent).await;
            let upload: Value = serde_json::from_slice(&answer.body).expect("an upload");
            let upload = upload["id"].as_str().expect("an upload").to_owned();
            customers.push(Customer { token, upload });
        }
        Self {
            address,
            db,
            customers,
            _directory: directory,
        }
    }

    fn submit(&self, customer: usize, seed: usize) -> Vec<u8> {
        let Customer { token, upload } = &self.customers[customer % self.customers.len()];
        let body = json!({"kind": "product_photo", "inputs": {"product": upload}, "seed": seed});
        request("POST", "/v1/jobs", token, body.to_string().as_bytes(), JSON)
    }

    fn submits(&self, round: usize) -> Vec<Vec<Vec<u8>>> {
        let seed = |connection, n| (round * CONNECTIONS + connection) * SUBMITS + n;
        (0..CONNECTIONS)
            .map(|connection| {
                let one = |n| self.submit(seed(connection, n), seed(connection, n));
                (0..SUBMITS).map(one).collect()
            })
            .collect()
    }

    /// Tokens and ids of so many jobs; half of them get a finished work of their own.
    async fn jobs(&self) -> Vec<(String, String)> {
        let mut wire = Wire::open(self.address).await;
        let mut jobs = Vec::new();
        for n in 0..JOBS {
            let answer = wire.ask(&self.submit(n, 1_000_000 + n)).await;
            let job: Value = serde_json::from_slice(&answer.body).expect("a job");
            let id = job["id"].as_str().expect("an id").to_owned();
            jobs.push((self.customers[n % USERS].token.clone(), id));
        }
        let ids: Vec<String> = jobs.iter().step_by(2).map(|(_, id)| id.clone()).collect();
        let done = self.db.write(move |tx| {
            for id in &ids {
                complete(tx, id)?;
            }
            Ok::<_, DbError>(())
        });
        done.await.expect("half of them are completed");
        jobs
    }
}

/// Ends a job with a work whose picture nobody fetches here.
fn complete(tx: &atelier::db::Tx<'_>, job: &str) -> Result<(), DbError> {
    let hex = &job[4..];
    tx.run(
        "INSERT INTO works (id, user_id, job_id, kind, title, tags, blob, thumbnail, backend, format, width,
            height, bytes, model, listed, created_at, updated_at)
         SELECT 'wrk_' || ?2, user_id, id, kind, '', '[]', 'works/' || user_id || '/' || ?2 || '.jpg',
            'thumbnails/' || user_id || '/' || ?2 || '.jpg', 'local', 'jpeg', 768, 1024, 1000, 'studio', 1, created_at,
            created_at FROM jobs WHERE id = ?1",
        (job, hex),
    )?;
    tx.run(
        "UPDATE jobs SET status = 'completed', admitted = 0, progress = 100, completed_at = created_at,
            work_id = 'wrk_' || ?2, model = 'studio', processing_ms = 1 WHERE id = ?1",
        (job, hex),
    )?;
    Ok(())
}

fn settings(directory: &std::path::Path, concurrency: usize) -> Config {
    let mut config = Config::load(&Sources {
        file: None,
        data_dir: Some(directory.to_owned()),
    })
    .expect("good settings");
    config.server.bind = "127.0.0.1:0".into();
    config.rate_limit.enabled = false;
    config.jobs.concurrency = concurrency;
    // A model that answers at once, so that the machine is idle when the next job comes.
    let provider = json!({"kind": "sandbox", "sandbox": {}});
    let provider = serde_json::from_value(provider).expect("a provider");
    config.providers = [("bench".to_owned(), provider)].into();
    let model = serde_json::from_value(json!({"provider": "bench"})).expect("a model");
    config.models = [("bench".to_owned(), model)].into();
    config.routing.personal = vec!["bench".into()];
    config.routing.business = vec!["bench".into()];
    config.matting = serde_json::from_value(json!({"method": "classical"})).expect("a method");
    config
}

/// A small picture that will do as an input.
fn picture() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(96, 96, |x, y| {
        let inside = x.abs_diff(48).pow(2) + y.abs_diff(48).pow(2) < 900;
        image::Rgb(if inside {
            [200, 60, 60]
        } else {
            [236, 236, 236]
        })
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("it can be encoded");
    bytes.into_inner()
}
