//! `[blobs]` in the configuration, and the storages it describes.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::cos::{self, CosBlobs, CosClient};
use super::{Backend, BlobError, BlobStore, Blobs, LocalBlobs, S3Blobs, Signer, s3};

/// Where pictures are kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The storage that new blobs are written to.
    pub backend: Backend,
    /// An S3-compatible storage.
    pub s3: s3::Settings,
    /// Tencent Cloud COS.
    pub cos: cos::Settings,
}

impl Settings {
    /// What is wrong with them: the key and why.
    pub fn check(&self) -> Result<(), (String, String)> {
        if self.s3.is_set() {
            let bad = |(key, reason)| (format!("blobs.s3.{key}"), reason);
            self.s3.check().map_err(bad)?;
        }
        if self.cos.is_set() {
            let bad = |(key, reason)| (format!("blobs.cos.{key}"), reason);
            self.cos.check().map_err(bad)?;
        }
        let needed = |section: &str| {
            Err((
                format!("blobs.{section}.bucket"),
                format!("is needed, because blobs.backend is {section:?}"),
            ))
        };
        match self.backend {
            Backend::S3 if !self.s3.is_set() => needed("s3"),
            Backend::Cos if !self.cos.is_set() => needed("cos"),
            Backend::Local | Backend::S3 | Backend::Cos => Ok(()),
        }
    }

    /// A client of the COS bucket, if there is one.
    pub fn cos_client(&self) -> Option<Arc<CosClient>> {
        self.cos
            .is_set()
            .then(|| Arc::new(CosClient::new(self.cos.clone())))
    }

    /// Opens every storage that is set up. Nothing is asked of a remote one.
    pub fn open(
        &self,
        data_dir: &Path,
        signer: Signer,
        public_url: &str,
    ) -> Result<Blobs, BlobError> {
        let local = LocalBlobs::open(data_dir, signer, public_url)?;
        let mut stores: Vec<Box<dyn BlobStore>> = vec![Box::new(local)];
        if self.s3.is_set() {
            stores.push(Box::new(S3Blobs::new(self.s3.clone())));
        }
        if let Some(client) = self.cos_client() {
            stores.push(Box::new(CosBlobs::new(client)));
        }
        Blobs::new(stores, self.backend)
    }
}
