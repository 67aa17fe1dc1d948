//! FASHN, a specialist for try-on: a prediction is submitted, then asked for until it is done.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::cost::Usage;
use super::http::{Answer, Body, Files, class_of_status};
use super::prompts::shape_of;
use super::upstream::Upstream;
use super::{
    Class, Picture, Polled, Polls, Probed, Probes, Provider, ProviderError, Size, Started,
    UpstreamId, blocked,
};
use crate::kinds::{Ask, InputFile, Quality, Role, Settings, virtual_tryon::Category};

/// A try-on model of FASHN.
pub(super) struct Fashn(pub(super) Upstream);

#[async_trait]
impl Provider for Fashn {
    fn name(&self) -> &'static str {
        "fashn"
    }

    fn recipe(&self) -> String {
        self.0.recipe()
    }

    fn polls(&self) -> Option<&dyn Polls> {
        Some(self)
    }

    fn probes(&self) -> Option<&dyn Probes> {
        Some(self)
    }

    async fn start(&self, ask: &Ask) -> Result<Started, ProviderError> {
        let mut files = Files::default();
        let body = self.request(ask, &mut files)?;
        let answer = self
            .0
            .http
            .post("/v1/run", Body::json(&body, &files))
            .await?;
        if !answer.is_success() {
            return Err(self.refused(&answer));
        }
        let read = answer.json();
        match read["id"].as_str().filter(|id| is_id(id)) {
            Some(id) => Ok(Started::Waiting(UpstreamId(id.to_owned()))),
            None => Err(self.failed(&read)),
        }
    }
}

/// Whether a text may stand in a path.
fn is_id(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !text.is_empty() && text.len() <= 128 && text.chars().all(plain)
}

impl Fashn {
    fn request(&self, ask: &Ask, files: &mut Files) -> Result<Value, ProviderError> {
        let of = |role: Role| {
            let found = ask.inputs.iter().find(|input| input.role == role);
            found.ok_or_else(|| {
                let detail = "a try-on needs a person and a garment";
                ProviderError::new(Class::BadRequest, detail)
            })
        };
        let (person, garment) = (of(Role::Person)?, of(Role::Garment)?);
        let model = self.0.model(ask.quality);
        let inputs = if model.starts_with("tryon-v") {
            classic(ask, person, garment, files)
        } else {
            self.prompted(ask, person, garment, files)
        };
        let mut inputs = self.0.with_options(ask.quality, inputs);
        inputs["output_format"] = json!("png");
        // In and out in the request itself: then nothing of it is kept there.
        inputs["return_base64"] = json!(true);
        if ask.seed > 0 {
            inputs["seed"] = json!(ask.seed % (1 << 32));
        }
        Ok(json!({"model_name": model, "inputs": inputs}))
    }

    /// The models that take a prompt and a size.
    fn prompted(
        &self,
        ask: &Ask,
        person: &InputFile,
        garment: &InputFile,
        files: &mut Files,
    ) -> Value {
        let mut inputs = json!({
            "model_image": files.data_url(&person.picture),
            "product_image": files.data_url(&garment.picture),
            "prompt": self.0.prompt(ask),
            "aspect_ratio": shape_of(ask.size),
            "num_images": 1,
        });
        if let Some(Size::Tier(tier)) = self.0.size(ask) {
            inputs["resolution"] = json!(tier);
        }
        inputs
    }

    fn refused(&self, answer: &Answer) -> ProviderError {
        let read = answer.json();
        let name = read["error"].as_str().unwrap_or_default();
        let class = match name {
            "OutOfCredits" => Class::AccountBlocked,
            "UnauthorizedAccess" => Class::Auth,
            "RateLimitExceeded" | "ConcurrencyLimitExceeded" => Class::RateLimited,
            _ => class_of_status(answer.status),
        };
        let said = format!("{name}: {}", read["message"].as_str().unwrap_or_default());
        self.0.refusal(answer, class, &said)
    }

