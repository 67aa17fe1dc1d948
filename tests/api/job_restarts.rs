//! Jobs outlive the server: a graceful stop hands them back, and a start picks up what a crash left behind.

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::Server;
use crate::pictures::{SIDE, decode, product};
use crate::shop::{START, idle, play, product_photo};

async fn restarted(directory: TempDir) -> Server {
    Server::in_directory(directory, |config| play(config, &json!({}))).await
}

/// The database of a stopped server.
fn open(directory: &TempDir) -> Connection {
    Connection::open(directory.path().join("atelier.db")).expect("the database")
}

/// Makes a waiting job look as if the process that ran it had died.
fn orphan(directory: &TempDir, job: &str, crashes: i64, computing: bool) {
    let changed = open(directory)
        .execute(
            "UPDATE jobs SET status = 'processing', admitted = 1, claims = 1, boot = 'gone', progress = 50,
                crashes = ?2, cpu_station = ?3, started_at = created_at, claimed_at = created_at
             WHERE id = ?1",
            (job, crashes, computing),
        )
        .expect("a row that the rules allow");
    assert_eq!(changed, 1);
}

fn leave_an_attempt_open(directory: &TempDir, job: &str) {
    open(directory)
        .execute(
            "INSERT INTO attempts (job_id, claim, model, provider, started_at) VALUES (?1, 1, 'test', 'sandbox', 1)",
            [job],
        )
        .expect("an attempt");
}

#[tokio::test]
async fn a_stop_hands_jobs_back_and_the_next_start_makes_them() {
    let server = Server::with(|config| {
        play(config, &json!({"latency_ms": 60_000}));
        config.jobs.concurrency = 1;
        config.jobs.drain_secs = 0;
    })
    .await;
    let anna = server.register("anna").await;
    let mut ids = Vec::new();
    for number in 1..=3 {
        ids.push(anna.order(number).await);
    }
    anna.asked(&ids[0]).await;
    let directory = server.stop().await;

    let server = restarted(directory).await;
    let anna = server.log_in("anna").await;
    for id in &ids {
        let job = anna.ended(id).await;
        assert_eq!(
            (&job["status"], &job["retries"]),
            (&json!("completed"), &json!(0))
        );
    }
    let states: Vec<String> = anna
        .attempts(&ids[0])
        .await
        .into_iter()
        .map(|(state, _)| state)
        .collect();
    assert_eq!(
        states,
        ["unknown", "done"],
        "the interrupted call may have been charged upstream"
    );
    assert_eq!(anna.moves().await, ["charge"; 3]);
    assert_eq!(anna.balance().await, START - 18);
    server.stop().await;
}

#[tokio::test]
async fn a_stop_lets_running_jobs_end() {
    let server = Server::with(|config| play(config, &json!({"latency_ms": 400}))).await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    anna.once(&id, "processing").await;
    let directory = server.stop().await;
    let server = Server::in_directory(directory, |config| {
        play(config, &json!({}));
        config.jobs.concurrency = 0;
    })
    .await;
    let job = server.log_in("anna").await.job(&id).await;
    assert_eq!(
        (&job["status"], &job["attempts"]),
        (&json!("completed"), &json!(1))
    );
    assert!(
        server
            .picture(&job["result"]["images"][0]["url"])
            .await
            .len()
            > 100
    );
    server.stop().await;
}

#[tokio::test]
async fn what_a_dead_process_ran_is_made_after_the_start() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    let directory = server.stop().await;
    orphan(&directory, &id, 0, false);
    leave_an_attempt_open(&directory, &id);

    let server = restarted(directory).await;
    let anna = server.log_in("anna").await;
    let job = anna.ended(&id).await;
    assert_eq!(
        (&job["status"], &job["retries"]),
        (&json!("completed"), &json!(0))
    );
    let states: Vec<String> = anna
        .attempts(&id)
        .await
        .into_iter()
        .map(|(state, _)| state)
        .collect();
    assert_eq!(states, ["unknown", "done"]);
    assert_eq!(anna.moves().await, ["charge"]);
    server.stop().await;
}

#[tokio::test]
async fn a_job_that_keeps_crashing_the_server_fails_and_is_refunded() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let (computing, waiting) = (anna.order(1).await, anna.order(2).await);
    let directory = server.stop().await;
    orphan(&directory, &computing, 5, true);
    // Not its fault: it only waited for a model whenever the server died.
    orphan(&directory, &waiting, 5, false);

    let server = restarted(directory).await;
    let anna = server.log_in("anna").await;
    let failed = anna.ended(&computing).await;
    assert_eq!(
        (&failed["status"], &failed["charged"]),
        (&json!("failed"), &json!(0))
    );
    assert_eq!(failed["error"]["code"], "crash_loop");
    assert_eq!(anna.ended(&waiting).await["status"], "completed");
    assert_eq!(anna.moves().await, ["charge", "charge", "refund"]);
    server.stop().await;
}

#[tokio::test]
async fn a_kept_draft_is_finished_without_asking_a_model_again() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    let directory = server.stop().await;
    orphan(&directory, &id, 0, true);
    leave_an_attempt_open(&directory, &id);
    let folder = directory.path().join("drafts").join(&id);
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("raw"), product(200)).expect("a draft");

    let server = restarted(directory).await;
    let anna = server.log_in("anna").await;
    let job = anna.ended(&id).await;
    assert_eq!(
        (&job["status"], &job["attempts"]),
        (&json!("completed"), &json!(1))
    );
    let pixels = decode(&server.picture(&job["result"]["images"][0]["url"]).await);
    assert!(
        pixels.to_rgb8().get_pixel(SIDE / 2, SIDE / 2).0[1] > 200,
        "it is the draft, not the input"
    );
    assert!(!folder.exists(), "the draft is gone");
    server.stop().await;
}

#[tokio::test]
async fn a_stopping_server_says_so_to_whoever_waits() {
    let server = Server::with(|config| {
        play(config, &json!({"latency_ms": 1500}));
    })
    .await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    anna.once(&id, "processing").await;
    let upload = anna.upload(product(2)).await;
    server.begin_stop().await;
    let refused = anna.post("/v1/jobs", product_photo(&upload)).await;
    assert_eq!(refused.refused(503), "draining");
    assert!(
        refused
            .header("retry-after")
            .parse::<u32>()
            .is_ok_and(|s| s > 0)
    );
    assert_eq!(anna.send_picture(product(3)).await.refused(503), "draining");
    let waiting = anna.job(&id).await;
    assert_eq!(
        (&waiting["status"], &waiting["result"]),
        (&json!("processing"), &Value::Null)
    );
    server.stop().await;
}
