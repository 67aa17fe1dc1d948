//! The outbox: one row for every end of a job and every place it is told to. The only file that writes it.

use rusqlite::Row;
use serde::Serialize;

use super::endpoints::{self, State};
use super::{WebhookError, Webhooks};
use crate::db::{DbError, Query, Reader, Tx};
use crate::ids::{EventId, JobId, UserId, WebhookId};
use crate::kinds::choice;
use crate::time::Moment;

choice! {
    /// What is told.
    Event {
        Completed = "job.completed", "任务完成", "Job completed";
        Failed = "job.failed", "任务失败", "Job failed";
        Cancelled = "job.cancelled", "任务取消", "Job cancelled";
        Test = "webhook.test", "测试", "Test";
    }
}

choice! {
    /// Where a delivery stands.
    Outcome {
        Pending = "pending", "等待发送", "Waiting";
        Delivered = "delivered", "已送达", "Delivered";
        Failed = "failed", "未送达", "Not delivered";
    }
}

/// One row of the outbox.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    /// Its order.
    #[serde(skip)]
    pub seq: i64,
    /// Whose job it tells of.
    #[serde(skip)]
    pub user: UserId,
    /// Its id: the `webhook-id` of every try.
    pub id: EventId,
    /// The endpoint; absent for a URL that the job brought along.
    pub webhook_id: Option<WebhookId>,
    /// Where it goes.
    pub url: String,
    /// What it tells.
    pub event: Event,
    /// Of which job.
    pub job_id: Option<JobId>,
    /// Where it stands.
    pub state: Outcome,
    /// How often it was sent.
    pub tries: u32,
    /// When it is sent next.
    pub next_try_at: Option<Moment>,
    /// The HTTP status of the last answer.
    pub status: Option<u16>,
    /// Why the last try failed.
    pub error: Option<String>,
    /// When it came about.
    pub created_at: Moment,
    /// When it was last sent.
    pub tried_at: Option<Moment>,
    /// When it arrived.
    pub delivered_at: Option<Moment>,
}

const COLUMNS: &str = "seq, user_id, id, webhook_id, url, event, job_id, state, tries, due_at, status, error, \
     created_at, tried_at, delivered_at";

impl Delivery {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get("seq")?,
            user: row.get("user_id")?,
            id: row.get("id")?,
            webhook_id: row.get("webhook_id")?,
            url: row.get("url")?,
            event: row.get("event")?,
            job_id: row.get("job_id")?,
            state: row.get("state")?,
            tries: row.get("tries")?,
            next_try_at: row.get("due_at")?,
            status: row.get("status")?,
            error: row.get("error")?,
            created_at: row.get("created_at")?,
            tried_at: row.get("tried_at")?,
            delivered_at: row.get("delivered_at")?,
        })
    }
}

/// Notes, inside the transaction that submits a job, that its owner wants its end told to `url`.
pub fn remember(tx: &Tx<'_>, job: JobId, url: &str, user: UserId) -> Result<(), DbError> {
    super::secrets::load_or_make(tx, &user.to_string(), user)?;
    tx.run(
        "INSERT INTO job_webhooks (job_id, url, user_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        (job, url, user),
    )?;
    Ok(())
}

/// A job that repeats `old` tells its end where that one did.
pub fn follow(tx: &Tx<'_>, old: JobId, new: JobId) -> Result<(), DbError> {
    tx.run(
        "INSERT INTO job_webhooks (job_id, url, user_id)
         SELECT DISTINCT ?2, url, user_id FROM deliveries WHERE job_id = ?1 AND webhook_id IS NULL",
        (old, new),
    )?;
    Ok(())
}

