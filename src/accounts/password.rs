//! Passwords: the rule, and argon2id off the reactor, a few at a time.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{AccountError, Username};
use crate::db::DbError;

/// A password that keeps the rule.
pub(super) struct StrongPassword(SecretString);

impl StrongPassword {
    /// 8 to 128 characters, neither the user name nor what everybody tries first.
    pub(super) fn parse(
        password: SecretString,
        username: Option<&Username>,
    ) -> Result<Self, AccountError> {
        let text = password.expose_secret();
        let long_enough = (8..=LONGEST).contains(&text.chars().count());
        let is_name = username.is_some_and(|name| name.key() == text.to_lowercase());
        if long_enough && !is_name && !is_common(text) {
            Ok(Self(password))
        } else {
            Err(AccountError::WeakPassword)
        }
    }
}

const LONGEST: usize = 128;

/// The passwords that are tried first, one a line.
const COMMON: &str = include_str!("../../assets/common-passwords.txt");

/// True for a known one, and for one character or one run of neighbours all along.
fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let steps = |by: i64| {
        let codes: Vec<i64> = lower.chars().map(|c| i64::from(u32::from(c))).collect();
        codes.windows(2).all(|pair| pair[1] - pair[0] == by)
    };
    COMMON.lines().any(|known| known == lower) || [0, 1, -1].into_iter().any(steps)
}

/// Hashes passwords: each takes tens of milliseconds of one core and 19 MiB.
pub(super) struct Hasher {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

const AT_ONCE: usize = 2;
/// Those that run and those that wait; more than that are refused, so that waiting stays near a second.
const ADMITTED: usize = 48;

impl Default for Hasher {
    fn default() -> Self {
        Self {
            running: Arc::new(Semaphore::new(AT_ONCE)),
            admitted: Arc::new(Semaphore::new(ADMITTED)),
        }
    }
}

/// A hash of nothing, with the present parameters: checking it takes as long as checking a real one.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2Q$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl Hasher {
    /// The hash that is stored.
    pub(super) async fn hash(&self, password: StrongPassword) -> Result<String, AccountError> {
        self.run(move || {
            let hash = Argon2::default()
                .hash_password(password.0.expose_secret().as_bytes())
                .expect("the default parameters are valid and randomness is there");
            hash.to_string()
        })
        .await
    }

    /// True if `password` is the one of `stored`. It takes as long when nothing is stored.
    pub(super) async fn verify(
        &self,
        password: SecretString,
        stored: Option<String>,
    ) -> Result<bool, AccountError> {
        if password.expose_secret().chars().count() > LONGEST {
            return Ok(false);
        }
        self.run(move || {
            let known = stored.is_some();
            let right = matches(&password, stored.as_deref().unwrap_or(NOBODYS));
            known && right
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AccountError> {
        let admitted = Arc::clone(&self.admitted)
            .try_acquire_owned()
            .map_err(|_| AccountError::Busy)?;
        let running = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        // The permits travel with the work: it goes on when nobody waits for it any more.
        let permits: [OwnedSemaphorePermit; 2] = [admitted, running];
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permits);
            result
        })
        .await
        .map_err(|_| DbError::Panicked.into())
    }
}

fn matches(password: &SecretString, stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else {
        tracing::error!("a stored password hash is unreadable");
        return false;
    };
    Argon2::default()
        .verify_password(password.expose_secret().as_bytes(), &hash)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strong(text: &str) -> StrongPassword {
        StrongPassword::parse(text.into(), None).expect("a strong password")
    }

    #[test]
    fn what_everybody_tries_first_is_weak() {
        for weak in [
            "password",
            "PassW0rd",
            "88888888",
            "12345678",
            "87654321",
            "abcdefghi",
            "Password123",
        ] {
            assert!(StrongPassword::parse(weak.into(), None).is_err(), "{weak}");
        }
        for good in ["correct horse", "mei-2031-blue", "春眠不觉晓处处闻啼鸟"] {
            strong(good);
        }
    }

    #[tokio::test]
    async fn a_hash_matches_its_password_only() {
        let hasher = Hasher::default();
        let hash = hasher.hash(strong("correct horse")).await.expect("a hash");
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        for (password, stored, want) in [
            ("correct horse", Some(&hash), true),
            ("Correct horse", Some(&hash), false),
            ("correct horse", None, false),
        ] {
            let right = hasher.verify(password.into(), stored.cloned()).await;
            assert_eq!(right.expect("a verdict"), want);
        }
    }

    #[test]
    fn checking_nobodys_hash_costs_what_a_real_one_costs() {
        let nobody = PasswordHash::new(NOBODYS).expect("well formed");
        let real = Argon2::default().hash_password(b"x").expect("a hash");
        assert_eq!(nobody.params, real.params);
        assert_eq!(nobody.hash.map(|h| h.len()), real.hash.map(|h| h.len()));
    }

    #[tokio::test]
    async fn more_than_a_few_waiting_are_told_to_come_back() {
        let hasher = Hasher::default();
        let taken = Arc::clone(&hasher.admitted)
            .acquire_many_owned(ADMITTED as u32)
            .await
            .expect("permits");
        let refused = hasher.verify("whatever".into(), None).await;
        assert!(matches!(refused, Err(AccountError::Busy)));
        drop(taken);
        assert!(hasher.verify("whatever".into(), None).await.is_ok());
    }

    #[test]
    fn passwords_have_a_length_and_are_not_the_name() {
        let anna = Username::parse("Anna-Maria").expect("a name");
        for bad in ["short12", "anna-maria", &"x".repeat(129)] {
            assert!(
                StrongPassword::parse(bad.into(), Some(&anna)).is_err(),
                "{bad}"
            );
        }
        for good in ["八个字的密码好吗", &"世界".repeat(64), "anna-maria2"] {
            assert!(
                StrongPassword::parse(good.into(), Some(&anna)).is_ok(),
                "{good}"
            );
        }
    }
}
