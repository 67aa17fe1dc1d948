//! What the service manager is told: ready, alive, stopping. Outside systemd nothing is said.

use std::time::{Duration, Instant};

use sd_notify::NotifyState;

use crate::db::{Db, DbError};

/// A writer that has not answered for so long is stuck.
const STUCK: Duration = Duration::from_secs(60);
const PATIENCE: Duration = Duration::from_secs(10);

/// The door is open.
pub(super) fn ready() {
    tell(NotifyState::Ready);
}

/// A stop has begun; it may take as long as running jobs take.
pub(super) fn stopping() {
    tell(NotifyState::Stopping);
}

/// Feeds the watchdog for as long as this runtime ticks and the database writer answers. Also while a stop drains.
pub(super) async fn feed(db: Db) {
    let Some(limit) = sd_notify::watchdog_enabled() else {
        return;
    };
    let mut beat = tokio::time::interval((limit / 4).min(PATIENCE));
    let mut answered = Instant::now();
    loop {
        beat.tick().await;
        let write = db.write(|_| Ok::<(), DbError>(()));
        match tokio::time::timeout(PATIENCE, write).await {
            Ok(Ok(())) => answered = Instant::now(),
            Ok(Err(error)) => tracing::warn!(%error, "the database writer refused a sign of life"),
            Err(_) => tracing::warn!("the database writer is slow to answer"),
        }
        if answered.elapsed() < STUCK {
            tell(NotifyState::Watchdog);
        }
    }
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}
