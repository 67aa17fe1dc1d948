//! What customers do all day: upload, submit, wait, download. And servers whose models do as they are told.

use std::time::{Duration, Instant};

use atelier::config::Config;
use atelier::db::{DbError, Query};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server, User};
use crate::pictures;

/// What a customer of these servers starts with.
pub(crate) const START: i64 = 100;

const PATIENCE: Duration = Duration::from_secs(20);

/// Lets one model, `test`, make every picture, and play what is said (`SandboxSettings`).
pub(crate) fn play(config: &mut Config, plays: &Value) {
    play_all(config, &[("test", plays.clone())]);
}

/// Lets these models make every picture, in this order.
pub(crate) fn play_all(config: &mut Config, models: &[(&str, Value)]) {
    let provider = |(name, plays): &(&str, Value)| {
        let row = json!({"kind": "sandbox", "sandbox": plays});
        (
            (*name).to_owned(),
            serde_json::from_value(row).expect("a provider"),
        )
    };
    let model = |(name, _): &(&str, Value)| {
        let row = json!({"provider": name});
        (
            (*name).to_owned(),
            serde_json::from_value(row).expect("a model"),
        )
    };
    config.providers = models.iter().map(provider).collect();
    config.models = models.iter().map(model).collect();
    let list: Vec<String> = models.iter().map(|(name, _)| (*name).to_owned()).collect();
    config.routing.personal = list.clone();
    config.routing.business = list;
    config.matting = serde_json::from_value(json!({"method": "classical"})).expect("a method");
    config.credits.signup_bonus = u32::try_from(START).expect("not negative");
}

/// The local engine makes the pictures: the only one that needs cut-outs.
pub(crate) fn compose(config: &mut Config) {
    config.routing.personal = vec!["studio".into()];
    config.routing.business = vec!["studio".into()];
}

/// A server whose model answers at once.
pub(crate) async fn quick() -> Server {
    Server::with(|config| play(config, &json!({}))).await
}

/// A server that takes jobs and runs none.
pub(crate) async fn idle() -> Server {
    Server::with(|config| {
        play(config, &json!({}));
        config.jobs.concurrency = 0;
    })
    .await
}

/// The body of a product photo of this upload.
pub(crate) fn product_photo(upload: &str) -> Value {
    json!({"kind": "product_photo", "inputs": {"product": upload}})
}

