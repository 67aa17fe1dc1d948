//! Jobs as they change: what a stream sends, what it leaves out, and when it ends.

use std::num::NonZeroU32;

use reqwest::Method;
use serde_json::{Value, json};

use crate::feed::{Event, Feed};
use crate::harness::{Answer, Server};
use crate::pictures::product;
use crate::shop::{idle, play, product_photo, quick, text, with};

fn names(events: &[Event]) -> Vec<&str> {
    events.iter().map(|e| e.name.as_str()).collect()
}

fn rising(events: &[Event]) -> bool {
    events.windows(2).all(|pair| pair[0].id < pair[1].id)
}

/// A server that pings as often as it can.
async fn restless() -> Server {
    Server::with(|config| {
        play(config, &json!({}));
        config.jobs.concurrency = 0;
        config.events.ping_secs = NonZeroU32::MIN;
    })
    .await
}

#[tokio::test]
async fn a_job_is_watched_to_its_end() {
    let server = Server::with(|config| play(config, &json!({"latency_ms": 300}))).await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    let request = anna
        .request(Method::GET, &format!("/v1/jobs/{id}/events"))
        .header("Accept-Encoding", "gzip");
    let mut feed = Feed::open(request).await;
    let headers = feed.response.headers();
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["x-accel-buffering"], "no");
    assert_ne!(headers["content-encoding"], "gzip");
    let events = feed.until("job.completed").await;
    assert!(feed.next().await.is_none(), "the stream closes");
    assert!(rising(&events), "{events:?}");
    let seen = names(&events);
    assert!(seen.contains(&"job.progress"), "{seen:?}");
    for event in &events {
        let job = &event.job;
        assert_eq!((event.id, job["id"].as_str()), (revision(job), Some(&*id)));
        let status = match event.name.as_str() {
            "job.pending" => "pending",
            "job.processing" | "job.progress" => "processing",
            _ => "completed",
        };
        assert_eq!(job["status"], status);
    }
    let last = &events[events.len() - 1].job;
    assert_eq!(*last, anna.job(&id).await, "an event carries the whole job");
    server.stop().await;
}

fn revision(job: &Value) -> i64 {
    job["revision"].as_i64().expect("a revision")
}

#[tokio::test]
async fn a_job_that_fails_says_when_it_is_tried_again() {
    let server = Server::with(|config| {
        let plays = json!({"failure_rate": 1.0, "classes": ["no_image"]});
        play(config, &plays);
        config.jobs.retry_delays_secs = vec![1];
    })
    .await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    let mut feed = anna.watch(&format!("/v1/jobs/{id}/events"), None).await;
    let events = feed.until("job.failed").await;
    let retrying = events.iter().find(|e| e.name == "job.retrying");
    let message = &retrying.expect("it waits for a retry").job["message"]["en"];
    assert!(text(message).starts_with("Retry 1 of 1"), "{message}");
    assert!(feed.next().await.is_none());
    assert_eq!(events[events.len() - 1].job["charged"], 0);
    server.stop().await;
}

#[tokio::test]
async fn a_user_hears_of_all_their_jobs_and_of_nobody_elses() {
    let server = idle().await;
    let (anna, bert) = (server.register("anna").await, server.register("bert").await);
    let gone = anna.order(1).await;
    anna.post(&format!("/v1/jobs/{gone}/cancel"), json!({}))
        .await;
    let waiting = anna.order(2).await;
    bert.order(3).await;
    let mut feed = anna.watch("/v1/events", None).await;
    let first = feed.next().await.expect("what is live");
    assert_eq!(first.what(), ("job.pending", waiting.as_str()));
    bert.order(4).await;
    let new = anna.order(5).await;
    let second = feed.next().await.expect("the new job");
    assert_eq!(second.what(), ("job.pending", new.as_str()));
    anna.post(&format!("/v1/jobs/{waiting}/cancel"), json!({}))
        .await;
    let third = feed.next().await.expect("the end of the first");
    assert_eq!(third.what(), ("job.cancelled", waiting.as_str()));
    assert!(first.id < second.id && second.id < third.id);
    server.stop().await;
}

