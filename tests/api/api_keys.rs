//! API keys: shown once, and good for what their scopes say.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, Server};

#[tokio::test]
async fn a_key_is_shown_once_and_opens_what_its_scopes_say() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let body = json!({"name": "shop", "scopes": ["account"]});
    let made = anna.post("/v1/api-keys", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let key = made.body["key"].as_str().expect("the key itself");
    assert!(key.starts_with("atl_"));
    let listed = anna.get("/v1/api-keys").await.body;
    assert_eq!(listed["items"][0]["scopes"], json!(["account"]));
    assert!(!listed.to_string().contains(key));

    let with_key = |path: &str| server.request(Method::GET, path).bearer_auth(key);
    assert_eq!(
        Answer::of(with_key("/v1/me")).await.body["username"],
        "anna"
    );
    let refused = Answer::of(with_key("/v1/credits")).await;
    assert_eq!(refused.refused(403), "scope_missing");
    assert_eq!(refused.body["scope"], "credits");
    for path in ["/v1/api-keys", "/v1/admin/users"] {
        assert_eq!(
            Answer::of(with_key(path)).await.refused(403),
            "scope_missing",
            "{path}"
        );
    }
    let password = server
        .request(Method::POST, "/v1/auth/password")
        .bearer_auth(key);
    let password = Answer::of(password.json(&json!({"new": "new horse battery"}))).await;
    assert_eq!(password.refused(403), "scope_missing");

    let path = format!("/v1/api-keys/{}", made.body["id"].as_str().unwrap());
    assert_eq!(anna.delete(&path).await.status, 204);
    assert_eq!(anna.delete(&path).await.refused(404), "not_found");
    assert_eq!(
        Answer::of(with_key("/v1/me")).await.refused(401),
        "unauthorized"
    );
    server.stop().await;
}

#[tokio::test]
async fn keys_have_names_scopes_and_a_limit() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    for (body, pointer) in [
        (json!({"name": "", "scopes": ["jobs"]}), "/name"),
        (json!({"name": "shop", "scopes": []}), "/scopes"),
        (
            json!({"name": "shop", "scopes": ["everything"]}),
            "/scopes/0",
        ),
        (json!({"name": "shop", "scopes": ["admin"]}), "/scopes"),
    ] {
        let refused = anna.post("/v1/api-keys", body).await;
        assert_eq!(refused.refused(422), "invalid_parameters");
        assert_eq!(
            refused.body["errors"][0]["pointer"], pointer,
            "{}",
            refused.body
        );
    }
    let body = json!({"name": "shop", "scopes": ["jobs", "uploads"]});
    for _ in 0..20 {
        assert_eq!(anna.post("/v1/api-keys", body.clone()).await.status, 201);
    }
    assert_eq!(
        anna.post("/v1/api-keys", body).await.refused(409),
        "conflict"
    );
    server.stop().await;
}

#[tokio::test]
async fn somebody_elses_key_is_not_there() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let body = json!({"name": "shop", "scopes": ["jobs"]});
    let made = anna.post("/v1/api-keys", body).await;
    let path = format!("/v1/api-keys/{}", made.body["id"].as_str().unwrap());
    let berta = server.register("berta").await;
    assert_eq!(berta.delete(&path).await.refused(404), "not_found");
    assert_eq!(berta.get("/v1/api-keys").await.body["items"], json!([]));
    server.stop().await;
}
