//! The signature of Standard Webhooks: HMAC-SHA256 over id, time and body, once for every secret that counts.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The value of `webhook-signature`.
pub(super) fn sign(keys: &[Vec<u8>], id: &str, timestamp_secs: i64, body: &str) -> String {
    let text = format!("{id}.{timestamp_secs}.{body}");
    let signatures = keys.iter().map(|key| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let tag = hmac::sign(&key, text.as_bytes());
        format!("v1,{}", STANDARD.encode(tag))
    });
    signatures.collect::<Vec<_>>().join(" ")
}
