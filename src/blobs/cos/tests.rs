//! The COS storage over HTTP: against the stand-in of these tests, or against the server that `ATELIER_TEST_COS`
//! names, which checks every signature with the official SDK (`tests/tencent/run`).

#[path = "../../../tests/doubles/cos.rs"]
mod double;

use super::*;
use crate::blobs::contract;
use crate::ids::UserId;
use crate::imaging::{self, Aigc};
use crate::kinds::Format;
use crate::secret::Secret;
use double::Double;

fn settings(endpoint: &str) -> Settings {
    Settings {
        bucket: "examplebucket-1250000000".into(),
        region: "ap-guangzhou".into(),
        secret_id: Secret::new("test-secret-id-for-vectors-only"),
        secret_key: Secret::new("EXAMPLEKEY0000000000000000000000"),
        endpoint: endpoint.into(),
        prefix: "shop 商店".into(),
        ..Settings::default()
    }
}

fn storage(settings: Settings) -> CosBlobs {
    settings.check().expect("good settings");
    CosBlobs::new(Arc::new(CosClient::new(settings)))
}

fn plain_client() -> reqwest::Client {
    let client = reqwest::Client::builder().tls_certs_only([]).no_proxy();
    client.build().expect("a client")
}

async fn fetch(url: &str) -> (u16, String, Bytes) {
    let answer = plain_client().get(url).send().await.expect("an answer");
    let status = answer.status().as_u16();
    let media = answer.headers().get("content-type");
    let media = media
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    (status, media, answer.bytes().await.expect("a body"))
}

#[tokio::test]
async fn cos_keeps_the_contract() {
    let double = Double::start().await;
    let endpoint = std::env::var("ATELIER_TEST_COS").unwrap_or_else(|_| double.url.clone());
    let store = storage(settings(&endpoint));
    contract::holds(&store).await;

    let key = BlobKey::new_work(UserId::new(), Format::Jpeg);
    store
        .put(&key, Bytes::from_static(b"picture"))
        .await
        .unwrap();
    let url = store.signed_url(&key, Moment::now()).await.unwrap();
    let fetched = fetch(&url).await;
    assert_eq!(
        fetched,
        (200, "image/jpeg".into(), Bytes::from_static(b"picture"))
    );
    assert_eq!(
        fetch(&url.replace("jpeg", "html")).await.0,
        403,
        "what is signed cannot be changed"
    );
    store.delete(&key).await.unwrap();
    assert_eq!(fetch(&url).await.0, 404);

    let with_token = Settings {
        session_token: Secret::new("a token/with+signs=="),
        ..settings(&endpoint)
    };
    let store = storage(with_token);
    store
        .put(&key, Bytes::from_static(b"temporary"))
        .await
        .unwrap();
    let url = store.signed_url(&key, Moment::now()).await.unwrap();
    assert!(
        url.contains("x-cos-security-token=a%20token%2Fwith%2Bsigns%3D%3D"),
        "{url}"
    );
    assert_eq!(fetch(&url).await.0, 200);
    store.delete(&key).await.unwrap();
}

#[tokio::test]
async fn what_a_crash_left_on_the_workbench_is_swept() {
    let double = Double::start().await;
    let client = Arc::new(CosClient::new(settings(&double.url)));
    let left = Call::new(Method::PUT, "ci/half.jpg").body(Bytes::from_static(b"x"));
    client.send(&left).await.unwrap();
    let store = CosBlobs::new(client);
    assert!(store.list().await.unwrap().is_empty(), "it is no blob");
    let (an_hour_ago, soon) = (Moment::now().plus_secs(-3600), Moment::now().plus_secs(60));
    assert_eq!(store.sweep_partial(an_hour_ago).await.unwrap(), 0);
    assert_eq!(store.sweep_partial(soon).await.unwrap(), 1);
    assert_eq!(double.names(), Vec::<String>::new());
}

