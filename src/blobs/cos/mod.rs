//! Blobs in a bucket of Tencent Cloud COS, and the signed requests that Tencent CI understands as well.

mod client;
mod error;
mod keys;
mod labeller;
mod listing;
mod operations;
mod settings;
mod sign;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use reqwest::Method;
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, HeaderMap};

pub use client::{Call, CosClient};
pub use error::{CosError, Refusal};
pub use labeller::{LabelError, Labeller};
pub use operations::pic_operations;
pub use settings::{Settings, SignedHost};
pub use sign::{KeyPair, Signature, Signed};

use super::{Backend, BlobError, BlobKey, BlobStore, Listed, Opened};
use crate::time::Moment;

/// Below this folder lies what CI works on; none of it is needed for longer than a request.
pub const WORKBENCH: &str = "ci/";

/// A bucket as a storage.
pub struct CosBlobs {
    client: Arc<CosClient>,
}

impl CosBlobs {
    /// The storage that this client reaches.
    pub const fn new(client: Arc<CosClient>) -> Self {
        Self { client }
    }

    async fn send(&self, method: Method, key: &BlobKey) -> Result<reqwest::Response, CosError> {
        let path = key.path();
        self.client.send(&Call::new(method, &path)).await
    }
}

#[async_trait]
impl BlobStore for CosBlobs {
    fn backend(&self) -> Backend {
        Backend::Cos
    }

    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<(), BlobError> {
        let path = key.path();
        let call = Call::new(Method::PUT, &path)
            .header("content-type", key.content_type())
            .header("cache-control", key.cache_control())
            .body(bytes);
        self.client.send(&call).await?;
        Ok(())
    }

    async fn open(&self, key: &BlobKey, range: Option<Range<u64>>) -> Result<Opened, BlobError> {
        let path = key.path();
        let mut call = Call::new(Method::GET, &path);
        if let Some(range) = range {
            call = call.header(
                "range",
                format!("bytes={}-{}", range.start, range.end.saturating_sub(1)),
            );
        }
        let answer = self.client.send(&call).await.map_err(|e| e.about(key))?;
        let size = whole_size(answer.headers());
        let size = size.ok_or_else(|| CosError::Nonsense("the size is missing".into()))?;
        let bytes = answer
            .bytes_stream()
            .map_err(|e| client::transport(&e).into());
        Ok(Opened {
            size,
            bytes: bytes.boxed(),
        })
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        match self.send(Method::DELETE, key).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_missing() => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn exists(&self, key: &BlobKey) -> Result<bool, BlobError> {
        match self.send(Method::HEAD, key).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_missing() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn list(&self) -> Result<Vec<Listed>, BlobError> {
        let prefix = self.client.prefix();
        let found = listing::all(&self.client, &prefix).await?;
        let blobs = found.into_iter().filter_map(|object| {
            Some(Listed {
                key: object.name.strip_prefix(&prefix)?.parse().ok()?,
                bytes: object.bytes,
                modified: object.modified,
            })
        });
        Ok(blobs.collect())
    }

    /// What CI left on its workbench. An object is written whole or not at all.
    async fn sweep_partial(&self, before: Moment) -> Result<u64, BlobError> {
        let prefix = self.client.prefix();
        let mut removed = 0;
        for object in listing::all(&self.client, &self.client.object(WORKBENCH)).await? {
            let path = object.name.strip_prefix(&prefix).unwrap_or_default();
            if object.modified < before && path.starts_with(WORKBENCH) {
                self.client.send(&Call::new(Method::DELETE, path)).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    async fn signed_url(&self, key: &BlobKey, now: Moment) -> Result<String, BlobError> {
        let asked = [
            ("response-cache-control", key.cache_control()),
            ("response-content-type", key.content_type()),
        ];
        Ok(self.client.link(&key.path(), &asked, now)?)
    }

    fn path_of(&self, _: &BlobKey) -> Option<PathBuf> {
        None
    }
}

/// The size of the whole object, also where only a part of it was asked for.
fn whole_size(headers: &HeaderMap) -> Option<u64> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text(CONTENT_RANGE) {
        Some(range) => range.rsplit('/').next()?.parse().ok(),
        None => text(CONTENT_LENGTH)?.parse().ok(),
    }
}