/// Puts the end of a job into the outbox, once for every place, inside the transaction that ends it.
pub fn announce(tx: &Tx<'_>, job: JobId, event: Event, now: Moment) -> Result<(), DbError> {
    let places: Vec<(UserId, Option<WebhookId>, String)> = tx.all(
        "SELECT user_id, id, url FROM webhooks
            WHERE user_id = (SELECT user_id FROM jobs WHERE id = ?1) AND state = 'active'
         UNION ALL SELECT user_id, NULL, url FROM job_webhooks WHERE job_id = ?1",
        [job],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    for (user, webhook, url) in places {
        add(tx, (user, webhook, &url), event, Some(job), (now, now))?;
    }
    tx.run("DELETE FROM job_webhooks WHERE job_id = ?1", [job])?;
    Ok(())
}

/// Adds a row that is sent at `due`.
fn add(
    tx: &Tx<'_>,
    (user, webhook, url): (UserId, Option<WebhookId>, &str),
    event: Event,
    job: Option<JobId>,
    (now, due): (Moment, Moment),
) -> Result<EventId, DbError> {
    let id = EventId::new();
    tx.run(
        "INSERT INTO deliveries (id, user_id, webhook_id, url, event, job_id, due_at, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (id, user, webhook, url, event, job, due, now),
    )?;
    Ok(id)
}

/// What is due at `now`, at most `per_user` of one user, at most `limit`; everybody's first before anybody's second.
pub(super) fn due(
    db: &Reader<'_>,
    now: Moment,
    (per_user, limit): (u32, u32),
) -> Result<Vec<Delivery>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM
            (SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY due_at, seq) AS nth
             FROM deliveries WHERE state = 'pending' AND due_at <= ?1)
         WHERE nth <= ?2 ORDER BY nth, due_at, seq LIMIT ?3"
    );
    Ok(db.all(&sql, (now, per_user, limit), Delivery::from_row)?)
}

/// When something is due next, after `now`.
pub(super) fn next_due(db: &Reader<'_>, now: Moment) -> Result<Option<Moment>, DbError> {
    Ok(db.one(
        "SELECT min(due_at) FROM deliveries WHERE state = 'pending' AND due_at > ?1",
        [now],
        |row| row.get(0),
    )?)
}

/// How a try went.
#[derive(Clone, Debug)]
pub(super) struct Try {
    /// The HTTP status of the answer, if there was one.
    pub(super) status: Option<u16>,
    /// What failed; nothing if it arrived.
    pub(super) error: Option<String>,
    /// When it is sent next, if it failed and is not given up.
    pub(super) next: Option<Moment>,
}

impl Try {
    /// It arrived.
    pub(super) const fn arrived(status: u16) -> Self {
        Self {
            status: Some(status),
            error: None,
            next: None,
        }
    }

    /// It failed, and comes again at `next`, if at all.
    pub(super) const fn failed(status: Option<u16>, error: String, next: Option<Moment>) -> Self {
        Self {
            status,
            error: Some(error),
            next,
        }
    }
}

/// The status by which an endpoint says that it is not there any more.
pub(super) const GONE: u16 = 410;

/// Records a try of a delivery that still waits, and what it means for its endpoint.
pub(super) fn record(
    tx: &Tx<'_>,
    delivery: &Delivery,
    tried: &Try,
    disable_after: u32,
    now: Moment,
) -> Result<(), DbError> {
    let arrived = tried.error.is_none();
    let state = match tried.next {
        _ if arrived => Outcome::Delivered,
        Some(_) => Outcome::Pending,
        None => Outcome::Failed,
    };
    let changed = tx.run(
        "UPDATE deliveries SET state = ?2, due_at = ?3, status = ?4, error = ?5, tries = tries + 1, tried_at = ?6,
            delivered_at = CASE WHEN ?2 = 'delivered' THEN ?6 END WHERE id = ?1 AND state = 'pending'",
        rusqlite::params![
            delivery.id,
            state,
            tried.next,
            tried.status,
            tried.error,
            now
        ],
    )?;
    match (changed, delivery.webhook_id) {
        (0, _) | (_, None) => Ok(()),
        (_, Some(webhook)) if arrived => endpoints::praise(tx, webhook),
        (_, Some(webhook)) if tried.status == Some(GONE) => {
            endpoints::disable(tx, webhook, State::Gone, now)
        }
        (_, Some(webhook)) if state == Outcome::Failed && delivery.event != Event::Test => {
            endpoints::blame(tx, webhook, disable_after, now)
        }
        (_, Some(_)) => Ok(()),
    }
}

/// What waits for an endpoint goes to its new address.
pub(super) fn redirect(tx: &Tx<'_>, webhook: WebhookId, url: &str) -> Result<(), DbError> {
    tx.run(
        "UPDATE deliveries SET url = ?2 WHERE webhook_id = ?1 AND state = 'pending'",
        (webhook, url),
    )?;
    Ok(())
}

/// Gives up what waits for an endpoint.
pub(super) fn give_up_all(tx: &Tx<'_>, webhook: WebhookId, why: &str) -> Result<(), DbError> {
    tx.run(
        "UPDATE deliveries SET state = 'failed', due_at = NULL, error = ?2
         WHERE webhook_id = ?1 AND state = 'pending'",
        (webhook, why),
    )?;
    Ok(())
}

