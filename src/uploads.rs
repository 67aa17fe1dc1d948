//! Uploads: input pictures, checked, without metadata, stored once for the same bytes.

use aws_lc_rs::digest;
use bytes::Bytes;
use rusqlite::Row;
use serde::{Deserialize, Serialize};

use crate::blobs::{self, Backend, BlobError, BlobKey, Blobs};
use crate::db::{Db, DbError, Query, Reader, Tx};
use crate::ids::{UploadId, UserId};
use crate::imaging::{self, CpuError, CpuPool, Limits, PictureError};
use crate::kinds::Format;
use crate::time::Moment;

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
    pool: CpuPool,
    settings: Settings,
}

impl Uploads {
    /// Keeps pictures in `blobs` and checks them on `pool`.
    pub fn new(db: Db, blobs: Blobs, pool: CpuPool, settings: Settings) -> Self {
        Self {
            db,
            blobs,
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
            return Ok((known, false));
        }
        let limits = self.limits();
        let checked = self.pool.run(move || check(&received, &limits)).await??;
        let size = checked.bytes.len() as u64;
        let quota_mb = self.settings.quota_mb;
        // Early, so that nothing is stored in vain; what counts is the same check beside the row.
        self.db.read(|r| check_quota(r, user, size, quota_mb))?;
        let blob = BlobKey::new_upload(user, checked.format);
        let backend = self.blobs.put(&blob, checked.bytes.into()).await?;
        let row = Upload {
            seq: 0,
            id: UploadId::new(),
            user,
            blob,
            backend,
            format: checked.format,
            width: checked.width,
            height: checked.height,
            bytes: size,
            created_at: now,
        };
        let placed = self
            .db
            .write(move |tx| insert(tx, row, &hash, quota_mb, now));
        placed.await
    }

    /// The upload these bytes already are; it counts as used, so that it stays.
    async fn known(
        &self,
        user: UserId,
        hash: Vec<u8>,
        now: Moment,
    ) -> Result<Option<Upload>, DbError> {
        if self.db.read(|r| find_by_hash(r, user, &hash))?.is_none() {
            return Ok(None);
        }
        let touched = self.db.write(move |tx| {
            let known = find_by_hash(tx, user, &hash)?;
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
                if in_use(tx, id)? {
                    return Ok(Deleted::InUse);
                }
                remove(tx, &upload, tx.clamp(now))?;
                Ok(Deleted::Yes)
            })
            .await
    }
}

struct Checked {
    bytes: Vec<u8>,
    format: Format,
    width: u32,
    height: u32,
}

fn check(received: &[u8], limits: &Limits) -> Result<Checked, PictureError> {
    imaging::inspect(received, limits)?;
    // Decoded once whole, so that damage is found now and not in a job that was paid for.
    let picture = imaging::decode(received, limits)?;
    let stripped = imaging::strip(received)?;
    Ok(Checked {
        bytes: stripped.bytes,
        format: stripped.format,
        width: picture.width(),
        height: picture.height(),
    })
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

const COLUMNS: &str = "seq, id, user_id, blob, backend, format, width, height, bytes, created_at";

impl Upload {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            id: row.get(1)?,
            user: row.get(2)?,
            blob: row.get(3)?,
            backend: row.get(4)?,
            format: row.get(5)?,
            width: row.get(6)?,
            height: row.get(7)?,
            bytes: row.get(8)?,
            created_at: row.get(9)?,
        })
    }
}

/// The upload with this id.
pub fn find(db: &impl Query, id: UploadId) -> Result<Option<Upload>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM uploads WHERE id = ?1");
    Ok(db.first(&sql, [id], Upload::from_row)?)
}

fn find_by_hash(db: &impl Query, user: UserId, hash: &[u8]) -> Result<Option<Upload>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM uploads WHERE user_id = ?1 AND sha256 = ?2");
    Ok(db.first(&sql, (user, hash), Upload::from_row)?)
}

/// The SHA-256 by which an upload is addressed.
pub fn hash_of(db: &impl Query, id: UploadId) -> Result<Option<Vec<u8>>, DbError> {
    Ok(
        db.first("SELECT sha256 FROM uploads WHERE id = ?1", [id], |r| {
            r.get(0)
        })?,
    )
}

