//! DashScope as played by the mock: this body, this class.

use serde_json::{Value, json};

use super::scene::{Scene, fixture};
use super::vendor::Made;
use crate::providers::Class;

/// Codes of the vendor's table whose bodies differ in the code alone.
const CODES: [(u16, &str, Class); 25] = [
    (400, "IPInfringementSuspect", Class::BlockedInput),
    (400, "Arrearage", Class::AccountBlocked),
    (400, "InvalidURL", Class::BadInput),
    (400, "InvalidParameter", Class::BadRequest),
    (400, "InvalidParameter.DataInspection", Class::BadInput),
    (403, "AccessDenied", Class::ModelGone),
    (403, "Model.AccessDenied", Class::ModelGone),
    (403, "Workspace.AccessDenied", Class::ModelGone),
    (403, "AllocationQuota.FreeTierOnly", Class::QuotaExhausted),
    (404, "ModelNotFound", Class::ModelGone),
    (429, "Throttling", Class::RateLimited),
    (429, "Throttling.RateQuota", Class::RateLimited),
    (429, "Throttling.BurstRate", Class::RateLimited),
    (429, "Throttling.AllocationQuota", Class::QuotaExhausted),
    (429, "CommodityNotPurchased", Class::AccountBlocked),
    (429, "PrepaidBillOverdue", Class::AccountBlocked),
    (429, "PostpaidBillOverdue", Class::AccountBlocked),
    (500, "InternalError", Class::Overloaded),
    (500, "InternalError.Algo", Class::Overloaded),
    (500, "InternalError.Timeout", Class::Overloaded),
    (500, "RequestTimeOut", Class::Overloaded),
    (500, "ModelServiceFailed", Class::Overloaded),
    (503, "ModelServingError", Class::Overloaded),
    (503, "ModelUnavailable", Class::Overloaded),
    (500, "SomethingNew", Class::Overloaded),
];

pub(super) fn scenes() -> Vec<Scene> {
    let mut scenes = vec![
        fixture!("dashscope", "bad-key", 401, Auth),
        fixture!("dashscope", "error-in-200", 200, BadRequest),
        fixture!("dashscope", "refused", 400, BlockedInput),
        fixture!("dashscope", "result-refused", 400, BlockedOutput),
        fixture!("dashscope", "model-gone", 403, ModelGone),
        fixture!("dashscope", "bad-picture", 400, BadInput),
        fixture!("dashscope", "no-picture", 200, NoImage),
    ];
    scenes.extend(CODES.iter().map(|(status, code, class)| {
        let body = json!({"code": code, "message": "It failed.", "request_id": "mock"});
        Scene::body(code, *status, body.to_string(), *class)
    }));
    scenes.extend(Scene::of_every_vendor());
    scenes.extend(Scene::of_links());
    scenes
}

/// There is no base64 here: a picture is always an address.
pub(super) fn success(made: &Made) -> Value {
    let link = made.link.as_ref().unwrap_or(&made.own_link);
    let message = json!({"role": "assistant", "content": [{"image": link}]});
    json!({
        "output": {"choices": [{"finish_reason": "stop", "message": message}]},
        "usage": {
            "output_width": 1024, "output_height": 1536, "output_image_count": 1,
            "input_image_count": 2,
        },
        "request_id": "mock",
    })
}
