//! Free space: below the limit nothing new is taken, while running jobs still finish.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Watches the file system of the data directory.
pub struct Space {
    directory: PathBuf,
    min_free: u64,
    seen: Mutex<Option<(Instant, bool)>>,
}

/// How long a reading is good for.
const FRESH: Duration = Duration::from_secs(1);

impl Space {
    /// Watches `directory` for at least `min_free_mb` MB.
    pub fn new(directory: PathBuf, min_free_mb: u64) -> Self {
        Self {
            directory,
            min_free: min_free_mb * 1_000_000,
            seen: Mutex::new(None),
        }
    }

    /// True while there is room for new pictures. A file system that cannot be asked counts as having room.
    pub fn is_enough(&self) -> bool {
        let mut seen = self
            .seen
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((at, enough)) = *seen
            && at.elapsed() < FRESH
        {
            return enough;
        }
        let enough = self.free_bytes().is_none_or(|free| free >= self.min_free);
        *seen = Some((Instant::now(), enough));
        enough
    }

    /// Bytes that can still be written, if the file system tells.
    pub fn free_bytes(&self) -> Option<u64> {
        let stat = rustix::fs::statvfs(&self.directory).ok()?;
        Some(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
}
