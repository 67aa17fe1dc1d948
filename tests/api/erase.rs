//! An account goes: at once for its owner, and completely, whatever happens in between.

use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{PASSWORD, Server, User};
use crate::shop::{START, image, items, play, text, until};

/// How many files there are below the data directory's folder of pictures.
fn files(server: &Server) -> usize {
    fn count(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .map(|e| {
                if e.path().is_dir() {
                    count(&e.path())
                } else {
                    1
                }
            })
            .sum()
    }
    count(&server.db().directory().join("blobs"))
}

async fn complete(server: &Server) {
    until("the account is erased", || async {
        let waiting = "SELECT count(*) FROM erasures WHERE completed_at IS NULL";
        let doomed = "SELECT count(*) FROM doomed_blobs";
        (server.count(waiting) + server.count(doomed) == 0).then_some(())
    })
    .await;
}

/// Nothing about this user is left but what the ledger needs.
fn only_the_books_are_left(server: &Server, user: &str) {
    for table in [
        "uploads",
        "works",
        "favorites",
        "idempotency_keys",
        "sessions",
        "api_keys",
        "consents",
    ] {
        let sql = format!("SELECT count(*) FROM {table} WHERE user_id = '{user}'");
        assert_eq!(server.count(&sql), 0, "{table}");
    }
    let words = format!(
        "SELECT count(*) FROM users WHERE id = '{user}' AND state = 'erased' AND username IS NULL
            AND nickname IS NULL AND password_hash IS NULL"
    );
    assert_eq!(server.count(&words), 1);
    let said = format!(
        "SELECT count(*) FROM jobs WHERE user_id = '{user}'
            AND (reference IS NOT NULL OR batch IS NOT NULL OR comment IS NOT NULL)"
    );
    assert_eq!(server.count(&said), 0);
    let balance = format!(
        "SELECT balance FROM wallets WHERE id = (SELECT wallet_id FROM users WHERE id = '{user}')"
    );
    assert_eq!(server.count(&balance), 0);
    let expired =
        format!("SELECT count(*) FROM entries WHERE user_id = '{user}' AND kind = 'expire'");
    assert!(server.count(&expired) >= 1);
}

async fn is_locked_out(server: &Server, user: &User<'_>, username: &str) {
    assert_eq!(user.get("/v1/me").await.refused(401), "unauthorized");
    let log_in = json!({"username": username, "password": PASSWORD});
    let refused = server.post("/v1/auth/login", log_in).await;
    assert_eq!(refused.refused(401), "wrong_credentials");
    let refresh = json!({"refresh_token": user.refresh_token});
    assert_eq!(server.post("/v1/auth/refresh", refresh).await.status, 401);
}

