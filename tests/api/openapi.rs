//! The description of the API: it holds every route and every code, and its pages need nothing from anywhere else.

use atelier::http::{Code, openapi};
use serde_json::{Value, json};

use crate::harness::{PASSWORD, Server};
use crate::isolation::routes;
use crate::shop::{idle, quick, text};

/// Routes that are the web page, not the API.
fn is_page(path: &str) -> bool {
    !path.starts_with("/v1/")
        && ![
            "/s/",
            "/files/",
            "/healthz",
            "/readyz",
            "/metrics",
            "/openapi.json",
            "/docs",
            "/llms.txt",
        ]
        .iter()
        .any(|known| path.starts_with(known))
}

fn operations(description: &Value) -> Vec<String> {
    let paths = description["paths"].as_object().expect("paths");
    let all = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().expect("methods");
        methods
            .keys()
            .map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    let mut all: Vec<String> = all.collect();
    all.sort();
    all
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let table = routes().into_iter().filter(|route| !is_page(&route.path));
    let template = |path: &str| path.replace(":.*}", "}");
    let mut table: Vec<String> = table
        .map(|route| format!("{} {}", route.method, template(&route.path)))
        .collect();
    table.sort();
    let mut described = operations(&openapi::description("http://x"));
    // PATCH goes with PUT, in the route table and here.
    described.retain(|operation| !operation.starts_with("PATCH "));
    let missing: Vec<_> = table.iter().filter(|r| !described.contains(r)).collect();
    let extra: Vec<_> = described.iter().filter(|r| !table.contains(r)).collect();
    assert!(
        missing.is_empty(),
        "src/http/openapi says nothing of {missing:?}"
    );
    assert!(
        extra.is_empty(),
        "src/http/openapi tells of {extra:?}, which nobody answers"
    );
}

#[test]
fn every_code_and_every_reference_is_there() {
    let description = openapi::description("http://x");
    let text = description.to_string();
    for code in Code::ALL.iter().filter(|c| **c != Code::MethodNotAllowed) {
        assert!(
            text.contains(&format!("\"{}\"", code.id())),
            "{}",
            code.id()
        );
    }
    let schemas = description["components"]["schemas"]
        .as_object()
        .expect("schemas");
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().expect("a name");
        assert!(schemas.contains_key(name), "{name} is not described");
    }
    let mut ids: Vec<&str> = text.split("\"operationId\":\"").skip(1).collect();
    ids.iter_mut()
        .for_each(|id| *id = id.split('"').next().unwrap_or_default());
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "operations have names of their own");
}

#[tokio::test]
async fn the_description_is_served_as_json_as_a_page_and_in_short() {
    let server: Server = idle().await;
    let description = server.get("/openapi.json").await;
    assert_eq!(description.body["openapi"], "3.1.0");
    assert_eq!(description.body["servers"][0]["url"], server.url);
    let page = server.get("/docs").await;
    assert!(page.header("content-type").starts_with("text/html"));
    for file in ["docs.css", "docs.js"] {
        let text =
            String::from_utf8(server.get(&format!("/docs/{file}")).await.bytes).expect("text");
        assert!(
            !text.contains("http://") && !text.contains("https://"),
            "{file} asks another host"
        );
        assert!(page.body.as_str().is_some_and(|html| html.contains(file)));
    }
    assert_eq!(server.get("/docs/other.js").await.refused(404), "not_found");
    let short = server.get("/llms.txt").await;
    assert!(
        short
            .body
            .as_str()
            .is_some_and(|text| text.contains("- POST /v1/jobs: "))
    );
    server.stop().await;
}

#[tokio::test]
async fn real_answers_have_every_member_that_is_promised() {
    let description = openapi::description("http://x");
    let schemas = &description["components"]["schemas"];
    let holds = |name: &str, answer: &Value| {
        let required = schemas[name]["required"].as_array().expect("members");
        assert!(!required.is_empty(), "{name} promises nothing");
        for member in required.iter().filter_map(Value::as_str) {
            assert!(answer.get(member).is_some(), "{name}.{member}: {answer}");
        }
    };
    let server = quick().await;
    let body = json!({"username": "anna", "password": PASSWORD});
    let session = server.post("/v1/auth/register", body).await;
    holds("Session", &session.body);
    holds("User", &session.body["user"]);
    let anna = server.entered(&session);
    holds("Job", &anna.job(&anna.order(1).await).await);
    let job = anna.photo(2).await;
    holds("Job", &job);
    let work = format!("/v1/works/{}", text(&job["result"]["work_id"]));
    let work = anna.get(&work).await.body;
    holds("Work", &work);
    holds("Image", &work["image"]);
    for (name, path) in [
        ("Credits", "/v1/credits"),
        ("Packages", "/v1/credits/packages"),
        ("Plans", "/v1/plans"),
        ("Subscription", "/v1/subscription"),
    ] {
        holds(name, &anna.get(path).await.body);
    }
    let packages = anna.get("/v1/credits/packages").await.body;
    holds("Package", &packages["items"][0]);
    let root = server.admin("root").await;
    let account = format!("/v1/admin/users/{}", anna.id);
    holds("Account", &root.get(&account).await.body);
    let new = json!({"name": "spring", "credits": 5, "count": 1});
    let made = root.post("/v1/admin/codes", new).await.body;
    holds("CodeBatch", &made);
    let code = json!({"code": made["codes"][0]});
    holds(
        "Redeemed",
        &anna.post("/v1/credits/redeem", code).await.body,
    );
    holds(
        "AuditLine",
        &root.get("/v1/admin/audit").await.body["items"][0],
    );
    server.stop().await;
}
