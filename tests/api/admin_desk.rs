//! The operator's desk: review, curves, causes of failures, tables for accountants, and what production still needs.

use serde_json::json;

use crate::harness::{Server, User};
use crate::shop::{START, each, items, play, quick, text, until};

async fn work(user: &User<'_>, number: u8) -> String {
    text(&user.photo(number).await["result"]["work_id"])
}

/// A table as rows of cells; the first is its head.
fn table(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let text = text
        .strip_prefix('\u{feff}')
        .expect("a mark for spreadsheets");
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    text.lines().map(cells).collect()
}

#[tokio::test]
async fn a_reviewed_gallery_shows_what_an_operator_let_through() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        config.works = serde_json::from_value(json!({"gallery": "public"})).expect("a mode");
    })
    .await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let (good, bad) = (work(&anna, 1).await, work(&anna, 2).await);
    for id in [&good, &bad] {
        anna.put(&format!("/v1/works/{id}"), json!({"is_public": true}))
            .await;
    }
    assert_eq!(items(&server.get("/v1/gallery").await.body).len(), 0);
    let waiting = root.get("/v1/admin/review").await.body;
    assert_eq!(each(&waiting, "id"), [bad.clone(), good.clone()]);
    assert_eq!(items(&waiting)[0]["held"], true);
    let decide = async |id: &str, decision: &str| {
        let body = json!({"decision": decision, "reason": "seen"});
        root.post(&format!("/v1/admin/review/{id}"), body)
            .await
            .status
    };
    assert_eq!(
        (decide(&good, "show").await, decide(&bad, "hide").await),
        (200, 200)
    );
    assert_eq!(
        each(&server.get("/v1/gallery").await.body, "id"),
        std::slice::from_ref(&good)
    );
    assert_eq!(items(&root.get("/v1/admin/review").await.body).len(), 0);
    let hidden = anna.get(&format!("/v1/works/{bad}")).await.body;
    assert_eq!(hidden["review"], "hidden", "its owner sees why");

    anna.put(
        &format!("/v1/works/{good}"),
        json!({"title": "something else"}),
    )
    .await;
    assert_eq!(
        items(&server.get("/v1/gallery").await.body).len(),
        0,
        "a new title is looked at again"
    );
    decide(&good, "show").await;
    let complaint = json!({"work_id": good, "reason": "not hers"});
    assert_eq!(server.post("/v1/reports", complaint).await.status, 202);
    let reported = root.get("/v1/admin/review").await.body;
    assert_eq!(items(&reported)[0]["reports"][0]["reason"], "not hers");
    assert_eq!(decide(&good, "delete").await, 200);
    assert_eq!(
        anna.get(&format!("/v1/works/{good}")).await.refused(404),
        "not_found"
    );
    assert_eq!(items(&root.get("/v1/admin/reports").await.body).len(), 0);
    let audit = root.get("/v1/admin/audit").await.body;
    assert_eq!(each(&audit, "action")[..2], ["work.delete", "work.show"]);
    assert_eq!(decide(&good, "show").await, 404);
    let unsure = json!({"decision": "perhaps"});
    let refused = root.post(&format!("/v1/admin/review/{bad}"), unsure).await;
    assert_eq!(refused.refused(422), "invalid_parameters");
    assert_eq!(anna.get("/v1/admin/review").await.refused(403), "forbidden");
    server.stop().await;
}

#[tokio::test]
async fn curves_and_causes_tell_what_happened() {
    let server = quick().await;
    server.admin("root").await;
    server.register("anna").await.photo(1).await;
    let server = Server::in_directory(server.stop().await, |config| {
        let plays = json!({"failure_rate": 1.0, "classes": ["no_image"]});
        play(config, &plays);
        config.jobs.retry_delays_secs = vec![];
    })
    .await;
    let root = server.log_in("root").await;
    let anna = server.log_in("anna").await;
    let failed = anna.order(2).await;
    anna.ended(&failed).await;
    let points = async |query: &str| root.get(&format!("/v1/admin/series?{query}")).await.body;
    let day = points("hours=24").await;
    let all = day["points"].as_array().expect("points");
    assert_eq!((day["step_seconds"].as_i64(), all.len()), (Some(3600), 25));
    let last = &all[24];
    assert_eq!(
        (&last["completed"], &last["failed"]),
        (&json!(1), &json!(1)),
        "{last}"
    );
    assert_eq!(points("hours=240").await["step_seconds"], 86_400);
    until("calls are counted", || async {
        let seen = root.get("/v1/admin/overview?hours=1").await.body;
        (seen["calls"]["calls"].as_u64() > Some(5)).then_some(())
    })
    .await;
    let seen = root.get("/v1/admin/overview?hours=1").await.body;
    assert_eq!(seen["refund_rate"], 0.5);
    assert_eq!(seen["kinds"][0]["kind"], "product_photo");
    let attempts = &seen["attempts"][0];
    assert_eq!(
        (&attempts["model"], &attempts["done"]),
        (&json!("test"), &json!(1))
    );
    let causes = root.get("/v1/admin/failures").await.body;
    let cause = &items(&causes)[0];
    assert_eq!(
        (&cause["code"], &cause["model"]),
        (&json!("no_picture_made"), &json!("test"))
    );
    assert_eq!(
        (&cause["count"], &cause["latest_job_id"]),
        (&json!(1), &json!(failed))
    );
    server.stop().await;
}

