//! A server that is told things: it answers as it is bidden and remembers what came.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::shop::until;

/// What came.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    /// The path it came to.
    pub(crate) path: String,
    /// `webhook-…` headers by the rest of their names.
    pub(crate) headers: HashMap<String, String>,
    /// The body as it came.
    pub(crate) body: String,
}

impl Letter {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// How many of the signatures are of this secret.
    pub(crate) fn signed_by(&self, secret: &str) -> usize {
        let key = secret.strip_prefix("whsec_").expect("a webhook's secret");
        let key = STANDARD.decode(key).expect("base64");
        let text = format!(
            "{}.{}.{}",
            self.headers["id"], self.headers["timestamp"], self.body
        );
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let good = format!("v1,{}", STANDARD.encode(hmac::sign(&key, text.as_bytes())));
        let signatures = self.headers["signature"].split(' ');
        signatures.filter(|s| *s == good).count()
    }
}

#[derive(Default)]
struct Desk {
    letters: Vec<Letter>,
    /// Statuses of the next answers; the last one stays.
    answers: Vec<u16>,
}

/// A running receiver.
pub(crate) struct Receiver {
    /// Where it answers.
    pub(crate) url: String,
    desk: Arc<Mutex<Desk>>,
}

impl Receiver {
    /// A receiver that answers these statuses, the last one for ever.
    pub(crate) fn start(answers: &[u16]) -> Self {
        let desk = Arc::new(Mutex::new(Desk {
            letters: Vec::new(),
            answers: answers.iter().rev().copied().collect(),
        }));
        let shared = web::Data::from(Arc::clone(&desk));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .default_service(web::to(take))
        });
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0");
        let server = server.expect("a free port");
        let url = format!("http://{}/hook", server.addrs()[0]);
        tokio::spawn(server.run());
        Self { url, desk }
    }

    /// From now on it answers this.
    pub(crate) fn answer(&self, status: u16) {
        self.desk.lock().expect("no panic inside").answers = vec![status];
    }

    /// What has come by now.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        self.desk.lock().expect("no panic inside").letters.clone()
    }

    /// What has come once it is so many.
    pub(crate) async fn wait(&self, count: usize) -> Vec<Letter> {
        until("letters come", || async {
            Some(self.letters()).filter(|letters| letters.len() >= count)
        })
        .await
    }
}

async fn take(request: HttpRequest, body: String, desk: web::Data<Mutex<Desk>>) -> HttpResponse {
    let mut desk = desk.lock().expect("no panic inside");
    let headers = request.headers().iter().filter_map(|(name, value)| {
        let name = name.as_str().strip_prefix("webhook-")?;
        Some((name.to_owned(), value.to_str().ok()?.to_owned()))
    });
    let letter = Letter {
        path: request.path().to_owned(),
        headers: headers.collect(),
        body,
    };
    desk.letters.push(letter);
    let status = match desk.answers.len() {
        0 => 200,
        1 => desk.answers[0],
        _ => desk.answers.pop().expect("there are some"),
    };
    let status = actix_web::http::StatusCode::from_u16(status).expect("a status");
    let mut answer = HttpResponse::build(status);
    answer.insert_header(("location", "/elsewhere")).finish()
}
