//! `atelier make`: one picture from files, without a server that runs.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::{Value, json};

use super::demo::{reason, save};
use super::exit::Found;
use super::session::Session;
use crate::config::Config;
use crate::kinds::{Choice, Kind};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// virtual_tryon, fashion_photo, digital_avatar or product_photo
    #[arg(value_parser = kind)]
    kind: Kind,
    /// A person, for a try-on
    #[arg(long, value_name = "FILE")]
    person: Option<PathBuf>,
    /// A garment, for a try-on
    #[arg(long, value_name = "FILE")]
    garment: Option<PathBuf>,
    /// A product, for a fashion or product photo
    #[arg(long, value_name = "FILE")]
    product: Option<PathBuf>,
    /// A photo of a person, for an avatar; up to eight
    #[arg(long = "photo", value_name = "FILE")]
    photos: Vec<PathBuf>,
    /// A setting, such as scene=street or quality=draft; may be given again
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    settings: Vec<(String, String)>,
    /// An output row, such as 3x4-1080
    #[arg(long, value_name = "ID")]
    output: Option<String>,
    /// Makes another picture of the same photos
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where the picture goes; the extension follows its format
    #[arg(short = 'o', long, value_name = "FILE")]
    out: PathBuf,
}

fn kind(id: &str) -> Result<Kind, String> {
    let ids: Vec<&str> = Kind::ALL.iter().map(|kind| kind.id()).collect();
    Kind::from_id(id).ok_or_else(|| format!("must be one of {}", ids.join(", ")))
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("must be NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Arguments {
    pub(super) async fn run(&self, settings: Config) -> anyhow::Result<()> {
        let session = Session::start(settings).await?;
        let body = self.body(&session).await?;
        let made = session
            .run(&body, |progress, message| {
                eprintln!("{progress:3} %  {message}")
            })
            .await;
        let saved = match &made {
            Ok(job) => save(&session, job, &self.out).await,
            Err(_) => Ok(None),
        };
        session.stop().await?;
        match (saved?, made?) {
            (Some(file), _) => println!("{}", file.display()),
            (None, job) => return Err(Found(reason(&job)).into()),
        }
        Ok(())
    }

    async fn body(&self, session: &Session) -> anyhow::Result<Value> {
        let mut inputs = json!({});
        let single = [
            ("person", &self.person),
            ("garment", &self.garment),
            ("product", &self.product),
        ];
        for (role, file) in single {
            if let Some(file) = file {
                inputs[role] = json!(upload(session, file).await?);
            }
        }
        let mut photos = Vec::new();
        for photo in &self.photos {
            photos.push(upload(session, photo).await?);
        }
        if !photos.is_empty() {
            inputs["photos"] = json!(photos);
        }
        let mut settings = json!({});
        for (name, value) in &self.settings {
            settings[name.as_str()] = json!(value);
        }
        let mut body = json!({
            "kind": self.kind, "inputs": inputs, "settings": settings, "seed": self.seed,
        });
        if let Some(output) = &self.output {
            body["output"] = json!(output);
        }
        Ok(body)
    }
}

async fn upload(session: &Session, file: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    if bytes.is_empty() {
        bail!("{} is empty", file.display());
    }
    session
        .upload(bytes.into())
        .await
        .with_context(|| format!("{} cannot be used", file.display()))
}
