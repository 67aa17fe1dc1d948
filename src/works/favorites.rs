//! Which works a user likes.

use crate::db::{Db, DbError, Query, Reader, Tx};
use crate::ids::{UserId, WorkId};
use crate::time::Moment;

/// Likes a work that the user owns or that is public; answers the new count, or `None` if it cannot be seen.
pub async fn favorite(
    db: &Db,
    user: UserId,
    work: WorkId,
    now: Moment,
) -> Result<Option<u32>, DbError> {
    db.write(move |tx| {
        let Some(_) = visible(tx, user, work)? else {
            return Ok(None);
        };
        tx.run(
            "INSERT OR IGNORE INTO favorites (user_id, work_id, created_at) VALUES (?1, ?2, ?3)",
            (user, work, tx.clamp(now)),
        )?;
        recount(tx, work).map(Some)
    })
    .await
}

/// Takes a like back; answers the new count, or `None` if the work cannot be seen.
pub async fn unfavorite(db: &Db, user: UserId, work: WorkId) -> Result<Option<u32>, DbError> {
    db.write(move |tx| {
        let Some(_) = visible(tx, user, work)? else {
            return Ok(None);
        };
        tx.run(
            "DELETE FROM favorites WHERE user_id = ?1 AND work_id = ?2",
            (user, work),
        )?;
        recount(tx, work).map(Some)
    })
    .await
}

/// True if the user likes the work.
pub fn is_favorite(db: &impl Query, user: UserId, work: WorkId) -> Result<bool, DbError> {
    let row = db.first(
        "SELECT 1 FROM favorites WHERE user_id = ?1 AND work_id = ?2",
        (user, work),
        |_| Ok(()),
    )?;
    Ok(row.is_some())
}

/// How many works the user likes.
pub fn count_given(db: &Reader<'_>, user: UserId) -> Result<u32, DbError> {
    Ok(db.one(
        "SELECT count(*) FROM favorites WHERE user_id = ?1",
        [user],
        |row| row.get(0),
    )?)
}

/// Takes back every like of an erased user.
pub fn forget_favorites(tx: &Tx<'_>, user: UserId) -> Result<(), DbError> {
    tx.run(
        "UPDATE works SET favorite_count = favorite_count - 1
         WHERE id IN (SELECT work_id FROM favorites WHERE user_id = ?1)",
        [user],
    )?;
    tx.run("DELETE FROM favorites WHERE user_id = ?1", [user])?;
    Ok(())
}

fn visible(tx: &Tx<'_>, user: UserId, work: WorkId) -> Result<Option<()>, DbError> {
    Ok(tx.first(
        "SELECT 1 FROM works WHERE id = ?1 AND (user_id = ?2 OR (is_public = 1
            AND (SELECT state FROM users u WHERE u.id = works.user_id) = 'active'))",
        (work, user),
        |_| Ok(()),
    )?)
}

fn recount(tx: &Tx<'_>, work: WorkId) -> Result<u32, DbError> {
    Ok(tx.one(
        "UPDATE works SET favorite_count = (SELECT count(*) FROM favorites WHERE work_id = ?1)
         WHERE id = ?1 RETURNING favorite_count",
        [work],
        |row| row.get(0),
    )?)
}
