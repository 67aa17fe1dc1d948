//! The courier: sends what is due, a few at a time and of everybody, and records how it went.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand;
use futures_util::FutureExt;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::outbox::{self, Delivery, Event, Try};
use super::{Describe, WebhookError, Webhooks, secrets, signature};
use crate::db::{DbError, Lane, Reader};
use crate::ids::{EventId, UserId, WebhookId};
use crate::net::FetchError;
use crate::time::Moment;

/// Deliveries on the way at once, of one user and of all: one slow server holds back only its owner.
const ON_THE_WAY: (u32, u32) = (4, 64);
/// The safety net under the bell.
const POLL: Duration = Duration::from_secs(5);
/// How long a delivery rests whose try could not be recorded: better late than sent over and over.
const UNRECORDED: Duration = Duration::from_secs(60);
/// How long the outbox leaves a test to whoever asked for it, in seconds.
const TEST_SECS: i64 = 600;

/// Sends what is due.
#[derive(Clone)]
pub struct Courier {
    webhooks: Webhooks,
    jobs: Arc<dyn Describe>,
}

/// Why a try failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the endpoint answered with status {0}")]
    Status(u16),
    #[error(transparent)]
    Unreached(#[from] FetchError),
    #[error("what happened cannot be told now")]
    Untold,
    #[error("what happened cannot be told any more")]
    Forgotten,
    #[error("the URL or the secret is not there any more")]
    Nowhere,
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Courier {
    /// A courier who asks `jobs` what to tell.
    pub fn new(webhooks: Webhooks, jobs: Arc<dyn Describe>) -> Self {
        Self { webhooks, jobs }
    }

    /// Sends until `stop`, then waits for the answers that are under way.
    pub async fn work(self, stop: CancellationToken) {
        let mut on_the_way = HashSet::new();
        let mut tries = JoinSet::new();
        while !stop.is_cancelled() {
            for delivery in self.due(&on_the_way).await {
                on_the_way.insert(delivery.id);
                tries.spawn(self.clone().carry(delivery));
            }
            tokio::select! {
                () = stop.cancelled() => {}
                Some(done) = tries.join_next() => {
                    // A try catches its own panics, so it always says which it was.
                    if let Ok(id) = done {
                        on_the_way.remove(&id);
                    }
                }
                () = self.webhooks.post.notified() => {}
                () = tokio::time::sleep(self.until_due()) => {}
            }
        }
        while tries.join_next().await.is_some() {}
    }

    async fn due(&self, on_the_way: &HashSet<EventId>) -> Vec<Delivery> {
        let now = Moment::now();
        let read = move |r: &Reader<'_>| outbox::due(r, now, ON_THE_WAY);
        let mut due = self.webhooks.db.report(read).await.unwrap_or_else(|error| {
            tracing::error!(%error, "due deliveries could not be read");
            Vec::new()
        });
        due.retain(|delivery| !on_the_way.contains(&delivery.id));
        due
    }

    fn until_due(&self) -> Duration {
        let now = Moment::now();
        let next = self.webhooks.db.read(|r| outbox::next_due(r, now));
        let wait = next.ok().flatten().map_or(i64::MAX, |at| at.since(now));
        POLL.min(Duration::from_millis(wait.max(1).unsigned_abs()))
    }

    /// Sends a delivery once, whatever happens inside.
    async fn carry(self, delivery: Delivery) -> EventId {
        let id = delivery.id;
        match AssertUnwindSafe(self.try_once(&delivery))
            .catch_unwind()
            .await
        {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::error!(delivery = %id, %error, "a try could not be recorded");
                tokio::time::sleep(UNRECORDED).await;
            }
            Err(_) => {
                tracing::error!(delivery = %id, "a try panicked");
                tokio::time::sleep(UNRECORDED).await;
            }
        }
        id
    }

    async fn try_once(&self, delivery: &Delivery) -> Result<(), DbError> {
        let sent = match self.tell(delivery).await {
            Ok(data) => self.webhooks.send(delivery, data).await,
            Err(failure) => Err(failure),
        };
        self.webhooks.record(delivery, sent, true).await
    }

    async fn tell(&self, delivery: &Delivery) -> Result<Value, Failure> {
        let Some(job) = delivery.job_id else {
            return Ok(test_data(delivery));
        };
        match self.jobs.job(job, Moment::now()).await {
            Ok(told) => told.ok_or(Failure::Forgotten),
            Err(error) => {
                tracing::warn!(%job, %error, "a job could not be described");
                Err(Failure::Untold)
            }
        }
    }
}

