//! Works: listed, changed, liked, shared, shown in the gallery, exported, deleted.

use std::io::{Cursor, Read};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server, User};
use crate::pictures::{decode, product};
use crate::shop::{each, image, items, play, pointers, product_photo, quick, text, until, with};

/// A new work of this user; its id.
async fn work(user: &User<'_>, number: u8) -> String {
    text(&user.photo(number).await["result"]["work_id"])
}

fn path(work: &str) -> String {
    format!("/v1/works/{work}")
}

#[tokio::test]
async fn a_work_tells_how_it_was_made() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let more = json!({"reference": "SKU-1", "batch": "spring", "settings": {"background": "wood"}});
    let job = anna.make(with(product_photo(&upload), more)).await;
    let id = text(&job["result"]["work_id"]);
    let work = anna.get(&path(&id)).await.body;
    assert_eq!(
        (&work["job_id"], &work["kind"]),
        (&job["id"], &json!("product_photo"))
    );
    assert_eq!(
        (&work["title"], &work["reference"]),
        (&json!("SKU-1"), &json!("SKU-1"))
    );
    assert_eq!(
        (&work["tags"], &work["batch"]),
        (&json!(["商品摄影"]), &json!("spring"))
    );
    assert_eq!(
        work["settings"],
        json!({"background": "wood", "lighting": "soft"})
    );
    assert_eq!(
        work["inputs"],
        json!([{"role": "product", "upload_id": upload}])
    );
    assert_eq!(
        (&work["model"], &work["listed"]),
        (&json!("test"), &json!(true))
    );
    assert_eq!(
        (&work["is_public"], &work["favorite_count"]),
        (&json!(false), &json!(0))
    );
    assert_eq!(
        server.picture(&work["image"]["url"]).await,
        server.picture(&image(&job)["url"]).await
    );

    let berta = server.register("berta").await;
    for method in [Method::GET, Method::DELETE] {
        let foreign = Answer::of(berta.request(method, &path(&id))).await;
        assert_eq!(foreign.refused(404), "not_found");
    }
    let change = json!({"title": "mine"});
    assert_eq!(
        berta.put(&path(&id), change).await.refused(404),
        "not_found"
    );
    assert_eq!(server.get(&path(&id)).await.refused(401), "unauthorized");
    server.stop().await;
}

#[tokio::test]
async fn lists_are_filtered() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let one = anna
        .make(with(product_photo(&upload), json!({"batch": "spring"})))
        .await;
    let two = anna
        .make(json!({"kind": "fashion_photo", "inputs": {"product": upload}}))
        .await;
    let ids = [&one, &two].map(|job| text(&job["result"]["work_id"]));
    anna.put(&path(&ids[1]), json!({"tags": ["red", "linen"]}))
        .await;
    anna.put(&format!("{}/favorite", path(&ids[0])), json!({}))
        .await;
    for (query, expected) in [
        ("", vec![1, 0]),
        ("kind=product_photo", vec![0]),
        ("tag=linen", vec![1]),
        ("tag=lin", vec![]),
        ("batch=spring", vec![0]),
        ("favorite=true", vec![0]),
        ("limit=1", vec![1]),
    ] {
        let page = anna.get(&format!("/v1/works?{query}")).await.body;
        let expected: Vec<String> = expected.iter().map(|at: &usize| ids[*at].clone()).collect();
        assert_eq!(each(&page, "id"), expected, "{query}");
    }
    let cursor = text(&anna.get("/v1/works?limit=1").await.body["next_cursor"]);
    let rest = anna
        .get(&format!("/v1/works?limit=1&cursor={cursor}"))
        .await
        .body;
    assert_eq!(each(&rest, "id"), [ids[0].clone()]);
    assert_eq!(
        anna.get("/v1/works?kind=cat").await.refused(422),
        "invalid_parameters"
    );
    let statistics = anna.get("/v1/me").await.body["statistics"].clone();
    assert_eq!(
        (&statistics["works_created"], &statistics["favorite_count"]),
        (&json!(2), &json!(1))
    );
    server.stop().await;
}

#[tokio::test]
async fn owners_change_words_and_say_who_sees_it() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let id = work(&anna, 1).await;
    let change = json!({"title": "  Mug ", "tags": ["red", " red ", "clay"]});
    let changed = anna.put(&path(&id), change).await;
    assert_eq!(
        (changed.status, &changed.body["title"]),
        (200, &json!("Mug"))
    );
    assert_eq!(changed.body["tags"], json!(["red", "clay"]));
    let patched = anna
        .request(Method::PATCH, &path(&id))
        .json(&json!({"is_public": true}));
    let patched = Answer::of(patched).await;
    assert_eq!(
        (patched.status, &patched.body["is_public"]),
        (200, &json!(true))
    );
    assert_eq!(patched.body["title"], "Mug", "what is not sent stays");
    for (body, pointer) in [
        (json!({"title": " "}), "/title"),
        (json!({"title": "x".repeat(101)}), "/title"),
        (json!({"tags": [""]}), "/tags"),
        (json!({"tags": ["x".repeat(31)]}), "/tags"),
        (
            json!({"tags": (0..21).map(|n| n.to_string()).collect::<Vec<_>>()}),
            "/tags",
        ),
        (json!({"model": "mine"}), "/model"),
    ] {
        let refused = anna.put(&path(&id), body).await;
        assert_eq!(refused.refused(422), "invalid_parameters");
        assert_eq!(pointers(&refused), [pointer]);
    }
    assert_eq!(
        anna.get(&path(&id)).await.body["tags"],
        json!(["red", "clay"])
    );
    server.stop().await;
}

