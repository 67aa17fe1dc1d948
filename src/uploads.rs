//! Uploads: input pictures, checked, without metadata, stored once for the same bytes.

mod rows;
mod storage;

use aws_lc_rs::digest;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit;
use crate::blobs::{Backend, BlobError, BlobKey, Blobs};
use crate::db::{Db, DbError, Tx};
use crate::ids::{UploadId, UserId};
use crate::imaging::{self, CpuError, CpuPool, Limits, PictureError};
use crate::kinds::Format;
use crate::moderation::{Finding, Gate, ModerationError, Verdict};
use crate::time::Moment;

pub use rows::{delete_some_of, find, forget_unused, list, reject, release, touch};
pub use storage::{kept_in, relocate};

/// The section `uploads` of the configuration.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Largest file in MB (1,000,000 bytes).
    pub max_mb: u32,
    /// What one user may keep, in MB.
    pub quota_mb: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_mb: 20,
            quota_mb: 1000,
        }
    }
}

/// An input picture.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its order.
    pub seq: i64,
    /// Its id.
    pub id: UploadId,
    /// Whose it is.
    pub user: UserId,
    /// The SHA-256 of the bytes that came, by which its owner's uploads are told apart.
    pub sha256: Vec<u8>,
    /// Where its bytes are.
    pub blob: BlobKey,
    /// The storage that holds them.
    pub backend: Backend,
    /// The format of the stored file.
    pub format: Format,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// Size of the stored file.
    pub bytes: u64,
    /// When it came.
    pub created_at: Moment,
    /// True while it is under review: nobody sees or uses it.
    pub held: bool,
}

