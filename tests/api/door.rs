//! What every endpoint shares: problems, methods, ids, limits, headers.

use std::num::NonZeroU32;

use reqwest::Method;

use crate::harness::{Answer, Server};

#[tokio::test]
async fn health_and_site_answer_anybody() {
    let server = Server::start().await;
    assert_eq!(server.get("/healthz").await.body["status"], "ok");
    let ready = server.get("/readyz").await;
    assert_eq!(
        (ready.status, &ready.body["status"]),
        (200, &"ready".into())
    );
    let site = server.get("/v1/site").await;
    assert_eq!(site.body["outputs"][0]["id"], "original");
    assert_eq!(site.header("x-content-type-options"), "nosniff");
    let figures = server.get("/metrics").await;
    let text = figures.body.as_str().expect("not JSON");
    assert!(text.contains("atelier_http_requests_total"), "{text}");
    let head = Answer::of(server.request(Method::HEAD, "/v1/site")).await;
    assert_eq!((head.status, head.body.as_str()), (200, Some("")));
    server.stop().await;
}

#[tokio::test]
async fn problems_speak_the_language_and_name_the_request() {
    let server = Server::start().await;
    let english = server
        .request(Method::GET, "/v1/nothing?secret=1")
        .header("Accept-Language", "en")
        .header("X-Request-Id", "abc-1");
    let english = Answer::of(english).await;
    assert_eq!(english.refused(404), "not_found");
    assert_eq!(english.body["title"], "Not found");
    assert_eq!(english.body["instance"], "/v1/nothing");
    assert_eq!(english.body["request_id"], "abc-1");
    assert_eq!(english.header("x-request-id"), "abc-1");
    let chinese = server.get("/v1/nothing").await;
    assert_eq!(chinese.body["title"], "未找到");
    assert!(chinese.header("x-request-id").starts_with("req_"));
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_method_names_the_right_ones() {
    let server = Server::start().await;
    let answer = Answer::of(server.request(Method::DELETE, "/v1/site")).await;
    assert_eq!(answer.refused(405), "method_not_allowed");
    assert_eq!(answer.header("allow"), "GET, HEAD");
    server.stop().await;
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let server = Server::with(|config| {
        config.rate_limit.enabled = true;
        config.rate_limit.anonymous.burst = NonZeroU32::MIN;
        config.server.cors_origins = vec!["https://shop.example".into()];
    })
    .await;
    assert_eq!(server.get("/v1/site").await.status, 200);
    let again = server
        .request(Method::GET, "/v1/site")
        .header("Origin", "https://shop.example");
    let again = Answer::of(again).await;
    assert_eq!(again.refused(429), "rate_limited");
    assert!(
        again
            .header("ratelimit")
            .starts_with("\"anonymous\";r=0;t=")
    );
    assert_eq!(again.header("ratelimit-policy"), "\"anonymous\";q=300;w=60");
    assert_eq!(again.header("retry-after"), "1");
    let origin = again.header("access-control-allow-origin");
    assert_eq!(origin, "https://shop.example");
    server.stop().await;
}
