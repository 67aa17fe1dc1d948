//! Plans: bought by the month, renewed, cancelled, over; their credits come and expire; fair use.

use atelier::billing::PlansSettings;
use atelier::billing::plans::plan_of;
use atelier::config::Config;
use atelier::db::DbError;
use atelier::time::Moment;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server, User};
use crate::pictures::product;
use crate::shop::{START, play, product_photo, with};

const DAY: i64 = 24 * 3600;

fn plans() -> PlansSettings {
    let plans = json!({"list": {
        "pro": {
            "label": {"zh": "专业版", "en": "Pro"}, "discount_percent": 50, "priority": true, "price_fen": 9900,
            "monthly_credits": 60, "grace_days": 3,
        },
        "team": {
            "label": {"zh": "团队", "en": "Team"}, "unlimited": ["product_photo"], "fair_use": 2, "price_fen": 100,
        },
        "friends": {"label": {"zh": "朋友", "en": "Friends"}, "discount_percent": 90},
    }});
    serde_json::from_value(plans).expect("plans")
}

fn open(config: &mut Config) {
    play(config, &json!({}));
    config.jobs.concurrency = 0;
    config.jobs.per_user = 100;
    config.plans = plans();
    config.billing.sandbox.enabled = true;
}

async fn subscribe(server: &Server, user: &User<'_>, plan: &str) -> Value {
    let body = json!({"plan": plan, "channel": "sandbox"});
    let order = user.post("/v1/subscription", body).await;
    assert_eq!(order.status, 201, "{}", order.body);
    pay(server, &order.body).await;
    order.body
}

async fn pay(server: &Server, order: &Value) {
    let body = order["payment"]["notify_body"].clone();
    assert_eq!(
        server
            .post("/v1/payments/sandbox/notify", body)
            .await
            .status,
        204
    );
}

async fn photo(user: &User<'_>, seed: u32) -> Value {
    let upload = user.upload(product(1)).await;
    let body = with(product_photo(&upload), json!({ "seed": seed }));
    let job = user.post("/v1/jobs", body).await;
    assert_eq!(job.status, 202, "{}", job.body);
    job.body
}

/// The plan of a user so many seconds from now.
fn plan_in(server: &Server, user: &User<'_>, secs: i64) -> Option<String> {
    let (user, later) = (
        user.id.parse().expect("an id"),
        Moment::now().plus_secs(secs),
    );
    let plan = server.db().read(|r| plan_of(r, &plans(), user, later));
    let plan: Result<_, DbError> = plan;
    plan.expect("a plan").id
}

/// Seconds until the last paid month of a user ends.
async fn left(user: &User<'_>) -> i64 {
    let own = user.get("/v1/subscription").await.body;
    let ends_at: Moment = serde_json::from_value(own["ends_at"].clone()).expect("an end");
    ends_at.since(Moment::now()) / 1000
}