/// Why a picture was not taken.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// It cannot be used.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The user's uploads would grow over their quota.
    #[error("the quota of {quota_mb} MB is used up")]
    Quota {
        /// The quota in MB.
        quota_mb: u32,
    },
    /// Moderation does not let it in.
    #[error("moderation blocks the picture")]
    Blocked,
    /// A person looks at it first.
    #[error("the picture is under review")]
    UnderReview,
    /// Moderation gives no judgement now, and nothing comes in without one.
    #[error(transparent)]
    Moderation(#[from] ModerationError),
    /// The account was frozen or erased meanwhile.
    #[error("the account is not active")]
    Inactive,
    /// Checking it broke off.
    #[error(transparent)]
    Cpu(#[from] CpuError),
    /// Storage refused it.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What became of a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// It is gone.
    Yes,
    /// A live job uses it.
    InUse,
    /// There is none.
    Unknown,
}

/// Takes and keeps input pictures.
#[derive(Clone)]
pub struct Uploads {
    db: Db,
    blobs: Blobs,
    gate: Gate,
    pool: CpuPool,
    settings: Settings,
}

impl Uploads {
    /// Keeps pictures that pass `gate` in `blobs` and checks them on `pool`.
    pub fn new(db: Db, blobs: Blobs, gate: Gate, pool: CpuPool, settings: Settings) -> Self {
        Self {
            db,
            blobs,
            gate,
            pool,
            settings,
        }
    }

    /// The limits of one picture.
    pub const fn limits(&self) -> Limits {
        let mut limits = Limits::UPLOAD;
        limits.max_bytes = self.settings.max_mb as usize * 1_000_000;
        limits
    }

    /// Takes a picture. The same bytes again are the same upload, and then `false` stands beside it.
    pub async fn add(
        &self,
        user: UserId,
        received: Bytes,
        now: Moment,
    ) -> Result<(Upload, bool), UploadError> {
        let hash = sha256(&received);
        if let Some(known) = self.known(user, hash.clone(), now).await? {
            return visible(known, false);
        }
        let limits = self.limits();
        let checked = self
            .pool
            .decode(received, move |bytes| check(bytes, &limits))
            .await??;
        let size = checked.bytes.len() as u64;
        let quota_mb = self.settings.quota_mb;
        // Early, so that nothing is stored in vain; what counts is the same check beside the row.
        self.db
            .read(|r| rows::check_quota(r, user, size, quota_mb))?;
        let bytes = Bytes::from(checked.bytes);
        let finding = self.judge(user, bytes.clone(), now).await?;
        let blob = BlobKey::new_upload(user, checked.format);
        let backend = self.blobs.put(&blob, bytes).await?;
        let row = Upload {
            seq: 0,
            id: UploadId::new(),
            user,
            sha256: hash,
            blob,
            backend,
            format: checked.format,
            width: checked.width,
            height: checked.height,
            bytes: size,
            created_at: now,
            held: finding.is_some(),
        };
        let placed = self
            .db
            .write(move |tx| rows::insert(tx, row, quota_mb, finding, now))
            .await?;
        visible(placed.0, placed.1)
    }

    /// What a person has to look at, if anything. What is blocked leaves a line in the audit log and nothing else.
    async fn judge(
        &self,
        user: UserId,
        picture: Bytes,
        now: Moment,
    ) -> Result<Option<Finding>, UploadError> {
        match self.gate.judge(picture).await? {
            Verdict::Pass => Ok(None),
            Verdict::Review(finding) => Ok(Some(finding)),
            Verdict::Block(finding) => {
                let write = move |tx: &Tx<'_>| {
                    let (target, detail) = (user.to_string(), json!(finding));
                    let now = tx.clamp(now);
                    audit::write(tx, None, "upload.block", Some(&target), &detail, now)
                };
                self.db.write(write).await?;
                Err(UploadError::Blocked)
            }
        }
    }

    /// The upload these bytes already are; it counts as used, so that it stays.
    async fn known(
        &self,
        user: UserId,
        hash: Vec<u8>,
        now: Moment,
    ) -> Result<Option<Upload>, DbError> {
        if self
            .db
            .read(|r| rows::find_by_hash(r, user, &hash))?
            .is_none()
        {
            return Ok(None);
        }
        let touched = self.db.write(move |tx| {
            let known = rows::find_by_hash(tx, user, &hash)?;
            if let Some(upload) = &known {
                touch(tx, user, upload.id, tx.clamp(now))?;
            }
            Ok(known)
        });
        touched.await
    }

    /// The stored bytes of an upload.
    pub async fn bytes(&self, upload: &Upload) -> Result<Bytes, BlobError> {
        self.blobs.at(upload.backend)?.get(&upload.blob).await
    }

    /// A link that lends the stored picture for a while.
    pub async fn url(&self, upload: &Upload, now: Moment) -> Result<String, BlobError> {
        let store = self.blobs.at(upload.backend)?;
        store.signed_url(&upload.blob, now).await
    }

    /// Deletes a user's upload unless a live job uses it.
    pub async fn delete(
        &self,
        user: UserId,
        id: UploadId,
        now: Moment,
    ) -> Result<Deleted, DbError> {
        self.db
            .write(move |tx| {
                let Some(upload) = find(tx, id)?.filter(|u| u.user == user) else {
                    return Ok(Deleted::Unknown);
                };
                if rows::in_use(tx, id)? {
                    return Ok(Deleted::InUse);
                }
                rows::remove(tx, &upload, tx.clamp(now))?;
                Ok(Deleted::Yes)
            })
            .await
    }
}

/// What the owner gets to see of an upload.
fn visible(upload: Upload, is_new: bool) -> Result<(Upload, bool), UploadError> {
    if upload.held {
        Err(UploadError::UnderReview)
    } else {
        Ok((upload, is_new))
    }
}

struct Checked {
    bytes: Vec<u8>,
    format: Format,
    width: u32,
    height: u32,
}

fn check(received: &[u8], limits: &Limits) -> Result<Checked, PictureError> {
    // Decoded once whole, so that damage is found now and not in a job that was paid for.
    let seen = imaging::verify(received, limits)?;
    let stripped = imaging::strip(received)?;
    Ok(Checked {
        bytes: stripped.bytes,
        format: stripped.format,
        width: seen.width,
        height: seen.height,
    })
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}
