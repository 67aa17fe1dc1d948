//! Works that others see: likes, share links, the gallery, complaints.

use atelier::db::{DbError, Query, Reader};
use serde_json::json;

use crate::harness::{Server, User};
use crate::pictures::decode;
use crate::shop::{each, items, play, pointers, quick, text};

/// A new work of this user; its id.
async fn work(user: &User<'_>, number: u8) -> String {
    text(&user.photo(number).await["result"]["work_id"])
}

async fn with_gallery(mode: &str) -> Server {
    Server::with(|config| {
        play(config, &json!({}));
        config.works = serde_json::from_value(json!({"gallery": mode})).expect("a mode");
    })
    .await
}

fn path(work: &str) -> String {
    format!("/v1/works/{work}")
}

#[tokio::test]
async fn likes_are_counted_once_each() {
    let server = quick().await;
    let (anna, berta) = (
        server.register("anna").await,
        server.register("berta").await,
    );
    let id = work(&anna, 1).await;
    let like = format!("{}/favorite", path(&id));
    assert_eq!(
        berta.put(&like, json!({})).await.refused(404),
        "not_found",
        "it is not public"
    );
    anna.put(&path(&id), json!({"is_public": true})).await;
    for _ in 0..2 {
        let liked = berta.put(&like, json!({})).await;
        assert_eq!(
            (liked.status, &liked.body["favorite_count"]),
            (200, &json!(1))
        );
    }
    assert_eq!(anna.put(&like, json!({})).await.body["favorite_count"], 2);
    let seen = anna.get(&path(&id)).await.body;
    assert_eq!(
        (&seen["favorite"], &seen["favorite_count"]),
        (&json!(true), &json!(2))
    );
    for _ in 0..2 {
        let unliked = berta.delete(&like).await;
        assert_eq!(
            (unliked.status, &unliked.body["favorite_count"]),
            (200, &json!(1))
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_share_link_opens_one_work_until_it_is_taken_back() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let id = work(&anna, 1).await;
    let share = format!("{}/share", path(&id));
    let shared = anna.post(&share, json!({})).await;
    assert_eq!(shared.status, 200);
    assert_eq!(
        anna.post(&share, json!({})).await.body,
        shared.body,
        "it keeps its link"
    );
    let seen = server.follow(&shared.body["api_url"]).await;
    assert_eq!((seen.status, &seen.body["id"]), (200, &json!(id)));
    for hidden in ["inputs", "settings", "job_id", "user_id", "reference"] {
        assert!(
            seen.body.get(hidden).is_none(),
            "{hidden} is nobody's business"
        );
    }
    let page = server.follow(&shared.body["url"]).await;
    assert!(page.header("content-type").starts_with("text/html"));
    let picture = format!("{}/image", text(&shared.body["url"]));
    decode(&server.picture(&json!(picture)).await);
    assert_eq!(
        anna.get(&path(&id)).await.body["share_url"],
        shared.body["url"]
    );

    assert_eq!(anna.delete(&share).await.status, 204);
    for url in [
        &shared.body["api_url"],
        &shared.body["url"],
        &json!(picture),
    ] {
        assert_eq!(server.follow(url).await.refused(404), "not_found", "{url}");
    }
    let again = anna.post(&share, json!({})).await;
    assert_ne!(
        again.body["url"], shared.body["url"],
        "the old link stays dead"
    );
    server.stop().await;
}

#[tokio::test]
async fn the_gallery_is_for_whom_the_operator_says() {
    for (mode, visitors, members) in [
        ("off", 404, 404),
        ("members", 401, 200),
        ("public", 200, 200),
    ] {
        let server = with_gallery(mode).await;
        let (anna, berta) = (
            server.register("anna").await,
            server.register("berta").await,
        );
        let id = work(&anna, 1).await;
        let shown = anna.put(&path(&id), json!({"is_public": true})).await;
        assert_eq!(
            shown.status,
            if mode == "off" { 422 } else { 200 },
            "{mode}"
        );
        if mode == "public" {
            let root = server.admin("root").await;
            let shown = json!({"decision": "show"});
            let shown = root.post(&format!("/v1/admin/review/{id}"), shown).await;
            assert_eq!(shown.status, 200, "{}", shown.body);
        }
        assert_eq!(server.get("/v1/gallery").await.status, visitors, "{mode}");
        let page = berta.get("/v1/gallery").await;
        assert_eq!(page.status, members, "{mode}");
        if members == 200 {
            assert_eq!(each(&page.body, "id"), std::slice::from_ref(&id));
            server.picture(&page.body["items"][0]["image"]["url"]).await;
            anna.put(&path(&id), json!({"is_public": false})).await;
            assert!(items(&berta.get("/v1/gallery").await.body).is_empty());
        }
        server.stop().await;
    }
}

#[tokio::test]
async fn anyone_may_complain_about_what_everyone_can_see() {
    let server = quick().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let id = work(&anna, 1).await;
    let complaint = json!({"work_id": id, "reason": "that is my face", "contact": "a@b.example"});
    assert_eq!(
        server
            .post("/v1/reports", complaint.clone())
            .await
            .refused(404),
        "not_found"
    );
    anna.post(&format!("{}/share", path(&id)), json!({})).await;
    let filed = server.post("/v1/reports", complaint).await;
    assert_eq!(filed.status, 202, "{}", filed.body);
    let empty = json!({"work_id": id, "reason": " "});
    assert_eq!(
        pointers(&server.post("/v1/reports", empty).await),
        ["/reason"]
    );
    let unknown = json!({"work_id": "wrk_x", "reason": "x"});
    assert_eq!(
        server.post("/v1/reports", unknown).await.refused(404),
        "not_found"
    );
    let open = root.get("/v1/admin/reports").await.body;
    assert_eq!(each(&open, "work_id"), [id]);
    assert_eq!(open["items"][0]["reason"], "that is my face");
    assert_eq!(
        anna.get("/v1/admin/reports").await.refused(403),
        "forbidden"
    );
    server.stop().await;
}

#[tokio::test]
async fn complaints_end_with_their_work_and_then_nobody_can_be_reached() {
    let server = quick().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let contacts = |db: &Reader<'_>| {
        let sql = "SELECT contact FROM reports ORDER BY id";
        Ok::<_, DbError>(db.all(sql, [], |row| row.get::<_, Option<String>>(0))?)
    };
    for number in [1, 2] {
        let id = work(&anna, number).await;
        anna.post(&format!("{}/share", path(&id)), json!({})).await;
        let complaint = json!({"work_id": id, "reason": "mine", "contact": "a@b.example"});
        assert_eq!(server.post("/v1/reports", complaint).await.status, 202);
    }
    let open = each(&root.get("/v1/admin/reports").await.body, "work_id");
    let hide = json!({"decision": "hide"});
    let review = format!("/v1/admin/review/{}", open[0]);
    assert_eq!(root.post(&review, hide).await.status, 200);
    let left = server.db().read(contacts).expect("the reports");
    assert_eq!(left, [Some("a@b.example".to_owned()), None]);
    assert_eq!(anna.delete(&path(&open[1])).await.status, 204);
    assert!(items(&root.get("/v1/admin/reports").await.body).is_empty());
    let left = server.db().read(contacts).expect("the reports");
    assert_eq!(left, [None, None], "they are still counted");
    server.stop().await;
}

#[tokio::test]
async fn what_a_frozen_user_showed_vanishes_at_once() {
    let server = with_gallery("public").await;
    let root = server.admin("root").await;
    let (anna, berta) = (
        server.register("anna").await,
        server.register("berta").await,
    );
    let id = work(&anna, 1).await;
    anna.put(&path(&id), json!({"is_public": true})).await;
    let share = anna
        .post(&format!("{}/share", path(&id)), json!({}))
        .await
        .body;
    let review = format!("/v1/admin/review/{id}");
    let shown = root.post(&review, json!({"decision": "show"})).await;
    assert_eq!(shown.status, 200);
    let user = format!("/v1/admin/users/{}", anna.id);
    assert_eq!(
        root.post(&format!("{user}/freeze"), json!({})).await.status,
        200
    );
    assert!(items(&server.get("/v1/gallery").await.body).is_empty());
    assert_eq!(
        server.follow(&share["api_url"]).await.refused(404),
        "not_found"
    );
    assert_eq!(server.follow(&share["url"]).await.refused(404), "not_found");
    let like = berta
        .put(&format!("{}/favorite", path(&id)), json!({}))
        .await;
    assert_eq!(
        like.refused(404),
        "not_found",
        "what cannot be seen cannot be liked"
    );
    let complaint = json!({"work_id": id, "reason": "x"});
    assert_eq!(
        server.post("/v1/reports", complaint).await.refused(404),
        "not_found"
    );
    assert_eq!(
        root.post(&format!("{user}/unfreeze"), json!({}))
            .await
            .status,
        200
    );
    assert_eq!(each(&server.get("/v1/gallery").await.body, "id"), [id]);
    server.stop().await;
}
