//! Sessions and their refresh tokens: rotation, a short grace for answers that got lost, and the end of a family
//! whose token comes back. The only file that writes these tables.

use super::secret::{self, Hash};
use crate::db::{DbError, Query, Tx};
use crate::ids::{SessionId, UserId};
use crate::time::Moment;

const LIFE_SECS: i64 = 30 * 24 * 60 * 60;
/// How long a token that was just replaced still gives a successor.
const GRACE_SECS: i64 = 30;
/// A user's oldest session gives way to one more than this.
const PER_USER: u32 = 50;

/// A session with the one copy of its newest refresh token.
pub(super) struct Started {
    pub(super) session: SessionId,
    pub(super) user: UserId,
    /// The session's id, a dot and 256 random bits. Naming the session makes every reuse recognisable without
    /// keeping old tokens; who knows the id from an access token could end the session anyway.
    pub(super) refresh_token: String,
}

/// Starts a session.
pub(super) fn start(tx: &Tx<'_>, user: UserId, now: Moment) -> Result<Started, DbError> {
    let session = SessionId::new();
    tx.run(
        "DELETE FROM sessions WHERE user_id = ?1 AND (expires_at <= ?2 OR id IN
            (SELECT id FROM sessions WHERE user_id = ?1 ORDER BY created_at DESC, id DESC LIMIT -1 OFFSET ?3))",
        (user, now, PER_USER - 1),
    )?;
    tx.run(
        "INSERT INTO sessions (id, user_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
        (session, user, now, now.plus_secs(LIFE_SECS)),
    )?;
    hand_out(tx, session, user)
}

fn hand_out(tx: &Tx<'_>, session: SessionId, user: UserId) -> Result<Started, DbError> {
    let refresh_token = format!("{session}.{}", secret::text());
    tx.run(
        "INSERT INTO refresh_tokens (session_id, hash) VALUES (?1, ?2)",
        (session, secret::hash(&refresh_token)),
    )?;
    Ok(Started {
        session,
        user,
        refresh_token,
    })
}

/// What a refresh token is good for.
pub(super) enum Rotated {
    /// A successor.
    Successor(Started),
    /// Nothing: there is no such session any more.
    Unknown,
    /// Nothing: it was used before, so it may be in two hands. The session has ended.
    Reused(UserId),
}

/// Replaces a refresh token by its successor. A reuse ends the session, so this must be committed either way.
pub(super) fn rotate(tx: &Tx<'_>, token: &str, now: Moment) -> Result<Rotated, DbError> {
    let Some(session) = session_of(token) else {
        return Ok(Rotated::Unknown);
    };
    let Some(user) = live(tx, session, now)? else {
        return Ok(Rotated::Unknown);
    };
    let hash = secret::hash(token);
    let grace = now.plus_secs(-GRACE_SECS);
    tx.run(
        "DELETE FROM refresh_tokens WHERE session_id = ?1 AND replaced_at < ?2",
        (session, grace),
    )?;
    let known = tx.run(
        "UPDATE refresh_tokens SET replaced_at = coalesce(replaced_at, ?3) WHERE session_id = ?1 AND hash = ?2",
        (session, hash, now),
    )?;
    if known == 0 {
        end(tx, session)?;
        return Ok(Rotated::Reused(user));
    }
    hand_out(tx, session, user).map(Rotated::Successor)
}

fn session_of(token: &str) -> Option<SessionId> {
    token.split_once('.')?.0.parse().ok()
}

fn live(db: &impl Query, session: SessionId, now: Moment) -> Result<Option<UserId>, DbError> {
    Ok(db.first(
        "SELECT user_id FROM sessions WHERE id = ?1 AND expires_at > ?2",
        (session, now),
        |row| row.get(0),
    )?)
}

/// The session that a good refresh token belongs to, and its user.
pub(super) fn holder(db: &impl Query, token: &str) -> Result<Option<(SessionId, UserId)>, DbError> {
    let Some(session) = session_of(token) else {
        return Ok(None);
    };
    let hash: Hash = secret::hash(token);
    Ok(db.first(
        "SELECT id, user_id FROM sessions JOIN refresh_tokens ON session_id = id WHERE id = ?1 AND hash = ?2",
        (session, hash),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

/// Every session of a user with its end.
pub(super) fn of_user(db: &impl Query, user: UserId) -> Result<Vec<(SessionId, Moment)>, DbError> {
    Ok(db.all(
        "SELECT id, expires_at FROM sessions WHERE user_id = ?1",
        [user],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

/// Ends one session.
pub(super) fn end(tx: &Tx<'_>, session: SessionId) -> Result<(), DbError> {
    tx.run("DELETE FROM sessions WHERE id = ?1", [session])?;
    Ok(())
}

/// Ends the sessions of a user, all or all but one.
pub(super) fn end_all(tx: &Tx<'_>, user: UserId, but: Option<SessionId>) -> Result<(), DbError> {
    tx.run(
        "DELETE FROM sessions WHERE user_id = ?1 AND id IS NOT ?2",
        (user, but),
    )?;
    Ok(())
}

/// Removes sessions that are over, at most `limit`; answers how many went.
pub fn forget(tx: &Tx<'_>, now: Moment, limit: u32) -> Result<usize, DbError> {
    Ok(tx.run(
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)",
        (now, limit),
    )?)
}
