//! What jobs cost: nothing without credits, nothing under an unlimited plan, less with a discount.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::pictures::product;
use crate::shop::{START, items, play, product_photo, text, with};

async fn with_plan(plan: Value) -> Server {
    Server::with(|config| {
        play(config, &json!({}));
        let plans = json!({"default": "team", "list": {"team": plan}});
        config.plans = serde_json::from_value(plans).expect("a plan");
    })
    .await
}

#[tokio::test]
async fn without_credits_there_is_no_job_and_no_trace() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        config.credits.signup_bonus = 7;
        config.server.public_url = "https://pictures.example.com".into();
    })
    .await;
    let anna = server.register("anna").await;
    let upload = anna.send_picture(product(1)).await.body;
    let upload = text(&upload["id"]);
    let body = json!({"kind": "fashion_photo", "inputs": {"product": upload}, "batch": "b"});
    let refused = anna.post("/v1/jobs", body.clone()).await;
    assert_eq!(refused.refused(402), "insufficient_credits");
    assert_eq!(
        (&refused.body["required"], &refused.body["balance"]),
        (&json!(8), &json!(7))
    );
    assert_eq!(
        refused.body["links"]["buy"],
        "https://pictures.example.com/#credits"
    );
    assert_eq!(refused.body["retryable"], false);
    let quote = anna.post("/v1/jobs/preview", body).await.body;
    assert_eq!(
        (&quote["enough_credits"], &quote["ok"]),
        (&json!(false), &json!(false))
    );
    assert!(items(&anna.get("/v1/jobs").await.body).is_empty());
    assert_eq!(anna.get("/v1/batches/b").await.status, 404);
    assert_eq!((anna.balance().await, anna.moves().await.len()), (7, 0));
    server.stop().await;
}

#[tokio::test]
async fn an_unlimited_kind_is_free_and_leaves_no_entry() {
    let plan = json!({"label": {"zh": "团队", "en": "Team"}, "unlimited": ["product_photo"]});
    let server = with_plan(plan).await;
    let anna = server.register("anna").await;
    let job = anna.photo(1).await;
    assert_eq!((&job["price"], &job["charged"]), (&json!(0), &json!(0)));
    assert_eq!(job["balance_after"], Value::Null);
    assert_eq!((anna.balance().await, anna.moves().await.len()), (START, 0));
    let upload = anna.upload(product(1)).await;
    let other = anna
        .make(json!({"kind": "fashion_photo", "inputs": {"product": upload}}))
        .await;
    assert_eq!(
        (&other["price"], anna.balance().await),
        (&json!(8), START - 8)
    );
    server.stop().await;
}

#[tokio::test]
async fn a_discount_is_rounded_half_up() {
    let plan = json!({"label": {"zh": "店", "en": "Shop"}, "discount_percent": 25});
    let server = with_plan(plan).await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    // 6 × 0.75 = 4.5
    let job = anna.make(product_photo(&upload)).await;
    assert_eq!((&job["price"], &job["charged"]), (&json!(5), &json!(5)));
    let job = anna
        .make(with(
            product_photo(&upload),
            json!({"kind": "fashion_photo"}),
        ))
        .await;
    assert_eq!(job["price"], 6);
    assert_eq!(anna.balance().await, START - 11);
    server.stop().await;
}

#[tokio::test]
async fn many_at_once_never_spend_more_than_there_is() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        config.credits.signup_bonus = 20;
        config.jobs.concurrency = 0;
    })
    .await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let submits = (1..=10).map(|seed| {
        let body = with(product_photo(&upload), json!({"seed": seed}));
        anna.post("/v1/jobs", body)
    });
    let answers = futures_util::future::join_all(submits).await;
    let taken = answers.iter().filter(|a| a.status == 202).count();
    assert_eq!(taken, 3, "three times six of twenty");
    assert!(
        answers
            .iter()
            .all(|a| a.status == 202 || a.refused(402) == "insufficient_credits")
    );
    assert_eq!(anna.balance().await, 2);
    assert_eq!(anna.moves().await, ["charge"; 3]);
    server.stop().await;
}
