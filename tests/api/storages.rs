//! Pictures in a bucket, matting by CI, moves between storages while the server runs, and the commands around them.

use std::path::Path;
use std::process::Command;

use atelier::blobs::Backend;
use atelier::config::Config;
use atelier::matting::Method;
use atelier::secret::Secret;
use reqwest::{Client, Method as Verb};
use serde_json::{Value, json};

use crate::commands::{atelier, ended};
use crate::cos_double::Double;
use crate::harness::{Answer, Server};
use crate::pictures::{decode, product, round};
use crate::shop::{compose, image, play, text, until};

const BUCKET: &str = "examplebucket-1250000000";

/// Settings for a bucket of the stand-in; new pictures go to `backend`.
pub(crate) fn bucket(config: &mut Config, double: &Double, backend: Backend) {
    play(config, &json!({}));
    config.blobs.backend = backend;
    config.blobs.cos.bucket = BUCKET.into();
    config.blobs.cos.region = "ap-guangzhou".into();
    config.blobs.cos.secret_id = Secret::new("test-secret-id");
    config.blobs.cos.secret_key = Secret::new("test-secret-key");
    config.blobs.cos.endpoint.clone_from(&double.url);
}

async fn fetch(url: &Value) -> (u16, Vec<u8>) {
    let client = Client::builder().tls_certs_only([]).no_proxy().build();
    let url = url.as_str().expect("a link");
    let answer = client.expect("a client").get(url).send().await;
    let answer = answer.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.bytes().await.expect("a body").to_vec())
}

#[tokio::test]
async fn pictures_live_in_the_bucket_and_links_lead_there() {
    let double = Double::start().await;
    let server = Server::with(|config| bucket(config, &double, Backend::Cos)).await;
    let anna = server.register("anna").await;
    let job = anna.photo(1).await;
    let url = text(&image(&job)["url"]);
    assert!(
        url.starts_with(&double.url) && url.contains("q-header-list=host"),
        "{url}"
    );
    let (status, bytes) = fetch(&image(&job)["url"]).await;
    assert_eq!(status, 200);
    assert_eq!(
        bytes.len() as u64,
        image(&job)["bytes"].as_u64().expect("a size")
    );
    decode(&bytes);
    assert_eq!(double.names().len(), 3, "upload, work and thumbnail");

    let work = text(&job["result"]["work_id"]);
    let shared = anna
        .post(&format!("/v1/works/{work}/share"), json!({}))
        .await;
    let page = text(&shared.body["url"]);
    let path = page.strip_prefix(&server.url).expect("our own page");
    let whole = server.get(&format!("{path}/image")).await;
    assert_eq!((whole.status, &whole.bytes), (200, &bytes));
    assert_eq!(whole.header("content-length"), bytes.len().to_string());
    let part = server.request(Verb::GET, &format!("{path}/image"));
    let part = Answer::of(part.header("Range", "bytes=10-19")).await;
    assert_eq!((part.status, &part.bytes[..]), (206, &bytes[10..20]));
    assert_eq!(
        part.header("content-range"),
        format!("bytes 10-19/{}", bytes.len())
    );

    assert_eq!(anna.delete(&format!("/v1/works/{work}")).await.status, 204);
    until("the bytes are gone", || async {
        (double.names().len() == 1).then_some(())
    })
    .await;
    server.stop().await;
}

#[tokio::test]
async fn a_bucket_that_does_not_answer_costs_nothing() {
    let double = Double::start().await;
    let server = Server::with(|config| bucket(config, &double, Backend::Cos)).await;
    let anna = server.register("anna").await;
    double.fail(100, 500, "InternalError");
    let refused = anna.send_picture(product(1)).await;
    assert_eq!(refused.refused(503), "storage_unavailable");
    assert_eq!(refused.body["retryable"], true);
    double.fail(100, 403, "AccessDenied");
    assert_eq!(
        anna.send_picture(product(1)).await.refused(503),
        "storage_unavailable"
    );
    double.fail(0, 0, "");
    anna.photo(1).await;
    assert_eq!(anna.moves().await, ["charge"]);
    server.stop().await;
}

