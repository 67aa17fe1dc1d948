//! Which storage holds uploads, and their moves from one to another.

use crate::blobs::{Backend, BlobKey, Kept};
use crate::db::{DbError, Query, Reader, Tx};

/// Uploads kept in a storage, after `seq`, in order. What is under review stays where its review says.
pub fn kept_in(
    db: &Reader<'_>,
    backend: Backend,
    after: i64,
    limit: u32,
) -> Result<Vec<Kept>, DbError> {
    Ok(db.all(
        "SELECT seq, blob FROM uploads WHERE backend = ?1 AND held = 0 AND seq > ?2 ORDER BY seq LIMIT ?3",
        (backend, after, limit),
        |row| {
            Ok(Kept {
                seq: row.get(0)?,
                blobs: vec![row.get(1)?],
            })
        },
    )?)
}

/// Says that an upload is kept somewhere else now; false if it is gone.
pub fn relocate(tx: &Tx<'_>, blob: &BlobKey, from: Backend, to: Backend) -> Result<bool, DbError> {
    let moved = tx.run(
        "UPDATE uploads SET backend = ?3 WHERE blob = ?1 AND backend = ?2",
        (blob, from, to),
    )?;
    Ok(moved == 1)
}
