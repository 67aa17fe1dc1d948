//! Matting by Tencent CI: a picture goes up under a name of its own with a rule that says where the cut-out shall lie,
//! the cut-out comes down, and both objects go. No link to CI ever leaves this server: each opening would be billed.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, Response};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::blobs::ObjectName;
use crate::blobs::cos::{Call, CosClient, CosError, WORKBENCH, pic_operations};
use crate::kinds::Subject;

/// The section `matting.ci` of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Longest side in pixels of what is sent; the mask is brought back to the picture's own size.
    pub max_side: u32,
    /// Largest cut-out in MB that is taken.
    pub max_mb: u32,
    /// Seconds for one picture, after which it is cut out here.
    pub timeout_secs: u64,
    /// Pictures at CI at once; further ones wait.
    pub concurrency: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_side: 2048,
            max_mb: 64,
            timeout_secs: 60,
            concurrency: 8,
        }
    }
}

/// Why CI cut nothing out.
#[derive(Debug, thiserror::Error)]
pub enum CiError {
    /// COS or CI refused, or could not be reached.
    #[error(transparent)]
    Cos(#[from] CosError),
    /// It took too long. It may have been billed.
    #[error("no cut-out in time")]
    Timeout,
    /// What came back is no cut-out of this picture.
    #[error("the answer is no cut-out: {0}")]
    NoCutOut(String),
}

/// Matting in the cloud.
pub struct Ci {
    client: Arc<CosClient>,
    settings: Settings,
    slots: Semaphore,
}

impl Ci {
    /// Matting through this bucket.
    pub fn new(client: Arc<CosClient>, settings: Settings) -> Self {
        Self {
            client,
            slots: Semaphore::new(settings.concurrency.max(1)),
            settings,
        }
    }

    /// Longest side in pixels of what it takes.
    pub const fn max_side(&self) -> u32 {
        self.settings.max_side
    }

    /// Sends an upright JPEG; answers a PNG with alpha.
    pub async fn cut_out(&self, jpeg: Bytes, subject: Subject) -> Result<Bytes, CiError> {
        let _slot = self.slots.acquire().await;
        let name = ObjectName::random();
        let (source, target) = (
            format!("{WORKBENCH}{name}.jpg"),
            format!("{WORKBENCH}{name}.png"),
        );
        let limit = Duration::from_secs(self.settings.timeout_secs);
        let work = self.process(&source, &target, jpeg, subject);
        let result = tokio::time::timeout(limit, work).await;
        self.client.clear_later(source);
        self.client.clear_later(target);
        result.unwrap_or(Err(CiError::Timeout))
    }

    async fn process(
        &self,
        source: &str,
        target: &str,
        jpeg: Bytes,
        subject: Subject,
    ) -> Result<Bytes, CiError> {
        let rule = format!("ci-process={}", process_of(subject));
        let operations = pic_operations(&self.client.object(target), &rule);
        let call = Call::new(Method::PUT, source)
            .header("content-type", "image/jpeg")
            .header("pic-operations", operations)
            .body(jpeg);
        // Once: a repetition would be billed again.
        self.client.send_once(&call).await?;
        let answer = self.client.send(&Call::new(Method::GET, target)).await?;
        let media = answer.headers().get(CONTENT_TYPE);
        let media = media.and_then(|m| m.to_str().ok()).unwrap_or_default();
        if media != "image/png" {
            return Err(CiError::NoCutOut(format!("it has the type {media:?}")));
        }
        self.read(answer).await
    }

    async fn read(&self, mut answer: Response) -> Result<Bytes, CiError> {
        let most = self.settings.max_mb as usize * 1_000_000;
        let mut png = BytesMut::new();
        let broken = |_| CiError::NoCutOut("it broke off".into());
        while let Some(part) = answer.chunk().await.map_err(broken)? {
            if png.len() + part.len() > most {
                return Err(CiError::NoCutOut(format!("it is larger than {most} bytes")));
            }
            png.extend_from_slice(&part);
        }
        Ok(png.freeze())
    }
}

const fn process_of(subject: Subject) -> &'static str {
    match subject {
        Subject::Portrait => "AIPortraitMatting",
        Subject::Product => "GoodsMatting",
        Subject::Auto => "AIPicMatting",
    }
}
