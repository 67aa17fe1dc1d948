//! The caller's own account and what they accepted.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, Server};

#[tokio::test]
async fn me_says_everything_about_an_account() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let me = anna.get("/v1/me").await;
    assert_eq!(me.status, 200);
    assert_eq!(me.body["id"], anna.id.as_str());
    assert_eq!(me.body["role"], "user");
    assert_eq!(me.body["mode"], "personal");
    assert_eq!(me.body["subscription"]["plan"], json!(null));
    let features =
        json!({"unlimited_generation": false, "priority_processing": false, "discount": 0});
    assert_eq!(me.body["subscription"]["features"], features);
    let settings =
        json!({"notifications": true, "auto_save": true, "quality": null, "language": null});
    assert_eq!(me.body["settings"], settings);
    let statistics = json!({"works_created": 0, "works_shared": 0, "generation_seconds": 0, "favorite_count": 0});
    assert_eq!(me.body["statistics"], statistics);
    server.stop().await;
}

#[tokio::test]
async fn some_fields_change_and_the_others_stay() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let first = json!({"nickname": "小安", "settings": {"quality": "high", "auto_save": false}});
    assert_eq!(anna.put("/v1/me", first).await.status, 200);
    let second = anna
        .request(Method::PATCH, "/v1/me")
        .json(&json!({"mode": "business", "settings": {"quality": null, "language": "en"}}));
    let me = Answer::of(second).await.body;
    assert_eq!(
        (&me["nickname"], &me["mode"]),
        (&json!("小安"), &json!("business"))
    );
    let settings =
        json!({"notifications": true, "auto_save": false, "quality": null, "language": "en"});
    assert_eq!(me["settings"], settings);
    assert_eq!(anna.get("/v1/me").await.body, me);
    server.stop().await;
}

#[tokio::test]
async fn fields_that_are_wrong_are_named_and_nothing_changes() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    for (body, pointer) in [
        (json!({"nickname": " "}), "/nickname"),
        (
            json!({"avatar_url": "http://example.com/a.png"}),
            "/avatar_url",
        ),
        (
            json!({"settings": {"quality": "best"}}),
            "/settings/quality",
        ),
        (json!({"role": "admin"}), "/role"),
        (json!({"credits": 1000}), "/credits"),
    ] {
        let refused = anna.put("/v1/me", body).await;
        assert_eq!(refused.refused(422), "invalid_parameters");
        assert_eq!(
            refused.body["errors"][0]["pointer"], pointer,
            "{}",
            refused.body
        );
    }
    let me = anna.get("/v1/me").await.body;
    assert_eq!(
        (&me["nickname"], &me["role"]),
        (&json!(null), &json!("user"))
    );
    server.stop().await;
}

#[tokio::test]
async fn everyone_can_be_given_a_plan() {
    let server = Server::with(|config| {
        config.plans = serde_json::from_value(json!({
            "default": "team",
            "list": {"team": {
                "label": {"zh": "团队", "en": "Team"},
                "unlimited": ["virtual_tryon", "fashion_photo", "digital_avatar", "product_photo"],
            }},
        }))
        .expect("plans");
    })
    .await;
    let anna = server.register("anna").await;
    let subscription = anna.get("/v1/me").await.body["subscription"].clone();
    assert_eq!(subscription["plan"], "team");
    assert_eq!(subscription["features"]["unlimited_generation"], true);
    server.stop().await;
}

#[tokio::test]
async fn documents_are_accepted_in_the_version_in_force() {
    let server = Server::with(|config| {
        config.site.consents = serde_json::from_value(json!({
            "likeness": {"version": "2", "title": {"zh": "肖像", "en": "Likeness"}, "url": "/likeness"},
            "terms": {"version": ""},
        }))
        .expect("documents");
    })
    .await;
    let anna = server.register("anna").await;
    let asked = anna.get("/v1/me/consents").await.body;
    assert_eq!(asked["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(asked["items"][0]["accepted_at"], json!(null));
    for (document, version, pointer) in [("terms", "", "/document"), ("likeness", "1", "/version")]
    {
        let body = json!({"document": document, "version": version});
        let refused = anna.post("/v1/me/consents", body).await;
        assert_eq!(refused.refused(422), "invalid_parameters");
        assert_eq!(refused.body["errors"][0]["pointer"], pointer);
    }
    let body = json!({"document": "likeness", "version": "2"});
    assert_eq!(anna.post("/v1/me/consents", body).await.status, 200);
    let asked = anna.get("/v1/me/consents").await.body;
    assert!(asked["items"][0]["accepted_at"].is_string());
    let site = server.get("/v1/site").await.body;
    assert_eq!(site["consents"][0]["document"], "likeness");
    server.stop().await;
}
