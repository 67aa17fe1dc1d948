//! States of jobs: cancelling, keys that make a submit safe to repeat, fairness, and a limit on time.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server, User};
use crate::pictures::product;
use crate::shop::{START, idle, items, play, product_photo, quick, text, until, with};

async fn cancel(user: &User<'_>, job: &str) -> Answer {
    user.post(&format!("/v1/jobs/{job}/cancel"), json!({}))
        .await
}

async fn submit_with_key(user: &User<'_>, key: &str, body: &Value) -> Answer {
    let request = user.request(Method::POST, "/v1/jobs");
    Answer::of(request.header("Idempotency-Key", key).json(body)).await
}

#[tokio::test]
async fn a_waiting_job_can_be_cancelled_and_is_refunded() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    assert_eq!(anna.balance().await, START - 6);
    let cancelled = cancel(&anna, &id).await;
    assert_eq!(
        (cancelled.status, &cancelled.body["status"]),
        (200, &json!("cancelled"))
    );
    assert_eq!(
        (&cancelled.body["charged"], &cancelled.body["price"]),
        (&json!(0), &json!(6))
    );
    assert_eq!(
        cancelled.body["message"]["en"],
        "Cancelled; your credits are back"
    );
    assert_eq!(cancelled.body["position"], Value::Null);
    let again = cancel(&anna, &id).await;
    assert_eq!(
        (again.status, &again.body["status"]),
        (200, &json!("cancelled"))
    );
    assert_eq!(anna.moves().await, ["charge", "refund"]);
    assert_eq!(anna.balance().await, START);
    server.stop().await;
}

#[tokio::test]
async fn a_job_that_began_cannot_be_cancelled() {
    let server = Server::with(|config| play(config, &json!({"latency_ms": 400}))).await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    anna.once(&id, "processing").await;
    let late = cancel(&anna, &id).await;
    assert_eq!(late.refused(409), "job_not_cancellable");
    assert_eq!(late.body["job_status"], "processing");
    assert_eq!(anna.ended(&id).await["status"], "completed");
    let late = cancel(&anna, &id).await;
    assert_eq!(late.refused(409), "job_not_cancellable");
    assert_eq!(late.body["job_status"], "completed");
    assert_eq!(anna.moves().await, ["charge"]);
    server.stop().await;
}

#[tokio::test]
async fn a_job_past_its_time_fails_and_is_refunded() {
    let server = Server::with(|config| {
        play(config, &json!({"latency_ms": 60_000}));
        config.jobs.limit_secs = 2;
    })
    .await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    anna.asked(&id).await;
    let job = anna.ended(&id).await;
    assert_eq!(
        (&job["status"], &job["error"]["code"]),
        (&json!("failed"), &json!("timeout"))
    );
    assert_eq!((&job["charged"], &job["result"]), (&json!(0), &Value::Null));
    assert_eq!(job["message"]["zh"], "失败，积分已退还");
    assert_eq!(
        anna.attempts(&id).await,
        [("unknown".into(), Some("unknown".into()))]
    );
    assert_eq!(anna.moves().await, ["charge", "refund"]);
    server.stop().await;
}

