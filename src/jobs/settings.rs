//! The section `jobs` of the configuration.

use serde::{Deserialize, Serialize};

/// How jobs are queued and run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Jobs of one user that may be in the queue at once; the rest wait behind them.
    pub per_user: u32,
    /// Claims held at once; 0 accepts jobs and runs none.
    pub concurrency: usize,
    /// Seconds before each retry; their number is the number of retries.
    pub retry_delays_secs: Vec<u32>,
    /// Seconds after which a run is ended as `timeout`.
    pub limit_secs: u32,
    /// Seconds a graceful stop waits for running jobs.
    pub drain_secs: u32,
    /// Free space in `data_dir`, in MB, below which nothing new is taken.
    pub min_free_mb: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            per_user: 4,
            concurrency: 64,
            retry_delays_secs: vec![5, 10, 15],
            limit_secs: 900,
            drain_secs: 300,
            min_free_mb: 1000,
        }
    }
}