    /// A prediction that failed.
    fn failed(&self, read: &Value) -> ProviderError {
        let name = read["error"]["name"].as_str().unwrap_or_default();
        let said = read["error"]["message"].as_str().unwrap_or_default();
        let said = format!("{name}: {said}");
        let class = match name {
            "ImageLoadError" | "PoseError" => Class::BadInput,
            "ContentModerationError" | "ThirdPartyError" => blocked::input(&said),
            "InputValidationError" => Class::BadRequest,
            "PipelineError"
            | "3rdPartyProviderError"
            | "InternalServerError"
            | "PollingTimeout" => Class::Overloaded,
            _ => Class::NoImage,
        };
        let mut error = self.0.http.error(class, &said);
        if name == "PoseError" {
            error.code = Some("person_not_found");
        }
        error
    }
}

/// The model that takes no prompt: the category says what the garment is.
fn classic(ask: &Ask, person: &InputFile, garment: &InputFile, files: &mut Files) -> Value {
    json!({
        "model_image": files.data_url(&person.picture),
        "garment_image": files.data_url(&garment.picture),
        "category": category(&ask.settings),
        "garment_photo_type": "auto",
        "moderation_level": "permissive",
        "segmentation_free": true,
        "num_samples": 1,
    })
}

const fn category(settings: &Settings) -> &'static str {
    match settings {
        Settings::VirtualTryon(tryon) => match tryon.category {
            Category::Auto => "auto",
            Category::Top => "tops",
            Category::Bottom => "bottoms",
            Category::Dress => "one-pieces",
        },
        Settings::FashionPhoto(_) | Settings::DigitalAvatar(_) | Settings::ProductPhoto(_) => {
            "auto"
        }
    }
}

#[async_trait]
impl Polls for Fashn {
    async fn poll(&self, upstream: &UpstreamId) -> Result<Polled, ProviderError> {
        if !is_id(&upstream.0) {
            return Err(self.0.http.error(Class::Internal, "no id to ask for"));
        }
        let answer = self
            .0
            .http
            .get(&format!("/v1/status/{}", upstream.0))
            .await?;
        if !answer.is_success() {
            return Err(self.refused(&answer));
        }
        let read = answer.json();
        let failed = |class, said| Ok(Polled::Failed(self.0.http.error(class, said)));
        match read["status"].as_str() {
            Some("starting" | "in_queue" | "processing") => Ok(Polled::Waiting),
            Some("completed") => match self.completed(&answer, &read).await {
                Ok(picture) => Ok(Polled::Done(picture)),
                // The result is there and could not be fetched this time.
                Err(error) if error.class == Class::Timeout => Err(error),
                Err(error) => Ok(Polled::Failed(error)),
            },
            Some("time_out") => failed(Class::Overloaded, "it took FASHN too long"),
            Some("canceled") => failed(Class::NoImage, "it was cancelled at FASHN"),
            Some(_) | None => Ok(Polled::Failed(self.failed(&read))),
        }
    }
}

impl Fashn {
    async fn completed(&self, answer: &Answer, read: &Value) -> Result<Picture, ProviderError> {
        let credits = answer.header("x-fashn-credits-used");
        let credits = credits.and_then(|text| text.parse::<f64>().ok());
        let usage = credits
            .filter(|credits| (0.0..1e6).contains(credits))
            .map(|credits| Usage {
                millicredits: (credits * 1000.0).round() as u64,
                ..Usage::default()
            });
        // The quality is not known here, and neither is the price then.
        let rates = self.0.settings.rates.at(Quality::Standard);
        let cost = usage
            .zip(rates)
            .and_then(|(usage, rates)| super::cost::cost(&usage, rates));
        let output = read["output"].as_array().into_iter().flatten();
        let picture = output.filter_map(Value::as_str).next();
        let picture = picture.ok_or_else(|| self.0.no_image("the answer holds no picture"))?;
        self.0.picture(picture, cost).await
    }
}

#[async_trait]
impl Probes for Fashn {
    async fn probe(&self) -> Result<Probed, ProviderError> {
        let answer = self.0.http.get("/v1/credits").await?;
        if !answer.is_success() {
            return Err(self.refused(&answer));
        }
        match answer.json()["credits"]["total"].as_f64() {
            Some(total) if total <= 0.0 => {
                let said = "the account has no credits";
                Err(self.0.http.error(Class::AccountBlocked, said))
            }
            Some(_) | None => Ok(Probed::KeyGood),
        }
    }
}
