//! Jobs that go well: taken, followed, finished, listed, and seen by nobody else.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server};
use crate::pictures::{decode, holds, product, sample, scaled};
use crate::shop::{START, idle, image, play, product_photo, quick, text, until, with};

#[tokio::test]
async fn a_job_is_taken_charged_and_made() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let taken = anna.post("/v1/jobs", product_photo(&upload)).await;
    assert_eq!(taken.status, 202, "{}", taken.body);
    let id = text(&taken.body["id"]);
    assert_eq!(taken.header("location"), format!("/v1/jobs/{id}"));
    assert!(
        taken
            .header("retry-after")
            .parse::<u32>()
            .is_ok_and(|s| s > 0)
    );
    assert_eq!(taken.header("idempotency-replayed"), "");
    let first = &taken.body;
    assert_eq!((&first["price"], &first["charged"]), (&json!(6), &json!(6)));
    assert_eq!(first["balance_after"], START - 6);
    assert_eq!(
        (&first["result"], &first["error"]),
        (&Value::Null, &Value::Null)
    );

    let done = anna.ended(&id).await;
    assert_eq!(
        (&done["status"], &done["progress"]),
        (&json!("completed"), &json!(100))
    );
    assert_eq!(done["message"], json!({"zh": "完成", "en": "Done"}));
    assert_eq!(
        (&done["result"]["model"], &done["attempts"]),
        (&json!("test"), &json!(1))
    );
    assert_eq!((&done["charged"], &done["retries"]), (&json!(6), &json!(0)));
    assert!(done["revision"].as_i64() > first["revision"].as_i64());
    for time in ["created_at", "started_at", "completed_at", "updated_at"] {
        assert!(
            done[time].as_str().is_some_and(|t| t.ends_with('Z')),
            "{time}: {done}"
        );
    }
    assert_eq!(done["links"]["cancel"], Value::Null);
    let work = text(&done["result"]["work_id"]);
    assert_eq!(done["links"]["work"], format!("/v1/works/{work}"));
    assert_eq!(server.picture(&done["inputs"][0]["url"]).await, product(1));

    let entry = ("charge".to_owned(), -6);
    assert_eq!(anna.entries().await[1..], [entry]);
    let newest = anna.get("/v1/credits/entries").await.body["items"][0].clone();
    assert_eq!(newest["job_id"], id);
    assert_eq!(
        newest["description"],
        json!({"zh": "商品摄影生成", "en": "Product photo"})
    );
    let credits = anna.get("/v1/credits").await.body;
    assert_eq!(
        (&credits["balance"], &credits["total_spent"]),
        (&json!(START - 6), &json!(6))
    );
    server.stop().await;
}

#[tokio::test]
async fn whoever_prefers_to_wait_gets_the_picture() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let request = anna
        .request(Method::POST, "/v1/jobs")
        .header("Prefer", "wait=20");
    let done = Answer::of(request.json(&product_photo(&upload))).await;
    assert_eq!(
        (done.status, &done.body["status"]),
        (200, &json!("completed"))
    );
    let id = text(&done.body["id"]);
    let shown = anna.get(&format!("/v1/jobs/{id}")).await;
    assert_eq!(shown.header("cache-control"), "no-store");
    assert_eq!(shown.header("retry-after"), "");
    assert_eq!(
        shown.body["result"]["work_id"],
        done.body["result"]["work_id"]
    );
    server.stop().await;
}

#[tokio::test]
async fn a_wait_ends_with_the_job_as_it_is() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let request = anna
        .request(Method::POST, "/v1/jobs")
        .header("Prefer", "wait=1");
    let waiting = Answer::of(request.json(&product_photo(&upload))).await;
    assert_eq!(
        (waiting.status, &waiting.body["status"]),
        (202, &json!("pending"))
    );
    server.stop().await;
}

#[tokio::test]
async fn every_kind_is_made_with_its_defaults() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let (one, two) = (anna.upload(product(1)).await, anna.upload(product(2)).await);
    let kinds = [
        (
            "virtual_tryon",
            json!({"person": one, "garment": two}),
            5,
            "standard",
            "虚拟试衣",
            json!({"style": "natural", "category": "auto"}),
        ),
        (
            "fashion_photo",
            json!({"product": one}),
            8,
            "high",
            "时尚摄影",
            json!({"scene": "studio", "model_style": "lookbook"}),
        ),
        (
            "digital_avatar",
            json!({"photos": [one, two]}),
            10,
            "standard",
            "数字分身",
            json!({"avatar_style": "oil"}),
        ),
        (
            "product_photo",
            json!({"product": [one]}),
            6,
            "standard",
            "商品摄影",
            json!({"background": "white", "lighting": "soft"}),
        ),
    ];
    for (kind, inputs, price, quality, label, settings) in kinds {
        let job = anna.make(json!({"kind": kind, "inputs": inputs})).await;
        assert_eq!(job["status"], "completed", "{job}");
        assert_eq!(
            (&job["price"], &job["quality"]),
            (&json!(price), &json!(quality)),
            "{kind}"
        );
        assert_eq!(job["settings"], settings, "{kind}");
        assert_eq!(
            (&job["seed"], &job["label"]),
            (&json!(0), &json!("visible"))
        );
        assert_eq!(
            (&job["output"], &job["cache"]),
            (&json!("original"), &Value::Null)
        );
        let shown = image(&job);
        assert_eq!(shown["file_name"], format!("{label}作品.jpg"));
        let picture = server.picture(&shown["url"]).await;
        assert_eq!(shown["bytes"], picture.len());
        let thumbnail = server.picture(&shown["thumbnail_url"]).await;
        assert!(thumbnail != picture && decode(&thumbnail).width() <= 384);
        for file in [&picture, &thumbnail] {
            assert!(
                holds(file, "TC260") && holds(file, &text(&job["id"])),
                "{kind}"
            );
        }
        let pixels = decode(&picture);
        assert_eq!(
            (&shown["width"], &shown["height"]),
            (&json!(pixels.width()), &json!(pixels.height()))
        );
    }
    assert_eq!(anna.balance().await, START - 5 - 8 - 10 - 6);
    server.stop().await;
}

