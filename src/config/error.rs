//! Why the settings cannot be used: which one, where it stands, and what is wrong with it.

use std::fmt::Display;

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}{reason}", Place { key, origin })]
pub struct ConfigError {
    key: String,
    origin: Option<String>,
    reason: String,
}

struct Place<'a> {
    key: &'a str,
    origin: &'a Option<String>,
}

impl Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.key, self.origin) {
            ("", None) => Ok(()),
            ("", Some(origin)) => write!(f, "{origin}: "),
            (key, None) => write!(f, "setting {key}: "),
            (key, Some(origin)) => write!(f, "setting {key} ({origin}): "),
        }
    }
}

impl ConfigError {
    /// The exit code of a process that ends because of this (as in sysexits.h).
    pub const EXIT_CODE: u8 = 78;

    pub(super) fn new(
        key: impl Into<String>,
        origin: Option<String>,
        reason: impl Display,
    ) -> Self {
        Self {
            key: key.into(),
            origin,
            reason: reason.to_string(),
        }
    }
}
