//! What a request for a job may hold: inputs of three sorts, and every mistake named where it stands.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::harness::{Answer, Server};
use crate::pictures::{as_jpeg, product};
use crate::shop::{START, each, items, play, pointers, product_photo, quick, text, with};

#[tokio::test]
async fn every_mistake_is_named_where_it_stands() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let good = product_photo(&upload);
    let tryon = json!({"kind": "virtual_tryon", "inputs": {"person": upload, "garment": upload}});
    let nobody = "upl_00000000000000000000000000";
    let photos = |count: usize| json!({"kind": "digital_avatar", "inputs": {"photos": vec![&upload; count]}});
    let cases: Vec<(Value, &[&str])> = vec![
        (json!({"kind": "painting"}), &["/kind"]),
        (json!({"inputs": {}}), &[""]),
        (json!({"kind": "product_photo"}), &["/inputs/product"]),
        (
            with(
                good.clone(),
                json!({"inputs": {"product": [upload, upload]}}),
            ),
            &["/inputs/product"],
        ),
        (
            with(good.clone(), json!({"inputs": {"product": 7}})),
            &["/inputs/product"],
        ),
        (
            with(good.clone(), json!({"inputs": {"product": "cat.jpg"}})),
            &["/inputs/product"],
        ),
        (
            with(
                good.clone(),
                json!({"inputs": {"product": "ftp://a.example/x"}}),
            ),
            &["/inputs/product"],
        ),
        (
            with(
                good.clone(),
                json!({"inputs": {"product": "data:image/png,abc"}}),
            ),
            &["/inputs/product"],
        ),
        (
            with(
                good.clone(),
                json!({"inputs": {"product": "data:image/png;base64,%%%"}}),
            ),
            &["/inputs/product"],
        ),
        (
            with(
                good.clone(),
                json!({"inputs": {"product": upload, "cat": upload}}),
            ),
            &["/inputs/cat"],
        ),
        (
            with(tryon.clone(), json!({"inputs": {"person": upload}})),
            &["/inputs/garment"],
        ),
        (photos(9), &["/inputs/photos"]),
        (
            json!({"kind": "digital_avatar", "inputs": {"photos": [upload, "x"]}}),
            &["/inputs/photos/1"],
        ),
        (
            with(good.clone(), json!({"settings": {"background": "moon"}})),
            &["/settings/background"],
        ),
        (
            with(good.clone(), json!({"settings": {"lens": 35}})),
            &["/settings/lens"],
        ),
        (with(good.clone(), json!({"settings": 7})), &["/settings"]),
        (
            with(good.clone(), json!({"quality": "best"})),
            &["/quality"],
        ),
        (
            with(good.clone(), json!({"output": "poster"})),
            &["/output"],
        ),
        (with(good.clone(), json!({"seed": -1})), &["/seed"]),
        (with(good.clone(), json!({"seed": u64::MAX})), &["/seed"]),
        (
            with(good.clone(), json!({"label": "invisible"})),
            &["/label"],
        ),
        (
            with(good.clone(), json!({"reference": ""})),
            &["/reference"],
        ),
        (
            with(good.clone(), json!({"reference": "x".repeat(101)})),
            &["/reference"],
        ),
        (
            with(good.clone(), json!({"reference": "a\nb"})),
            &["/reference"],
        ),
        (
            with(good.clone(), json!({"batch": "two words"})),
            &["/batch"],
        ),
        (
            with(good.clone(), json!({"batch": "x".repeat(41)})),
            &["/batch"],
        ),
        (with(good.clone(), json!({"price": 0})), &["/price"]),
        (
            with(
                good.clone(),
                json!({"batch": "", "label": "?", "quality": "x"}),
            ),
            &["/batch", "/label", "/quality"],
        ),
        (product_photo(nobody), &["/inputs/product"]),
    ];
    for (body, expected) in cases {
        let refused = anna.post("/v1/jobs", body.clone()).await;
        assert_eq!(refused.refused(422), "invalid_parameters", "{body}");
        let mut named = pointers(&refused);
        named.sort_unstable();
        assert_eq!(named, expected, "{body}: {}", refused.body);
    }
    assert!(items(&anna.get("/v1/jobs").await.body).is_empty());
    assert_eq!(anna.balance().await, START);
    server.stop().await;
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let send = |content: &'static str, body: &'static str| {
        let request = anna.request(Method::POST, "/v1/jobs");
        Answer::of(request.header("Content-Type", content).body(body))
    };
    assert_eq!(
        send("application/json", "{\"kind\":").await.refused(400),
        "invalid_json"
    );
    assert_eq!(
        send("text/plain", "{}").await.refused(415),
        "unsupported_media_type"
    );
    server.stop().await;
}

