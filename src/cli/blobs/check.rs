//! `atelier blobs check`: one probe through everything that a storage must do.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use bytes::Bytes;
use reqwest::header::{CONTENT_DISPOSITION, DATE};
use reqwest::{Client, Response};

use crate::blobs::{Backend, BlobKey, BlobStore};
use crate::cli::exit::Found;
use crate::ids::UserId;
use crate::kinds::{Choice, Format};
use crate::net::innermost;
use crate::time::Moment;

const TIMEOUT: Duration = Duration::from_secs(20);
/// Clocks that differ by more than this break signatures sooner or later.
const SKEW_SECS: i64 = 60;
/// Large enough to cross a buffer.
const PROBE_BYTES: usize = 200_000;

/// Checks one storage and prints what it finds.
pub(super) async fn run(store: &dyn BlobStore) -> anyhow::Result<()> {
    println!("checking {}", store.backend().id());
    let key = BlobKey::new_work(UserId::new(), Format::Png);
    let probe = Probe {
        store,
        key,
        bytes: (0..PROBE_BYTES)
            .map(|n| (n % 251) as u8)
            .collect::<Vec<_>>()
            .into(),
    };
    let walked = probe.walk().await;
    if walked.is_err() {
        // The probe may be there although something after it failed.
        if let Err(error) = store.delete(&key).await {
            println!("         the probe {key} may have been left behind: {error}");
        }
    }
    walked.map_err(|_| Found("the storage does not work as it should".into()).into())
}

struct Probe<'a> {
    store: &'a dyn BlobStore,
    key: BlobKey,
    bytes: Bytes,
}

impl Probe<'_> {
    async fn walk(&self) -> Result<(), Failed> {
        let (store, key) = (self.store, &self.key);
        told("write", async {
            Ok(store.put(key, self.bytes.clone()).await?)
        })
        .await?;
        told("read", self.read()).await?;
        let url = told("sign", async {
            Ok(store.signed_url(key, Moment::now()).await?)
        })
        .await?;
        told("fetch", self.fetch(&url)).await?;
        told("delete", self.delete()).await
    }

    async fn read(&self) -> anyhow::Result<()> {
        if !self.store.exists(&self.key).await? {
            bail!("the probe was written but is not there; is another bucket read than written?");
        }
        if self.store.get(&self.key).await? != self.bytes {
            bail!("other bytes came back than were written; something on the way changes them");
        }
        Ok(())
    }

    /// As a browser would: through the link alone.
    async fn fetch(&self, url: &str) -> anyhow::Result<()> {
        let answer = match client(url)?.get(url).send().await {
            Ok(answer) => answer,
            Err(_) if self.store.backend() == Backend::Local => {
                println!(
                    "         fetch is left out: links to local pictures need the server, which does not answer"
                );
                return Ok(());
            }
            Err(error) => {
                bail!(
                    "the link's host cannot be reached from here: {}",
                    innermost(&error)
                )
            }
        };
        warn_of_skew(&answer);
        if !answer.status().is_success() {
            bail!(refused(answer).await);
        }
        let download = answer.headers().get(CONTENT_DISPOSITION);
        if download.is_some_and(|d| d.as_bytes().starts_with(b"attachment")) {
            println!(
                "         browsers will download pictures instead of showing them: bind a domain of your own"
            );
        }
        let bytes = answer
            .bytes()
            .await
            .context("the link's answer broke off")?;
        if bytes != self.bytes {
            bail!("the link answers other bytes; does a CDN or a proxy change pictures?");
        }
        Ok(())
    }

    async fn delete(&self) -> anyhow::Result<()> {
        self.store.delete(&self.key).await?;
        if self.store.exists(&self.key).await? {
            bail!(
                "the probe is still there after it was deleted; is the bucket versioned or locked?"
            );
        }
        Ok(())
    }
}

/// A step failed; why has been printed.
pub(super) struct Failed;

pub(super) async fn told<T>(
    name: &str,
    step: impl Future<Output = anyhow::Result<T>>,
) -> Result<T, Failed> {
    let began = Instant::now();
    match step.await {
        Ok(done) => {
            println!("ok       {name:<8} {} ms", began.elapsed().as_millis());
            Ok(done)
        }
        Err(error) => {
            println!("FAILED   {name:<8} {error:#}");
            Err(Failed)
        }
    }
}

async fn refused(answer: Response) -> String {
    let status = answer.status();
    let body = answer.text().await.unwrap_or_default();
    let code = body
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split('<').next());
    let code = code.unwrap_or("no reason given");
    format!(
        "the link is refused with {status} ({code}): is this machine's clock right, and do the settings of the link's \
         domain (blobs.cos.domain_signs, blobs.s3.public_endpoint) fit?"
    )
}

fn warn_of_skew(answer: &Response) {
    let date = answer.headers().get(DATE).and_then(|v| v.to_str().ok());
    let Some(theirs) = date.and_then(|d| httpdate::parse_http_date(d).ok()) else {
        return;
    };
    let theirs = theirs
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |d| d.as_secs());
    let skew = Moment::now().secs() - i64::try_from(theirs).unwrap_or(0);
    if skew.abs() > SKEW_SECS {
        println!(
            "         this machine's clock differs from the storage's by {skew} s; signatures will be refused"
        );
    }
}

fn client(url: &str) -> anyhow::Result<Client> {
    let mut builder = Client::builder().no_proxy().timeout(TIMEOUT);
    if url.starts_with("http://") {
        builder = builder.tls_certs_only([]);
    }
    builder
        .build()
        .context("no HTTPS client can be made; is the package ca-certificates installed?")
}
