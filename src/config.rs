//! The settings in force: `config.toml` (compiled in), then a file, then the environment.
//!
//! A component owns its settings type; [`Config`] only gathers them. To add a section: a type with
//! `deny_unknown_fields` in the component, a field here, and the section with its comments in `config.toml`.
//! Any setting `x` may also be given as `x_file`, a path whose content it is, so secrets need not stand in a file of
//! settings; secrets are [`Secret`](crate::secret::Secret)s and never print.

mod error;
mod layers;
mod lenient;
mod rows;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use error::ConfigError;
pub use layers::Sources;

use crate::billing::plans::PlansSettings;
use crate::http::middleware::LimitSettings;
use crate::http::{self, events, figures, site};
use crate::kinds::{Outputs, Prices};
use crate::providers::{self, ModelSettings, ProviderSettings, RoutingSettings};
use crate::vision::Vision;
use crate::{
    accounts, billing, blobs, imaging, jobs, matting, moderation, net, telemetry, uploads,
    webhooks, wechat, works,
};

/// The manual and the default of every setting.
pub const MANUAL: &str = include_str!("../config.toml");

/// All settings.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the database and the pictures are.
    pub data_dir: PathBuf,
    /// The door.
    pub server: http::Settings,
    /// The log.
    pub log: telemetry::Settings,
    /// The figures for Prometheus.
    pub metrics: figures::Settings,
    /// Who may come how often.
    pub rate_limit: LimitSettings,
    /// Streams of events.
    pub events: events::Settings,
    /// Who may open an account.
    pub auth: accounts::Settings,
    /// Credits for opening one.
    pub credits: accounts::BonusSettings,
    /// List prices by kind.
    pub prices: Prices,
    /// Plans: discounts, unlimited kinds, priority.
    pub plans: PlansSettings,
    /// What is for sale and how it is paid.
    pub billing: billing::Settings,
    /// The mini-program.
    pub wechat: wechat::Settings,
    /// Where pictures are kept.
    pub blobs: blobs::Settings,
    /// How jobs are queued and run.
    pub jobs: jobs::Settings,
    /// Earlier results that answer again.
    pub cache: jobs::CacheSettings,
    /// The ends of jobs, told to others.
    pub webhooks: webhooks::Settings,
    /// The AI label.
    pub label: jobs::LabelSettings,
    /// How long things are kept.
    pub retention: jobs::Retention,
    /// What users may upload.
    pub uploads: uploads::Settings,
    /// What others see of works.
    pub works: works::Settings,
    /// Which URLs of users are fetched.
    pub net: net::Settings,
    /// Adapters for wire formats.
    #[serde(default)]
    pub providers: BTreeMap<String, ProviderSettings>,
    /// Models by their logical names.
    #[serde(default)]
    pub models: BTreeMap<String, ModelSettings>,
    /// Which models are asked, in order.
    pub routing: RoutingSettings,
    /// What pictures may take.
    pub imaging: imaging::Settings,
    /// How subjects are cut out.
    pub matting: matting::Settings,
    /// What pictures may come in and go out.
    pub moderation: moderation::Settings,
    /// What this site says of itself.
    pub site: site::Settings,
    /// The output rows.
    pub outputs: Outputs,
}

impl Config {
    /// Reads and checks the settings in force.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let config = layers::read(sources)?;
        config.check()?;
        Ok(config)
    }

    /// The settings as TOML, with secrets hidden.
    pub fn show(&self) -> Result<String, ConfigError> {
        toml::to_string(self).map_err(|error| ConfigError::new("", None, error))
    }

    /// The sections that say which models there are.
    pub fn model_settings(&self) -> providers::Settings {
        providers::Settings {
            providers: self.providers.clone(),
            models: self.models.clone(),
            routing: self.routing.clone(),
        }
    }

    /// The networks that see what photos show. A file that the operator brings is read and tried out.
    pub fn vision(&self) -> Result<Vision, ConfigError> {
        let vision = self.matting.neural.vision();
        vision.map_err(|error| ConfigError::new("matting.neural.model", None, error))
    }

    /// What no single type can see.
    fn check(&self) -> Result<(), ConfigError> {
        let bad = |(key, reason): (&str, String)| ConfigError::new(key, None, reason);
        self.server.check().map_err(bad)?;
        self.log
            .check()
            .map_err(|reason| bad(("log.level", reason)))?;
        self.model_settings()
            .check()
            .map_err(|error| ConfigError::new(error.key, None, error.reason))?;
        let stored = self.blobs.check();
        stored.map_err(|(key, reason)| ConfigError::new(key, None, reason))?;
        self.matting.neural.check().map_err(bad)?;
        if self.matting.method == matting::Method::Ci && !self.blobs.cos.is_set() {
            return Err(bad((
                "matting.method",
                "\"ci\" needs a bucket: set blobs.cos".into(),
            )));
        }
        if self.moderation.method == moderation::Method::Ci && !self.blobs.cos.is_set() {
            return Err(bad((
                "moderation.method",
                "\"ci\" needs a bucket: set blobs.cos".into(),
            )));
        }
        if self.label.by_ci && self.blobs.backend != blobs::Backend::Cos {
            return Err(bad((
                "label.by_ci",
                "needs pictures in COS: set blobs.backend = \"cos\"".into(),
            )));
        }
        if self.moderation.words == moderation::WordsMethod::Wechat && !self.wechat.is_on() {
            return Err(bad((
                "moderation.words",
                "\"wechat\" needs a mini-program: set wechat".into(),
            )));
        }
        let mut ids: Vec<&str> = self.outputs.0.iter().map(|o| o.id.as_str()).collect();
        ids.sort_unstable();
        match ids.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(bad((
                "outputs",
                format!("two rows have the id {:?}", pair[0]),
            ))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
