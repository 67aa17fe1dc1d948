//! The AI label for machines, written by Tencent CI as well while a finished picture goes into the bucket
//! (<https://cloud.tencent.com/document/product/436/124900>). The picture carries our own block already, and CI is given
//! the same fields: whatever it does with the block that it finds, the file never says two different things.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use reqwest::Method;
use serde::Deserialize;

use super::client::transport;
use super::operations::pic_operations;
use super::{Call, CosClient, CosError, WORKBENCH};
use crate::blobs::{BlobKey, ObjectName};
use crate::imaging::{Aigc, Limits, inspect};
use crate::kinds::Format;

/// Puts pictures into a bucket through CI.
pub struct Labeller {
    client: Arc<CosClient>,
}

/// Why CI labelled nothing. The picture is then stored as it is.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    /// COS or CI refused, or could not be reached.
    #[error(transparent)]
    Cos(#[from] CosError),
    /// What CI made is not the picture that it was given.
    #[error("CI changed the picture: {0}")]
    Changed(String),
}

/// CI's account of what it did.
#[derive(Deserialize)]
struct Processed {
    #[serde(rename = "ProcessResults")]
    results: Results,
}

#[derive(Deserialize)]
struct Results {
    #[serde(rename = "Object", default)]
    objects: Vec<Made>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Made {
    format: String,
    width: u32,
    height: u32,
    size: u64,
}

/// What CI finds in a picture.
#[derive(Deserialize)]
struct Found {
    #[serde(rename = "AIGC", default)]
    aigc: serde_json::Value,
}

impl Labeller {
    /// A labeller for this bucket.
    pub const fn new(client: Arc<CosClient>) -> Self {
        Self { client }
    }

    /// Whether CI labels files of this format. WebP keeps our own block alone.
    pub const fn takes(format: Format) -> bool {
        match format {
            Format::Jpeg | Format::Png => true,
            Format::Webp => false,
        }
    }

    /// Puts a picture under this key with CI's label and answers its size in bytes. If it fails, something may still
    /// come to lie under the key: the picture has to be put under another one.
    pub async fn put(
        &self,
        key: &BlobKey,
        picture: Bytes,
        most_bytes: u64,
        aigc: &Aigc,
    ) -> Result<u64, LabelError> {
        let sent = inspect(&picture, &Limits::TRUSTED);
        let sent = sent.map_err(|e| LabelError::Changed(e.to_string()))?;
        let name = ObjectName::random();
        let source = format!("{WORKBENCH}{name}.{}", key.format().extension());
        let target = self.client.object(&key.path());
        let call = Call::new(Method::PUT, &source)
            .header("content-type", key.content_type())
            .header("pic-operations", pic_operations(&target, &rule(aigc)))
            .body(picture);
        // Once: a repetition would be billed again.
        let text = match self.client.send_once(&call).await {
            Ok(answer) => answer.text().await.map_err(|e| transport(&e)),
            Err(error) => Err(error),
        };
        self.client.clear(&source).await;
        let processed: Processed = quick_xml::de::from_str(&text?)
            .map_err(|e| CosError::Nonsense(format!("what CI did: {e}")))?;
        let Some(made) = processed.results.objects.first() else {
            return Err(CosError::Nonsense("CI made nothing".into()).into());
        };
        if !made.is(key.format(), (sent.width, sent.height)) || made.size > most_bytes {
            return Err(LabelError::Changed(format!("{made:?}")));
        }
        Ok(made.size)
    }

    /// The label that CI reads in an object, as a JSON object; null if it finds none.
    pub async fn read(&self, key: &BlobKey) -> Result<serde_json::Value, LabelError> {
        let path = key.path();
        let call = Call::new(Method::GET, &path).param("ci-process", "ImageAIGCMetadata");
        let answer = self.client.send_once(&call).await?.bytes().await;
        let body = answer.map_err(|e| transport(&e))?;
        let found: Found = serde_json::from_slice(&body)
            .map_err(|e| CosError::Nonsense(format!("what CI reads: {e}")))?;
        Ok(found.aigc)
    }
}

impl Made {
    fn is(&self, format: Format, size: (u32, u32)) -> bool {
        let names: &[&str] = match format {
            Format::Jpeg => &["jpeg", "jpg"],
            Format::Png => &["png"],
            Format::Webp => &["webp"],
        };
        let same = names.contains(&self.format.to_ascii_lowercase().as_str());
        same && (self.width, self.height) == size
    }
}

/// The rule in CI's words. Empty fields are left out.
fn rule(aigc: &Aigc) -> String {
    let mut rule = String::from("imageMogr2/AIGCMetadata");
    for (name, value) in aigc.fields() {
        if !value.is_empty() {
            rule.push_str(&format!("/{name}/{}", URL_SAFE_NO_PAD.encode(value)));
        }
    }
    rule
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_written_as_the_official_sdk_signs_it() {
        let aigc = Aigc {
            producer_code: "test".into(),
            produce_id: "job-1".into(),
        };
        let vectors = include_str!("../../../tests/fixtures/cos/signatures.json");
        let begins = "imageMogr2/AIGCMetadata/Label/MQ/ContentProducer/dGVzdA/ProduceID/am9iLTE";
        assert!(vectors.contains(begins));
        let rest = "/ContentPropagator/dGVzdA/PropagateID/am9iLTE";
        assert_eq!(rule(&aigc), format!("{begins}{rest}"));
    }

    #[test]
    fn another_picture_than_was_sent_is_told() {
        let made = |format: &str, width| Made {
            format: format.into(),
            width,
            height: 20,
            size: 1,
        };
        assert!(made("JPEG", 10).is(Format::Jpeg, (10, 20)));
        assert!(made("jpg", 10).is(Format::Jpeg, (10, 20)));
        assert!(!made("JPEG", 10).is(Format::Png, (10, 20)));
        assert!(!made("PNG", 11).is(Format::Png, (10, 20)));
    }
}
