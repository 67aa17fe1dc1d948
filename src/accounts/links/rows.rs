//! The table of links. The only file that writes it.

use rusqlite::Row;

use super::{Link, LinkToken};
use crate::accounts::AccountError;
use crate::accounts::secret::Hash;
use crate::db::{DbError, Query, Reader, Tx};
use crate::ids::{LinkId, UserId};
use crate::time::Moment;

macro_rules! select_link {
    ($rest:literal) => {
        concat!(
            "SELECT id, purpose, user_id, credits, role, mode, created_by, created_at, expires_at, spent_at, spent_by,
                    seq FROM links ",
            $rest
        )
    };
}

/// Links made before the one at `cursor`, newest first, the spent and the expired too.
pub fn list(db: &Reader<'_>, cursor: Option<i64>, limit: u32) -> Result<Vec<Link>, DbError> {
    Ok(db.all(
        select_link!("WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2"),
        (cursor.unwrap_or(i64::MAX), limit),
        read,
    )?)
}

/// Removes links that expired before `before`, at most `limit`; answers how many went.
pub fn forget(tx: &Tx<'_>, before: Moment, limit: u32) -> Result<usize, DbError> {
    Ok(tx.run(
        "DELETE FROM links WHERE id IN (SELECT id FROM links WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        (before, limit),
    )?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Link> {
    Ok(Link {
        id: row.get(0)?,
        purpose: row.get(1)?,
        user_id: row.get(2)?,
        credits: row.get(3)?,
        role: row.get(4)?,
        mode: row.get(5)?,
        created_by: row.get(6)?,
        created_at: row.get(7)?,
        expires_at: row.get(8)?,
        spent_at: row.get(9)?,
        spent_by: row.get(10)?,
        seq: row.get(11)?,
    })
}

pub(super) fn unspent(
    db: &impl Query,
    token: &LinkToken,
    now: Moment,
) -> Result<Link, AccountError> {
    let found = db.first(select_link!("WHERE hash = ?1"), [token.0], read);
    let link = found
        .map_err(DbError::from)?
        .ok_or(AccountError::LinkUnknown)?;
    if link.spent_at.is_some() {
        return Err(AccountError::LinkSpent);
    }
    if link.expires_at <= now {
        return Err(AccountError::LinkExpired);
    }
    Ok(link)
}

/// Writes a link; answers its place in the table.
pub(super) fn write(tx: &Tx<'_>, link: &Link, hash: &Hash) -> Result<i64, DbError> {
    Ok(tx.insert(
        "INSERT INTO links (id, purpose, hash, user_id, credits, role, mode, created_by, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (
            link.id,
            link.purpose,
            hash,
            link.user_id,
            link.credits,
            link.role,
            link.mode,
            link.created_by,
            link.created_at,
            link.expires_at,
        ),
    )?)
}

pub(super) fn mark_spent(
    tx: &Tx<'_>,
    link: LinkId,
    user: UserId,
    now: Moment,
) -> Result<(), DbError> {
    tx.run(
        "UPDATE links SET spent_at = ?2, spent_by = ?3 WHERE id = ?1",
        (link, now, user),
    )?;
    Ok(())
}

pub(super) fn delete_unspent(tx: &Tx<'_>, link: LinkId) -> Result<usize, DbError> {
    Ok(tx.run(
        "DELETE FROM links WHERE id = ?1 AND spent_at IS NULL",
        [link],
    )?)
}

/// An administrator exists now, so links that would make the first one go.
pub(in crate::accounts) fn drop_setup(tx: &Tx<'_>) -> Result<(), DbError> {
    tx.run(
        "DELETE FROM links WHERE purpose = 'setup' AND spent_at IS NULL",
        [],
    )?;
    Ok(())
}

pub(in crate::accounts) fn delete_all_of(tx: &Tx<'_>, user: UserId) -> Result<(), DbError> {
    tx.run("DELETE FROM links WHERE user_id = ?1", [user])?;
    Ok(())
}
