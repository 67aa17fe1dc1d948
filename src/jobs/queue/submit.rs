//! Submit: key, cache, charge, job row and admission in one transaction.

use super::admit::slots_taken;
use url::Url;

use super::next_revision;
use crate::billing::plans::FairUse;
use crate::db::{Db, DbError, Query, Tx};
use crate::i18n::Lang;
use crate::ids::{JobId, UploadId, UserId, WorkId};
use crate::jobs::job::Label;
use crate::kinds::{Params, Role};
use crate::ledger::{self, Account};
use crate::time::Moment;
use crate::webhooks::{self, Event};
use crate::{uploads, works};

/// A job that is about to be submitted. Everything in it has been checked.
#[derive(Clone, Debug)]
pub struct Order {
    /// Who pays and who acts.
    pub account: Account,
    /// Kind, settings, output, quality and seed.
    pub params: Params,
    /// The inputs, all of them uploads of this user.
    pub inputs: Vec<(Role, UploadId)>,
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
    /// Which routing list: `personal` or `business`.
    pub mode: &'static str,
    /// Priority class; 0 is served first.
    pub class: i64,
    /// What it costs under the user's plan.
    pub price: Price,
    /// The hash that a result can be found by.
    pub cache_key: [u8; 32],
    /// A work that may answer for `cache_key`, remembered outside the table.
    pub cache_hint: Option<WorkId>,
    /// True if a result that is already there must not answer.
    pub fresh: bool,
    /// The caller's key and the hash of the request it stands for.
    pub key: Option<(String, [u8; 32])>,
    /// Where the end is told, besides the user's endpoints.
    pub webhook_url: Option<Url>,
    /// Slots of one user.
    pub per_user: u32,
}

/// What a job costs in credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Price {
    /// So much.
    Fixed(u32),
    /// Nothing while fair use lasts, then so much.
    FreeWithin(FairUse, u32),
}

impl Price {
    /// What it is now, as seen by the transaction that adds the job.
    fn now(self, tx: &Tx<'_>, user: UserId) -> Result<u32, DbError> {
        Ok(match self {
            Self::Fixed(price) => price,
            Self::FreeWithin(fair_use, beyond) if fair_use.is_reached(tx, user)? => beyond,
            Self::FreeWithin(..) => 0,
        })
    }
}

/// What became of a submit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// A new job; true if a worker may take it at once.
    New(JobId, bool),
    /// A new job, born completed: an earlier work is its result.
    Hit(JobId, WorkId),
    /// A live job already makes this very picture.
    Joined(JobId),
    /// The key was used for this very request before.
    Replayed(JobId),
    /// The key was used for another request.
    KeyMismatch,
    /// The balance does not cover the price.
    Short(ledger::Short),
    /// The user is frozen or erased.
    Refused,
    /// An input was deleted meanwhile.
    InputGone(UploadId),
}

/// Submits a job.
pub async fn submit(db: &Db, order: Order, now: Moment) -> Result<Submitted, SubmitError> {
    let outcome = db
        .write(move |tx| match place(tx, &order, tx.clamp(now)) {
            // Nothing of a refused order may stay: the error undoes the savepoint.
            Ok(Submitted::Short(short)) => Err(SubmitError::Short(short)),
            Ok(outcome) => Ok(outcome),
            Err(error) => Err(SubmitError::Db(error)),
        })
        .await;
    match outcome {
        Err(SubmitError::Short(short)) => Ok(Submitted::Short(short)),
        other => other,
    }
}

/// Why a submit has no answer.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// Not an error of the caller of [`submit`]; it only undoes the transaction.
    #[error("the balance does not cover the price")]
    Short(ledger::Short),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The job that a key already stands for, with the hash of its request.
