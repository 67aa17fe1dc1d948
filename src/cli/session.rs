//! A server of one's own for a moment: in this process, on a free port, in a temporary directory, spoken to over HTTP.

use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::config::Config;
use crate::db::Db;
use crate::ledger::{self, Verdict};

/// Enough for a gallery of every kind.
const CREDITS: u32 = 1_000;
/// How often a job's progress is asked for.
const LOOK: Duration = Duration::from_millis(250);

/// The server and one user of it.
pub(super) struct Session {
    url: String,
    client: Client,
    token: String,
    db: Db,
    until: CancellationToken,
    running: JoinHandle<anyhow::Result<()>>,
    _directory: TempDir,
}

impl Session {
    /// Starts the server with these settings (models, label, outputs), but its own place and door.
    pub(super) async fn start(mut settings: Config) -> anyhow::Result<Self> {
        let directory = TempDir::new().context("no temporary directory can be made")?;
        directory.path().clone_into(&mut settings.data_dir);
        settings.server.bind = "127.0.0.1:0".into();
        settings.server.public_url = String::new();
        settings.rate_limit.enabled = false;
        settings.credits.signup_bonus = CREDITS;
        settings.auth = crate::accounts::Settings::default();
        settings.jobs.min_free_mb = 0;
        let app = App::build(settings).await?;
        let (url, db) = (app.public_url().to_owned(), app.db().clone());
        let until = CancellationToken::new();
        let running = tokio::spawn(app.run(until.clone()));
        let mut session = Self {
            url,
            client: plain_client()?,
            token: String::new(),
            db,
            until,
            running,
            _directory: directory,
        };
        session.register().await?;
        Ok(session)
    }

    async fn register(&mut self) -> anyhow::Result<()> {
        let password = uuid::Uuid::now_v7().to_string();
        let body = json!({"username": "demo", "password": password});
        let request = self.request(Method::POST, "/v1/auth/register");
        let answer = json_of(request.json(&body)).await?;
        self.token = text(&answer["access_token"])?;
        Ok(())
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.url);
        self.client.request(method, url).bearer_auth(&self.token)
    }

    /// Uploads a picture; answers its id.
    pub(super) async fn upload(&self, picture: Bytes) -> anyhow::Result<String> {
        let request = self.request(Method::POST, "/v1/uploads");
        let request = request.header("Content-Type", "application/octet-stream");
        text(&json_of(request.body(picture)).await?["id"])
    }

    /// Submits a job and follows it to its end, telling its percentage and message on the way.
    pub(super) async fn run(
        &self,
        body: &Value,
        mut tell: impl FnMut(u64, &str),
    ) -> anyhow::Result<Value> {
        let mut job = json_of(self.request(Method::POST, "/v1/jobs").json(body)).await?;
        loop {
            let progress = job["progress"].as_u64().unwrap_or(0);
            tell(progress, job["message"]["en"].as_str().unwrap_or_default());
            let status = job["status"].as_str().unwrap_or_default();
            if !matches!(status, "pending" | "processing") {
                return Ok(job);
            }
            tokio::time::sleep(LOOK).await;
            let path = format!("/v1/jobs/{}", text(&job["id"])?);
            job = json_of(self.request(Method::GET, &path)).await?;
        }
    }

    /// The bytes behind a signed URL.
    pub(super) async fn download(&self, url: &str) -> anyhow::Result<Bytes> {
        let answer = self.client.get(url).send().await?.error_for_status()?;
        Ok(answer.bytes().await?)
    }

    /// Stops the server and checks its books.
    pub(super) async fn stop(self) -> anyhow::Result<Verdict> {
        self.until.cancel();
        self.running.await??;
        Ok(self.db.read(ledger::verify)?)
    }
}

/// A client for this machine alone: it needs no certificates.
fn plain_client() -> anyhow::Result<Client> {
    let client = Client::builder().tls_certs_only([]).no_proxy().build();
    client.context("no HTTP client can be made")
}

async fn json_of(request: RequestBuilder) -> anyhow::Result<Value> {
    let request = request.header("Accept-Language", "en");
    let answer = request.send().await?;
    let (refused, body) = (
        answer.error_for_status_ref().is_err(),
        answer.bytes().await?,
    );
    let body: Value = serde_json::from_slice(&body).context("the server answered no JSON")?;
    if refused {
        bail!("{}", explain(&body));
    }
    Ok(body)
}

/// What a problem document says, in one line.
fn explain(problem: &Value) -> String {
    let mut line = problem["detail"].as_str().unwrap_or("refused").to_owned();
    for error in problem["errors"].as_array().into_iter().flatten() {
        let (pointer, detail) = (error["pointer"].as_str(), error["detail"].as_str());
        line.push_str(&format!(
            "; {} {}",
            pointer.unwrap_or(""),
            detail.unwrap_or("")
        ));
    }
    line
}

fn text(value: &Value) -> anyhow::Result<String> {
    let text = value.as_str().context("the server's answer lacks a text")?;
    Ok(text.to_owned())
}
