//! Bytes that nothing needs any more: noted in the transaction that removes or moves their row, deleted by the janitor.

use super::{Backend, BlobKey};
use crate::db::{DbError, Query, Reader, Tx};
use crate::time::Moment;

/// Bytes of one storage whose time has come, at most `limit`.
pub fn doomed(
    db: &Reader<'_>,
    backend: Backend,
    limit: u32,
    now: Moment,
) -> Result<Vec<BlobKey>, DbError> {
    Ok(db.all(
        "SELECT blob FROM doomed_blobs WHERE backend = ?1 AND due_at <= ?2 ORDER BY due_at LIMIT ?3",
        (backend, now, limit),
        |row| row.get(0),
    )?)
}

/// Marks bytes for deletion at `due`, in the transaction that removes or moves their row.
pub fn doom(tx: &Tx<'_>, blob: &BlobKey, backend: Backend, due: Moment) -> Result<(), DbError> {
    tx.run(
        "INSERT OR IGNORE INTO doomed_blobs (blob, backend, due_at) VALUES (?1, ?2, ?3)",
        (blob, backend, due),
    )?;
    Ok(())
}

/// Forgets doomed bytes: they are gone, or needed again.
pub fn buried(tx: &Tx<'_>, blob: &BlobKey, backend: Backend) -> Result<(), DbError> {
    tx.run(
        "DELETE FROM doomed_blobs WHERE blob = ?1 AND backend = ?2",
        (blob, backend),
    )?;
    Ok(())
}

/// Tries the deletion of doomed bytes again at `due`.
pub fn put_off(tx: &Tx<'_>, blob: &BlobKey, backend: Backend, due: Moment) -> Result<(), DbError> {
    tx.run(
        "UPDATE doomed_blobs SET due_at = ?3 WHERE blob = ?1 AND backend = ?2",
        (blob, backend, due),
    )?;
    Ok(())
}
