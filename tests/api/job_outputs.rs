//! Output rows: size to the pixel, background, file size; and the AI label.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server};
use crate::pictures::{decode, holds, noise, product};
use crate::shop::{START, image, play, pointers, product_photo, quick, text, with};

fn terms(version: &str) -> Value {
    json!({"version": version, "title": {"zh": "条款", "en": "Terms"}, "url": "/terms"})
}

#[tokio::test]
async fn outputs_have_their_size_to_the_pixel() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    for (output, size, extension, max_kb) in [
        ("1x1-800", (800, 800), "jpg", 500),
        ("3x4-750", (750, 1000), "jpg", 500),
        ("9x16-1080", (1080, 1920), "jpg", 3000),
        ("white-800", (800, 800), "jpg", 500),
    ] {
        let job = anna
            .make(with(product_photo(&upload), json!({"output": output})))
            .await;
        assert_eq!(job["status"], "completed", "{job}");
        assert_eq!(job["output"], output);
        let shown = image(&job);
        assert_eq!(
            (&shown["width"], &shown["height"]),
            (&json!(size.0), &json!(size.1))
        );
        assert!(
            shown["file_name"]
                .as_str()
                .is_some_and(|n| n.ends_with(extension))
        );
        let file = server.picture(&shown["url"]).await;
        assert!(file.len() <= max_kb * 1000, "{output}: {}", file.len());
        let pixels = decode(&file).to_rgb8();
        assert_eq!(pixels.dimensions(), size, "{output}");
        if output == "white-800" {
            for (x, y) in [(0, 0), (799, 0), (0, 799), (799, 799), (400, 4)] {
                assert_eq!(pixels.get_pixel(x, y).0, [255; 3], "at {x}, {y}");
            }
            let middle = pixels.get_pixel(400, 400).0;
            assert!(
                middle[0] > 150 && middle[1] < 100,
                "the product is there: {middle:?}"
            );
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_transparent_product_is_a_png_with_alpha() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let body = with(product_photo(&upload), json!({"output": "transparent"}));
    let job = anna.make(body).await;
    let shown = image(&job);
    assert_eq!(
        (&shown["format"], &job["output"]),
        (&json!("png"), &json!("transparent"))
    );
    let file = server.picture(&shown["url"]).await;
    assert!(file.starts_with(b"\x89PNG") && holds(&file, "TC260"));
    let pixels = decode(&file).to_rgba8();
    assert_eq!(pixels.get_pixel(0, 0).0[3], 0, "nothing in the corner");
    let (w, h) = pixels.dimensions();
    assert_eq!(
        pixels.get_pixel(w / 2, h / 2).0[3],
        255,
        "the product in the middle"
    );
    // It is for product photos alone.
    let fashion =
        json!({"kind": "fashion_photo", "inputs": {"product": upload}, "output": "transparent"});
    assert_eq!(pointers(&anna.post("/v1/jobs", fashion).await), ["/output"]);
    server.stop().await;
}

#[tokio::test]
async fn a_file_size_limit_holds_or_the_job_fails() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        let row = |id: &str, max_kb: u32| {
            json!({"id": id, "label": {"zh": id, "en": id}, "width": 700, "height": 700,
                   "format": "jpeg", "max_kb": max_kb})
        };
        let rows = json!([row("free", 0), row("small", 250), row("tiny", 2)]);
        config.outputs = serde_json::from_value(rows).expect("rows");
    })
    .await;
    let anna = server.register("anna").await;
    let upload = anna.upload(noise(700, 1)).await;
    let avatar = json!({"kind": "digital_avatar", "inputs": {"photos": upload}});
    let free = anna.make(avatar.clone()).await;
    assert_eq!(free["output"], "free", "the first row is the default");
    assert!(
        image(&free)["bytes"].as_u64() > Some(250_000),
        "{}",
        image(&free)
    );
    let small = anna
        .make(with(avatar.clone(), json!({"output": "small"})))
        .await;
    let file = server.picture(&image(&small)["url"]).await;
    assert!(file.len() <= 250_000, "{}", file.len());
    assert_eq!(decode(&file).width(), 700);
    let tiny = anna.make(with(avatar, json!({"output": "tiny"}))).await;
    assert_eq!(
        (&tiny["status"], &tiny["charged"]),
        (&json!("failed"), &json!(0))
    );
    assert_eq!(tiny["error"]["code"], "output_cannot_fit");
    assert_eq!(anna.balance().await, START - 20);
    server.stop().await;
}

