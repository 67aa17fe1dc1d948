//! How the mock answers a request: which scene is meant, and how it is played.

use std::time::Duration;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use serde_json::Value;

use super::pictures::base64;
use super::scene::{Disguise, Play, Scene};
use super::state::{Recorded, Shared};
use super::vendor::{Made, Vendor};
use super::{MockSettings, ark, fashn};
use crate::kinds::Choice;

const HUGE_BYTES: u64 = 70 << 20;
const HTML: &str = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
/// An address that nothing in a test may reach, with or without a network.
const PRIVATE: &str = "http://169.254.169.254/latest/meta-data/";
/// Credits that a picture of FASHN takes.
const CREDITS: &str = "1";

pub(super) async fn requests(state: web::Data<Shared>) -> HttpResponse {
    let shown: Vec<Value> = state.records().iter().map(Recorded::shown).collect();
    HttpResponse::Ok().json(shown)
}

pub(super) async fn forget(state: web::Data<Shared>) -> HttpResponse {
    state.forget();
    HttpResponse::NoContent().finish()
}

pub(super) async fn settings(state: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(state.settings())
}

pub(super) async fn set(
    state: web::Data<Shared>,
    settings: web::Json<MockSettings>,
) -> HttpResponse {
    state.set(settings.into_inner());
    HttpResponse::NoContent().finish()
}

/// Everything below the vendors' base URLs, and the files that their answers name.
pub(super) async fn vendor(
    request: HttpRequest,
    body: Bytes,
    state: web::Data<Shared>,
) -> HttpResponse {
    if let Some(file) = request.path().strip_prefix("/files/") {
        return serve(file, &state);
    }
    let (by_path, path) = split_scene(request.path());
    let vendor = Vendor::ALL.iter().find_map(|vendor| {
        let below = path.strip_prefix(vendor.base_path())?;
        below.starts_with('/').then_some((*vendor, below))
    });
    let Some((vendor, path)) = vendor else {
        return HttpResponse::NotFound().body("the mock plays no vendor at this path");
    };
    let call = Call {
        request: &request,
        body,
        state: &state,
        vendor,
        path,
        scene: by_path,
    };
    call.answer().await
}

/// `/scene/cut/ark/…` is `/ark/…` with the scene `cut`.
fn split_scene(path: &str) -> (Option<&str>, &str) {
    let split = path
        .strip_prefix("/scene/")
        .and_then(|rest| Some((rest, rest.find('/')?)));
    split.map_or((None, path), |(rest, at)| (Some(&rest[..at]), &rest[at..]))
}

struct Call<'a> {
    request: &'a HttpRequest,
    body: Bytes,
    state: &'a Shared,
    vendor: Vendor,
    path: &'a str,
    scene: Option<&'a str>,
}

