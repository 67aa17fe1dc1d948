//! Google's Gemini: `generateContent` of the Developer API, version v1beta.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Value, json};

use super::cost::Usage;
use super::http::{Answer, Body, Files, clamped, class_of_status};
use super::prompts::shape_of;
use super::upstream::Upstream;
use super::{Class, Probed, Probes, Provider, ProviderError, Size, Started, blocked};
use crate::kinds::{Ask, Quality};

/// Filters of Google that may be set; the ones for pictures may not.
const HARMS: [&str; 4] = [
    "HARM_CATEGORY_HARASSMENT",
    "HARM_CATEGORY_HATE_SPEECH",
    "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_DANGEROUS_CONTENT",
];
/// Seeds are 32-bit integers.
const SEEDS: u64 = 1 << 31;

/// A Gemini model.
pub(super) struct Gemini(pub(super) Upstream);

#[async_trait]
impl Provider for Gemini {
    fn name(&self) -> &'static str {
        "gemini"
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
        let path = format!(
            "/v1beta/models/{}:generateContent",
            self.0.model(ask.quality)
        );
        let answer = self.0.http.post(&path, Body::json(&body, &files)).await?;
        if !answer.is_success() {
            return Err(self.refused(&answer));
        }
        let read: Response = serde_json::from_slice(&answer.bytes)
            .map_err(|_| self.0.no_image("the answer is not what Gemini says"))?;
        let Some(data) = read.picture() else {
            let (class, said) = read.why_not();
            let cost = self.0.counted(ask.quality, read.usage().as_ref());
            return Err(self.0.http.error(class, &said).costing(cost));
        };
        let usage = read.usage().filter(|usage| usage.image_out > 0);
        let cost = self.0.cost(ask.quality, usage.as_ref());
        Ok(Started::Done(self.0.picture(data, cost).await?))
    }
}

impl Gemini {
    fn request(&self, ask: &Ask, files: &mut Files) -> Value {
        let inputs = self.0.inputs(ask).iter();
        let mut parts: Vec<Value> = inputs
            .map(|input| {
                let data = files.base64(&input.picture);
                json!({"inlineData": {"mimeType": "image/jpeg", "data": data}})
            })
            .collect();
        parts.push(json!({"text": self.0.prompt(ask)}));
        let mut image = json!({"aspectRatio": shape_of(ask.size)});
        // Some models know one size only, and refuse to be told it.
        if let Some(Size::Tier(tier)) = self.0.size(ask) {
            image["imageSize"] = json!(tier);
        }
        let mut generation = json!({"responseModalities": ["TEXT", "IMAGE"], "imageConfig": image});
        if ask.seed > 0 {
            generation["seed"] = json!(ask.seed % SEEDS);
        }
        let harm = |category| json!({"category": category, "threshold": "BLOCK_ONLY_HIGH"});
        json!({
            "contents": [{"role": "user", "parts": parts}],
            "generationConfig": self.0.with_options(ask.quality, generation),
            "safetySettings": HARMS.map(harm),
        })
    }

    fn refused(&self, answer: &Answer) -> ProviderError {
        let body = answer.json();
        // The envelope may come in an array of one.
        let error = body.get(0).unwrap_or(&body).get("error");
        let Some(error) = error else {
            let class = class_of_status(answer.status);
            return self.0.refusal(answer, class, "an answer without an error");
        };
        let said = error["message"].as_str().unwrap_or_default();
        let class = class_of(answer.status, error, said);
        let mut refusal = self.0.refusal(answer, class, said);
        if let Some(secs) = retry_delay(error) {
            refusal.retry_after = Some(clamped(secs));
        }
        refusal
    }
}

#[async_trait]
impl Probes for Gemini {
    async fn probe(&self) -> Result<Probed, ProviderError> {
        let answer = self.0.http.get("/v1beta/models?pageSize=1000").await?;
        if !answer.is_success() {
            return Err(self.refused(&answer));
        }
        let body = answer.json();
        let models = body["models"].as_array().cloned().unwrap_or_default();
        let name = format!("models/{}", self.0.model(Quality::Standard));
        if models.iter().any(|model| model["name"] == name.as_str()) {
            Ok(Probed::Ready)
        } else {
            let said = format!("the key may not use {name}");
            Err(self.0.http.error(Class::ModelGone, &said))
        }
    }
}

/// The details of an error that have this type.
fn details<'a>(error: &'a Value, kind: &str) -> impl Iterator<Item = &'a Value> {
    let details = error["details"].as_array().into_iter().flatten();
    details.filter(move |detail| {
        let name = detail["@type"].as_str().unwrap_or_default();
        name.rsplit('.').next() == Some(kind)
    })
}

fn retry_delay(error: &Value) -> Option<f64> {
    let delay = details(error, "RetryInfo").find_map(|detail| detail["retryDelay"].as_str())?;
    delay.strip_suffix('s')?.parse().ok()
}

