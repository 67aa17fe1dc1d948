//! `[blobs.s3]` in the configuration.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::secret::Secret;

/// A bucket of an S3-compatible storage.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The bucket. Empty: there is none.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// The address of the storage without the bucket; empty: Amazon's.
    pub endpoint: String,
    /// Whether the bucket's name stands in the path instead of the host.
    pub path_style: bool,
    /// The access key; empty: that of the machine's role.
    pub access_key: Secret,
    /// The secret key.
    pub secret_key: Secret,
    /// The token of temporary keys.
    pub session_token: Secret,
    /// What every object's name begins with.
    pub prefix: String,
    /// The address of the storage in links, if clients reach it under another one than this server.
    pub public_endpoint: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bucket: String::new(),
            region: "us-east-1".into(),
            endpoint: String::new(),
            path_style: false,
            access_key: Secret::default(),
            secret_key: Secret::default(),
            session_token: Secret::default(),
            prefix: String::new(),
            public_endpoint: String::new(),
        }
    }
}

impl Settings {
    /// True if there is a bucket.
    pub fn is_set(&self) -> bool {
        !self.bucket.is_empty()
    }

    /// What is wrong with them: the key below `blobs.s3` and why.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        if !self.bucket.bytes().all(plain) {
            return Err(("bucket", "must be the name of a bucket".into()));
        }
        if self.region.is_empty() || !self.region.bytes().all(plain) {
            return Err(("region", "must be a region such as us-east-1".into()));
        }
        for (key, given) in [
            ("endpoint", &self.endpoint),
            ("public_endpoint", &self.public_endpoint),
        ] {
            if !given.is_empty() && self.root(given).is_none() {
                return Err((key, "must be a URL with nothing after the host".into()));
            }
        }
        if self.access_key.is_empty() != self.secret_key.is_empty() {
            return Err(("secret_key", "access_key and secret_key go together".into()));
        }
        Ok(())
    }

    /// The address of the bucket as this server reaches it, without a slash at the end.
    pub(super) fn bucket_url(&self) -> Option<String> {
        self.root(&self.endpoint)
    }

    /// The address of the bucket in links.
    pub(super) fn link_url(&self) -> Option<String> {
        match self.public_endpoint.as_str() {
            "" => self.bucket_url(),
            public => self.root(public),
        }
    }

    /// The address of the storage as `object_store` wants it: with the bucket exactly if it stands in the host.
    pub(super) fn store_url(&self) -> Option<String> {
        let bucket = self.bucket_url()?;
        if self.path_style {
            bucket
                .strip_suffix(&format!("/{}", self.bucket))
                .map(str::to_owned)
        } else {
            Some(bucket)
        }
    }

    fn root(&self, endpoint: &str) -> Option<String> {
        let usual = format!("https://s3.{}.amazonaws.com", self.region);
        let url = Url::parse(if endpoint.is_empty() {
            &usual
        } else {
            endpoint
        })
        .ok()?;
        let host = url.host_str()?;
        if url.path() != "/" || url.query().is_some() || !url.username().is_empty() {
            return None;
        }
        let port = url
            .port()
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        let (scheme, bucket) = (url.scheme(), &self.bucket);
        Some(if self.path_style {
            format!("{scheme}://{host}{port}/{bucket}")
        } else {
            format!("{scheme}://{bucket}.{host}{port}")
        })
    }
}
