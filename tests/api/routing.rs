//! What operators see of models and do to them: reports, switches, budgets, costs, and why a job went where.

use atelier::config::Config;
use serde_json::{Value, json};

use crate::harness::Server;
use crate::shop::{START, items, play_all, product_photo, text};

/// Two models, the first of which is dear and fails as told.
fn dear_and_cheap(config: &mut Config, first: &Value) {
    play_all(
        config,
        &[
            ("dear", first.clone()),
            ("cheap", json!({"cost_usd": 0.01})),
        ],
    );
    row(config, "dear", json!({"price_usd": 0.2}));
    row(config, "cheap", json!({"price_usd": 0.01}));
}

/// Sets the row of a model.
fn row(config: &mut Config, name: &str, mut row: Value) {
    row["provider"] = json!(name);
    let row = serde_json::from_value(row).expect("a model");
    config.models.insert(name.to_owned(), row);
}

fn usd(amount: f64) -> Option<atelier::providers::Usd> {
    serde_json::from_value(json!(amount)).expect("an amount")
}

/// The row of one model in a list of them.
fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    let rows = list.as_array().expect("a list").iter();
    let mut named = rows.filter(|row| row["model"] == name);
    named.next().unwrap_or_else(|| panic!("{name} in {list}"))
}

#[tokio::test]
async fn every_candidate_shows_its_six_parts_as_they_were() {
    let server = Server::with(|config| {
        dear_and_cheap(config, &json!({"failure_rate": 1.0, "classes": ["auth"]}));
    })
    .await;
    let anna = server.register("anna").await;
    let upload = anna.upload(crate::pictures::product(1)).await;
    let mut body = product_photo(&upload);
    body["quality"] = json!("high");
    let job = anna.make(body).await;
    assert_eq!(job["result"]["model"], "cheap", "{job}");
    let path = format!("/v1/jobs/{}/route", text(&job["id"]));
    let route = anna.get(&path).await.body;
    assert!(route["chosen_at"].is_string(), "{route}");
    let dear = named(&route["candidates"], "dear");
    let parts = dear["parts"].as_object().expect("parts");
    let names: Vec<&str> = parts.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "availability",
            "cost",
            "latency",
            "priority",
            "quality",
            "success"
        ]
    );
    let sum: f64 = parts.values().filter_map(Value::as_f64).sum();
    assert!((sum - dear["score"].as_f64().expect("a score")).abs() < 0.01);
    assert_eq!(
        parts["cost"], -10.0,
        "twenty cents, half as bad when the picture is fine"
    );
    assert!(
        parts["availability"].as_f64() < Some(-900.0),
        "its key was refused"
    );
    let attempts = route["attempts"].as_array().expect("attempts");
    assert_eq!(attempts[0]["expected_micros"], 200_000);
    assert_eq!(
        (&attempts[1]["cost_micros"], &attempts[1]["class"]),
        (&json!(10_000), &Value::Null)
    );
    assert!(attempts[1]["took_ms"].is_i64());
    server.stop().await;
}

#[tokio::test]
async fn a_choice_can_be_explained_without_a_job() {
    let server = Server::with(|config| {
        dear_and_cheap(config, &json!({}));
        row(
            config,
            "dear",
            json!({"price_usd": 0.12, "best_for": "high"}),
        );
        row(config, "cheap", json!({"price_usd": 0.01}));
        let free = json!({"list": {"free": {"label": {"zh": "免费", "en": "Free"}, "unlimited": ["product_photo"]}}});
        config.plans = serde_json::from_value(free).expect("plans");
    })
    .await;
    let root = server.admin("root").await;
    let explain = async |thought: Value| root.post("/v1/admin/route/explain", thought).await;
    let pays = explain(json!({"kind": "product_photo", "quality": "standard"})).await;
    assert_eq!(pays.status, 200, "{}", pays.body);
    assert_eq!(
        (&pays.body["list"], &pays.body["model"]),
        (&json!("business"), &json!("dear"))
    );
    for (quality, plan, expected) in [
        ("draft", None, "cheap"),
        ("standard", Some("free"), "cheap"),
        ("high", Some("free"), "dear"),
    ] {
        let thought = json!({"kind": "product_photo", "quality": quality, "plan": plan});
        let explained = explain(thought).await.body;
        assert_eq!(explained["model"], expected, "{explained}");
    }
    let unknown = explain(json!({"kind": "product_photo", "plan": "gold"})).await;
    assert_eq!(unknown.refused(422), "invalid_parameters");
    assert_eq!(root.moves().await, [""; 0], "nothing was charged");
    let anna = server.register("anna").await;
    let refused = anna
        .post("/v1/admin/route/explain", json!({"kind": "product_photo"}))
        .await;
    assert_eq!(refused.refused(403), "forbidden");
    server.stop().await;
}

