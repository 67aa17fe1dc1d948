//! `atelier demo`: the real server on a free port makes one picture of each kind from bundled photos.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use bytes::Bytes;
use clap::Args;
use serde_json::{Value, json};

use super::exit::Found;
use super::session::Session;
use crate::config::Config;
use crate::kinds::{Choice, Kind};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where the pictures go
    #[arg(long, value_name = "DIR", default_value = "demo")]
    out: PathBuf,
}

const PERSON: &[u8] = include_bytes!("../../assets/samples/person.jpg");
const GARMENT: &[u8] = include_bytes!("../../assets/samples/garment.jpg");
const JUMPER: &[u8] = include_bytes!("../../assets/samples/sweater.jpg");
const PRODUCT: &[u8] = include_bytes!("../../assets/samples/product.jpg");
const PORTRAIT: &[u8] = include_bytes!("../../assets/samples/portrait.jpg");

/// The sample photos of a kind, by input.
const fn samples(kind: Kind) -> &'static [(&'static str, &'static [u8])] {
    match kind {
        Kind::VirtualTryon => &[("person", PERSON), ("garment", JUMPER)],
        Kind::FashionPhoto => &[("product", GARMENT)],
        Kind::ProductPhoto => &[("product", PRODUCT)],
        Kind::DigitalAvatar => &[("photos", PORTRAIT)],
    }
}

/// One line of the table.
struct Row {
    kind: Kind,
    status: String,
    ms: u128,
    model: String,
    credits: u64,
    file: String,
}

impl Arguments {
    pub(super) async fn run(&self, settings: Config) -> anyhow::Result<()> {
        std::fs::create_dir_all(&self.out)
            .with_context(|| format!("cannot make the folder {}", self.out.display()))?;
        let session = Session::start(settings).await?;
        let mut rows = Vec::new();
        for kind in Kind::ALL {
            rows.push(make(&session, *kind, &self.out).await?);
        }
        let verdict = session.stop().await?;
        print(&rows);
        println!(
            "The books: {} entries, {} jobs, {} differences.",
            verdict.entries, verdict.jobs, verdict.differences
        );
        let all = rows.iter().all(|row| row.status == "completed");
        if all && verdict.differences == 0 {
            return Ok(());
        }
        Err(Found("not every picture was made, or the books do not balance".into()).into())
    }
}

async fn make(session: &Session, kind: Kind, out: &Path) -> anyhow::Result<Row> {
    let mut inputs = json!({});
    for (role, photo) in samples(kind) {
        let id = session.upload(Bytes::from_static(photo)).await?;
        inputs[*role] = json!(id);
    }
    let began = Instant::now();
    let mut last = 101;
    let body = json!({"kind": kind, "inputs": inputs});
    let job = session
        .run(&body, |progress, message| {
            if progress != last {
                println!("{:14} {progress:3} %  {message}", kind.id());
                last = progress;
            }
        })
        .await?;
    let ms = began.elapsed().as_millis();
    let file = save(session, &job, &out.join(kind.id())).await?;
    Ok(Row {
        kind,
        status: job["status"].as_str().unwrap_or_default().to_owned(),
        ms,
        model: job["result"]["model"].as_str().unwrap_or("-").to_owned(),
        credits: job["charged"].as_u64().unwrap_or(0),
        file: file.map_or_else(|| reason(&job), |file| file.display().to_string()),
    })
}

/// Writes the picture of a job beside `stem`, with the extension of its format.
pub(super) async fn save(
    session: &Session,
    job: &Value,
    stem: &Path,
) -> anyhow::Result<Option<PathBuf>> {
    let image = &job["result"]["images"][0];
    let Some(url) = image["url"].as_str() else {
        return Ok(None);
    };
    let name = image["file_name"].as_str().unwrap_or("picture.jpg");
    let extension = name.rsplit('.').next().unwrap_or("jpg");
    let file = stem.with_extension(extension);
    std::fs::write(&file, session.download(url).await?)
        .with_context(|| format!("cannot write {}", file.display()))?;
    Ok(Some(file))
}

/// Why a job has no picture.
pub(super) fn reason(job: &Value) -> String {
    let message = job["error"]["message"]["en"].as_str();
    message.unwrap_or("no picture").to_owned()
}

fn print(rows: &[Row]) {
    println!();
    println!(
        "{:14} {:10} {:>7}  {:14} {:>7}  file",
        "kind", "status", "ms", "model", "credits"
    );
    for row in rows {
        println!(
            "{:14} {:10} {:>7}  {:14} {:>7}  {}",
            row.kind.id(),
            row.status,
            row.ms,
            row.model,
            row.credits,
            row.file
        );
    }
    println!();
}
