//! A job as it stands in the table.

use rusqlite::Row;
use serde_json::{Map, Value};

use crate::db::{DbError, Query, Reader};
use crate::i18n::Lang;
use crate::ids::{JobId, UploadId, UserId, WalletId, WorkId};
use crate::kinds::{Choice, Kind, Output, Prices, Quality, Role, Settings, choice};
use crate::providers::{Errand, Wish};
use crate::time::Moment;

choice! {
    /// Where a job stands.
    Status {
        Pending = "pending", "排队中", "Waiting";
        Processing = "processing", "生成中", "Processing";
        Completed = "completed", "已完成", "Completed";
        Failed = "failed", "失败", "Failed";
        Cancelled = "cancelled", "已取消", "Cancelled";
    }
}

impl Status {
    /// True if the job has ended and never changes again.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Pending | Self::Processing => false,
            Self::Completed | Self::Failed | Self::Cancelled => true,
        }
    }
}

choice! {
    /// Whether the picture carries a visible AI label; the metadata label is always there.
    Label {
        Visible = "visible", "显示", "Visible";
        None = "none", "不显示", "None";
    }
}

/// One row of the job table with its inputs.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its order of submission.
    pub seq: i64,
    /// Its id.
    pub id: JobId,
    /// Whose it is.
    pub user: UserId,
    /// What pays.
    pub wallet: WalletId,
    /// Which picture.
    pub kind: Kind,
    /// Where it stands.
    pub status: Status,
    /// The kind's settings.
    pub settings: Settings,
    /// The effort.
    pub quality: Quality,
    /// The output row as it was at submit.
    pub output: Output,
    /// The seed.
    pub seed: u64,
    /// Whether the AI label is visible.
    pub label: Label,
    /// The language of the label.
    pub language: Lang,
    /// The caller's own name for it.
    pub reference: Option<String>,
    /// The caller's group of jobs.
    pub batch: Option<String>,
    /// Whether the work is listed at once.
    pub auto_save: bool,
    /// The mode that decides the routing list: `personal` or `business`.
    pub mode: String,
    /// What it cost, in credits.
    pub price: u32,
    /// The failed job it repeats.
    pub retry_of: Option<JobId>,
    /// The hash its result can be found by.
    pub cache_key: Option<Vec<u8>>,
    /// True if a result that is already there must not answer.
    pub fresh: bool,
    /// Priority class; 0 is served first.
    pub class: i64,
    /// When a wait between runs ends.
    pub due_at: Option<Moment>,
    /// 0..=100, never going back.
    pub progress: u32,
    /// How often it was claimed; fences the claims.
    pub claims: i64,
    /// Runs after failed ones.
    pub retries: u32,
    /// When storage began to refuse its result.
    pub storage_since: Option<Moment>,
    /// True while a person has to decide about its picture.
    pub held: bool,
    /// Global change counter at its last change.
    pub revision: i64,
    /// When it was submitted.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
    /// When the first run began.
    pub started_at: Option<Moment>,
    /// When it ended.
    pub completed_at: Option<Moment>,
    /// Its picture.
    pub work: Option<WorkId>,
    /// The model that made it.
    pub model: Option<String>,
    /// From first claim to the end, in milliseconds.
    pub processing_ms: Option<i64>,
    /// True if an earlier work answered.
    pub cache_hit: bool,
    /// Why it failed.
    pub error_code: Option<String>,
    /// The caller's rating, 1..=5.
    pub rating: Option<u32>,
    /// The inputs in order; filled by [`find`] and [`inputs`].
    pub inputs: Vec<(Role, UploadId)>,
}

pub(super) const COLUMNS: &str = "seq, id, user_id, wallet_id, kind, status, settings, quality, output, seed, label, language, \
     reference, batch, auto_save, mode, price, retry_of, cache_key, fresh, class, due_at, progress, \
     claims, retries, storage_since, held, revision, created_at, updated_at, started_at, \
     completed_at, work_id, model, processing_ms, cache, error_code, rating";

/// Jobs that go to the same models: those of one kind that go by one routing list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Which picture.
    pub kind: Kind,
    /// Which list: `personal` or `business`.
    pub mode: &'static str,
}

impl Route {
    /// Every route.
    pub fn all() -> impl Iterator<Item = Self> {
        let of = |mode| Kind::ALL.iter().map(move |kind| Self { kind: *kind, mode });
        of("personal").chain(of("business"))
    }
}

impl Job {
    /// Which jobs it shares its models with.
    pub fn route(&self) -> Route {
        let is_personal = self.mode == "personal";
        Route {
            kind: self.kind,
            mode: if is_personal { "personal" } else { "business" },
        }
    }

