//! Complaints about public or shared works; anyone may send one.

use serde::Serialize;

use crate::db::{Db, DbError, Query, Reader, Tx};
use crate::ids::{ReportId, WorkId};
use crate::time::Moment;

/// A complaint.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// The work it is about.
    pub work_id: WorkId,
    /// What is wrong with the work.
    pub reason: String,
    /// How to reach who complained.
    pub contact: Option<String>,
    /// When it came.
    pub created_at: Moment,
}

/// Files a complaint about a work that others can see; `None` if there is no such work.
pub async fn report(
    db: &Db,
    work: WorkId,
    reason: String,
    contact: Option<String>,
    now: Moment,
) -> Result<Option<ReportId>, DbError> {
    db.write(move |tx| {
        let seen = tx.first(
            "SELECT 1 FROM works WHERE id = ?1 AND (is_public = 1 OR share_token IS NOT NULL)
                AND (SELECT state FROM users u WHERE u.id = works.user_id) = 'active'",
            [work],
            |_| Ok(()),
        )?;
        if seen.is_none() {
            return Ok(None);
        }
        let id = ReportId::new();
        tx.run(
            "INSERT INTO reports (id, work_id, reason, contact, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            (id, work, reason, contact, tx.clamp(now)),
        )?;
        Ok(Some(id))
    })
    .await
}

/// Open complaints, newest first.
pub fn list_reports(db: &Reader<'_>, limit: u32) -> Result<Vec<Report>, DbError> {
    Ok(db.all(
        "SELECT id, work_id, reason, contact, created_at FROM reports WHERE state = 'open'
         ORDER BY id DESC LIMIT ?1",
        [limit],
        |row| {
            Ok(Report {
                id: row.get(0)?,
                work_id: row.get(1)?,
                reason: row.get(2)?,
                contact: row.get(3)?,
                created_at: row.get(4)?,
            })
        },
    )?)
}

/// Closes the complaints about a work, in the transaction that decides about it or deletes it. Nobody needs to reach
/// who complained any more.
pub(super) fn close(tx: &Tx<'_>, work: WorkId) -> Result<usize, DbError> {
    Ok(tx.run(
        "UPDATE reports SET state = 'closed', contact = NULL WHERE work_id = ?1 AND state = 'open'",
        [work],
    )?)
}
