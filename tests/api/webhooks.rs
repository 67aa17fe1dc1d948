//! The ends of jobs, told to others: what arrives, what is tried again, and what is never sent.

use atelier::config::Config;
use serde_json::{Value, json};

use crate::harness::{Server, User};
use crate::pictures::product;
use crate::receiver::Receiver;
use crate::shop::{items, play, product_photo, text, until, with};

fn open(config: &mut Config) {
    config.net.allow = vec!["127.0.0.1/32".parse().expect("a net")];
}

/// A server that may tell this machine, and tries again after so many seconds.
async fn telling(delays: &[u32]) -> Server {
    Server::with(|config| {
        play(config, &json!({}));
        open(config);
        config.webhooks.retry_delays_secs = delays.to_vec();
        config.webhooks.disable_after = 1;
    })
    .await
}

/// A new endpoint: its path in the API and its secret.
async fn endpoint(user: &User<'_>, url: &str) -> (String, String) {
    let made = user.post("/v1/webhooks", json!({ "url": url })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let path = made.header("location").to_owned();
    assert_eq!(user.get(&path).await.body["enabled"], true);
    (path, text(&made.body["secret"]))
}

/// The newest delivery once it has this state.
async fn newest(user: &User<'_>, state: &str) -> Value {
    until(state, || async {
        let page = user.get("/v1/webhooks/deliveries").await.body;
        let newest = items(&page).first().cloned();
        newest.filter(|delivery| delivery["state"] == state)
    })
    .await
}

#[tokio::test]
async fn the_end_of_a_job_is_told_and_signed() {
    let server = telling(&[1]).await;
    let receiver = Receiver::start(&[204]);
    let (anna, bert) = (server.register("anna").await, server.register("bert").await);
    let (path, secret) = endpoint(&anna, &receiver.url).await;
    bert.photo(1).await;
    let job = anna.photo(2).await;
    let letter = receiver.wait(1).await.remove(0);
    assert_eq!(letter.signed_by(&secret), 1);
    let told = letter.json();
    assert_eq!(told["type"], "job.completed");
    assert_eq!(told["data"]["id"], job["id"]);
    assert_eq!(told["data"]["result"]["work_id"], job["result"]["work_id"]);
    let link = &told["data"]["result"]["images"][0]["url"];
    assert!(!server.picture(link).await.is_empty(), "its links work");

    let delivery = newest(&anna, "delivered").await;
    assert_eq!(delivery["id"], letter.headers["id"]);
    assert_eq!(delivery["job_id"], job["id"]);
    assert_eq!(
        (&delivery["tries"], &delivery["status"]),
        (&json!(1), &json!(204))
    );
    let of_one = anna.get(&format!("{path}/deliveries")).await.body;
    assert_eq!(items(&of_one).len(), 1);
    let none = anna.get("/v1/webhooks/deliveries?state=failed").await.body;
    assert_eq!(items(&none).len(), 0);
    assert_eq!(bert.get(&path).await.refused(404), "not_found");
    assert_eq!(
        bert.get(&format!("{path}/secret")).await.refused(404),
        "not_found"
    );
    assert_eq!(
        receiver.letters().len(),
        1,
        "only the owner's jobs are told"
    );
    server.stop().await;
}

#[tokio::test]
async fn failures_and_cancels_are_told_as_well() {
    let server = Server::with(|config| {
        let plays = json!({"failure_rate": 1.0, "classes": ["no_image"]});
        play(config, &plays);
        open(config);
        config.jobs.retry_delays_secs = vec![];
        config.jobs.per_user = 1;
    })
    .await;
    let receiver = Receiver::start(&[200]);
    let anna = server.register("anna").await;
    endpoint(&anna, &receiver.url).await;
    let waiting = [anna.order(1).await, anna.order(2).await];
    let cancelled = anna
        .post(&format!("/v1/jobs/{}/cancel", waiting[1]), json!({}))
        .await;
    let letters = receiver.wait(2).await;
    let mut told: Vec<String> = letters.iter().map(|l| text(&l.json()["type"])).collect();
    told.sort();
    let second = match cancelled.status {
        200 => "job.cancelled",
        _ => "job.failed",
    };
    assert_eq!(told, [second.min("job.failed"), "job.failed"]);
    let charged = letters.iter().map(|l| l.json()["data"]["charged"].clone());
    assert!(charged.clone().all(|c| c == 0), "refunded in the same step");
    server.stop().await;
}

#[tokio::test]
async fn what_does_not_arrive_is_sent_again_also_after_a_restart() {
    let server = telling(&[1, 1]).await;
    let receiver = Receiver::start(&[500, 302, 200]);
    let anna = server.register("anna").await;
    let (_, secret) = endpoint(&anna, &receiver.url).await;
    anna.photo(1).await;
    receiver.wait(1).await;
    let directory = server.stop().await;
    let server = Server::in_directory(directory, |config| {
        play(config, &json!({}));
        open(config);
        config.webhooks.retry_delays_secs = vec![1, 1];
    })
    .await;
    let letters = receiver.wait(3).await;
    let ids: Vec<&String> = letters.iter().map(|l| &l.headers["id"]).collect();
    assert!(ids[0] == ids[1] && ids[1] == ids[2], "one id for all tries");
    assert!(letters.iter().all(|l| l.signed_by(&secret) == 1));
    assert!(
        letters.iter().all(|l| l.path == "/hook"),
        "no redirect is followed"
    );
    let anna = server.log_in("anna").await;
    let delivery = newest(&anna, "delivered").await;
    assert_eq!(
        (&delivery["tries"], &delivery["next_try_at"]),
        (&json!(3), &Value::Null)
    );
    server.stop().await;
}

#[tokio::test]
async fn an_endpoint_that_takes_nothing_is_disabled_until_its_owner_says_so() {
    let server = telling(&[]).await;
    let receiver = Receiver::start(&[503]);
    let anna = server.register("anna").await;
    let (path, _) = endpoint(&anna, &receiver.url).await;
    let job = anna.photo(1).await;
    let failed = newest(&anna, "failed").await;
    assert_eq!(failed["error"], "the endpoint answered with status 503");
    let shown = anna.get(&path).await.body;
    assert_eq!(
        (&shown["state"], &shown["enabled"]),
        (&json!("failing"), &json!(false))
    );
    assert!(text(&shown["note"]["en"]).starts_with("Disabled"));
    anna.photo(2).await;
    let replay = format!("/v1/webhooks/deliveries/{}/replay", text(&failed["id"]));
    assert_eq!(
        anna.post(&replay, json!({})).await.refused(409),
        "webhook_disabled"
    );
    receiver.answer(200);
    let enabled = anna.put(&path, json!({"enabled": true})).await.body;
    assert_eq!(
        (&enabled["state"], &enabled["given_up"]),
        (&json!("active"), &json!(0))
    );
    assert_eq!(anna.post(&replay, json!({})).await.status, 202);
    let letters = receiver.wait(2).await;
    assert_eq!(letters.len(), 2, "a disabled endpoint is told nothing");
    assert_eq!(letters[1].headers["id"], text(&failed["id"]));
    assert_eq!(letters[1].json()["data"]["id"], job["id"]);

    receiver.answer(410);
    anna.photo(3).await;
    newest(&anna, "failed").await;
    assert_eq!(anna.get(&path).await.body["state"], "gone");
    server.stop().await;
}

#[tokio::test]
async fn a_job_brings_its_own_url_along() {
    let server = Server::with(|config| {
        play(config, &json!({"latency_ms": 500}));
        open(config);
    })
    .await;
    let receiver = Receiver::start(&[200]);
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let order = |url: String| with(product_photo(&upload), json!({ "webhook_url": url }));
    let (one, two) = (format!("{}/1", receiver.url), format!("{}/2", receiver.url));
    let job = anna.submit(order(one)).await;
    let joined = anna.submit(order(two.clone())).await;
    assert_eq!(
        (&joined["id"], &joined["cache"]),
        (&job["id"], &json!("joined"))
    );
    anna.ended(&text(&job["id"])).await;
    let letters = receiver.wait(2).await;
    let mut paths: Vec<&str> = letters.iter().map(|l| l.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/hook/1", "/hook/2"], "who joins is told as well");
    let secret = text(&anna.get("/v1/webhooks/secret").await.body["secret"]);
    assert!(letters.iter().all(|l| l.signed_by(&secret) == 1));
    let hit = anna.submit(order(two)).await;
    assert_eq!(hit["cache"], "hit");
    let third = receiver.wait(3).await.remove(2);
    assert_eq!(third.json()["data"]["id"], hit["id"]);

    let before = anna.balance().await;
    for (url, word) in [
        ("http://127.0.0.2:1/", "https"),
        ("https://10.0.0.1/hook", "may not"),
        ("ftp://example.com/", "https"),
        ("hook", "https"),
    ] {
        let body = with(
            product_photo(&upload),
            json!({"webhook_url": url, "seed": 9}),
        );
        let refused = anna.post("/v1/jobs", body).await;
        assert_eq!(refused.refused(422), "invalid_parameters", "{url}");
        assert_eq!(refused.body["errors"][0]["pointer"], "/webhook_url");
        let detail = text(&refused.body["errors"][0]["detail"]);
        assert!(detail.contains(word), "{url}: {detail}");
        let refused = anna.post("/v1/webhooks", json!({ "url": url })).await;
        assert_eq!(refused.refused(422), "invalid_parameters", "{url}");
    }
    assert_eq!(anna.balance().await, before, "nothing was charged");
    server.stop().await;
}

#[tokio::test]
async fn a_test_says_how_it_went_and_a_rotated_secret_overlaps() {
    let server = telling(&[]).await;
    let receiver = Receiver::start(&[200, 500]);
    let anna = server.register("anna").await;
    let (path, old) = endpoint(&anna, &receiver.url).await;
    let new = anna.post(&format!("{path}/secret"), json!({})).await.body;
    let new = text(&new["secret"]);
    assert_ne!(new, old);
    let shown = anna.get(&format!("{path}/secret")).await.body;
    assert_eq!(shown["secret"], new);
    let test = anna.post(&format!("{path}/test"), json!({})).await.body;
    assert_eq!(
        (&test["state"], &test["event"]),
        (&json!("delivered"), &json!("webhook.test"))
    );
    let letter = receiver.wait(1).await.remove(0);
    assert_eq!((letter.signed_by(&new), letter.signed_by(&old)), (1, 1));
    let failed = anna.post(&format!("{path}/test"), json!({})).await.body;
    assert_eq!(
        (&failed["state"], &failed["status"]),
        (&json!("failed"), &json!(500))
    );
    let shown = anna.get(&path).await.body;
    assert_eq!(shown["enabled"], true, "a test disables nothing");
    server.stop().await;
}

#[tokio::test]
async fn endpoints_are_few_and_go_with_their_owner() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        open(config);
        config.webhooks.per_user = 1;
    })
    .await;
    let receiver = Receiver::start(&[500]);
    let anna = server.register("anna").await;
    let (path, _) = endpoint(&anna, &receiver.url).await;
    let more = json!({"url": receiver.url});
    assert_eq!(
        anna.post("/v1/webhooks", more.clone()).await.refused(409),
        "too_many_webhooks"
    );
    assert_eq!(anna.delete(&path).await.status, 204);
    assert_eq!(anna.get(&path).await.refused(404), "not_found");
    assert_eq!(items(&anna.get("/v1/webhooks").await.body).len(), 0);
    let moved = anna.post("/v1/webhooks", more).await;
    let path = moved.header("location").to_owned();
    let url = format!("{}/moved", receiver.url);
    let changed = anna
        .put(&path, json!({"url": url, "description": "仓库"}))
        .await;
    assert_eq!(changed.body["description"], "仓库");
    let upload = anna.upload(product(1)).await;
    let body = with(product_photo(&upload), json!({"webhook_url": receiver.url}));
    anna.make(body).await;
    receiver.wait(2).await;
    let erased = anna.delete("/v1/me").await;
    assert_eq!(erased.status, 202, "{}", erased.body);
    for table in ["webhooks", "webhook_secrets", "job_webhooks", "deliveries"] {
        until("it is forgotten", || async {
            (server.count(&format!("SELECT count(*) FROM {table}")) == 0).then_some(())
        })
        .await;
    }
    server.stop().await;
}
