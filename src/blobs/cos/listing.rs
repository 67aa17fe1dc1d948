//! The list of a bucket's objects, page by page.

use reqwest::Method;
use serde::Deserialize;

use super::{Call, CosClient, CosError};
use crate::time::Moment;

/// One object.
pub(super) struct Object {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) modified: Moment,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    #[serde(default)]
    is_truncated: bool,
    #[serde(default)]
    next_marker: String,
    #[serde(default)]
    contents: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    key: String,
    size: u64,
    last_modified: Moment,
}

/// Every object whose name begins with `prefix`.
pub(super) async fn all(client: &CosClient, prefix: &str) -> Result<Vec<Object>, CosError> {
    let mut objects = Vec::new();
    let mut marker = String::new();
    loop {
        let call = Call::new(Method::GET, "")
            .param("prefix", prefix)
            .param("marker", &marker)
            .param("max-keys", "1000");
        let answer = client.send(&call).await?;
        let text = answer
            .text()
            .await
            .map_err(|e| super::client::transport(&e))?;
        let page: Page = quick_xml::de::from_str(&text)
            .map_err(|e| CosError::Nonsense(format!("the list of objects: {e}")))?;
        objects.extend(page.contents.into_iter().map(|entry| Object {
            name: entry.key,
            bytes: entry.size,
            modified: entry.last_modified,
        }));
        if !page.is_truncated || page.next_marker.is_empty() {
            return Ok(objects);
        }
        marker = page.next_marker;
    }
}
