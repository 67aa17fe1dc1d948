//! Puts adapters together: one for each model that is configured.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::ark::Ark;
use super::dashscope::Dashscope;
use super::fashn::Fashn;
use super::gemini::Gemini;
use super::http::Http;
use super::openai::Openai;
use super::openrouter::Openrouter;
use super::prompts::Prompts;
use super::upstream::Upstream;
use super::{Configured, ModelSettings, Provider, ProviderKind, Sandbox, Settings, SettingsError};
use crate::imaging::CpuPool;
use crate::net::Fetcher;

/// What adapters work with.
pub struct Adapters {
    /// The local engine, which every model of the kind `studio` shares.
    pub studio: Arc<dyn Provider>,
    /// Where answers are decoded.
    pub pool: CpuPool,
    /// Fetches the pictures that answers name by URL.
    pub fetcher: Arc<Fetcher>,
}

/// A model that can be called.
pub struct Connected {
    /// Its logical name.
    pub name: String,
    /// The row of the model that is used under this name.
    pub settings: ModelSettings,
    /// The adapter, bound to the vendor's model.
    pub provider: Arc<dyn Provider>,
}

impl Adapters {
    /// An adapter for each configured model. Models of one provider share its connections.
    pub fn connect(&self, settings: &Settings) -> Result<Vec<Connected>, SettingsError> {
        settings.check()?;
        let prompts = Arc::new(Prompts::new());
        let mut accounts: BTreeMap<&str, Arc<Http>> = BTreeMap::new();
        let mut connected = Vec::new();
        for row in settings.configured() {
            let mut upstream = || self.upstream(&row, &mut accounts, &prompts);
            let provider: Arc<dyn Provider> = match row.provider.kind {
                ProviderKind::Studio => Arc::clone(&self.studio),
                ProviderKind::Sandbox => Arc::new(Sandbox::new(row.provider.sandbox.clone())),
                ProviderKind::Gemini => Arc::new(Gemini(upstream()?)),
                ProviderKind::Ark => Arc::new(Ark(upstream()?)),
                ProviderKind::Openai => Arc::new(Openai {
                    upstream: upstream()?,
                    knobs: row.provider.openai.clone(),
                }),
                ProviderKind::Dashscope => Arc::new(Dashscope(upstream()?)),
                ProviderKind::Openrouter => Arc::new(Openrouter(upstream()?)),
                ProviderKind::Fashn => Arc::new(Fashn(upstream()?)),
            };
            connected.push(Connected {
                name: row.name.to_owned(),
                settings: row.model.clone(),
                provider,
            });
        }
        Ok(connected)
    }

    /// What an adapter needs to reach a vendor's model, with the connections of its account.
    fn upstream<'a>(
        &self,
        row: &Configured<'a>,
        accounts: &mut BTreeMap<&'a str, Arc<Http>>,
        prompts: &Arc<Prompts>,
    ) -> Result<Upstream, SettingsError> {
        let kind = row.provider.kind;
        let http = match accounts.entry(&row.model.provider) {
            Entry::Occupied(known) => Arc::clone(known.get()),
            Entry::Vacant(new) => Arc::clone(new.insert(account(row)?)),
        };
        Ok(Upstream {
            kind,
            http,
            settings: row.model.clone(),
            language: row.provider.language.unwrap_or(kind.default_language()),
            prompts: Arc::clone(prompts),
            pool: self.pool.clone(),
            fetcher: Arc::clone(&self.fetcher),
        })
    }
}

fn account(row: &Configured<'_>) -> Result<Arc<Http>, SettingsError> {
    let account = Http::new(row.provider).map_err(|(field, reason)| {
        SettingsError::new(format!("providers.{}.{field}", row.model.provider), reason)
    })?;
    Ok(Arc::new(account))
}
