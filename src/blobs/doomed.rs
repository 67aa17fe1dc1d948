//! Bytes whose rows are gone: noted in the transaction that removes the row, deleted by the janitor.

use super::BlobKey;
use crate::db::{DbError, Query, Reader, Tx};
use crate::time::Moment;

/// Blobs whose rows are gone, to delete from storage: at most `limit`.
pub fn doomed(db: &Reader<'_>, limit: u32) -> Result<Vec<(BlobKey, String)>, DbError> {
    Ok(db.all(
        "SELECT blob, backend FROM doomed_blobs ORDER BY doomed_at LIMIT ?1",
        [limit],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

/// Marks bytes for deletion, in the transaction that removes their row.
pub fn doom(tx: &Tx<'_>, blob: &BlobKey, backend: &str, now: Moment) -> Result<(), DbError> {
    tx.run(
        "INSERT OR IGNORE INTO doomed_blobs (blob, backend, doomed_at) VALUES (?1, ?2, ?3)",
        (blob, backend, now),
    )?;
    Ok(())
}

/// Forgets a doomed blob once its bytes are gone.
pub fn buried(tx: &Tx<'_>, blob: &BlobKey) -> Result<(), DbError> {
    tx.run("DELETE FROM doomed_blobs WHERE blob = ?1", [blob])?;
    Ok(())
}
