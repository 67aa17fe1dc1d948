//! Changing, saving and deleting works.

use rusqlite::Row;
use serde_json::json;

use super::{COLUMNS, Work, reports};
use crate::blobs::{Backend, BlobKey, doom};
use crate::db::{Db, DbError, Query, Tx};
use crate::ids::{UserId, WorkId};
use crate::kinds::BadParam;
use crate::time::Moment;

/// New values for some fields of a work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    title: Option<String>,
    tags: Option<Vec<String>>,
    is_public: Option<bool>,
    judged: Option<Judged>,
}

/// What the words of a work were taken for, and which version of the work was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Judged {
    version: i64,
    doubted: bool,
}

/// Every field that cannot be taken.
pub type BadChange = Vec<BadParam>;

const TITLE_CHARS: usize = 100;
const TAGS: usize = 20;
const TAG_CHARS: usize = 30;

impl Change {
    /// Checks the new values.
    pub fn parse(
        title: Option<String>,
        tags: Option<Vec<String>>,
        is_public: Option<bool>,
    ) -> Result<Self, BadChange> {
        let mut errors = Vec::new();
        let title = title.map(|t| t.trim().to_owned());
        if title.as_deref().is_some_and(|t| !good(t, TITLE_CHARS)) {
            errors.push(BadParam::new(
                "/title",
                format!("需要 1 到 {TITLE_CHARS} 个字符"),
                format!("must have 1 to {TITLE_CHARS} characters"),
            ));
        }
        let tags = tags.map(|all| {
            let mut kept: Vec<String> = Vec::new();
            for tag in all.iter().map(|t| t.trim().to_owned()) {
                if !kept.contains(&tag) {
                    kept.push(tag);
                }
            }
            kept
        });
        if let Some(tags) = &tags
            && (tags.len() > TAGS || tags.iter().any(|t| !good(t, TAG_CHARS)))
        {
            errors.push(BadParam::new(
                "/tags",
                format!("最多 {TAGS} 个标签，每个 1 到 {TAG_CHARS} 个字符"),
                format!("at most {TAGS} tags of 1 to {TAG_CHARS} characters"),
            ));
        }
        if errors.is_empty() {
            Ok(Self {
                title,
                tags,
                is_public,
                judged: None,
            })
        } else {
            Err(errors)
        }
    }

    /// Title and tags that others read after this change of `work` and could not read before, if there are any.
    pub fn published<'a>(&'a self, work: &'a Work) -> Option<(&'a str, &'a [String])> {
        let is_public = self.is_public.unwrap_or(work.is_public);
        let is_new = self.title.is_some() || self.tags.is_some() || !work.is_public;
        let title = self.title.as_ref().unwrap_or(&work.title);
        let tags = self.tags.as_ref().unwrap_or(&work.tags);
        (is_public && is_new).then_some((title.as_str(), tags.as_slice()))
    }

    /// The change of `work` as it is now, after its words were judged. While they are `doubted`, a person has to look
    /// before anybody else sees the work.
    pub fn judged(mut self, work: &Work, doubted: bool) -> Self {
        self.judged = Some(Judged {
            version: work.version,
            doubted,
        });
        self
    }
}

fn good(text: &str, most: usize) -> bool {
    let count = text.chars().count();
    (1..=most).contains(&count) && !text.chars().any(char::is_control)
}

/// Changes a user's work and answers it as it is then; `None` if there is none, or it is no longer what was judged.
pub async fn change(
    db: &Db,
    user: UserId,
    work: WorkId,
    change: Change,
    now: Moment,
) -> Result<Option<Work>, DbError> {
    db.write(move |tx| {
        let tags = change.tags.map(|t| json!(t).to_string());
        let sql = format!(
            "UPDATE works SET title = coalesce(?3, title), tags = coalesce(?4, tags),
                is_public = coalesce(?5, is_public), listed = 1,
                version = version + (coalesce(?3, ?4, ?5) IS NOT NULL),
                review = CASE WHEN review = 'shown' AND coalesce(?3, ?4) IS NOT NULL THEN 'none' ELSE review END,
                doubted = coalesce(?7, doubted), expires_at = NULL, updated_at = ?6
             WHERE id = ?1 AND user_id = ?2 AND version = coalesce(?8, version) RETURNING {COLUMNS}"
        );
        let now = tx.clamp(now);
        Ok(tx.first(
            &sql,
            (
                work,
                user,
                change.title,
                tags,
                change.is_public,
                now,
                change.judged.map(|judged| judged.doubted),
                change.judged.map(|judged| judged.version),
            ),
            Work::from_row,
        )?)
    })
    .await
}

/// Lists an unlisted work of a user for good; answers it, or `None` if it is not there.
pub async fn save(
    db: &Db,
    user: UserId,
    work: WorkId,
    now: Moment,
) -> Result<Option<Work>, DbError> {
    change(db, user, work, Change::default(), now).await
}

/// Deletes a user's work: the row now, the bytes by the janitor. False if there is none.
pub async fn delete(db: &Db, user: UserId, work: WorkId, now: Moment) -> Result<bool, DbError> {
    db.write(move |tx| {
        let now = tx.clamp(now);
        remove(tx, user, work, now)
    })
    .await
}

/// Deletes a user's work, inside a transaction. False if there is none.
pub(super) fn remove(
    tx: &Tx<'_>,
    user: UserId,
    work: WorkId,
    now: Moment,
) -> Result<bool, DbError> {
    let sql =
        "DELETE FROM works WHERE id = ?1 AND user_id = ?2 RETURNING id, blob, thumbnail, backend";
    let gone = tx.first(sql, (work, user), Gone::from_row)?;
    Ok(bury(tx, gone.as_slice(), now)? > 0)
}

/// Deletes up to 500 works of a user, inside a transaction; answers how many.
pub fn delete_some_of(tx: &Tx<'_>, user: UserId, now: Moment) -> Result<usize, DbError> {
    let gone = tx.all(
        "DELETE FROM works WHERE seq IN (SELECT seq FROM works WHERE user_id = ?1 LIMIT 500)
         RETURNING id, blob, thumbnail, backend",
        [user],
        Gone::from_row,
    )?;
    bury(tx, &gone, now)
}

/// Deletes up to 500 unlisted works whose time is over; answers how many.
pub async fn expire(db: &Db, now: Moment) -> Result<usize, DbError> {
    db.write(move |tx| {
        let now = tx.clamp(now);
        let gone = tx.all(
            "DELETE FROM works WHERE seq IN
                (SELECT seq FROM works WHERE expires_at IS NOT NULL AND expires_at <= ?1 LIMIT 500)
             RETURNING id, blob, thumbnail, backend",
            [now],
            Gone::from_row,
        )?;
        bury(tx, &gone, now)
    })
    .await
}

/// A work whose row is deleted.
struct Gone {
    id: WorkId,
    blob: BlobKey,
    thumbnail: BlobKey,
    backend: Backend,
}

impl Gone {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            blob: row.get("blob")?,
            thumbnail: row.get("thumbnail")?,
            backend: row.get("backend")?,
        })
    }
}

/// Sees to what deleted works leave behind: bytes and open complaints. Answers how many works there were.
fn bury(tx: &Tx<'_>, gone: &[Gone], now: Moment) -> Result<usize, DbError> {
    for work in gone {
        reports::close(tx, work.id)?;
        doom(tx, &work.blob, work.backend, now)?;
        doom(tx, &work.thumbnail, work.backend, now)?;
    }
    Ok(gone.len())
}
