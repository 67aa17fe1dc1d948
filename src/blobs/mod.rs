//! Pictures at rest. A [`BlobKey`] names one, a [`BlobStore`] holds it, a signed URL lends it out for a while.

mod backend;
#[cfg(test)]
mod contract;
pub mod cos;
mod doomed;
mod key;
mod local;
mod objects;
mod percent;
pub mod s3;
mod settings;
mod shelf;
mod sign;

use std::ops::Range;
use std::path::PathBuf;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;

pub use backend::Backend;
pub use doomed::{buried, doom, doomed, put_off};
pub use key::{BadKey, BlobKey, ObjectName};
pub use local::LocalBlobs;
pub use s3::S3Blobs;
pub use settings::Settings;
pub use shelf::{Blobs, Kept};
pub use sign::{BadLink, Signer};

use crate::kinds::Choice;
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
    /// The storage refuses our keys or what they may do: an operator has to mend it.
    #[error("the blob storage refuses us: {0}")]
    Denied(String),
    /// A row names a storage that is not in the settings.
    #[error("blobs are kept in {}, but it is not set up; bring its settings back", Choice::id(*.0))]
    NotSetUp(Backend),
    /// There is no room left.
    #[error("the blob storage is full")]
    Full,
}

/// A blob that is being read.
pub struct Opened {
    /// The size of the whole blob.
    pub size: u64,
    /// Its bytes, or those of the range that was asked for, as they come.
    pub bytes: BoxStream<'static, Result<Bytes, BlobError>>,
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
    /// What stands in the rows of its blobs.
    fn backend(&self) -> Backend;

    /// Keeps these bytes under this key. When it returns they survive a power cut.
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<(), BlobError>;

    /// Begins to read what is under this key, or a range of it that is not empty and begins inside.
    async fn open(&self, key: &BlobKey, range: Option<Range<u64>>) -> Result<Opened, BlobError>;

    /// All bytes under this key.
    async fn get(&self, key: &BlobKey) -> Result<Bytes, BlobError> {
        let mut opened = self.open(key, None).await?;
        let mut whole = BytesMut::new();
        while let Some(part) = opened.bytes.try_next().await? {
            whole.extend_from_slice(&part);
        }
        Ok(whole.freeze())
    }

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
