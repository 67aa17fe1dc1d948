//! A server in this process, on a free port, in a directory of its own.

use atelier::accounts::Accounts;
use atelier::app::App;
use atelier::billing::Till;
use atelier::config::{Config, Sources};
use atelier::db::DbError;
use atelier::ledger;
use atelier::time::Moment;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The password of every user.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A running server. End every test with `server.stop().await`, which checks the books.
pub(crate) struct Server {
    /// Where it answers, without a slash at the end.
    pub(crate) url: String,
    client: Client,
    db: atelier::db::Db,
    accounts: Accounts,
    till: Till,
    until: CancellationToken,
    running: Option<JoinHandle<anyhow::Result<()>>>,
    directory: TempDir,
}

impl Server {
    /// A server with fast settings.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A server with settings that differ.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::in_directory(TempDir::new().expect("a temporary directory"), change).await
    }

    /// A server on a directory that another one left behind.
    pub(crate) async fn in_directory(directory: TempDir, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::load(&Sources {
            file: None,
            data_dir: Some(directory.path().to_owned()),
        })
        .expect("good settings");
        config.server.bind = "127.0.0.1:0".into();
        config.server.threads = 1;
        config.rate_limit.enabled = false;
        change(&mut config);
        let app = App::build(config).await.expect("the server starts");
        let until = CancellationToken::new();
        Self {
            url: format!("http://{}", app.address()),
            client: client(),
            db: app.db().clone(),
            accounts: app.accounts().clone(),
            till: app.till().clone(),
            running: Some(tokio::spawn(app.run(until.clone()))),
            until,
            directory,
        }
    }

    /// A request without a token.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// `GET` without a token.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// `POST` of JSON without a token.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(&body)).await
    }

    /// The server's database, to look into.
    pub(crate) fn db(&self) -> &atelier::db::Db {
        &self.db
    }

    /// Does what is due for orders and subscriptions `secs` from now.
    pub(crate) async fn sweep(&self, secs: i64) {
        let swept = self.till.sweep(Moment::now().plus_secs(secs)).await;
        swept.expect("a sweep");
    }

    /// A new user, logged in.
    pub(crate) async fn register(&self, username: &str) -> User<'_> {
        let body = json!({"username": username, "password": PASSWORD});
        let answer = self.post("/v1/auth/register", body).await;
        self.user(&answer)
    }

    /// A user who was here before, logged in again.
    pub(crate) async fn log_in(&self, username: &str) -> User<'_> {
        let body = json!({"username": username, "password": PASSWORD});
        let answer = self.post("/v1/auth/login", body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        self.opened(&answer)
    }

    /// The first administrator, by the setup link of the first start.
    pub(crate) async fn admin(&self, username: &str) -> User<'_> {
        let link = self.accounts.first_start_link(Moment::now()).await;
        let link = link.expect("a link").expect("nobody is administrator yet");
        let body = json!({"username": username, "password": PASSWORD});
        let answer = self.post(&format!("/v1/links/{}", link.token), body).await;
        self.user(&answer)
    }

    /// Whoever an answer with tokens is about.
    pub(crate) fn entered(&self, answer: &Answer) -> User<'_> {
        assert!(matches!(answer.status, 200 | 201), "{}", answer.body);
        self.opened(answer)
    }

    /// Whoever logs in from the mini-program with this code.
    pub(crate) async fn by_wechat(&self, code: &str) -> User<'_> {
        let entered = self.post("/v1/auth/wechat", json!({"code": code})).await;
        self.entered(&entered)
    }

    fn user(&self, opened: &Answer) -> User<'_> {
        assert_eq!(opened.status, 201, "{}", opened.body);
        self.opened(opened)
    }

    fn opened(&self, opened: &Answer) -> User<'_> {
        User {
            id: text(&opened.body["user"]["id"]),
            token: text(&opened.body["access_token"]),
            refresh_token: text(&opened.body["refresh_token"]),
            server: self,
        }
    }

    /// Tells the server to stop, as a signal would, without waiting until it has.
    pub(crate) async fn begin_stop(&self) {
        self.until.cancel();
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }

    /// Stops the server, checks the books, and gives its directory back.
    pub(crate) async fn stop(mut self) -> TempDir {
        self.until.cancel();
        let running = self.running.take().expect("it is stopped once");
        let ended = running.await.expect("the server does not panic");
        ended.expect("the server stops cleanly");
        let verdict = self.db.read(ledger::verify);
        let verdict: Result<_, DbError> = verdict;
        let verdict = verdict.expect("the books can be read");
        assert_eq!(verdict.differences, 0, "{:?}", verdict.findings);
        std::mem::replace(&mut self.directory, TempDir::new().expect("a directory"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        assert!(
            self.running.is_none() || std::thread::panicking(),
            "end the test with server.stop().await, which checks the books"
        );
    }
}

/// A user of a server.
pub(crate) struct User<'a> {
    /// The id.
    pub(crate) id: String,
    /// The access token.
    pub(crate) token: String,
    /// The refresh token.
    pub(crate) refresh_token: String,
    server: &'a Server,
}

impl User<'_> {
    /// A request with the user's token.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.server.request(method, path).bearer_auth(&self.token)
    }

    /// `GET`.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// `POST` of JSON.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(&body)).await
    }

    /// `PUT` of JSON.
    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::PUT, path).json(&body)).await
    }

    /// `DELETE`.
    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }
}

/// An answer that has been read.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// The headers.
    pub(crate) headers: reqwest::header::HeaderMap,
    /// The body as JSON; a string if it is not JSON.
    pub(crate) body: Value,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    /// Sends a request and reads the whole answer.
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let response: Response = request.send().await.expect("the server answers");
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response.bytes().await.expect("the body arrives");
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Self {
            status,
            headers,
            body,
            bytes: bytes.to_vec(),
        }
    }

    /// A header as text; empty if it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// The problem's code; asserts the status.
    pub(crate) fn refused(&self, status: u16) -> &str {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        self.body["code"].as_str().expect("a problem has a code")
    }
}

/// A client for plain http, which needs no certificates of the machine.
fn client() -> Client {
    Client::builder()
        .tls_certs_only([])
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