#[tokio::test]
async fn the_visible_label_goes_only_where_the_operator_and_the_user_say_so() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let body = with(product_photo(&upload), json!({"label": "none"}));
    let refused = anna.post("/v1/jobs", body).await;
    assert_eq!(refused.refused(422), "invalid_parameters");
    assert_eq!(pointers(&refused), ["/label"]);
    assert_eq!(anna.balance().await, START);
    server.stop().await;

    let server = Server::with(|config| {
        play(config, &json!({}));
        config.label.allow_unlabelled = true;
        let documents = json!({"unlabelled": terms("7")});
        config.site.consents = serde_json::from_value(documents).expect("documents");
    })
    .await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let marked = with(product_photo(&upload), json!({"output": "white-800"}));
    let bare = with(marked.clone(), json!({"label": "none"}));
    let refused = anna.post("/v1/jobs", bare.clone()).await;
    assert_eq!(refused.refused(403), "consent_required");
    assert_eq!(
        (&refused.body["document"], &refused.body["version"]),
        (&json!("unlabelled"), &json!("7"))
    );
    let consent = json!({"document": "unlabelled", "version": "7"});
    assert_eq!(anna.post("/v1/me/consents", consent).await.status, 200);
    let (marked, bare) = (anna.make(marked).await, anna.make(bare).await);
    assert_eq!(
        (&bare["label"], &bare["status"]),
        (&json!("none"), &json!("completed"))
    );
    let marked = server.picture(&image(&marked)["url"]).await;
    let file = server.picture(&image(&bare)["url"]).await;
    let thumbnail = server.picture(&image(&bare)["thumbnail_url"]).await;
    assert!(
        holds(&file, "TC260") && holds(&thumbnail, "TC260"),
        "the label for machines stays"
    );
    let (marked, bare) = (decode(&marked).to_rgb8(), decode(&file).to_rgb8());
    let changed = marked
        .pixels()
        .zip(bare.pixels())
        .filter(|(a, b)| a.0[0].abs_diff(b.0[0]) > 60);
    assert!(changed.count() > 100, "the mark can be seen");
    server.stop().await;
}

#[tokio::test]
async fn the_label_speaks_the_language_of_the_request() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let mut files = Vec::new();
    for (language, title) in [("zh-CN", "商品摄影作品.jpg"), ("en", "Product photo.jpg")] {
        let request = anna.request(Method::POST, "/v1/jobs");
        let request = request
            .header("Accept-Language", language)
            .header("Prefer", "wait=20");
        let job = Answer::of(request.json(&product_photo(&upload))).await.body;
        assert_eq!(image(&job)["file_name"], title);
        files.push(decode(&server.picture(&image(&job)["url"]).await).to_rgb8());
    }
    assert_ne!(
        files[0], files[1],
        "another language is another picture, not a cache hit"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_picture_of_a_person_needs_the_documents_accepted() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        let documents = json!({"terms": terms("1")});
        config.site.consents = serde_json::from_value(documents).expect("documents");
    })
    .await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let body = json!({"kind": "virtual_tryon", "inputs": {"person": upload, "garment": upload}});
    for path in ["/v1/jobs", "/v1/jobs/preview"] {
        let refused = anna.post(path, body.clone()).await;
        assert_eq!(refused.refused(403), "consent_required");
        assert_eq!(
            (&refused.body["document"], &refused.body["version"]),
            (&json!("terms"), &json!("1"))
        );
        assert_eq!(refused.body["links"]["document"], "/terms");
    }
    assert_eq!(anna.balance().await, START);
    let product = anna.make(product_photo(&upload)).await;
    assert_eq!(product["status"], "completed", "a product is nobody's face");
    let consent = json!({"document": "terms", "version": "1"});
    assert_eq!(anna.post("/v1/me/consents", consent).await.status, 200);
    let job = anna.make(body).await;
    assert_eq!(text(&job["status"]), "completed");
    server.stop().await;
}
