//! What is wrong with one parameter of a job.

use crate::i18n::Words;

/// One rejected parameter: where it stands in the request, and why, for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {}", detail.en)]
pub struct BadParam {
    /// JSON Pointer into the request body.
    pub pointer: String,
    /// What is wrong, in both languages.
    pub detail: Words,
}

impl BadParam {
    /// A rejected parameter.
    pub fn new(pointer: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            detail: Words::new(zh, en),
        }
    }
}
