//! Models that a file describes anew: where its row names a model or a provider of its own, nothing of the default row
//! stays, or a price of the old model would be taken for the new one's.

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider};

/// The compiled-in settings without the models that a file describes anew.
pub(super) struct Manual<'a> {
    /// Its text.
    pub(super) text: &'a str,
    /// The text of the file, or nothing.
    pub(super) file: &'a str,
}

impl Provider for Manual<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named("the default")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut manual = Toml::string(self.text).data()?;
        for (profile, file) in Toml::string(self.file).data().unwrap_or_default() {
            if let Some(settings) = manual.get_mut(&profile)
                && let Some(rows) = models(&file)
            {
                forget(settings, rows);
            }
        }
        Ok(manual)
    }
}

fn models(settings: &Dict) -> Option<&Dict> {
    settings.get("models").and_then(Value::as_dict)
}

fn forget(settings: &mut Dict, rows: &Dict) {
    let Some(Value::Dict(_, known)) = settings.get_mut("models") else {
        return;
    };
    for (name, row) in rows {
        let names = |field| row.as_dict().is_some_and(|row| row.contains_key(field));
        if names("model") || names("provider") {
            known.remove(name);
        }
    }
}
