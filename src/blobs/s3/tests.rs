//! The contract against a real S3-compatible server: `tests/tencent/run` starts moto's and names it in
//! `ATELIER_TEST_S3`.

use super::*;
use crate::blobs::contract;
use crate::ids::UserId;
use crate::kinds::Format;
use crate::secret::Secret;

fn settings(endpoint: &str) -> Settings {
    Settings {
        bucket: "pictures".into(),
        endpoint: endpoint.into(),
        path_style: true,
        access_key: Secret::new("test-access-key"),
        secret_key: Secret::new("test-secret-key"),
        prefix: "shop".into(),
        ..Settings::default()
    }
}

#[tokio::test]
async fn s3_keeps_the_contract_on_a_real_server() {
    let Ok(endpoint) = std::env::var("ATELIER_TEST_S3") else {
        return println!("skipped: ATELIER_TEST_S3 names no server");
    };
    let store = S3Blobs::new(settings(&endpoint));
    contract::holds(&store).await;

    let key = BlobKey::new_work(UserId::new(), Format::Jpeg);
    store
        .put(&key, Bytes::from_static(b"picture"))
        .await
        .unwrap();
    let url = store.signed_url(&key, Moment::now()).await.unwrap();
    let client = reqwest::Client::builder()
        .tls_certs_only([])
        .no_proxy()
        .build()
        .unwrap();
    let answer = client.get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "image/jpeg");
    assert_eq!(answer.headers()["cache-control"], key.cache_control());
    assert_eq!(answer.bytes().await.unwrap(), "picture");
    store.delete(&key).await.unwrap();

    let nowhere = S3Blobs::new(Settings {
        bucket: "no-such-bucket".into(),
        ..settings(&endpoint)
    });
    let error = nowhere.get(&key).await.expect_err("no bucket");
    assert!(
        matches!(&error, BlobError::Denied(text) if text.contains("look at bucket")),
        "{error}"
    );
}

#[tokio::test]
async fn an_unreachable_server_is_unavailable_and_nothing_is_asked_before() {
    let store = S3Blobs::new(settings("http://127.0.0.1:9"));
    let key = BlobKey::new_work(UserId::new(), Format::Jpeg);
    let url = store
        .signed_url(&key, Moment::now())
        .await
        .expect("links need no network");
    assert!(
        url.starts_with(&format!("http://127.0.0.1:9/pictures/shop/{}?", key.path())),
        "{url}"
    );
    let error = store.exists(&key).await.expect_err("nobody is there");
    assert!(matches!(error, BlobError::Unavailable(_)), "{error}");
}

#[test]
fn the_bucket_stands_in_the_host_or_in_the_path() {
    let amazon = Settings {
        bucket: "pictures".into(),
        region: "eu-central-1".into(),
        ..Settings::default()
    };
    let host = "https://pictures.s3.eu-central-1.amazonaws.com";
    assert_eq!(amazon.bucket_url().as_deref(), Some(host));
    assert_eq!(amazon.store_url().as_deref(), Some(host));
    let own = settings("http://minio.test:9000/");
    assert_eq!(
        own.bucket_url().as_deref(),
        Some("http://minio.test:9000/pictures")
    );
    assert_eq!(own.store_url().as_deref(), Some("http://minio.test:9000"));
    assert!(settings("minio.test").check().is_err());
    assert!(settings("http://minio.test/pictures").check().is_err());
}
