//! The routing lists of the configuration.

use std::collections::BTreeMap;

use crate::kinds::{Choice, Kind};
use crate::providers::{RoutingSettings, SettingsError};

/// What is wrong with the routing configuration.
#[derive(Debug, thiserror::Error)]
pub enum RouterError {
    /// A model or its provider cannot be used as it is set.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// `routing.kinds` names a list or a kind that does not exist.
    #[error("routing.kinds.{kind}: expected a kind's id and \"personal\" or \"business\"")]
    UnknownList {
        /// The key.
        kind: String,
    },
    /// `routing.first` names a kind that does not exist.
    #[error("routing.first.{kind}: expected a kind's id")]
    UnknownKind {
        /// The key.
        kind: String,
    },
}

/// Names of models in the order of the configuration.
#[derive(Debug)]
pub(super) struct Lists {
    personal: Vec<String>,
    business: Vec<String>,
    kinds: BTreeMap<String, String>,
    first: BTreeMap<String, Vec<String>>,
}

impl Lists {
    /// The lists of these settings.
    pub(super) fn new(settings: &RoutingSettings) -> Result<Self, RouterError> {
        for (kind, list) in &settings.kinds {
            if Kind::from_id(kind).is_none() || !matches!(list.as_str(), "personal" | "business") {
                return Err(RouterError::UnknownList { kind: kind.clone() });
            }
        }
        if let Some(kind) = settings.first.keys().find(|k| Kind::from_id(k).is_none()) {
            return Err(RouterError::UnknownKind { kind: kind.clone() });
        }
        Ok(Self {
            personal: settings.personal.clone(),
            business: settings.business.clone(),
            kinds: settings.kinds.clone(),
            first: settings.first.clone(),
        })
    }

    /// The list for a kind and a user's mode, each name once.
    pub(super) fn names(&self, kind: Kind, mode: &str) -> Vec<String> {
        let list = match self.kinds.get(kind.id()).map_or(mode, String::as_str) {
            "business" => &self.business,
            _ => &self.personal,
        };
        let first = self.first.get(kind.id()).into_iter().flatten();
        let mut names: Vec<String> = Vec::new();
        for name in first.chain(list) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// A model's places in the personal and the business list, from 1.
    pub(super) fn places(&self, model: &str) -> (Option<usize>, Option<usize>) {
        let place = |list: &[String]| list.iter().position(|name| name == model).map(|at| at + 1);
        (place(&self.personal), place(&self.business))
    }

    /// Every name of every list, in their order.
    pub(super) fn all(&self) -> impl Iterator<Item = &String> {
        let first = self.first.values().flatten();
        self.personal.iter().chain(&self.business).chain(first)
    }
}
