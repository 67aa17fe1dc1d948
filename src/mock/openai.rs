//! OpenAI as played by the mock: this body, this class.

use serde_json::{Value, json};

use super::scene::{Scene, fixture};
use super::vendor::Made;

/// Models that the key may use.
const MODELS: [&str; 3] = [
    "gpt-image-2.5-flare",
    "gpt-image-2.5-sunburst",
    "gpt-image-2",
];

pub(super) fn scenes() -> Vec<Scene> {
    let limited = || fixture!("openai", "rate-limited", 429, RateLimited);
    let named = |name: &'static str, scene: Scene| Scene { name, ..scene };
    let mut scenes = vec![
        Scene::of_base64(),
        fixture!("openai", "blocked-input", 400, BlockedInput),
        fixture!("openai", "blocked-output", 400, BlockedOutput),
        fixture!("openai", "policy", 400, BlockedOutput),
        fixture!("openai", "severe", 400, BlockedSevere),
        fixture!("openai", "bad-picture", 400, BadInput),
        fixture!("openai", "bad-mimetype", 400, BadInput),
        fixture!("openai", "unknown-parameter", 400, BadRequest),
        fixture!("openai", "bad-size", 400, BadRequest),
        fixture!("openai", "hard-limit", 400, AccountBlocked),
        fixture!("openai", "bad-key", 401, Auth),
        fixture!("openai", "not-verified", 403, AccountBlocked),
        fixture!("openai", "wrong-country", 403, AccountBlocked),
        fixture!("openai", "model-gone", 404, ModelGone),
        fixture!("openai", "too-large", 413, BadInput),
        fixture!("openai", "no-quota", 429, AccountBlocked),
        fixture!("openai", "no-credits", 429, AccountBlocked),
        limited(),
        named(
            "rate-limited-ms",
            limited().with_header("retry-after-ms", "1500"),
        ),
        named(
            "rate-limited-secs",
            limited().with_header("retry-after", "7"),
        ),
        fixture!("openai", "server-error", 500, Overloaded),
        fixture!("openai", "no-data", 200, NoImage),
        fixture!("openai", "refusal", 200, BlockedInput),
    ];
    scenes.extend(Scene::of_every_vendor());
    scenes.extend(Scene::of_links());
    scenes
}

pub(super) fn success(made: &Made) -> Value {
    let item = match &made.link {
        Some(link) => json!({"url": link}),
        None => json!({"b64_json": made.base64}),
    };
    json!({
        "created": 1_763_800_000, "background": "opaque", "output_format": "png",
        "quality": "high", "size": "1024x1536", "data": [item],
        "usage": {
            "input_tokens": 2100, "input_tokens_details": {"image_tokens": 2046, "text_tokens": 54},
            "output_tokens": 5500, "output_tokens_details": {"image_tokens": 5500, "text_tokens": 0},
            "total_tokens": 7600,
        },
    })
}

pub(super) fn models() -> Value {
    let model = |id: &str| json!({"id": id, "object": "model", "created": 1, "owned_by": "openai"});
    json!({"object": "list", "data": MODELS.map(model)})
}
