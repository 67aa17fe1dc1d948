//! The janitor: whose bytes it deletes, and what holds it up.

use std::sync::Arc;

use bytes::Bytes;

use super::*;
use crate::blobs::{self, Backend, BlobStore, Blobs, LocalBlobs, Signer};
use crate::jobs::{Bell, Drafts, Janitor};

fn janitor(bench: &Bench) -> Janitor {
    let folder = bench.db.directory();
    let store = LocalBlobs::open(folder, Signer::new(&[7; 32]), "").unwrap();
    Janitor {
        db: bench.db.clone(),
        blobs: Blobs::new(vec![Box::new(store)], Backend::Local).unwrap(),
        drafts: Drafts::new(folder.join("drafts")),
        retention: Default::default(),
        bell: Arc::new(Bell::default()),
        review_hours: 24,
    }
}

async fn there(store: &dyn BlobStore, key: &BlobKey) -> bool {
    store.exists(key).await.unwrap()
}

#[tokio::test]
async fn a_sweep_deletes_orphans_of_our_users_alone() {
    let bench = Bench::new().await;
    let janitor = janitor(&bench);
    let store = janitor.blobs.at(Backend::Local).unwrap();
    let ours = BlobKey::new_work(bench.account.user, Format::Jpeg);
    let anothers = BlobKey::new_work(UserId::new(), Format::Jpeg);
    for key in [&ours, &anothers] {
        store.put(key, Bytes::from_static(b"x")).await.unwrap();
    }
    janitor.sweep(bench.now).await.unwrap();
    assert!(there(store, &ours).await, "it may be about to get its row");
    janitor
        .sweep(bench.now.plus_secs(2 * 86_400))
        .await
        .unwrap();
    assert!(!there(store, &ours).await);
    assert!(
        there(store, &anothers).await,
        "another server keeps it in the same bucket"
    );
}

#[tokio::test]
async fn what_cannot_be_deleted_steps_back() {
    let bench = Bench::new().await;
    let key = || BlobKey::new_work(bench.account.user, Format::Jpeg);
    let (stuck, next) = (key(), key());
    let (now, later) = (bench.now, bench.now.plus_secs(3600));
    let doomed = |at: Moment| {
        let read: Result<_, DbError> = bench.db.read(|r| blobs::doomed(r, Backend::Local, 9, at));
        read.unwrap()
    };
    let (first, second) = (stuck, next);
    let written = bench.db.write(move |tx| {
        blobs::doom(tx, &first, Backend::Local, now)?;
        blobs::doom(tx, &second, Backend::Local, now)?;
        blobs::put_off(tx, &first, Backend::Local, later)
    });
    written.await.unwrap();
    assert_eq!(doomed(now), [next]);
    assert_eq!(doomed(later), [next, stuck]);
}
