//! Alibaba's DashScope (Model Studio): Qwen-Image, asked and answered in one call.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::http::{Answer, Body, Files, class_of_status};
use super::upstream::Upstream;
use super::{Class, Provider, ProviderError, Size, Started, blocked};
use crate::kinds::Ask;

const PATH: &str = "/api/v1/services/aigc/multimodal-generation/generation";
/// Seeds are 31-bit integers.
const SEEDS: u64 = 1 << 31;

/// A Qwen-Image model.
pub(super) struct Dashscope(pub(super) Upstream);

#[async_trait]
impl Provider for Dashscope {
    fn name(&self) -> &'static str {
        "dashscope"
    }

    fn recipe(&self) -> String {
        self.0.recipe()
    }

    async fn start(&self, ask: &Ask) -> Result<Started, ProviderError> {
        let mut files = Files::default();
        let body = self.request(ask, &mut files);
        let answer = self.0.http.post(PATH, Body::json(&body, &files)).await?;
        let read = answer.json();
        // An error can come with status 200.
        if !answer.is_success() || (read["code"].is_string() && read["output"].is_null()) {
            return Err(self.refused(&answer, &read));
        }
        let picture = read["output"]["choices"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|choice| {
                choice["message"]["content"]
                    .as_array()
                    .into_iter()
                    .flatten()
            })
            .find_map(|item| item["image"].as_str());
        let picture = picture.ok_or_else(|| self.0.no_image("the answer holds no picture"))?;
        let cost = self.0.cost(ask.quality, None);
        Ok(Started::Done(self.0.picture(picture, cost).await?))
    }
}

impl Dashscope {
    fn request(&self, ask: &Ask, files: &mut Files) -> Value {
        let inputs = self.0.inputs(ask).iter();
        let mut content: Vec<Value> = inputs
            .map(|input| json!({"image": files.data_url(&input.picture)}))
            .collect();
        content.push(json!({"text": self.0.prompt(ask)}));
        let mut parameters = json!({
            "n": 1,
            "prompt_extend": true,
            "negative_prompt": " ",
            // Our own label is on the picture already.
            "watermark": false,
        });
        match self.0.size(ask) {
            Some(Size::Pixels(width, height)) => {
                parameters["size"] = json!(format!("{width}*{height}"));
            }
            Some(Size::Tier(tier)) => parameters["size"] = json!(tier),
            None => {}
        }
        if ask.seed > 0 {
            parameters["seed"] = json!(ask.seed % SEEDS);
        }
        json!({
            "model": self.0.model(ask.quality),
            "input": {"messages": [{"role": "user", "content": content}]},
            "parameters": self.0.with_options(ask.quality, parameters),
        })
    }

    fn refused(&self, answer: &Answer, read: &Value) -> ProviderError {
        let code = read["code"].as_str().unwrap_or_default();
        let said = format!("{code}: {}", read["message"].as_str().unwrap_or_default());
        let unknown = if answer.is_success() {
            Class::NoImage
        } else {
            class_of_status(answer.status)
        };
        let class = class_of(code, &said).unwrap_or(unknown);
        self.0.refusal(answer, class, &said)
    }
}

/// The class of a code, or `None` if it is not known.
fn class_of(code: &str, said: &str) -> Option<Class> {
    let text = said.to_lowercase();
    let class = match code {
        "InvalidURL" | "InvalidParameter.DataInspection" => Class::BadInput,
        _ if text.contains("download image failed") => Class::BadInput,
        "InvalidParameter" if text.contains("image") && !text.contains("image_count") => {
            Class::BadInput
        }
        "InvalidParameter" => Class::BadRequest,
        "DataInspectionFailed" if text.contains("output") => Class::BlockedOutput,
        "DataInspectionFailed" | "IPInfringementSuspect" => blocked::input(said),
        "Arrearage" => Class::AccountBlocked,
        "CommodityNotPurchased" | "PrepaidBillOverdue" | "PostpaidBillOverdue" => {
            Class::AccountBlocked
        }
        "InvalidApiKey" => Class::Auth,
        "AccessDenied"
        | "Model.AccessDenied"
        | "Workspace.AccessDenied"
        | "Endpoint.AccessDenied"
        | "ModelNotFound" => Class::ModelGone,
        "AllocationQuota.FreeTierOnly" | "Throttling.AllocationQuota" => Class::QuotaExhausted,
        "RequestTimeOut" | "ModelServiceFailed" | "ModelServingError" | "ModelUnavailable" => {
            Class::Overloaded
        }
        _ if code.starts_with("Throttling") => Class::RateLimited,
        _ if code.starts_with("InternalError") => Class::Overloaded,
        _ => return None,
    };
    Some(class)
}
