//! Blobs in a bucket of any storage that speaks S3.

mod presign;
mod settings;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{HttpClient, HttpConnector};
use object_store::path::Path;
use object_store::{
    Attribute, ClientOptions, ObjectStore, ObjectStoreExt, PutOptions, PutPayload, RetryConfig,
};
use url::Url;

pub use settings::Settings;

use super::percent::encode_path;
use super::{Backend, BlobError, BlobKey, BlobStore, Listed, Opened, Signer, objects};
use crate::net::innermost;
use crate::time::Moment;
use presign::Link;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const READ_TIMEOUT: Duration = Duration::from_secs(30);
const RETRIES: usize = 2;
const RETRY_TIMEOUT: Duration = Duration::from_secs(20);

/// A bucket as a storage. Its client is made at the first request, so that a machine without certificates starts.
pub struct S3Blobs {
    settings: Settings,
    bucket: OnceLock<AmazonS3>,
}

impl S3Blobs {
    /// The storage of these settings, which were checked.
    pub const fn new(settings: Settings) -> Self {
        Self {
            settings,
            bucket: OnceLock::new(),
        }
    }

    fn bucket(&self) -> Result<&AmazonS3, BlobError> {
        if let Some(bucket) = self.bucket.get() {
            return Ok(bucket);
        }
        let bucket =
            build(&self.settings).map_err(|e| BlobError::Denied(innermost(&e).to_string()))?;
        Ok(self.bucket.get_or_init(|| bucket))
    }

    fn object(&self, key: &BlobKey) -> String {
        format!("{}{}", self.prefix(), key.path())
    }

    fn place(&self, key: &BlobKey) -> Path {
        Path::from(self.object(key))
    }

    fn prefix(&self) -> String {
        match self.settings.prefix.trim_matches('/') {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        }
    }
}

fn build(settings: &Settings) -> object_store::Result<AmazonS3> {
    let url = settings.store_url().unwrap_or_default();
    let plain = url.starts_with("http://");
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&settings.bucket)
        .with_region(&settings.region)
        .with_endpoint(url)
        .with_virtual_hosted_style_request(!settings.path_style)
        .with_allow_http(plain)
        .with_retry(RetryConfig {
            max_retries: RETRIES,
            retry_timeout: RETRY_TIMEOUT,
            ..RetryConfig::default()
        })
        .with_http_connector(Connector { plain });
    if !settings.access_key.is_empty() {
        builder = builder
            .with_access_key_id(settings.access_key.expose())
            .with_secret_access_key(settings.secret_key.expose());
    }
    if !settings.session_token.is_empty() {
        builder = builder.with_token(settings.session_token.expose());
    }
    builder.build()
}

/// Makes the HTTP client; plain http needs no certificates, so it also works where none are installed.
#[derive(Debug)]
struct Connector {
    plain: bool,
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let mut builder = reqwest::Client::builder()
            .no_proxy()
            .user_agent(concat!("Atelier/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT);
        if self.plain {
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build().map_err(|e| object_store::Error::Generic {
            store: "S3",
            source: Box::new(e),
        })?;
        Ok(HttpClient::new(client))
    }
}

#[async_trait]
impl BlobStore for S3Blobs {
    fn backend(&self) -> Backend {
        Backend::S3
    }

    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<(), BlobError> {
        let mut options = PutOptions::default();
        let attributes = &mut options.attributes;
        attributes.insert(Attribute::ContentType, key.content_type().into());
        attributes.insert(Attribute::CacheControl, key.cache_control().into());
        let (place, payload) = (self.place(key), PutPayload::from_bytes(bytes));
        let put = self.bucket()?.put_opts(&place, payload, options).await;
        put.map(drop).map_err(|e| translate(key, e))
    }

    async fn open(&self, key: &BlobKey, range: Option<Range<u64>>) -> Result<Opened, BlobError> {
        objects::open(self.bucket()?, key, &self.place(key), range, translate).await
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        match self.bucket()?.delete(&self.place(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(other) => Err(translate(key, other)),
        }
    }

    async fn exists(&self, key: &BlobKey) -> Result<bool, BlobError> {
        match self.bucket()?.head(&self.place(key)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(other) => Err(translate(key, other)),
        }
    }

    async fn list(&self) -> Result<Vec<Listed>, BlobError> {
        let listed = objects::list(self.bucket()?, &self.prefix()).await;
        listed.map_err(|e| explain(&e))
    }

    /// An object is written whole or not at all.
    async fn sweep_partial(&self, _: Moment) -> Result<u64, BlobError> {
        Ok(0)
    }

    async fn signed_url(&self, key: &BlobKey, now: Moment) -> Result<String, BlobError> {
        let keys = self.bucket()?.credentials().get_credential().await;
        let keys = keys.map_err(|e| explain(&e))?;
        let bucket = self.settings.link_url().unwrap_or_default();
        let url = Url::parse(&format!("{bucket}/{}", encode_path(&self.object(key))))
            .map_err(|e| BlobError::Denied(format!("blobs.s3.endpoint: {e}")))?;
        let start = Signer::start(now);
        let link = Link {
            url: &url,
            region: &self.settings.region,
            params: &[
                ("response-cache-control", key.cache_control()),
                ("response-content-type", key.content_type()),
            ],
            start: &Moment::from_millis(start * 1000).compact(),
            secs: Signer::expiry(now) - start,
        };
        Ok(link.sign(&keys))
    }

    fn path_of(&self, _: &BlobKey) -> Option<PathBuf> {
        None
    }
}

fn translate(key: &BlobKey, error: object_store::Error) -> BlobError {
    if matches!(error, object_store::Error::NotFound { .. }) && !is_about_bucket(&error) {
        return BlobError::NotFound(*key);
    }
    explain(&error)
}

/// A bucket that is not there answers as an object that is not there, but says so in its document.
fn is_about_bucket(error: &object_store::Error) -> bool {
    error.to_string().contains("NoSuchBucket")
}

fn explain(error: &object_store::Error) -> BlobError {
    let cause = innermost(error).to_string();
    let advice = if matches!(error, object_store::Error::PermissionDenied { .. }) {
        "the keys may not do this; they need s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket"
    } else if matches!(error, object_store::Error::Unauthenticated { .. }) {
        "access_key or secret_key is wrong, or the clock of this machine is"
    } else if is_about_bucket(error) {
        "there is no such bucket here; look at bucket, region, endpoint and path_style"
    } else {
        return BlobError::Unavailable(cause);
    };
    BlobError::Denied(format!("{cause}; {advice}"))
}
