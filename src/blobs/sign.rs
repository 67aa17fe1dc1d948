//! Links to local blobs: signed, so that a picture can be shown without a log-in, and short-lived.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::BlobKey;
use crate::time::Moment;

const QUARTER_SECS: i64 = 15 * 60;
/// How much a clock may differ.
const SLACK_SECS: i64 = 60;

/// Why a link opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLink {
    /// Its time is over.
    #[error("the link has expired")]
    Expired,
    /// It was not made by us, or it was changed.
    #[error("the link is not genuine")]
    Forged,
}

/// Signs and checks links with HMAC-SHA256 over path and expiry.
#[derive(Clone)]
pub struct Signer {
    key: hmac::Key,
}

impl Signer {
    /// A signer with this secret, at least 32 random bytes.
    pub fn new(secret: &[u8]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        Self { key }
    }

    /// When a link made now ends, in seconds since 1970: 15 to 30 minutes ahead, on a quarter of an hour.
    pub fn expiry(now: Moment) -> i64 {
        let earliest = now.secs() + QUARTER_SECS;
        (earliest + QUARTER_SECS - 1).div_euclid(QUARTER_SECS) * QUARTER_SECS
    }

    /// Where the half hour begins that ends at [`Signer::expiry`]; never later than `now`.
    pub fn start(now: Moment) -> i64 {
        Self::expiry(now) - 2 * QUARTER_SECS
    }

    /// The path and query of a link: `/files/{key}?exp=…&sig=…`.
    pub fn link(&self, key: &BlobKey, now: Moment) -> String {
        let path = key.path();
        let exp = Self::expiry(now);
        let tag = hmac::sign(&self.key, message(&path, exp).as_bytes());
        format!(
            "/files/{path}?exp={exp}&sig={}",
            URL_SAFE_NO_PAD.encode(tag)
        )
    }

    /// The key that a link names, if the link is genuine and has not expired.
    pub fn verify(&self, path: &str, exp: i64, sig: &str, now: Moment) -> Result<BlobKey, BadLink> {
        let tag = URL_SAFE_NO_PAD.decode(sig).map_err(|_| BadLink::Forged)?;
        // Compares in constant time.
        hmac::verify(&self.key, message(path, exp).as_bytes(), &tag)
            .map_err(|_| BadLink::Forged)?;
        if now.secs() > exp.saturating_add(SLACK_SECS) {
            return Err(BadLink::Expired);
        }
        path.parse().map_err(|_| BadLink::Forged)
    }
}

fn message(path: &str, exp: i64) -> String {
    format!("files\n{path}\n{exp}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::UserId;
    use crate::kinds::Format;

    fn parts(link: &str) -> (String, i64, String) {
        let (path, query) = link
            .strip_prefix("/files/")
            .unwrap()
            .split_once("?exp=")
            .unwrap();
        let (exp, sig) = query.split_once("&sig=").unwrap();
        (path.into(), exp.parse().unwrap(), sig.into())
    }

    #[test]
    fn links_live_15_to_30_minutes_and_stay_the_same_within_a_quarter() {
        let signer = Signer::new(&[7; 32]);
        let key = BlobKey::new_work(UserId::new(), Format::Jpeg);
        let base = 1_800_000_000 / 900 * 900;
        let mut links = std::collections::HashSet::new();
        for second in (1..=900).step_by(29) {
            let now = Moment::from_millis((base + second) * 1000);
            let left = Signer::expiry(now) - now.secs();
            assert!((900..=1800).contains(&left), "{left}");
            links.insert(signer.link(&key, now));
        }
        assert_eq!(links.len(), 1);
    }

    #[test]
    fn only_unchanged_links_open_and_only_in_their_time() {
        let signer = Signer::new(&[7; 32]);
        let user = UserId::new();
        let key = BlobKey::new_work(user, Format::Jpeg);
        let other = BlobKey::new_work(user, Format::Jpeg).path();
        let now = Moment::from_millis(1_800_000_000_000);
        let (path, exp, sig) = parts(&signer.link(&key, now));
        assert_eq!(signer.verify(&path, exp, &sig, now), Ok(key));
        assert_eq!(
            signer.verify(&path, exp, &sig, now.plus_secs(3600)),
            Err(BadLink::Expired)
        );
        assert_eq!(
            signer.verify(&path, exp + 900, &sig, now),
            Err(BadLink::Forged)
        );
        assert_eq!(signer.verify(&other, exp, &sig, now), Err(BadLink::Forged));
        assert_eq!(signer.verify(&path, exp, "", now), Err(BadLink::Forged));
        assert_eq!(
            Signer::new(&[8; 32]).verify(&path, exp, &sig, now),
            Err(BadLink::Forged)
        );
    }
}
