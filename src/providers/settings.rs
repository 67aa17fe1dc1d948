//! The sections `providers`, `models` and `routing` of the configuration. What vendors rename, reprice and retire
//! stands here, never in code.

mod model;
mod size;
mod usd;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use model::{ModelSettings, PerQuality, Rates};
pub use size::Size;
pub(super) use size::shape_distance;
pub use usd::Usd;

use super::SandboxSettings;
use crate::i18n::Lang;
use crate::kinds::choice;
use crate::secret::Secret;

choice! {
    /// A wire format.
    ProviderKind {
        Studio = "studio", "本地引擎", "The local engine";
        Sandbox = "sandbox", "沙盒", "A stand-in for tests and demos";
        Gemini = "gemini", "Gemini", "Google's generateContent";
        Ark = "ark", "火山方舟", "Volcengine Ark and BytePlus ModelArk";
        Openai = "openai", "OpenAI", "OpenAI's image edits, and hosts that speak like it";
        Dashscope = "dashscope", "百炼", "Alibaba's DashScope";
        Openrouter = "openrouter", "OpenRouter", "OpenRouter's images";
        Fashn = "fashn", "FASHN", "FASHN's try-on";
    }
}

impl ProviderKind {
    /// False if pictures are made on this machine, without a key.
    pub const fn is_remote(self) -> bool {
        match self {
            Self::Studio | Self::Sandbox => false,
            Self::Gemini
            | Self::Ark
            | Self::Openai
            | Self::Dashscope
            | Self::Openrouter
            | Self::Fashn => true,
        }
    }

    /// Where the vendor answers.
    pub const fn default_base_url(self) -> &'static str {
        match self {
            Self::Studio | Self::Sandbox => "",
            Self::Gemini => "https://generativelanguage.googleapis.com",
            Self::Ark => "https://ark.cn-beijing.volces.com/api/v3",
            Self::Openai => "https://api.openai.com/v1",
            Self::Dashscope => "https://dashscope.aliyuncs.com",
            Self::Openrouter => "https://openrouter.ai/api/v1",
            Self::Fashn => "https://api.fashn.ai",
        }
    }

    /// The language of prompts unless the settings say otherwise.
    pub const fn default_language(self) -> Lang {
        match self {
            Self::Ark => Lang::Zh,
            Self::Studio
            | Self::Sandbox
            | Self::Gemini
            | Self::Openai
            | Self::Dashscope
            | Self::Openrouter
            | Self::Fashn => Lang::En,
        }
    }

    /// Fields of a request that the adapter answers for; `options` may not set them. A visible watermark of the vendor
    /// is one: our own label is on every picture, and two would be one too many.
    pub const fn own_fields(self) -> &'static [&'static str] {
        match self {
            Self::Studio | Self::Sandbox => &[],
            Self::Gemini => &["candidateCount"],
            Self::Ark => &[
                "model",
                "prompt",
                "image",
                "size",
                "response_format",
                "watermark",
                "stream",
                "sequential_image_generation",
            ],
            Self::Openai => &["model", "prompt", "image", "image[]", "n", "stream"],
            Self::Dashscope => &["n", "watermark"],
            Self::Openrouter => &["model", "prompt", "input_references", "n", "stream"],
            Self::Fashn => &[
                "model_image",
                "garment_image",
                "product_image",
                "return_base64",
            ],
        }
    }
}

/// One row of `[providers.<name>]`: an account with a vendor.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// Its wire format.
    pub kind: ProviderKind,
    /// Where it answers; empty for the vendor's own address.
    #[serde(default)]
    pub base_url: String,
    /// The key of the account. Without one its models are skipped.
    #[serde(default)]
    pub api_key: Secret,
    /// A proxy to reach it through: `http://`, `https://`, `socks5://` or `socks5h://`, with a user's name if need be.
    #[serde(default)]
    pub proxy: Secret,
    /// The language of prompts; absent: the one that its models know best.
    #[serde(default)]
    pub language: Option<Lang>,
    /// More headers for every request.
    #[serde(default)]
    pub headers: BTreeMap<String, Secret>,
    /// How a host that speaks OpenAI's format differs from OpenAI.
    #[serde(default)]
    pub openai: OpenaiSettings,
    /// What a sandbox plays.
    #[serde(default)]
    pub sandbox: SandboxSettings,
}