#[tokio::test]
async fn a_model_that_is_switched_off_stays_off_after_a_restart() {
    let settings = |config: &mut Config| dear_and_cheap(config, &json!({}));
    let server = Server::with(settings).await;
    let root = server.admin("root").await;
    let off = root
        .put("/v1/admin/models/dear", json!({"enabled": false}))
        .await;
    assert_eq!((off.status, &off.body["enabled"]), (200, &json!(false)));
    assert_eq!(root.photo(1).await["result"]["model"], "cheap");
    let unknown = root
        .put("/v1/admin/models/none", json!({"enabled": false}))
        .await;
    assert_eq!(unknown.refused(404), "not_found");
    let server = Server::in_directory(server.stop().await, settings).await;
    let root = server.log_in("root").await;
    let thought = json!({"kind": "product_photo", "quality": "high"});
    let explained = root.post("/v1/admin/route/explain", thought).await.body;
    let dear = named(&explained["candidates"], "dear");
    assert_eq!(
        (&dear["available"], &dear["unavailable"]),
        (&json!(false), &json!("disabled"))
    );
    let on = root
        .put("/v1/admin/models/dear", json!({"enabled": true}))
        .await;
    assert_eq!(on.body["enabled"], true);
    let lines = root.get("/v1/admin/audit").await.body;
    let actions: Vec<&str> = items(&lines)
        .iter()
        .filter_map(|l| l["action"].as_str())
        .collect();
    assert_eq!(actions[..2], ["model.enable", "model.disable"]);
    server.stop().await;
}

#[tokio::test]
async fn a_breaker_outlives_a_restart_and_an_operator_closes_it() {
    let settings = |config: &mut Config| {
        dear_and_cheap(config, &json!({"failure_rate": 1.0, "classes": ["auth"]}));
        row(
            config,
            "dear",
            json!({"price_usd": 0.01, "retires_on": "2020-01-31"}),
        );
    };
    let server = Server::with(settings).await;
    let root = server.admin("root").await;
    root.photo(1).await;
    let server = Server::in_directory(server.stop().await, settings).await;
    let root = server.log_in("root").await;
    let listed = root.get("/v1/admin/models").await.body;
    let dear = named(&listed["items"], "dear");
    assert_eq!(
        (&dear["breaker"], &dear["rests_because"], &dear["business"]),
        (&json!("open"), &json!("auth"), &json!(1))
    );
    assert_eq!(
        (&dear["calls"], &dear["success"], &dear["failures"]["auth"]),
        (&json!(1), &json!(0.0), &json!(1))
    );
    assert!(dear["retires_in_days"].as_i64() < Some(-1000), "{dear}");
    let cheap = named(&listed["items"], "cheap");
    assert_eq!(
        (&cheap["calls"], &cheap["took_ms"]["count"]),
        (&json!(1), &json!(1))
    );
    let reset = root.post("/v1/admin/models/dear/reset", json!({})).await;
    assert_eq!(
        (reset.status, &reset.body["breaker"]),
        (200, &json!("closed"))
    );
    let server = Server::in_directory(server.stop().await, settings).await;
    let root = server.log_in("root").await;
    let listed = root.get("/v1/admin/models").await.body;
    assert_eq!(named(&listed["items"], "dear")["breaker"], "closed");
    server.stop().await;
}