impl Webhooks {
    /// Sends a test to an endpoint now, enabled or not, and answers how it went.
    pub async fn test(
        &self,
        user: UserId,
        webhook: WebhookId,
        now: Moment,
    ) -> Result<Delivery, WebhookError> {
        let due = now.plus_secs(TEST_SECS);
        let delivery = self.add_test(user, webhook, (now, due)).await?;
        let sent = self.send(&delivery, test_data(&delivery)).await;
        self.record(&delivery, sent, false).await?;
        self.delivery(user, delivery.id)
    }

    /// Sends a delivery; answers the status of success.
    async fn send(&self, delivery: &Delivery, data: Value) -> Result<u16, Failure> {
        let url = Url::parse(&delivery.url).map_err(|_| Failure::Nowhere)?;
        let owner = delivery
            .webhook_id
            .map_or_else(|| delivery.user.to_string(), |id| id.to_string());
        let now = Moment::now();
        let keys = self.db.read(|r| secrets::keys(r, &owner, now))?;
        let keys = keys.ok_or(Failure::Nowhere)?;
        let body = body(delivery.event, delivery.created_at, data);
        let headers = headers(delivery.id, now.secs(), &keys, &body);
        let limit = Duration::from_secs(u64::from(self.settings.timeout_secs.get()));
        let status = self.fetcher.post(&url, headers, body, limit).await?;
        if (200..300).contains(&status) {
            Ok(status)
        } else {
            Err(Failure::Status(status))
        }
    }

    async fn record(
        &self,
        delivery: &Delivery,
        sent: Result<u16, Failure>,
        again: bool,
    ) -> Result<(), DbError> {
        let told = if sent.is_ok() { "arrived" } else { "failed" };
        metrics::counter!("atelier_webhook_tries_total", "ended" => told).increment(1);
        let now = Moment::now();
        let tried = match sent {
            Ok(status) => Try::arrived(status),
            Err(failure) => {
                tracing::debug!(delivery = %delivery.id, %failure, "a delivery did not arrive");
                let next = self.next_try(delivery, &failure).filter(|_| again);
                Try::failed(status_of(&failure), failure.to_string(), next)
            }
        };
        let (delivery, disable_after) = (delivery.clone(), self.settings.disable_after);
        self.db
            .write_on(Lane::Workers, move |tx| {
                outbox::record(tx, &delivery, &tried, disable_after, tx.clamp(now))
            })
            .await
    }

    /// When a delivery is sent again after this failure; never if nothing can change.
    fn next_try(&self, delivery: &Delivery, failure: &Failure) -> Option<Moment> {
        match failure {
            Failure::Status(outbox::GONE) | Failure::Forgotten | Failure::Nowhere => None,
            Failure::Status(_) | Failure::Unreached(_) | Failure::Untold | Failure::Db(_) => {
                let mut jitter = [0];
                rand::fill(&mut jitter).expect("the system has a source of randomness");
                let delay = self.settings.delay_ms(delivery.tries + 1, jitter[0])?;
                Some(Moment::from_millis(Moment::now().millis() + delay))
            }
        }
    }
}

const fn status_of(failure: &Failure) -> Option<u16> {
    match failure {
        Failure::Status(status) => Some(*status),
        Failure::Unreached(_)
        | Failure::Untold
        | Failure::Forgotten
        | Failure::Nowhere
        | Failure::Db(_) => None,
    }
}

fn test_data(delivery: &Delivery) -> Value {
    json!({ "webhook_id": delivery.webhook_id })
}

/// The body of Standard Webhooks: what, when, and the thing itself.
fn body(event: Event, at: Moment, data: Value) -> String {
    json!({ "type": event, "timestamp": at, "data": data }).to_string()
}

fn headers(id: EventId, timestamp_secs: i64, keys: &[Vec<u8>], body: &str) -> HeaderMap {
    let signature = signature::sign(keys, &id.to_string(), timestamp_secs, body);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in [
        ("webhook-id", id.to_string()),
        ("webhook-timestamp", timestamp_secs.to_string()),
        ("webhook-signature", signature),
    ] {
        let value = HeaderValue::try_from(value).expect("letters, digits and base64");
        headers.insert(name, value);
    }
    headers
}
