//! The AI label by Tencent CI, beside our own: what is in the bucket, and that no picture is lost over it.

use atelier::blobs::Backend;
use atelier::config::{Config, Sources};
use serde_json::json;

use crate::commands::ended;
use crate::cos_double::Double;
use crate::cos_double::cos_label::{OWN, fields};
use crate::harness::Server;
use crate::pictures::{decode, holds, product};
use crate::shop::{image, product_photo, text, with};
use crate::storages::{beside, bucket};

/// How our own block begins.
const OURS: &str = "<TC260:AIGC>{&quot;Label&quot;:&quot;1&quot;";

async fn labelled(double: &Double) -> Server {
    Server::with(|config| {
        bucket(config, double, Backend::Cos);
        config.label.by_ci = true;
        config.label.producer_code = "91310000TEST".into();
    })
    .await
}

/// The finished picture in the bucket.
fn stored(double: &Double, url: &serde_json::Value) -> Vec<u8> {
    let path = text(url).replace(&double.url, "");
    let name = path.trim_start_matches('/').split('?').next();
    double.object(name.expect("a name")).to_vec()
}

#[tokio::test]
async fn pictures_and_thumbnails_carry_both_labels_and_they_say_the_same() {
    let double = Double::start().await;
    let server = labelled(&double).await;
    let anna = server.register("anna").await;
    let job = anna.photo(1).await;
    let shown = image(&job);
    let rules = double.lines("CI imageMogr2");
    assert_eq!(rules.len(), 2, "picture and thumbnail: {rules:?}");
    let (code, id) = ("91310000TEST", &job["id"]);
    for rule in rules {
        let said = fields(&rule);
        let given = json!({"Label": "1", "ContentProducer": code, "ProduceID": id,
            "ContentPropagator": code, "PropagateID": id});
        assert_eq!(said, given);
    }
    for link in ["url", "thumbnail_url"] {
        let file = stored(&double, &shown[link]);
        assert!(holds(&file, OWN) && holds(&file, OURS), "{link}");
        decode(&file);
    }
    let size = stored(&double, &shown["url"]).len() as u64;
    assert_eq!(shown["bytes"], json!(size), "as it lies there");
    assert_eq!(double.names().len(), 3, "the workbench is clear");
    server.stop().await;
}

#[tokio::test]
async fn what_ci_does_not_label_is_stored_with_our_label() {
    let double = Double::start().await;
    let server = labelled(&double).await;
    let anna = server.register("anna").await;
    let upload = anna.upload(product(1)).await;
    // The stand-in refuses PNG, and nobody asks it about WebP.
    let transparent = with(product_photo(&upload), json!({"output": "transparent"}));
    let job = anna.make(transparent).await;
    assert_eq!(job["status"], "completed", "{job}");
    assert_eq!(double.lines("CI imageMogr2").len(), 1);
    let file = stored(&double, &image(&job)["url"]);
    assert_eq!(image(&job)["bytes"], json!(file.len()));
    assert!(holds(&file, OURS) && !holds(&file, OWN));

    double.break_on("PUT /ci/", 503, "SlowDown");
    let job = anna.photo(2).await;
    let file = stored(&double, &image(&job)["url"]);
    assert!(holds(&file, OURS) && !holds(&file, OWN));
    assert_eq!(
        double.seen("PUT /ci/"),
        3,
        "each is tried once: billed once"
    );
    assert_eq!(anna.moves().await, ["charge", "charge"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_tries_the_label_and_settings_that_cannot_work_are_refused() {
    let double = Double::start().await;
    let server = Server::with(|config| bucket(config, &double, Backend::Local)).await;
    let here = server.db().directory().to_owned();
    let check = || {
        let mut command = beside(&here, &double, &["blobs", "check"]);
        command.env("ATELIER_BLOBS__BACKEND", "cos");
        command.env("ATELIER_LABEL__BY_CI", "true");
        command.output().expect("it runs")
    };
    let said = ended(&check(), 0);
    assert!(said.contains("ok       label"), "{said}");
    assert!(said.contains("blocks of our kind in the file: 1"), "{said}");
    assert_eq!(double.names(), Vec::<String>::new());
    double.break_on("PUT /ci/", 403, "AccessDenied");
    let said = ended(&check(), 1);
    assert!(
        said.contains("FAILED   label") && said.contains("bound to the bucket"),
        "{said}"
    );
    assert!(said.contains("they keep our own label"), "{said}");

    let file = here.join("atelier.toml");
    std::fs::write(&file, "[label]\nby_ci = true\n").expect("a file");
    let sources = Sources {
        file: Some(file),
        data_dir: Some(here),
    };
    let error = Config::load(&sources).expect_err("there is no bucket");
    assert!(error.to_string().contains("label.by_ci"), "{error}");
    server.stop().await;
}
