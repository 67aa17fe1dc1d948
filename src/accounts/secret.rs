//! Random secrets that are shown once and kept only as a hash.

use aws_lc_rs::{digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// SHA-256 of a secret: enough for 256 random bits, which nobody guesses.
pub(super) type Hash = [u8; 32];

/// 256 random bits.
pub(super) fn bits() -> [u8; 32] {
    let mut bits = [0; 32];
    rand::fill(&mut bits).expect("the system has a source of randomness");
    bits
}

/// 256 random bits as 43 characters that need no escaping in a URL.
pub(super) fn text() -> String {
    URL_SAFE_NO_PAD.encode(bits())
}

/// What is stored of a secret.
pub(super) fn hash(secret: &str) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, secret.as_bytes()).as_ref());
    hash
}
