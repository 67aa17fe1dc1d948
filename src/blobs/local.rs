//! Blobs as files below the data directory. A file is whole or absent: it gets its name only after it was synced.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Location;
use object_store::{ObjectStoreExt, PutPayload};

use super::{Backend, BlobError, BlobKey, BlobStore, Listed, Opened, Signer, objects};
use crate::time::Moment;

/// The storage on this machine's disk.
pub struct LocalBlobs {
    files: LocalFileSystem,
    root: PathBuf,
    signer: Signer,
    public_url: String,
}

impl LocalBlobs {
    /// Opens `<data_dir>/blobs` and makes it if need be. Links begin with `public_url` (empty: they are relative).
    pub fn open(data_dir: &Path, signer: Signer, public_url: &str) -> Result<Self, BlobError> {
        let unavailable = |e: std::io::Error| BlobError::Unavailable(e.to_string());
        let root = data_dir.join("blobs");
        std::fs::create_dir_all(&root).map_err(unavailable)?;
        let root = root.canonicalize().map_err(unavailable)?;
        let files = LocalFileSystem::new_with_prefix(&root)
            .map_err(|e| BlobError::Unavailable(e.to_string()))?;
        Ok(Self {
            files: files.with_fsync(true).with_automatic_cleanup(true),
            root,
            signer,
            public_url: public_url.trim_end_matches('/').to_owned(),
        })
    }
}

fn sweep(folder: &Path, before: SystemTime) -> std::io::Result<u64> {
    let mut removed = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let facts = entry.metadata()?;
        if facts.is_dir() {
            removed += sweep(&entry.path(), before)?;
            continue;
        }
        // Until a file is whole its name ends with a number sign and a count.
        let partial = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.contains('#'));
        if partial && facts.modified()? < before {
            std::fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

#[async_trait]
impl BlobStore for LocalBlobs {
    fn backend(&self) -> Backend {
        Backend::Local
    }

    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<(), BlobError> {
        let written = self
            .files
            .put(&location(key), PutPayload::from_bytes(bytes))
            .await;
        written.map(drop).map_err(|e| translate(key, e))
    }

    async fn open(&self, key: &BlobKey, range: Option<Range<u64>>) -> Result<Opened, BlobError> {
        objects::open(&self.files, key, &location(key), range, translate).await
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        match self.files.delete(&location(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(other) => Err(translate(key, other)),
        }
    }

    async fn exists(&self, key: &BlobKey) -> Result<bool, BlobError> {
        match self.files.head(&location(key)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(other) => Err(translate(key, other)),
        }
    }

    async fn list(&self) -> Result<Vec<Listed>, BlobError> {
        let listed = objects::list(&self.files, "").await;
        listed.map_err(|e| BlobError::Unavailable(e.to_string()))
    }

    async fn sweep_partial(&self, before: Moment) -> Result<u64, BlobError> {
        let millis = u64::try_from(before.millis()).unwrap_or(0);
        let before = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        let root = self.root.clone();
        tokio::task::spawn_blocking(move || sweep(&root, before))
            .await
            .map_err(|e| BlobError::Unavailable(e.to_string()))?
            .map_err(|e| BlobError::Unavailable(e.to_string()))
    }

    async fn signed_url(&self, key: &BlobKey, now: Moment) -> Result<String, BlobError> {
        Ok(format!("{}{}", self.public_url, self.signer.link(key, now)))
    }

    fn path_of(&self, key: &BlobKey) -> Option<PathBuf> {
        Some(self.root.join(key.path()))
    }
}

fn location(key: &BlobKey) -> Location {
    Location::from(key.path())
}

fn translate(key: &BlobKey, error: object_store::Error) -> BlobError {
    if let object_store::Error::NotFound { .. } = error {
        return BlobError::NotFound(*key);
    }
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(reason) = cause {
        if let Some(io) = reason.downcast_ref::<std::io::Error>() {
            use std::io::ErrorKind::{QuotaExceeded, StorageFull};
            if matches!(io.kind(), StorageFull | QuotaExceeded) {
                return BlobError::Full;
            }
        }
        cause = reason.source();
    }
    BlobError::Unavailable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blobs::contract;
    use crate::ids::UserId;
    use crate::kinds::Format;

    #[tokio::test]
    async fn the_local_storage_keeps_the_contract() {
        let home = tempfile::tempdir().unwrap();
        let store =
            LocalBlobs::open(home.path(), Signer::new(&[1; 32]), "https://shop.example/").unwrap();
        contract::holds(&store).await;

        let key = BlobKey::new_work(UserId::new(), Format::Png);
        store.put(&key, Bytes::from_static(b"here")).await.unwrap();
        assert_eq!(
            std::fs::read(store.path_of(&key).unwrap()).unwrap(),
            b"here"
        );
        let url = store.signed_url(&key, Moment::now()).await.unwrap();
        assert!(
            url.starts_with("https://shop.example/files/works/usr_"),
            "{url}"
        );

        std::fs::write(home.path().join("blobs/README"), "not a blob").unwrap();
        assert!(store.list().await.unwrap().iter().all(|l| l.key == key));

        let half = home.path().join("blobs").join(format!("{}#1", key.path()));
        std::fs::write(&half, "hal").unwrap();
        let (an_hour_ago, soon) = (Moment::now().plus_secs(-3600), Moment::now().plus_secs(60));
        let swept = store.sweep_partial(an_hour_ago).await.unwrap();
        assert_eq!(swept, 0, "it may be under way");
        assert_eq!(store.sweep_partial(soon).await.unwrap(), 1);
        assert!(!half.exists() && store.exists(&key).await.unwrap());
    }

    #[test]
    fn a_full_disk_has_its_own_name() {
        let key = BlobKey::new_work(UserId::new(), Format::Png);
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let error = object_store::Error::Generic {
            store: "test",
            source: Box::new(full),
        };
        assert!(matches!(translate(&key, error), BlobError::Full));
    }
}