#[tokio::test]
async fn another_users_upload_is_unknown() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let berta = server.register("berta").await;
    let refused = berta.post("/v1/jobs", product_photo(&upload)).await;
    assert_eq!(refused.refused(422), "invalid_parameters");
    assert_eq!(pointers(&refused), ["/inputs/product"]);
    assert_eq!(berta.balance().await, START);
    server.stop().await;
}

#[tokio::test]
async fn a_data_url_becomes_an_upload() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let url = format!("data:image/png;base64,{}", STANDARD.encode(product(1)));
    let job = anna.make(product_photo(&url)).await;
    assert_eq!(job["status"], "completed");
    let upload = text(&job["inputs"][0]["upload_id"]);
    assert_eq!(
        each(&anna.get("/v1/uploads").await.body, "id"),
        [upload.clone()]
    );
    assert_eq!(
        anna.upload(product(1)).await,
        upload,
        "the same bytes are the same upload"
    );
    let broken = format!("data:image/png;base64,{}", STANDARD.encode("no picture"));
    let refused = anna.post("/v1/jobs", product_photo(&broken)).await;
    assert_eq!(refused.refused(422), "unsupported_format");
    assert_eq!(refused.body["pointer"], "/inputs/product");
    assert_eq!(anna.balance().await, START - 6);
    server.stop().await;
}

/// A web server that answers `GET /photo.jpg` with a picture, `/page` with a page, and nothing else.
async fn web() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let read = stream.read(&mut request).await.unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let (status, kind, body) = match request.split(' ').nth(1) {
                Some("/photo.jpg") => ("200 OK", "image/jpeg", as_jpeg(&product(1))),
                Some("/page") => ("200 OK", "text/html", b"<p>hello".to_vec()),
                _ => ("404 Not Found", "text/plain", Vec::new()),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(&[head.into_bytes(), body].concat()).await;
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn a_url_is_fetched_where_the_operator_opened_the_address() {
    let web = web().await;
    let server = Server::with(|config| {
        play(config, &json!({}));
        config.net.allow = vec!["127.0.0.1/32".parse().expect("a net")];
    })
    .await;
    let anna = server.register("anna").await;
    let job = anna.make(product_photo(&format!("{web}/photo.jpg"))).await;
    assert_eq!(job["status"], "completed");
    let upload = text(&job["inputs"][0]["upload_id"]);
    assert_eq!(anna.upload(as_jpeg(&product(1))).await, upload);
    for path in ["/page", "/missing"] {
        let refused = anna
            .post("/v1/jobs", product_photo(&format!("{web}{path}")))
            .await;
        assert_eq!(refused.refused(422), "unreachable_url", "{path}");
        assert_eq!(refused.body["pointer"], "/inputs/product");
    }
    assert_eq!(anna.balance().await, START - 6);
    server.stop().await;
}

#[tokio::test]
async fn urls_do_not_reach_into_the_operators_network() {
    let web = web().await;
    let server = quick().await;
    let anna = server.register("anna").await;
    for url in [
        format!("{web}/photo.jpg"),
        "https://127.0.0.1/photo.jpg".into(),
        "https://localhost/photo.jpg".into(),
        "https://10.0.0.1/photo.jpg".into(),
        "https://169.254.169.254/latest/meta-data".into(),
        "https://[::1]/photo.jpg".into(),
        "https://user@example.com/photo.jpg".into(),
    ] {
        let refused = anna.post("/v1/jobs", product_photo(&url)).await;
        assert_eq!(refused.refused(422), "unreachable_url", "{url}");
    }
    assert!(items(&anna.get("/v1/uploads").await.body).is_empty());
    server.stop().await;
}

#[tokio::test]
async fn the_users_own_quality_is_the_default() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let changed = anna
        .put("/v1/me", json!({"settings": {"quality": "draft"}}))
        .await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let upload = anna.upload(product(1)).await;
    let job = anna.submit(product_photo(&upload)).await;
    assert_eq!(job["quality"], "draft");
    let job = anna
        .submit(with(product_photo(&upload), json!({"quality": "high"})))
        .await;
    assert_eq!(job["quality"], "high");
    let inside = json!({"settings": {"quality": "standard"}});
    assert_eq!(
        anna.submit(with(product_photo(&upload), inside)).await["quality"],
        "standard"
    );
    server.stop().await;
}
