//! Which storage holds works, and their moves from one to another.

use crate::blobs::{Backend, BlobKey, Kept};
use crate::db::{DbError, Query, Reader, Tx};

/// Works kept in a storage, after `seq`, in order.
pub fn kept_in(
    db: &Reader<'_>,
    backend: Backend,
    after: i64,
    limit: u32,
) -> Result<Vec<Kept>, DbError> {
    Ok(db.all(
        "SELECT seq, blob, thumbnail FROM works WHERE backend = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
        (backend, after, limit),
        |row| {
            Ok(Kept {
                seq: row.get(0)?,
                blobs: vec![row.get(1)?, row.get(2)?],
            })
        },
    )?)
}

/// Says that a work is kept somewhere else now; false if it is gone.
pub fn relocate(tx: &Tx<'_>, blob: &BlobKey, from: Backend, to: Backend) -> Result<bool, DbError> {
    let moved = tx.run(
        "UPDATE works SET backend = ?3 WHERE blob = ?1 AND backend = ?2",
        (blob, from, to),
    )?;
    Ok(moved == 1)
}
