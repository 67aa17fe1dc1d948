//! Puts adapters together: one for each model that is configured.

use std::sync::Arc;

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
    /// An adapter for each configured model.
    pub fn connect(&self, settings: &Settings) -> Result<Vec<Connected>, SettingsError> {
        settings.check()?;
        let configured = settings.configured();
        configured.into_iter().map(|row| self.one(row)).collect()
    }

    fn one(&self, row: Configured<'_>) -> Result<Connected, SettingsError> {
        let provider: Arc<dyn Provider> = match row.provider.kind {
            ProviderKind::Studio => Arc::clone(&self.studio),
            ProviderKind::Sandbox => Arc::new(Sandbox::new(row.provider.sandbox.clone())),
            ProviderKind::Gemini
            | ProviderKind::Ark
            | ProviderKind::Openai
            | ProviderKind::Dashscope
            | ProviderKind::Openrouter
            | ProviderKind::Fashn => {
                let key = format!("providers.{}.kind", row.model.provider);
                return Err(SettingsError::new(
                    key,
                    "this wire format is not spoken yet",
                ));
            }
        };
        Ok(Connected {
            name: row.name.to_owned(),
            settings: row.model.clone(),
            provider,
        })
    }
}