#[tokio::test]
async fn a_long_backlog_comes_whole() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let mut jobs = Vec::new();
    for seed in 0..16 {
        let body = with(product_photo(&upload), json!({"seed": seed}));
        jobs.push(text(&anna.submit(body).await["id"]));
    }
    for start in [None, Some(0)] {
        let mut feed = anna.watch("/v1/events", start).await;
        for job in &jobs {
            let event = feed.next().await.expect("another");
            assert_eq!(event.what(), ("job.pending", job.as_str()));
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn whoever_comes_back_gets_what_changed_meanwhile_as_it_is_now() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let old = anna.photo(1).await;
    let seen = Some(revision(&old));
    let (second, third) = (anna.photo(2).await, anna.photo(3).await);
    let mut feed = anna.watch("/v1/events", seen).await;
    for job in [&second, &third] {
        let event = feed.next().await.expect("a change");
        assert_eq!(event.what().0, "job.completed", "no step is told twice");
        assert_eq!(event.id, revision(job));
    }
    // A number that this database has not reached hides nothing.
    let mut feed = anna.watch("/v1/events", Some(1_000_000)).await;
    feed.block().await;
    let rated = text(&old["id"]);
    let rating = json!({"rating": 5});
    anna.post(&format!("/v1/jobs/{rated}/feedback"), rating)
        .await;
    let event = feed.next().await.expect("a change");
    assert_eq!(event.what(), ("job.completed", rated.as_str()));

    let path = format!("/v1/jobs/{rated}/events");
    let mut feed = anna.watch(&path, seen).await;
    assert_eq!(feed.next().await.map(|e| e.id), Some(event.id));
    let request = anna.request(Method::GET, &path);
    let request = request.header("Last-Event-ID", event.id.to_string());
    assert_eq!(Answer::of(request).await.status, 204, "nothing will come");
    server.stop().await;
}

#[tokio::test]
async fn a_number_from_another_database_hides_no_step_of_a_job() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let job = format!("/v1/jobs/{}", anna.order(1).await);
    let mut feed = anna.watch(&format!("{job}/events"), Some(1_000_000)).await;
    feed.block().await;
    anna.post(&format!("{job}/cancel"), json!({})).await;
    let event = feed.next().await.expect("its end");
    assert_eq!(event.name, "job.cancelled");
    server.stop().await;
}

#[tokio::test]
async fn streams_of_others_and_senseless_ids_are_refused() {
    let server = idle().await;
    let (anna, bert) = (server.register("anna").await, server.register("bert").await);
    let path = format!("/v1/jobs/{}/events", anna.order(1).await);
    assert_eq!(bert.get(&path).await.refused(404), "not_found");
    assert_eq!(server.get("/v1/events").await.refused(401), "unauthorized");
    for id in ["yesterday", "-1", "1.5"] {
        let request = anna.request(Method::GET, "/v1/events");
        let answer = Answer::of(request.header("Last-Event-ID", id)).await;
        assert_eq!(answer.refused(422), "invalid_parameters", "{id}");
    }
    let head = Answer::of(anna.request(Method::HEAD, "/v1/events")).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    server.stop().await;
}

#[tokio::test]
async fn a_quiet_stream_pings_and_ends_with_the_right_to_read_it() {
    let server = restless().await;
    let admin = server.admin("root").await;
    let (anna, bert) = (server.register("anna").await, server.register("bert").await);
    let mut feed = anna.watch("/v1/events", None).await;
    let mut other = bert.watch("/v1/events", None).await;
    assert_eq!(feed.block().await.as_deref(), Some("retry: 2000"));
    assert_eq!(feed.block().await.as_deref(), Some(": ping"));
    let path = format!("/v1/admin/users/{}/freeze", anna.id);
    assert_eq!(admin.post(&path, json!({})).await.status, 200);
    assert!(feed.next().await.is_none(), "a frozen user hears nothing");
    let token = json!({"refresh_token": bert.refresh_token});
    assert_eq!(bert.post("/v1/auth/logout", token).await.status, 204);
    assert!(other.next().await.is_none(), "nor one who logged out");
    server.stop().await;
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let mut feed = anna.watch("/v1/events", None).await;
    feed.block().await;
    server.begin_stop().await;
    assert!(feed.next().await.is_none());
    server.stop().await;
}

#[tokio::test]
async fn a_user_has_so_many_streams_and_a_closed_one_makes_room() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        config.jobs.concurrency = 0;
        config.events.per_user = 1;
        config.events.ping_secs = NonZeroU32::MIN;
    })
    .await;
    let (anna, bert) = (server.register("anna").await, server.register("bert").await);
    let feed = anna.watch("/v1/events", None).await;
    let full = anna.get("/v1/events").await;
    assert_eq!(full.refused(429), "too_many_streams");
    assert_eq!(full.header("retry-after"), "15");
    drop(bert.watch("/v1/events", None).await);
    drop(feed);
    crate::shop::until("there is room again", || async {
        let request = anna.request(Method::GET, "/v1/events");
        let response = request.send().await.expect("the server answers");
        (response.status() == 200).then_some(())
    })
    .await;
    server.stop().await;
}
