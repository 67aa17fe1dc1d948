//! What is removed while the server runs: at once when something was deleted or erased, and at regular times.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::db::Db;
use crate::erase;
use crate::jobs::{Janitor, queue};
use crate::time::Moment;

const ROUND: Duration = Duration::from_secs(5 * 60);
const SWEEP: Duration = Duration::from_secs(24 * 3600);
/// How long after a start the first sweep comes: nothing walks through a storage while a server starts.
const FIRST_SWEEP: Duration = Duration::from_secs(3600);
/// How soon an erasure that waits for a running job is looked at again.
const AGAIN: Duration = Duration::from_secs(1);

/// Why the chores are done now.
enum Reason {
    /// Something was deleted, frozen or erased.
    Called,
    /// A few minutes have passed.
    Round,
    /// A day has passed.
    Sweep,
}

/// Does the chores until it is aborted.
pub(super) async fn work(db: Db, janitor: Arc<Janitor>, called: Arc<Notify>) {
    let mut rounds = tokio::time::interval(ROUND);
    let mut sweeps = tokio::time::interval_at(Instant::now() + FIRST_SWEEP, SWEEP);
    let mut waiting = false;
    loop {
        let reason = tokio::select! {
            () = called.notified() => Reason::Called,
            () = tokio::time::sleep(AGAIN), if waiting => Reason::Called,
            _ = rounds.tick() => Reason::Round,
            _ = sweeps.tick() => Reason::Sweep,
        };
        let now = Moment::now();
        if let Err(error) = queue::cancel_of_frozen(&db, now).await {
            tracing::error!(%error, "jobs of frozen users could not be cancelled");
        }
        waiting = match erase::go_on(&db, now).await {
            Ok(left) => left > 0,
            Err(error) => {
                tracing::error!(%error, "an erasure could not go on");
                true
            }
        };
        let cleaned = match reason {
            Reason::Called => janitor.bury(now).await,
            Reason::Round => janitor.round(now).await,
            Reason::Sweep => janitor.sweep(now).await,
        };
        if let Err(error) = cleaned {
            tracing::warn!(%error, "cleaning was cut short");
        }
    }
}
