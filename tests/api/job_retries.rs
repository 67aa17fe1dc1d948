//! What becomes of a job whose models fail: the same model again, the next one, another run, or the end.

use atelier::config::Config;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server};
use crate::shop::{START, play, play_all, text};

/// One model that plays this script, and retries without a delay.
async fn script(script: Value) -> Server {
    Server::with(|config| {
        play(config, &json!({"script": script}));
        without_delays(config);
    })
    .await
}

fn without_delays(config: &mut Config) {
    config.jobs.retry_delays_secs = vec![0, 0, 0];
}

fn failed(class: &str) -> (String, Option<String>) {
    ("failed".into(), Some(class.into()))
}

fn done() -> (String, Option<String>) {
    ("done".into(), None)
}

#[tokio::test]
async fn a_busy_model_is_asked_again_in_the_same_run() {
    let server = script(json!(["overloaded", null])).await;
    let anna = server.register("anna").await;
    let job = anna.photo(1).await;
    assert_eq!((&job["retries"], &job["attempts"]), (&json!(0), &json!(2)));
    let id = text(&job["id"]);
    assert_eq!(anna.attempts(&id).await, [failed("overloaded"), done()]);
    assert_eq!(anna.moves().await, ["charge"]);
    server.stop().await;
}

#[tokio::test]
async fn a_failed_run_is_followed_by_another() {
    let server = script(json!(["no_image", "no_image", "no_image", null])).await;
    let anna = server.register("anna").await;
    let job = anna.photo(1).await;
    assert_eq!((&job["retries"], &job["attempts"]), (&json!(1), &json!(4)));
    assert_eq!(
        (&job["charged"], anna.balance().await),
        (&json!(6), START - 6)
    );
    assert_eq!(anna.moves().await, ["charge"], "a retry costs nothing");
    server.stop().await;
}