#[tokio::test]
async fn a_deleted_work_takes_its_files_along() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let job = anna.photo(1).await;
    let (url, thumbnail) = (
        image(&job)["url"].clone(),
        image(&job)["thumbnail_url"].clone(),
    );
    server.picture(&url).await;
    let id = text(&job["result"]["work_id"]);
    assert_eq!(anna.delete(&path(&id)).await.status, 204);
    assert_eq!(anna.delete(&path(&id)).await.refused(404), "not_found");
    assert_eq!(anna.get(&path(&id)).await.refused(404), "not_found");
    for url in [url, thumbnail] {
        until("the file is gone", || async {
            let status = server.follow(&url).await.status;
            assert!(matches!(status, 200 | 404 | 410), "{status}");
            (status != 200).then_some(())
        })
        .await;
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_not_saved_goes_after_a_week() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let changed = anna
        .put("/v1/me", json!({"settings": {"auto_save": false}}))
        .await;
    assert_eq!(changed.status, 200);
    let job = anna.photo(1).await;
    assert!(items(&anna.get("/v1/works").await.body).is_empty());
    let id = text(&job["result"]["work_id"]);
    let unlisted = anna.get(&path(&id)).await.body;
    assert_eq!(unlisted["listed"], false);
    let left = server.count(&format!(
        "SELECT (expires_at - created_at) / 86400000 FROM works WHERE id = '{id}'"
    ));
    assert_eq!(left, 7);
    assert!(unlisted["expires_at"].is_string());
    let saved = anna
        .post(&format!("/v1/jobs/{}/save", text(&job["id"])), json!({}))
        .await;
    assert_eq!(
        (saved.status, &saved.body["listed"]),
        (200, &json!(true)),
        "{}",
        saved.body
    );
    assert_eq!(saved.body["expires_at"], Value::Null);
    assert_eq!(each(&anna.get("/v1/works").await.body, "id"), [id]);
    server.stop().await;
}

#[tokio::test]
async fn an_export_is_a_zip_with_names_that_do_not_repeat() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let mut ids = Vec::new();
    for (number, reference, batch) in [(1, "SKU/1", "a"), (2, "sku/1", "a"), (3, "mug", "b")] {
        let upload = anna.upload(product(number)).await;
        let more = json!({"reference": reference, "batch": batch});
        let job = anna.make(with(product_photo(&upload), more)).await;
        ids.push(text(&job["result"]["work_id"]));
    }
    let names = |query: String| {
        let anna = &anna;
        async move {
            let zip = anna.get(&format!("/v1/works/export{query}")).await;
            assert_eq!(
                (zip.status, zip.header("content-type")),
                (200, "application/zip")
            );
            assert!(zip.header("content-disposition").contains(".zip"));
            let mut zip = zip::ZipArchive::new(Cursor::new(zip.bytes)).expect("a zip");
            let mut names = Vec::new();
            for at in 0..zip.len() {
                let mut file = zip.by_index(at).expect("a file");
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).expect("whole");
                decode(&bytes);
                names.push(file.name().expect("a name").into_owned());
            }
            names
        }
    };
    assert_eq!(
        names(String::new()).await,
        ["SKU_1.jpg", "sku_1-2.jpg", "mug.jpg"]
    );
    assert_eq!(names("?batch=b".into()).await, ["mug.jpg"]);
    assert_eq!(
        names(format!("?ids={},{}", ids[2], ids[0])).await,
        ["SKU_1.jpg", "mug.jpg"]
    );
    assert_eq!(
        anna.get("/v1/works/export?ids=x").await.refused(422),
        "invalid_parameters"
    );
    assert_eq!(
        anna.get("/v1/works/export?batch=none").await.refused(404),
        "not_found"
    );
    let berta = server.register("berta").await;
    let foreign = berta.get(&format!("/v1/works/export?ids={}", ids[0])).await;
    assert_eq!(foreign.refused(404), "not_found");
    server.stop().await;
}

#[tokio::test]
async fn a_full_disk_takes_no_zip() {
    let server = quick().await;
    server.register("anna").await.photo(1).await;
    let directory = server.stop().await;
    let server = Server::in_directory(directory, |config| {
        play(config, &json!({}));
        config.jobs.min_free_mb = 1_000_000_000;
    })
    .await;
    let anna = server.log_in("anna").await;
    let zip = anna.get("/v1/works/export").await;
    assert_eq!(zip.refused(507), "disk_full");
    server.stop().await;
}
