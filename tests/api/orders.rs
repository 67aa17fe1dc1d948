//! Buying credits: by hand and in the sandbox, callbacks in any order, refunds, invoices.

use atelier::config::Config;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server, User};
use crate::pictures::product;
use crate::shop::{START, play, product_photo, text, until};

/// A server that sells by hand and in the sandbox.
async fn shop() -> Server {
    Server::with(open).await
}

fn open(config: &mut Config) {
    config.billing.sandbox.enabled = true;
    config.billing.manual.enabled = true;
    config.billing.manual.instructions = atelier::i18n::Words::new("请转账", "Transfer it");
}

async fn order(user: &User<'_>, channel: &str) -> Value {
    let body = json!({"package": "medium", "channel": channel});
    let placed = user.post("/v1/orders", body).await;
    assert_eq!(placed.status, 201, "{}", placed.body);
    placed.body
}

/// Posts the callback that the sandbox prepared.
async fn notify(server: &Server, order: &Value) -> Answer {
    let body = order["payment"]["notify_body"].clone();
    server.post("/v1/payments/sandbox/notify", body).await
}

fn path(order: &Value, verb: &str) -> String {
    let id = order["id"].as_str().expect("an id");
    format!("/v1/orders/{id}{verb}")
}

fn admin_path(order: &Value, verb: &str) -> String {
    path(order, verb).replace("/v1/", "/v1/admin/")
}

#[tokio::test]
async fn what_is_for_sale_is_public() {
    let server = shop().await;
    let packages = server.get("/v1/credits/packages").await.body;
    let medium = &packages["items"][1];
    assert_eq!(
        (
            &medium["id"],
            &medium["credits"],
            &medium["bonus"],
            &medium["price_fen"]
        ),
        (&json!("medium"), &json!(300), &json!(30), &json!(2690))
    );
    let ids = packages["channels"].as_array().expect("channels").iter();
    let ids: Vec<_> = ids.map(|c| c["id"].clone()).collect();
    assert_eq!(ids, ["manual", "sandbox"]);
    let site = server.get("/v1/site").await.body;
    assert_eq!(site["payment_channels"], packages["channels"]);
    server.stop().await;
}

#[tokio::test]
async fn a_callback_credits_once_however_often_it_comes() {
    let server = shop().await;
    let anna = server.register("anna").await;
    let placed = order(&anna, "sandbox").await;
    assert_eq!(
        (
            &placed["status"],
            &placed["amount_fen"],
            &placed["credits"],
            &placed["bonus"]
        ),
        (&json!("pending"), &json!(2690), &json!(300), &json!(30))
    );
    assert_eq!(anna.balance().await, 10);
    let storm = (0..20).map(|_| notify(&server, &placed));
    for answer in futures_util::future::join_all(storm).await {
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
    assert_eq!(anna.balance().await, 340);
    let paid = anna.get(&path(&placed, "")).await.body;
    assert_eq!(
        (&paid["status"], &paid["payment"]),
        (&json!("paid"), &Value::Null)
    );
    let entry = &anna.get("/v1/credits/entries").await.body["items"][0];
    assert_eq!(
        (&entry["kind"], &entry["amount"], &entry["order_id"]),
        (&json!("purchase"), &json!(330), &placed["id"])
    );
    assert_eq!(anna.get("/v1/credits").await.body["total_earned"], 340);
    server.stop().await;
}

#[tokio::test]
async fn a_forged_callback_changes_nothing() {
    let server = shop().await;
    let (anna, berta) = (
        server.register("anna").await,
        server.register("berta").await,
    );
    let (small, other) = (
        order(&anna, "sandbox").await,
        order(&berta, "sandbox").await,
    );
    let good = small["payment"]["notify_body"].clone();
    let bent = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let forged = [
        bent("amount_fen", json!(1)),
        bent(
            "trade_no",
            other["payment"]["notify_body"]["trade_no"].clone(),
        ),
        bent("transaction_id", json!("another")),
        bent("signature", json!("")),
        bent("currency", json!("USD")),
        json!({}),
    ];
    for body in forged {
        let answer = server.post("/v1/payments/sandbox/notify", body).await;
        assert_eq!(answer.refused(400), "callback_refused");
    }
    // A channel that cannot be called back, and one that does not exist.
    for channel in ["manual", "xpay", "bitcoin"] {
        let url = format!("/v1/payments/{channel}/notify");
        let status = server.post(&url, good.clone()).await.status;
        assert!(status == 404 || status == 422, "{channel}: {status}");
    }
    assert_eq!((anna.balance().await, berta.balance().await), (10, 10));
    server.stop().await;
}

#[tokio::test]
async fn money_that_comes_after_the_order_was_closed_counts() {
    let server = shop().await;
    let anna = server.register("anna").await;
    let placed = order(&anna, "sandbox").await;
    for _ in 0..2 {
        let closed = anna.post(&path(&placed, "/cancel"), json!({})).await;
        assert_eq!(
            (closed.status, &closed.body["status"]),
            (200, &json!("closed"))
        );
    }
    assert_eq!(notify(&server, &placed).await.status, 204);
    assert_eq!(anna.balance().await, 340);
    let refused = anna.post(&path(&placed, "/cancel"), json!({})).await;
    assert_eq!(refused.refused(409), "order_state");
    server.stop().await;
}

#[tokio::test]
async fn one_key_is_one_order() {
    let server = shop().await;
    let anna = server.register("anna").await;
    let send = async |package: &str| {
        let body = json!({"package": package, "channel": "sandbox"});
        let request = anna.request(Method::POST, "/v1/orders").json(&body);
        Answer::of(request.header("Idempotency-Key", "k1")).await
    };
    let (first, again) = (send("small").await, send("small").await);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.body["id"], again.body["id"]);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(send("large").await.refused(422), "idempotency_mismatch");
    let list = anna.get("/v1/orders").await.body;
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    server.stop().await;
}

