//! Whole jobs over vendors: a picture from each, refusals that end a job and those that do not, and keys that appear
//! in nothing that a run writes.

use std::path::Path;
use std::process::{Command, Stdio};

use atelier::config::Config;
use atelier::kinds::Choice;
use atelier::mock::{MockServer, MockSettings, Vendor};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::Server;
use crate::vendors::KEY;
use crate::{pictures, shop};

fn mock() -> MockServer {
    MockServer::start("127.0.0.1:0", MockSettings::default()).expect("a mock")
}

/// Gives these vendors, and no others, a key and an address, each playing one scene.
fn with_vendors(config: &mut Config, mock: &MockServer, scenes: &[(Vendor, &str)]) {
    for (vendor, scene) in scenes {
        let row = json!({
            "kind": vendor.id(), "api_key": KEY, "base_url": mock.scene_url(*vendor, scene),
        });
        let row = serde_json::from_value(row).expect("a provider's row");
        config.providers.insert(vendor.id().to_owned(), row);
    }
    config.net = serde_json::from_value(json!({"allow": ["127.0.0.1/32"]})).expect("settings");
    config.matting = serde_json::from_value(json!({"method": "classical"})).expect("a method");
    config.credits.signup_bonus = 100;
}

/// The end of one job whose models play these scenes, and what it left behind.
async fn run(scenes: &[(Vendor, &str)]) -> (Value, MockServer, TempDir) {
    let mock = mock();
    let server = Server::with(|config| with_vendors(config, &mock, scenes)).await;
    let user = server.register("mei").await;
    let upload = user.upload(pictures::product(1)).await;
    let job = user.make(shop::product_photo(&upload)).await;
    (job, mock, server.stop().await)
}

#[tokio::test]
async fn one_key_makes_pictures() {
    for (vendor, models) in [
        (Vendor::Gemini, &["gemini-2.0"][..]),
        (Vendor::Ark, &["seedream-4.0"]),
        (Vendor::Openai, &["gpt-4-vision"]),
        // It stands in for all three.
        (
            Vendor::Openrouter,
            &["seedream-4.0", "gemini-2.0", "gpt-4-vision"],
        ),
    ] {
        let (job, mock, _) = run(&[(vendor, "image")]).await;
        assert_eq!(job["status"], "completed", "{job}");
        let model = job["result"]["model"].as_str().expect("a model");
        assert!(models.contains(&model), "{vendor:?}: {model}");
        mock.stop().await;
    }
}

#[tokio::test]
async fn a_refused_input_goes_to_the_next_model_and_a_severe_one_to_nobody() {
    let next = [
        (Vendor::Ark, "InputImageRiskDetection"),
        (Vendor::Gemini, "image"),
    ];
    let (job, mock, _) = run(&next).await;
    assert_eq!(job["status"], "completed", "{job}");
    assert_eq!(job["result"]["model"], "gemini-2.0");
    mock.stop().await;
    let severe = [(Vendor::Ark, "severe"), (Vendor::Gemini, "image")];
    let (job, mock, _) = run(&severe).await;
    assert_eq!(job["status"], "failed", "{job}");
    assert_eq!(job["error"]["code"], "input_refused");
    let asked: Vec<Vendor> = mock.requests().iter().map(|r| r.vendor).collect();
    assert_eq!(asked, [Vendor::Ark], "it is not shopped around");
    mock.stop().await;
}

#[tokio::test]
async fn no_key_appears_in_what_a_run_keeps_or_answers() {
    let scenes = [
        (Vendor::Ark, "bad-key"),
        (Vendor::Openai, "bad-key"),
        (Vendor::Gemini, "image"),
    ];
    let mock = mock();
    let server = Server::with(|config| with_vendors(config, &mock, &scenes)).await;
    let admin = server.admin("boss").await;
    let user = server.register("mei").await;
    let upload = user.upload(pictures::product(1)).await;
    let job = user.make(shop::product_photo(&upload)).await;
    assert_eq!(job["status"], "completed", "{job}");
    let id = job["id"].as_str().expect("an id");
    let mut written = vec![job.to_string().into_bytes()];
    for path in [
        format!("/v1/jobs/{id}/route"),
        "/v1/admin/settings".to_owned(),
        format!("/v1/admin/jobs/{id}"),
    ] {
        written.push(admin.get(&path).await.bytes);
    }
    let folder = server.stop().await;
    collect(folder.path(), &mut written);
    assert!(written.len() > 5, "there is a database");
    assert!(!written.iter().any(|bytes| pictures::holds(bytes, KEY)));
    mock.stop().await;
}

#[test]
fn no_key_appears_in_the_log() {
    let directory = TempDir::new().expect("a directory");
    let here = directory.path();
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let mock = runtime.block_on(async { mock() });
    let proxy_word = "proxy-word-51e2";
    let row = |vendor: Vendor, scene: &str| {
        let (id, url) = (vendor.id(), mock.scene_url(vendor, scene));
        format!("[providers.{id}]\nbase_url = \"{url}\"\napi_key = \"{KEY}\"\n")
    };
    let file = [
        "[net]\nallow = [\"127.0.0.1/32\"]\n[log]\nlevel = \"trace\"\n".to_owned(),
        "[jobs]\nretry_delays_secs = []\n[matting]\nmethod = \"classical\"\n".to_owned(),
        row(Vendor::Ark, "bad-key"),
        row(Vendor::Openai, "bad-key"),
        format!(
            "[providers.gemini]\napi_key = \"{KEY}\"\nbase_url = \"http://vendor.invalid\"\n\
             proxy = \"http://user:{proxy_word}@127.0.0.1:1\"\n"
        ),
    ];
    std::fs::write(here.join("atelier.toml"), file.concat()).expect("a file");
    std::fs::write(here.join("product.png"), pictures::product(1)).expect("a picture");
    let output = Command::new(env!("CARGO_BIN_EXE_atelier"))
        .current_dir(here)
        .args(["--config", "atelier.toml", "make", "product_photo"])
        .args(["--product", "product.png", "-o", "out"])
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("an attempt failed"),
        "the log was kept: {said}"
    );
    assert!(!mock.requests().is_empty(), "the vendors were asked");
    for secret in [KEY, proxy_word] {
        for bytes in [&output.stderr, &output.stdout] {
            assert!(!pictures::holds(bytes, secret), "{secret} was written");
        }
    }
    runtime.block_on(mock.stop());
}

/// The bytes of every file below a folder.
fn collect(folder: &Path, written: &mut Vec<Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, written);
        } else {
            written.push(std::fs::read(&path).expect("a file"));
        }
    }
}
