//! OpenAI's image edits, as a multipart form, and hosts that speak like it.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;

use super::cost::Usage;
use super::http::{Answer, Form, class_of_status};
use super::upstream::Upstream;
use super::{Class, OpenaiSettings, Probed, Probes, Provider, ProviderError, Started, blocked};
use crate::kinds::{Ask, Choice, Quality};

/// An image model of OpenAI, or of a host like it.
pub(super) struct Openai {
    pub(super) upstream: Upstream,
    pub(super) knobs: OpenaiSettings,
}

#[async_trait]
impl Provider for Openai {
    fn name(&self) -> &'static str {
        "openai"
    }

    fn recipe(&self) -> String {
        self.upstream.recipe()
    }

    fn probes(&self) -> Option<&dyn Probes> {
        Some(self)
    }

    async fn start(&self, ask: &Ask) -> Result<Started, ProviderError> {
        let body = self.form(ask).into_body();
        let answer = self
            .upstream
            .http
            .post(&self.knobs.edits_path, body)
            .await?;
        if !answer.is_success() {
            return Err(self.refused(&answer));
        }
        let read: Response = serde_json::from_slice(&answer.bytes)
            .map_err(|_| self.upstream.no_image("the answer is not what OpenAI says"))?;
        let usage = read.usage.as_ref().map(Counts::usage);
        let Some(picture) = read.data.iter().find_map(Item::picture) else {
            let failed = match read.refusal {
                Some(said) => self.upstream.http.error(blocked::input(&said), &said),
                None => self.upstream.no_image("the answer holds no picture"),
            };
            return Err(failed.costing(self.upstream.counted(ask.quality, usage.as_ref())));
        };
        let cost = self.upstream.cost(ask.quality, usage.as_ref());
        Ok(Started::Done(self.upstream.picture(picture, cost).await?))
    }
}

impl Openai {
    /// The form: pictures in the order in which the prompt names them.
    fn form(&self, ask: &Ask) -> Form {
        let mut form = Form::new(&ask.job.to_string());
        form.text("model", self.upstream.model(ask.quality));
        form.text("prompt", &self.upstream.prompt(ask));
        for (index, input) in self.upstream.inputs(ask).iter().enumerate() {
            let name = format!("{}-{}.jpg", index + 1, input.role.id());
            form.jpeg(&self.knobs.image_field, &name, &input.picture);
        }
        form.text("n", "1");
        let options = self.upstream.options(ask.quality);
        if let Some(size) = self.upstream.size(ask)
            && !options.contains_key("size")
        {
            form.text("size", &String::from(size.clone()));
        }
        if !self.knobs.response_format.is_empty() {
            form.text("response_format", &self.knobs.response_format);
        }
        for (name, value) in options {
            match value {
                Value::String(text) => form.text(&name, &text),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Array(_)
                | Value::Object(_) => form.text(&name, &value.to_string()),
            }
        }
        form
    }

    fn refused(&self, answer: &Answer) -> ProviderError {
        let body = answer.json();
        let error = &body["error"];
        let said = error["message"].as_str().unwrap_or_default();
        let class = class_of(answer.status, error, said);
        let code = error["code"].as_str().unwrap_or_default();
        self.upstream
            .refusal(answer, class, &format!("{code} {said}"))
    }
}

#[async_trait]
impl Probes for Openai {
    async fn probe(&self) -> Result<Probed, ProviderError> {
        let answer = self.upstream.http.get("/models").await?;
        if !answer.is_success() {
            return Err(self.refused(&answer));
        }
        let body = answer.json();
        let models = body["data"].as_array().cloned().unwrap_or_default();
        let name = self.upstream.model(Quality::Standard);
        if models.iter().any(|model| model["id"] == name) {
            Ok(Probed::Ready)
        } else {
            let said = format!("the key may not use {name}");
            Err(self.upstream.http.error(Class::ModelGone, &said))
        }
    }
}

fn class_of(status: u16, error: &Value, said: &str) -> Class {
    let code = error["code"].as_str().unwrap_or_default();
    let kind = error["type"].as_str().unwrap_or_default();
    let text = said.to_lowercase();
    match code {
        "moderation_blocked" | "content_policy_violation" => class_of_moderation(error),
        "invalid_image_file" | "invalid_image" | "unsupported_file_mimetype" => Class::BadInput,
        "billing_hard_limit_reached" | "insufficient_quota" | "credit_balance_exhausted" => {
            Class::AccountBlocked
        }
        "unsupported_country_region_territory" => Class::AccountBlocked,
        "invalid_api_key" => Class::Auth,
        "model_not_found" => Class::ModelGone,
        // Text alone tells an organisation that is not verified; its code may be null.
        _ if text.contains("must be verified") => Class::AccountBlocked,
        _ if kind == "insufficient_quota" => Class::AccountBlocked,
        _ if text.contains("region, or territory not supported") => Class::AccountBlocked,
        _ if status == 400 && text.contains("invalid image file") => Class::BadInput,
        _ => class_of_status(status),
    }
}

/// At the input unless the details say that the result was refused, or say nothing.
fn class_of_moderation(error: &Value) -> Class {
    let details = &error["moderation_details"];
    let severe = blocked::input(&error.to_string()) == Class::BlockedSevere;
    match details["moderation_stage"].as_str() {
        _ if severe => Class::BlockedSevere,
        Some("input") => Class::BlockedInput,
        Some(_) | None => Class::BlockedOutput,
    }
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    data: Vec<Item>,
    #[serde(default)]
    refusal: Option<String>,
    #[serde(default)]
    usage: Option<Counts>,
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

#[derive(Deserialize, Default)]
#[serde(default)]
struct Counts {
    input_tokens: u64,
    input_tokens_details: Details,
    output_tokens: u64,
    output_tokens_details: Details,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Details {
    image_tokens: u64,
    text_tokens: u64,
}

impl Counts {
    fn usage(&self) -> Usage {
        let image_in = self.input_tokens_details.image_tokens;
        let text_out = self.output_tokens_details.text_tokens;
        Usage {
            text_in: self.input_tokens.saturating_sub(image_in),
            image_in,
            text_out,
            image_out: self.output_tokens.saturating_sub(text_out),
            millicredits: 0,
        }
    }
}
