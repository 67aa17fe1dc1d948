//! The operator's hand on jobs, and what the operator sees of them.

use serde_json::{Value, json};

use crate::harness::{Server, User};
use crate::shop::{START, each, idle, items, play, quick, text, until};

/// A server whose model refuses every picture.
async fn refusing() -> Server {
    let plays = json!({"failure_rate": 1.0, "classes": ["blocked_input"]});
    Server::with(|config| play(config, &plays)).await
}

/// Action and target of every line of the audit log, newest first.
async fn audit(root: &User<'_>) -> Vec<(String, Value)> {
    let lines = root.get("/v1/admin/audit").await.body;
    let line = |l: &Value| (text(&l["action"]), l["target"].clone());
    items(&lines).iter().map(line).collect()
}

#[tokio::test]
async fn operators_see_every_job_and_leave_a_line_when_they_look() {
    let server = quick().await;
    let root = server.admin("root").await;
    let (anna, berta) = (
        server.register("anna").await,
        server.register("berta").await,
    );
    let hers = text(&anna.photo(1).await["id"]);
    let his = text(&berta.photo(2).await["id"]);
    let all = root.get("/v1/admin/jobs").await.body;
    assert_eq!(each(&all, "id"), [his.clone(), hers.clone()]);
    assert_eq!(each(&all, "user_name"), ["berta", "anna"]);
    let feedback = format!("/v1/jobs/{hers}/feedback");
    let rated = anna.post(&feedback, json!({"rating": 5})).await;
    assert_eq!(rated.status, 204);
    for (query, expected) in [
        (format!("user={}", anna.id), vec![&hers]),
        ("status=failed".into(), vec![]),
        ("cause=internal".into(), vec![]),
        ("rated=true".into(), vec![&hers]),
        ("model=test&hours=1".into(), vec![&his, &hers]),
        ("model=another".into(), vec![]),
        (
            "status=completed&kind=product_photo&limit=1".into(),
            vec![&his],
        ),
    ] {
        let page = root.get(&format!("/v1/admin/jobs?{query}")).await.body;
        assert_eq!(
            each(&page, "id").iter().collect::<Vec<_>>(),
            expected,
            "{query}"
        );
    }
    let before = audit(&root).await.len();
    let shown = root.get(&format!("/v1/admin/jobs/{hers}")).await.body;
    assert_eq!(
        (&shown["user_id"], &shown["user_name"], &shown["id"]),
        (&json!(anna.id), &json!("anna"), &json!(hers))
    );
    assert_eq!(shown["route"]["attempts"][0]["state"], "done");
    let lines = audit(&root).await;
    assert_eq!(lines.len(), before + 1);
    assert_eq!(lines[0], ("job.look".into(), json!(hers)));
    let line = root.get("/v1/admin/audit?limit=1").await.body["items"][0].clone();
    assert_eq!(
        (&line["actor_name"], &line["detail"]["user_name"]),
        (&json!("root"), &json!("anna"))
    );
    let unknown = root.get("/v1/admin/jobs/job_x").await;
    assert_eq!(unknown.refused(404), "not_found");
    server.stop().await;
}

#[tokio::test]
async fn users_are_not_operators() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let id = text(&anna.photo(1).await["id"]);
    for path in [
        "/v1/admin/jobs",
        "/v1/admin/overview",
        "/v1/admin/audit",
        &format!("/v1/admin/jobs/{id}"),
    ] {
        assert_eq!(anna.get(path).await.refused(403), "forbidden", "{path}");
        assert_eq!(
            server.get(path).await.refused(401),
            "unauthorized",
            "{path}"
        );
    }
    for deed in ["retry", "fail", "make-good"] {
        let refused = anna
            .post(
                &format!("/v1/admin/jobs/{id}/{deed}"),
                json!({"reason": "x"}),
            )
            .await;
        assert_eq!(refused.refused(403), "forbidden", "{deed}");
    }
    assert_eq!(anna.balance().await, START - 6);
    server.stop().await;
}