fn class_of(status: u16, error: &Value, said: &str) -> Class {
    let reason = details(error, "ErrorInfo").find_map(|detail| detail["reason"].as_str());
    let text = said.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match (status, error["status"].as_str().unwrap_or_default()) {
        // A bad key is 400 here, not 401.
        (400, _) if reason == Some("API_KEY_INVALID") || says(&["api key"]) => Class::Auth,
        (400, "FAILED_PRECONDITION") => Class::AccountBlocked,
        (400, _) if says(&["input image", "provided image"]) => Class::BadInput,
        (429, _) if reason == Some("MODEL_CAPACITY_EXHAUSTED") => Class::Overloaded,
        (429, _) => class_of_quota(error, &text),
        _ => class_of_status(status),
    }
}

fn class_of_quota(error: &Value, said: &str) -> Class {
    let violations: Vec<&Value> = details(error, "QuotaFailure")
        .flat_map(|detail| detail["violations"].as_array().into_iter().flatten())
        .collect();
    let id = |violation: &Value| violation["quotaId"].as_str().unwrap_or_default().to_owned();
    let no_free_tier = violations.iter().any(|v| {
        id(v).contains("FreeTier") && (v["quotaValue"] == "0" || said.contains("limit: 0"))
    });
    if no_free_tier {
        Class::AccountBlocked
    } else if violations.iter().any(|v| id(v).contains("PerDay")) {
        Class::QuotaExhausted
    } else {
        Class::RateLimited
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(default)]
    candidates: Vec<Candidate>,
    #[serde(default, alias = "prompt_feedback")]
    prompt_feedback: Option<Feedback>,
    #[serde(default, alias = "usage_metadata")]
    usage_metadata: Option<UsageMetadata>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    #[serde(default)]
    content: Option<Content>,
    #[serde(default, alias = "finish_reason")]
    finish_reason: Option<String>,
    #[serde(default, alias = "finish_message")]
    finish_message: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    #[serde(default)]
    thought: bool,
    #[serde(default, alias = "inline_data")]
    inline_data: Option<InlineData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InlineData {
    #[serde(default, alias = "mime_type")]
    mime_type: String,
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    #[serde(default, alias = "block_reason")]
    block_reason: Option<String>,
    #[serde(default, alias = "block_reason_message")]
    block_reason_message: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct UsageMetadata {
    prompt_token_count: u64,
    prompt_tokens_details: Vec<Tokens>,
    candidates_token_count: u64,
    candidates_tokens_details: Vec<Tokens>,
    thoughts_token_count: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Tokens {
    modality: String,
    token_count: u64,
}

impl Response {
    /// The last picture that is not a thought.
    fn picture(&self) -> Option<&str> {
        let contents = self.candidates.iter().filter_map(|c| c.content.as_ref());
        let parts = contents.flat_map(|content| &content.parts);
        let mut pictures = parts
            .filter(|part| !part.thought)
            .filter_map(|part| part.inline_data.as_ref())
            .filter(|data| data.mime_type.starts_with("image/"));
        pictures.next_back().map(|data| data.data.as_str())
    }

    /// Why a success holds no picture.
    fn why_not(&self) -> (Class, String) {
        let feedback = self.prompt_feedback.as_ref();
        if let Some(reason) = feedback.and_then(|f| f.block_reason.as_deref()) {
            let more = feedback.and_then(|f| f.block_reason_message.as_deref());
            let said = format!(
                "the prompt was blocked: {reason} {}",
                more.unwrap_or_default()
            );
            return (blocked::input(&said), said);
        }
        let candidate = self.candidates.first();
        let reason = candidate.and_then(|c| c.finish_reason.as_deref());
        let more = candidate.and_then(|c| c.finish_message.as_deref());
        let reason = reason.unwrap_or("no candidate");
        let said = format!("no picture: {reason} {}", more.unwrap_or_default());
        let class = match reason {
            "PROHIBITED_CONTENT"
            | "BLOCKLIST"
            | "SPII"
            | "SAFETY"
            | "IMAGE_PROHIBITED_CONTENT"
            | "RECITATION"
            | "IMAGE_RECITATION"
            | "LANGUAGE" => blocked::input(&said),
            "IMAGE_SAFETY" => Class::BlockedOutput,
            "PUP_LIMITED_DISABLED" => Class::AccountBlocked,
            _ => Class::NoImage,
        };
        (class, said)
    }

    /// What the answer counts. Without a split of what was answered nobody can tell the dear tokens from the cheap ones.
    fn usage(&self) -> Option<Usage> {
        let counts = self.usage_metadata.as_ref()?;
        let of = |list: &[Tokens], modality: &str| -> u64 {
            let found = list.iter().filter(|t| t.modality == modality);
            found.map(|t| t.token_count).sum()
        };
        let (sent, answered) = (
            &counts.prompt_tokens_details,
            &counts.candidates_tokens_details,
        );
        let image_in = of(sent, "IMAGE");
        let image_out = of(answered, "IMAGE");
        let is_split = counts.candidates_token_count == 0 || !answered.is_empty();
        is_split.then(|| Usage {
            text_in: counts.prompt_token_count.saturating_sub(image_in),
            image_in,
            text_out: counts.candidates_token_count.saturating_sub(image_out)
                + counts.thoughts_token_count,
            image_out,
            millicredits: 0,
        })
    }
}
