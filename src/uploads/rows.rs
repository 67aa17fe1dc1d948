//! The table of uploads.

use rusqlite::Row;

use super::{Upload, UploadError};
use crate::blobs;
use crate::db::{Db, DbError, Query, Reader, Tx};
use crate::ids::{UploadId, UserId};
use crate::moderation::{self, Finding, Held, Subject};
use crate::time::Moment;

const COLUMNS: &str =
    "seq, id, user_id, sha256, blob, backend, format, width, height, bytes, created_at, held";

impl Upload {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            id: row.get(1)?,
            user: row.get(2)?,
            sha256: row.get(3)?,
            blob: row.get(4)?,
            backend: row.get(5)?,
            format: row.get(6)?,
            width: row.get(7)?,
            height: row.get(8)?,
            bytes: row.get(9)?,
            created_at: row.get(10)?,
            held: row.get(11)?,
        })
    }
}

/// The upload with this id.
pub fn find(db: &impl Query, id: UploadId) -> Result<Option<Upload>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM uploads WHERE id = ?1");
    Ok(db.first(&sql, [id], Upload::from_row)?)
}

pub(super) fn find_by_hash(
    db: &impl Query,
    user: UserId,
    hash: &[u8],
) -> Result<Option<Upload>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM uploads WHERE user_id = ?1 AND sha256 = ?2");
    Ok(db.first(&sql, (user, hash), Upload::from_row)?)
}

/// A user's uploads before `cursor`, newest first.
pub fn list(
    db: &Reader<'_>,
    user: UserId,
    cursor: Option<i64>,
    limit: u32,
) -> Result<Vec<Upload>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM uploads WHERE user_id = ?1 AND held = 0 AND seq < ?2
         ORDER BY seq DESC LIMIT ?3"
    );
    Ok(db.all(
        &sql,
        (user, cursor.unwrap_or(i64::MAX), limit),
        Upload::from_row,
    )?)
}

/// Whether a user may keep so many bytes more.
pub(super) fn check_quota(
    db: &impl Query,
    user: UserId,
    more: u64,
    quota_mb: u32,
) -> Result<(), UploadError> {
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

pub(super) fn insert(
    tx: &Tx<'_>,
    mut row: Upload,
    quota_mb: u32,
    finding: Option<Finding>,
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
    if let Some(known) = find_by_hash(tx, row.user, &row.sha256)? {
        // Someone was faster with the same bytes: ours go.
        blobs::doom(tx, &row.blob, row.backend, now)?;
        return Ok((known, false));
    }
    check_quota(tx, row.user, row.bytes, quota_mb)?;
    let placed = tx.insert(
        "INSERT INTO uploads (id, user_id, sha256, blob, backend, format, width, height, bytes, created_at,
            last_used_at, held) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11)",
        rusqlite::params![
            row.id, row.user, row.sha256, row.blob, row.backend, row.format, row.width, row.height, row.bytes, now,
            row.held
        ],
    );
    row.seq = placed.map_err(DbError::from)?;
    row.created_at = now;
    if let Some(finding) = finding {
        moderation::hold(tx, &held(&row, finding), now)?;
    }
    Ok((row, true))
}

/// How exactly it is known when an upload was last used; most submits need not write it.
const USED_SECS: i64 = 3600;

/// Notes that a job uses an upload of `user`; false if it is gone.
pub fn touch(tx: &Tx<'_>, user: UserId, id: UploadId, now: Moment) -> Result<bool, DbError> {
    let used: Option<Moment> = tx.first(
        "SELECT last_used_at FROM uploads WHERE id = ?1 AND user_id = ?2",
        (id, user),
        |row| row.get(0),
    )?;
    if used.is_some_and(|used| used <= now.plus_secs(-USED_SECS)) {
        tx.run(
            "UPDATE uploads SET last_used_at = ?2 WHERE id = ?1",
            (id, now),
        )?;
    }
    Ok(used.is_some())
}

pub(super) fn in_use(tx: &Tx<'_>, id: UploadId) -> Result<bool, DbError> {
    Ok(tx.one(
        "SELECT EXISTS (SELECT 1 FROM job_inputs i JOIN jobs j ON j.id = i.job_id
            WHERE i.upload_id = ?1 AND j.status IN ('pending', 'processing'))",
        [id],
        |row| row.get(0),
    )?)
}

fn held(row: &Upload, finding: Finding) -> Held {
    Held {
        user: row.user,
        subject: Subject::Upload(row.id),
        blob: row.blob,
        thumbnail: None,
        backend: row.backend,
        rest: String::new(),
        finding,
    }
}

/// Lets an upload that was under review be used; false if it is gone.
pub fn release(tx: &Tx<'_>, id: UploadId) -> Result<bool, DbError> {
    let released = tx.run(
        "UPDATE uploads SET held = 0 WHERE id = ?1 AND held = 1",
        [id],
    )?;
    Ok(released == 1)
}

/// Removes an upload that may not be used; its bytes go as well.
pub fn reject(tx: &Tx<'_>, id: UploadId, now: Moment) -> Result<(), DbError> {
    match find(tx, id)? {
        Some(upload) => remove(tx, &upload, now),
        None => Ok(()),
    }
}

pub(super) fn remove(tx: &Tx<'_>, upload: &Upload, now: Moment) -> Result<(), DbError> {
    if upload.held {
        moderation::withdraw(tx, Subject::Upload(upload.id), now)?;
    }
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