#[tokio::test]
async fn ci_cuts_goods_out_and_what_it_cannot_is_done_here() {
    let double = Double::start().await;
    let server = Server::with(|config| {
        bucket(config, &double, Backend::Local);
        config.matting.method = Method::Ci;
        compose(config);
    })
    .await;
    let anna = server.register("anna").await;
    double.cut_out(round());
    let job = anna.photo(1).await;
    assert_eq!(double.lines("CI "), ["CI ci-process=GoodsMatting"]);
    assert_eq!(
        double.names(),
        Vec::<String>::new(),
        "the workbench is cleared"
    );
    assert!(!job.to_string().contains("ci-process"), "{job}");

    double.cut_out(Vec::new());
    anna.photo(2).await;
    assert_eq!(double.lines("CI ").len(), 2);
    double.fail(100, 403, "AccessDenied");
    anna.photo(3).await;
    server.stop().await;
}

/// A command beside the server, with the bucket in its settings.
pub(crate) fn beside(directory: &Path, double: &Double, arguments: &[&str]) -> Command {
    let mut command = atelier(directory, arguments);
    command
        .env("ATELIER_BLOBS__COS__BUCKET", BUCKET)
        .env("ATELIER_BLOBS__COS__REGION", "ap-guangzhou")
        .env("ATELIER_BLOBS__COS__SECRET_ID", "test-secret-id")
        .env("ATELIER_BLOBS__COS__SECRET_KEY", "test-secret-key")
        .env("ATELIER_BLOBS__COS__ENDPOINT", &double.url);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_moves_while_the_server_runs() {
    let double = Double::start().await;
    let server = Server::with(|config| bucket(config, &double, Backend::Local)).await;
    let anna = server.register("anna").await;
    let job = anna.photo(1).await;
    let before = server.picture(&image(&job)["url"]).await;
    let old_link = image(&job)["url"].clone();
    let here = server.db().directory().to_owned();

    let to_cos = ["blobs", "move", "--from", "local", "--to", "cos"];
    double.fail(4, 403, "AccessDenied");
    let said = ended(
        &beside(&here, &double, &to_cos).output().expect("it runs"),
        1,
    );
    assert!(said.contains("could not be moved; run it again"), "{said}");
    double.fail(0, 0, "");
    ended(
        &beside(&here, &double, &to_cos).output().expect("it runs"),
        0,
    );
    let again = ended(
        &beside(&here, &double, &to_cos).output().expect("it runs"),
        0,
    );
    assert!(again.contains("0 rows (0 MB) moved"), "{again}");

    let moved = anna.job(&text(&job["id"])).await;
    let link = &image(&moved)["url"];
    assert!(text(link).starts_with(&double.url), "{link}");
    assert_eq!(fetch(link).await.1, before);
    assert_eq!(
        server.picture(&old_link).await,
        before,
        "links that are out stay good"
    );
    assert_eq!(double.names().len(), 3);

    let back = ["blobs", "move", "--from", "cos", "--to", "local"];
    ended(&beside(&here, &double, &back).output().expect("it runs"), 0);
    let doomed = "SELECT count(*) FROM doomed_blobs WHERE backend = ";
    assert_eq!(server.count(&format!("{doomed}'cos'")), 3);
    assert_eq!(
        server.count(&format!("{doomed}'local'")),
        0,
        "what came back stays"
    );
    let home = anna.job(&text(&job["id"])).await;
    assert_eq!(server.picture(&image(&home)["url"]).await, before);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_walks_through_and_says_what_is_wrong() {
    let double = Double::start().await;
    let server = Server::with(|config| bucket(config, &double, Backend::Local)).await;
    let here = server.db().directory().to_owned();
    let check = || {
        beside(&here, &double, &["blobs", "check", "cos"])
            .output()
            .expect("it runs")
    };
    let said = ended(&check(), 0);
    for step in ["write", "read", "sign", "fetch", "delete"] {
        assert!(said.contains(&format!("ok       {step}")), "{said}");
    }
    assert_eq!(double.names(), Vec::<String>::new());
    double.fail(1, 403, "SignatureDoesNotMatch");
    let said = ended(&check(), 1);
    assert!(
        said.contains("FAILED   write") && said.contains("secret_key does not belong"),
        "{said}"
    );
    let unknown = beside(&here, &double, &["blobs", "check", "s3"])
        .output()
        .expect("it runs");
    assert!(ended(&unknown, 1).contains("kept in s3, but it is not set up"));
    let local = beside(&here, &double, &["blobs", "check"])
        .output()
        .expect("it runs");
    assert!(ended(&local, 0).contains("ok       delete"));
    server.stop().await;
}
