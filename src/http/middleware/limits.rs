//! Rate limits: by address for whoever has not logged in (stricter where secrets can be guessed), else by user.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use serde::{Deserialize, Serialize};

use crate::http::{Code, Problem};
use crate::ids::UserId;

/// How often whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Whether anybody is limited at all.
    pub enabled: bool,
    /// Of an address without a log-in.
    pub anonymous: Rate,
    /// Of an address, where it could guess passwords, tokens and links.
    pub sign_in: Rate,
    /// Of a user.
    pub user: Rate,
}

/// Requests a minute, and how many may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Over time.
    pub per_minute: NonZeroU32,
    /// At once.
    pub burst: NonZeroU32,
}

/// The limits in force and who has used how much of them.
pub struct Limits(Option<Meters>);

struct Meters {
    anonymous: Meter<IpAddr>,
    sign_in: Meter<IpAddr>,
    user: Meter<UserId>,
}

impl Limits {
    /// Meters for these settings.
    pub fn new(settings: &Settings) -> Self {
        Self(settings.enabled.then(|| Meters {
            anonymous: Meter::new("anonymous", settings.anonymous),
            sign_in: Meter::new("sign_in", settings.sign_in),
            user: Meter::new("user", settings.user),
        }))
    }

    /// Counts a request by its address. Those with a token are counted by user once it is known.
    pub(super) fn request(&self, request: &HttpRequest, client: IpAddr) -> Result<(), Problem> {
        let path = request.path();
        if path.starts_with("/v1/payments/") || path == "/v1/wechat/push" {
            // A vendor's callbacks come in storms from few addresses; each is verified by its signature.
            Ok(())
        } else if path.starts_with("/v1/auth/") || path.starts_with("/v1/links/") {
            self.sign_in(client)
        } else if path.starts_with("/v1/") && !request.headers().contains_key(AUTHORIZATION) {
            let meters = self.0.as_ref();
            meters.map_or(Ok(()), |m| m.anonymous.check(&network(client)))
        } else {
            Ok(())
        }
    }

    /// Counts an address that could be guessing.
    pub fn sign_in(&self, client: IpAddr) -> Result<(), Problem> {
        let meters = self.0.as_ref();
        meters.map_or(Ok(()), |m| m.sign_in.check(&network(client)))
    }

    /// Counts a request of a user.
    pub fn user(&self, user: UserId) -> Result<(), Problem> {
        self.0.as_ref().map_or(Ok(()), |m| m.user.check(&user))
    }

    /// Forgets whoever has been quiet for long enough.
    pub fn forget(&self) {
        if let Some(meters) = &self.0 {
            meters.anonymous.forget();
            meters.sign_in.forget();
            meters.user.forget();
        }
    }
}

/// One subscriber line owns 2⁶⁴ addresses of IPv6: they count as one.
fn network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => {
            let bits = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(bits))
        }
    }
}

struct Meter<K: Hash + Eq + Clone> {
    name: &'static str,
    rate: Rate,
    limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
}

impl<K: Hash + Eq + Clone> Meter<K> {
    fn new(name: &'static str, rate: Rate) -> Self {
        let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
        Self {
            name,
            rate,
            limiter: RateLimiter::dashmap(quota),
            clock: DefaultClock::default(),
        }
    }

    fn check(&self, key: &K) -> Result<(), Problem> {
        let Err(until) = self.limiter.check_key(key) else {
            return Ok(());
        };
        let wait = until.wait_time_from(self.clock.now());
        let secs = wait.as_secs() + 1;
        let Self { name, rate, .. } = self;
        let policy = format!("\"{name}\";q={};w=60", rate.per_minute);
        let left = format!("\"{name}\";r=0;t={secs}");
        Err(Problem::new(Code::RateLimited)
            .retry_after(secs)
            .header(HeaderName::from_static("ratelimit-policy"), value(policy))
            .header(HeaderName::from_static("ratelimit"), value(left)))
    }

    fn forget(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

fn value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("digits and ASCII names")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_of_a_burst_of_one_waits() {
        let one = NonZeroU32::MIN;
        let rate = Rate {
            per_minute: one,
            burst: one,
        };
        let limits = Limits::new(&Settings {
            enabled: true,
            anonymous: rate,
            sign_in: rate,
            user: rate,
        });
        let user = UserId::new();
        assert!(limits.user(user).is_ok());
        let problem = limits.user(user).expect_err("too soon");
        let headers = problem.headers();
        let after = headers.iter().find(|(name, _)| name == "retry-after");
        assert_eq!(after.unwrap().1, "60");
        assert!(limits.user(UserId::new()).is_ok());
        let (a, b) = ("2001:db8::1", "2001:db8::ffff:1");
        assert!(limits.sign_in(a.parse().unwrap()).is_ok());
        assert!(limits.sign_in(b.parse().unwrap()).is_err());
    }
}
