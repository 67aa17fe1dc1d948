//! OpenRouter's images: models of other vendors behind one key. Its answers say what they cost.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::{Answer, Body, Files, class_of_status};
use super::prompts::shape_of;
use super::upstream::Upstream;
use super::{Class, Probed, Probes, Provider, ProviderError, Size, Started, Usd, blocked};
use crate::kinds::{Ask, Quality};

/// A model behind OpenRouter.
pub(super) struct Openrouter(pub(super) Upstream);

#[async_trait]
impl Provider for Openrouter {
    fn name(&self) -> &'static str {
        "openrouter"
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
        let answer = self
            .0
            .http
            .post("/images", Body::json(&body, &files))
            .await?;
        if !answer.is_success() {
            return Err(self.refused(&answer));
        }
        let read: Response = serde_json::from_slice(&answer.bytes)
            .map_err(|_| self.0.no_image("the answer is not what OpenRouter says"))?;
        let billed = read.usage.and_then(|usage| usage.cost).map(Usd::micros);
        if let Some(error) = read.error {
            return Err(self.refused_with(&answer, &error).costing(billed));
        }
        let Some(picture) = read.data.first().and_then(Item::picture) else {
            return Err(self
                .0
                .no_image("the answer holds no picture")
                .costing(billed));
        };
        let cost = billed.or_else(|| self.0.cost(ask.quality, None));
        Ok(Started::Done(self.0.picture(picture, cost).await?))
    }
}

impl Openrouter {
    fn request(&self, ask: &Ask, files: &mut Files) -> Value {
        let inputs = self.0.inputs(ask).iter();
        let references: Vec<Value> = inputs
            .map(|input| {
                let url = files.data_url(&input.picture);
                json!({"type": "image_url", "image_url": {"url": url}})
            })
            .collect();
        let mut body = json!({
            "model": self.0.model(ask.quality),
            "prompt": self.0.prompt(ask),
            "input_references": references,
            "n": 1,
        });
        match self.0.size(ask) {
            // Pixels and a ratio that contradict each other are refused.
            Some(size @ Size::Pixels(..)) => body["size"] = json!(size),
            Some(Size::Tier(tier)) => {
                body["resolution"] = json!(tier);
                body["aspect_ratio"] = json!(shape_of(ask.size));
            }
            None => body["aspect_ratio"] = json!(shape_of(ask.size)),
        }
        if ask.seed > 0 {
            body["seed"] = json!(ask.seed);
        }
        self.0.with_options(ask.quality, body)
    }

    fn refused(&self, answer: &Answer) -> ProviderError {
        self.refused_with(answer, &answer.json()["error"])
    }

    fn refused_with(&self, answer: &Answer, error: &Value) -> ProviderError {
        let status = error["code"]
            .as_u64()
            .and_then(|code| u16::try_from(code).ok());
        let status = status.unwrap_or(answer.status);
        let said = error["message"].as_str().unwrap_or_default();
        let class = match status {
            403 if is_moderation(error) => blocked::input(&error.to_string()),
            403 => Class::ModelGone,
            _ => class_of_status(status),
        };
        self.0.refusal(answer, class, said)
    }
}

/// A 403 is a refusal of the content if its details say so.
fn is_moderation(error: &Value) -> bool {
    let metadata = error["metadata"].to_string().to_lowercase();
    ["moderation", "flagged", "reasons"]
        .iter()
        .any(|word| metadata.contains(word))
}

#[async_trait]
impl Probes for Openrouter {
    /// The list of models is public: it tells whether the model is there, not whether the key is good.
    async fn probe(&self) -> Result<Probed, ProviderError> {
        let answer = self.0.http.get("/images/models").await?;
        if !answer.is_success() {
            return Err(self.refused(&answer));
        }
        let body = answer.json();
        let models = body["data"].as_array().cloned().unwrap_or_default();
        let name = self.0.model(Quality::Standard);
        if models.iter().any(|model| model["id"] == name) {
            Ok(Probed::ModelListed)
        } else {
            let said = format!("there is no model {name}");
            Err(self.0.http.error(Class::ModelGone, &said))
        }
    }
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    data: Vec<Item>,
    #[serde(default)]
    usage: Option<Bill>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    b64_json: Option<String>,
    #[serde(default)]
    url: Option<String>,
}

impl Item {
    fn picture(&self) -> Option<&str> {
        self.b64_json.as_deref().or(self.url.as_deref())
    }
}

#[derive(Deserialize)]
struct Bill {
    #[serde(default)]
    cost: Option<Usd>,
}
