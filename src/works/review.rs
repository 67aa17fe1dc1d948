//! Review: works that wait to be shown, and those that somebody complained about.

use serde::Serialize;
use serde_json::json;

use super::{COLUMNS, Work, change, reports};
use crate::audit;
use crate::db::{Db, DbError, Query, Reader};
use crate::ids::{UserId, WorkId};
use crate::kinds::{Choice, choice};
use crate::time::Moment;

choice! {
    /// What an operator decided about a work.
    Review {
        None = "none", "未审核", "Not reviewed";
        Shown = "shown", "已通过", "Shown";
        Hidden = "hidden", "已隐藏", "Hidden";
    }
}

choice! {
    /// What an operator does with a work.
    Decision {
        Show = "show", "展示", "Show";
        Hide = "hide", "隐藏", "Hide";
        Delete = "delete", "删除", "Delete";
    }
}

/// A complaint as a review shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Complaint {
    /// What is wrong with the work.
    pub reason: String,
    /// How to reach who complained.
    pub contact: Option<String>,
    /// When it came.
    pub created_at: Moment,
}

/// Works before `cursor` that an operator should look at, newest first: public ones that wait to be shown (if the
/// gallery is reviewed, or their words are doubted) and those with open complaints.
pub fn list_for_review(
    db: &Reader<'_>,
    reviewed: bool,
    cursor: Option<i64>,
    limit: u32,
) -> Result<Vec<Work>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM works WHERE seq < ?1 AND seq IN
            (SELECT seq FROM works INDEXED BY works_held WHERE is_public = 1 AND review = 'none' AND ?2
             UNION SELECT seq FROM works INDEXED BY works_doubted WHERE is_public = 1 AND review = 'none' AND doubted = 1
             UNION SELECT w.seq FROM reports r INDEXED BY reports_open JOIN works w ON w.id = r.work_id
                WHERE r.state = 'open')
         ORDER BY seq DESC LIMIT ?3"
    );
    Ok(db.all(
        &sql,
        (cursor.unwrap_or(i64::MAX), reviewed, limit),
        Work::from_row,
    )?)
}

/// Open complaints about a work, newest first.
pub fn complaints(db: &Reader<'_>, work: WorkId) -> Result<Vec<Complaint>, DbError> {
    Ok(db.all(
        "SELECT reason, contact, created_at FROM reports WHERE work_id = ?1 AND state = 'open'
         ORDER BY created_at DESC LIMIT 50",
        [work],
        |row| {
            Ok(Complaint {
                reason: row.get(0)?,
                contact: row.get(1)?,
                created_at: row.get(2)?,
            })
        },
    )?)
}

/// Decides about a work, closes its complaints and leaves a line in the audit log. False if there is no such work.
pub async fn decide(
    db: &Db,
    actor: UserId,
    work: WorkId,
    (decision, reason): (Decision, Option<String>),
    now: Moment,
) -> Result<bool, DbError> {
    db.write(move |tx| {
        let now = tx.clamp(now);
        let Some(found) = super::find(tx, work)? else {
            return Ok(false);
        };
        let review = match decision {
            Decision::Show => Some(Review::Shown),
            Decision::Hide => Some(Review::Hidden),
            Decision::Delete => None,
        };
        match review {
            Some(review) => {
                let sql = "UPDATE works SET review = ?2, updated_at = ?3 WHERE id = ?1";
                tx.run(sql, (work, review, now))?;
                reports::close(tx, work)?;
            }
            None => {
                change::remove(tx, found.user, work, now)?;
            }
        }
        let detail = json!({"user_id": found.user, "reason": reason});
        let action = format!("work.{}", decision.id());
        audit::write(
            tx,
            Some(actor),
            &action,
            Some(&work.to_string()),
            &detail,
            now,
        )?;
        Ok(true)
    })
    .await
}
