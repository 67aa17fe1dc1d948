//! Signed links to local pictures: what opens, what does not, ranges and caches; and the pages beside them.

use reqwest::Method;
use serde_json::Value;

use crate::harness::{Answer, Server, User};

const PHOTO: &[u8] = include_bytes!("../../assets/samples/product.jpg");

/// The path and query of an upload's link.
async fn link(user: &User<'_>, server: &Server) -> String {
    let request = user.request(Method::POST, "/v1/uploads");
    let request = request.header("Content-Type", "image/jpeg").body(PHOTO);
    let upload = Answer::of(request).await;
    assert_eq!(upload.status, 201, "{}", upload.body);
    let url = upload.body["url"].as_str().expect("a link");
    let path = url.strip_prefix(&server.url).expect("our own address");
    path.to_owned()
}

#[tokio::test]
async fn a_signed_link_lends_the_picture() {
    let server = Server::start().await;
    let user = server.register("mei").await;
    let path = link(&user, &server).await;

    let whole = server.get(&path).await;
    assert_eq!(
        (whole.status, whole.header("content-type")),
        (200, "image/jpeg")
    );
    assert!(
        whole
            .header("cache-control")
            .starts_with("private, max-age=")
    );
    let length: usize = whole.header("content-length").parse().expect("a length");
    let etag = whole.header("etag").to_owned();

    let part = server
        .request(Method::GET, &path)
        .header("Range", "bytes=0-9");
    let part = Answer::of(part).await;
    assert_eq!((part.status, part.header("content-length")), (206, "10"));
    assert_eq!(part.header("content-range"), format!("bytes 0-9/{length}"));

    let again = server
        .request(Method::GET, &path)
        .header("If-None-Match", etag);
    assert_eq!(Answer::of(again).await.status, 304);
    let head = Answer::of(server.request(Method::HEAD, &path)).await;
    assert_eq!(
        (head.status, &head.body),
        (200, &Value::String(String::new()))
    );
    server.stop().await;
}

#[tokio::test]
async fn a_changed_link_opens_nothing() {
    let server = Server::start().await;
    let user = server.register("mei").await;
    let path = link(&user, &server).await;
    let (file, query) = path.split_once('?').expect("a query");
    let other = file.replace("/uploads/", "/works/");
    for changed in [
        format!("{other}?{query}"),
        path.replace("exp=1", "exp=2"),
        format!("{path}x"),
        format!("/files/../atelier.db?{query}"),
    ] {
        let answer = server.get(&changed).await;
        assert_eq!(answer.status, 404, "{changed}");
    }
    assert_eq!(server.get(file).await.refused(422), "invalid_parameters");
    server.stop().await;
}

#[tokio::test]
async fn the_catalog_shows_what_the_caller_pays() {
    let server = Server::with(|config| {
        config.plans = serde_json::from_value(serde_json::json!({
            "default": "team",
            "list": {"team": {"label": {"zh": "团队", "en": "Team"}, "discount_percent": 50,
                              "unlimited": ["product_photo"]}},
        }))
        .expect("a good plan");
    })
    .await;
    let list = server.get("/v1/catalog").await;
    assert_eq!(list.body["kinds"][1]["price"], 8);
    assert_eq!(list.body["kinds"][1]["settings"][0]["id"], "scene");
    assert_eq!(list.body["outputs"][0]["id"], "original");
    let own = server.register("mei").await.get("/v1/catalog").await;
    assert_eq!(own.body["kinds"][0]["price"], 3);
    assert_eq!(own.body["kinds"][3]["price"], 0);
    assert_eq!(own.body["kinds"][3]["list_price"], 6);
    server.stop().await;
}
