//! `atelier blobs`: proves that a storage works, and moves pictures from one to another.

mod check;
mod label;
mod moving;

use clap::Subcommand;

use super::{in_runtime, now};
use crate::accounts::SigningKeys;
use crate::blobs::cos::Labeller;
use crate::blobs::{Backend, Blobs, Signer};
use crate::config::Config;
use crate::db::{Access, Db};
use crate::kinds::Choice;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write, read, sign, fetch and delete a probe; says in plain words what is wrong
    Check {
        /// local, s3 or cos; without it the one that new pictures go to
        #[arg(value_parser = backend)]
        storage: Option<Backend>,
    },
    /// Copy every picture to another storage while the server runs, compare, and read it from there
    Move {
        /// Where the pictures are: local, s3 or cos
        #[arg(long, value_parser = backend)]
        from: Backend,
        /// Where they shall go
        #[arg(long, value_parser = backend)]
        to: Backend,
    },
}

fn backend(id: &str) -> Result<Backend, String> {
    Backend::from_id(id).ok_or_else(|| "must be local, s3 or cos".into())
}

impl Command {
    pub(super) fn run(&self, settings: &Config) -> anyhow::Result<()> {
        let db = Db::open(&settings.data_dir, Access::Command)?;
        in_runtime(async {
            let blobs = open(&db, settings).await?;
            match self {
                Self::Check { storage } => {
                    let store = blobs.at(storage.unwrap_or(blobs.writes_to()))?;
                    check::run(store).await?;
                    let by_ci = settings.label.by_ci && store.backend() == Backend::Cos;
                    match settings.blobs.cos_client().filter(|_| by_ci) {
                        Some(bucket) => {
                            let code = settings.label.producer_code.clone();
                            label::check(store, &Labeller::new(bucket), code).await
                        }
                        None => Ok(()),
                    }
                }
                Self::Move { from, to } => moving::run(&db, &blobs, *from, *to).await,
            }
        })
    }
}

async fn open(db: &Db, settings: &Config) -> anyhow::Result<Blobs> {
    let keys = SigningKeys::load_or_create(db, now()).await?;
    let public_url = settings.server.base_url(&settings.server.bind);
    let signer = Signer::new(keys.files());
    Ok(settings
        .blobs
        .open(&settings.data_dir, signer, &public_url)?)
}
