//! The two signatures of virtual payment (xpay), both lower-case hex HMAC-SHA256.

use aws_lc_rs::hmac;

use crate::ids::hex;

/// `pay_sig`: under the AppKey, over the interface's name and the exact body.
pub fn pay_sig(app_key: &str, uri: &str, body: &str) -> String {
    hex_hmac(app_key, &format!("{uri}&{body}"))
}

/// `signature`: under the user's session key as text, over the exact body.
pub fn user_signature(session_key: &str, body: &str) -> String {
    hex_hmac(session_key, body)
}

fn hex_hmac(key: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    hex(hmac::sign(&key, text.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_official_signatures_are_reproduced() {
        let text = include_str!("../../tests/fixtures/wechat/miniprogram.json");
        let vectors: Value = serde_json::from_str(text).expect("vectors");
        for (name, body) in [
            ("official_doc", "post_body"),
            ("client", "sign_data"),
            ("query_order", "post_body"),
        ] {
            let vector = &vectors["xpay"][name];
            let part = |part: &str| vector[part].as_str().unwrap_or_default();
            let signed = pay_sig(part("app_key"), part("uri"), part(body));
            assert_eq!(signed, part("pay_sig"), "{name}");
            if vector.get("signature").is_some() {
                let signed = user_signature(part("session_key"), part(body));
                assert_eq!(signed, part("signature"), "{name}");
            }
        }
    }
}
