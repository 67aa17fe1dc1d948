//! The bell: who waits for a job to change is told after the commit.

use std::collections::hash_map::DefaultHasher;
use std::hash::{BuildHasher, BuildHasherDefault};
use std::sync::Arc;

use tokio::sync::broadcast::error::RecvError;
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
    post: Arc<Notify>,
    /// One rope for some of the users each, so that a change wakes few who do not care.
    ropes: Vec<broadcast::Sender<Change>>,
}

const ROPES: usize = 256;
/// Changes that a watcher may be behind before it is only told that it is.
const BEHIND: usize = 64;

impl Default for Bell {
    fn default() -> Self {
        Self {
            work: Notify::new(),
            post: Arc::default(),
            ropes: (0..ROPES).map(|_| broadcast::channel(BEHIND).0).collect(),
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
        let _ = self.rope(change.user).send(change);
    }

    /// A job may have ended: whoever sends its end out is woken as well.
    pub fn tell_end(&self, change: Change) {
        self.tell(change);
        self.post.notify_one();
    }

    /// Rings when ends may have to be sent out.
    pub fn post(&self) -> Arc<Notify> {
        Arc::clone(&self.post)
    }

    /// Hears of changes of this user's jobs from now on. Watch first, then read the rows.
    pub fn watch(&self, user: UserId) -> Watcher {
        Watcher {
            user,
            changes: self.rope(user).subscribe(),
        }
    }

    fn rope(&self, user: UserId) -> &broadcast::Sender<Change> {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(user);
        &self.ropes[hash as usize % ROPES]
    }
}

/// Hears of the changes of one user's jobs.
pub struct Watcher {
    user: UserId,
    changes: broadcast::Receiver<Change>,
}

impl Watcher {
    /// Waits until a job of the user (`only` this one, if named) has changed since the last call, or may have.
    pub async fn changed(&mut self, only: Option<JobId>) {
        loop {
            match self.changes.recv().await {
                Ok(change) if self.cares(change, only) => break,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => break,
                // The bell is gone: nothing changes any more.
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
        // Whatever else has changed by now is seen by the same reading.
        self.changes = self.changes.resubscribe();
    }

    fn cares(&self, change: Change, only: Option<JobId>) -> bool {
        change.user == self.user && only.is_none_or(|job| job == change.job)
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn is_told(watcher: &mut Watcher, only: Option<JobId>) -> bool {
        let mut told = std::pin::pin!(watcher.changed(only));
        told.as_mut().poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
    }

    #[test]
    fn a_watcher_is_told_once_of_what_it_cares_for() {
        let bell = Bell::default();
        let (anna, bert) = (UserId::new(), UserId::new());
        let (job, other) = (JobId::new(), JobId::new());
        let mut watcher = bell.watch(anna);
        bell.tell(Change { user: bert, job });
        assert!(!is_told(&mut watcher, None));
        bell.tell(Change { user: anna, job });
        bell.tell(Change { user: anna, job });
        assert!(!is_told(&mut watcher, Some(other)));
        bell.tell(Change { user: anna, job });
        assert!(is_told(&mut watcher, Some(job)));
        assert!(!is_told(&mut watcher, None));
    }

    #[test]
    fn whoever_is_far_behind_is_told_to_look() {
        let bell = Bell::default();
        let user = UserId::new();
        let mut watcher = bell.watch(user);
        for _ in 0..2 * BEHIND {
            let job = JobId::new();
            bell.tell(Change { user, job });
        }
        assert!(is_told(&mut watcher, Some(JobId::new())));
        assert!(!is_told(&mut watcher, None));
    }
}