#[tokio::test]
async fn accountants_get_tables_that_add_up() {
    let server = quick().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    anna.photo(1).await;
    let grant = json!({"credits": 7, "reason": "=1+1"});
    root.post(&format!("/v1/admin/users/{}/grants", anna.id), grant)
        .await;
    let entries = root.get("/v1/admin/csv/entries").await;
    assert_eq!(entries.header("content-type"), "text/csv; charset=utf-8");
    let rows = table(&entries.bytes);
    assert_eq!(rows[0][5..8], ["kind", "amount", "balance_after"]);
    let kinds: Vec<&str> = rows[1..].iter().map(|row| row[5].as_str()).collect();
    assert!(kinds.contains(&"charge") && kinds.contains(&"signup_bonus"));
    let reasons = rows.last().expect("rows").last();
    assert_eq!(reasons.map(String::as_str), Some("'=1+1"), "no formula");
    let unspent = table(&root.get("/v1/admin/csv/unspent").await.bytes);
    let sum: i64 = unspent[1..]
        .iter()
        .map(|row| row[1].parse::<i64>().expect("credits"))
        .sum();
    assert_eq!(sum, server.count("SELECT sum(balance) FROM wallets"));
    let bonus = unspent
        .iter()
        .find(|row| row[0] == "signup_bonus")
        .expect("a row");
    assert_eq!(bonus[1], (START - 6).to_string());
    let costs = table(&root.get("/v1/admin/csv/costs").await.bytes);
    assert_eq!(costs[1][0], "test");
    let old = root.get("/v1/admin/csv/entries?month=2020-01").await;
    assert_eq!(table(&old.bytes).len(), 0, "nothing happened then");
    let refused = root.get("/v1/admin/csv/costs?month=now").await;
    assert_eq!(refused.refused(422), "invalid_parameters");
    server.stop().await;
}

#[tokio::test]
async fn what_production_needs_is_listed_until_it_is_there() {
    let server = quick().await;
    let root = server.admin("root").await;
    let missing = root.get("/v1/admin/missing").await.body;
    let codes = each(&missing, "code");
    for code in [
        "public_url",
        "backup",
        "label",
        "filings",
        "terms",
        "rate_limit",
    ] {
        assert!(
            codes.contains(&code.to_owned()),
            "{code} is missing in {codes:?}"
        );
    }
    let settings = root.get("/v1/admin/settings").await.body;
    assert_eq!(settings["jobs"]["concurrency"], 64);
    server.stop().await;

    let server = Server::with(|config| {
        play(config, &json!({}));
        config.server.public_url = "https://pictures.example.com".into();
        config.rate_limit.enabled = true;
        config.credits.signup_bonus = 0;
        config.label.producer_code = "91110000600037341L".into();
        config.site.contact = "help@example.com".into();
        config.site.filings = serde_json::from_value(json!([{"text": "1"}])).expect("a filing");
        let mut consents = serde_json::to_value(&config.site.consents).expect("JSON");
        consents["terms"]["version"] = json!("1");
        config.site.consents = serde_json::from_value(consents).expect("documents");
        let keyed = json!({"kind": "sandbox", "api_key": "k"});
        config.providers.insert(
            "keyed".into(),
            serde_json::from_value(keyed).expect("a provider"),
        );
    })
    .await;
    let mark = server.db().directory().join(atelier::db::BACKUP_MARK);
    let now = atelier::time::Moment::now().secs().to_string();
    std::fs::write(mark, now).expect("a file");
    let root = server.admin("root").await;
    let missing = root.get("/v1/admin/missing").await.body;
    assert_eq!(each(&missing, "code"), Vec::<String>::new());
    let settings = root.get("/v1/admin/settings").await.body;
    assert_eq!(
        settings["providers"]["keyed"]["api_key"], "(hidden)",
        "secrets stay hidden"
    );
    server.stop().await;
}
