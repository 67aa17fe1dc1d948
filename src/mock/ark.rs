//! Ark as played by the mock: this body, this class.

use serde_json::{Value, json};

use super::scene::{Scene, fixture};
use super::vendor::Made;
use crate::providers::Class;

/// Codes of the vendor's table whose bodies differ in the code alone.
const CODES: [(u16, &str, Class); 32] = [
    (400, "MissingParameter", Class::BadRequest),
    (400, "InvalidParameter", Class::BadRequest),
    (
        400,
        "InvalidParameter.UnsupportedParameter",
        Class::BadRequest,
    ),
    (400, "InvalidImageURL.EmptyURL", Class::BadInput),
    (400, "InvalidImageURL.InvalidFormat", Class::BadInput),
    (
        400,
        "InputTextSensitiveContentDetected",
        Class::BlockedInput,
    ),
    (
        400,
        "InputImageSensitiveContentDetected.PolicyViolation",
        Class::BlockedInput,
    ),
    (
        400,
        "InputImageSensitiveContentDetected.PrivacyInformation",
        Class::BlockedInput,
    ),
    (400, "InputTextRiskDetection", Class::BlockedInput),
    (400, "InputImageRiskDetection", Class::BlockedInput),
    (
        400,
        "SensitiveContentDetected.Violence",
        Class::BlockedInput,
    ),
    (
        400,
        "OutputImageSensitiveContentDetected",
        Class::BlockedOutput,
    ),
    (
        400,
        "OutputImageSensitiveContentDetected.DeepFake",
        Class::BlockedOutput,
    ),
    (400, "OutputImageRiskDetection", Class::BlockedOutput),
    (400, "ContentSecurityDetectionError", Class::Overloaded),
    (400, "InvalidEndpoint.ClosedEndpoint", Class::ModelGone),
    (400, "InvalidSubscription", Class::AccountBlocked),
    (401, "InvalidAccountStatus", Class::AccountBlocked),
    (403, "AccountOverdueError", Class::AccountBlocked),
    (403, "OperationDenied.ServiceOverdue", Class::AccountBlocked),
    (403, "AccessDenied", Class::ModelGone),
    (403, "OperationDenied.PermissionDenied", Class::ModelGone),
    (404, "ModelNotOpen", Class::ModelGone),
    (
        404,
        "InvalidEndpointOrModel.ModelIDAccessDisabled",
        Class::ModelGone,
    ),
    (404, "UnsupportedModel", Class::ModelGone),
    (
        429,
        "RateLimitExceeded.EndpointRPMExceeded",
        Class::RateLimited,
    ),
    (429, "ModelAccountIpmRateLimitExceeded", Class::RateLimited),
    (429, "RequestBurstTooFast", Class::RateLimited),
    (429, "ServerOverloaded", Class::Overloaded),
    (429, "QuotaExceeded", Class::QuotaExhausted),
    (429, "SetLimitExceeded", Class::QuotaExhausted),
    (500, "InternalServiceError", Class::Overloaded),
];

pub(super) fn scenes() -> Vec<Scene> {
    let mut scenes = vec![
        Scene::of_base64(),
        fixture!("ark", "bad-key", 401, Auth),
        fixture!("ark", "item-refused", 200, BlockedOutput),
        fixture!("ark", "nothing-drawn", 200, Overloaded),
        fixture!("ark", "severe", 400, BlockedSevere),
        fixture!("ark", "bad-picture", 400, BadInput),
        fixture!("ark", "too-many-pictures", 400, BadRequest),
        fixture!("ark", "their-download", 400, Overloaded),
        fixture!("ark", "model-gone", 404, ModelGone),
        Scene::body("unknown-path", 404, "", Class::ModelGone),
    ];
    scenes.extend(CODES.iter().map(|(status, code, class)| {
        let error =
            json!({"code": code, "message": "The request failed.", "param": "", "type": ""});
        Scene::body(code, *status, json!({"error": error}).to_string(), *class)
    }));
    scenes.extend(Scene::of_every_vendor());
    scenes.extend(Scene::of_links());
    scenes
}

pub(super) fn success(made: &Made) -> Value {
    let mut item = json!({"size": "1344x1792", "output_format": "png"});
    match &made.link {
        Some(link) => item["url"] = json!(link),
        None => item["b64_json"] = json!(made.base64),
    }
    json!({
        "model": made.model, "created": 1_757_323_224, "data": [item],
        "usage": {
            "input_images": 2, "generated_images": 1,
            "output_tokens": 16_428, "total_tokens": 16_428,
        },
    })
}

/// The refusal of a picture of one pixel, which costs nothing.
pub(super) fn too_small() -> Value {
    let message = "The parameter `size` specified in the request is not valid: image size must \
                   be at least 921600 pixels.";
    json!({"error": {
        "code": "InvalidParameter", "message": message, "param": "size", "type": "BadRequest",
    }})
}
