//! Webhooks: the ends of jobs, told to the servers of their owners, as [Standard Webhooks](https://www.standardwebhooks.com).
//!
//! The outbox row is written in the transaction that ends a job, so an end is never untold; the courier sends it until
//! it has arrived or the schedule is over, also after a restart. What a job looks like is said by whoever knows
//! ([`Describe`]), at each sending, so that its links are fresh.

mod courier;
mod endpoints;
mod outbox;
mod secrets;
mod settings;
mod signature;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::Notify;

pub use courier::Courier;
pub use endpoints::{Change, Endpoint, State, WebhookError};
pub use outbox::{
    Delivery, Event, Filter, Outcome, announce, follow, forget, forget_some_of, remember,
};
pub use secrets::Secret;
pub use settings::Settings;

use crate::db::{Db, DbError, Tx};
use crate::ids::{JobId, UserId};
use crate::net::{FetchError, Fetcher};
use crate::time::Moment;

/// Says what a job looks like to its owner at a moment; none if it cannot be shown any more.
#[async_trait]
pub trait Describe: Send + Sync {
    /// The job as `GET /v1/jobs/{id}` answers it.
    async fn job(&self, job: JobId, now: Moment) -> Result<Option<Value>, DescribeError>;
}

/// Why a job could not be described now.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DescribeError(pub String);

/// Endpoints, secrets and deliveries of all users. Clones share it.
#[derive(Clone)]
pub struct Webhooks {
    db: Db,
    fetcher: Arc<Fetcher>,
    settings: Settings,
    post: Arc<Notify>,
}

impl Webhooks {
    /// Webhooks that are sent through `fetcher`. Whoever commits an end of a job rings `post`.
    pub fn new(db: Db, fetcher: Arc<Fetcher>, settings: Settings, post: Arc<Notify>) -> Self {
        Self {
            db,
            fetcher,
            settings,
            post,
        }
    }

    /// Whether something may be sent to `url`: its form, and every address of its host now.
    pub async fn check(&self, url: &url::Url) -> Result<(), FetchError> {
        self.fetcher.check(url).await
    }
}

/// Forgets where a user wanted to be told, so that nothing more is sent; their deliveries go by [`forget_some_of`].
pub fn silence(tx: &Tx<'_>, user: UserId) -> Result<(), DbError> {
    outbox::silence(tx, user)?;
    endpoints::delete_all_of(tx, user)?;
    secrets::delete_all_of(tx, user)
}
