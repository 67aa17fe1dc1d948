//! Talks to a server that may die in the middle of an answer.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::witness::{Known, Witness};

/// The server died before it answered: nobody knows what came of the request.
#[derive(Debug)]
pub(crate) struct Gone;

/// An answer that arrived whole.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// The body as JSON; null if it is something else.
    pub(crate) body: Value,
    /// Size of the body.
    pub(crate) bytes: u64,
    /// True if an idempotency key brought it back.
    pub(crate) replayed: bool,
}

/// One life of a server, as its clients see it.
#[derive(Clone)]
pub(crate) struct Api {
    client: Client,
    url: String,
    died: CancellationToken,
    /// Who remembers.
    pub(crate) witness: Arc<Witness>,
}

/// The password of everybody.
pub(crate) const PASSWORD: &str = "correct horse battery";

impl Api {
    /// The server at `url`.
    pub(crate) fn new(url: String, died: CancellationToken, witness: Arc<Witness>) -> Self {
        let client = Client::builder()
            .tls_certs_only([])
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()
            .expect("a client");
        Self {
            client,
            url,
            died,
            witness,
        }
    }

    /// The server is dead.
    pub(crate) fn is_over(&self) -> bool {
        self.died.is_cancelled()
    }

    /// A request of a member (or of nobody).
    pub(crate) fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        let path = path.strip_prefix(&self.url).unwrap_or(path);
        let request = self.client.request(method, format!("{}{path}", self.url));
        if token.is_empty() {
            request
        } else {
            request.bearer_auth(token)
        }
    }

    /// Sends a request. No answer means that the server is dead, or there is something to complain about.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer, Gone> {
        let answered = async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            let replayed = response.headers().contains_key("idempotency-replayed");
            let bytes = response.bytes().await?;
            Ok::<_, reqwest::Error>(Answer {
                status,
                body: serde_json::from_slice(&bytes).unwrap_or_default(),
                bytes: bytes.len() as u64,
                replayed,
            })
        };
        match answered.await {
            Ok(answer) => {
                if answer.status >= 500 && !matches!(answer.status, 503 | 507) {
                    self.witness
                        .complain(format!("answered {}: {}", answer.status, answer.body));
                }
                Ok(answer)
            }
            Err(error) => {
                let death = tokio::time::timeout(Duration::from_secs(20), self.died.cancelled());
                if death.await.is_err() {
                    self.witness
                        .complain(format!("no answer from a living server: {error}"));
                }
                Err(Gone)
            }
        }
    }

    /// `GET`.
    pub(crate) async fn get(&self, path: &str, token: &str) -> Result<Answer, Gone> {
        self.send(self.request(Method::GET, path, token)).await
    }

    /// `POST` of JSON.
    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Result<Answer, Gone> {
        self.send(self.request(Method::POST, path, token).json(body))
            .await
    }

    /// What a member is called by the server.
    pub(crate) fn token(&self, member: usize) -> String {
        self.witness.book().members[member].token.clone()
    }

    /// Sends the submit that stands under `key`, again or for the first time.
    pub(crate) async fn submit(&self, key: &str) -> Result<Option<String>, Gone> {
        let submit = self.witness.book().submits[key].clone();
        let token = self.token(submit.member);
        let request = self
            .request(Method::POST, "/v1/jobs", &token)
            .json(&submit.body);
        let answer = self.send(request.header("Idempotency-Key", key)).await?;
        match (answer.status, submit.job) {
            (200 | 202, earlier) => {
                let id = answer.body["id"].as_str().unwrap_or_default().to_owned();
                if let Some(earlier) = earlier
                    && (earlier != id || !answer.replayed)
                {
                    let what = format!("the key {key} stood for {earlier} and stands for {id}");
                    self.witness.complain(what);
                }
                self.witness.heard(submit.member, &answer.body, None);
                let mut book = self.witness.book();
                book.submits.get_mut(key).expect("it stands there").job = Some(id.clone());
                Ok(Some(id))
            }
            (402 | 503, None) => Ok(None),
            (status, _) => {
                self.witness.complain(format!(
                    "the submit {key} was answered {status}: {}",
                    answer.body
                ));
                Ok(None)
            }
        }
    }

    /// Cancels a job; a job that has begun or ended may say no.
    pub(crate) async fn cancel(&self, id: &str) -> Result<(), Gone> {
        let Some(known) = self.witness.known(id) else {
            return Ok(());
        };
        let path = format!("/v1/jobs/{id}/cancel");
        let answer = self
            .post(&path, &self.token(known.member), &json!({}))
            .await?;
        match answer.status {
            200 => self.heard_cancelled(&known, &answer.body),
            409 => {}
            status => self
                .witness
                .complain(format!("the cancel of {id} was answered {status}")),
        }
        Ok(())
    }

    fn heard_cancelled(&self, known: &Known, job: &Value) {
        if job["status"] != "cancelled" {
            self.witness.complain(format!("cancelled, but {job}"));
        }
        self.witness.heard(known.member, job, Some(known));
    }

    /// Asks for a job, waiting up to `secs` for its end; answers it.
    pub(crate) async fn look(&self, id: &str, secs: u32) -> Result<Value, Gone> {
        let Some(known) = self.witness.known(id) else {
            return Ok(Value::Null);
        };
        let request = self.request(
            Method::GET,
            &format!("/v1/jobs/{id}"),
            &self.token(known.member),
        );
        let answer = self
            .send(request.header("Prefer", format!("wait={secs}")))
            .await?;
        if answer.status == 200 {
            self.witness.heard(known.member, &answer.body, Some(&known));
        } else {
            self.witness
                .complain(format!("the job {id} was answered {}", answer.status));
        }
        Ok(answer.body)
    }

    /// Fetches the pictures of a job: they are as large as it says.
    pub(crate) async fn fetch(&self, job: &Value) -> Result<(), Gone> {
        let image = &job["result"]["images"][0];
        let (Some(url), Some(thumbnail)) = (image["url"].as_str(), image["thumbnail_url"].as_str())
        else {
            return Ok(());
        };
        let picture = self.get(url, "").await?;
        let small = self.get(thumbnail, "").await?;
        let told = image["bytes"].as_u64().unwrap_or_default();
        if (picture.status, picture.bytes, small.status) != (200, told, 200) || small.bytes == 0 {
            let what = format!("{}: its picture was answered {}", job["id"], picture.status);
            self.witness
                .complain(format!("{what} with {} of {told} bytes", picture.bytes));
        }
        Ok(())
    }
}
