//! `[blobs]` in the configuration.

use serde::{Deserialize, Serialize};

/// Which storage new blobs are written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// Files below the data directory.
    #[default]
    Local,
}

/// Where pictures are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The storage that new blobs are written to.
    pub backend: Backend,
}
