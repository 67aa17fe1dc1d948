//! The layers: compiled in, a file, the environment, the command line.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use figment::value::{Dict, Value};
use serde_json::Value as Json;

use super::lenient::Lenient;
use super::rows::Manual;
use super::{Config, ConfigError, MANUAL};

const PREFIX: &str = "ATELIER_";
const FILE: &str = "atelier.toml";

/// Where settings come from, beside what is compiled in and the environment.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// A file; without it `atelier.toml` in the data directory, if there is one.
    pub file: Option<PathBuf>,
    /// The data directory, over everything else.
    pub data_dir: Option<PathBuf>,
}

pub(super) fn read(sources: &Sources) -> Result<Config, ConfigError> {
    warn_of_strangers();
    let figment = layered(sources)?;
    let settings = figment
        .extract::<Dict>()
        .map_err(|error| of_figment(&error))?;
    let settings = serde_json::to_value(Value::from(settings))
        .map_err(|error| ConfigError::new("", None, error))?;
    let settings = with_files(settings, "")?;
    serde_path_to_error::deserialize(Lenient(settings)).map_err(|error| {
        let key = error.path().to_string();
        let origin = origin(&figment, &key);
        ConfigError::new(key, origin, error.into_inner())
    })
}

fn layered(sources: &Sources) -> Result<Figment, ConfigError> {
    let environment = || {
        Env::prefixed(PREFIX)
            .filter(|key| is_setting(key.as_str()))
            .split("__")
    };
    let mut before = Figment::from(Toml::string(MANUAL)).merge(environment());
    if let Some(directory) = &sources.data_dir {
        before = before.merge(("data_dir", directory));
    }
    let file = match &sources.file {
        Some(file) => Some(file.clone()),
        None => {
            let directory: PathBuf = before
                .extract_inner_lossy("data_dir")
                .map_err(|error| of_figment(&error))?;
            Some(directory.join(FILE)).filter(|file| file.exists())
        }
    };
    let layer = file.map(FileLayer::read).transpose()?;
    let mut figment = Figment::from(Manual {
        text: MANUAL,
        file: layer.as_ref().map_or("", |layer| &layer.text),
    });
    if let Some(layer) = layer {
        figment = figment.merge(layer);
    }
    figment = figment.merge(environment());
    Ok(match &sources.data_dir {
        Some(directory) => figment.merge(("data_dir", directory)),
        None => figment,
    })
}

/// A file that has been read, named in errors.
struct FileLayer {
    file: PathBuf,
    text: String,
}

impl FileLayer {
    fn read(file: PathBuf) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(&file)
            .map_err(|error| ConfigError::new("", Some(file.display().to_string()), error))?;
        Ok(Self { file, text })
    }
}

impl figment::Provider for FileLayer {
    fn metadata(&self) -> figment::Metadata {
        figment::Metadata::named(self.file.display().to_string())
    }

    fn data(&self) -> Result<figment::value::Map<figment::Profile, Dict>, figment::Error> {
        Toml::string(&self.text).data()
    }
}

fn is_setting(key: &str) -> bool {
    key.contains("__") || key.eq_ignore_ascii_case("data_dir")
}

fn warn_of_strangers() {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name
            .strip_prefix(PREFIX)
            .is_some_and(|key| !is_setting(key))
        {
            tracing::warn!(%name, "this variable is not a setting and is ignored");
        }
    }
}

/// Where a setting was given last.
fn origin(figment: &Figment, key: &str) -> Option<String> {
    let mut key = key;
    loop {
        if let Some(found) = figment.find_metadata(key) {
            return Some(found.name.to_string());
        }
        key = key.rsplit_once('.')?.0;
    }
}

fn of_figment(error: &figment::Error) -> ConfigError {
    let origin = error.metadata.as_ref().map(|m| m.name.to_string());
    ConfigError::new(error.path.join("."), origin, &error.kind)
}

/// Puts the content of each `x_file` in the place of `x`.
fn with_files(value: Json, at: &str) -> Result<Json, ConfigError> {
    let mut fields = match value {
        Json::Object(fields) => fields,
        plain @ (Json::Null
        | Json::Bool(_)
        | Json::Number(_)
        | Json::String(_)
        | Json::Array(_)) => {
            return Ok(plain);
        }
    };
    let names: Vec<String> = fields.keys().cloned().collect();
    for name in names {
        let key = if at.is_empty() {
            name.clone()
        } else {
            format!("{at}.{name}")
        };
        let Some(value) = fields.remove(&name) else {
            continue;
        };
        let (name, value) = match (name.strip_suffix("_file"), &value) {
            (Some(_), Json::String(path)) if path.is_empty() => continue,
            (Some(stem), Json::String(path)) => {
                let given = fields.get(stem).and_then(Json::as_str).unwrap_or_default();
                if !given.is_empty() {
                    let reason = format!("{stem} is set as well; use one of the two");
                    return Err(ConfigError::new(key, None, reason));
                }
                (
                    stem.to_owned(),
                    Json::String(content(&key, Path::new(path))?),
                )
            }
            _ => (name, with_files(value, &key)?),
        };
        fields.insert(name, value);
    }
    Ok(Json::Object(fields))
}

fn content(key: &str, path: &Path) -> Result<String, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError::new(key, Some(path.display().to_string()), error))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
