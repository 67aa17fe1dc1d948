//! The section `webhooks` of the configuration.

use serde::{Deserialize, Serialize};

/// The section `webhooks`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Seconds before each further try of a delivery; after the last one it is given up.
    pub retry_delays_secs: Vec<u32>,
    /// Seconds that an endpoint has for its answer.
    pub timeout_secs: std::num::NonZeroU32,
    /// Deliveries given up in a row after which an endpoint is disabled.
    pub disable_after: u32,
    /// Endpoints of one user.
    pub per_user: u32,
}

impl Settings {
    /// How long after the `tries`-th failed try the next one comes, in milliseconds; none if that was the last.
    /// `jitter` (0..=255) spreads tries that failed together, by up to a tenth.
    pub(super) fn delay_ms(&self, tries: u32, jitter: u8) -> Option<i64> {
        let index = usize::try_from(tries).ok()?.checked_sub(1)?;
        let millis = i64::from(*self.retry_delays_secs.get(index)?) * 1000;
        Some(millis + millis * i64::from(jitter) / 2550)
    }
}
