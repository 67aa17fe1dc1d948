//! Moderation: what is blocked, what waits for a person, and that nothing of it costs the wrong credits.

use atelier::blobs::Backend;
use atelier::moderation::Method;
use serde_json::{Value, json};

use crate::cos_double::Double;
use crate::harness::{Server, User};
use crate::pictures::{decode, product};
use crate::shop::{START, each, image, items, product_photo, text, until};
use crate::storages::bucket;

const GOOD: &str = "<Result>0</Result><Label>Normal</Label>";
const BAD: &str = "<Result>1</Result><Label>Porn</Label><Score>95</Score>";
const UNSURE: &str = "<Result>2</Result><Label>Ads</Label><Score>70</Score>";

/// A server that asks the stand-in about every picture.
async fn judged(double: &Double) -> Server {
    double.judge(GOOD);
    Server::with(|config| {
        bucket(config, double, Backend::Local);
        config.moderation.method = Method::Ci;
        config.jobs.retry_delays_secs = Vec::new();
        config.jobs.per_user = 1;
    })
    .await
}

/// A job whose input passes and whose result gets this judgement; answers its id.
async fn made(user: &User<'_>, double: &Double, number: u8, verdict: &str) -> String {
    double.judge(GOOD);
    let upload = user.upload(product(number)).await;
    double.judge(verdict);
    text(&user.submit(product_photo(&upload)).await["id"])
}

async fn held(user: &User<'_>, id: &str) -> Value {
    until("it is held", || async {
        let job = user.job(id).await;
        let words = job["message"]["en"].as_str().unwrap_or_default();
        words.contains("reviewing").then_some(job)
    })
    .await
}

async fn open(root: &User<'_>) -> Vec<String> {
    each(&root.get("/v1/admin/moderation").await.body, "id")
}

async fn actions(root: &User<'_>) -> Vec<String> {
    each(&root.get("/v1/admin/audit").await.body, "action")
}

#[tokio::test]
async fn what_is_blocked_is_refused_or_refunded() {
    let double = Double::start().await;
    let server = judged(&double).await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    double.judge(BAD);
    let refused = anna.send_picture(product(1)).await;
    assert_eq!(refused.refused(422), "picture_blocked");
    assert_eq!(refused.body["retryable"], false);
    assert_eq!(server.count("SELECT count(*) FROM uploads"), 0);

    let id = made(&anna, &double, 2, BAD).await;
    let job = anna.ended(&id).await;
    assert_eq!(
        (&job["status"], &job["result"]),
        (&json!("failed"), &Value::Null)
    );
    assert_eq!(job["error"]["code"], "result_blocked");
    let words = job["error"]["message"]["zh"].as_str().expect("words");
    assert!(words.contains("积分已退还"), "{words}");
    assert_eq!(anna.moves().await, ["charge", "refund"]);
    assert_eq!(anna.balance().await, START);
    assert_eq!(actions(&root).await[..2], ["result.block", "upload.block"]);
    assert_eq!(server.count("SELECT count(*) FROM works"), 0);
    assert_eq!(
        double.names(),
        Vec::<String>::new(),
        "the workbench is cleared"
    );
    server.stop().await;
}

#[tokio::test]
async fn an_unsure_result_is_shown_to_nobody_until_somebody_decides() {
    let double = Double::start().await;
    let server = judged(&double).await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let id = made(&anna, &double, 1, UNSURE).await;
    let job = held(&anna, &id).await;
    assert_eq!(
        (&job["status"], &job["result"]),
        (&json!("pending"), &Value::Null)
    );
    assert_eq!(
        (&job["position"], &job["progress"]),
        (&Value::Null, &json!(90))
    );
    assert!(items(&anna.get("/v1/works").await.body).is_empty());
    assert_eq!(
        anna.moves().await,
        ["charge"],
        "nothing comes back before it is decided"
    );

    let listed = root.get("/v1/admin/moderation").await.body;
    let review = &items(&listed)[0];
    assert_eq!(
        (&review["job_id"], &review["finding"]["label"]),
        (&json!(id), &json!("Ads"))
    );
    assert_eq!(review["image_url"], Value::Null, "a list shows no pictures");
    let path = format!("/v1/admin/moderation/{}", text(&review["id"]));
    assert_eq!(anna.get(&path).await.refused(403), "forbidden");
    let seen = root.get(&path).await.body;
    decode(&server.picture(&seen["image_url"]).await);
    assert_eq!(actions(&root).await[0], "review.look");

    let passed = root.post(&format!("{path}/pass"), json!({})).await;
    assert_eq!(
        (passed.status, &passed.body["state"]),
        (200, &json!("passed"))
    );
    let job = anna.ended(&id).await;
    assert_eq!(job["status"], "completed");
    decode(&server.picture(&image(&job)["url"]).await);
    assert_eq!(actions(&root).await[0], "review.pass");
    let again = root.post(&format!("{path}/block"), json!({})).await;
    assert_eq!(again.refused(409), "conflict");
    assert_eq!(anna.moves().await, ["charge"]);
    server.stop().await;
}

