//! Bad requests, in tables: every row is sent as it stands and has its status and code beside it. No balance moves,
//! no job appears, and the server goes on answering.

mod accounts;
mod bodies;
mod doors;
mod jobs;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server, User};
use crate::pictures::product;
use crate::shop::{START, idle};
use accounts::{accounts, tokens};
use bodies::bodies;
use doors::doors;
use jobs::jobs;

/// A request and what it is answered: status and code.
struct Row {
    what: &'static str,
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    status: u16,
    code: &'static str,
}

/// A row with a JSON body.
fn row(
    what: &'static str,
    method: Method,
    path: impl Into<String>,
    body: &Value,
    (status, code): (u16, &'static str),
) -> Row {
    Row {
        what,
        method,
        path: path.into(),
        headers: vec![("content-type", "application/json".into())],
        body: serde_json::to_vec(body).expect("JSON"),
        status,
        code,
    }
}

/// A row whose body is no JSON value.
fn raw(
    what: &'static str,
    path: &str,
    body: impl Into<Vec<u8>>,
    answer: (u16, &'static str),
) -> Row {
    let body = body.into();
    Row {
        body,
        ..row(what, Method::POST, path, &Value::Null, answer)
    }
}

impl Row {
    fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    /// The same row with another code.
    fn answered(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    /// Sends it; answers what is not as the row says.
    async fn wrong(self, server: &Server, token: &str) -> Option<String> {
        let mut request = server.request(self.method, &self.path).body(self.body);
        if !self
            .headers
            .iter()
            .any(|(name, _)| *name == "authorization")
        {
            request = request.bearer_auth(token);
        }
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let answer = Answer::of(request).await;
        let told = ["title", "detail", "request_id"];
        let good = answer.status == self.status
            && answer.body["code"] == self.code
            && answer.header("content-type") == "application/problem+json"
            && told.iter().all(|member| answer.body[*member].is_string());
        let (what, status, code) = (self.what, self.status, self.code);
        (!good).then(|| {
            format!(
                "{what}: {} {}, not {status} {code}",
                answer.status, answer.body
            )
        })
    }
}

const BAD: (u16, &str) = (422, "invalid_parameters");
const NOT_JSON: (u16, &str) = (400, "invalid_json");
const NOWHERE: (u16, &str) = (404, "not_found");
const WHO: (u16, &str) = (401, "unauthorized");

/// Sends every row as `mei`, and sees that nothing moved.
async fn refuse(rows: impl AsyncFnOnce(&Server, &User<'_>) -> Vec<Row>) -> usize {
    let server = idle().await;
    let user = server.register("mei").await;
    let rows = rows(&server, &user).await;
    let count = rows.len();
    let mut wrong = Vec::new();
    for row in rows {
        wrong.extend(row.wrong(&server, &user.token).await);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(user.balance().await, START);
    assert_eq!(user.moves().await, Vec::<String>::new());
    assert_eq!(server.count("SELECT count(*) FROM jobs"), 0);
    assert_eq!(server.count("SELECT count(*) FROM users"), 1);
    server.stop().await;
    count
}

#[tokio::test]
async fn bad_jobs_are_refused() {
    let count = refuse(async |_, user| jobs(&user.upload(product(1)).await)).await;
    assert!(count >= 55, "{count} rows");
}

#[tokio::test]
async fn bad_bodies_and_doors_are_refused() {
    let count = refuse(async |_, user| {
        let upload = user.upload(product(1)).await;
        bodies().into_iter().chain(doors(&upload)).collect()
    })
    .await;
    assert!(count >= 45, "{count} rows");
}

#[tokio::test]
async fn bad_accounts_and_tokens_are_refused() {
    let count = refuse(async |_, user| {
        let tokens = tokens(&user.token, &user.refresh_token);
        accounts().into_iter().chain(tokens).collect()
    })
    .await;
    assert!(count >= 45, "{count} rows");
}

#[tokio::test]
async fn foreign_and_ended_tokens_open_nothing() {
    let (server, foreign) = (idle().await, idle().await);
    let user = server.register("mei").await;
    let stranger = foreign.register("mei").await;
    let answer = |token: &str| {
        let request = server.request(Method::GET, "/v1/me").bearer_auth(token);
        Answer::of(request)
    };
    assert_eq!(answer(&stranger.token).await.refused(401), "unauthorized");
    assert_eq!(answer(&user.token).await.status, 200);
    let refresh = json!({"refresh_token": user.refresh_token});
    assert!(user.post("/v1/auth/logout", refresh.clone()).await.status < 300);
    let again = server.post("/v1/auth/refresh", refresh).await;
    assert_eq!(again.refused(401), "session_ended");
    let me = answer(&user.token).await;
    assert_eq!(me.status, 401, "{}", me.body);
    server.stop().await;
    foreign.stop().await;
}
