//! The router: which models may make a picture, in which order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::Semaphore;

use super::{Adapters, Provider, STUDIO, Settings, SettingsError};
use crate::kinds::{Choice, Kind};

/// A model that can be called.
pub struct Model {
    /// Its logical name.
    pub name: String,
    /// The adapter that speaks its wire format.
    pub provider: Arc<dyn Provider>,
    /// Calls at once; a job waits here inside its run.
    pub slots: Semaphore,
    /// When the outcome of a call counts as unknown.
    pub timeout: Duration,
}

/// One row of a route: a name of the list and whether it can be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The logical name.
    pub model: String,
    /// Its place in the list, from 1.
    pub priority: usize,
    /// True if it is configured.
    pub available: bool,
}

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
}

/// Knows the models and the lists.
pub struct Router {
    models: BTreeMap<String, Arc<Model>>,
    personal: Vec<String>,
    business: Vec<String>,
    kinds: BTreeMap<String, String>,
}

impl Router {
    /// Builds every configured model; `studio` is always there.
    pub fn new(settings: &Settings, adapters: &Adapters) -> Result<Self, RouterError> {
        let mut models = BTreeMap::new();
        for adapter in adapters.connect(settings)? {
            let timeout = Duration::from_secs(u64::from(adapter.settings.timeout_secs));
            let concurrency = adapter.settings.concurrency;
            let model = build(&adapter.name, adapter.provider, concurrency, timeout);
            models.insert(adapter.name, model);
        }
        models.entry(STUDIO.to_owned()).or_insert_with(|| {
            build(
                STUDIO,
                adapters.studio.clone(),
                Semaphore::MAX_PERMITS,
                Duration::from_secs(600),
            )
        });
        for (kind, list) in &settings.routing.kinds {
            if Kind::from_id(kind).is_none() || !matches!(list.as_str(), "personal" | "business") {
                return Err(RouterError::UnknownList { kind: kind.clone() });
            }
        }
        Ok(Self {
            models,
            personal: settings.routing.personal.clone(),
            business: settings.routing.business.clone(),
            kinds: settings.routing.kinds.clone(),
        })
    }

    /// The list in force for a kind and a mode, with what can be used. Without any configured model
    /// the list is just the studio; otherwise the studio is used only where a list names it.
    pub fn candidates(&self, kind: Kind, mode: &str) -> Vec<Candidate> {
        let list = match self.kinds.get(kind.id()).map_or(mode, String::as_str) {
            "business" => &self.business,
            _ => &self.personal,
        };
        let mut candidates: Vec<Candidate> = Vec::new();
        for name in list {
            if !candidates.iter().any(|c| &c.model == name) {
                candidates.push(Candidate {
                    model: name.clone(),
                    priority: candidates.len() + 1,
                    available: self.models.contains_key(name),
                });
            }
        }
        let configured = self.models.keys().any(|name| name != STUDIO);
        if !configured && !candidates.iter().any(|c| c.available) {
            candidates.push(Candidate {
                model: STUDIO.to_owned(),
                priority: candidates.len() + 1,
                available: true,
            });
        }
        candidates
    }

    /// The models to try for a kind and a mode, in order.
    pub fn route(&self, kind: Kind, mode: &str) -> Vec<Arc<Model>> {
        self.candidates(kind, mode)
            .iter()
            .filter_map(|c| self.models.get(&c.model).cloned())
            .collect()
    }

    /// What tells one routing list from another in a cache key.
    pub fn fingerprint(&self, kind: Kind, mode: &str) -> String {
        let usable = self
            .candidates(kind, mode)
            .into_iter()
            .filter(|c| c.available);
        let recipe = |c: Candidate| {
            let model = self.models.get(&c.model);
            let recipe = model.map(|model| model.provider.recipe());
            format!("{}:{}", c.model, recipe.unwrap_or_default())
        };
        usable.map(recipe).collect::<Vec<_>>().join(">")
    }
}

fn build(
    name: &str,
    provider: Arc<dyn Provider>,
    concurrency: usize,
    timeout: Duration,
) -> Arc<Model> {
    Arc::new(Model {
        name: name.to_owned(),
        provider,
        slots: Semaphore::new(concurrency.clamp(1, Semaphore::MAX_PERMITS)),
        timeout,
    })
}
