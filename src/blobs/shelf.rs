//! All storages together: new blobs go where the settings say, old ones are read where their rows say.

use std::sync::Arc;

use bytes::Bytes;

use super::{Backend, BlobError, BlobKey, BlobStore};

/// Every storage that is set up. Clones share them.
#[derive(Clone)]
pub struct Blobs {
    stores: Arc<[Box<dyn BlobStore>]>,
    writes_to: Backend,
}

impl Blobs {
    /// New blobs go to the storage `writes_to`, which must be among `stores`.
    pub fn new(stores: Vec<Box<dyn BlobStore>>, writes_to: Backend) -> Result<Self, BlobError> {
        let blobs = Self {
            stores: stores.into(),
            writes_to,
        };
        blobs.at(writes_to)?;
        Ok(blobs)
    }

    /// The storage that a row names.
    pub fn at(&self, backend: Backend) -> Result<&dyn BlobStore, BlobError> {
        let found = self.all().find(|store| store.backend() == backend);
        found.ok_or(BlobError::NotSetUp(backend))
    }

    /// Every storage.
    pub fn all(&self) -> impl Iterator<Item = &dyn BlobStore> {
        self.stores.iter().map(|store| &**store)
    }

    /// Where new blobs go.
    pub const fn writes_to(&self) -> Backend {
        self.writes_to
    }

    /// Keeps a new blob; answers what its row must name.
    pub async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<Backend, BlobError> {
        self.at(self.writes_to)?.put(key, bytes).await?;
        Ok(self.writes_to)
    }
}

/// What one row keeps in a storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The row's order.
    pub seq: i64,
    /// Its blobs; the first one names the row.
    pub blobs: Vec<BlobKey>,
}
