//! Settings of the door: the section `server`.

use serde::{Deserialize, Serialize};
use url::Url;

use super::middleware::TrustedProxies;

/// The section `server`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address and port to listen on; port 0 takes a free one.
    pub bind: String,
    /// Where clients reach this server; empty for `http://` and the address it listens on.
    pub public_url: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: TrustedProxies,
    /// The operator's time zone (IANA name).
    pub time_zone: String,
    /// Origins of other pages that may call the API; `*` is any.
    pub cors_origins: Vec<String>,
    /// Connections a worker thread holds at once.
    pub max_connections: usize,
    /// Threads that answer requests; 0 is one a core.
    pub threads: usize,
}

impl Settings {
    /// True if clients come over https.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Where clients reach a server that listens on `address`, without a slash at the end.
    pub fn base_url(&self, address: &str) -> String {
        match self.public_url.trim_end_matches('/') {
            "" => format!("http://{address}"),
            url => url.to_owned(),
        }
    }

    /// What is wrong with these settings, as a key and a reason.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        if !self.public_url.is_empty() {
            let url = Url::parse(&self.public_url);
            let good = url.is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
            if !good {
                let reason = "must be empty or begin with http:// or https://".to_owned();
                return Err(("server.public_url", reason));
            }
        }
        for origin in &self.cors_origins {
            let url = Url::parse(origin);
            if origin != "*" && !url.is_ok_and(|u| u.origin().ascii_serialization() == *origin) {
                let reason = format!("{origin:?} is not an origin such as https://shop.example");
                return Err(("server.cors_origins", reason));
            }
        }
        crate::time::Zone::named(&self.time_zone)
            .map(drop)
            .map_err(|error| ("server.time_zone", error.to_string()))
    }
}
