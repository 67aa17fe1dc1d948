//! What operators see at a glance, and what freezing an account does to its jobs.

use serde_json::json;

use crate::harness::Server;
use crate::pictures::product;
use crate::shop::{START, idle, play, product_photo, quick, text, until};

#[tokio::test]
async fn the_overview_counts_what_happened() {
    let server = Server::with(|config| {
        let plays = json!({"script": [null], "failure_rate": 1.0});
        play(config, &plays);
        config.jobs.per_user = 1;
    })
    .await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let id = text(&anna.photo(1).await["id"]);
    anna.order(1).await;
    anna.post(&format!("/v1/jobs/{id}/feedback"), json!({"rating": 4}))
        .await;
    let seen = root.get("/v1/admin/overview?hours=1").await.body;
    let jobs = &seen["jobs"];
    assert_eq!(
        (&jobs["completed"], &jobs["cache_hits"]),
        (&json!(2), &json!(1)),
        "{seen}"
    );
    assert_eq!(
        (&jobs["failed"], &jobs["success_rate"]),
        (&json!(0), &json!(1.0))
    );
    assert_eq!(
        (&jobs["rating"], &jobs["ratings"]),
        (&json!(4.0), &json!(1))
    );
    assert_eq!(jobs["by_kind"]["product_photo"]["count"], 1);
    assert_eq!(jobs["by_model"]["test"]["count"], 1);
    assert_eq!(
        (&jobs["cost_micros"], &jobs["cost_unknown"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(
        (&seen["queue"]["ready"], &seen["queue"]["processing"]),
        (&json!(0), &json!(0))
    );
    assert!(seen["free_bytes"].as_u64().is_some_and(|b| b > 0));
    for bad in ["hours=0", "hours=745", "days=1"] {
        let refused = root.get(&format!("/v1/admin/overview?{bad}")).await;
        assert_eq!(refused.refused(422), "invalid_parameters", "{bad}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_figures_for_prometheus_are_there_after_a_job() {
    let server = quick().await;
    let anna = server.register("anna").await;
    anna.photo(1).await;
    let figures = until("the figures were counted", || async {
        let figures = text(&server.get("/metrics").await.body);
        Some(figures).filter(|f| f.contains("atelier_queue_jobs{"))
    })
    .await;
    for series in [
        "atelier_jobs_submitted_total ",
        "atelier_job_runs_total{",
        "ended=\"completed\"",
        "atelier_queue_oldest_seconds",
        "atelier_job_pickup_seconds",
        "atelier_job_station_seconds",
        "atelier_model_attempts_total{",
        "class=\"ok\"",
        "atelier_model_seconds",
        "atelier_http_request_seconds",
    ] {
        assert!(
            figures.contains(series),
            "{series} is missing in\n{figures}"
        );
    }
    assert!(!figures.contains(&anna.id), "figures tell of nobody");
    server.stop().await;
}

#[tokio::test]
async fn freezing_cancels_what_waits_and_gives_it_back() {
    let server = idle().await;
    let root = server.admin("root").await;
    let (anna, berta) = (
        server.register("anna").await,
        server.register("berta").await,
    );
    let mut ids = Vec::new();
    for number in 1..=6 {
        ids.push(anna.order(number).await);
    }
    let hers = berta.order(1).await;
    let user = format!("/v1/admin/users/{}", anna.id);
    let frozen = root
        .post(&format!("{user}/freeze"), json!({"reason": "spam"}))
        .await;
    assert_eq!(
        (frozen.status, &frozen.body["state"]),
        (200, &json!("frozen"))
    );
    assert_eq!(frozen.body["credits"], START);
    assert_eq!(anna.get("/v1/jobs").await.refused(403), "account_frozen");
    let upload = product_photo("upl_x");
    assert_eq!(
        anna.post("/v1/jobs", upload).await.refused(403),
        "account_frozen"
    );
    for id in &ids {
        assert_eq!(
            root.get(&format!("/v1/admin/jobs/{id}")).await.body["status"],
            "cancelled"
        );
    }
    assert_eq!(berta.job(&hers).await["status"], "pending");

    assert_eq!(
        root.post(&format!("{user}/unfreeze"), json!({}))
            .await
            .status,
        200
    );
    let anna = server.log_in("anna").await;
    assert_eq!(anna.balance().await, START);
    let upload = anna.upload(product(1)).await;
    assert_eq!(
        anna.submit(product_photo(&upload)).await["status"],
        "pending"
    );
    assert_eq!(anna.balance().await, START - 6);
    server.stop().await;
}

#[tokio::test]
async fn a_frozen_users_running_job_ends_well() {
    let server = Server::with(|config| play(config, &json!({"latency_ms": 500}))).await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    anna.once(&id, "processing").await;
    let user = format!("/v1/admin/users/{}", anna.id);
    root.post(&format!("{user}/freeze"), json!({})).await;
    until("it is done", || async {
        let job = root.get(&format!("/v1/admin/jobs/{id}")).await.body;
        (job["status"] == "completed").then_some(())
    })
    .await;
    root.post(&format!("{user}/unfreeze"), json!({})).await;
    assert_eq!(server.log_in("anna").await.balance().await, START - 6);
    server.stop().await;
}
