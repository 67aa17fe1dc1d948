//! A narrow model: jobs that wait for it take nothing from jobs that go elsewhere.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::pictures::product;
use crate::shop::{play_all, product_photo, text, until, with};

fn avatar(upload: &str, seed: u32) -> Value {
    json!({"kind": "digital_avatar", "inputs": {"photos": [upload]}, "seed": seed, "fresh": true})
}

#[tokio::test]
async fn a_narrow_model_does_not_hold_back_others_jobs_on_wide_models() {
    let server = Server::with(|config| {
        // As good as never: it has one place, and the first job keeps it.
        let stuck = json!({"latency_ms": 600_000});
        play_all(config, &[("narrow", stuck), ("wide", json!({}))]);
        let row = config.models.get_mut("narrow").expect("a model");
        row.concurrency = 1;
        config.routing.personal = vec!["narrow".into()];
        config.routing.business = vec!["wide".into()];
        config.jobs.concurrency = 3;
        config.jobs.per_user = 100;
        config.jobs.drain_secs = 0;
    })
    .await;
    let (anna, ben) = (server.register("anna").await, server.register("ben").await);
    let upload = anna.upload(product(1)).await;
    let mut waiting = Vec::new();
    for seed in 0..8 {
        waiting.push(text(&anna.submit(avatar(&upload, seed)).await["id"]));
    }
    anna.asked(&waiting[0]).await;
    let upload = ben.upload(product(2)).await;
    for seed in 0..4 {
        let order = with(product_photo(&upload), json!({"seed": seed}));
        let job = ben.make(order).await;
        assert_eq!(job["status"], "completed", "{job}");
    }
    let mut begun = 0;
    for id in &waiting {
        begun += usize::from(anna.job(id).await["status"] == "processing");
    }
    assert_eq!(begun, 2, "one is made, and one waits for its place");

    // Who waits unclaimed may still be cancelled.
    for id in &waiting[2..] {
        let cancelled = anna.post(&format!("/v1/jobs/{id}/cancel"), json!({})).await;
        assert_eq!(cancelled.status, 200, "{}", cancelled.body);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_narrow_model_makes_all_that_wait_for_it_in_their_order() {
    let server = Server::with(|config| {
        play_all(config, &[("narrow", json!({"latency_ms": 30}))]);
        let row = config.models.get_mut("narrow").expect("a model");
        row.concurrency = 1;
        config.jobs.per_user = 100;
    })
    .await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let mut jobs = Vec::new();
    for seed in 0..8 {
        jobs.push(text(&anna.submit(avatar(&upload, seed)).await["id"]));
    }
    until("all are made", || async {
        let completed = "SELECT count(*) FROM jobs WHERE status = 'completed'";
        (server.count(completed) == 8).then_some(())
    })
    .await;
    let mut started = Vec::new();
    for id in &jobs {
        started.push(text(&anna.job(id).await["started_at"]));
    }
    assert!(started.is_sorted(), "{started:?}");
    server.stop().await;
}