#[tokio::test]
async fn the_budget_of_the_day_is_never_overspent() {
    let settings = |config: &mut Config| {
        dear_and_cheap(config, &json!({"cost_usd": 0.2}));
        config.routing.daily_budget_usd = usd(0.2);
        config.cache.enabled = false;
    };
    let server = Server::with(settings).await;
    let root = server.admin("root").await;
    let budget = async || root.get("/v1/admin/overview").await.body["budget"].clone();
    assert_eq!(budget().await["nearly_reached"], false);
    let anna = server.register("anna").await;
    let upload = anna.upload(crate::pictures::product(1)).await;
    let mut body = product_photo(&upload);
    body["quality"] = json!("high");
    assert_eq!(anna.make(body.clone()).await["result"]["model"], "dear");
    let spent = budget().await;
    assert_eq!(
        (
            &spent["spent_micros"],
            &spent["limit_micros"],
            &spent["nearly_reached"]
        ),
        (&json!(200_000), &json!(200_000), &json!(true))
    );
    let before = anna.balance().await;
    let quote = anna.post("/v1/jobs/preview", body.clone()).await.body;
    assert_eq!(
        (&quote["ok"], &quote["model"], &quote["unavailable"]),
        (&json!(false), &Value::Null, &json!("no_model_available"))
    );
    assert_eq!(
        anna.post("/v1/jobs", body.clone()).await.refused(503),
        "no_model_available"
    );
    assert_eq!(anna.balance().await, before, "nothing is charged");
    let server = Server::in_directory(server.stop().await, settings).await;
    let anna = server.log_in("anna").await;
    assert_eq!(
        anna.post("/v1/jobs", body).await.refused(503),
        "no_model_available"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_models_own_budget_sends_jobs_to_the_next_one() {
    let server = Server::with(|config| {
        dear_and_cheap(config, &json!({"cost_usd": 0.04}));
        row(
            config,
            "dear",
            json!({"price_usd": 0.04, "daily_budget_usd": 0.05}),
        );
        row(config, "cheap", json!({}));
    })
    .await;
    let root = server.admin("root").await;
    assert_eq!(root.photo(1).await["result"]["model"], "dear");
    let second = root.photo(2).await;
    assert_eq!(second["result"]["model"], "cheap");
    let path = format!("/v1/jobs/{}/route", text(&second["id"]));
    let route = root.get(&path).await.body;
    assert_eq!(
        named(&route["candidates"], "dear")["unavailable"],
        "budget_reached"
    );
    let budget = root.get("/v1/admin/overview").await.body["budget"].clone();
    assert_eq!(budget["models_nearly_reached"], json!(["dear"]));
    assert_eq!(
        budget["not_covered"],
        json!(["cheap"]),
        "nobody knows its price"
    );
    server.stop().await;
}

#[tokio::test]
async fn costs_are_listed_by_day_model_and_kind() {
    let server = Server::with(|config| dear_and_cheap(config, &json!({"cost_usd": 0.02}))).await;
    let root = server.admin("root").await;
    let model = text(&root.photo(1).await["result"]["model"]);
    assert_eq!(model, "cheap");
    let costs = root.get("/v1/admin/costs").await.body;
    let cost = named(&costs["items"], "cheap");
    assert_eq!(
        (
            &cost["kind"],
            &cost["attempts"],
            &cost["pictures"],
            &cost["cost_micros"]
        ),
        (
            &json!("product_photo"),
            &json!(1),
            &json!(1),
            &json!(10_000)
        )
    );
    let table = root.get("/v1/admin/costs?days=1&format=csv").await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    let rows = text(&table.body);
    let expected = format!("{},cheap,product_photo,1,1,0,10000,0", text(&cost["day"]));
    assert_eq!(
        rows.lines().collect::<Vec<_>>(),
        [
            "day,model,kind,attempts,pictures,unknown,cost_micros,without_price",
            expected.as_str()
        ]
    );
    assert_eq!(
        root.get("/v1/admin/costs?days=0").await.refused(422),
        "invalid_parameters"
    );
    server.stop().await;
}

#[tokio::test]
async fn waiting_for_a_narrow_model_is_not_held_against_a_job() {
    let server = Server::with(|config| {
        play_all(config, &[("narrow", json!({"latency_ms": 1500}))]);
        row(config, "narrow", json!({"concurrency": 1}));
        config.jobs.limit_secs = 4;
        config.jobs.per_user = 8;
    })
    .await;
    let anna = server.register("anna").await;
    let mut ids = Vec::new();
    for number in 1..=4 {
        ids.push(anna.order(number).await);
    }
    for id in ids {
        let job = anna.ended(&id).await;
        assert_eq!(job["status"], "completed", "{job}");
    }
    assert_eq!(anna.balance().await, START - 24);
    server.stop().await;
}
