//! `[net]` in the configuration.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Which addresses users' URLs may reach besides the public ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Address ranges that are open although they are not public, with http and any port, such as `127.0.0.1/32`.
    pub allow: Vec<IpNet>,
}

impl Settings {
    /// Whether the operator opened this address.
    pub fn allows(&self, address: IpAddr) -> bool {
        let plain = address.to_canonical();
        self.allow
            .iter()
            .any(|net| net.contains(&plain) || net.contains(&address))
    }
}