    /// What the router chooses a model by. A job that repeats a failed one counts as paid.
    pub fn errand(&self, prices: &Prices) -> Errand<'_> {
        let list_price = prices.of(self.kind);
        let price = self.retry_of.map_or(self.price, |_| list_price);
        Errand {
            kind: self.kind,
            mode: &self.mode,
            wish: Wish::new(self.quality, price, list_price, self.class == 0),
        }
    }

    /// Reads the columns named by [`COLUMNS`].
    pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let kind: Kind = row.get("kind")?;
        let settings: Map<String, Value> = json(row, "settings")?;
        let language: String = row.get("language")?;
        let seed: i64 = row.get("seed")?;
        Ok(Self {
            seq: row.get("seq")?,
            id: row.get("id")?,
            user: row.get("user_id")?,
            wallet: row.get("wallet_id")?,
            kind,
            status: row.get("status")?,
            settings: Settings::parse(kind, &settings).map_err(|_| bad("settings"))?,
            quality: row.get("quality")?,
            output: json(row, "output")?,
            seed: seed.unsigned_abs(),
            label: row.get("label")?,
            language: Lang::from_id(&language).unwrap_or_default(),
            reference: row.get("reference")?,
            batch: row.get("batch")?,
            auto_save: row.get("auto_save")?,
            mode: row.get("mode")?,
            price: row.get("price")?,
            retry_of: row.get("retry_of")?,
            cache_key: row.get("cache_key")?,
            fresh: row.get("fresh")?,
            class: row.get("class")?,
            due_at: row.get("due_at")?,
            progress: row.get("progress")?,
            claims: row.get("claims")?,
            retries: row.get("retries")?,
            storage_since: row.get("storage_since")?,
            held: row.get("held")?,
            revision: row.get("revision")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            started_at: row.get("started_at")?,
            completed_at: row.get("completed_at")?,
            work: row.get("work_id")?,
            model: row.get("model")?,
            processing_ms: row.get("processing_ms")?,
            cache_hit: row.get::<_, Option<String>>("cache")?.is_some(),
            error_code: row.get("error_code")?,
            rating: row.get("rating")?,
            inputs: Vec::new(),
        })
    }
}

fn json<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: &'static str,
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|_| bad(column))
}

fn bad(column: &'static str) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(0, column.into(), rusqlite::types::Type::Text)
}

/// The job with this id, with its inputs.
pub fn find(db: &impl Query, id: JobId) -> Result<Option<Job>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM jobs WHERE id = ?1");
    let Some(mut job) = db.first(&sql, [id], Job::from_row)? else {
        return Ok(None);
    };
    job.inputs = inputs(db, id)?;
    Ok(Some(job))
}

/// The inputs of a job, in order.
pub fn inputs(db: &impl Query, id: JobId) -> Result<Vec<(Role, UploadId)>, DbError> {
    Ok(db.all(
        "SELECT role, upload_id FROM job_inputs WHERE job_id = ?1 ORDER BY position",
        [id],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

/// What a list of jobs is filtered by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only of this user; any if absent (operators).
    pub user: Option<UserId>,
    /// Only in this state.
    pub status: Option<Status>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only of this batch.
    pub batch: Option<String>,
    /// Only made by this model.
    pub model: Option<String>,
    /// Only failed for this reason.
    pub cause: Option<String>,
    /// Only those that somebody rated.
    pub rated: bool,
    /// Only those that ended since.
    pub ended_since: Option<Moment>,
}

/// Jobs before `cursor`, newest first.
pub fn list(
    db: &Reader<'_>,
    filter: &Filter,
    cursor: Option<i64>,
    limit: u32,
) -> Result<Vec<Job>, DbError> {
    let wheres = [
        (true, "seq < ?1"),
        (filter.user.is_some(), "user_id = ?3"),
        (filter.status.is_some(), "status = ?4"),
        (filter.kind.is_some(), "kind = ?5"),
        (filter.batch.is_some(), "batch = ?6"),
        (filter.model.is_some(), "model = ?7"),
        (filter.cause.is_some(), "error_code = ?8"),
        (filter.rated, "rating IS NOT NULL"),
        (
            filter.ended_since.is_some(),
            "seq IN (SELECT seq FROM jobs WHERE completed_at >= ?9)",
        ),
    ];
    let wanted = wheres.iter().filter(|(wanted, _)| *wanted);
    let clauses: Vec<&str> = wanted.map(|(_, clause)| *clause).collect();
    // The unused parameters still have to be bound.
    let sql = format!(
        "SELECT {COLUMNS} FROM jobs WHERE {} AND (?3, ?4, ?5, ?6, ?7, ?8, ?9) IS NOT (1, 1, 1, 1, 1, 1, 1)
         ORDER BY seq DESC LIMIT ?2",
        clauses.join(" AND ")
    );
    let mut jobs = db.all(
        &sql,
        rusqlite::params![
            cursor.unwrap_or(i64::MAX),
            limit,
            filter.user,
            filter.status,
            filter.kind,
            filter.batch,
            filter.model,
            filter.cause,
            filter.ended_since
        ],
        Job::from_row,
    )?;
    for job in &mut jobs {
        job.inputs = inputs(db, job.id)?;
    }
    Ok(jobs)
}

/// How many jobs of a batch stand where, and what they cost.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct BatchCount {
    /// All of them.
    pub total: u32,
    /// Waiting.
    pub pending: u32,
    /// Being made.
    pub processing: u32,
    /// Made.
    pub completed: u32,
    /// Failed and refunded.
    pub failed: u32,
    /// Cancelled and refunded.
    pub cancelled: u32,
    /// Credits charged and not given back.
    pub credits: i64,
}

/// The counts of one user's batch.
pub fn count_batch(db: &Reader<'_>, user: UserId, batch: &str) -> Result<BatchCount, DbError> {
    Ok(db.one(
        "SELECT count(*), count(*) FILTER (WHERE status = 'pending'),
                count(*) FILTER (WHERE status = 'processing'),
                count(*) FILTER (WHERE status = 'completed'),
                count(*) FILTER (WHERE status = 'failed'),
                count(*) FILTER (WHERE status = 'cancelled'),
                coalesce(sum(price) FILTER (WHERE status NOT IN ('failed', 'cancelled')), 0)
         FROM jobs WHERE user_id = ?1 AND batch = ?2",
        (user, batch),
        |row| {
            Ok(BatchCount {
                total: row.get(0)?,
                pending: row.get(1)?,
                processing: row.get(2)?,
                completed: row.get(3)?,
                failed: row.get(4)?,
                cancelled: row.get(5)?,
                credits: row.get(6)?,
            })
        },
    )?)
}
