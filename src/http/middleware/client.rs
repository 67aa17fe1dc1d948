//! The client's address: the right-most one that is not a proxy we trust.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::HttpRequest;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Networks whose `X-Forwarded-For` is believed; single addresses are networks too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct TrustedProxies(Vec<IpNet>);

impl TryFrom<Vec<String>> for TrustedProxies {
    type Error = String;

    fn try_from(texts: Vec<String>) -> Result<Self, String> {
        let network = |text: &String| {
            let network = text.parse::<IpNet>();
            network
                .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| format!("{text:?} is not a network such as 10.0.0.0/8"))
        };
        texts
            .iter()
            .map(network)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl TrustedProxies {
    /// Who sent a request.
    pub fn client(&self, request: &HttpRequest) -> IpAddr {
        let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        if !self.trusts(peer) {
            return peer;
        }
        let lines = request.headers().get_all("x-forwarded-for");
        let lines: Vec<&str> = lines.filter_map(|value| value.to_str().ok()).collect();
        self.behind(peer, &lines.join(","))
    }

    fn behind(&self, peer: IpAddr, forwarded: &str) -> IpAddr {
        let mut client = peer;
        for hop in forwarded.rsplit(',') {
            let Some(address) = address(hop.trim()) else {
                break;
            };
            client = address;
            if !self.trusts(client) {
                break;
            }
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

fn address(hop: &str) -> Option<IpAddr> {
    let plain = hop.trim_start_matches('[').trim_end_matches(']');
    let address = plain.parse::<IpAddr>().ok();
    let address = address.or_else(|| hop.parse::<SocketAddr>().ok().map(|s| s.ip()));
    address.map(|a| a.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_trusted_proxies_say_is_believed() {
        let proxies = vec!["10.0.0.0/8".to_owned(), "192.0.2.1".to_owned()];
        let proxies = TrustedProxies::try_from(proxies).unwrap();
        let peer: IpAddr = "10.1.1.1".parse().unwrap();
        for (forwarded, want) in [
            ("203.0.113.9", "203.0.113.9"),
            ("1.2.3.4, 203.0.113.9", "203.0.113.9"),
            ("203.0.113.9, 192.0.2.1", "203.0.113.9"),
            ("203.0.113.9:5555, 10.9.9.9", "203.0.113.9"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("10.2.2.2", "10.2.2.2"),
            ("nonsense", "10.1.1.1"),
            ("", "10.1.1.1"),
        ] {
            assert_eq!(
                proxies.behind(peer, forwarded).to_string(),
                want,
                "{forwarded}"
            );
        }
        assert!(TrustedProxies::try_from(vec!["proxy".to_owned()]).is_err());
    }
}