#[tokio::test]
async fn passing_troubles_are_repeated_and_others_explained() {
    let double = Double::start().await;
    let store = storage(settings(&double.url));
    let key = BlobKey::new_work(UserId::new(), Format::Jpeg);
    double.fail(2, 503, "SlowDown");
    store
        .put(&key, Bytes::from_static(b"x"))
        .await
        .expect("the third try goes well");
    assert_eq!(double.seen("PUT"), 3);

    double.fail(9, 500, "InternalError");
    let error = store.get(&key).await.expect_err("too often");
    assert!(
        matches!(&error, BlobError::Unavailable(text) if text.contains("InternalError")),
        "{error}"
    );

    for (code, advice) in [
        ("SignatureDoesNotMatch", "secret_key does not belong"),
        ("AccessDenied", "cos:PutObject"),
        ("RequestTimeTooSkewed", "clock"),
        ("AccountArrears", "arrears"),
    ] {
        double.fail(1, 403, code);
        let error = store.put(&key, Bytes::new()).await.expect_err("refused");
        assert!(
            matches!(&error, BlobError::Denied(text) if text.contains(advice)),
            "{error}"
        );
        assert!(
            !error.to_string().contains("EXAMPLEKEY"),
            "no keys in errors"
        );
    }
    let nobody = storage(settings("http://127.0.0.1:9"));
    assert!(matches!(
        nobody.exists(&key).await,
        Err(BlobError::Unavailable(_))
    ));
}

#[tokio::test]
async fn links_name_the_domain_and_sign_what_the_settings_say() {
    let key = BlobKey::new_work(UserId::new(), Format::Jpeg);
    let link = |domain: &str, domain_signs| {
        storage(Settings {
            domain: domain.into(),
            domain_signs,
            ..settings("")
        })
    };
    let usual = link("", SignedHost::Bucket)
        .signed_url(&key, Moment::now())
        .await
        .unwrap();
    let host = "https://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/shop%20%E5%95%86%E5%BA%97/works/";
    assert!(usual.starts_with(host), "{usual}");
    assert!(usual.contains("q-header-list=host"), "{usual}");

    let signature = |url: &str| url.split_once("q-signature=").expect("signed").1.to_owned();
    let now = Moment::now();
    let cdn = link("img.example.com", SignedHost::Bucket)
        .signed_url(&key, now)
        .await
        .unwrap();
    assert!(cdn.starts_with("https://img.example.com/shop"), "{cdn}");
    let straight = link("img.example.com", SignedHost::Domain)
        .signed_url(&key, now)
        .await
        .unwrap();
    assert_ne!(signature(&cdn), signature(&straight));
    let bare = link("img.example.com", SignedHost::None)
        .signed_url(&key, now)
        .await
        .unwrap();
    assert!(!bare.contains('?'), "{bare}");
}

#[test]
fn settings_that_cannot_work_are_named() {
    let key_of = |change: fn(&mut Settings)| {
        let mut settings = settings("");
        change(&mut settings);
        settings.check().expect_err("it cannot work").0
    };
    assert_eq!(key_of(|s| s.bucket = "pictures".into()), "bucket");
    assert_eq!(key_of(|s| s.bucket = "Pictures-125".into()), "bucket");
    assert_eq!(key_of(|s| s.bucket = "-125".into()), "bucket");
    assert_eq!(key_of(|s| s.region = "ap guangzhou".into()), "region");
    assert_eq!(key_of(|s| s.secret_key = Secret::default()), "secret_id");
    assert_eq!(
        key_of(|s| s.temporary_keys = "keys.json".into()),
        "secret_id"
    );
    assert_eq!(
        key_of(|s| s.domain = "https://img.example.com".into()),
        "domain"
    );
}

#[tokio::test]
async fn a_label_that_makes_the_file_too_large_is_not_taken() {
    let double = Double::start().await;
    let labeller = Labeller::new(Arc::new(CosClient::new(settings(&double.url))));
    let key = BlobKey::new_work(UserId::new(), Format::Jpeg);
    let grey = image::RgbImage::new(70, 64);
    let picture = Bytes::from(imaging::encode(&grey.into(), Format::Jpeg, 90).unwrap());
    let aigc = Aigc {
        producer_code: "test".into(),
        produce_id: "job-1".into(),
    };
    let size = picture.len() as u64;
    let labelled = labeller.put(&key, picture.clone(), size + 10, &aigc).await;
    assert_eq!(labelled.unwrap(), size + 10);
    let read = labeller.read(&key).await.unwrap();
    assert_eq!(
        (&read["Label"], &read["ProduceID"]),
        (&"1".into(), &"job-1".into())
    );
    let refused = labeller.put(&key, picture, size + 9, &aigc).await;
    assert!(
        matches!(refused, Err(LabelError::Changed(_))),
        "{refused:?}"
    );
}
