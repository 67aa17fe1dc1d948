//! What COS and CI answer when they do not do what they were asked, and what an operator can do about it.

use reqwest::StatusCode;
use serde::Deserialize;

use crate::blobs::{BlobError, BlobKey};

/// Why a request to COS or CI came to nothing. The texts hold no keys and no signed URLs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CosError {
    /// The keys cannot be read.
    #[error("the temporary keys cannot be read: {0}")]
    Keys(String),
    /// The HTTP client cannot be made.
    #[error("no HTTPS here: {0}")]
    Client(String),
    /// No connection, or it broke.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// It took too long.
    #[error("no answer in time")]
    Timeout,
    /// It answered with an error.
    #[error("{refusal}; {}", .refusal.advice())]
    Refused {
        /// What it said.
        refusal: Refusal,
    },
    /// It answered something that makes no sense.
    #[error("an answer that makes no sense: {0}")]
    Nonsense(String),
}

/// An error document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status} {code} {message:?} (request {request})")]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The code, such as `NoSuchKey`; empty where the answer had no body.
    pub code: String,
    /// What it says to developers.
    pub message: String,
    /// What Tencent's support asks for.
    pub request: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    request_id: String,
}

impl Refusal {
    /// Reads an error answer: its status, the id in its header, its body (which may be absent or foreign).
    pub(super) fn read(status: StatusCode, request: &str, body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let document: Option<Document> = quick_xml::de::from_str(&text).ok();
        let (code, message, named) =
            document.map_or_else(Default::default, |d| (d.code, d.message, d.request_id));
        Self {
            status: status.as_u16(),
            code,
            // What it says is quoted in logs: short, and never a document of somebody's proxy.
            message: message.chars().take(200).collect(),
            request: if named.is_empty() {
                request.to_owned()
            } else {
                named
            },
        }
    }

    /// What probably is the matter, and who can mend it.
    pub fn advice(&self) -> &'static str {
        match (self.status, self.code.as_str()) {
            (_, "SignatureDoesNotMatch") => {
                "secret_key does not belong to secret_id, or a proxy changes what we send"
            }
            (_, "InvalidAccessKeyId" | "InvalidSecretId") => {
                "there is no such secret_id; look it up in the console"
            }
            (_, "RequestTimeTooSkewed" | "ExpiredToken" | "RequestIsExpired") => {
                "the clock of this machine is wrong, or the temporary keys are over"
            }
            (_, "NoSuchBucket") => {
                "there is no such bucket in this region; look at bucket and region"
            }
            (_, "NoSuchKey") => "the object is not there",
            (_, "AccountArrears" | "UserArrears" | "ArrearsError") => {
                "the Tencent Cloud account is in arrears"
            }
            (403, _) => {
                "the keys may not do this: give their user cos:GetObject, cos:PutObject, cos:DeleteObject, \
                 cos:HeadObject and cos:GetBucket on this bucket, and for CI the ci: actions; CI must be enabled \
                 and bound to the bucket"
            }
            (404, _) => "there is no such bucket or object",
            (400, "ImageTooLarge" | "InvalidImageFormat") => "CI does not take this picture",
            (429, _) | (503, _) => "too many requests at once; later ones will do",
            (500.., _) => "the fault is Tencent's; later requests will do",
            _ => "see the code in Tencent's list of COS errors",
        }
    }

    fn is_passing(&self) -> bool {
        self.status == 429 || self.status >= 500
    }
}

impl CosError {
    /// True if the same request may go better in a moment.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Timeout => true,
            Self::Refused { refusal } => refusal.is_passing(),
            Self::Keys(_) | Self::Client(_) | Self::Nonsense(_) => false,
        }
    }

    /// True if nothing is there. HEAD has no body that would say what is missing.
    pub(super) fn is_missing(&self) -> bool {
        match self {
            Self::Refused { refusal } => {
                refusal.status == 404 && matches!(refusal.code.as_str(), "NoSuchKey" | "")
            }
            Self::Keys(_)
            | Self::Client(_)
            | Self::Unreachable(_)
            | Self::Timeout
            | Self::Nonsense(_) => false,
        }
    }

    /// As an error of a storage.
    pub(super) fn about(self, key: &BlobKey) -> BlobError {
        if self.is_missing() {
            BlobError::NotFound(*key)
        } else {
            self.into()
        }
    }
}

impl From<Refusal> for CosError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { refusal }
    }
}

impl From<CosError> for BlobError {
    fn from(error: CosError) -> Self {
        let denied = match &error {
            CosError::Keys(_) | CosError::Client(_) => true,
            CosError::Refused { refusal } => !refusal.is_passing(),
            CosError::Unreachable(_) | CosError::Timeout | CosError::Nonsense(_) => false,
        };
        if denied {
            Self::Denied(error.to_string())
        } else {
            Self::Unavailable(error.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_documents_are_read_and_others_survived() {
        let body = br"<?xml version='1.0' encoding='utf-8' ?>
<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>
<Resource>examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/u/1/in.jpg</Resource>
<RequestId>NWE1</RequestId><TraceId>OGVm</TraceId></Error>";
        let refusal = Refusal::read(StatusCode::NOT_FOUND, "header", body);
        assert_eq!(
            (refusal.code.as_str(), refusal.request.as_str()),
            ("NoSuchKey", "NWE1")
        );
        assert!(CosError::from(refusal).is_missing());
        let bare = Refusal::read(StatusCode::BAD_GATEWAY, "header", b"<html>proxy</html>");
        assert_eq!((bare.code.as_str(), bare.request.as_str()), ("", "header"));
        assert!(CosError::from(bare).is_passing());
    }

    #[test]
    fn a_missing_bucket_is_no_missing_object() {
        let body = b"<Error><Code>NoSuchBucket</Code></Error>";
        let error = CosError::from(Refusal::read(StatusCode::NOT_FOUND, "", body));
        assert!(!error.is_missing());
        assert!(
            matches!(BlobError::from(error), BlobError::Denied(text) if text.contains("look at bucket"))
        );
    }
}
