//! Share links: a work's own page under a token that can be taken back.

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{COLUMNS, Work};
use crate::db::{Db, DbError, Query};
use crate::ids::{UserId, WorkId};
use crate::time::Moment;

/// Gives a user's work a share token, or answers the one it has; `None` if there is no such work.
pub async fn share(
    db: &Db,
    user: UserId,
    work: WorkId,
    now: Moment,
) -> Result<Option<String>, DbError> {
    let mut secret = [0_u8; 16];
    rand::fill(&mut secret).map_err(|_| DbError::Unavailable("no random numbers".into()))?;
    let token = URL_SAFE_NO_PAD.encode(secret);
    db.write(move |tx| {
        Ok(tx.first(
            "UPDATE works SET share_token = coalesce(share_token, ?3), listed = 1, expires_at = NULL,
                updated_at = ?4 WHERE id = ?1 AND user_id = ?2 RETURNING share_token",
            (work, user, token, tx.clamp(now)),
            |row| row.get(0),
        )?)
    })
    .await
}

/// Takes the share link of a user's work back; false if there is no such work.
pub async fn unshare(db: &Db, user: UserId, work: WorkId, now: Moment) -> Result<bool, DbError> {
    db.write(move |tx| {
        let changed = tx.run(
            "UPDATE works SET share_token = NULL, updated_at = ?3 WHERE id = ?1 AND user_id = ?2",
            (work, user, tx.clamp(now)),
        )?;
        Ok(changed == 1)
    })
    .await
}

/// The work behind a share token, if its owner is active and no operator hid it.
pub fn find_shared(db: &impl Query, token: &str) -> Result<Option<Work>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM works WHERE share_token = ?1 AND review <> 'hidden'
            AND (SELECT state FROM users u WHERE u.id = works.user_id) = 'active'"
    );
    Ok(db.first(&sql, [token], Work::from_row)?)
}
