//! `[blobs.cos]` in the configuration.

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// Which host the links on a domain of one's own are signed for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignedHost {
    /// The bucket's: a CDN stands before it and asks it under that name.
    #[default]
    Bucket,
    /// The domain itself: it points straight at the bucket.
    Domain,
    /// None, and the link carries no signature: the CDN signs on its own. Whoever has such a link keeps it.
    None,
}

/// A bucket of Tencent Cloud COS; Tencent CI works on it as well.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The bucket with its APPID, such as `pictures-1250000000`. Empty: there is none.
    pub bucket: String,
    /// Its region, such as `ap-guangzhou`.
    pub region: String,
    /// `SecretId`.
    pub secret_id: Secret,
    /// `SecretKey`.
    pub secret_key: Secret,
    /// The token of temporary keys.
    pub session_token: Secret,
    /// A JSON file with temporary keys, read again whenever it changes.
    pub temporary_keys: String,
    /// What every object's name begins with.
    pub prefix: String,
    /// Another address than the bucket's usual one.
    pub endpoint: String,
    /// The domain of links, such as `img.example.com`.
    pub domain: String,
    /// What links on `domain` are signed for.
    pub domain_signs: SignedHost,
}

impl Settings {
    /// True if there is a bucket.
    pub fn is_set(&self) -> bool {
        !self.bucket.is_empty()
    }

    /// What is wrong with them: the key below `blobs.cos` and why.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        let Some((name, appid)) = self.bucket.rsplit_once('-') else {
            return Err(("bucket", "must end with the APPID: name-1250000000".into()));
        };
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if name.is_empty() || appid.is_empty() || !self.bucket.bytes().all(plain) {
            return Err(("bucket", "must be lower-case letters, digits and -".into()));
        }
        if !appid.bytes().all(|b| b.is_ascii_digit()) {
            return Err(("bucket", "must end with the APPID: name-1250000000".into()));
        }
        if self.region.is_empty() || !self.region.bytes().all(plain) {
            return Err(("region", "must be a region such as ap-guangzhou".into()));
        }
        let fixed = !self.secret_id.is_empty() && !self.secret_key.is_empty();
        if fixed != self.temporary_keys.is_empty() {
            let reason = "either secret_id and secret_key or temporary_keys are needed";
            return Err(("secret_id", reason.into()));
        }
        if !self.endpoint.is_empty() && url::Url::parse(&self.endpoint).is_err() {
            return Err(("endpoint", "must be a URL".into()));
        }
        if self.domain.contains('/') {
            return Err(("domain", "must be a host name without https://".into()));
        }
        Ok(())
    }

    /// The address of the bucket, without a slash at the end.
    pub(super) fn base_url(&self) -> String {
        if self.endpoint.is_empty() {
            format!("https://{}.cos.{}.myqcloud.com", self.bucket, self.region)
        } else {
            self.endpoint.trim_end_matches('/').to_owned()
        }
    }

    /// The name of the object at `path` below the prefix.
    pub(super) fn object(&self, path: &str) -> String {
        match self.prefix.trim_matches('/') {
            "" => path.to_owned(),
            prefix => format!("{prefix}/{path}"),
        }
    }
}
