//! The access token: fetched once however many ask, kept until shortly before it is over.

use tokio::sync::Mutex;

use crate::secret::Secret;
use crate::time::Moment;

/// A new one is fetched so long before the old one is over; both are good meanwhile.
const AHEAD_SECS: i64 = 300;

/// The token in force.
#[derive(Default)]
pub(super) struct TokenCache(Mutex<Option<Token>>);

struct Token {
    value: Secret,
    fresh_until: Moment,
}

/// A token as WeChat answered it.
pub(super) struct Fetched {
    pub(super) value: String,
    pub(super) expires_in: i64,
}

impl TokenCache {
    /// The token, or a new one: whoever comes meanwhile waits for that one. `stale` is one that WeChat has refused.
    pub(super) async fn get<E>(
        &self,
        stale: Option<&str>,
        now: Moment,
        fetch: impl AsyncFnOnce() -> Result<Fetched, E>,
    ) -> Result<String, E> {
        let mut known = self.0.lock().await;
        let good = known
            .as_ref()
            .filter(|token| token.fresh_until > now && stale != Some(token.value.expose()));
        if let Some(token) = good {
            return Ok(token.value.expose().to_owned());
        }
        let fetched = fetch().await?;
        *known = Some(Token {
            value: Secret::new(fetched.value.clone()),
            fresh_until: now.plus_secs(fetched.expires_in - AHEAD_SECS),
        });
        Ok(fetched.value)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn one_fetch_serves_all_until_it_is_nearly_over() {
        let (cache, fetches) = (TokenCache::default(), AtomicU32::new(0));
        let get = async |secs: i64, stale: Option<&str>| {
            let fetch = async || {
                tokio::task::yield_now().await;
                let n = fetches.fetch_add(1, Ordering::Relaxed);
                Ok::<_, ()>(Fetched {
                    value: format!("t{n}"),
                    expires_in: 7200,
                })
            };
            let got = cache
                .get(stale, Moment::from_millis(secs * 1000), fetch)
                .await;
            got.expect("a token")
        };
        let many = (0..10).map(|_| get(0, None));
        for token in futures_util::future::join_all(many).await {
            assert_eq!(token, "t0");
        }
        assert_eq!(get(6_899, None).await, "t0");
        assert_eq!(get(6_900, None).await, "t1");
        assert_eq!(get(6_900, Some("t1")).await, "t2");
        assert_eq!(
            get(6_900, Some("t1")).await,
            "t2",
            "somebody else has replaced it"
        );
    }
}
