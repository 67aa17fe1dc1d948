//! The audit log: what operators did, to what, and when.

use serde::Serialize;
use serde_json::{Value, json};

use crate::db::{Db, DbError, Query, Reader, Tx};
use crate::ids::UserId;
use crate::time::Moment;

/// One line of the log.
#[derive(Debug, Serialize)]
pub struct Line {
    /// Its place in the log.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// Who; absent for the command line and the system.
    pub actor_id: Option<UserId>,
    /// What was done, such as `user.freeze`.
    pub action: String,
    /// The id it was done to.
    pub target: Option<String>,
    /// More about it.
    pub detail: Value,
}

/// Writes a line, in the transaction of what it tells of.
pub fn write(
    tx: &Tx<'_>,
    actor: Option<UserId>,
    action: &str,
    target: Option<&str>,
    detail: &Value,
    now: Moment,
) -> Result<(), DbError> {
    tx.run(
        "INSERT INTO audit (at, actor_id, action, target, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
        (now, actor, action, target, detail.to_string()),
    )?;
    Ok(())
}

/// Writes that an operator looked at what is `owner`'s, before they see it.
pub async fn look(
    db: &Db,
    actor: UserId,
    (action, target): (&'static str, String),
    owner: UserId,
    now: Moment,
) -> Result<(), DbError> {
    db.write(move |tx| {
        let (detail, now) = (json!({"user_id": owner}), tx.clamp(now));
        write(tx, Some(actor), action, Some(&target), &detail, now)
    })
    .await
}

/// Lines before `cursor`, newest first.
pub fn list(db: &Reader<'_>, cursor: Option<i64>, limit: u32) -> Result<Vec<Line>, DbError> {
    Ok(db.all(
        "SELECT seq, at, actor_id, action, target, detail FROM audit WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
        (cursor.unwrap_or(i64::MAX), limit),
        |row| {
            let detail: String = row.get(5)?;
            Ok(Line {
                seq: row.get(0)?,
                at: row.get(1)?,
                actor_id: row.get(2)?,
                action: row.get(3)?,
                target: row.get(4)?,
                detail: serde_json::from_str(&detail).unwrap_or(Value::Null),
            })
        },
    )?)
}

/// Removes lines older than `before`, at most `limit` of them; answers how many went.
pub fn forget(tx: &Tx<'_>, before: Moment, limit: u32) -> Result<usize, DbError> {
    Ok(tx.run(
        "DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE at < ?1 ORDER BY seq LIMIT ?2)",
        (before, limit),
    )?)
}
