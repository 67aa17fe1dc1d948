//! Redeem codes: made in bulk, spent once, bounded by user, time and batch.

use atelier::db::{DbError, Tx};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server, User};

/// In milliseconds, and a little more.
const TWO_DAYS: i64 = 48 * 3_600_000 + 1000;

async fn batch(root: &User<'_>, fields: Value) -> Value {
    let mut body = json!({"name": "双十一", "credits": 50, "count": 3});
    for (name, value) in fields.as_object().expect("an object") {
        body[name] = value.clone();
    }
    let made = root.post("/v1/admin/codes", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body
}

async fn redeem(user: &User<'_>, code: &Value) -> Answer {
    user.post("/v1/credits/redeem", json!({ "code": code }))
        .await
}

#[tokio::test]
async fn a_code_is_credited_once() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let (anna, berta) = (
        server.register("anna").await,
        server.register("berta").await,
    );
    let made = batch(&root, json!({})).await;
    let codes = made["codes"].as_array().expect("codes");
    assert_eq!((codes.len(), &made["count"]), (3, &json!(3)));
    // As somebody types it: small letters, no dashes.
    let typed = codes[0]
        .as_str()
        .expect("a code")
        .to_lowercase()
        .replace('-', " ");
    let credited = redeem(&anna, &json!(typed)).await;
    assert_eq!(
        (
            credited.status,
            &credited.body["credits"],
            &credited.body["balance"]
        ),
        (200, &json!(50), &json!(60))
    );
    assert_eq!(redeem(&berta, &codes[0]).await.refused(410), "code_spent");
    assert_eq!(redeem(&anna, &codes[1]).await.refused(409), "code_limit");
    assert_eq!(
        redeem(&berta, &json!("0000-0000-0000-0000"))
            .await
            .refused(404),
        "code_invalid"
    );
    assert_eq!(
        redeem(&berta, &json!("hello")).await.refused(404),
        "code_invalid"
    );
    let entry = &anna.get("/v1/credits/entries").await.body["items"][0];
    assert_eq!(
        (&entry["kind"], &entry["amount"]),
        (&json!("redeem"), &json!(50))
    );
    let shown = root.get("/v1/admin/codes").await.body;
    assert_eq!(shown["items"][0]["redeemed"], 1);
    assert!(shown["items"][0].get("codes").is_none());
    server.stop().await;
}

#[tokio::test]
async fn many_at_once_spend_a_code_as_often_as_it_may_be() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let made = batch(&root, json!({"count": 1, "uses": 3})).await;
    let mut users = Vec::new();
    for n in 0..8 {
        users.push(server.register(&format!("user{n}")).await);
    }
    let answers = users.iter().map(|user| redeem(user, &made["codes"][0]));
    let answers = futures_util::future::join_all(answers).await;
    assert_eq!(answers.iter().filter(|a| a.status == 200).count(), 3);
    assert_eq!(answers.iter().filter(|a| a.status == 410).count(), 5);
    server.stop().await;
}

#[tokio::test]
async fn a_key_makes_a_repeated_request_harmless() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let made = batch(&root, json!({"per_user": 3})).await;
    let send = async |code: &Value| {
        let request = anna.request(Method::POST, "/v1/credits/redeem");
        let request = request.json(&json!({ "code": code }));
        Answer::of(request.header("Idempotency-Key", "k")).await
    };
    for replayed in ["", "true"] {
        let credited = send(&made["codes"][0]).await;
        assert_eq!(credited.body["balance"], 60);
        assert_eq!(credited.header("idempotency-replayed"), replayed);
    }
    assert_eq!(
        send(&made["codes"][1]).await.refused(422),
        "idempotency_mismatch"
    );
    assert_eq!(redeem(&anna, &made["codes"][1]).await.body["balance"], 110);
    let age = |tx: &Tx<'_>| {
        tx.run(
            "UPDATE redemptions SET created_at = created_at - ?1",
            [TWO_DAYS],
        )
    };
    let aged: Result<_, DbError> = server.db().write(move |tx| Ok(age(tx)?)).await;
    aged.expect("older");
    assert_eq!(
        send(&made["codes"][2]).await.body["balance"],
        160,
        "the key is forgotten"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_stopped_batch_and_one_that_is_over_are_refused() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let stopped = batch(&root, json!({})).await;
    let url = format!("/v1/admin/codes/{}", stopped["id"].as_str().expect("an id"));
    assert_eq!(root.delete(&url).await.status, 204);
    assert_eq!(root.delete(&url).await.status, 404);
    assert_eq!(
        redeem(&anna, &stopped["codes"][0]).await.refused(404),
        "code_invalid"
    );
    let late = batch(&root, json!({"expires_at": "2999-01-01T00:00:00Z"})).await;
    let csv = root
        .get(&format!(
            "/v1/admin/codes/{}/export",
            late["id"].as_str().expect("an id")
        ))
        .await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let text = String::from_utf8(csv.bytes).expect("a text");
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    assert_eq!(lines.next(), Some("code,credits,uses,used,expires_at"));
    let row = lines.next().expect("a row");
    assert!(row.ends_with(",50,1,0,2999-01-01T00:00:00.000Z"), "{row}");
    assert_eq!(lines.count(), 2);
    for bad in [
        json!({"count": 0}),
        json!({"count": 10_001}),
        json!({"credits": 0}),
        json!({"name": ""}),
        json!({"expires_at": "2001-01-01T00:00:00Z"}),
    ] {
        let mut body = json!({"name": "x", "credits": 1, "count": 1});
        for (name, value) in bad.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let refused = root.post("/v1/admin/codes", body).await;
        assert_eq!(refused.refused(422), "invalid_parameters");
    }
    assert_eq!(anna.get("/v1/admin/codes").await.refused(403), "forbidden");
    server.stop().await;
}