#[tokio::test]
async fn orders_belong_to_their_buyer_and_to_what_is_on_offer() {
    let server = shop().await;
    let (anna, berta) = (
        server.register("anna").await,
        server.register("berta").await,
    );
    let placed = order(&anna, "manual").await;
    assert_eq!(
        berta.get(&path(&placed, "")).await.refused(404),
        "not_found"
    );
    assert_eq!(
        berta
            .post(&path(&placed, "/cancel"), json!({}))
            .await
            .status,
        404
    );
    assert_eq!(
        anna.get(&admin_path(&placed, "")).await.refused(403),
        "forbidden"
    );
    for body in [
        json!({"package": "huge", "channel": "sandbox"}),
        json!({"package": "small", "channel": "xpay"}),
        json!({"package": "small", "channel": "cowries"}),
        json!({"package": "small"}),
    ] {
        let refused = anna.post("/v1/orders", body).await;
        assert_eq!(refused.refused(422), "invalid_parameters");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_operator_confirms_what_was_paid_by_hand_once() {
    let server = shop().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let (first, second) = (order(&anna, "manual").await, order(&anna, "manual").await);
    assert_eq!(first["payment"]["instructions"]["zh"], "请转账");
    let seen = root.get(&admin_path(&first, "")).await.body;
    assert_eq!(seen["reference"], first["payment"]["reference"]);
    let slip = json!({"transaction_id": "ICBC-1"});
    let confirmed = root
        .post(&admin_path(&first, "/confirm"), slip.clone())
        .await;
    assert_eq!(
        (confirmed.status, &confirmed.body["status"]),
        (200, &json!("paid"))
    );
    let again = root
        .post(&admin_path(&first, "/confirm"), slip.clone())
        .await;
    assert_eq!(again.refused(409), "order_state");
    let reused = root.post(&admin_path(&second, "/confirm"), slip).await;
    assert_eq!(reused.refused(422), "invalid_parameters");
    assert_eq!(anna.balance().await, 340);
    let audit = root.get("/v1/admin/audit").await.body;
    assert_eq!(audit["items"][0]["action"], "order.confirm");
    server.stop().await;
}

#[tokio::test]
async fn a_refund_takes_back_at_most_the_balance_and_shows_the_rest() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        config.jobs.concurrency = 0;
        config.prices.product_photo = 200;
        open(config);
    })
    .await;
    let root = server.admin("root").await;
    let (anna, berta) = (
        server.register("anna").await,
        server.register("berta").await,
    );
    let refund = json!({"reason": "bought by mistake"});
    let whole = order(&anna, "sandbox").await;
    let early = root
        .post(&admin_path(&whole, "/refund"), refund.clone())
        .await;
    assert_eq!(early.refused(409), "order_state");
    notify(&server, &whole).await;
    let refunded = root
        .post(&admin_path(&whole, "/refund"), refund.clone())
        .await;
    assert_eq!(refunded.body["status"], "refunded", "{}", refunded.body);
    assert_eq!(
        (&refunded.body["taken_back"], &refunded.body["shortfall"]),
        (&json!(330), &json!(0))
    );
    assert_eq!(anna.balance().await, START);
    let again = root
        .post(&admin_path(&whole, "/refund"), refund.clone())
        .await;
    assert_eq!(again.refused(409), "order_state");
    // A late copy of the payment's callback credits nothing any more.
    assert_eq!(notify(&server, &whole).await.status, 204);
    assert_eq!(anna.balance().await, START);
    let spent = order(&berta, "sandbox").await;
    notify(&server, &spent).await;
    let upload = berta.upload(product(1)).await;
    assert_eq!(
        berta.post("/v1/jobs", product_photo(&upload)).await.status,
        202
    );
    let refunded = root.post(&admin_path(&spent, "/refund"), refund).await.body;
    assert_eq!(
        (
            &refunded["taken_back"],
            &refunded["shortfall"],
            berta.balance().await
        ),
        (&json!(230), &json!(100), 0)
    );
    let entry = &berta.get("/v1/credits/entries").await.body["items"][0];
    assert_eq!(
        (&entry["kind"], &entry["amount"]),
        (&json!("adjust"), &json!(-230))
    );
    assert_eq!(entry["description"]["en"], "Taken back: order refunded");
    server.stop().await;
}

