//! Where the keys come from: the settings, or a file of temporary keys that somebody else renews.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use serde::Deserialize;

use super::{CosError, KeyPair, Settings};

/// The keys in force.
pub(super) enum Keys {
    /// They stand in the settings.
    Fixed(KeyPair),
    /// They stand in a file that changes.
    File {
        path: PathBuf,
        last: Mutex<Option<(SystemTime, KeyPair)>>,
    },
}

/// Temporary keys as Tencent's STS and the metadata service of its machines write them.
#[derive(Deserialize)]
struct Temporary {
    #[serde(rename = "TmpSecretId", alias = "tmpSecretId")]
    id: String,
    #[serde(rename = "TmpSecretKey", alias = "tmpSecretKey")]
    secret: String,
    #[serde(rename = "Token", alias = "sessionToken")]
    token: String,
}

impl Keys {
    pub(super) fn new(settings: &Settings) -> Self {
        if !settings.temporary_keys.is_empty() {
            return Self::File {
                path: settings.temporary_keys.clone().into(),
                last: Mutex::new(None),
            };
        }
        let token = settings.session_token.expose();
        Self::Fixed(KeyPair {
            id: settings.secret_id.expose().to_owned(),
            secret: settings.secret_key.expose().to_owned(),
            token: (!token.is_empty()).then(|| token.to_owned()),
        })
    }

    /// The keys to sign with now.
    pub(super) fn now(&self) -> Result<KeyPair, CosError> {
        let (path, last) = match self {
            Self::Fixed(keys) => return Ok(keys.clone()),
            Self::File { path, last } => (path, last),
        };
        let unreadable = |reason: &dyn std::fmt::Display| {
            CosError::Keys(format!("{}: {reason}", path.display()))
        };
        let changed = std::fs::metadata(path).and_then(|facts| facts.modified());
        let changed = changed.map_err(|e| unreadable(&e))?;
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read, keys)) = &*last
            && *read == changed
        {
            return Ok(keys.clone());
        }
        let text = std::fs::read(path).map_err(|e| unreadable(&e))?;
        let read: Temporary = serde_json::from_slice(&text)
            .map_err(|_| unreadable(&"not JSON with TmpSecretId, TmpSecretKey and Token"))?;
        let keys = KeyPair {
            id: read.id,
            secret: read.secret,
            token: Some(read.token),
        };
        *last = Some((changed, keys.clone()));
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_temporary_keys_is_read_again_when_it_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.json");
        let keys = Keys::new(&Settings {
            temporary_keys: path.display().to_string(),
            ..Settings::default()
        });
        assert!(matches!(keys.now(), Err(CosError::Keys(_))));
        std::fs::write(&path, "{}").expect("a file");
        assert!(matches!(keys.now(), Err(CosError::Keys(_))));
        let write = |id: &str, at: u64| {
            let text = format!(
                r#"{{"TmpSecretId":"{id}","TmpSecretKey":"s","Token":"t","Code":"Success"}}"#
            );
            std::fs::write(&path, text).expect("a file");
            let file = std::fs::File::options()
                .append(true)
                .open(&path)
                .expect("a file");
            let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(at);
            file.set_modified(at).expect("a time");
        };
        write("first", 1_795_000_000);
        assert_eq!(keys.now().expect("keys").id, "first");
        write("second", 1_795_000_060);
        let second = keys.now().expect("keys");
        assert_eq!(
            (second.id.as_str(), second.token.as_deref()),
            ("second", Some("t"))
        );
    }
}
