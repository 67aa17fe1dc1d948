//! Signatures of Tencent COS and CI requests ("q-sign", version 5). Equal to those of the official SDKs.

use aws_lc_rs::{digest, hmac};

use crate::blobs::percent::encode;
use crate::ids::hex;

/// The keys a request is signed with.
#[derive(Clone)]
pub struct KeyPair {
    /// `SecretId`.
    pub id: String,
    /// `SecretKey`.
    pub secret: String,
    /// The token that goes with temporary keys.
    pub token: Option<String>,
}

/// What is signed of a request.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// The method, in upper case.
    pub method: &'a str,
    /// The path with its leading slash, not percent-encoded.
    pub path: &'a str,
    /// The signed parameters, not percent-encoded.
    pub params: &'a [(&'a str, &'a str)],
    /// The signed headers.
    pub headers: &'a [(&'a str, &'a str)],
    /// From when to when it is good, in seconds since 1970.
    pub window: (i64, i64),
}

/// A signature, to be written into a header or a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    id: String,
    window: String,
    headers: String,
    params: String,
    signature: String,
}

impl Signed<'_> {
    /// Signs it.
    pub fn with(&self, keys: &KeyPair) -> Signature {
        let window = format!("{};{}", self.window.0, self.window.1);
        let (header_list, headers) = canonical(self.headers);
        let (param_list, params) = canonical(self.params);
        let method = self.method.to_ascii_lowercase();
        let http = format!("{method}\n{}\n{params}\n{headers}\n", self.path);
        let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, http.as_bytes());
        let message = format!("sha1\n{window}\n{}\n", hex(hash.as_ref()));
        // The derived key is used as the text it is written as, not as the bytes it stands for.
        let key = mac(keys.secret.as_bytes(), &window);
        Signature {
            id: keys.id.clone(),
            signature: mac(key.as_bytes(), &message),
            window,
            headers: header_list,
            params: param_list,
        }
    }
}

impl Signature {
    fn fields(&self) -> [(&'static str, &str); 7] {
        [
            ("q-sign-algorithm", "sha1"),
            ("q-ak", &self.id),
            ("q-sign-time", &self.window),
            ("q-key-time", &self.window),
            ("q-header-list", &self.headers),
            ("q-url-param-list", &self.params),
            ("q-signature", &self.signature),
        ]
    }

    /// As the header `Authorization`.
    pub fn header(&self) -> String {
        let fields = self.fields().map(|(name, value)| format!("{name}={value}"));
        fields.join("&")
    }

    /// As part of a URL's query.
    pub fn query(&self) -> String {
        crate::blobs::percent::query(self.fields())
    }
}

/// The sorted names, and the sorted `name=value` pairs. Names become lower case after they are encoded, so that a
/// slash in one is `%2f`.
fn canonical(pairs: &[(&str, &str)]) -> (String, String) {
    let mut encoded: Vec<(String, String)> = pairs
        .iter()
        .map(|(name, value)| (encode(name).to_ascii_lowercase(), encode(value)))
        .collect();
    encoded.sort_unstable();
    let names: Vec<&str> = encoded.iter().map(|(name, _)| name.as_str()).collect();
    let pairs: Vec<String> = encoded.iter().map(|(n, v)| format!("{n}={v}")).collect();
    (names.join(";"), pairs.join("&"))
}

fn mac(key: &[u8], message: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key);
    hex(hmac::sign(&key, message.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Made with the official Python SDK, its clock held; the official Node.js SDK gives the same.
    const VECTORS: &str = include_str!("../../../tests/fixtures/cos/signatures.json");

    fn pairs(of: &Value) -> Vec<(&str, &str)> {
        let fields = of.as_object().expect("an object").iter();
        fields
            .map(|(k, v)| (k.as_str(), v.as_str().expect("a text")))
            .collect()
    }

    fn text(of: &Value) -> &str {
        of.as_str().expect("a text")
    }

    #[test]
    fn signatures_are_those_of_the_official_sdks() {
        let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
        let keys = KeyPair {
            id: text(&vectors["secret_id"]).into(),
            secret: text(&vectors["secret_key"]).into(),
            token: None,
        };
        let (start, end) = text(&vectors["key_time"])
            .split_once(';')
            .expect("two times");
        let window = (start.parse().expect("a time"), end.parse().expect("a time"));
        let cases = vectors["cases"].as_array().expect("cases");
        assert_eq!(cases.len(), 18);
        for case in cases {
            let signature = Signed {
                method: text(&case["method"]),
                path: text(&case["path_decoded"]),
                params: &pairs(&case["params"]),
                headers: &pairs(&case["headers"]),
                window,
            }
            .with(&keys);
            let name = text(&case["name"]);
            assert_eq!(signature.signature, text(&case["signature"]), "{name}");
            assert_eq!(signature.header(), text(&case["authorization"]), "{name}");
            let query = match text(&case["wire_query"]) {
                "" => signature.query(),
                signed => format!("{signed}&{}", signature.query()),
            };
            let path = crate::blobs::percent::encode_path(text(&case["path_decoded"]));
            assert_eq!(path, text(&case["path_encoded"]), "{name}");
            let url = format!("https://{}{path}?{query}", text(&vectors["host"]));
            if case["presigned_url"].is_string() {
                assert_eq!(url, text(&case["presigned_url"]), "{name}");
            }
        }
    }

    #[test]
    fn the_derived_key_is_used_as_text() {
        let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
        let secret = text(&vectors["secret_key"]).as_bytes();
        assert_eq!(
            mac(secret, text(&vectors["key_time"])),
            text(&vectors["sign_key"])
        );
    }
}