/// A user's uploads before `cursor`, newest first.
pub fn list(
    db: &Reader<'_>,
    user: UserId,
    cursor: Option<i64>,
    limit: u32,
) -> Result<Vec<Upload>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM uploads WHERE user_id = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3"
    );
    Ok(db.all(
        &sql,
        (user, cursor.unwrap_or(i64::MAX), limit),
        Upload::from_row,
    )?)
}

fn check_quota(db: &impl Query, user: UserId, more: u64, quota_mb: u32) -> Result<(), UploadError> {
    let used = db.one(
        "SELECT coalesce(sum(bytes), 0) FROM uploads WHERE user_id = ?1",
        [user],
        |row| row.get::<_, u64>(0),
    );
    if used.map_err(DbError::from)? + more > u64::from(quota_mb) * 1_000_000 {
        return Err(UploadError::Quota { quota_mb });
    }
    Ok(())
}

fn insert(
    tx: &Tx<'_>,
    mut row: Upload,
    hash: &[u8],
    quota_mb: u32,
    now: Moment,
) -> Result<(Upload, bool), UploadError> {
    let now = tx.clamp(now);
    let active: bool = tx
        .one(
            "SELECT state = 'active' FROM users WHERE id = ?1",
            [row.user],
            |r| r.get(0),
        )
        .map_err(DbError::from)?;
    if !active {
        // As for any refusal here, the bytes that were just stored stay without a row: the daily sweep takes them.
        return Err(UploadError::Inactive);
    }
    if let Some(known) = find_by_hash(tx, row.user, hash)? {
        // Someone was faster with the same bytes: ours go.
        blobs::doom(tx, &row.blob, row.backend, now)?;
        return Ok((known, false));
    }
    check_quota(tx, row.user, row.bytes, quota_mb)?;
    let placed = tx.insert(
        "INSERT INTO uploads (id, user_id, sha256, blob, backend, format, width, height, bytes, created_at,
            last_used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
        rusqlite::params![
            row.id, row.user, hash, row.blob, row.backend, row.format, row.width, row.height, row.bytes, now
        ],
    );
    row.seq = placed.map_err(DbError::from)?;
    row.created_at = now;
    Ok((row, true))
}

/// Notes that a job uses an upload of `user`; false if it is gone.
pub fn touch(tx: &Tx<'_>, user: UserId, id: UploadId, now: Moment) -> Result<bool, DbError> {
    let used = tx.run(
        "UPDATE uploads SET last_used_at = ?3 WHERE id = ?1 AND user_id = ?2",
        (id, user, now),
    )?;
    Ok(used == 1)
}

fn in_use(tx: &Tx<'_>, id: UploadId) -> Result<bool, DbError> {
    Ok(tx.one(
        "SELECT EXISTS (SELECT 1 FROM job_inputs i JOIN jobs j ON j.id = i.job_id
            WHERE i.upload_id = ?1 AND j.status IN ('pending', 'processing'))",
        [id],
        |row| row.get(0),
    )?)
}

fn remove(tx: &Tx<'_>, upload: &Upload, now: Moment) -> Result<(), DbError> {
    tx.run("DELETE FROM uploads WHERE id = ?1", [upload.id])?;
    blobs::doom(tx, &upload.blob, upload.backend, now)
}

/// Deletes up to 500 uploads that no job used since `before`; answers how many.
pub async fn forget_unused(db: &Db, before: Moment, now: Moment) -> Result<usize, DbError> {
    db.write(move |tx| {
        let sql = format!(
            "SELECT {COLUMNS} FROM uploads u WHERE last_used_at < ?1 AND NOT EXISTS
                (SELECT 1 FROM job_inputs i JOIN jobs j ON j.id = i.job_id
                 WHERE i.upload_id = u.id AND j.status IN ('pending', 'processing')) LIMIT 500"
        );
        let old = tx.all(&sql, [before], Upload::from_row)?;
        for upload in &old {
            remove(tx, upload, tx.clamp(now))?;
        }
        Ok(old.len())
    })
    .await
}

/// Deletes up to 500 uploads of a user who is erased and has no live jobs, inside a transaction; answers how many.
pub fn delete_some_of(tx: &Tx<'_>, user: UserId, now: Moment) -> Result<usize, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM uploads WHERE user_id = ?1 LIMIT 500");
    let some = tx.all(&sql, [user], Upload::from_row)?;
    for upload in &some {
        remove(tx, upload, now)?;
    }
    Ok(some.len())
}