#[tokio::test]
async fn after_three_retries_a_job_fails_and_is_refunded() {
    let server = Server::with(|config| {
        play(
            config,
            &json!({"failure_rate": 1.0, "classes": ["no_image"]}),
        );
        without_delays(config);
    })
    .await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    let job = anna.ended(&id).await;
    assert_eq!(
        (&job["status"], &job["retries"]),
        (&json!("failed"), &json!(3))
    );
    assert_eq!(job["error"]["code"], "no_picture_made");
    assert_eq!((&job["attempts"], &job["charged"]), (&json!(8), &json!(0)));
    assert_eq!(
        (&job["result"], &job["result_gone"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        anna.entries().await[1..],
        [("charge".into(), -6), ("refund".into(), 6)]
    );
    server.stop().await;
}

#[tokio::test]
async fn a_wait_between_runs_says_so_and_can_be_cancelled() {
    let server = Server::with(|config| {
        play(
            config,
            &json!({"failure_rate": 1.0, "classes": ["no_image"]}),
        );
        config.jobs.retry_delays_secs = vec![30, 30, 30];
    })
    .await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    let waiting = crate::shop::until("a retry waits", || async {
        Some(anna.job(&id).await).filter(|job| job["retries"] == 1)
    })
    .await;
    assert_eq!(waiting["status"], "pending");
    let (zh, en) = (
        text(&waiting["message"]["zh"]),
        text(&waiting["message"]["en"]),
    );
    assert!(
        zh == "第 1 次重试，30 秒后" || zh == "第 1 次重试，29 秒后",
        "{zh}"
    );
    assert!(
        en.starts_with("Retry 1 of 3 in ") && en.ends_with(" s"),
        "{en}"
    );
    assert_eq!(waiting["progress"], 50, "progress does not go back");
    let cancelled = anna.post(&format!("/v1/jobs/{id}/cancel"), json!({})).await;
    assert_eq!(
        (cancelled.status, &cancelled.body["status"]),
        (200, &json!("cancelled"))
    );
    assert_eq!(anna.moves().await, ["charge", "refund"]);
    server.stop().await;
}

#[tokio::test]
async fn what_would_fail_again_fails_at_once() {
    for (class, code, attempts, retries) in [
        ("auth", "no_model_available", 1, 0),
        ("quota_exhausted", "no_model_available", 1, 0),
        ("blocked_input", "input_refused", 1, 0),
        ("blocked_severe", "input_refused", 1, 0),
        ("blocked_output", "result_refused", 2, 0),
        ("bad_input", "input_unusable", 1, 0),
        ("internal", "internal", 2, 1),
    ] {
        let server = Server::with(|config| {
            play(config, &json!({"failure_rate": 1.0, "classes": [class]}));
            without_delays(config);
        })
        .await;
        let anna = server.register("anna").await;
        let id = anna.order(1).await;
        let job = anna.ended(&id).await;
        assert_eq!(job["status"], "failed", "{class}");
        assert_eq!(job["error"]["code"], code, "{class}");
        assert_eq!(
            (&job["attempts"], &job["retries"]),
            (&json!(attempts), &json!(retries)),
            "{class}"
        );
        for language in ["zh", "en"] {
            assert!(!text(&job["error"]["message"][language]).is_empty());
        }
        assert_eq!(anna.moves().await, ["charge", "refund"], "{class}");
        assert_eq!(anna.balance().await, START);
        server.stop().await;
    }
}

#[tokio::test]
async fn the_next_model_takes_over_and_the_route_tells_why() {
    let server = Server::with(|config| {
        let models = [
            ("first", json!({"failure_rate": 1.0, "classes": ["auth"]})),
            ("second", json!({})),
        ];
        play_all(config, &models);
        config.routing.business.insert(0, "not-configured".into());
    })
    .await;
    let anna = server.register("anna").await;
    let job = anna.photo(1).await;
    assert_eq!(
        (&job["result"]["model"], &job["retries"]),
        (&json!("second"), &json!(0))
    );
    let id = text(&job["id"]);
    let route = anna.get(&format!("/v1/jobs/{id}/route")).await.body;
    assert_eq!(
        (&route["job_id"], &route["list"]),
        (&job["id"], &json!("business"))
    );
    assert_eq!(route["model"], "second");
    let candidates = route["candidates"].as_array().expect("candidates");
    let row = |c: &Value| {
        (
            text(&c["model"]),
            c["priority"].clone(),
            c["available"].clone(),
        )
    };
    let rows: Vec<_> = candidates.iter().map(row).collect();
    let expected = [
        ("not-configured", 1, false),
        ("first", 2, true),
        ("second", 3, true),
    ];
    let expected = expected.map(|(m, p, a)| (m.to_owned(), json!(p), json!(a)));
    assert_eq!(rows, expected);
    assert_eq!(anna.attempts(&id).await, [failed("auth"), done()]);
    let attempt = &route["attempts"][1];
    assert_eq!(
        (&attempt["model"], &attempt["provider"]),
        (&json!("second"), &json!("sandbox"))
    );
    assert_eq!(attempt["cost_micros"], 0);
    assert!(attempt["started_at"].is_string() && attempt["ended_at"].is_string());
    server.stop().await;
}

#[tokio::test]
async fn a_severe_refusal_is_not_shopped_around() {
    let server = Server::with(|config| {
        let severe = json!({"failure_rate": 1.0, "classes": ["blocked_severe"]});
        play_all(config, &[("first", severe), ("second", json!({}))]);
    })
    .await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    let job = anna.ended(&id).await;
    assert_eq!(
        (&job["status"], &job["error"]["code"]),
        (&json!("failed"), &json!("input_refused"))
    );
    assert_eq!(anna.attempts(&id).await, [failed("blocked_severe")]);
    assert_eq!(anna.balance().await, START);
    server.stop().await;
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_once_more_at_most() {
    let server = Server::with(|config| {
        play(
            config,
            &json!({"failure_rate": 1.0, "classes": ["timeout"]}),
        );
        without_delays(config);
    })
    .await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    let job = anna.ended(&id).await;
    assert_eq!(
        (&job["status"], &job["attempts"]),
        (&json!("failed"), &json!(2))
    );
    let unknown = ("unknown".to_owned(), Some("timeout".to_owned()));
    assert_eq!(anna.attempts(&id).await, [unknown.clone(), unknown]);
    let said = text(&job["error"]["message"]["en"]);
    assert_eq!(said, "The models are not available now; try again later");
    assert_eq!(anna.balance().await, START);
    server.stop().await;
}

#[tokio::test]
async fn the_list_follows_the_kind_and_the_users_mode() {
    let server = Server::with(|config| {
        play_all(config, &[("cheap", json!({})), ("grand", json!({}))]);
        config.routing.personal = vec!["cheap".into()];
        config.routing.business = vec!["grand".into()];
    })
    .await;
    let anna = server.register("anna").await;
    let upload = anna.upload(crate::pictures::product(1)).await;
    let avatar = json!({"kind": "digital_avatar", "inputs": {"photos": upload}});
    assert_eq!(anna.make(avatar.clone()).await["result"]["model"], "cheap");
    assert_eq!(anna.photo(1).await["result"]["model"], "grand");
    assert_eq!(
        anna.put("/v1/me", json!({"mode": "business"})).await.status,
        200
    );
    let again = anna.make(avatar).await;
    assert_eq!(
        (&again["result"]["model"], &again["cache"]),
        (&json!("grand"), &Value::Null)
    );
    server.stop().await;
}

#[tokio::test]
async fn without_a_model_nothing_is_taken() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        config.routing.business = vec!["elsewhere".into()];
    })
    .await;
    let anna = server.register("anna").await;
    let upload = anna.upload(crate::pictures::product(1)).await;
    let request = anna.request(Method::POST, "/v1/jobs");
    let refused = Answer::of(request.json(&crate::shop::product_photo(&upload))).await;
    assert_eq!(refused.refused(503), "no_model_available");
    assert_eq!(
        (&refused.body["retryable"], anna.balance().await),
        (&json!(true), START)
    );
    server.stop().await;
}
