//! Percent-encoding as signatures need it: everything but letters, digits and `-_.~`, in upper-case hex.

use std::fmt::Write as _;

/// One part of a URL, `/` encoded as well.
pub(super) fn encode(text: &str) -> String {
    encode_but(text, b"-_.~")
}

/// A path: its slashes stay.
pub(super) fn encode_path(path: &str) -> String {
    encode_but(path, b"-_.~/")
}

fn encode_but(text: &str, plain: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a string takes what is written to it");
        }
    }
    encoded
}

/// Parameters as a query, in their order; one without a value keeps its `=`.
pub(super) fn query<'a>(params: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pairs = params
        .into_iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(
            encode_path("/u/图 片(1)+a&b.jpg"),
            "/u/%E5%9B%BE%20%E7%89%87%281%29%2Ba%26b.jpg"
        );
        assert_eq!(encode("a/b~c"), "a%2Fb~c");
        assert_eq!(query([("a b", "1/2"), ("acl", "")]), "a%20b=1%2F2&acl=");
    }
}
