//! What waits for a person's decision, and what was decided.

use rusqlite::Row;

use super::Finding;
use crate::blobs::{Backend, BlobKey};
use crate::db::{DbError, Query, Reader, Tx};
use crate::ids::{JobId, ReviewId, UploadId, UserId};
use crate::kinds::choice;
use crate::time::Moment;

choice! {
    /// Where a review stands.
    ReviewState {
        Open = "open", "待审核", "Open";
        Passed = "passed", "已通过", "Passed";
        Blocked = "blocked", "已拦截", "Blocked";
        Withdrawn = "withdrawn", "已撤回", "Withdrawn";
    }
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An input picture.
    Upload(UploadId),
    /// The picture that a job made.
    Result(JobId),
}

/// What is held until somebody decides.
#[derive(Clone, Debug)]
pub struct Held {
    /// Whose it is.
    pub user: UserId,
    /// What it is.
    pub subject: Subject,
    /// The picture.
    pub blob: BlobKey,
    /// The small picture, if there is one.
    pub thumbnail: Option<BlobKey>,
    /// The storage that holds both.
    pub backend: Backend,
    /// What is needed to go on once it passes.
    pub rest: String,
    /// Why a person has to look.
    pub finding: Finding,
}

/// A review.
#[derive(Clone, Debug)]
pub struct Review {
    /// Its order.
    pub seq: i64,
    /// Its id.
    pub id: ReviewId,
    /// What it is about.
    pub held: Held,
    /// Where it stands.
    pub state: ReviewState,
    /// When it came.
    pub created_at: Moment,
}

const COLUMNS: &str = "seq, id, user_id, upload_id, job_id, blob, thumbnail, backend, rest, finding, state, created_at";

impl Review {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let subject = match row.get::<_, Option<UploadId>>("upload_id")? {
            Some(upload) => Subject::Upload(upload),
            None => Subject::Result(row.get("job_id")?),
        };
        let finding: String = row.get("finding")?;
        Ok(Self {
            seq: row.get("seq")?,
            id: row.get("id")?,
            held: Held {
                user: row.get("user_id")?,
                subject,
                blob: row.get("blob")?,
                thumbnail: row.get("thumbnail")?,
                backend: row.get("backend")?,
                rest: row.get("rest")?,
                finding: serde_json::from_str(&finding).unwrap_or_default(),
            },
            state: row.get("state")?,
            created_at: row.get("created_at")?,
        })
    }
}

/// Puts something on the list, in the transaction that holds it back.
pub fn hold(tx: &Tx<'_>, held: &Held, now: Moment) -> Result<ReviewId, DbError> {
    let id = ReviewId::new();
    let (upload, job) = match held.subject {
        Subject::Upload(upload) => (Some(upload), None),
        Subject::Result(job) => (None, Some(job)),
    };
    let finding = serde_json::json!(held.finding).to_string();
    tx.run(
        "INSERT INTO reviews (id, user_id, upload_id, job_id, blob, thumbnail, backend, rest, finding, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        rusqlite::params![
            id,
            held.user,
            upload,
            job,
            held.blob,
            held.thumbnail,
            held.backend,
            held.rest,
            finding,
            now
        ],
    )?;
    Ok(id)
}

/// Open reviews before `cursor`, newest first.
pub fn list_open(db: &Reader<'_>, cursor: Option<i64>, limit: u32) -> Result<Vec<Review>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM reviews INDEXED BY reviews_open WHERE state = 'open' AND seq < ?1
         ORDER BY seq DESC LIMIT ?2"
    );
    Ok(db.all(&sql, (cursor.unwrap_or(i64::MAX), limit), Review::from_row)?)
}

/// How many open reviews keep their picture in a storage.
pub fn kept_in(db: &Reader<'_>, backend: Backend) -> Result<i64, DbError> {
    Ok(db.one(
        "SELECT count(*) FROM reviews INDEXED BY reviews_open WHERE state = 'open' AND backend = ?1",
        [backend],
        |row| row.get(0),
    )?)
}

/// Open reviews that came before `before`, at most 100.
pub fn overdue(db: &Reader<'_>, before: Moment) -> Result<Vec<ReviewId>, DbError> {
    Ok(db.all(
        "SELECT id FROM reviews INDEXED BY reviews_open WHERE state = 'open' AND created_at < ?1
         ORDER BY seq LIMIT 100",
        [before],
        |row| row.get(0),
    )?)
}

/// The review with this id.
pub fn find(db: &impl Query, id: ReviewId) -> Result<Option<Review>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM reviews WHERE id = ?1");
    Ok(db.first(&sql, [id], Review::from_row)?)
}

/// Ends an open review; false if it had ended.
pub fn close(
    tx: &Tx<'_>,
    id: ReviewId,
    state: ReviewState,
    by: Option<UserId>,
    now: Moment,
) -> Result<bool, DbError> {
    let closed = tx.run(
        "UPDATE reviews SET state = ?2, decided_by = ?3, decided_at = ?4, rest = ''
         WHERE id = ?1 AND state = 'open'",
        (id, state, by, now),
    )?;
    Ok(closed == 1)
}

/// Ends the open review of something that goes away, if there is one, and answers what was held.
pub fn withdraw(tx: &Tx<'_>, subject: Subject, now: Moment) -> Result<Option<Held>, DbError> {
    let found = match subject {
        Subject::Upload(upload) => {
            let sql =
                format!("SELECT {COLUMNS} FROM reviews WHERE upload_id = ?1 AND state = 'open'");
            tx.first(&sql, [upload], Review::from_row)?
        }
        Subject::Result(job) => {
            let sql = format!("SELECT {COLUMNS} FROM reviews WHERE job_id = ?1 AND state = 'open'");
            tx.first(&sql, [job], Review::from_row)?
        }
    };
    let Some(review) = found else {
        return Ok(None);
    };
    close(tx, review.id, ReviewState::Withdrawn, None, now)?;
    Ok(Some(review.held))
}
