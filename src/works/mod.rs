//! Works: finished pictures kept for a user. The only files that write works, favorites and complaints.

mod change;
mod export;
mod favorites;
mod reports;
mod review;
mod share;
mod storage;

use rusqlite::Row;
use serde::{Deserialize, Serialize};

use crate::blobs::{Backend, BlobKey};
use crate::db::{DbError, Query, Reader, Tx};
use crate::ids::{JobId, UserId, WorkId};
use crate::kinds::{Choice, Format, Kind, choice};
use crate::time::Moment;

pub use change::{BadChange, Change, change, delete, delete_some_of, expire, save};
pub use export::{EXPORT_WORKS, Export, write_zip};
pub use favorites::{count_given, favorite, forget_favorites, is_favorite, unfavorite};
pub use reports::{Report, list_reports, report};
pub use review::{Complaint, Decision, Review, complaints, decide, list_for_review};
pub use share::{find_shared, share, unshare};
pub use storage::{kept_in, relocate};

choice! {
    /// Who sees the gallery of public works.
    Gallery {
        Members = "members", "成员可见", "Members";
        Off = "off", "关闭", "Off";
        Public = "public", "公开", "Public";
    }
}

/// The section `works` of the configuration.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Who sees public works.
    pub gallery: Gallery,
}

/// How long an unlisted work is kept, in seconds.
pub const UNLISTED_SECS: i64 = 7 * 86_400;

/// A picture that is about to become a work: its bytes are stored already.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewWork {
    /// Where the picture is.
    pub blob: BlobKey,
    /// Where its thumbnail is.
    pub thumbnail: BlobKey,
    /// The storage that holds both.
    pub backend: Backend,
    /// The picture's format.
    pub format: Format,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Size of the picture's file.
    pub bytes: u64,
    /// The model that made it.
    pub model: String,
}

/// What a new work takes from its job.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Whose it is.
    pub user: UserId,
    /// The job that made it.
    pub job: JobId,
    /// Which picture.
    pub kind: Kind,
    /// Whether it is listed at once.
    pub listed: bool,
    /// The hash it answers for.
    pub cache_key: Option<Vec<u8>>,
    /// The caller's name for it; becomes the title.
    pub reference: Option<String>,
    /// The owner's language.
    pub language: crate::i18n::Lang,
}

/// A kept picture.
#[derive(Clone, Debug)]
pub struct Work {
    /// Its order.
    pub seq: i64,
    /// Its id.
    pub id: WorkId,
    /// Whose it is.
    pub user: UserId,
    /// The job that made it.
    pub job: JobId,
    /// Which picture.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Where the picture is.
    pub blob: BlobKey,
    /// Where the thumbnail is.
    pub thumbnail: BlobKey,
    /// The storage that holds both.
    pub backend: Backend,
    /// The picture's format.
    pub format: Format,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Size of the picture's file.
    pub bytes: u64,
    /// The model that made it.
    pub model: String,
    /// True if it stands in its owner's list.
    pub listed: bool,
    /// When an unlisted work goes.
    pub expires_at: Option<Moment>,
    /// True if it stands in the gallery.
    pub is_public: bool,
    /// What an operator decided about it.
    pub review: Review,
    /// True if a person has to read its title and tags before others do.
    pub doubted: bool,
    /// Counts the changes of its title, its tags and who sees it.
    pub version: i64,
    /// The token of its share page.
    pub share_token: Option<String>,
    /// How many users like it.
    pub favorite_count: u32,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

const COLUMNS: &str = "seq, id, user_id, job_id, kind, title, tags, blob, thumbnail, backend, format, width, \
     height, bytes, model, listed, expires_at, is_public, review, doubted, version, share_token, favorite_count, created_at, updated_at";

impl Work {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let tags: String = row.get("tags")?;
        Ok(Self {
            seq: row.get("seq")?,
            id: row.get("id")?,
            user: row.get("user_id")?,
            job: row.get("job_id")?,
            kind: row.get("kind")?,
            title: row.get("title")?,
            tags: serde_json::from_str(&tags).unwrap_or_default(),
            blob: row.get("blob")?,
            thumbnail: row.get("thumbnail")?,
            backend: row.get("backend")?,
            format: row.get("format")?,
            size: (row.get("width")?, row.get("height")?),
            bytes: row.get("bytes")?,
            model: row.get("model")?,
            listed: row.get("listed")?,
            expires_at: row.get("expires_at")?,
            is_public: row.get("is_public")?,
            review: row.get("review")?,
            doubted: row.get("doubted")?,
            version: row.get("version")?,
            share_token: row.get("share_token")?,
            favorite_count: row.get("favorite_count")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }

    /// The name a download gets.
    pub fn file_name(&self, reference: Option<&str>) -> String {
        let stem: String = reference
            .unwrap_or(&self.title)
            .chars()
            .map(|c| {
                if c.is_control() || r#"/\:*?"<>|"#.contains(c) {
                    '_'
                } else {
                    c
                }
            })
            .collect();
        let stem = stem.trim_matches(['.', ' ']);
        let stem = if stem.is_empty() { "atelier" } else { stem };
        format!("{stem}.{}", self.format.extension())
    }
}

/// Adds a work, inside the transaction that completes its job.
pub fn add(tx: &Tx<'_>, new: &NewWork, origin: &Origin, now: Moment) -> Result<WorkId, DbError> {
    use crate::i18n::Lang;
    let id = WorkId::new();
    let label = origin.kind.label();
    let default_title = match origin.language {
        Lang::Zh => format!("{}作品", label.zh),
        Lang::En => label.en.to_owned(),
    };
    let tags = serde_json::json!([label.get(origin.language)]);
    tx.run(
        "INSERT INTO works (id, user_id, job_id, kind, title, tags, blob, thumbnail, backend, format, width,
            height, bytes, model, cache_key, listed, expires_at, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?18)",
        rusqlite::params![
            id,
            origin.user,
            origin.job,
            origin.kind,
            origin.reference.as_deref().unwrap_or(&default_title),
            tags.to_string(),
            new.blob,
            new.thumbnail,
            new.backend,
            new.format,
            new.size.0,
            new.size.1,
            new.bytes,
            new.model,
            origin.cache_key,
            origin.listed,
            (!origin.listed).then(|| now.plus_secs(UNLISTED_SECS)),
            now
        ],
    )?;
    Ok(id)
}

