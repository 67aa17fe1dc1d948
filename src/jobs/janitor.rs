//! The janitor: what nobody needs any more goes, in slices.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::changes::Bell;
use super::job::{self, Status};
use super::review;
use super::run::Drafts;
use crate::blobs::{self, Backend, BlobKey, BlobStore, Blobs};
use crate::db::{Db, DbError, Query, Reader};
use crate::kinds::Choice;
use crate::time::Moment;
use crate::{accounts, audit, uploads, webhooks, works};

/// The section `retention` of the configuration: how long things are kept, in days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Uploads that no job used.
    pub uploads_days: u32,
    /// The audit log; at least 180.
    pub audit_days: u32,
    /// Raw pictures of failed jobs.
    pub drafts_days: u32,
    /// Deliveries to webhooks.
    pub deliveries_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            uploads_days: 30,
            audit_days: 180,
            drafts_days: 7,
            deliveries_days: 30,
        }
    }
}

const DAY_SECS: i64 = 86_400;
/// How long an idempotency key is known.
const KEYS_SECS: i64 = 2 * DAY_SECS;
/// Bytes without a row are only touched after a day: they may be about to get one.
const ORPHANS_SECS: i64 = DAY_SECS;
const SLICE: u32 = 500;
/// After so many failures a storage is left alone until the next round.
const PATIENCE: usize = 5;
/// When bytes that could not be deleted are tried again.
const STUCK_SECS: i64 = 3600;

/// Cleans up.
pub struct Janitor {
    /// The database.
    pub db: Db,
    /// Where pictures are kept.
    pub blobs: Blobs,
    /// Where pictures in the making are kept.
    pub drafts: Drafts,
    /// How long things are kept.
    pub retention: Retention,
    /// Tells who waits for a job that ends because nobody reviewed it.
    pub bell: Arc<Bell>,
    /// Hours that a person has to decide about what moderation is not sure of.
    pub review_hours: u32,
}

