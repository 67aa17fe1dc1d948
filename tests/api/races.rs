//! Many clients at once: one balance, one key, one quota, one job; and workers that come too late.

use std::time::Duration;

use atelier::db::{DbError, Query};
use atelier::ids::BootId;
use atelier::jobs::queue;
use atelier::time::Moment;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server, User};
use crate::pictures;
use crate::shop::{START, idle, play, product_photo, text, until, with};

const PRICE: i64 = 6;

/// An order for another picture of the same product.
fn another(upload: &str, seed: usize) -> Value {
    with(product_photo(upload), json!({"seed": seed, "fresh": true}))
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|a| a.status == status).count()
}

#[tokio::test]
async fn sixty_four_clients_spend_one_balance() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(pictures::product(1)).await;
    let orders = (0..64).map(|seed| anna.post("/v1/jobs", another(&upload, seed)));
    let answers = join_all(orders).await;
    let paid = usize::try_from(START / PRICE).expect("not negative");
    assert_eq!(
        (count(&answers, 202), count(&answers, 402)),
        (paid, 64 - paid)
    );
    for refused in answers.iter().filter(|a| a.status == 402) {
        assert_eq!(
            (&refused.body["required"], &refused.body["balance"]),
            (&json!(PRICE), &json!(START % PRICE))
        );
    }
    assert_eq!(anna.moves().await, vec!["charge"; paid]);
    assert_eq!(anna.balance().await, START % PRICE);
    assert_eq!(server.count("SELECT count(*) FROM jobs"), START / PRICE);
    server.stop().await;
}

#[tokio::test]
async fn thirty_two_clients_stay_within_fair_use() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        config.jobs.concurrency = 0;
        config.plans = serde_json::from_value(json!({"default": "team", "list": {"team": {
            "label": {"zh": "团队", "en": "Team"}, "unlimited": ["product_photo"], "fair_use": 20,
        }}}))
        .expect("plans");
    })
    .await;
    let anna = server.register("anna").await;
    let upload = anna.upload(pictures::product(1)).await;
    let orders = (0..32).map(|seed| anna.post("/v1/jobs", another(&upload, seed)));
    let answers = join_all(orders).await;
    assert_eq!(count(&answers, 202), 32);
    let free = answers.iter().filter(|a| a.body["price"] == 0).count();
    assert_eq!(free, 20);
    assert_eq!(anna.balance().await, START - 12 * PRICE);
    assert_eq!(anna.moves().await, vec!["charge"; 12]);
    server.stop().await;
}

#[tokio::test]
async fn one_key_from_thirty_two_clients_is_one_job() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(pictures::product(1)).await;
    let orders = (0..32).map(|_| {
        let order = anna
            .request(Method::POST, "/v1/jobs")
            .header("Idempotency-Key", "one");
        Answer::of(order.json(&another(&upload, 1)))
    });
    let answers = join_all(orders).await;
    assert_eq!(count(&answers, 202), 32);
    assert!(
        answers
            .iter()
            .all(|a| a.body["id"] == answers[0].body["id"])
    );
    let replayed = answers
        .iter()
        .filter(|a| a.header("idempotency-replayed") == "true");
    assert_eq!(replayed.count(), 31);
    assert_eq!(anna.moves().await, ["charge"]);
    assert_eq!(server.count("SELECT count(*) FROM jobs"), 1);

    // The same click without a key: the cache joins all but one.
    let orders = (0..32).map(|_| anna.post("/v1/jobs", product_photo(&upload)));
    let answers = join_all(orders).await;
    let joined = answers.iter().filter(|a| a.body["cache"] == "joined");
    assert_eq!((count(&answers, 202), joined.count()), (32, 31));
    assert_eq!(anna.moves().await, ["charge"; 2]);
    server.stop().await;
}

#[tokio::test]
async fn parallel_uploads_keep_the_quota() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        config.uploads.quota_mb = 1;
    })
    .await;
    let anna = server.register("anna").await;
    // About 270 kB each: three of them fit.
    let uploads = (1..=8).map(|seed| anna.send_picture(pictures::noise(300, seed)));
    let answers = join_all(uploads).await;
    assert_eq!((count(&answers, 201), count(&answers, 413)), (3, 5));
    let kept = server.count("SELECT sum(bytes) FROM uploads");
    assert!((500_000..=1_000_000).contains(&kept), "{kept}");
    server.stop().await;
}

#[tokio::test]
async fn a_job_is_cancelled_and_refunded_once() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(pictures::product(1)).await;
    let job = text(&anna.submit(another(&upload, 1)).await["id"]);
    let path = format!("/v1/jobs/{job}/cancel");
    let answers = join_all((0..16).map(|_| anna.post(&path, json!({})))).await;
    assert_eq!(count(&answers, 200), 16);
    assert!(answers.iter().all(|a| a.body["status"] == "cancelled"));
    assert_eq!(anna.moves().await, ["charge", "refund"]);
    assert_eq!(anna.balance().await, START);
    server.stop().await;
}

