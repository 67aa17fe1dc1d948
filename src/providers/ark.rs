//! Seedream on Volcengine Ark and BytePlus ModelArk: one path for making and editing.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::{Answer, Body, Files, class_of_status};
use super::upstream::Upstream;
use super::{Class, Probed, Probes, Provider, ProviderError, Started, blocked};
use crate::kinds::{Ask, Quality};

const PATH: &str = "/images/generations";

/// A Seedream model.
pub(super) struct Ark(pub(super) Upstream);

#[async_trait]
impl Provider for Ark {
    fn name(&self) -> &'static str {
        "ark"
    }

    fn recipe(&self) -> String {
        self.0.recipe()
    }

    fn probes(&self) -> Option<&dyn Probes> {
        Some(self)
    }

    async fn start(&self, ask: &Ask) -> Result<Started, ProviderError> {
        let mut files = Files::default();
        let body = self.request(ask, &mut files);
        let answer = self.0.http.post(PATH, Body::json(&body, &files)).await?;
        if !answer.is_success() {
            return Err(self.refused(&answer));
        }
        let read: Response = serde_json::from_slice(&answer.bytes)
            .map_err(|_| self.0.no_image("the answer is not what Ark says"))?;
        let Some(picture) = read.data.iter().find_map(Item::picture) else {
            return Err(self.why_not(&read));
        };
        let cost = self.0.cost(ask.quality, None);
        Ok(Started::Done(self.0.picture(picture, cost).await?))
    }
}

impl Ark {
    fn request(&self, ask: &Ask, files: &mut Files) -> Value {
        let inputs = self.0.inputs(ask).iter();
        let images: Vec<String> = inputs.map(|input| files.data_url(&input.picture)).collect();
        let mut body = json!({
            "model": self.0.model(ask.quality),
            "prompt": self.0.prompt(ask),
            "image": images,
            "response_format": "b64_json",
            // Left out it is true, and our own label is on the picture already.
            "watermark": false,
        });
        if let Some(size) = self.0.size(ask) {
            body["size"] = json!(size);
        }
        self.0.with_options(ask.quality, body)
    }

    fn refused(&self, answer: &Answer) -> ProviderError {
        let body = answer.json();
        let Ok(error) = serde_json::from_value::<ArkError>(body["error"].clone()) else {
            let class = class_of_status(answer.status);
            return self.0.refusal(answer, class, "an answer without an error");
        };
        let class = error.class().unwrap_or(class_of_status(answer.status));
        self.0.refusal(answer, class, &error.said())
    }

    /// Failures inside a success: of the one picture, or of the whole call.
    fn why_not(&self, read: &Response) -> ProviderError {
        let of_items = read.data.iter().find_map(|item| item.error.as_ref());
        let Some(error) = of_items.or(read.error.as_ref()) else {
            return self.0.no_image("the answer holds no picture");
        };
        let class = error.class().unwrap_or(Class::NoImage);
        self.0.http.error(class, &error.said())
    }
}

#[async_trait]
impl Probes for Ark {
    /// A picture of one pixel is refused before anything is drawn, after key and model have been looked at.
    async fn probe(&self) -> Result<Probed, ProviderError> {
        let model = self.0.model(Quality::Standard);
        let body = json!({"model": model, "prompt": "1", "size": "1x1", "watermark": false});
        let answer = self.0.http.ask(PATH, &body).await?;
        let code = answer.json()["error"]["code"].as_str().map(str::to_owned);
        match code {
            Some(code) if code.starts_with("InvalidParameter") => Ok(Probed::Ready),
            _ => Err(self.refused(&answer)),
        }
    }
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    data: Vec<Item>,
    #[serde(default)]
    error: Option<ArkError>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    b64_json: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    error: Option<ArkError>,
}

impl Item {
    fn picture(&self) -> Option<&str> {
        self.b64_json.as_deref().or(self.url.as_deref())
    }
}

#[derive(Deserialize)]
struct ArkError {
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    param: Option<String>,
}

/// Classes by the beginning of the code; the first that fits counts. Types and parameters may be empty.
const CODES: [(&str, Class); 31] = [
    ("MissingParameter", Class::BadRequest),
    ("InvalidImageURL", Class::BadInput),
    ("InvalidParameter", Class::BadRequest),
    ("OutputImageSensitiveContentDetected", Class::BlockedOutput),
    ("OutputImageRiskDetection", Class::BlockedOutput),
    ("OutputTextRiskDetection", Class::BlockedOutput),
    ("ContentSecurityDetectionError", Class::Overloaded),
    ("InvalidEndpoint.ClosedEndpoint", Class::ModelGone),
    ("InvalidSubscription", Class::AccountBlocked),
    ("AuthenticationError", Class::Auth),
    ("InvalidAccountStatus", Class::AccountBlocked),
    ("AccountOverdueError", Class::AccountBlocked),
    ("OperationDenied.ServiceOverdue", Class::AccountBlocked),
    ("AccessDenied", Class::ModelGone),
    ("OperationDenied", Class::ModelGone),
    ("InvalidEndpointOrModel", Class::ModelGone),
    ("ModelNotOpen", Class::ModelGone),
    ("UnsupportedModel", Class::ModelGone),
    ("RateLimitExceeded", Class::RateLimited),
    ("ModelAccountRpmRateLimitExceeded", Class::RateLimited),
    ("ModelAccountTpmRateLimitExceeded", Class::RateLimited),
    ("ModelAccountIpmRateLimitExceeded", Class::RateLimited),
    ("APIAccountRpmRateLimitExceeded", Class::RateLimited),
    ("AccountRateLimitExceeded", Class::RateLimited),
    ("RequestBurstTooFast", Class::RateLimited),
    ("InflightBatchsizeExceeded", Class::RateLimited),
    ("ServerOverloaded", Class::Overloaded),
    ("QuotaExceeded", Class::QuotaExhausted),
    ("SetLimitExceeded", Class::QuotaExhausted),
    ("InternalServiceError", Class::Overloaded),
    ("InternalError", Class::Overloaded),
];

/// Codes that refuse an input.
const REFUSALS: [&str; 5] = [
    "InputTextSensitiveContentDetected",
    "InputImageSensitiveContentDetected",
    "InputTextRiskDetection",
    "InputImageRiskDetection",
    "SensitiveContentDetected",
];

impl ArkError {
    fn said(&self) -> String {
        format!("{}: {}", self.code, self.message)
    }

    /// The class of the code, or `None` if it is not known.
    fn class(&self) -> Option<Class> {
        if REFUSALS.iter().any(|code| self.code.starts_with(code)) {
            return Some(blocked::input(&self.said()));
        }
        if self.code.starts_with("InvalidParameter") && self.is_about_a_picture() {
            return Some(Class::BadInput);
        }
        if self.message.contains("Timeout while downloading url") {
            return Some(Class::Overloaded);
        }
        let found = CODES.iter().find(|(code, _)| self.code.starts_with(code));
        found.map(|(_, class)| *class)
    }

    /// Not about how many there are: that is ours to know.
    fn is_about_a_picture(&self) -> bool {
        let text = self.message.to_lowercase();
        let named = self
            .param
            .as_deref()
            .is_some_and(|param| param.starts_with("image"));
        let unreadable = ["image size", "image format", "image width", "invalid image"];
        let counted = text.contains("cannot exceed");
        (named || unreadable.iter().any(|words| text.contains(words))) && !counted
    }
}
