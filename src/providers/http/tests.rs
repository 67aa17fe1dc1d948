//! Bodies that are streamed have the bytes and the length of those that are not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::TryStreamExt;
use serde_json::{Value, json};

use super::*;

async fn sent(body: Body) -> (Vec<u8>, bool) {
    let length = body.length().await.expect("a length");
    let (stream, progress) = body.into_stream(length);
    let chunks: Vec<Bytes> = stream.try_collect().await.expect("all of it");
    assert!(
        chunks.iter().all(|chunk| chunk.len() <= 64 << 10),
        "small chunks"
    );
    let bytes = chunks.concat();
    assert_eq!(bytes.len() as u64, length);
    (bytes, progress.is_sent())
}

#[tokio::test]
async fn a_json_body_holds_its_files_in_base64() {
    let folder = tempfile::tempdir().expect("a folder");
    for size in [0_usize, 1, 2, 3, 49_151, 49_152, 49_153, 200_000] {
        let file = folder.path().join(format!("{size} \"quoted\".jpg"));
        let content: Vec<u8> = (0..size).map(|i| (i * 7 % 251) as u8).collect();
        std::fs::write(&file, &content).expect("a file");
        let mut files = Files::default();
        let value = json!({"a": files.base64(&file), "b": ["7", files.data_url(&file)]});
        let (bytes, all) = sent(Body::json(&value, &files)).await;
        let read: Value = serde_json::from_slice(&bytes).expect("JSON");
        let encoded = STANDARD.encode(&content);
        assert_eq!(
            read,
            json!({"a": encoded, "b": ["7", format!("data:image/jpeg;base64,{encoded}")]})
        );
        assert!(all, "it counts as sent");
    }
}

#[tokio::test]
async fn a_form_keeps_the_order_of_its_fields() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.jpg");
    std::fs::write(&file, b"\xFF\xD8jpeg").expect("a file");
    let mut form = Form::new("x1");
    form.text("model", "m");
    form.jpeg("image[]", "person.jpg", &file);
    form.text("n", "1");
    let (bytes, _) = sent(form.into_body()).await;
    let want = b"--atelier-x1\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n\
        --atelier-x1\r\nContent-Disposition: form-data; name=\"image[]\"; filename=\"person.jpg\"\r\n\
        Content-Type: image/jpeg\r\n\r\n\xFF\xD8jpeg\r\n\
        --atelier-x1\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n1\r\n--atelier-x1--\r\n";
    assert_eq!(bytes, want);
}

#[tokio::test]
async fn a_file_that_is_gone_is_our_own_fault() {
    let mut files = Files::default();
    let value = json!({"a": files.base64(std::path::Path::new("gone.jpg"))});
    assert!(Body::json(&value, &files).length().await.is_err());
    let (stream, progress) = Body::json(&value, &files).into_stream(40);
    let read: Result<Vec<Bytes>, _> = stream.try_collect().await;
    assert!(read.is_err() && progress.is_broken() && !progress.is_sent());
}

fn account(more: Value) -> Result<Http, (&'static str, String)> {
    let mut row = json!({"kind": "gemini", "api_key": "k", "base_url": "http://127.0.0.1:1"});
    for (name, value) in more.as_object().expect("an object") {
        row[name] = value.clone();
    }
    Http::new(&serde_json::from_value(row).expect("a provider's row"))
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let bad = [
        (json!({"base_url": "generativelanguage"}), "base_url"),
        (json!({"base_url": "ftp://a.example"}), "base_url"),
        (json!({"proxy": "gopher://u:pw@h"}), "proxy"),
        (json!({"headers": {"a b": "c"}}), "headers"),
        (json!({"headers": {"a": "c\n"}}), "headers"),
        (json!({"api_key": "k\u{7f}"}), "api_key"),
    ];
    for (row, field) in bad {
        let (name, reason) = account(row.clone()).err().expect("a bad row");
        assert_eq!(name, field, "{row}");
        assert!(!reason.contains("pw"), "{reason}");
    }
    for proxy in ["http://h:1", "socks5://u:pw@h:1", "socks5h://h:1"] {
        assert!(account(json!({"proxy": proxy})).is_ok(), "{proxy}");
    }
    let pasted = json!({"base_url": "http://h/api/v3/images/generations/"});
    assert_eq!(account(pasted).expect("a client").base, "http://h/api/v3");
}

#[tokio::test]
async fn nobody_listening_is_safe_to_repeat() {
    let http = account(json!({})).expect("a client");
    let body = Body::json(&json!({}), &Files::default());
    let error = http.post("/x", body).await.expect_err("nobody is there");
    assert_eq!(error.class, Class::Overloaded, "{error}");
}
