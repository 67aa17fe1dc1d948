//! FASHN as played by the mock: this body, this class. What fails after the submission is told by a poll.

use serde_json::{Value, json};

use super::scene::{Scene, fixture};
use super::vendor::Made;
use crate::providers::Class;

/// Names of errors of a prediction that was accepted.
const FAILURES: [(&str, Class); 9] = [
    ("ImageLoadError", Class::BadInput),
    ("ContentModerationError", Class::BlockedInput),
    ("PoseError", Class::BadInput),
    ("InputValidationError", Class::BadRequest),
    ("ThirdPartyError", Class::BlockedInput),
    ("PipelineError", Class::Overloaded),
    ("3rdPartyProviderError", Class::Overloaded),
    ("InternalServerError", Class::Overloaded),
    ("PollingTimeout", Class::Overloaded),
];

pub(super) fn scenes() -> Vec<Scene> {
    let mut scenes = vec![
        fixture!("fashn", "bad-request", 400, BadRequest),
        fixture!("fashn", "bad-key", 401, Auth),
        fixture!("fashn", "model-gone", 404, ModelGone),
        fixture!("fashn", "rate-limited", 429, RateLimited),
        fixture!("fashn", "concurrency", 429, RateLimited),
        fixture!("fashn", "no-credits", 429, AccountBlocked),
        fixture!("fashn", "internal", 500, Overloaded),
    ];
    scenes.extend(FAILURES.iter().map(|(name, class)| {
        let error = json!({"name": name, "message": "The prediction failed."});
        let body = json!({"id": "mock", "status": "failed", "output": null, "error": error});
        Scene::body(name, 200, body.to_string(), *class)
    }));
    let ended = |status: &str| json!({"id": "mock", "status": status, "error": null}).to_string();
    scenes.push(Scene::body(
        "time_out",
        200,
        ended("time_out"),
        Class::Overloaded,
    ));
    scenes.push(Scene::body(
        "canceled",
        200,
        ended("canceled"),
        Class::NoImage,
    ));
    scenes.extend(Scene::of_every_vendor());
    scenes.extend(Scene::of_links());
    scenes
}

/// Whether a scene is told by the poll, not by the submission.
pub(super) fn is_late(scene: &Scene) -> bool {
    match &scene.play {
        super::Play::Picture(_) => true,
        super::Play::Body { status, body, .. } => *status == 200 && !body.is_empty(),
        super::Play::Html | super::Play::Cut | super::Play::Huge => false,
    }
}

pub(super) fn submitted(id: &str) -> Value {
    json!({"id": id, "error": null})
}

pub(super) fn waiting(id: &str) -> Value {
    json!({"id": id, "status": "processing", "output": null, "error": null})
}

pub(super) fn success(made: &Made) -> Value {
    let inline = || format!("data:{};base64,{}", made.mime, made.base64);
    let output = made.link.clone().unwrap_or_else(inline);
    json!({"id": made.id, "status": "completed", "output": [output], "error": null})
}

pub(super) fn credits() -> Value {
    json!({"credits": {"total": 100, "subscription": 60, "on_demand": 40}})
}
