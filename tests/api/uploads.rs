//! Uploads over HTTP: what comes in, what does not and why, and that nothing personal stays in a file.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::harness::{Answer, Server, User};
use crate::pictures::{self, SIDE, as_jpeg, fixture, holds, noise, plain, product};
use crate::shop::{each, idle, items, pointers, product_photo, quick, text};

async fn send_form(user: &User<'_>, field: &'static str, part: Part) -> Answer {
    let request = user.request(Method::POST, "/v1/uploads");
    Answer::of(request.multipart(Form::new().part(field, part))).await
}

#[tokio::test]
async fn a_form_and_raw_bytes_are_the_same_upload() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let part = Part::bytes(product(1)).file_name("photo.png");
    let first = send_form(&anna, "file", part).await;
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(
        (
            &first.body["width"],
            &first.body["height"],
            &first.body["format"]
        ),
        (&json!(SIDE), &json!(SIDE), &json!("png"))
    );
    let id = text(&first.body["id"]);
    assert!(id.starts_with("upl_"), "{id}");
    assert_eq!(first.header("location"), format!("/v1/uploads/{id}"));
    let stored = server.picture(&first.body["url"]).await;
    assert_eq!(first.body["bytes"], stored.len());
    let (sent, kept) = (pictures::decode(&product(1)), pictures::decode(&stored));
    assert_eq!(sent.to_rgb8(), kept.to_rgb8());

    let again = anna.send_picture(product(1)).await;
    assert_eq!((again.status, &again.body["id"]), (200, &first.body["id"]));
    let berta = server.register("berta").await;
    let other = berta.send_picture(product(1)).await;
    assert_eq!(other.status, 201);
    assert_ne!(other.body["id"], first.body["id"]);
    server.stop().await;
}

#[tokio::test]
async fn a_form_needs_its_file() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let part = Part::bytes(product(1)).file_name("photo.png");
    let refused = send_form(&anna, "picture", part).await;
    assert_eq!(refused.refused(422), "invalid_parameters");
    assert_eq!(pointers(&refused), ["/file"]);
    let anonymous = server.request(Method::POST, "/v1/uploads").body(product(1));
    assert_eq!(Answer::of(anonymous).await.refused(401), "unauthorized");
    assert!(items(&anna.get("/v1/uploads").await.body).is_empty());
    server.stop().await;
}

#[tokio::test]
async fn lists_come_page_by_page_and_deleted_uploads_are_gone() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let mut ids = Vec::new();
    for number in 1..=5 {
        ids.push(anna.upload(product(number)).await);
    }
    ids.reverse();
    let (mut seen, mut query) = (Vec::new(), "limit=2".to_owned());
    loop {
        let page = anna.get(&format!("/v1/uploads?{query}")).await.body;
        assert!(items(&page).len() <= 2);
        seen.extend(each(&page, "id"));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        query = format!("limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ids);
    assert_eq!(
        anna.get("/v1/uploads?limit=0").await.refused(422),
        "invalid_parameters"
    );

    let path = format!("/v1/uploads/{}", ids[0]);
    let berta = server.register("berta").await;
    assert_eq!(berta.delete(&path).await.refused(404), "not_found");
    assert!(items(&berta.get("/v1/uploads").await.body).is_empty());
    assert_eq!(anna.delete(&path).await.status, 204);
    assert_eq!(anna.delete(&path).await.refused(404), "not_found");
    let rest = anna.get("/v1/uploads").await.body;
    assert_eq!(each(&rest, "id"), &ids[1..]);
    // The same bytes may come again, as another upload.
    assert_eq!(anna.send_picture(product(5)).await.status, 201);
    server.stop().await;
}

#[tokio::test]
async fn an_upload_stays_while_a_live_job_needs_it() {
    let server = idle().await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    let job = text(&anna.submit(product_photo(&upload)).await["id"]);
    let path = format!("/v1/uploads/{upload}");
    assert_eq!(anna.delete(&path).await.refused(409), "upload_in_use");
    anna.post(&format!("/v1/jobs/{job}/cancel"), json!({}))
        .await;
    assert_eq!(anna.delete(&path).await.status, 204);
    let inputs = anna.job(&job).await["inputs"].clone();
    assert_eq!(
        inputs,
        json!([{"role": "product", "upload_id": upload, "url": null}])
    );
    server.stop().await;
}

/// A PNG that says it is huge and holds next to nothing.
fn lying_png() -> Vec<u8> {
    let mut bytes = plain(64, 64);
    bytes[16..20].copy_from_slice(&11_000_u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&11_000_u32.to_be_bytes());
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| {
        if crc & 1 == 1 {
            0xEDB8_8320 ^ (crc >> 1)
        } else {
            crc >> 1
        }
    };
    let fold = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc));
    !bytes.iter().fold(!0, fold)
}

