//! OpenRouter as played by the mock: this body, this class.

use serde_json::{Value, json};

use super::scene::{Scene, fixture};
use super::vendor::Made;

/// Models that it reaches.
const MODELS: [&str; 5] = [
    "google/gemini-3.1-flash-image",
    "openai/gpt-image-2",
    "openai/gpt-image-2.5-flare",
    "bytedance-seed/seedream-4.5",
    "qwen/qwen-image-3-pro",
];

pub(super) fn scenes() -> Vec<Scene> {
    let mut scenes = vec![
        Scene::of_base64(),
        fixture!("openrouter", "bad-request", 400, BadRequest),
        fixture!("openrouter", "bad-key", 401, Auth),
        fixture!("openrouter", "no-credits", 402, AccountBlocked),
        fixture!("openrouter", "moderation", 403, BlockedInput),
        fixture!("openrouter", "severe", 403, BlockedSevere),
        fixture!("openrouter", "no-permission", 403, ModelGone),
        fixture!("openrouter", "model-gone", 404, ModelGone),
        fixture!("openrouter", "too-large", 413, BadInput),
        fixture!("openrouter", "rate-limited", 429, RateLimited),
        fixture!("openrouter", "internal", 500, Overloaded),
        fixture!("openrouter", "provider-failed", 502, Overloaded),
        fixture!("openrouter", "edge-timeout", 524, Timeout),
        fixture!("openrouter", "overloaded", 529, Overloaded),
        fixture!("openrouter", "error-in-200", 200, Overloaded),
        fixture!("openrouter", "no-data", 200, NoImage),
    ];
    scenes.extend(Scene::of_every_vendor());
    scenes.extend(Scene::of_links());
    scenes
}

pub(super) fn success(made: &Made) -> Value {
    let item = match &made.link {
        Some(link) => json!({"url": link}),
        None => json!({"b64_json": made.base64, "media_type": made.mime}),
    };
    json!({
        "created": 1_763_800_000, "data": [item],
        "usage": {
            "prompt_tokens": 1300, "completion_tokens": 1120, "total_tokens": 2420,
            "completion_tokens_details": {"image_tokens": 1120}, "cost": 0.0671,
        },
    })
}

pub(super) fn models() -> Value {
    json!({"data": MODELS.map(|id| json!({"id": id}))})
}
