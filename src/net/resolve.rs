//! Name resolution that only ever answers addresses a fetch may reach. The connection uses these very addresses, so a
//! name cannot change its mind between check and use.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{Settings, is_public};

/// Which addresses a client may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Public ones and those the operator opened.
    Public,
    /// Only those the operator opened.
    Opened,
}

/// An address that may not be reached.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{0} is not an address that may be fetched from")]
pub(super) struct Blocked(pub(super) IpAddr);

/// Checks one address.
pub(super) fn check(address: IpAddr, reach: Reach, settings: &Settings) -> Result<(), Blocked> {
    let open = settings.allows(address)
        || match reach {
            Reach::Public => is_public(address),
            Reach::Opened => false,
        };
    if open { Ok(()) } else { Err(Blocked(address)) }
}

/// Looks a name up; one address that may not be reached spoils them all.
pub(super) async fn look_up(
    host: &str,
    reach: Reach,
    settings: &Settings,
) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
    let found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.collect();
    for address in &found {
        check(address.ip(), reach, settings)?;
    }
    Ok(found)
}

/// The resolver of a client.
pub(super) struct Guard {
    pub(super) reach: Reach,
    pub(super) settings: Arc<Settings>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, settings) = (self.reach, Arc::clone(&self.settings));
        Box::pin(async move {
            let found = look_up(name.as_str(), reach, &settings).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
