//! Credits, entries, grants, and books that can be proved.

use serde_json::json;

use crate::harness::Server;

#[tokio::test]
async fn a_grant_is_an_entry_that_its_user_reads() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let path = format!("/v1/admin/users/{}/grants", anna.id);
    let granted = root
        .post(&path, json!({"credits": 30, "reason": "开业礼"}))
        .await;
    assert_eq!(
        (granted.status, &granted.body["balance"]),
        (200, &json!(40))
    );
    let credits = anna.get("/v1/credits").await.body;
    assert_eq!(
        (&credits["balance"], &credits["total_earned"]),
        (&json!(40), &json!(40))
    );
    assert_eq!(credits["total_spent"], 0);
    let entries = anna.get("/v1/credits/entries").await.body;
    let newest = &entries["items"][0];
    assert_eq!(
        (&newest["kind"], &newest["amount"]),
        (&json!("grant"), &json!(30))
    );
    assert_eq!(newest["balance_after"], 40);
    assert_eq!(
        newest["description"],
        json!({"zh": "赠送：开业礼", "en": "Grant: 开业礼"})
    );
    assert_eq!(entries["items"][1]["kind"], "signup_bonus");
    for body in [
        json!({"credits": 0, "reason": "x"}),
        json!({"credits": -5, "reason": "x"}),
        json!({"credits": 5, "reason": ""}),
    ] {
        assert_eq!(
            root.post(&path, body).await.refused(422),
            "invalid_parameters"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn entries_come_page_by_page_and_to_their_owner_only() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let path = format!("/v1/admin/users/{}/grants", anna.id);
    for credits in 1..=4 {
        root.post(&path, json!({"credits": credits, "reason": "more"}))
            .await;
    }
    let mut amounts = Vec::new();
    let mut query = "limit=2".to_owned();
    loop {
        let page = anna.get(&format!("/v1/credits/entries?{query}")).await.body;
        let items = page["items"].as_array().expect("items");
        amounts.extend(items.iter().map(|entry| entry["amount"].as_i64().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        query = format!("limit=2&cursor={cursor}");
    }
    assert_eq!(amounts, [4, 3, 2, 1, 10]);
    let berta = server.register("berta").await;
    let own = berta.get("/v1/credits/entries").await.body;
    assert_eq!(own["items"].as_array().map(Vec::len), Some(1));
    server.stop().await;
}

#[tokio::test]
async fn the_books_are_proved_over_http() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    server.register("anna").await;
    let verdict = root.get("/v1/admin/ledger/verify").await.body;
    assert_eq!(
        (&verdict["wallets"], &verdict["entries"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(
        (&verdict["differences"], &verdict["findings"]),
        (&json!(0), &json!([]))
    );
    server.stop().await;
}
