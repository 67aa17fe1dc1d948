//! `/openapi.json`, `/docs` and `/llms.txt`: the API, described by the code that answers it.
//!
//! Every route of the table has an operation in `pictures`, `people`, `billing` or `admin`; a test holds both lists equal. Choices, codes and
//! examples of problems come from their enums, so they cannot drift.

mod admin;
mod billing;
mod operation;
mod people;
mod pictures;
mod schemas;

use std::fmt::Write as _;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{Code, Problem, State, reply};
use operation::Operation;

fn operations() -> Vec<Operation> {
    let parts = [
        pictures::operations(),
        people::operations(),
        billing::operations(),
        admin::operations(),
    ];
    parts.into_iter().flatten().collect()
}

/// The description of a server at `url`, as OpenAPI 3.1.
pub fn description(url: &str) -> Value {
    let schemas = schemas::all();
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations() {
        let path = paths
            .entry(operation.template())
            .or_insert_with(|| json!({}));
        path[operation.method] = operation.render(&schemas);
        if operation.method == "put" {
            path["patch"] = operation.as_patch(&schemas);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Atelier",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": url }],
        "security": [{ "bearer": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "An access token of a log-in, or an API key.",
            } },
        },
    })
}

const ABOUT: &str = "Turns ordinary photos into fashion pictures. Upload a photo, submit a job, follow it, fetch the \
    picture. JSON in snake_case, times in RFC 3339 UTC; errors are RFC 9457 problems with a stable `code`, in Chinese or \
    English by `Accept-Language`. Lists answer `{items, next_cursor}`. PATCH does what PUT does, HEAD what GET does.";

/// The description as it is served. Made once, at start.
pub struct Description {
    json: Bytes,
    short: Bytes,
}

impl Description {
    /// The description of a server at `url`.
    pub fn of(url: &str) -> Self {
        Self {
            json: description(url).to_string().into(),
            short: short(url).into(),
        }
    }
}

/// `GET /openapi.json`
pub(super) async fn show(state: Data<State>) -> HttpResponse {
    reply::public_bytes("application/json", state.description.json.clone(), 60)
}

/// `GET /llms.txt`: the same in short, for language models.
pub(super) async fn llms(state: Data<State>) -> HttpResponse {
    reply::bytes("text/plain; charset=utf-8", state.description.short.clone())
}

fn short(url: &str) -> String {
    let mut text = format!(
        "# Atelier\n\n> {ABOUT}\n\nBase: {url}\nAuthorization: Bearer <access token or API key>\n\
         Whole description: {url}/openapi.json\n\n## Operations\n\n"
    );
    for operation in operations() {
        let method = operation.method.to_uppercase();
        let (path, what) = (operation.template(), operation.summary());
        // Writing to a text cannot fail.
        let _ = writeln!(text, "- {method} {path}: {what}");
    }
    text
}

const PAGE: &str = include_str!("../../../assets/docs/index.html");
const FILES: [(&str, &str, &str); 2] = [
    (
        "docs.css",
        "text/css; charset=utf-8",
        include_str!("../../../assets/docs/docs.css"),
    ),
    (
        "docs.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../assets/docs/docs.js"),
    ),
];

/// `GET /docs`: the description as a page that needs nothing from anywhere else.
pub(super) async fn page() -> HttpResponse {
    reply::text("text/html; charset=utf-8", PAGE)
}

/// `GET /docs/{file}`: its style and its script.
pub(super) async fn file(name: Path<String>) -> Result<HttpResponse, Problem> {
    let found = FILES.iter().find(|(file, ..)| *file == name.as_str());
    let (_, media, text) = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(reply::text(media, *text))
}