#[tokio::test]
async fn a_failed_job_is_repeated_as_a_new_free_one() {
    let server = refusing().await;
    server.admin("root").await;
    let anna = server.register("anna").await;
    let failed = anna.order(1).await;
    assert_eq!(anna.ended(&failed).await["status"], "failed");
    let directory = server.stop().await;

    // The model is well again.
    let server = Server::in_directory(directory, |config| play(config, &json!({}))).await;
    let (root, anna) = (server.log_in("root").await, server.log_in("anna").await);
    let retried = root
        .post(&format!("/v1/admin/jobs/{failed}/retry"), json!({}))
        .await;
    assert_eq!(
        (retried.status, &retried.body["retry_of"]),
        (201, &json!(failed))
    );
    let new = text(&retried.body["id"]);
    assert_eq!(retried.header("location"), format!("/v1/admin/jobs/{new}"));
    let done = anna.ended(&new).await;
    assert_eq!(
        (&done["status"], &done["price"]),
        (&json!("completed"), &json!(0))
    );
    assert_eq!(done["cache"], Value::Null);
    assert_eq!(
        anna.job(&failed).await["status"],
        "failed",
        "what has ended stays as it is"
    );
    assert_eq!(anna.moves().await, ["charge", "refund"]);
    assert_eq!(audit(&root).await[0], ("job.retry".into(), json!(new)));

    let again = root
        .post(&format!("/v1/admin/jobs/{new}/retry"), json!({}))
        .await;
    assert_eq!(again.refused(409), "conflict");
    assert_eq!(again.body["job_status"], "completed");
    let unknown = root.post("/v1/admin/jobs/job_x/retry", json!({})).await;
    assert_eq!(unknown.refused(404), "not_found");
    let upload = text(&done["inputs"][0]["upload_id"]);
    assert_eq!(
        anna.delete(&format!("/v1/uploads/{upload}")).await.status,
        204
    );
    let gone = root
        .post(&format!("/v1/admin/jobs/{failed}/retry"), json!({}))
        .await;
    assert_eq!(gone.refused(410), "gone");
    server.stop().await;
}

#[tokio::test]
async fn an_operator_ends_a_live_job_and_refunds_it() {
    let server = Server::with(|config| {
        play(config, &json!({"latency_ms": 800}));
        config.jobs.concurrency = 1;
    })
    .await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let (running, waiting) = (anna.order(1).await, anna.order(2).await);
    anna.asked(&running).await;
    for id in [&running, &waiting] {
        let ended = root
            .post(&format!("/v1/admin/jobs/{id}/fail"), json!({}))
            .await;
        assert_eq!(
            (ended.status, &ended.body["status"]),
            (200, &json!("failed"))
        );
        assert_eq!(ended.body["error"]["code"], "stopped_by_operator");
        let again = root
            .post(&format!("/v1/admin/jobs/{id}/fail"), json!({}))
            .await;
        assert_eq!(again.refused(409), "conflict");
        assert_eq!(audit(&root).await[0], ("job.fail".into(), json!(id)));
    }
    // The worker that was at it comes too late and changes nothing.
    until("the late answer was dropped", || async {
        let done = anna
            .attempts(&running)
            .await
            .iter()
            .any(|(state, _)| state == "done");
        done.then_some(())
    })
    .await;
    assert_eq!(anna.job(&running).await["status"], "failed");
    assert!(items(&anna.get("/v1/works").await.body).is_empty());
    assert_eq!(anna.moves().await, ["charge", "charge", "refund", "refund"]);
    assert_eq!(anna.balance().await, START);
    server.stop().await;
}

#[tokio::test]
async fn a_poor_result_is_made_good_once() {
    let server = quick().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let id = text(&anna.photo(1).await["id"]);
    let free = anna.order(1).await;
    let path = format!("/v1/admin/jobs/{id}/make-good");
    let empty = root.post(&path, json!({"reason": " "})).await;
    assert_eq!(empty.refused(422), "invalid_parameters");
    let given = root.post(&path, json!({"reason": "blurred"})).await;
    assert_eq!((given.status, &given.body["amount"]), (200, &json!(6)));
    assert_eq!(
        root.post(&path, json!({"reason": "blurred"}))
            .await
            .refused(409),
        "conflict"
    );
    let free = format!("/v1/admin/jobs/{free}/make-good");
    assert_eq!(
        root.post(&free, json!({"reason": "x"})).await.refused(409),
        "conflict",
        "it cost nothing"
    );
    assert_eq!(
        anna.entries().await[1..],
        [("charge".into(), -6), ("adjust".into(), 6)]
    );
    let newest = anna.get("/v1/credits/entries").await.body["items"][0].clone();
    assert_eq!(
        (&newest["job_id"], &newest["balance_after"]),
        (&json!(id), &json!(START))
    );
    assert_eq!(audit(&root).await[0], ("job.make_good".into(), json!(id)));
    server.stop().await;
}

#[tokio::test]
async fn only_completed_jobs_are_made_good() {
    let server = idle().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    let refused = root
        .post(
            &format!("/v1/admin/jobs/{id}/make-good"),
            json!({"reason": "x"}),
        )
        .await;
    assert_eq!(refused.refused(409), "job_not_finished");
    assert_eq!(anna.balance().await, START - 6);
    server.stop().await;
}