#[tokio::test]
async fn progress_speaks_both_languages_and_never_goes_back() {
    let server = Server::with(|config| {
        play(config, &json!({"latency_ms": 700}));
        config.jobs.concurrency = 1;
    })
    .await;
    let anna = server.register("anna").await;
    let (first, second) = (anna.order(1).await, anna.order(2).await);
    let waiting = anna.job(&second).await;
    assert_eq!(waiting["message"], json!({"zh": "排队中", "en": "Waiting"}));
    assert!(
        waiting["position"].as_u64().is_some_and(|p| p >= 1),
        "{waiting}"
    );
    assert!(
        waiting["eta_seconds"].as_u64().is_some_and(|s| s >= 1),
        "{waiting}"
    );
    assert_eq!(
        waiting["links"]["cancel"],
        format!("/v1/jobs/{second}/cancel")
    );
    let half = anna.asked(&first).await;
    assert_eq!(half["status"], "processing");
    assert_eq!(half["message"]["zh"], "开始商品摄影生成...");
    assert_eq!(half["message"]["en"], "Generating your product photo…");
    let seen = std::cell::Cell::new(50);
    until("the job is done", || async {
        let job = anna.job(&first).await;
        let progress = job["progress"].as_u64().expect("a number");
        assert!(progress >= seen.replace(progress), "{job}");
        (job["status"] == "completed").then_some(())
    })
    .await;
    assert_eq!(seen.get(), 100);
    anna.ended(&second).await;
    server.stop().await;
}

#[tokio::test]
async fn owners_rate_what_they_got() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let id = text(&anna.photo(1).await["id"]);
    let path = format!("/v1/jobs/{id}/feedback");
    for (body, status) in [
        (json!({"rating": 0}), 422),
        (json!({"rating": 6}), 422),
        (json!({"rating": 4, "comment": "x".repeat(1001)}), 422),
        (json!({"rating": 4, "comment": "sharp"}), 204),
    ] {
        assert_eq!(anna.post(&path, body).await.status, status);
    }
    assert_eq!(anna.job(&id).await["rating"], 4);
    server.stop().await;
}

#[tokio::test]
async fn the_local_engine_makes_a_product_photo() {
    let server = Server::with(|config| {
        config.matting = serde_json::from_value(json!({"method": "classical"})).expect("a method");
    })
    .await;
    let anna = server.register("anna").await;
    let upload = anna.upload(scaled(&sample("product.jpg"), 300)).await;
    let body = with(
        product_photo(&upload),
        json!({"quality": "draft", "output": "white-800"}),
    );
    let quote = anna.post("/v1/jobs/preview", body.clone()).await;
    assert_eq!(
        (quote.status, &quote.body["ok"]),
        (200, &json!(true)),
        "{}",
        quote.body
    );
    assert_eq!(
        (&quote.body["price"], &quote.body["balance"]),
        (&json!(6), &json!(10))
    );
    assert_eq!(quote.body["model"], "studio");
    assert_eq!(anna.balance().await, 10);
    let job = anna.make(body).await;
    assert_eq!(
        (&job["status"], &job["result"]["model"]),
        (&json!("completed"), &json!("studio"))
    );
    let pixels = decode(&server.picture(&image(&job)["url"]).await).to_rgb8();
    assert_eq!(pixels.dimensions(), (800, 800));
    assert_eq!(pixels.get_pixel(0, 0).0, [255; 3]);
    assert!(
        pixels.pixels().any(|p| p.0.iter().all(|c| *c < 200)),
        "there is a product"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_photo_without_a_face_makes_no_avatar_and_costs_nothing() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let body =
        json!({"kind": "digital_avatar", "inputs": {"photos": [upload]}, "quality": "draft"});
    let quote = anna.post("/v1/jobs/preview", body.clone()).await.body;
    let warned = quote["checks"].as_array().into_iter().flatten();
    let warned =
        warned.filter(|check| check["refuses"] == true && check["code"] == "face_not_found");
    assert_eq!(
        (&quote["ok"], warned.count()),
        (&json!(false), 1),
        "{quote}"
    );
    let job = anna.make(body).await;
    assert_eq!(
        (&job["status"], &job["charged"]),
        (&json!("failed"), &json!(0))
    );
    assert_eq!(job["error"]["code"], "face_not_found");
    assert!(
        job["error"]["message"]["zh"]
            .as_str()
            .is_some_and(|m| m.contains("人脸"))
    );
    assert_eq!(
        anna.entries().await[1..],
        [("charge".into(), -10), ("refund".into(), 10)]
    );
    server.stop().await;
}
