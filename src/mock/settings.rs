//! What a mock does beside what a request asks for.

use serde::{Deserialize, Serialize};

/// How the mock behaves. All of it can be changed while it runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MockSettings {
    /// Milliseconds before every picture.
    pub latency_ms: u64,
    /// Milliseconds of the scene `slow`.
    pub slow_ms: u64,
    /// Share of calls for a picture that play one of `faults`, 0..=1.
    pub fault_rate: f64,
    /// Names of scenes; those that a vendor does not know are left out. Empty: everything that is no picture.
    pub faults: Vec<String>,
    /// Scenes of the next calls for a picture, in turn, before the rate applies.
    pub script: Vec<String>,
    /// How often a poll answers that the picture is being made.
    pub polls: u32,
    /// Requests that are kept to be looked at; the oldest go first.
    pub keep: usize,
}

impl Default for MockSettings {
    fn default() -> Self {
        Self {
            latency_ms: 0,
            slow_ms: 30_000,
            fault_rate: 0.0,
            faults: Vec::new(),
            script: Vec::new(),
            polls: 1,
            keep: 32,
        }
    }
}