pub fn find_by_key(
    db: &impl Query,
    user: UserId,
    key: &str,
) -> Result<Option<(JobId, Vec<u8>)>, DbError> {
    Ok(db.first(
        "SELECT job_id, request_hash FROM idempotency_keys WHERE user_id = ?1 AND key = ?2",
        (user, key),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

/// Forgets keys older than `before`, at most `limit`; answers how many went.
pub fn forget_keys(tx: &Tx<'_>, before: Moment, limit: u32) -> Result<usize, DbError> {
    Ok(tx.run(
        "DELETE FROM idempotency_keys WHERE (user_id, key) IN
            (SELECT user_id, key FROM idempotency_keys WHERE created_at < ?1 LIMIT ?2)",
        (before, limit),
    )?)
}

fn place(tx: &Tx<'_>, order: &Order, now: Moment) -> Result<Submitted, DbError> {
    let user = order.account.user;
    if let Some((key, hash)) = &order.key
        && let Some((job, seen)) = find_by_key(tx, user, key)?
    {
        return Ok(if seen == hash {
            Submitted::Replayed(job)
        } else {
            Submitted::KeyMismatch
        });
    }
    let active: Option<String> =
        tx.first("SELECT state FROM users WHERE id = ?1", [user], |r| {
            r.get(0)
        })?;
    if active.as_deref() != Some("active") {
        return Ok(Submitted::Refused);
    }
    let outcome = match known_result(tx, order, now)? {
        Some(Known::Work(work)) => Submitted::Hit(add_completed(tx, order, work, now)?, work),
        Some(Known::Live(job)) => Submitted::Joined(job),
        None => add_pending(tx, order, now)?,
    };
    if let (Some(url), Some(job)) = (&order.webhook_url, outcome.job()) {
        webhooks::remember(tx, job, url.as_str(), user)?;
    }
    if let Submitted::Hit(job, _) = outcome {
        webhooks::announce(tx, job, Event::Completed, now)?;
    }
    if let (Some((key, hash)), Some(job)) = (&order.key, outcome.job()) {
        tx.run(
            "INSERT INTO idempotency_keys (user_id, key, request_hash, job_id, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            (user, key, hash, job, now),
        )?;
    }
    Ok(outcome)
}

impl Submitted {
    /// The job that answers, if there is one.
    pub const fn job(&self) -> Option<JobId> {
        match self {
            Self::New(job, _) | Self::Hit(job, _) | Self::Joined(job) | Self::Replayed(job) => {
                Some(*job)
            }
            Self::KeyMismatch | Self::Short(_) | Self::Refused | Self::InputGone(_) => None,
        }
    }
}

enum Known {
    Work(WorkId),
    Live(JobId),
}

fn known_result(tx: &Tx<'_>, order: &Order, now: Moment) -> Result<Option<Known>, DbError> {
    if order.fresh {
        return Ok(None);
    }
    let live = tx.first(
        "SELECT id FROM jobs WHERE cache_key = ?1 AND fresh = 0 AND status IN ('pending', 'processing')",
        [order.cache_key],
        |row| row.get(0),
    )?;
    if let Some(job) = live {
        return Ok(Some(Known::Live(job)));
    }
    let work = works::find_cached(tx, &order.cache_key, order.cache_hint, now)?;
    Ok(work.map(Known::Work))
}

fn add_completed(tx: &Tx<'_>, order: &Order, work: WorkId, now: Moment) -> Result<JobId, DbError> {
    let model = works::model_of(tx, work)?;
    let job = insert(tx, order, 0, false, now)?;
    tx.run(
        "UPDATE jobs SET status = 'completed', progress = 100, work_id = ?2, model = ?3, cache = 'hit',
            processing_ms = 0, started_at = ?4, completed_at = ?4 WHERE id = ?1",
        (job, work, model, now),
    )?;
    Ok(job)
}

fn add_pending(tx: &Tx<'_>, order: &Order, now: Moment) -> Result<Submitted, DbError> {
    for (_, upload) in &order.inputs {
        if !uploads::touch(tx, order.account.user, *upload, now)? {
            return Ok(Submitted::InputGone(*upload));
        }
    }
    let admitted = slots_taken(tx, order.account.user)? < order.per_user;
    let price = order.price.now(tx, order.account.user)?;
    let job = insert(tx, order, price, admitted, now)?;
    if price > 0 {
        let charged = ledger::charge(tx, order.account, job, order.params.kind, price, now)?;
        if let Err(short) = charged {
            return Ok(Submitted::Short(short));
        }
    }
    Ok(Submitted::New(job, admitted))
}

fn insert(
    tx: &Tx<'_>,
    order: &Order,
    price: u32,
    admitted: bool,
    now: Moment,
) -> Result<JobId, DbError> {
    let job = JobId::new();
    let params = &order.params;
    let revision = next_revision(tx)?;
    tx.run(
        "INSERT INTO jobs (id, user_id, wallet_id, kind, settings, quality, output, seed, label, language,
            reference, batch, auto_save, mode, price, cache_key, fresh, class, admitted, turn, revision, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
            ?22, ?22)",
        rusqlite::params![
            job,
            order.account.user,
            order.account.wallet,
            params.kind,
            to_json(&params.settings)?,
            params.quality,
            to_json(&params.output)?,
            params.seed,
            order.label,
            order.language.id(),
            order.reference,
            order.batch,
            order.auto_save,
            order.mode,
            price,
            order.cache_key,
            order.fresh,
            order.class,
            admitted,
            admitted.then_some(revision),
            revision,
            now
        ],
    )?;
    for (position, (role, upload)) in order.inputs.iter().enumerate() {
        tx.run(
            "INSERT INTO job_inputs (job_id, position, role, upload_id) VALUES (?1, ?2, ?3, ?4)",
            (job, position, role, upload),
        )?;
    }
    Ok(job)
}

fn to_json(value: &impl serde::Serialize) -> Result<String, DbError> {
    serde_json::to_string(value)
        .map_err(|e| DbError::Sql(rusqlite::Error::ToSqlConversionFailure(Box::new(e))))
}
