//! What the storages that go through `object_store` have in common.

use std::ops::Range;

use futures_util::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore};

use super::{BlobError, BlobKey, Listed, Opened};
use crate::time::Moment;

/// Begins to read what is at `place`.
pub(super) async fn open(
    store: &dyn ObjectStore,
    key: &BlobKey,
    place: &Path,
    range: Option<Range<u64>>,
    translate: fn(&BlobKey, object_store::Error) -> BlobError,
) -> Result<Opened, BlobError> {
    let options = GetOptions {
        range: range.map(GetRange::Bounded),
        ..GetOptions::default()
    };
    let key = *key;
    let found = store.get_opts(place, options).await;
    let found = found.map_err(|e| translate(&key, e))?;
    Ok(Opened {
        size: found.meta.size,
        bytes: found
            .into_stream()
            .map_err(move |e| translate(&key, e))
            .boxed(),
    })
}

/// Every blob below `prefix`; objects with other names are left out.
pub(super) async fn list(
    store: &dyn ObjectStore,
    prefix: &str,
) -> Result<Vec<Listed>, object_store::Error> {
    let below = (!prefix.is_empty()).then(|| Path::from(prefix));
    let known = store
        .list(below.as_ref())
        .try_filter_map(|meta| async move {
            let path = meta.location.as_ref().strip_prefix(prefix);
            let key = path.and_then(|path| path.parse().ok());
            Ok(key.map(|key| Listed {
                key,
                bytes: meta.size,
                modified: Moment::from_millis(meta.last_modified.timestamp_millis()),
            }))
        });
    known.try_collect().await
}
