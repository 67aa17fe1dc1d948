//! What every storage promises, as one test that all of them run.

use bytes::Bytes;
use futures_util::TryStreamExt;

use super::{BlobError, BlobKey, BlobStore};
use crate::ids::UserId;
use crate::kinds::Format;
use crate::time::Moment;

/// Fails unless the storage keeps its promises. It must be empty at first.
pub(super) async fn holds(store: &dyn BlobStore) {
    let (ann, bob) = (UserId::new(), UserId::new());
    let key = BlobKey::new_work(ann, Format::Jpeg);
    let other = BlobKey::new_upload(bob, Format::Png);

    assert!(!store.exists(&key).await.unwrap());
    assert!(matches!(store.get(&key).await, Err(BlobError::NotFound(missing)) if missing == key));
    assert!(store.list().await.unwrap().is_empty());
    store.delete(&key).await.expect("deleting nothing is fine");

    let large = Bytes::from(vec![7u8; 3_000_000]);
    store.put(&key, large.clone()).await.unwrap();
    store.put(&other, Bytes::new()).await.unwrap();
    assert!(store.exists(&key).await.unwrap());
    assert_eq!(store.get(&key).await.unwrap(), large);
    assert!(store.get(&other).await.unwrap().is_empty());

    let mut part = store.open(&key, Some(2_999_990..3_000_000)).await.unwrap();
    assert_eq!(part.size, 3_000_000, "a part knows the whole");
    let mut read = Vec::new();
    while let Some(bytes) = part.bytes.try_next().await.unwrap() {
        read.extend_from_slice(&bytes);
    }
    assert_eq!(read, [7; 10]);

    store.put(&key, Bytes::from_static(b"new")).await.unwrap();
    assert_eq!(
        store.get(&key).await.unwrap(),
        Bytes::from_static(b"new"),
        "the last put wins"
    );

    let now = Moment::now();
    let mut listed = store.list().await.unwrap();
    listed.sort_by_key(|l| l.bytes);
    let found: Vec<(BlobKey, u64)> = listed.iter().map(|l| (l.key, l.bytes)).collect();
    assert_eq!(found, [(other, 0), (key, 3)]);
    assert!(listed.iter().all(|l| now.since(l.modified).abs() < 60_000));

    let url = store.signed_url(&key, now).await.unwrap();
    assert!(url.contains(&key.path()));
    let quarter = Moment::from_millis(now.millis() / 900_000 * 900_000 + 1000);
    assert_eq!(
        store.signed_url(&key, quarter).await.unwrap(),
        store
            .signed_url(&key, quarter.plus_secs(890))
            .await
            .unwrap(),
        "browsers can keep the picture"
    );
    assert_ne!(url, store.signed_url(&other, now).await.unwrap());
    assert_ne!(
        url,
        store.signed_url(&key, now.plus_secs(1800)).await.unwrap()
    );

    store.delete(&key).await.unwrap();
    assert!(!store.exists(&key).await.unwrap());
    assert!(store.exists(&other).await.unwrap(), "only its own bytes go");
    store.delete(&other).await.unwrap();
    assert!(store.list().await.unwrap().is_empty());
}
