//! What the gateway adds to a model's own time: one job after another over a model that answers at once, from submit to
//! completed, with a picture of one megapixel, stage by stage: `cargo bench --bench gateway`.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::time::{Duration, Instant};

use atelier::app::App;
use atelier::config::{Config, Sources};
use reqwest::Client;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

const JOBS: usize = 30;
const SIDE: u32 = 1024;
const STATIONS: [&str; 4] = ["prepare", "generate", "finish", "all"];

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let directory = tempfile::tempdir().expect("a directory");
        let app = App::build(config(&directory)).await.expect("a server");
        let url = format!("http://{}", app.address());
        let until = CancellationToken::new();
        let running = tokio::spawn(app.run(until.clone()));
        let door = Door::open(url).await;
        println!("{JOBS} jobs each, one after another; {SIDE} x {SIDE} pixels in, a model of 0 ms");
        for (kind, role) in [("digital_avatar", "photos"), ("product_photo", "product")] {
            measure(&door, kind, role).await;
        }
        until.cancel();
        running.await.expect("no panic").expect("it stops");
    });
}

fn config(directory: &tempfile::TempDir) -> Config {
    let sources = Sources {
        file: None,
        data_dir: Some(directory.path().to_owned()),
    };
    let mut config = Config::load(&sources).expect("settings");
    let parsed = |value: Value| serde_json::from_value(value).expect("a row");
    config.server.bind = "127.0.0.1:0".into();
    config.rate_limit.enabled = false;
    config.credits.signup_bonus = 1_000_000;
    config.log.level = "error".into();
    config.matting = serde_json::from_value(json!({"method": "classical"})).expect("a method");
    config
        .providers
        .insert("sandbox".into(), parsed(json!({"kind": "sandbox"})));
    let row = serde_json::from_value(json!({"provider": "sandbox"})).expect("a row");
    config.models.insert("quick".into(), row);
    config.routing.personal = vec!["quick".into()];
    config.routing.business = vec!["quick".into()];
    config
}

/// One kind of picture: what each stage took.
async fn measure(door: &Door, kind: &str, role: &str) {
    let upload = door.upload().await;
    let before = door.stations().await;
    let (mut submits, mut wholes) = (Vec::new(), Vec::new());
    for seed in 1..=JOBS {
        let began = Instant::now();
        let body = json!({"kind": kind, "inputs": {role: upload}, "seed": seed});
        let job = door.post("/v1/jobs", &body).await;
        submits.push(began.elapsed());
        door.completed(&job).await;
        wholes.push(began.elapsed());
    }
    println!("{kind}");
    print("  submit, charged and on disk", submits);
    let after = door.stations().await;
    for station in STATIONS {
        let mean = (after[station].0 - before[station].0) / (after[station].1 - before[station].1);
        println!(
            "  {:<30} mean {:>7.1} ms",
            format!("station {station}"),
            mean * 1000.0
        );
    }
    print("  submit to completed, by wait", wholes);
}

fn print(what: &str, mut durations: Vec<Duration>) {
    durations.sort_unstable();
    let millis = |at: usize| durations[at].as_secs_f64() * 1000.0;
    let mean = durations.iter().sum::<Duration>().as_secs_f64() * 1000.0 / durations.len() as f64;
    let (median, last) = (millis(durations.len() / 2), millis(durations.len() - 1));
    println!("{what:<32} mean {mean:>7.1} ms   p50 {median:>7.1} ms   most {last:>7.1} ms");
}

/// A customer at the door.
struct Door {
    client: Client,
    url: String,
    token: String,
}

impl Door {
    async fn open(url: String) -> Self {
        let client = Client::builder().tls_certs_only([]).no_proxy();
        let mut door = Self {
            client: client.build().expect("a client"),
            url,
            token: String::new(),
        };
        let body = json!({"username": "bench", "password": "correct horse battery"});
        let opened = door.post("/v1/auth/register", &body).await;
        door.token = opened["access_token"].as_str().expect("a token").to_owned();
        door
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.client.post(format!("{}{path}", self.url));
        let sent = request.bearer_auth(&self.token).json(body).send().await;
        let answer = sent.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.json().await.expect("JSON")
    }

    async fn upload(&self) -> String {
        let request = self.client.post(format!("{}/v1/uploads", self.url));
        let request = request.header("Content-Type", "image/jpeg").body(picture());
        let sent = request
            .bearer_auth(&self.token)
            .send()
            .await
            .expect("an answer");
        let body: Value = sent.json().await.expect("JSON");
        body["id"].as_str().expect("an id").to_owned()
    }

    async fn completed(&self, job: &Value) {
        let id = job["id"].as_str().expect("an id");
        let request = self.client.get(format!("{}/v1/jobs/{id}", self.url));
        let request = request.header("Prefer", "wait=60").bearer_auth(&self.token);
        let body: Value = request
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        assert_eq!(body["status"], "completed", "{body}");
    }

    /// Seconds and runs of each station so far.
    async fn stations(&self) -> BTreeMap<&'static str, (f64, f64)> {
        let request = self.client.get(format!("{}/metrics", self.url));
        let text = request
            .send()
            .await
            .expect("an answer")
            .text()
            .await
            .expect("text");
        let value = |name: &str, station: &str| {
            let line = format!("atelier_job_station_seconds_{name}{{station=\"{station}\"}} ");
            let found = text.lines().find_map(|text| text.strip_prefix(&line));
            found.map_or(0.0, |value| value.parse().expect("a number"))
        };
        STATIONS
            .map(|s| (s, (value("sum", s), value("count", s))))
            .into()
    }
}

/// A disc on a ground with a gradient, as a JPEG.
fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let (dx, dy) = (x.abs_diff(SIDE / 2), y.abs_diff(SIDE / 2));
        if dx * dx + dy * dy < (SIDE / 3) * (SIDE / 3) {
            image::Rgb([180, (x / 8) as u8, (y / 8) as u8])
        } else {
            image::Rgb([232, 232, 230])
        }
    })
    .write_to(&mut bytes, image::ImageFormat::Jpeg)
    .expect("it can be encoded");
    bytes.into_inner()
}