impl Call<'_> {
    async fn answer(&self) -> HttpResponse {
        if self.vendor.key(self.request).is_none() {
            self.record(None);
            let refusal = self.state.scene(self.vendor, "bad-key");
            return self.play(refusal.as_ref(), "").await;
        }
        if let Some(free) = self.vendor.free_answer(self.path) {
            self.record(None);
            return HttpResponse::Ok().json(free);
        }
        if let Some(id) = self.path.strip_prefix("/v1/status/") {
            self.record(None);
            return self.status(id).await;
        }
        if !self.vendor.makes_at(self.path) {
            self.record(None);
            return HttpResponse::NotFound().finish();
        }
        if self.vendor == Vendor::Ark && self.body_json()["size"] == "1x1" {
            self.record(None);
            return HttpResponse::BadRequest().json(ark::too_small());
        }
        let scene = self.wanted();
        self.record(scene.as_ref().map(|scene| scene.name));
        let latency = Duration::from_millis(self.state.settings().latency_ms);
        tokio::time::sleep(latency).await;
        match scene {
            Some(scene) if self.vendor == Vendor::Fashn && fashn::is_late(&scene) => {
                let id = self.state.predict(scene);
                HttpResponse::Ok().json(fashn::submitted(&id))
            }
            scene => self.play(scene.as_ref(), "").await,
        }
    }

    fn body_json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    fn model(&self) -> String {
        self.vendor.model(self.path, &self.body)
    }

    /// The scene by path, header or model; else the next one of the script and the dice.
    fn wanted(&self) -> Option<Scene> {
        let header = self.request.headers().get("x-mock-scene");
        let header = header.and_then(|value| value.to_str().ok());
        let model = self.model();
        let model = model.split_once('@').map(|(_, scene)| scene);
        match self.scene.or(header).or(model) {
            Some(name) => self.state.scene(self.vendor, name),
            None => self.state.next_scene(self.vendor),
        }
    }

    fn record(&self, scene: Option<&'static str>) {
        let query = self.request.query_string();
        let mark = if query.is_empty() { "" } else { "?" };
        let headers = self.request.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), value.into_owned())
        });
        self.state.record(Recorded {
            vendor: self.vendor,
            method: self.request.method().to_string(),
            path: format!("{}{mark}{query}", self.path),
            headers: headers.collect(),
            body: self.body.clone(),
            scene,
        });
    }

    /// The state of a prediction.
    async fn status(&self, id: &str) -> HttpResponse {
        match self.state.poll(id) {
            None => {
                self.play(self.state.scene(self.vendor, "model-gone").as_ref(), id)
                    .await
            }
            Some(None) => HttpResponse::Ok().json(fashn::waiting(id)),
            Some(Some(scene)) => self.play(Some(&scene), id).await,
        }
    }

    async fn play(&self, scene: Option<&Scene>, id: &str) -> HttpResponse {
        let Some(scene) = scene else {
            return HttpResponse::NotFound().body("the mock has no such scene");
        };
        match &scene.play {
            Play::Picture(how) => self.picture(*how, id).await,
            Play::Body {
                status,
                header,
                body,
            } => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::OK);
                let mut answer = HttpResponse::build(status);
                answer.content_type("application/json");
                if let Some((name, value)) = header {
                    answer.insert_header((*name, *value));
                }
                answer.body(body.clone())
            }
            Play::Html => HttpResponse::BadGateway()
                .content_type("text/html")
                .body(HTML),
            Play::Cut => self.cut(id),
            Play::Huge => {
                let spaces = Bytes::from(vec![b' '; 1 << 20]);
                let chunks = stream::repeat(spaces).take(70).map(Ok::<_, std::io::Error>);
                HttpResponse::Ok().body(SizedStream::new(HUGE_BYTES, chunks))
            }
        }
    }

    async fn picture(&self, how: Disguise, id: &str) -> HttpResponse {
        if how == Disguise::Slow {
            let slow = Duration::from_millis(self.state.settings().slow_ms);
            tokio::time::sleep(slow).await;
        }
        let mut answer = HttpResponse::Ok();
        if self.vendor == Vendor::Fashn {
            answer.insert_header(("x-fashn-credits-used", CREDITS));
        }
        answer.json(self.vendor.success(&self.made(how, id)))
    }

    /// Half of a picture's answer, and then the end of the connection.
    fn cut(&self, id: &str) -> HttpResponse {
        let whole = self
            .vendor
            .success(&self.made(Disguise::Plain, id))
            .to_string();
        let half = Bytes::copy_from_slice(&whole.as_bytes()[..whole.len() / 2]);
        let chunks = stream::iter([Ok(half), Err(std::io::Error::other("cut"))]);
        HttpResponse::Ok().body(SizedStream::new(whole.len() as u64, slowly(chunks)))
    }

    fn made(&self, how: Disguise, id: &str) -> Made {
        let pictures = &self.state.pictures;
        let bytes: &[u8] = match how {
            Disguise::WrongType => &pictures.jpeg,
            Disguise::NoPicture => b"this is no picture",
            Disguise::Plain
            | Disguise::Slow
            | Disguise::Lines
            | Disguise::Link
            | Disguise::Expired
            | Disguise::Private
            | Disguise::Loop
            | Disguise::Thought => &pictures.png,
        };
        let at = |file: &str| {
            let info = self.request.connection_info();
            format!("http://{}/files/{file}", info.host())
        };
        let (own, given) = match how {
            Disguise::Plain | Disguise::Slow | Disguise::Lines | Disguise::Thought => {
                ("picture.png", None)
            }
            Disguise::WrongType => ("picture.jpg", None),
            Disguise::NoPicture => ("words.png", None),
            Disguise::Link => ("picture.png", Some("picture.png")),
            Disguise::Expired => ("expired.png", Some("expired.png")),
            Disguise::Private => ("private.png", Some("private.png")),
            Disguise::Loop => ("loop.png", Some("loop.png")),
        };
        Made {
            base64: base64(bytes, how == Disguise::Lines),
            mime: "image/png",
            interim: (how == Disguise::Thought).then(|| base64(&pictures.interim, false)),
            link: given.map(at),
            own_link: at(own),
            model: self.model(),
            id: id.to_owned(),
        }
    }
}

/// The first chunk has left before the second is asked for.
fn slowly<T>(chunks: impl Stream<Item = T>) -> impl Stream<Item = T> {
    chunks.then(|chunk| async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        chunk
    })
}

/// The files that answers name.
fn serve(file: &str, state: &Shared) -> HttpResponse {
    let png = |bytes: &[u8]| {
        HttpResponse::Ok()
            .content_type("image/png")
            .body(bytes.to_vec())
    };
    let to = |target: &str| {
        HttpResponse::Found()
            .insert_header(("location", target))
            .finish()
    };
    match file {
        "picture.png" => png(&state.pictures.png),
        // Declared as what it is not, like some vendors' storage does.
        "picture.jpg" => png(&state.pictures.jpeg),
        "words.png" => png(b"this is no picture"),
        "private.png" => to(PRIVATE),
        "loop.png" => to("/files/loop.png"),
        "expired.png" => HttpResponse::Forbidden()
            .content_type("application/xml")
            .body(
                "<Error><Code>AccessDenied</Code><Message>Request has expired.</Message></Error>",
            ),
        _ => HttpResponse::NotFound().finish(),
    }
}
