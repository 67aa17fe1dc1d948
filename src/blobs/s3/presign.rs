//! Links to S3 objects, signed with Signature Version 4. `object_store` signs links as well, but by the clock: each
//! would be another one, and no browser could keep the picture.

use aws_lc_rs::{digest, hmac};
use object_store::aws::AwsCredential;
use url::Url;

use crate::blobs::percent::{encode, query};
use crate::ids::hex;

/// What a link is made of.
pub(super) struct Link<'a> {
    /// The object's address, percent-encoded.
    pub(super) url: &'a Url,
    /// The bucket's region.
    pub(super) region: &'a str,
    /// Parameters that are signed as well.
    pub(super) params: &'a [(&'a str, &'a str)],
    /// When its time begins, as `20261122T120000Z`.
    pub(super) start: &'a str,
    /// How long it is good, in seconds.
    pub(super) secs: i64,
}

impl Link<'_> {
    /// The signed URL.
    pub(super) fn sign(&self, keys: &AwsCredential) -> String {
        let day = self.start.get(..8).unwrap_or_default();
        let scope = format!("{day}/{}/s3/aws4_request", self.region);
        let credential = format!("{}/{scope}", keys.key_id);
        let secs = self.secs.to_string();
        let mut params = vec![
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
            ("X-Amz-Credential", &credential),
            ("X-Amz-Date", self.start),
            ("X-Amz-Expires", &secs),
            ("X-Amz-SignedHeaders", "host"),
        ];
        if let Some(token) = &keys.token {
            params.push(("X-Amz-Security-Token", token));
        }
        params.extend_from_slice(self.params);
        params.sort_by_key(|(name, _)| encode(name));
        let query = query(params);
        let host = match (self.url.host_str().unwrap_or_default(), self.url.port()) {
            (host, Some(port)) => format!("{host}:{port}"),
            (host, None) => host.to_owned(),
        };
        let path = self.url.path();
        let request = format!("GET\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD");
        let hash = digest::digest(&digest::SHA256, request.as_bytes());
        let message = format!(
            "AWS4-HMAC-SHA256\n{}\n{scope}\n{}",
            self.start,
            hex(hash.as_ref())
        );
        let mut key = format!("AWS4{}", keys.secret_key).into_bytes();
        for part in [day, self.region, "s3", "aws4_request"] {
            key = mac(&key, part);
        }
        let signature = hex(&mac(&key, &message));
        format!("{}?{query}&X-Amz-Signature={signature}", self.url)
    }
}

fn mac(key: &[u8], message: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Amazon's manual, "Authenticating Requests: Using Query Parameters".
    #[test]
    fn the_manuals_example_is_reproduced() {
        let url = Url::parse("https://examplebucket.s3.amazonaws.com/test.txt").expect("a URL");
        let link = Link {
            url: &url,
            region: "us-east-1",
            params: &[],
            start: "20130524T000000Z",
            secs: 86_400,
        };
        let signed = link.sign(&AwsCredential {
            key_id: "AKIAIOSFODNN7EXAMPLE".into(),
            secret_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            token: None,
        });
        let signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
        assert!(
            signed.ends_with(&format!("&X-Amz-Signature={signature}")),
            "{signed}"
        );
    }
}
