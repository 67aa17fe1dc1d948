//! The vendors that the mock plays: where each answers, what it can play, how it knows its callers.

use actix_web::HttpRequest;
use serde_json::Value;

use super::scene::Scene;
use super::{ark, dashscope, fashn, gemini, openai, openrouter};
use crate::kinds::choice;
use crate::providers::ProviderKind;

choice! {
    /// A vendor that the mock plays.
    Vendor {
        Gemini = "gemini", "Gemini", "Gemini";
        Ark = "ark", "火山方舟", "Ark";
        Openai = "openai", "OpenAI", "OpenAI";
        Dashscope = "dashscope", "百炼", "DashScope";
        Openrouter = "openrouter", "OpenRouter", "OpenRouter";
        Fashn = "fashn", "FASHN", "FASHN";
    }
}

/// A picture on its way out.
#[derive(Clone, Debug)]
pub(super) struct Made {
    /// The picture in base64.
    pub(super) base64: String,
    /// The media type that is told.
    pub(super) mime: &'static str,
    /// An interim picture before it.
    pub(super) interim: Option<String>,
    /// The address to answer instead of base64.
    pub(super) link: Option<String>,
    /// An address that has the picture in any case.
    pub(super) own_link: String,
    /// The model that was asked.
    pub(super) model: String,
    /// The id of the prediction.
    pub(super) id: String,
}

impl Vendor {
    /// The adapter that talks to it.
    pub const fn provider(self) -> ProviderKind {
        match self {
            Self::Gemini => ProviderKind::Gemini,
            Self::Ark => ProviderKind::Ark,
            Self::Openai => ProviderKind::Openai,
            Self::Dashscope => ProviderKind::Dashscope,
            Self::Openrouter => ProviderKind::Openrouter,
            Self::Fashn => ProviderKind::Fashn,
        }
    }

    /// The path of the base URL below the server's address.
    pub const fn base_path(self) -> &'static str {
        match self {
            Self::Gemini => "/gemini",
            Self::Ark => "/ark/api/v3",
            Self::Openai => "/openai/v1",
            Self::Dashscope => "/dashscope",
            Self::Openrouter => "/openrouter/api/v1",
            Self::Fashn => "/fashn",
        }
    }

    /// Everything it can play: this body, this class.
    pub fn scenes(self) -> Vec<Scene> {
        match self {
            Self::Gemini => gemini::scenes(),
            Self::Ark => ark::scenes(),
            Self::Openai => openai::scenes(),
            Self::Dashscope => dashscope::scenes(),
            Self::Openrouter => openrouter::scenes(),
            Self::Fashn => fashn::scenes(),
        }
    }

    /// The answer with a picture.
    pub(super) fn success(self, made: &Made) -> Value {
        match self {
            Self::Gemini => gemini::success(made),
            Self::Ark => ark::success(made),
            Self::Openai => openai::success(made),
            Self::Dashscope => dashscope::success(made),
            Self::Openrouter => openrouter::success(made),
            Self::Fashn => fashn::success(made),
        }
    }

    /// Answers to questions that cost nothing, by the path below the base.
    pub(super) fn free_answer(self, path: &str) -> Option<Value> {
        match (self, path) {
            (Self::Gemini, "/v1beta/models") => Some(gemini::models()),
            (Self::Openai, "/models") => Some(openai::models()),
            (Self::Openrouter, "/images/models") => Some(openrouter::models()),
            (Self::Fashn, "/v1/credits") => Some(fashn::credits()),
            _ => None,
        }
    }

    /// True if this path below the base makes pictures.
    pub(super) fn makes_at(self, path: &str) -> bool {
        match self {
            Self::Gemini => {
                path.starts_with("/v1beta/models/") && path.ends_with(":generateContent")
            }
            Self::Ark => path == "/images/generations",
            Self::Openai => path == "/images/edits",
            Self::Dashscope => path == "/api/v1/services/aigc/multimodal-generation/generation",
            Self::Openrouter => path == "/images",
            Self::Fashn => path == "/v1/run",
        }
    }

    /// The key that a request carries, in the one place where the vendor looks for it.
    pub(super) fn key(self, request: &HttpRequest) -> Option<&str> {
        let header = |name: &str| request.headers().get(name)?.to_str().ok();
        let key = match self {
            Self::Gemini => header("x-goog-api-key"),
            Self::Ark | Self::Openai | Self::Dashscope | Self::Openrouter | Self::Fashn => {
                header("authorization").and_then(|value| value.strip_prefix("Bearer "))
            }
        };
        key.filter(|key| !key.is_empty())
    }

    /// The model that a request asks for.
    pub(super) fn model(self, path: &str, body: &[u8]) -> String {
        let of_json = |name: &str| {
            let body: Value = serde_json::from_slice(body).unwrap_or_default();
            body[name].as_str().unwrap_or_default().to_owned()
        };
        match self {
            Self::Gemini => {
                let name = path.strip_prefix("/v1beta/models/").unwrap_or_default();
                name.strip_suffix(":generateContent")
                    .unwrap_or(name)
                    .to_owned()
            }
            Self::Ark | Self::Dashscope | Self::Openrouter => of_json("model"),
            Self::Fashn => of_json("model_name"),
            Self::Openai => form_field(body, "model"),
        }
    }
}

/// A text field of a multipart body; empty if there is none.
fn form_field(body: &[u8], name: &str) -> String {
    // Text fields come before pictures; what is not text is of no interest here.
    let text = String::from_utf8_lossy(&body[..body.len().min(64 << 10)]);
    let head = format!("name=\"{name}\"\r\n\r\n");
    let value = text.split_once(&head).map(|(_, rest)| rest);
    let value = value.and_then(|rest| rest.split("\r\n").next());
    value.unwrap_or_default().to_owned()
}
