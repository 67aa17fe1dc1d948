//! The result cache: the same request of the same user is answered with the same work, free of charge.

use serde_json::{Value, json};

use crate::harness::Server;
use crate::pictures::product;
use crate::shop::{START, image, play, product_photo, quick, text, with};

#[tokio::test]
async fn the_same_request_again_is_free_and_the_same_work() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let body = with(product_photo(&upload), json!({"reference": "one"}));
    let first = anna.make(body.clone()).await;
    let hit = anna
        .submit(with(body.clone(), json!({"reference": "two"})))
        .await;
    assert_ne!(hit["id"], first["id"]);
    assert_eq!(
        (&hit["status"], &hit["cache"]),
        (&json!("completed"), &json!("hit"))
    );
    assert_eq!(
        (&hit["price"], &hit["charged"], &hit["attempts"]),
        (&json!(0), &json!(0), &json!(0))
    );
    assert_eq!(hit["result"]["work_id"], first["result"]["work_id"]);
    assert_eq!(hit["result"]["cache"], "hit");
    assert_eq!(
        image(&hit)["file_name"],
        "two.jpg",
        "the reference is its own"
    );
    assert_eq!(
        anna.job(&text(&hit["id"])).await["cache"],
        "hit",
        "also when it is read again"
    );
    assert_eq!(anna.moves().await, ["charge"]);

    for (other, why) in [
        (json!({"fresh": true}), "fresh"),
        (json!({"seed": 7}), "another seed"),
        (json!({"output": "1x1-800"}), "another output"),
        (json!({"quality": "high"}), "another quality"),
        (
            json!({"settings": {"background": "wood"}}),
            "another setting",
        ),
    ] {
        let job = anna.make(with(body.clone(), other)).await;
        assert_eq!(
            (&job["cache"], &job["price"]),
            (&Value::Null, &json!(6)),
            "{why}"
        );
        assert_ne!(
            job["result"]["work_id"], first["result"]["work_id"],
            "{why}"
        );
    }
    assert_eq!(anna.balance().await, START - 6 * 6);
    server.stop().await;
}

#[tokio::test]
async fn a_running_job_is_the_answer_to_the_same_request() {
    let server = Server::with(|config| play(config, &json!({"latency_ms": 400}))).await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let first = anna.submit(product_photo(&upload)).await;
    let joined = anna.submit(product_photo(&upload)).await;
    assert_eq!(
        (&joined["id"], &joined["cache"]),
        (&first["id"], &json!("joined"))
    );
    let id = text(&first["id"]);
    anna.once(&id, "processing").await;
    assert_eq!(anna.submit(product_photo(&upload)).await["id"], first["id"]);
    let fresh = anna
        .submit(with(product_photo(&upload), json!({"fresh": true})))
        .await;
    assert_ne!(fresh["id"], first["id"]);
    let (done, fresh) = (anna.ended(&id).await, anna.ended(&text(&fresh["id"])).await);
    assert_eq!(done["cache"], Value::Null, "the job itself was made");
    assert_ne!(done["result"]["work_id"], fresh["result"]["work_id"]);
    assert_eq!(anna.moves().await, ["charge", "charge"]);
    server.stop().await;
}

#[tokio::test]
async fn nobody_gets_anothers_picture() {
    let server = quick().await;
    let (anna, berta) = (
        server.register("anna").await,
        server.register("berta").await,
    );
    let (hers, his) = (anna.photo(1).await, berta.photo(1).await);
    assert_eq!((&his["cache"], &his["price"]), (&Value::Null, &json!(6)));
    assert_ne!(hers["result"]["work_id"], his["result"]["work_id"]);
    server.stop().await;
}

#[tokio::test]
async fn a_deleted_work_answers_nothing_any_more() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let first = anna.photo(1).await;
    let id = text(&first["id"]);
    let hit = anna.order(1).await;
    let work = text(&first["result"]["work_id"]);
    assert_eq!(anna.delete(&format!("/v1/works/{work}")).await.status, 204);
    for job in [&id, &hit] {
        let job = anna.job(job).await;
        assert_eq!(job["status"], "completed");
        assert_eq!(
            (&job["result"], &job["result_gone"]),
            (&Value::Null, &json!(true))
        );
    }
    assert_eq!(anna.job(&id).await["charged"], 6);
    let again = anna.photo(1).await;
    assert_eq!(
        (&again["cache"], &again["price"]),
        (&Value::Null, &json!(6))
    );
    assert_ne!(again["result"]["work_id"], first["result"]["work_id"]);
    server.stop().await;
}

#[tokio::test]
async fn a_failed_job_is_no_answer() {
    let script = json!({"failure_rate": 1.0, "classes": ["blocked_input"]});
    let server = Server::with(|config| play(config, &script)).await;
    let anna = server.register("anna").await;
    let first = anna.order(1).await;
    anna.ended(&first).await;
    let second = anna.order(1).await;
    assert_ne!(first, second);
    anna.ended(&second).await;
    assert_eq!(anna.moves().await, ["charge", "refund", "charge", "refund"]);
    server.stop().await;
}

#[tokio::test]
async fn the_operator_can_turn_it_off() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        config.cache.enabled = false;
    })
    .await;
    let anna = server.register("anna").await;
    anna.photo(1).await;
    assert_eq!(anna.photo(1).await["cache"], Value::Null);
    assert_eq!(anna.balance().await, START - 12);
    server.stop().await;
}
