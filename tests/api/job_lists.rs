//! Jobs side by side: lists and batches, and whose they are.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Answer;
use crate::pictures::product;
use crate::shop::{each, idle, image, items, product_photo, quick, text, with};

#[tokio::test]
async fn jobs_are_their_owners_alone() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let berta = server.register("berta").await;
    let id = text(&anna.photo(1).await["id"]);
    let path = format!("/v1/jobs/{id}");
    for (method, end) in [
        (Method::GET, ""),
        (Method::GET, "/route"),
        (Method::POST, "/cancel"),
        (Method::POST, "/save"),
    ] {
        let foreign = berta.request(method.clone(), &format!("{path}{end}"));
        assert_eq!(Answer::of(foreign).await.refused(404), "not_found", "{end}");
        let anonymous = server.request(method, &format!("{path}{end}"));
        assert_eq!(
            Answer::of(anonymous).await.refused(401),
            "unauthorized",
            "{end}"
        );
    }
    let rating = json!({"rating": 5});
    assert_eq!(
        berta
            .post(&format!("{path}/feedback"), rating)
            .await
            .refused(404),
        "not_found"
    );
    for unknown in [
        "job_00000000000000000000000000",
        "nonsense",
        &id.replace("job_", "wrk_"),
    ] {
        let answer = anna.get(&format!("/v1/jobs/{unknown}")).await;
        assert_eq!(answer.refused(404), "not_found", "{unknown}");
    }
    assert!(items(&berta.get("/v1/jobs").await.body).is_empty());
    assert_eq!(server.get("/v1/jobs").await.refused(401), "unauthorized");
    server.stop().await;
}

#[tokio::test]
async fn lists_are_filtered_and_come_page_by_page() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let mut ids = Vec::new();
    for seed in 1..=3 {
        let more = json!({"seed": seed, "batch": "spring-1"});
        ids.push(text(
            &anna.submit(with(product_photo(&upload), more)).await["id"],
        ));
    }
    let fashion = json!({"kind": "fashion_photo", "inputs": {"product": upload}, "batch": "other"});
    ids.push(text(&anna.submit(fashion).await["id"]));
    let cancelled = anna
        .post(&format!("/v1/jobs/{}/cancel", ids[0]), json!({}))
        .await;
    assert_eq!(cancelled.status, 200);
    let all = anna.get("/v1/jobs").await.body;
    let newest_first: Vec<String> = ids.iter().rev().cloned().collect();
    assert_eq!(each(&all, "id"), newest_first);
    for (query, expected) in [
        ("status=cancelled", vec![0]),
        ("status=pending", vec![3, 2, 1]),
        ("kind=fashion_photo", vec![3]),
        ("batch=spring-1", vec![2, 1, 0]),
        ("batch=spring-1&status=pending", vec![2, 1]),
        ("batch=nothing", vec![]),
    ] {
        let page = anna.get(&format!("/v1/jobs?{query}")).await.body;
        let expected: Vec<&String> = expected.iter().map(|at: &usize| &ids[*at]).collect();
        assert_eq!(
            each(&page, "id").iter().collect::<Vec<_>>(),
            expected,
            "{query}"
        );
    }
    for bad in ["status=done", "kind=painting", "colour=red"] {
        let refused = anna.get(&format!("/v1/jobs?{bad}")).await;
        assert_eq!(refused.refused(422), "invalid_parameters", "{bad}");
    }
    let page = anna.get("/v1/jobs?limit=3&batch=spring-1").await.body;
    assert_eq!(
        (items(&page).len(), &page["next_cursor"]),
        (3, &Value::Null)
    );
    let page = anna.get("/v1/jobs?limit=3").await.body;
    let cursor = text(&page["next_cursor"]);
    let rest = anna
        .get(&format!("/v1/jobs?limit=3&cursor={cursor}"))
        .await
        .body;
    assert_eq!(each(&rest, "id"), [ids[0].clone()]);
    server.stop().await;
}

#[tokio::test]
async fn a_batch_counts_its_jobs_and_credits() {
    let server = quick().await;
    let anna = server.register("anna").await;
    for number in 1..=3 {
        let upload = anna.upload(product(number)).await;
        let more = json!({"batch": "spring", "reference": format!("SKU/{number}")});
        let job = anna.make(with(product_photo(&upload), more)).await;
        assert_eq!(job["reference"], format!("SKU/{number}"));
        assert_eq!(image(&job)["file_name"], format!("SKU_{number}.jpg"));
    }
    let batch = anna.get("/v1/batches/spring").await.body;
    assert_eq!(
        (&batch["batch"], &batch["total"]),
        (&json!("spring"), &json!(3)),
        "{batch}"
    );
    assert_eq!(
        (&batch["completed"], &batch["failed"]),
        (&json!(3), &json!(0)),
        "{batch}"
    );
    assert_eq!(batch["credits"], 18, "{batch}");
    assert_eq!(
        anna.get("/v1/batches/autumn").await.refused(404),
        "not_found"
    );
    let berta = server.register("berta").await;
    assert_eq!(
        berta.get("/v1/batches/spring").await.refused(404),
        "not_found"
    );
    server.stop().await;
}