/// `body` with the members of `more` over its own.
pub(crate) fn with(mut body: Value, more: Value) -> Value {
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

/// The pointers of a refusal.
pub(crate) fn pointers(answer: &Answer) -> Vec<&str> {
    let errors = answer.body["errors"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    errors
        .iter()
        .filter_map(|e| e["pointer"].as_str())
        .collect()
}

/// Polls until `found` answers something.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    found: impl Fn() -> F,
) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = found().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited too long until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

impl User<'_> {
    /// Sends raw bytes as an upload.
    pub(crate) async fn send_picture(&self, bytes: Vec<u8>) -> Answer {
        let request = self.request(Method::POST, "/v1/uploads");
        Answer::of(request.header("Content-Type", "image/png").body(bytes)).await
    }

    /// An upload of this picture.
    pub(crate) async fn upload(&self, bytes: Vec<u8>) -> String {
        let answer = self.send_picture(bytes).await;
        assert!(matches!(answer.status, 200 | 201), "{}", answer.body);
        text(&answer.body["id"])
    }

    /// Submits a job that is accepted.
    pub(crate) async fn submit(&self, body: Value) -> Value {
        let answer = self.post("/v1/jobs", body).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        answer.body
    }

    /// Submits a product photo with another picture for each `number`; answers its id.
    pub(crate) async fn order(&self, number: u8) -> String {
        let upload = self.upload(pictures::product(number)).await;
        text(&self.submit(product_photo(&upload)).await["id"])
    }

    /// Submits a job and waits for its end.
    pub(crate) async fn make(&self, body: Value) -> Value {
        let job = self.submit(body).await;
        self.ended(&text(&job["id"])).await
    }

    /// Submits a product photo and waits until it is there.
    pub(crate) async fn photo(&self, number: u8) -> Value {
        let id = self.order(number).await;
        let job = self.ended(&id).await;
        assert_eq!(job["status"], "completed", "{job}");
        job
    }

    /// The job as it is.
    pub(crate) async fn job(&self, id: &str) -> Value {
        let answer = self.get(&format!("/v1/jobs/{id}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// The job once it is final. A slow machine may need minutes for a picture of the local engine.
    pub(crate) async fn ended(&self, id: &str) -> Value {
        let mut job = Value::Null;
        for _ in 0..4 {
            let request = self.request(Method::GET, &format!("/v1/jobs/{id}"));
            job = Answer::of(request.header("Prefer", "wait=60")).await.body;
            if ["completed", "failed", "cancelled"]
                .contains(&job["status"].as_str().unwrap_or_default())
            {
                return job;
            }
        }
        panic!("it does not end: {job}")
    }

    /// The job once it has this status.
    pub(crate) async fn once(&self, id: &str, status: &str) -> Value {
        until(status, || async {
            Some(self.job(id).await).filter(|job| job["status"] == status)
        })
        .await
    }

    /// The job once a model is asked for its picture.
    pub(crate) async fn asked(&self, id: &str) -> Value {
        until("a model is asked", || async {
            let job = self.job(id).await;
            let status = text(&job["status"]);
            assert!(matches!(status.as_str(), "pending" | "processing"), "{job}");
            Some(job).filter(|job| job["progress"] == 50)
        })
        .await
    }

    /// The balance.
    pub(crate) async fn balance(&self) -> i64 {
        let credits = self.get("/v1/credits").await.body;
        credits["balance"].as_i64().expect("a balance")
    }

    /// Kind and amount of every entry, oldest first.
    pub(crate) async fn entries(&self) -> Vec<(String, i64)> {
        let page = self.get("/v1/credits/entries?limit=100").await.body;
        let entry = |e: &Value| (text(&e["kind"]), e["amount"].as_i64().expect("an amount"));
        let mut entries: Vec<_> = items(&page).iter().map(entry).collect();
        entries.reverse();
        entries
    }

    /// The kinds of the entries after the first, oldest first.
    pub(crate) async fn moves(&self) -> Vec<String> {
        let entries = self.entries().await;
        entries.into_iter().skip(1).map(|(kind, _)| kind).collect()
    }

    /// State and class of every attempt of a job.
    pub(crate) async fn attempts(&self, job: &str) -> Vec<(String, Option<String>)> {
        let route = self.get(&format!("/v1/jobs/{job}/route")).await.body;
        let attempts = route["attempts"].as_array().expect("attempts");
        let attempt = |a: &Value| (text(&a["state"]), a["class"].as_str().map(str::to_owned));
        attempts.iter().map(attempt).collect()
    }
}

impl Server {
    /// Follows a link that we handed out.
    pub(crate) async fn follow(&self, url: &Value) -> Answer {
        let url = url.as_str().expect("a link");
        let path = url.strip_prefix(&self.url).expect("our own address");
        self.get(path).await
    }

    /// The picture behind a link that we handed out.
    pub(crate) async fn picture(&self, url: &Value) -> Vec<u8> {
        let answer = self.follow(url).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.bytes
    }

    /// What a query counts.
    pub(crate) fn count(&self, sql: &str) -> i64 {
        let count: Result<i64, DbError> = self.db().read(|r| Ok(r.one(sql, [], |row| row.get(0))?));
        count.expect("a number")
    }
}

/// The items of a list.
pub(crate) fn items(page: &Value) -> &[Value] {
    page["items"].as_array().expect("items")
}

/// A member of every item of a list, as text.
pub(crate) fn each(page: &Value, member: &str) -> Vec<String> {
    items(page).iter().map(|item| text(&item[member])).collect()
}

/// A JSON string.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// The first picture of a finished job.
pub(crate) fn image(job: &Value) -> &Value {
    let image = &job["result"]["images"][0];
    assert!(image.is_object(), "{job}");
    image
}