#[tokio::test]
async fn an_erased_account_leaves_nothing_but_its_entries() {
    let server = Server::with(|config| play(config, &json!({}))).await;
    let root = server.admin("root").await;
    let (anna, berta) = (
        server.register("anna").await,
        server.register("berta").await,
    );
    let job = anna.photo(1).await;
    anna.photo(2).await;
    let work = text(&job["result"]["work_id"]);
    anna.put(&format!("/v1/works/{work}"), json!({"is_public": true}))
        .await;
    let share = anna
        .post(&format!("/v1/works/{work}/share"), json!({}))
        .await
        .body;
    let like = format!("/v1/works/{work}/favorite");
    assert_eq!(berta.put(&like, json!({})).await.status, 200);
    let hers = text(&berta.photo(3).await["result"]["work_id"]);
    berta
        .put(&format!("/v1/works/{hers}"), json!({"is_public": true}))
        .await;
    anna.put(&format!("/v1/works/{hers}/favorite"), json!({}))
        .await;
    let url = image(&job)["url"].clone();
    server.picture(&url).await;
    // Each photo is an upload, a picture and a thumbnail.
    assert_eq!(files(&server), 9);

    let receipt = anna.delete("/v1/me").await;
    assert_eq!(
        (receipt.status, &receipt.body["user_id"]),
        (202, &json!(anna.id))
    );
    assert!(receipt.body["requested_at"].is_string());
    is_locked_out(&server, &anna, "anna").await;
    assert_eq!(
        server.follow(&share["api_url"]).await.refused(404),
        "not_found"
    );
    complete(&server).await;
    only_the_books_are_left(&server, &anna.id);
    assert_eq!(server.follow(&url).await.status, 404);
    assert_eq!(files(&server), 3, "Berta's are still there");
    assert!(items(&berta.get("/v1/works?favorite=true").await.body).is_empty());
    assert_eq!(
        berta.get(&format!("/v1/works/{hers}")).await.body["favorite_count"],
        0
    );
    let gallery = berta.get("/v1/gallery").await.body;
    assert_eq!(items(&gallery).len(), 1);

    let kept = server.count(&format!(
        "SELECT count(*) FROM entries WHERE user_id = '{}'",
        anna.id
    ));
    assert_eq!(kept, 4, "bonus, two charges, expiry");
    let shown = root
        .get(&format!("/v1/admin/jobs/{}", text(&job["id"])))
        .await
        .body;
    assert_eq!(
        (&shown["status"], &shown["result_gone"]),
        (&json!("completed"), &json!(true))
    );
    let again = server.register("anna").await;
    assert_ne!(again.id, anna.id, "the name is free for somebody else");
    assert!(items(&again.get("/v1/jobs").await.body).is_empty());
    let verdict = root.get("/v1/admin/ledger/verify").await.body;
    assert_eq!(verdict["differences"], 0);
    server.stop().await;
}

#[tokio::test]
async fn waiting_jobs_are_cancelled_and_running_ones_leave_nothing() {
    let server = Server::with(|config| {
        play(config, &json!({"latency_ms": 600}));
        config.jobs.concurrency = 1;
    })
    .await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let (running, waiting) = (anna.order(1).await, anna.order(2).await);
    anna.once(&running, "processing").await;
    assert_eq!(anna.delete("/v1/me").await.status, 202);
    is_locked_out(&server, &anna, "anna").await;
    let status = |id: String| {
        let root = &root;
        async move { root.get(&format!("/v1/admin/jobs/{id}")).await.body }
    };
    assert_eq!(status(waiting).await["status"], "cancelled");
    complete(&server).await;
    let ended = status(running).await;
    assert_eq!(
        (&ended["status"], &ended["result"]),
        (&json!("failed"), &Value::Null)
    );
    assert_eq!(ended["error"]["code"], "account_erased");
    only_the_books_are_left(&server, &anna.id);
    assert_eq!(files(&server), 0);
    let books = format!(
        "SELECT total(amount) FROM entries WHERE user_id = '{}' AND kind <> 'expire'",
        anna.id
    );
    assert_eq!(
        server.count(&format!("SELECT CAST(({books}) AS INTEGER)")),
        START
    );
    server.stop().await;
}

#[tokio::test]
async fn an_erasure_that_was_interrupted_is_completed_after_the_start() {
    let slow = |config: &mut atelier::config::Config| {
        play(config, &json!({"latency_ms": 60_000}));
        config.jobs.drain_secs = 0;
    };
    let server = Server::with(slow).await;
    let anna = server.register("anna").await;
    let id = anna.order(1).await;
    anna.once(&id, "processing").await;
    assert_eq!(anna.delete("/v1/me").await.status, 202);
    let user = anna.id.clone();
    // The job still runs, so the erasure cannot be complete when the server goes.
    let directory = server.stop().await;

    let server = Server::in_directory(directory, slow).await;
    complete(&server).await;
    only_the_books_are_left(&server, &user);
    assert_eq!(files(&server), 0);
    let cancelled = format!("SELECT count(*) FROM jobs WHERE id = '{id}' AND status = 'cancelled'");
    assert_eq!(
        server.count(&cancelled),
        1,
        "nobody makes a picture for an erased user"
    );
    server.stop().await;
}
