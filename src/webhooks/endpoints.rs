//! Endpoints: where a user wants to be told of the ends of all their jobs. The only file that writes them.

use rusqlite::Row;
use serde::Serialize;
use url::Url;

use super::secrets::{self, Secret};
use super::{Webhooks, outbox};
use crate::db::{DbError, Query, Tx};
use crate::i18n::Words;
use crate::ids::{UserId, WebhookId};
use crate::kinds::{Choice, choice};
use crate::time::Moment;

choice! {
    /// Whether an endpoint is told, and why not.
    State {
        Active = "active", "启用", "Active";
        Paused = "paused", "已由您停用", "Switched off by you";
        Gone = "gone", "对方回答 410 Gone，已停用", "Disabled: it answered 410 Gone";
        Failing = "failing", "连续多次无法送达，已停用", "Disabled: too many deliveries in a row did not arrive";
    }
}

/// An endpoint.
#[derive(Clone, Debug, Serialize)]
pub struct Endpoint {
    /// Its id.
    pub id: WebhookId,
    /// Where it is.
    pub url: String,
    /// What its owner calls it.
    pub description: Option<String>,
    /// True if it is told.
    pub enabled: bool,
    /// Whether it is told, and why not.
    pub state: State,
    /// The same in words.
    pub note: Words,
    /// Deliveries given up since the last one that arrived.
    pub given_up: u32,
    /// When it was made.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

/// What an owner changes.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Where it is.
    pub url: Option<Url>,
    /// What it is called; an empty one is none.
    pub description: Option<String>,
    /// Whether it is told.
    pub enabled: Option<bool>,
}

/// Why an endpoint is not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// There is no such endpoint or delivery of this user.
    #[error("there is no such endpoint or delivery")]
    Unknown,
    /// The user has as many as there may be.
    #[error("there may be {0} endpoints")]
    TooMany(u32),
    /// The endpoint is disabled, so nothing is sent to it.
    #[error("the endpoint is disabled")]
    Disabled,
    /// The account is not active.
    #[error("the account is not active")]
    Inactive,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<rusqlite::Error> for WebhookError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Db(error.into())
    }
}

const COLUMNS: &str = "id, url, description, state, given_up, created_at, updated_at";