#[tokio::test]
async fn an_invoice_is_asked_for_decided_and_forgotten_with_its_owner() {
    let server = shop().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let placed = order(&anna, "sandbox").await;
    let details = json!({"title": "某某服饰有限公司", "tax_number": "91310000ABCDEFGH1X", "email": "a@example.com"});
    let early = anna.post(&path(&placed, "/invoice"), details.clone()).await;
    assert_eq!(early.refused(409), "order_state");
    notify(&server, &placed).await;
    let bad = json!({"title": " ", "tax_number": "12", "email": "a@b"});
    let bad = anna.post(&path(&placed, "/invoice"), bad).await;
    assert_eq!(bad.refused(422), "invalid_parameters");
    assert_eq!(bad.body["errors"].as_array().map(Vec::len), Some(3));
    let asked = anna.post(&path(&placed, "/invoice"), details.clone()).await;
    assert_eq!(
        (asked.status, &asked.body["status"]),
        (201, &json!("requested"))
    );
    let open = root.get("/v1/admin/invoices?status=requested").await.body;
    assert_eq!(open["items"][0]["title"], details["title"]);
    let url = format!(
        "/v1/admin/invoices/{}",
        asked.body["id"].as_str().expect("an id")
    );
    let issued = root
        .put(&url, json!({"status": "issued", "note": "e-mailed"}))
        .await;
    assert_eq!(issued.body["status"], "issued");
    let own = anna.get(&path(&placed, "/invoice")).await.body;
    assert_eq!(
        (&own["status"], &own["note"]),
        (&json!("issued"), &json!("e-mailed"))
    );
    let late = anna.post(&path(&placed, "/invoice"), details).await;
    assert_eq!(late.refused(409), "order_state");
    for (table, told) in [
        ("orders", [text(&placed["id"]), "sandbox,paid".to_owned()]),
        (
            "invoices",
            ["某某服饰有限公司".to_owned(), "issued".to_owned()],
        ),
    ] {
        let asked = root.get(&format!("/v1/admin/csv/{table}")).await;
        let lines = String::from_utf8(asked.bytes).expect("UTF-8");
        assert_eq!(lines.lines().count(), 2, "{lines}");
        assert!(told.iter().all(|word| lines.contains(word)), "{lines}");
        let old = root
            .get(&format!("/v1/admin/csv/{table}?month=2020-01"))
            .await;
        assert_eq!(old.bytes, "\u{feff}".as_bytes());
    }
    assert_eq!(anna.delete("/v1/me").await.status, 202);
    until("the words are gone", || async {
        root.get("/v1/admin/invoices").await.body["items"][0]["title"]
            .is_null()
            .then_some(())
    })
    .await;
    let left = &root.get("/v1/admin/invoices").await.body["items"][0];
    assert_eq!(
        (&left["title"], &left["email"], &left["tax_number"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    server.stop().await;
}

#[tokio::test]
async fn an_order_that_nobody_pays_is_closed_by_the_sweep() {
    let server = shop().await;
    let anna = server.register("anna").await;
    let placed = order(&anna, "sandbox").await;
    server.sweep(3600 * 2).await;
    let closed = anna.get(&path(&placed, "")).await.body;
    assert_eq!(
        (&closed["status"], &closed["payment"]),
        (&json!("closed"), &Value::Null)
    );
    assert_eq!(anna.balance().await, 10);
    server.stop().await;
}
