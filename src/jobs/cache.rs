//! The result cache: the same inputs and settings, of the same user, make the same picture.

use aws_lc_rs::digest;
use moka::sync::Cache;
use serde::{Deserialize, Serialize};

use crate::ids::{UserId, WorkId};
use crate::jobs::job::Label;
use crate::kinds::{Choice, Params};

/// The section `cache` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Whether earlier results answer at all.
    pub enabled: bool,
    /// Keys remembered in memory; the table decides, memory only saves the look-up.
    pub entries: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enabled: true,
            entries: 10_000,
        }
    }
}

/// Raised when the studio changes so much that old pictures should not answer. What models are told has a version of its
/// own, in the recipe of each model.
const PROMPT_VERSION: u32 = 1;

/// What a picture depends on.
pub(super) struct Ingredients<'a> {
    /// Whose it is; results never cross users.
    pub(super) user: UserId,
    /// Kind, settings, quality, output and seed.
    pub(super) params: &'a Params,
    /// The SHA-256 of each input with its role, in order.
    pub(super) inputs: &'a [(&'a str, &'a [u8])],
    /// Whether the AI label is visible.
    pub(super) label: Label,
    /// The language of the label.
    pub(super) language: &'a str,
    /// The routing list in force.
    pub(super) route: &'a str,
}

/// The hash that a picture can be found by.
pub(super) fn key(of: &Ingredients<'_>) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    let mut add = |part: &[u8]| {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    };
    add(&PROMPT_VERSION.to_be_bytes());
    add(of.user.to_string().as_bytes());
    add(of.params.kind.id().as_bytes());
    add(format!("{:?}", of.params.settings).as_bytes());
    add(of.params.quality.id().as_bytes());
    add(format!("{:?}", of.params.output).as_bytes());
    add(&of.params.seed.to_be_bytes());
    add(of.label.id().as_bytes());
    add(of.language.as_bytes());
    add(of.route.as_bytes());
    for (role, hash) in of.inputs {
        add(role.as_bytes());
        add(hash);
    }
    let mut key = [0; 32];
    key.copy_from_slice(context.finish().as_ref());
    key
}

/// Keys whose works were seen lately.
#[derive(Clone)]
pub(super) struct ResultCache {
    enabled: bool,
    works: Cache<[u8; 32], WorkId>,
}

impl ResultCache {
    /// An empty cache.
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            enabled: settings.enabled,
            works: Cache::new(settings.entries),
        }
    }

    /// False if every job is fresh by configuration.
    pub(super) const fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// A work that may answer; the table decides.
    pub(super) fn hint(&self, key: &[u8; 32]) -> Option<WorkId> {
        self.works.get(key)
    }

    /// Remembers which work answers.
    pub(super) fn remember(&self, key: [u8; 32], work: WorkId) {
        self.works.insert(key, work);
    }
}
