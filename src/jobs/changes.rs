//! The bell: who waits for a job to change is told after the commit.

use tokio::sync::{Notify, broadcast};

use crate::ids::{JobId, UserId};

/// A job that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whose job.
    pub user: UserId,
    /// Which job.
    pub job: JobId,
}

/// Wakes workers when there is work, and watchers when a job changes.
pub struct Bell {
    work: Notify,
    changes: broadcast::Sender<Change>,
}

impl Default for Bell {
    fn default() -> Self {
        Self {
            work: Notify::new(),
            changes: broadcast::channel(1024).0,
        }
    }
}

impl Bell {
    /// There may be a job to claim.
    pub fn ring(&self) {
        self.work.notify_one();
    }

    /// Waits for [`Bell::ring`]; one that came before counts.
    pub async fn rung(&self) {
        self.work.notified().await;
    }

    /// A job changed.
    pub fn tell(&self, change: Change) {
        // Nobody may be watching.
        let _ = self.changes.send(change);
    }

    /// Hears of changes from now on. Subscribe first, then read the row. A lagging watcher reads again.
    pub fn watch(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }
}
