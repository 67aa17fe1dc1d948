//! The sections `providers`, `models` and `routing` of the configuration.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SandboxSettings;
use crate::kinds::choice;

choice! {
    /// A wire format.
    ProviderKind {
        Studio = "studio", "本地引擎", "The local engine";
        Sandbox = "sandbox", "沙盒", "A stand-in for tests and demos";
    }
}

/// One row of `[providers.<name>]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// Its wire format.
    pub kind: ProviderKind,
    /// What a sandbox plays.
    #[serde(default)]
    pub sandbox: SandboxSettings,
}

/// One row of `[models.<logical name>]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelSettings {
    /// The name of a provider.
    pub provider: String,
    /// Calls at once; further ones wait.
    #[serde(default = "default_concurrency")]
    pub concurrency: usize,
    /// Seconds after which the outcome of a call counts as unknown.
    #[serde(default = "default_timeout_secs")]
    pub timeout_secs: u32,
}

const fn default_concurrency() -> usize {
    16
}

const fn default_timeout_secs() -> u32 {
    180
}

/// Logical names in order of preference.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoutingSettings {
    /// For users in personal mode.
    #[serde(default)]
    pub personal: Vec<String>,
    /// For users in business mode, and for photos of products.
    #[serde(default)]
    pub business: Vec<String>,
    /// A kind's own list: the name of one of the lists above.
    #[serde(default)]
    pub kinds: BTreeMap<String, String>,
}

/// The three sections together.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `[providers]`
    pub providers: BTreeMap<String, ProviderSettings>,
    /// `[models]`
    pub models: BTreeMap<String, ModelSettings>,
    /// `[routing]`
    pub routing: RoutingSettings,
}