/// Submits and cancels a little later: perhaps before the claim, perhaps after it. True if it was cancelled.
async fn submit_and_cancel(anna: &User<'_>, upload: &str, seed: usize) -> bool {
    let job = text(&anna.submit(another(upload, seed)).await["id"]);
    tokio::time::sleep(Duration::from_micros(300 * seed as u64)).await;
    let cancel = anna
        .post(&format!("/v1/jobs/{job}/cancel"), json!({}))
        .await;
    let ended = anna.ended(&job).await;
    let (status, charged) = match cancel.status {
        200 => ("cancelled", 0),
        _ => ("completed", PRICE),
    };
    if cancel.status != 200 {
        assert_eq!(cancel.refused(409), "job_not_cancellable");
    }
    assert_eq!(
        (&ended["status"], &ended["charged"]),
        (&json!(status), &json!(charged))
    );
    cancel.status == 200
}

#[tokio::test]
async fn a_cancel_against_a_claim_has_one_winner() {
    let server = Server::with(|config| {
        play(config, &json!({"latency_ms": 20}));
        config.credits.signup_bonus = 1000;
        config.jobs.per_user = 8;
    })
    .await;
    let anna = server.register("anna").await;
    let upload = anna.upload(pictures::product(1)).await;
    let races = (0..24).map(|seed| submit_and_cancel(&anna, &upload, seed));
    let cancelled = join_all(races).await.into_iter().filter(|won| *won).count();
    let made = 24 - i64::try_from(cancelled).expect("a count");
    assert_eq!(anna.balance().await, 1000 - made * PRICE);
    assert_eq!(server.count("SELECT count(*) FROM works"), made);
    let refunds = server.count("SELECT count(*) FROM entries WHERE kind = 'refund'");
    assert_eq!(refunds, 24 - made);
    server.stop().await;
}

/// Runs that found their claim lost, in this process.
async fn late_runs(server: &Server) -> u64 {
    let metrics = server.get("/metrics").await.body;
    let metrics = metrics.as_str().expect("a text").to_owned();
    let lines = metrics
        .lines()
        .filter(|line| line.starts_with("atelier_job_runs_total"));
    let late = lines.filter(|line| line.contains("ended=\"lost\""));
    late.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
        .sum()
}

async fn one_more_late_run(server: &Server, before: u64) {
    until("a worker comes too late", || async {
        (late_runs(server).await > before).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_lost_its_claim_to_another_changes_nothing() {
    let server = Server::with(|config| play(config, &json!({"latency_ms": 1500}))).await;
    let anna = server.register("anna").await;
    let job = anna.order(1).await;
    anna.asked(&job).await;
    let before = late_runs(&server).await;
    // The sweep as it would be if it took the worker for dead.
    let boot: Result<BootId, DbError> = server.db().read(|r| {
        Ok(r.one("SELECT boot FROM jobs WHERE id = ?1", [&job], |row| {
            row.get(0)
        })?)
    });
    let swept = queue::give_back_strays(
        server.db(),
        boot.expect("a boot"),
        Vec::new(),
        4,
        Moment::now(),
    );
    assert_eq!(swept.await.expect("a sweep").given_back, 1);
    one_more_late_run(&server, before).await;
    let meanwhile = anna.job(&job).await;
    let live = ["pending", "processing"].map(Value::from);
    assert!(live.contains(&meanwhile["status"]), "{meanwhile}");
    assert_eq!(meanwhile["result"], Value::Null);

    let ended = anna.ended(&job).await;
    assert_eq!(
        (&ended["status"], &ended["retries"]),
        (&json!("completed"), &json!(0))
    );
    let states: Vec<String> = anna
        .attempts(&job)
        .await
        .into_iter()
        .map(|(state, _)| state)
        .collect();
    assert_eq!(states, ["unknown", "done"]);
    assert_eq!(server.count("SELECT count(*) FROM works"), 1);
    assert_eq!(anna.moves().await, ["charge"]);
    server.stop().await;
}

#[tokio::test]
async fn a_worker_whose_job_was_ended_and_repeated_changes_nothing() {
    let server = Server::with(|config| play(config, &json!({"latency_ms": 800}))).await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let job = anna.order(1).await;
    anna.asked(&job).await;
    let before = late_runs(&server).await;
    let stopped = root
        .post(&format!("/v1/admin/jobs/{job}/fail"), json!({}))
        .await;
    assert_eq!(stopped.status, 200, "{}", stopped.body);
    let again = root
        .post(&format!("/v1/admin/jobs/{job}/retry"), json!({}))
        .await;
    assert_eq!(again.status, 201, "{}", again.body);
    one_more_late_run(&server, before).await;

    let failed = anna.job(&job).await;
    assert_eq!(
        (&failed["status"], &failed["error"]["code"]),
        (&json!("failed"), &json!("stopped_by_operator"))
    );
    let repeated = server.count("SELECT count(*) FROM jobs WHERE retry_of IS NOT NULL");
    assert_eq!(repeated, 1);
    until("the repeated job ends", || async {
        let made = server.count("SELECT count(*) FROM works WHERE job_id IN (SELECT id FROM jobs WHERE retry_of IS NOT NULL)");
        (made == 1).then_some(())
    })
    .await;
    assert_eq!(server.count("SELECT count(*) FROM works"), 1);
    assert_eq!(anna.moves().await, ["charge", "refund"]);
    assert_eq!(anna.balance().await, START);
    server.stop().await;
}