/// A part of the work failed; it is tried again at the next round.
#[derive(Debug, thiserror::Error)]
pub enum JanitorError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Storage failed.
    #[error(transparent)]
    Blob(#[from] blobs::BlobError),
    /// The draft folder failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Janitor {
    /// One round: rows first, then the bytes whose rows are gone.
    pub async fn round(&self, now: Moment) -> Result<(), JanitorError> {
        let days = |count: u32| now.plus_secs(-i64::from(count) * DAY_SECS);
        while review::expire(&self.db, &self.bell, self.review_hours, now).await? > 0 {}
        while works::expire(&self.db, now).await? > 0 {}
        let unused = days(self.retention.uploads_days);
        while uploads::forget_unused(&self.db, unused, now).await? > 0 {}
        self.forget_rows(
            now,
            days(self.retention.audit_days.max(180)),
            days(self.retention.deliveries_days),
        )
        .await?;
        self.bury(now).await?;
        self.sweep_drafts(days(self.retention.drafts_days))
    }

    async fn forget_rows(
        &self,
        now: Moment,
        audit_before: Moment,
        told_before: Moment,
    ) -> Result<(), DbError> {
        loop {
            let gone = self
                .db
                .write(move |tx| {
                    let keys = super::queue::forget_keys(tx, now.plus_secs(-KEYS_SECS), SLICE)?;
                    let lines = audit::forget(tx, audit_before, SLICE)?;
                    let sessions = accounts::sessions::forget(tx, now, SLICE)?;
                    let told = webhooks::forget(tx, told_before, SLICE)?;
                    Ok::<_, DbError>(keys + lines + sessions + told)
                })
                .await?;
            if gone == 0 {
                return Ok(());
            }
        }
    }

    /// Deletes bytes whose rows are gone, then forgets them. A storage that fails holds up no other.
    pub async fn bury(&self, now: Moment) -> Result<(), JanitorError> {
        for store in self.blobs.all() {
            while self.bury_some(store, now).await? > 0 {}
        }
        Ok(())
    }

    /// Deletes a slice of what one storage need not hold any more; answers how many went. What could not be deleted
    /// steps back, so that it holds up nothing behind it.
    async fn bury_some(&self, store: &dyn BlobStore, now: Moment) -> Result<usize, JanitorError> {
        let backend = store.backend();
        let doomed = self.db.read(|r| blobs::doomed(r, backend, SLICE, now))?;
        let (mut gone, mut stuck) = (Vec::with_capacity(doomed.len()), Vec::new());
        for blob in doomed {
            if stuck.len() == PATIENCE {
                break;
            }
            match store.delete(&blob).await {
                Ok(()) => gone.push(blob),
                Err(error) => {
                    tracing::warn!(%blob, %error, "a blob could not be deleted");
                    stuck.push(blob);
                }
            }
        }
        let (count, later) = (gone.len(), now.plus_secs(STUCK_SECS));
        self.db
            .write(move |tx| {
                for blob in &gone {
                    blobs::buried(tx, blob, backend)?;
                }
                for blob in &stuck {
                    blobs::put_off(tx, blob, backend, later)?;
                }
                Ok::<_, DbError>(())
            })
            .await?;
        Ok(count)
    }

    /// Removes the drafts of jobs that have ended; failed ones wait for the operator's retry.
    fn sweep_drafts(&self, failed_before: Moment) -> Result<(), JanitorError> {
        for id in self.drafts.jobs()? {
            let Some(job) = self.db.read(|r| job::find(r, id))? else {
                self.drafts.remove(id)?;
                continue;
            };
            let owner = self.db.read(|r| accounts::users::find(r, job.user))?;
            let over = match job.status {
                Status::Pending | Status::Processing => false,
                Status::Completed | Status::Cancelled => true,
                // Nothing of somebody who is erased waits for an operator.
                Status::Failed => {
                    job.completed_at.is_some_and(|at| at < failed_before)
                        || !owner.is_some_and(|user| user.is_there())
                }
            };
            if over {
                self.drafts.remove(id)?;
            }
        }
        Ok(())
    }

    /// Deletes old bytes that no row names: a crash came between storing and committing. It walks through all of
    /// each storage, so once a day is enough.
    pub async fn sweep(&self, now: Moment) -> Result<(), JanitorError> {
        let old = now.plus_secs(-ORPHANS_SECS);
        for store in self.blobs.all() {
            if let Err(error) = self.sweep_one(store, old).await {
                let backend = store.backend().id();
                tracing::warn!(backend, %error, "a storage could not be swept");
            }
        }
        Ok(())
    }

    async fn sweep_one(&self, store: &dyn BlobStore, old: Moment) -> Result<(), JanitorError> {
        store.sweep_partial(old).await?;
        let backend = store.backend();
        for listed in store.list().await? {
            let orphaned = |r: &Reader<'_>| is_orphan(r, &listed.key, backend);
            if listed.modified < old && self.db.read(orphaned)? {
                tracing::info!(blob = %listed.key, "deleting bytes that no row names");
                if let Err(error) = store.delete(&listed.key).await {
                    tracing::warn!(blob = %listed.key, %error, "an orphan could not be deleted");
                }
            }
        }
        Ok(())
    }
}

/// True if the bytes are of a user of ours and no row names them. Those of others may be another server's, which
/// keeps its pictures in the same bucket.
fn is_orphan(db: &impl Query, key: &BlobKey, backend: Backend) -> Result<bool, DbError> {
    let ours = accounts::users::find(db, key.owner())?.is_some();
    Ok(ours && !is_named(db, key, backend)?)
}

/// True if a row says that these bytes lie here, or a list says that they will be deleted in time.
fn is_named(db: &impl Query, key: &BlobKey, backend: Backend) -> Result<bool, DbError> {
    Ok(db.one(
        "SELECT EXISTS (SELECT 1 FROM works WHERE blob = ?1 AND backend = ?2)
            OR EXISTS (SELECT 1 FROM works WHERE thumbnail = ?1 AND backend = ?2)
            OR EXISTS (SELECT 1 FROM uploads WHERE blob = ?1 AND backend = ?2)
            OR EXISTS (SELECT 1 FROM doomed_blobs WHERE blob = ?1 AND backend = ?2)
            OR EXISTS (SELECT 1 FROM reviews WHERE blob = ?1 AND state = 'open')
            OR EXISTS (SELECT 1 FROM reviews WHERE thumbnail = ?1 AND state = 'open')",
        (key, backend),
        |row| row.get(0),
    )?)
}
