//! One operation of the API, said shortly, and what it becomes in OpenAPI 3.1.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::schemas;
use crate::http::Code;
use crate::i18n::Text;

/// A method on a path, and everything a client has to know of it.
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    summary: Text,
    open: bool,
    parameters: Vec<Value>,
    body: Option<(&'static str, Value)>,
    status: u16,
    answer: Answer,
    refuses: Vec<Code>,
}

/// What a success holds.
enum Answer {
    Nothing,
    Schema(Value),
    Bytes(&'static str),
    /// This schema, or a table as CSV.
    Table(Value),
}

/// `GET` on a path. Until something else is said it answers an object to whoever has logged in.
pub(super) fn get(path: &'static str, zh: &'static str, en: &'static str) -> Operation {
    Operation::new("get", path, Text::new(zh, en))
}

/// `POST` on a path.
pub(super) fn post(path: &'static str, zh: &'static str, en: &'static str) -> Operation {
    Operation::new("post", path, Text::new(zh, en))
}

/// `PUT` on a path; `PATCH` does the same.
pub(super) fn put(path: &'static str, zh: &'static str, en: &'static str) -> Operation {
    Operation::new("put", path, Text::new(zh, en))
}

/// `DELETE` on a path. Until something else is said it answers nothing.
pub(super) fn delete(path: &'static str, zh: &'static str, en: &'static str) -> Operation {
    Operation::new("delete", path, Text::new(zh, en)).nothing()
}

/// A reference to a schema of `components`.
pub(super) fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

impl Operation {
    fn new(method: &'static str, path: &'static str, summary: Text) -> Self {
        Self {
            method,
            path,
            summary,
            open: false,
            parameters: Vec::new(),
            body: None,
            status: 200,
            answer: Answer::Schema(json!({ "type": "object" })),
            refuses: Vec::new(),
        }
    }

    /// Answers anybody.
    pub(super) fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Answers with this status.
    pub(super) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Answers with this schema.
    pub(super) fn answers(mut self, name: &str) -> Self {
        self.answer = Answer::Schema(schema(name));
        self
    }

