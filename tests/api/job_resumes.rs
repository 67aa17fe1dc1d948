//! Pictures that a provider makes while this server is away: their ids are kept, and the next run asks for them.

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::Server;
use crate::pictures::product;
use crate::shop::{START, idle, play, text, until};

/// A model whose pictures are there `poll_ms` after they were asked for.
async fn polling(directory: TempDir, poll_ms: u64) -> Server {
    Server::in_directory(directory, |config| {
        play(config, &json!({"poll_ms": poll_ms}));
        config.jobs.drain_secs = 0;
    })
    .await
}

fn states(attempts: Vec<(String, Option<String>)>) -> Vec<String> {
    attempts.into_iter().map(|(state, _)| state).collect()
}

#[tokio::test]
async fn a_picture_is_asked_for_until_it_is_there() {
    let server = polling(TempDir::new().expect("a directory"), 700).await;
    let anna = server.register("anna").await;
    let job = anna.photo(1).await;
    assert_eq!(job["attempts"], 1);
    let path = format!("/v1/jobs/{}/route", text(&job["id"]));
    let route = anna.get(&path).await.body;
    assert!(
        route["attempts"][0]["took_ms"].as_i64() >= Some(700),
        "{route}"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_stop_leaves_the_picture_to_the_next_start() {
    let server = polling(TempDir::new().expect("a directory"), 60_000).await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    until("the provider's id is kept", || async {
        let kept = server.count("SELECT count(*) FROM attempts WHERE upstream_id IS NOT NULL");
        (kept == 1).then_some(())
    })
    .await;
    let directory = server.stop().await;
    finish_upstream(&directory, &id);

    let server = polling(directory, 60_000).await;
    let anna = server.log_in("anna").await;
    let job = anna.ended(&id).await;
    assert_eq!(
        (&job["status"], &job["retries"]),
        (&json!("completed"), &json!(0))
    );
    assert_eq!(
        states(anna.attempts(&id).await),
        ["done"],
        "asked once, paid once"
    );
    assert_eq!(anna.balance().await, START - 6);
    server.stop().await;
}

#[tokio::test]
async fn a_crash_leaves_the_picture_to_the_next_start() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    let directory = server.stop().await;
    crashed(&directory, &id, "test", "1 ");
    finish_upstream(&directory, &id);

    let server = polling(directory, 60_000).await;
    let anna = server.log_in("anna").await;
    assert_eq!(anna.ended(&id).await["status"], "completed");
    assert_eq!(states(anna.attempts(&id).await), ["done"]);
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_asked_for_any_more_is_unknown_and_made_again() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let (gone, unknown) = (anna.order(1).await, anna.order(2).await);
    let directory = server.stop().await;
    crashed(&directory, &gone, "a model of old", "1 x");
    crashed(&directory, &unknown, "test", "never heard of");

    let server = polling(directory, 10).await;
    let anna = server.log_in("anna").await;
    for (id, class) in [(gone, "model_gone"), (unknown, "timeout")] {
        assert_eq!(anna.ended(&id).await["status"], "completed");
        let attempts = anna.attempts(&id).await;
        assert_eq!(attempts[0], ("unknown".into(), Some(class.into())));
        assert_eq!(states(attempts), ["unknown", "done"]);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_cancelled_job_leaves_nothing_open() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    let directory = server.stop().await;
    attempt(&directory, &id, "test", "1 x");
    let server = Server::in_directory(directory, |config| {
        play(config, &json!({"poll_ms": 10}));
        config.jobs.concurrency = 0;
    })
    .await;
    let anna = server.log_in("anna").await;
    let path = format!("/v1/jobs/{id}/cancel");
    assert_eq!(
        anna.post(&path, Value::Null).await.body["status"],
        "cancelled"
    );
    assert_eq!(states(anna.attempts(&id).await), ["unknown"]);
    server.stop().await;
}

fn open(directory: &TempDir) -> Connection {
    Connection::open(directory.path().join("atelier.db")).expect("the database")
}

/// An open attempt of a job whose picture a provider makes.
fn attempt(directory: &TempDir, job: &str, model: &str, upstream: &str) {
    let sql = "INSERT INTO attempts (job_id, claim, model, provider, upstream_id, started_at)
        VALUES (?1, 1, ?2, 'sandbox', ?3, 1)";
    let inserted = open(directory).execute(sql, (job, model, upstream));
    inserted.expect("an attempt");
}

/// Makes a waiting job look as if the process had died that waited for its picture.
fn crashed(directory: &TempDir, job: &str, model: &str, upstream: &str) {
    let sql = "UPDATE jobs SET status = 'processing', claims = 1, boot = 'gone', progress = 50,
        started_at = created_at, claimed_at = created_at WHERE id = ?1";
    assert_eq!(open(directory).execute(sql, [job]).expect("a row"), 1);
    attempt(directory, job, model, upstream);
}

/// The provider has made the picture in the meantime.
fn finish_upstream(directory: &TempDir, job: &str) {
    let picture = directory.path().join("made.png");
    std::fs::write(&picture, product(77)).expect("a picture");
    let id = format!("1 {}", picture.display());
    let sql = "UPDATE attempts SET upstream_id = ?2 WHERE job_id = ?1 AND upstream_id IS NOT NULL";
    assert_eq!(open(directory).execute(sql, (job, id)).expect("a row"), 1);
}
