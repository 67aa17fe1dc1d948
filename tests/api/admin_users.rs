//! What administrators do to users.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, PASSWORD, Server};

#[tokio::test]
async fn only_administrators_come_in() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let user = format!("/v1/admin/users/{}", anna.id);
    for path in [
        "/v1/admin/users",
        &user,
        "/v1/admin/links",
        "/v1/admin/audit",
        "/v1/admin/ledger/verify",
    ] {
        assert_eq!(anna.get(path).await.refused(403), "forbidden", "{path}");
        assert_eq!(
            server.get(path).await.refused(401),
            "unauthorized",
            "{path}"
        );
    }
    let grant = json!({"credits": 5, "reason": "me"});
    assert_eq!(
        anna.post(&format!("{user}/grants"), grant)
            .await
            .refused(403),
        "forbidden"
    );
    assert_eq!(
        anna.put(&user, json!({"role": "admin"})).await.refused(403),
        "forbidden"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_frozen_user_is_out_at_once_and_in_again_when_thawed() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    assert_eq!(anna.get("/v1/me").await.status, 200);
    let path = |verb: &str| format!("/v1/admin/users/{}/{verb}", anna.id);
    let frozen = root
        .post(&path("freeze"), json!({"reason": "complaints"}))
        .await;
    assert_eq!(
        (frozen.status, &frozen.body["state"]),
        (200, &json!("frozen"))
    );
    assert_eq!(anna.get("/v1/me").await.refused(403), "account_frozen");
    let log_in = json!({"username": "anna", "password": PASSWORD});
    let refused = server.post("/v1/auth/login", log_in).await;
    assert_eq!(refused.refused(403), "account_frozen");
    let refresh = json!({"refresh_token": anna.refresh_token});
    let refused = server.post("/v1/auth/refresh", refresh).await;
    assert_eq!(refused.refused(403), "account_frozen");
    let thawed = Answer::of(root.request(Method::POST, &path("unfreeze"))).await;
    assert_eq!(
        (thawed.status, &thawed.body["state"]),
        (200, &json!("active"))
    );
    assert_eq!(anna.get("/v1/me").await.status, 200);
    let audit = root.get("/v1/admin/audit").await.body;
    assert_eq!(audit["items"][0]["action"], "user.unfreeze");
    assert_eq!(audit["items"][1]["detail"]["reason"], "complaints");
    assert_eq!(audit["items"][1]["actor_id"], root.id.as_str());
    assert_eq!(audit["items"][1]["target"], anna.id.as_str());
    server.stop().await;
}

#[tokio::test]
async fn roles_and_modes_change_but_not_ones_own_role() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let path = format!("/v1/admin/users/{}", anna.id);
    let changed = root
        .put(&path, json!({"role": "admin", "mode": "business"}))
        .await;
    assert_eq!(
        (&changed.body["role"], &changed.body["mode"]),
        (&json!("admin"), &json!("business"))
    );
    assert_eq!(anna.get("/v1/admin/users").await.status, 200);
    root.put(&path, json!({"role": "user"})).await;
    assert_eq!(anna.get("/v1/admin/users").await.refused(403), "forbidden");
    let own = format!("/v1/admin/users/{}", root.id);
    assert_eq!(
        root.put(&own, json!({"role": "user"})).await.refused(409),
        "conflict"
    );
    let freeze = root.post(&format!("{own}/freeze"), json!({})).await;
    assert_eq!(freeze.refused(409), "conflict");
    let nobody = "/v1/admin/users/usr_00000000000000000000000000000000";
    assert_eq!(root.get(nobody).await.refused(404), "not_found");
    assert_eq!(
        root.put(nobody, json!({"role": "user"})).await.refused(404),
        "not_found"
    );
    server.stop().await;
}

#[tokio::test]
async fn users_are_listed_page_by_page_and_found() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    for name in ["anna", "小红书店", "Hanna"] {
        server.register(name).await;
    }
    let list = async |query: &str| {
        let answer = root.get(&format!("/v1/admin/users?{query}")).await;
        let names = |user: &serde_json::Value| user["username"].as_str().map(str::to_owned);
        let items = answer.body["items"].as_array().expect("items");
        let names: Vec<_> = items.iter().filter_map(names).collect();
        (names.join(" "), answer.body["next_cursor"].clone())
    };
    let (first, cursor) = list("limit=3").await;
    assert_eq!(first, "Hanna 小红书店 anna");
    let cursor = cursor.as_str().expect("more").to_owned();
    assert_eq!(
        list(&format!("limit=3&cursor={cursor}")).await,
        ("root".into(), json!(null))
    );
    assert_eq!(list("search=ANNA").await.0, "Hanna anna");
    assert_eq!(list("search=%E7%BA%A2").await.0, "小红书店");
    assert_eq!(list("role=admin").await.0, "root");
    assert_eq!(list("state=frozen").await.0, "");
    assert_eq!(
        root.get("/v1/admin/users?colour=red").await.refused(422),
        "invalid_parameters"
    );
    server.stop().await;
}