impl ProviderSettings {
    /// True if its models can be called: it has a key, or needs none.
    pub fn is_configured(&self) -> bool {
        !self.kind.is_remote() || !self.api_key.is_empty()
    }
}

/// How a host that speaks OpenAI's format differs from OpenAI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpenaiSettings {
    /// The path of edits below the base URL.
    pub edits_path: String,
    /// The form's field for each input picture.
    pub image_field: String,
    /// What `response_format` is sent; empty: none, as OpenAI's own models want it.
    pub response_format: String,
}

impl Default for OpenaiSettings {
    fn default() -> Self {
        Self {
            edits_path: "/images/edits".into(),
            image_field: "image[]".into(),
            response_format: String::new(),
        }
    }
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
    /// Models that are asked before the list, by kind.
    #[serde(default)]
    pub first: BTreeMap<String, Vec<String>>,
    /// What all models may cost on one day of the operator; absent: any.
    #[serde(default)]
    pub daily_budget_usd: Option<Usd>,
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

/// A setting of these sections that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {reason}")]
pub struct SettingsError {
    /// Which one.
    pub key: String,
    /// What is wrong with it.
    pub reason: String,
}

impl SettingsError {
    pub(super) fn new(key: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            reason: reason.into(),
        }
    }
}

/// A model that can be called: its logical name, its row and its provider's row.
#[derive(Clone, Copy, Debug)]
pub struct Configured<'a> {
    /// The name that routing lists use.
    pub name: &'a str,
    /// The row of the model, or of its stand-in.
    pub model: &'a ModelSettings,
    /// The row of the provider.
    pub provider: &'a ProviderSettings,
}

impl Settings {
    /// Every model that can be called. Where the provider of a row has no key, the first row that stands in for it and
    /// has one takes its name.
    pub fn configured(&self) -> Vec<Configured<'_>> {
        let rows = self.models.iter();
        rows.filter_map(|(name, model)| {
            let (model, provider) = self
                .usable(model)
                .or_else(|| self.stand_ins(name).find_map(|row| self.usable(row)))?;
            Some(Configured {
                name,
                model,
                provider,
            })
        })
        .collect()
    }

    fn usable<'a>(
        &'a self,
        model: &'a ModelSettings,
    ) -> Option<(&'a ModelSettings, &'a ProviderSettings)> {
        let provider = self.providers.get(&model.provider)?;
        provider.is_configured().then_some((model, provider))
    }

    fn stand_ins<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a ModelSettings> {
        let rows = self.models.values();
        rows.filter(move |row| row.stands_in_for.as_deref() == Some(name))
    }

    /// What no single type can see: rows that name each other, and what a wire format needs.
    pub fn check(&self) -> Result<(), SettingsError> {
        for (name, model) in &self.models {
            let at = |field: &str| format!("models.{name:?}.{field}");
            let provider = self.providers.get(&model.provider).ok_or_else(|| {
                let reason = format!("there is no provider {:?}", model.provider);
                SettingsError::new(at("provider"), reason)
            })?;
            if let Some(other) = &model.stands_in_for
                && !self.models.contains_key(other)
            {
                let reason = format!("there is no model {other:?}");
                return Err(SettingsError::new(at("stands_in_for"), reason));
            }
            if provider.kind.is_remote() {
                model
                    .check_upstream()
                    .map_err(|(field, reason)| SettingsError::new(at(field), reason))?;
            }
            if let Some(own) = model.option_among(provider.kind.own_fields()) {
                let key = at(&format!("options.{own}"));
                return Err(SettingsError::new(key, "the adapter sets this itself"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
