//! Customers who submit jobs and, when the server dies in between, submit them again with the same key.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::fate::Dice;
use crate::server::Server;

const USERS: usize = 20;
/// Submits under way at once.
const AT_ONCE: usize = 8;
const PATIENCE: Duration = Duration::from_secs(120);
const PASSWORD: &str = "correct horse battery";

struct User {
    name: String,
    token: Mutex<String>,
    person: String,
    garment: String,
}

/// The customers.
pub(crate) struct Load {
    server: Arc<Server>,
    client: Client,
    users: Vec<User>,
    seed: u64,
}

impl Load {
    /// Customers with two uploads each.
    pub(crate) async fn new(server: Arc<Server>, seed: u64) -> Self {
        let client = Client::builder().tls_certs_only([]).no_proxy();
        let mut load = Self {
            server,
            client: client.build().expect("a client"),
            users: Vec::new(),
            seed,
        };
        for n in 0..USERS {
            let name = format!("customer{n}");
            let body = json!({"username": name, "password": PASSWORD});
            let opened = load
                .until(201, || load.post("/v1/auth/register").json(&body))
                .await;
            let token = text(&opened["access_token"]);
            let (person, garment) = (
                load.upload(&token, 2 * n).await,
                load.upload(&token, 2 * n + 1).await,
            );
            load.users.push(User {
                name,
                token: Mutex::new(token),
                person,
                garment,
            });
        }
        load
    }

    /// Submits so many jobs; each is acknowledged before this returns.
    pub(crate) async fn submit(&self, jobs: usize) {
        let all = stream::iter(0..jobs).map(|number| self.submit_one(number));
        all.buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
    }

    /// Submits one job, of which every fourth is a try-on.
    pub(crate) async fn submit_one(&self, number: usize) {
        let user = &self.users[number % USERS];
        let quality = ["draft", "standard", "high"]
            [Dice::new(self.seed + number as u64).among(0..3) as usize];
        let mut body = if number.is_multiple_of(4) {
            json!({"kind": "virtual_tryon", "inputs": {"person": user.person, "garment": user.garment}})
        } else {
            json!({"kind": "product_photo", "inputs": {"product": user.garment}})
        };
        body["seed"] = json!(number + 1);
        body["quality"] = json!(quality);
        let key = format!("chaos-{number}");
        let deadline = Instant::now() + PATIENCE;
        loop {
            assert!(Instant::now() < deadline, "job {number} is not taken");
            let token = user.token.lock().expect("nobody panicked").clone();
            let request = self.post("/v1/jobs").bearer_auth(token);
            let sent = request
                .header("Idempotency-Key", &key)
                .json(&body)
                .send()
                .await;
            match sent {
                Ok(answer) if answer.status().is_success() => return,
                Ok(answer) if answer.status() == StatusCode::UNAUTHORIZED => {
                    self.log_in(user).await
                }
                Ok(answer) if answer.status().is_server_error() => {}
                Ok(answer) => panic!("{}: {:?}", answer.status(), answer.text().await),
                Err(_) => {}
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Access tokens are good for a quarter of an hour.
    async fn log_in(&self, user: &User) {
        let body = json!({"username": user.name, "password": PASSWORD});
        let opened = self
            .until(200, || self.post("/v1/auth/login").json(&body))
            .await;
        *user.token.lock().expect("nobody panicked") = text(&opened["access_token"]);
    }

    async fn upload(&self, token: &str, number: usize) -> String {
        let picture = product(number);
        let answer = self.until(201, || {
            let request = self.post("/v1/uploads").bearer_auth(token);
            request
                .header("Content-Type", "image/png")
                .body(picture.clone())
        });
        text(&answer.await["id"])
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.server.url()))
    }

    /// Sends until the server answers this status.
    async fn until(&self, status: u16, request: impl Fn() -> RequestBuilder) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Ok(answer) = request().send().await
                && answer.status().as_u16() == status
                && let Ok(body) = answer.json().await
            {
                return body;
            }
            assert!(Instant::now() < deadline, "no answer {status}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// A disc on a plain ground; every number is another colour.
fn product(number: usize) -> Vec<u8> {
    let colour = image::Rgb([200, 40 + number as u8, 60]);
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(96, 96, |x, y| {
        let (dx, dy) = (x.abs_diff(48), y.abs_diff(48));
        if dx * dx + dy * dy < 900 {
            colour
        } else {
            image::Rgb([236, 236, 236])
        }
    })
    .write_to(&mut bytes, image::ImageFormat::Png)
    .expect("it can be encoded");
    bytes.into_inner()
}