#[tokio::test]
async fn the_same_key_is_the_same_job() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let body = with(
        product_photo(&upload),
        json!({"settings": {"background": "wood", "lighting": "soft"}}),
    );
    let first = submit_with_key(&anna, "order-1", &body).await;
    assert_eq!(
        (first.status, first.header("idempotency-replayed")),
        (202, "")
    );
    // Written otherwise, but the same request: what is left out is the default.
    let same = with(
        product_photo(&upload),
        json!({"settings": {"background": "wood"}, "label": "visible"}),
    );
    let again = submit_with_key(&anna, "order-1", &same).await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (202, "true")
    );
    assert_eq!(again.body["id"], first.body["id"]);
    let other = with(body.clone(), json!({"seed": 2}));
    let refused = submit_with_key(&anna, "order-1", &other).await;
    assert_eq!(refused.refused(422), "idempotency_mismatch");
    // Also once it is done, and even if its input is gone: the key is looked up first.
    anna.ended(&text(&first.body["id"])).await;
    assert_eq!(
        anna.delete(&format!("/v1/uploads/{upload}")).await.status,
        204
    );
    let done = submit_with_key(&anna, "order-1", &body).await;
    assert_eq!(
        (&done.body["id"], &done.body["status"]),
        (&first.body["id"], &json!("completed"))
    );
    assert_eq!(anna.moves().await, ["charge"]);

    let berta = server.register("berta").await;
    let upload = berta.upload(product(1)).await;
    let hers = submit_with_key(&berta, "order-1", &product_photo(&upload)).await;
    assert_eq!(
        (hers.status, hers.header("idempotency-replayed")),
        (202, "")
    );
    assert_ne!(hers.body["id"], first.body["id"]);
    for bad in ["", "two words", &"x".repeat(256)] {
        let refused = submit_with_key(&anna, bad, &body).await;
        assert_eq!(refused.refused(422), "invalid_parameters", "{bad:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn one_key_from_sixteen_clients_is_one_job_and_one_charge() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    // Fresh, so that only the key can make them one.
    let body = with(product_photo(&upload), json!({"fresh": true}));
    let submits = (0..16).map(|_| submit_with_key(&anna, "order-1", &body));
    let answers = join_all(submits).await;
    let mut ids: Vec<String> = answers.iter().map(|a| text(&a.body["id"])).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert!(answers.iter().all(|a| a.status == 202));
    let replayed = answers
        .iter()
        .filter(|a| a.header("idempotency-replayed") == "true");
    assert_eq!(replayed.count(), 15);
    anna.ended(&ids[0]).await;
    assert_eq!(items(&anna.get("/v1/jobs").await.body).len(), 1);
    assert_eq!(anna.entries().await[1..], [("charge".into(), -6)]);
    server.stop().await;
}

#[tokio::test]
async fn a_refused_submit_does_not_spend_its_key() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        config.credits.signup_bonus = 3;
    })
    .await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let body = product_photo(&upload);
    let bad = with(body.clone(), json!({"output": "poster"}));
    assert_eq!(submit_with_key(&anna, "k", &bad).await.status, 422);
    assert_eq!(
        submit_with_key(&anna, "k", &body).await.refused(402),
        "insufficient_credits"
    );
    let grant = json!({"credits": 10, "reason": "more"});
    root.post(&format!("/v1/admin/users/{}/grants", anna.id), grant)
        .await;
    let taken = submit_with_key(&anna, "k", &body).await;
    assert_eq!(
        (taken.status, taken.header("idempotency-replayed")),
        (202, "")
    );
    assert_eq!(anna.balance().await, 7);
    server.stop().await;
}

#[tokio::test]
async fn only_so_many_jobs_of_a_user_are_in_the_queue() {
    let server = Server::with(|config| {
        play(config, &json!({"latency_ms": 300}));
        config.jobs.per_user = 2;
        config.jobs.concurrency = 4;
    })
    .await;
    let (anna, berta) = (
        server.register("anna").await,
        server.register("berta").await,
    );
    let mut ids = Vec::new();
    for number in 1..=5 {
        ids.push(anna.order(number).await);
    }
    let hers = berta.order(9).await;
    let most = "SELECT coalesce(max(n), 0) FROM
        (SELECT count(*) AS n FROM jobs WHERE admitted = 1 GROUP BY user_id)";
    let peak = std::cell::Cell::new(0);
    until("all are done", || async {
        peak.set(peak.get().max(server.count(most)));
        let live = "SELECT count(*) FROM jobs WHERE completed_at IS NULL";
        (server.count(live) == 0).then_some(())
    })
    .await;
    assert_eq!(peak.get(), 2, "two slots, and both were used");
    let mut started = Vec::new();
    for id in &ids {
        let job = anna.job(id).await;
        assert_eq!(job["status"], "completed");
        started.push(text(&job["started_at"]));
    }
    assert!(
        started.is_sorted(),
        "in the order of submission: {started:?}"
    );
    let hers = text(&berta.job(&hers).await["started_at"]);
    assert!(hers < started[4], "she did not wait behind all of Anna's");
    server.stop().await;
}

#[tokio::test]
async fn a_cancelled_job_makes_room_for_the_next() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        config.jobs.per_user = 2;
        config.jobs.concurrency = 0;
    })
    .await;
    let anna = server.register("anna").await;
    let mut ids = Vec::new();
    for number in 1..=3 {
        ids.push(anna.order(number).await);
    }
    let admitted = |id: &str| server.count(&format!("SELECT admitted FROM jobs WHERE id = '{id}'"));
    assert_eq!([0, 1, 2].map(|at: usize| admitted(&ids[at])), [1, 1, 0]);
    assert_eq!(
        anna.job(&ids[2]).await["status"],
        "pending",
        "outside nobody sees the difference"
    );
    cancel(&anna, &ids[0]).await;
    assert_eq!([0, 1, 2].map(|at: usize| admitted(&ids[at])), [0, 1, 1]);
    // Positions come from a snapshot that is a second old at most.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(anna.job(&ids[1]).await["position"], 1);
    assert_eq!(anna.job(&ids[2]).await["position"], 2);
    server.stop().await;
}

#[tokio::test]
async fn a_full_disk_takes_nothing_new() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        config.jobs.min_free_mb = 1_000_000_000;
    })
    .await;
    let anna = server.register("anna").await;
    assert_eq!(
        anna.send_picture(product(1)).await.refused(507),
        "disk_full"
    );
    let url = "data:image/png;base64,AAAA";
    assert_eq!(
        anna.post("/v1/jobs", product_photo(url)).await.refused(507),
        "disk_full"
    );
    assert_eq!(anna.balance().await, START);
    server.stop().await;
}