    /// Answers a page of these.
    pub(super) fn pages(self, name: &str) -> Self {
        let mut paged = self.lists(name);
        let limit = json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 20 });
        paged = paged.query("limit", limit, "How many items.");
        let cursor = json!({ "type": "string", "pattern": "^([A-Za-z0-9_-]{11})?$" });
        let what = "`next_cursor` of the page before; empty for the first page.";
        paged.query("cursor", cursor, what)
    }

    /// Answers all of these at once.
    pub(super) fn lists(mut self, name: &str) -> Self {
        self.answer = Answer::Schema(json!({
            "type": "object",
            "required": ["items"],
            "properties": {
                "items": { "type": "array", "items": schema(name) },
                "next_cursor": { "type": ["string", "null"] },
            },
        }));
        self
    }

    /// Answers 204.
    pub(super) fn nothing(mut self) -> Self {
        self.status = 204;
        self.answer = Answer::Nothing;
        self
    }

    /// Answers bytes of this type.
    pub(super) fn bytes(mut self, media: &'static str) -> Self {
        self.answer = Answer::Bytes(media);
        self
    }

    /// Answers as it says already, or as a table where the query asks for one.
    pub(super) fn or_csv(mut self) -> Self {
        if let Answer::Schema(schema) = self.answer {
            self.answer = Answer::Table(schema);
        }
        self
    }

    /// Takes this schema as its body; `example` is one.
    pub(super) fn takes(mut self, name: &'static str, example: Value) -> Self {
        self.body = Some((name, example));
        self
    }

    /// Takes a query parameter.
    /// An empty one is as good as none, so an empty one is also among its choices.
    pub(super) fn query(mut self, name: &str, mut schema: Value, what: &str) -> Self {
        if let Some(choices) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            choices.push(json!(""));
        }
        self.parameters
            .push(json!({ "name": name, "in": "query", "schema": schema, "description": what }));
        self
    }

    /// Takes a header.
    pub(super) fn header(mut self, name: &str, schema: Value, what: &str) -> Self {
        self.parameters
            .push(json!({ "name": name, "in": "header", "schema": schema, "description": what }));
        self
    }

    /// Refuses for these reasons, besides those that every operation has.
    pub(super) fn refuses(mut self, codes: &[Code]) -> Self {
        self.refuses.extend(codes);
        self
    }

    /// The summary in English.
    pub(super) const fn summary(&self) -> &'static str {
        self.summary.en
    }

    /// The path as OpenAPI writes it: without patterns.
    pub(super) fn template(&self) -> String {
        self.path.replace(":.*}", "}")
    }

    /// What groups it with others: the first part of its path that says something.
    fn tag(&self) -> &'static str {
        let rest = self.path.strip_prefix("/v1/").unwrap_or("server");
        match rest.strip_prefix("admin/") {
            Some(_) => "admin",
            None => rest.split('/').next().unwrap_or("server"),
        }
    }

    fn id(&self) -> String {
        let mut id = self.method.to_owned();
        for part in self.path.split(|c: char| !c.is_ascii_alphanumeric()) {
            if !matches!(part, "" | "v1") {
                id.push('_');
                id.push_str(part);
            }
        }
        id
    }

    /// The operation as JSON.
    pub(super) fn render(&self, schemas: &Map<String, Value>) -> Value {
        let mut rendered = json!({
            "operationId": self.id(),
            "tags": [self.tag()],
            "summary": self.summary.en,
            "x-summary-zh": self.summary.zh,
            "responses": self.responses(),
        });
        let parameters = self.all_parameters();
        if !parameters.is_empty() {
            rendered["parameters"] = Value::Array(parameters);
        }
        if self.open {
            rendered["security"] = json!([]);
        }
        if let Some((name, example)) = &self.body {
            let media = json!({ "schema": schema(name), "example": example });
            rendered["requestBody"] = json!({ "required": schemas::has_required(schemas, name), "content": { "application/json": media } });
        }
        rendered
    }

    /// PATCH does what PUT does.
    pub(super) fn as_patch(&self, schemas: &Map<String, Value>) -> Value {
        let mut rendered = self.render(schemas);
        rendered["operationId"] = json!(self.id().replacen("put", "patch", 1));
        rendered
    }

    fn all_parameters(&self) -> Vec<Value> {
        let names = self.path.split('{').skip(1);
        let names = names.filter_map(|rest| rest.split(['}', ':']).next());
        let in_path = names.map(|name| {
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
        });
        in_path.chain(self.parameters.iter().cloned()).collect()
    }

    fn responses(&self) -> Map<String, Value> {
        let mut responses = Map::new();
        let content = match &self.answer {
            Answer::Nothing => json!({ "description": "Done." }),
            Answer::Schema(schema) => json!({
                "description": "Success.",
                "content": { "application/json": { "schema": schema } },
            }),
            Answer::Table(schema) => json!({
                "description": "Success.",
                "content": {
                    "application/json": { "schema": schema },
                    "text/csv": { "schema": { "type": "string" } },
                },
            }),
            Answer::Bytes(media) => json!({
                "description": "Success.",
                "content": { *media: { "schema": { "type": "string" } } },
            }),
        };
        responses.insert(self.status.to_string(), content);
        let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
        for code in self.codes() {
            let same = by_status.entry(code.status().as_u16()).or_default();
            if !same.contains(&code) {
                same.push(code);
            }
        }
        for (status, codes) in by_status {
            responses.insert(status.to_string(), refusal(&codes));
        }
        responses
    }

    /// Every reason to refuse it.
    fn codes(&self) -> Vec<Code> {
        let mut codes = self.refuses.clone();
        if !self.open {
            codes.extend([Code::Unauthorized, Code::TokenExpired]);
            codes.extend([Code::Forbidden, Code::ScopeMissing, Code::AccountFrozen]);
        }
        if self.path.contains('{') {
            codes.push(Code::NotFound);
        }
        if self.body.is_some() {
            codes.extend([Code::BadRequest, Code::InvalidJson, Code::TooLarge]);
            codes.extend([Code::UnsupportedMediaType, Code::InvalidParameters]);
            codes.push(Code::RequestTimeout);
        }
        if !self.parameters.is_empty() {
            codes.push(Code::InvalidParameters);
        }
        codes.extend([Code::RateLimited, Code::Internal, Code::Busy]);
        codes
    }
}

/// Problems of one status, each with its example.
fn refusal(codes: &[Code]) -> Value {
    let names: Vec<String> = codes.iter().map(|c| format!("`{}`", c.id())).collect();
    let examples: Map<String, Value> = codes
        .iter()
        .map(|code| (code.id().to_owned(), json!({ "value": code.example() })))
        .collect();
    let media = json!({ "schema": schema("Problem"), "examples": examples });
    json!({
        "description": format!("Refused: {}.", names.join(", ")),
        "content": { "application/problem+json": media },
    })
}