/// The kept work that answers for a cache key; `hint` saves the search.
pub fn find_cached(
    tx: &Tx<'_>,
    key: &[u8; 32],
    hint: Option<WorkId>,
    now: Moment,
) -> Result<Option<WorkId>, DbError> {
    const KEPT: &str = "cache_key = ?1 AND (expires_at IS NULL OR expires_at > ?2)";
    if let Some(hint) = hint {
        let sql = format!("SELECT id FROM works WHERE id = ?3 AND {KEPT}");
        if let Some(found) = tx.first(&sql, (key, now, hint), |row| row.get(0))? {
            return Ok(Some(found));
        }
    }
    let sql = format!("SELECT id FROM works WHERE {KEPT} ORDER BY seq DESC LIMIT 1");
    Ok(tx.first(&sql, (key, now), |row| row.get(0))?)
}

/// The model that made a work.
pub fn model_of(tx: &Tx<'_>, work: WorkId) -> Result<String, DbError> {
    Ok(
        tx.one("SELECT model FROM works WHERE id = ?1", [work], |row| {
            row.get(0)
        })?,
    )
}

/// The work with this id.
pub fn find(db: &impl Query, id: WorkId) -> Result<Option<Work>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM works WHERE id = ?1");
    Ok(db.first(&sql, [id], Work::from_row)?)
}

/// What a list of works is filtered by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only with this tag.
    pub tag: Option<String>,
    /// Only those the user likes.
    pub favorite: bool,
    /// Only of this batch of jobs.
    pub batch: Option<String>,
}

/// Listed works of a user before `cursor`, newest first.
pub fn list(
    db: &Reader<'_>,
    user: UserId,
    filter: &Filter,
    cursor: Option<i64>,
    limit: u32,
) -> Result<Vec<Work>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM works WHERE user_id = ?1 AND listed = 1 AND seq < ?2
            AND (?4 IS NULL OR kind = ?4)
            AND (?5 IS NULL OR EXISTS (SELECT 1 FROM json_each(works.tags) WHERE value = ?5))
            AND (?6 = 0 OR EXISTS (SELECT 1 FROM favorites f WHERE f.user_id = ?1 AND f.work_id = works.id))
            AND (?7 IS NULL OR EXISTS (SELECT 1 FROM jobs j WHERE j.work_id = works.id AND j.user_id = ?1 AND j.batch = ?7))
         ORDER BY seq DESC LIMIT ?3"
    );
    Ok(db.all(
        &sql,
        rusqlite::params![
            user,
            cursor.unwrap_or(i64::MAX),
            limit,
            filter.kind,
            filter.tag,
            filter.favorite,
            filter.batch
        ],
        Work::from_row,
    )?)
}

/// Public works of active users before `cursor`, newest first.
///
/// Nothing that an operator hid is among them, and no doubted words; if the gallery is `reviewed`, only what one has shown.
pub fn gallery(
    db: &Reader<'_>,
    reviewed: bool,
    cursor: Option<i64>,
    limit: u32,
) -> Result<Vec<Work>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM works WHERE is_public = 1 AND seq < ?1
            AND (review = 'shown' OR (review = 'none' AND doubted = 0 AND NOT ?3))
            AND (SELECT state FROM users u WHERE u.id = works.user_id) = 'active'
         ORDER BY seq DESC LIMIT ?2"
    );
    let before = cursor.unwrap_or(i64::MAX);
    Ok(db.all(&sql, (before, limit, reviewed), Work::from_row)?)
}

/// Numbers about one user's works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// Works made and kept.
    pub works_created: u32,
    /// Works with a share link or in the gallery.
    pub works_shared: u32,
    /// Seconds that making them took.
    pub generation_seconds: i64,
    /// Works the user likes.
    pub favorite_count: u32,
}

/// Counts a user's works.
pub fn statistics(db: &Reader<'_>, user: UserId) -> Result<Statistics, DbError> {
    let (works_created, works_shared, millis): (u32, u32, i64) = db.one(
        "SELECT count(*), count(*) FILTER (WHERE w.is_public = 1 OR w.share_token IS NOT NULL),
                coalesce(sum(j.processing_ms), 0)
         FROM works w JOIN jobs j ON j.id = w.job_id WHERE w.user_id = ?1",
        [user],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    Ok(Statistics {
        works_created,
        works_shared,
        generation_seconds: millis / 1000,
        favorite_count: count_given(db, user)?,
    })
}
