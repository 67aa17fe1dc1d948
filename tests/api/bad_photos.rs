//! Photos that no picture can be made of, sent through the door: the answer says why, nothing breaks, nothing is paid.

use serde_json::{Value, json};

use crate::harness::{Server, User};
use crate::pictures::{filled, noise, sample};
use crate::shop::text;

/// What was said beforehand, and how the job ended: `(refused beforehand, final state, error code)`.
async fn sent(anna: &User<'_>, kind: &str, photo: Vec<u8>) -> (bool, String, Value) {
    let upload = anna.upload(photo).await;
    let body = json!({
        "kind": kind, "inputs": {"product": upload}, "quality": "draft", "output": "1x1-800",
    });
    let quote = anna.post("/v1/jobs/preview", body.clone()).await.body;
    let job = anna.make(body).await;
    let refused = quote["ok"] == json!(false);
    (refused, text(&job["status"]), job["error"]["code"].clone())
}

#[tokio::test]
async fn a_photo_of_nothing_is_refused_before_and_refunded_after() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let nothing = (true, "failed".to_owned(), json!("subject_not_found"));
    for (name, photo) in [
        ("black", filled(64, 64, [0, 0, 0, 255])),
        ("white", filled(300, 200, [255, 255, 255, 255])),
        ("transparent", filled(128, 128, [90, 140, 40, 0])),
        ("a tall strip", filled(64, 12_000, [10, 10, 10, 255])),
        ("a wide strip", filled(12_000, 64, [128, 128, 128, 255])),
    ] {
        let said = sent(&anna, "product_photo", photo).await;
        assert_eq!(said, nothing, "{name}");
    }
    let said = sent(&anna, "fashion_photo", filled(64, 64, [0, 0, 0, 255])).await;
    assert_eq!(said, nothing);
    assert_eq!(anna.balance().await, 10, "every price came back");
    server.stop().await;
}

#[tokio::test]
async fn noise_makes_a_picture_or_is_refused_in_words() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let (_, status, code) = sent(&anna, "product_photo", noise(96, 3)).await;
    assert!(
        status == "completed" || code == "subject_not_found",
        "{status}: {code}"
    );
    server.stop().await;
}

/// What was said of each photo beforehand, and the code that the job failed with.
async fn tried_on(anna: &User<'_>, garment: Vec<u8>, category: &str) -> (Vec<String>, Value) {
    let person = anna.upload(sample("person.jpg")).await;
    let garment = anna.upload(garment).await;
    let body = json!({
        "kind": "virtual_tryon", "inputs": {"person": person, "garment": garment},
        "settings": {"category": category}, "quality": "draft", "output": "original",
    });
    let quote = anna.post("/v1/jobs/preview", body.clone()).await.body;
    assert_eq!(quote["ok"], json!(false), "{quote}");
    let checks = quote["checks"].as_array().cloned().unwrap_or_default();
    let refused = checks.iter().filter(|c| c["refuses"] == json!(true));
    let said = refused.map(|c| format!("{}: {}", text(&c["role"]), text(&c["code"])));
    let said = said.collect();
    let job = anna.make(body).await;
    assert_eq!(job["status"], json!("failed"), "{job}");
    (said, job["error"]["code"].clone())
}

#[tokio::test]
async fn what_cannot_be_worn_is_refused_before_and_refunded_after() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let (said, code) = tried_on(&anna, sample("garment.jpg"), "bottom").await;
    // The photo shows no legs either.
    assert_eq!(
        said,
        ["garment: category_mismatch", "person: pose_unsupported"]
    );
    assert_eq!(code, json!("category_mismatch"));
    let (said, code) = tried_on(&anna, sample("dress.jpg"), "dress").await;
    assert_eq!(said, ["garment: category_unsupported"]);
    assert_eq!(code, json!("category_unsupported"));
    assert_eq!(anna.balance().await, 10, "every price came back");
    server.stop().await;
}
