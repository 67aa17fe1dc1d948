//! Gemini as played by the mock: this body, this class.

use serde_json::{Value, json};

use super::scene::{Scene, fixture};
use super::vendor::Made;

/// Models that the key may use.
pub(super) const MODELS: [&str; 5] = [
    "gemini-3.1-flash-image",
    "gemini-3.1-flash-lite-image",
    "gemini-3-pro-image",
    "gemini-2.5-flash-image",
    "gemini-nano-banana-2.1",
];

pub(super) fn scenes() -> Vec<Scene> {
    let mut scenes = vec![
        Scene::of_base64(),
        Scene::of_thoughts(),
        fixture!("gemini", "bad-key", 400, Auth),
        fixture!("gemini", "expired-key", 400, Auth),
        fixture!("gemini", "leaked-key", 403, Auth),
        fixture!("gemini", "no-key", 403, Auth),
        fixture!("gemini", "service-disabled", 403, Auth),
        fixture!("gemini", "oauth-instead-of-key", 401, Auth),
        fixture!("gemini", "wrong-country", 400, AccountBlocked),
        fixture!("gemini", "no-billing", 400, AccountBlocked),
        fixture!("gemini", "bad-picture", 400, BadInput),
        fixture!("gemini", "invalid-picture", 400, BadInput),
        fixture!("gemini", "unknown-field", 400, BadRequest),
        fixture!("gemini", "bad-size", 400, BadRequest),
        fixture!("gemini", "model-gone", 404, ModelGone),
        fixture!("gemini", "no-free-tier", 429, AccountBlocked),
        fixture!("gemini", "day-quota", 429, QuotaExhausted),
        fixture!("gemini", "rate-limited", 429, RateLimited),
        fixture!("gemini", "capacity", 429, Overloaded),
        fixture!("gemini", "internal", 500, Overloaded),
        fixture!("gemini", "overloaded", 503, Overloaded),
        fixture!("gemini", "deadline", 504, Overloaded),
        fixture!("gemini", "array", 503, Overloaded),
        fixture!("gemini", "prompt-blocked", 200, BlockedInput),
        fixture!("gemini", "prohibited", 200, BlockedInput),
        fixture!("gemini", "severe", 200, BlockedSevere),
        fixture!("gemini", "image-prohibited", 200, BlockedInput),
        fixture!("gemini", "recitation", 200, BlockedInput),
        fixture!("gemini", "image-safety", 200, BlockedOutput),
        fixture!("gemini", "no-image", 200, NoImage),
        fixture!("gemini", "text-only", 200, NoImage),
        fixture!("gemini", "no-candidates", 200, NoImage),
        fixture!("gemini", "max-tokens", 200, NoImage),
        fixture!("gemini", "new-reason", 200, NoImage),
        fixture!("gemini", "disabled", 200, AccountBlocked),
    ];
    scenes.extend(Scene::of_every_vendor());
    scenes
}

pub(super) fn success(made: &Made) -> Value {
    let picture = |data: &str| json!({"mimeType": made.mime, "data": data});
    let mut parts = vec![json!({"text": "Here is the picture."})];
    if let Some(interim) = &made.interim {
        parts.push(json!({"thought": true, "inlineData": picture(interim)}));
    }
    parts.push(json!({"inlineData": picture(&made.base64), "thoughtSignature": "c2ln"}));
    json!({
        "candidates": [{
            "content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0,
        }],
        "usageMetadata": {
            "promptTokenCount": 1300, "candidatesTokenCount": 1120,
            "promptTokensDetails": [
                {"modality": "TEXT", "tokenCount": 180}, {"modality": "IMAGE", "tokenCount": 1120},
            ],
            "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1120}],
            "thoughtsTokenCount": 0, "totalTokenCount": 2420,
        },
        "modelVersion": made.model, "responseId": "mock",
    })
}

pub(super) fn models() -> Value {
    let model = |id: &str| {
        let methods = ["generateContent"];
        json!({"name": format!("models/{id}"), "supportedGenerationMethods": methods})
    };
    json!({"models": MODELS.map(model)})
}