impl Endpoint {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let state: State = row.get("state")?;
        Ok(Self {
            id: row.get("id")?,
            url: row.get("url")?,
            description: row.get("description")?,
            enabled: state == State::Active,
            state,
            note: state.label().into(),
            given_up: row.get("given_up")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

impl Webhooks {
    /// Every endpoint of a user, oldest first; there are few.
    pub fn list(&self, user: UserId) -> Result<Vec<Endpoint>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM webhooks WHERE user_id = ?1 ORDER BY seq");
        self.db
            .read(|r| Ok(r.all(&sql, [user], Endpoint::from_row)?))
    }

    /// The endpoint of a user with this id.
    pub fn find(&self, user: UserId, id: WebhookId) -> Result<Endpoint, WebhookError> {
        self.db.read(|r| find(r, user, id))
    }

    /// Makes an endpoint; the URL has been checked.
    pub async fn create(
        &self,
        user: UserId,
        url: Url,
        description: Option<String>,
        now: Moment,
    ) -> Result<(Endpoint, Secret), WebhookError> {
        let most = self.settings.per_user;
        self.db
            .write(move |tx| {
                let now = tx.clamp(now);
                let (active, count): (bool, u32) = tx.one(
                    "SELECT (SELECT state FROM users WHERE id = ?1) = 'active',
                            (SELECT count(*) FROM webhooks WHERE user_id = ?1)",
                    [user],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )?;
                if !active {
                    return Err(WebhookError::Inactive);
                }
                if count >= most {
                    return Err(WebhookError::TooMany(most));
                }
                let id = WebhookId::new();
                tx.run(
                    "INSERT INTO webhooks (id, user_id, url, description, created_at, updated_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
                    (id, user, url.as_str(), description, now),
                )?;
                let secret = secrets::load_or_make(tx, &id.to_string(), user)?;
                Ok((find(tx, user, id)?, secret))
            })
            .await
    }

    /// Changes an endpoint. Enabling it forgives what it failed to take.
    pub async fn change(
        &self,
        user: UserId,
        id: WebhookId,
        change: Change,
        now: Moment,
    ) -> Result<Endpoint, WebhookError> {
        self.db
            .write(move |tx| {
                let old = find(tx, user, id)?;
                let state = match change.enabled {
                    Some(true) => State::Active,
                    Some(false) if old.enabled => State::Paused,
                    Some(false) | None => old.state,
                };
                let url = change.url.map_or(old.url, String::from);
                let description = change.description.or(old.description);
                let description = description.filter(|text| !text.is_empty());
                let forgiven = change.enabled == Some(true);
                tx.run(
                    "UPDATE webhooks SET url = ?2, description = ?3, state = ?4, updated_at = ?5,
                        given_up = CASE WHEN ?6 THEN 0 ELSE given_up END WHERE id = ?1",
                    (id, &url, description, state, tx.clamp(now), forgiven),
                )?;
                outbox::redirect(tx, id, &url)?;
                if state != State::Active {
                    outbox::give_up_all(tx, id, "the endpoint is disabled")?;
                }
                find(tx, user, id)
            })
            .await
    }

    /// Deletes an endpoint; what waits for it is not sent.
    pub async fn delete(&self, user: UserId, id: WebhookId) -> Result<(), WebhookError> {
        self.db
            .write(move |tx| {
                find(tx, user, id)?;
                outbox::give_up_all(tx, id, "the endpoint was deleted")?;
                secrets::delete(tx, &id.to_string())?;
                tx.run("DELETE FROM webhooks WHERE id = ?1", [id])?;
                Ok(())
            })
            .await
    }

    /// The secret that signs for an endpoint; for the URLs of jobs if there is none.
    pub async fn secret(
        &self,
        user: UserId,
        endpoint: Option<WebhookId>,
    ) -> Result<Secret, WebhookError> {
        self.db
            .write(move |tx| {
                let owner = owner(tx, user, endpoint)?;
                Ok(secrets::load_or_make(tx, &owner, user)?)
            })
            .await
    }

    /// Replaces that secret; the one before signs as well for a day.
    pub async fn rotate_secret(
        &self,
        user: UserId,
        endpoint: Option<WebhookId>,
        now: Moment,
    ) -> Result<Secret, WebhookError> {
        self.db
            .write(move |tx| {
                let owner = owner(tx, user, endpoint)?;
                Ok(secrets::rotate(tx, &owner, user, tx.clamp(now))?)
            })
            .await
    }
}

fn find(db: &impl Query, user: UserId, id: WebhookId) -> Result<Endpoint, WebhookError> {
    let sql = format!("SELECT {COLUMNS} FROM webhooks WHERE id = ?1 AND user_id = ?2");
    let found = db.first(&sql, (id, user), Endpoint::from_row)?;
    found.ok_or(WebhookError::Unknown)
}

fn owner(tx: &Tx<'_>, user: UserId, endpoint: Option<WebhookId>) -> Result<String, WebhookError> {
    match endpoint {
        Some(id) => Ok(find(tx, user, id)?.id.to_string()),
        None => Ok(user.to_string()),
    }
}

/// A delivery to this endpoint arrived.
pub(super) fn praise(tx: &Tx<'_>, id: WebhookId) -> Result<(), DbError> {
    tx.run(
        "UPDATE webhooks SET given_up = 0 WHERE id = ?1 AND given_up > 0",
        [id],
    )?;
    Ok(())
}

/// A delivery to this endpoint was given up; after `most` in a row it is disabled.
pub(super) fn blame(tx: &Tx<'_>, id: WebhookId, most: u32, now: Moment) -> Result<(), DbError> {
    tx.run(
        "UPDATE webhooks SET given_up = given_up + 1 WHERE id = ?1",
        [id],
    )?;
    let failing = tx.first(
        "SELECT 1 FROM webhooks WHERE id = ?1 AND given_up >= ?2",
        (id, most),
        |_| Ok(()),
    )?;
    if failing.is_some() {
        disable(tx, id, State::Failing, now)?;
    }
    Ok(())
}

/// Disables an endpoint that is told; what waits for it is given up.
pub(super) fn disable(
    tx: &Tx<'_>,
    id: WebhookId,
    state: State,
    now: Moment,
) -> Result<(), DbError> {
    let changed = tx.run(
        "UPDATE webhooks SET state = ?2, updated_at = ?3 WHERE id = ?1 AND state = 'active'",
        (id, state, now),
    )?;
    if changed > 0 {
        tracing::info!(webhook = %id, state = state.id(), "a webhook was disabled");
        outbox::give_up_all(tx, id, "the endpoint is disabled")?;
    }
    Ok(())
}

/// Forgets every endpoint of a user.
pub(super) fn delete_all_of(tx: &Tx<'_>, user: UserId) -> Result<(), DbError> {
    tx.run("DELETE FROM webhooks WHERE user_id = ?1", [user])?;
    Ok(())
}