#[tokio::test]
async fn a_held_job_holds_up_nothing_and_ends_in_every_way() {
    let double = Double::start().await;
    let server = judged(&double).await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let blocked = made(&anna, &double, 1, UNSURE).await;
    held(&anna, &blocked).await;
    // The one slot is free again.
    let cancelled = made(&anna, &double, 2, UNSURE).await;
    held(&anna, &cancelled).await;
    assert_eq!(open(&root).await.len(), 2);

    let answer = anna
        .post(&format!("/v1/jobs/{cancelled}/cancel"), json!({}))
        .await;
    assert_eq!(
        (answer.status, &answer.body["status"]),
        (200, &json!("cancelled"))
    );
    let left = open(&root).await;
    let [review] = &left[..] else {
        panic!("{left:?}");
    };
    let path = format!("/v1/admin/moderation/{review}/block");
    assert_eq!(root.post(&path, json!({})).await.status, 200);
    let job = anna.job(&blocked).await;
    assert_eq!(
        (&job["status"], &job["error"]["code"]),
        (&json!("failed"), &json!("result_blocked"))
    );
    assert_eq!(anna.moves().await, ["charge", "charge", "refund", "refund"]);
    assert_eq!(anna.balance().await, START);
    until("their pictures are gone", || async {
        (server.count("SELECT count(*) FROM doomed_blobs") == 0).then_some(())
    })
    .await;
    double.judge(GOOD);
    anna.photo(3).await;
    server.stop().await;
}

#[tokio::test]
async fn an_unsure_input_can_be_used_once_it_passed() {
    let double = Double::start().await;
    let server = judged(&double).await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    double.judge(UNSURE);
    for _ in 0..2 {
        let waits = anna.send_picture(product(1)).await;
        assert_eq!(waits.refused(422), "picture_under_review");
        assert_eq!(waits.body["retryable"], true);
    }
    assert!(items(&anna.get("/v1/uploads").await.body).is_empty());
    let waiting = open(&root).await;
    let [review] = &waiting[..] else {
        panic!("the same picture is reviewed once");
    };
    root.post(&format!("/v1/admin/moderation/{review}/pass"), json!({}))
        .await;
    let known = anna.send_picture(product(1)).await;
    assert_eq!(known.status, 200, "{}", known.body);

    assert_eq!(anna.send_picture(product(2)).await.status, 422);
    let waiting = open(&root).await;
    let [review] = &waiting[..] else {
        panic!("one is open");
    };
    root.post(&format!("/v1/admin/moderation/{review}/block"), json!({}))
        .await;
    assert_eq!(server.count("SELECT count(*) FROM uploads"), 1);
    server.stop().await;
}

#[tokio::test]
async fn without_a_judgement_nothing_passes() {
    let double = Double::start().await;
    let server = judged(&double).await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    for (status, code) in [(403, "AccessDenied"), (503, "SlowDown")] {
        double.fail(100, status, code);
        let refused = anna.send_picture(product(2)).await;
        assert_eq!(refused.refused(503), "moderation_unavailable");
    }
    let job = anna.make(product_photo(&upload)).await;
    assert_eq!(job["error"]["code"], "moderation_unavailable", "{job}");
    assert_eq!(anna.balance().await, START);
    server.stop().await;
}