#[tokio::test]
async fn bad_pictures_are_named_by_the_rule_they_break() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let jpeg = as_jpeg(&noise(200, 1));
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nothing", Vec::new(), "empty_file"),
        (
            "a text",
            b"this is not a picture".to_vec(),
            "unsupported_format",
        ),
        (
            "a web page",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
            "unsupported_format",
        ),
        (
            "an iPhone's",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(),
            "heic_unsupported",
        ),
        ("a narrow one", plain(63, 200), "image_too_small"),
        ("a long one", plain(12_001, 64), "image_too_large"),
        ("a liar", lying_png(), "image_too_many_pixels"),
        ("half a JPEG", half(&jpeg), "unreadable_image"),
        ("half a PNG", half(&noise(100, 2)), "unreadable_image"),
        (
            "a bare JPEG header",
            jpeg[..20].to_vec(),
            "unreadable_image",
        ),
    ];
    for (what, bytes, code) in cases {
        let refused = anna.send_picture(bytes).await;
        assert_eq!(refused.refused(422), code, "{what}");
        assert!(
            refused.body["detail"]
                .as_str()
                .is_some_and(|d| !d.is_empty())
        );
    }
    let heic = anna
        .request(Method::POST, "/v1/uploads")
        .header("Accept-Language", "en")
        .body(&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..]);
    let heic = Answer::of(heic).await;
    let advice = heic.body["detail"].as_str().expect("advice");
    assert!(advice.contains("Most Compatible"), "{advice}");
    assert!(items(&anna.get("/v1/uploads").await.body).is_empty());
    server.stop().await;
}

#[tokio::test]
async fn names_and_types_are_not_believed() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let request = anna.request(Method::POST, "/v1/uploads");
    let request = request.header("Content-Type", "image/gif");
    let jpeg = Answer::of(request.body(as_jpeg(&product(1)))).await;
    assert_eq!((jpeg.status, &jpeg.body["format"]), (201, &json!("jpeg")));
    let part = Part::bytes(product(2)).file_name("notes.txt");
    let part = part.mime_str("text/plain").expect("a type");
    let png = send_form(&anna, "file", part).await;
    assert_eq!((png.status, &png.body["format"]), (201, &json!("png")));
    server.stop().await;
}

#[tokio::test]
async fn every_format_comes_in() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let mut bmp = std::io::Cursor::new(Vec::new());
    let picture = pictures::decode(&product(1)).to_rgb8();
    picture
        .write_to(&mut bmp, image::ImageFormat::Bmp)
        .expect("a bitmap");
    let bmp = anna.send_picture(bmp.into_inner()).await;
    assert_eq!((bmp.status, &bmp.body["format"]), (201, &json!("png")));
    for (name, format) in [
        ("animated.gif", "png"),
        ("animated.webp", "png"),
        ("rgb-lzw.tiff", "png"),
        ("cmyk-adobe.jpg", "jpeg"),
        ("cmyk-plain.jpg", "jpeg"),
        ("ycck.jpg", "jpeg"),
        ("progressive.jpg", "jpeg"),
        ("swapped-icc.jpg", "jpeg"),
        ("grey16.png", "png"),
        ("palette-alpha.png", "png"),
    ] {
        let answer = anna.send_picture(fixture(name)).await;
        assert_eq!(answer.status, 201, "{name}: {}", answer.body);
        assert_eq!(answer.body["format"], format, "{name}");
        let size = (&answer.body["width"], &answer.body["height"]);
        assert_eq!(size, (&json!(128), &json!(96)), "{name}");
    }
    server.stop().await;
}

#[tokio::test]
async fn where_a_photo_was_taken_is_not_kept() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    for name in ["gps.jpg", "gps.png", "gps.webp"] {
        let sent = fixture(name);
        let upload = anna.send_picture(sent.clone()).await;
        assert_eq!(upload.status, 201, "{name}: {}", upload.body);
        let stored = server.picture(&upload.body["url"]).await;
        assert!(stored.len() < sent.len(), "{name}");
        for trace in ["GPS", "gps", "Canon", "Nikon", "Apple"] {
            assert!(!holds(&stored, trace), "{name} still says {trace}");
        }
        assert!(!holds(&stored, "Exif\0\0MM\0*\0\0\0\x08\0\x02"), "{name}");
        let (before, after) = (pictures::decode(&sent), pictures::decode(&stored));
        assert_eq!(before.to_rgb8(), after.to_rgb8(), "{name}: the pixels stay");
    }
    server.stop().await;
}

#[tokio::test]
async fn sizes_and_the_quota_are_bounded() {
    let server = Server::with(|config| {
        config.uploads.max_mb = 1;
        config.uploads.quota_mb = 1;
    })
    .await;
    let anna = server.register("anna").await;
    let large = anna.send_picture(noise(640, 1)).await;
    assert_eq!(large.refused(413), "too_large");
    assert_eq!(large.body["limit_bytes"], 1_000_000);
    let part = Part::bytes(noise(640, 1)).file_name("photo.png");
    assert_eq!(
        send_form(&anna, "file", part).await.refused(413),
        "too_large"
    );

    assert_eq!(anna.send_picture(noise(500, 1)).await.status, 201);
    let full = anna.send_picture(noise(500, 2)).await;
    assert_eq!(full.refused(413), "quota_exceeded");
    assert_eq!(full.body["quota_mb"], 1);
    // What is there already needs no room.
    assert_eq!(anna.send_picture(noise(500, 1)).await.status, 200);
    let berta = server.register("berta").await;
    assert_eq!(berta.send_picture(noise(500, 2)).await.status, 201);
    server.stop().await;
}