#[tokio::test]
async fn a_paid_month_starts_the_plan_and_brings_its_credits() {
    let server = Server::with(open).await;
    let anna = server.register("anna").await;
    let listed = server.get("/v1/plans").await.body;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(3));
    assert_eq!(anna.get("/v1/subscription").await.body["plan"], Value::Null);
    assert_eq!(photo(&anna, 1).await["price"], 6);
    let order = subscribe(&server, &anna, "pro").await;
    assert_eq!(
        (&order["item"]["kind"], &order["credits"]),
        (&json!("plan"), &json!(0))
    );
    assert_eq!(anna.balance().await, START - 6 + 60);
    let own = anna.get("/v1/subscription").await.body;
    assert_eq!(
        (&own["plan"], &own["in_grace"]),
        (&json!("pro"), &json!(false))
    );
    let me = anna.get("/v1/me").await.body;
    assert_eq!(me["subscription"]["features"]["discount"], 50);
    assert_eq!(photo(&anna, 2).await["price"], 3);
    // What is not for sale, and another plan while this one runs.
    for (plan, status) in [("friends", 422), ("nothing", 422), ("team", 409)] {
        let body = json!({"plan": plan, "channel": "sandbox"});
        assert_eq!(
            anna.post("/v1/subscription", body).await.status,
            status,
            "{plan}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn unspent_credits_of_a_month_expire_when_the_next_begins() {
    let server = Server::with(open).await;
    let anna = server.register("anna").await;
    subscribe(&server, &anna, "pro").await;
    let spent = 4 * 3;
    for seed in 1..=4 {
        photo(&anna, seed).await;
    }
    subscribe(&server, &anna, "pro").await;
    assert_eq!(
        anna.balance().await,
        START + 60 - spent,
        "renewing early brings no credits early"
    );
    server.sweep(32 * DAY).await;
    assert_eq!(anna.balance().await, START + 60);
    let moves = anna.get("/v1/credits/entries").await.body;
    let kinds = |n: usize| {
        (
            moves["items"][n]["kind"].clone(),
            moves["items"][n]["amount"].clone(),
        )
    };
    assert_eq!(
        (kinds(0), kinds(1)),
        (
            (json!("grant"), json!(60)),
            (json!("expire"), json!(spent - 60))
        )
    );
    let end = left(&anna).await;
    let grace = plan_in(&server, &anna, end + 2 * DAY);
    assert_eq!(grace.as_deref(), Some("pro"));
    server.sweep(end + 2 * DAY).await;
    assert_eq!(
        anna.balance().await,
        START + 60,
        "grace keeps what is there"
    );
    assert_eq!(plan_in(&server, &anna, end + 4 * DAY), None);
    server.sweep(end + 4 * DAY).await;
    assert_eq!(anna.balance().await, START);
    server.stop().await;
}

#[tokio::test]
async fn a_cancelled_plan_has_no_grace_and_is_not_renewed() {
    let server = Server::with(open).await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    assert_eq!(anna.delete("/v1/subscription").await.status, 404);
    let url = format!("/v1/admin/users/{}/subscription", anna.id);
    let given = root.post(&url, json!({"plan": "pro"})).await;
    assert_eq!((given.status, &given.body["ends_at"]), (200, &Value::Null));
    assert_eq!(anna.balance().await, START + 60);
    server.sweep(32 * DAY).await;
    assert_eq!(
        anna.balance().await,
        START + 60,
        "the second month for the first"
    );
    let cancelled = anna.delete("/v1/subscription").await;
    assert_eq!(cancelled.status, 200);
    assert!(cancelled.body["ends_at"].is_string() && cancelled.body["cancelled_at"].is_string());
    let end = left(&anna).await;
    let before = plan_in(&server, &anna, end - DAY);
    assert_eq!(before.as_deref(), Some("pro"));
    assert_eq!(plan_in(&server, &anna, end + 60), None);
    server.sweep(end + 60).await;
    assert_eq!(anna.balance().await, START);
    assert_eq!(root.delete(&url).await.status, 404);
    server.stop().await;
}

#[tokio::test]
async fn a_refunded_month_ends_the_plan_and_shows_what_was_spent() {
    let server = Server::with(open).await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let order = subscribe(&server, &anna, "pro").await;
    photo(&anna, 1).await;
    let url = format!(
        "/v1/admin/orders/{}/refund",
        order["id"].as_str().expect("an id")
    );
    let refunded = root
        .post(&url, json!({"reason": "changed their mind"}))
        .await
        .body;
    assert_eq!(
        (
            &refunded["status"],
            &refunded["taken_back"],
            &refunded["shortfall"]
        ),
        (&json!("refunded"), &json!(57), &json!(3))
    );
    assert_eq!(anna.balance().await, START);
    assert_eq!(plan_in(&server, &anna, 0), None);
    server.stop().await;
}

#[tokio::test]
async fn fair_use_bounds_what_is_unlimited() {
    let server = Server::with(open).await;
    let anna = server.register("anna").await;
    subscribe(&server, &anna, "team").await;
    let prices = [
        photo(&anna, 1).await,
        photo(&anna, 2).await,
        photo(&anna, 3).await,
    ];
    assert_eq!(prices.map(|job| job["price"].clone()), [0, 0, 6]);
    assert_eq!(anna.balance().await, START - 6);
    server.stop().await;
}

#[tokio::test]
async fn two_plans_are_not_sold_at_once_and_a_replaced_one_is_noted() {
    let server = Server::with(open).await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let place = async |plan: &str| {
        let body = json!({"plan": plan, "channel": "sandbox"});
        let request = anna.request(Method::POST, "/v1/subscription").json(&body);
        Answer::of(request.header("Idempotency-Key", plan)).await
    };
    let pro = place("pro").await;
    assert_eq!(pro.status, 201, "{}", pro.body);
    assert_eq!(place("team").await.refused(409), "other_plan");
    // Another plan begins while this order waits: asking again still finds the order.
    let url = format!("/v1/admin/users/{}/subscription", anna.id);
    assert_eq!(root.post(&url, json!({"plan": "team"})).await.status, 200);
    let again = place("pro").await;
    assert_eq!(
        (again.status, &again.body["id"]),
        (201, &pro.body["id"]),
        "{}",
        again.body
    );
    assert_eq!(again.header("idempotency-replayed"), "true");
    pay(&server, &pro.body).await;
    let id = pro.body["id"].as_str().expect("an id");
    let noted = root.get(&format!("/v1/admin/orders/{id}")).await.body;
    assert_eq!(noted["problem"], "the plan team was replaced while it ran");
    server.stop().await;
}
