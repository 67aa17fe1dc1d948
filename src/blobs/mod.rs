//! Pictures at rest. A [`BlobKey`] names one, a [`BlobStore`] holds it, a signed URL lends it out for a while.

#[cfg(test)]
mod contract;
mod doomed;
mod key;
mod local;
mod settings;
mod sign;

use std::path::PathBuf;

use async_trait::async_trait;
use bytes::Bytes;

pub use doomed::{buried, doom, doomed};
pub use key::{BadKey, BlobKey, ObjectName};
pub use local::LocalBlobs;
pub use settings::{Backend, Settings};
pub use sign::{BadLink, Signer};

use crate::time::Moment;

/// Why a blob cannot be had or kept.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// Nothing is stored under this key.
    #[error("no blob {0}")]
    NotFound(BlobKey),
    /// The storage does not answer; later it may.
    #[error("the blob storage is not available: {0}")]
    Unavailable(String),
    /// There is no room left.
    #[error("the blob storage is full")]
    Full,
}

/// One stored blob, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub key: BlobKey,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was written.
    pub modified: Moment,
}

/// A place that keeps blobs. Every implementation passes the same contract test.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// The name that stands in blob rows, such as `local`.
    fn name(&self) -> &'static str;

    /// Keeps these bytes under this key. When it returns they survive a power cut.
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<(), BlobError>;

    /// The bytes under this key.
    async fn get(&self, key: &BlobKey) -> Result<Bytes, BlobError>;

    /// Removes what is under this key; nothing there is fine.
    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError>;

    /// Whether there is something under this key.
    async fn exists(&self, key: &BlobKey) -> Result<bool, BlobError>;

    /// All blobs in any order, for the janitor and for moving. Files with other names are left out.
    async fn list(&self) -> Result<Vec<Listed>, BlobError>;

    /// Removes what writes that a crash interrupted before `before` left behind, for the janitor; answers how many.
    async fn sweep_partial(&self, before: Moment) -> Result<u64, BlobError>;

    /// A link that lends the blob for 15 to 30 minutes. It is the same within a quarter of an hour, so that
    /// browsers can keep the picture.
    async fn signed_url(&self, key: &BlobKey, now: Moment) -> Result<String, BlobError>;

    /// Where the blob lies on this machine's disk, for stores that have it there.
    fn path_of(&self, key: &BlobKey) -> Option<PathBuf>;
}