/// Forgets the URLs that a user's jobs brought along, and what waits to be sent.
pub(super) fn silence(tx: &Tx<'_>, user: UserId) -> Result<(), DbError> {
    tx.run("DELETE FROM job_webhooks WHERE user_id = ?1", [user])?;
    tx.run(
        "DELETE FROM deliveries WHERE user_id = ?1 AND state = 'pending'",
        [user],
    )?;
    Ok(())
}

/// Deletes up to 500 deliveries of a user; answers how many went.
pub fn forget_some_of(tx: &Tx<'_>, user: UserId) -> Result<usize, DbError> {
    Ok(tx.run(
        "DELETE FROM deliveries WHERE seq IN (SELECT seq FROM deliveries WHERE user_id = ?1 LIMIT 500)",
        [user],
    )?)
}

/// Deletes deliveries older than `before` that no longer wait, at most `limit`; answers how many went.
pub fn forget(tx: &Tx<'_>, before: Moment, limit: u32) -> Result<usize, DbError> {
    Ok(tx.run(
        "DELETE FROM deliveries WHERE seq IN
            (SELECT seq FROM deliveries WHERE created_at < ?1 AND state <> 'pending' LIMIT ?2)",
        (before, limit),
    )?)
}

/// What a list of deliveries is filtered by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only to this endpoint.
    pub webhook: Option<WebhookId>,
    /// Only of this job.
    pub job: Option<JobId>,
    /// Only in this state.
    pub state: Option<Outcome>,
}

impl Webhooks {
    /// Deliveries of a user before `cursor`, newest first.
    pub async fn deliveries(
        &self,
        user: UserId,
        filter: Filter,
        cursor: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Delivery>, DbError> {
        // What is not filtered by is equal to itself; the planner goes by user and order in every case.
        let sql = format!(
            "SELECT {COLUMNS} FROM deliveries WHERE user_id = ?1 AND seq < ?2
                AND (?3 IS NULL OR webhook_id = ?3) AND (?4 IS NULL OR job_id = ?4)
                AND (?5 IS NULL OR state = ?5) ORDER BY seq DESC LIMIT ?6"
        );
        self.db
            .report(move |r| {
                let before = cursor.unwrap_or(i64::MAX);
                let Filter {
                    webhook,
                    job,
                    state,
                } = filter;
                let params = (user, before, webhook, job, state, limit);
                Ok(r.all(&sql, params, Delivery::from_row)?)
            })
            .await
    }

    /// A delivery of a user.
    pub fn delivery(&self, user: UserId, id: EventId) -> Result<Delivery, WebhookError> {
        let sql = format!("SELECT {COLUMNS} FROM deliveries WHERE id = ?1 AND user_id = ?2");
        let found = self.db.read(|r| {
            let found = r.first(&sql, (id, user), Delivery::from_row);
            found.map_err(DbError::from)
        })?;
        found.ok_or(WebhookError::Unknown)
    }

    /// Sends a delivery again, now, with a whole new schedule and the same id.
    pub async fn replay(
        &self,
        user: UserId,
        id: EventId,
        now: Moment,
    ) -> Result<Delivery, WebhookError> {
        let old = self.delivery(user, id)?;
        if let Some(webhook) = old.webhook_id
            && !self.find(user, webhook)?.enabled
        {
            return Err(WebhookError::Disabled);
        }
        self.db
            .write(move |tx| {
                tx.run(
                    "UPDATE deliveries SET state = 'pending', tries = 0, due_at = ?2, status = NULL, error = NULL,
                        delivered_at = NULL WHERE id = ?1",
                    (id, tx.clamp(now)),
                )?;
                Ok::<_, DbError>(())
            })
            .await?;
        self.post.notify_one();
        self.delivery(user, id)
    }

    /// Puts a test for an endpoint into the outbox, due at `due` if nobody sends it before.
    pub(super) async fn add_test(
        &self,
        user: UserId,
        webhook: WebhookId,
        (now, due): (Moment, Moment),
    ) -> Result<Delivery, WebhookError> {
        let url = self.find(user, webhook)?.url;
        let id = self
            .db
            .write(move |tx| {
                add(
                    tx,
                    (user, Some(webhook), &url),
                    Event::Test,
                    None,
                    (tx.clamp(now), due),
                )
            })
            .await?;
        self.delivery(user, id)
    }
}

#[cfg(test)]
mod tests;
