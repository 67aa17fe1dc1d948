//! Three vendors in one small server: `alpha` and `beta` speak Gemini's format, `gamma` speaks FASHN's, whose pictures
//! are asked for until they are there. It outlives every kill of the server and remembers every call.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::fate::Fate;

/// Longer than the models' timeout.
const TOO_LONG: Duration = Duration::from_secs(4);

/// What was called for one job.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Calls {
    /// Calls for a picture.
    pub(crate) all: u64,
    /// Of these, those that the vendor charges for.
    pub(crate) paid: u64,
}

#[derive(Default)]
struct Record {
    by_job: HashMap<u64, Calls>,
    made_by: BTreeMap<String, usize>,
    fates: BTreeMap<String, usize>,
    /// What `gamma` is making: how often it was asked for.
    making: HashMap<String, u64>,
    polls: u64,
}

/// The vendors. Clones share them.
#[derive(Clone)]
pub(crate) struct Upstream {
    address: SocketAddr,
    record: Arc<Mutex<Record>>,
    is_down: Arc<AtomicBool>,
    seed: u64,
    picture: Arc<String>,
}

struct Request {
    path: String,
    body: Value,
}

/// An answer: status, content type, body, and whether the connection breaks halfway.
struct Reply {
    status: u16,
    content_type: &'static str,
    body: String,
    is_cut: bool,
}

impl Reply {
    fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            content_type: "application/json",
            body: body.to_string(),
            is_cut: false,
        }
    }
}

impl Upstream {
    /// Starts the vendors on a free port.
    pub(crate) async fn start(seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let upstream = Self {
            address: listener.local_addr().expect("an address"),
            record: Arc::default(),
            is_down: Arc::default(),
            seed,
            picture: Arc::new(STANDARD.encode(picture())),
        };
        let vendors = upstream.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let vendors = vendors.clone();
                // A server that is killed breaks its connections.
                tokio::spawn(async move { drop(vendors.serve(stream).await) });
            }
        });
        upstream
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes `alpha` down, or up again.
    pub(crate) fn set_down(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::Relaxed);
    }

    /// How many pictures a vendor made.
    pub(crate) fn made_by(&self, vendor: &str) -> usize {
        let record = self.record.lock().expect("nobody panicked");
        record.made_by.get(vendor).copied().unwrap_or(0)
    }

    /// What was called for each job, by the job's seed.
    pub(crate) fn calls(&self) -> HashMap<u64, Calls> {
        self.record.lock().expect("nobody panicked").by_job.clone()
    }

    /// Figures for people.
    pub(crate) fn print(&self) {
        let record = self.record.lock().expect("nobody panicked");
        println!("pictures made upstream: {:?}", record.made_by);
        println!("calls by fate: {:?}; polls: {}", record.fates, record.polls);
    }

    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        while let Some(request) = read(&mut stream).await? {
            let reply = self.answer(&request).await;
            let head = format!(
                "HTTP/1.1 {} x\r\ncontent-type: {}\r\ncontent-length: {}\r\n\r\n",
                reply.status,
                reply.content_type,
                reply.body.len()
            );
            stream.write_all(head.as_bytes()).await?;
            if reply.is_cut {
                let half = reply.body.len() / 2;
                stream.write_all(&reply.body.as_bytes()[..half]).await?;
                return stream.shutdown().await;
            }
            stream.write_all(reply.body.as_bytes()).await?;
            stream.flush().await?;
        }
        Ok(())
    }

    async fn answer(&self, request: &Request) -> Reply {
        let mut path = request.path.split('/').filter(|part| !part.is_empty());
        let vendor = path.next().unwrap_or_default();
        let last = path.next_back().unwrap_or_default();
        match vendor {
            "gamma" if last == "run" => self.run(&request.body).await,
            "gamma" => self.status(last),
            vendor => self.generate(vendor, &request.body).await,
        }
    }

    /// Throws the dice for a call and remembers it.
    fn fate(&self, vendor: &str, job: u64) -> Fate {
        let mut record = self.record.lock().expect("nobody panicked");
        let calls = record.by_job.entry(job).or_default();
        calls.all += 1;
        let is_down = vendor == "alpha" && self.is_down.load(Ordering::Relaxed);
        let fate = if is_down {
            Fate::Overloaded
        } else {
            Fate::of(self.seed, job, calls.all)
        };
        calls.paid += u64::from(fate.is_paid());
        *record.fates.entry(format!("{fate:?}")).or_default() += 1;
        if fate.is_paid() {
            *record.made_by.entry(vendor.to_owned()).or_default() += 1;
        }
        fate
    }

    async fn generate(&self, vendor: &str, body: &Value) -> Reply {
        let job = body["generationConfig"]["seed"].as_u64().expect("a seed");
        let fate = self.fate(vendor, job);
        let finished = |reason: &str| {
            let candidate = json!({"content": {"parts": [{"text": "…"}]}, "finishReason": reason});
            Reply::json(200, &json!({"candidates": [candidate]}))
        };
        match fate {
            Fate::Picture | Fate::Cut | Fate::Slow => {
                if fate == Fate::Slow {
                    tokio::time::sleep(TOO_LONG).await;
                }
                let data = json!({"mimeType": "image/png", "data": *self.picture});
                let parts = json!([{"inlineData": data}]);
                let candidate = json!({"content": {"parts": parts}, "finishReason": "STOP"});
                let mut reply = Reply::json(200, &json!({"candidates": [candidate]}));
                reply.is_cut = fate == Fate::Cut;
                reply
            }
            Fate::Nothing => finished("STOP"),
            Fate::Unsafe => finished("IMAGE_SAFETY"),
            Fate::Refused => finished("PROHIBITED_CONTENT"),
            Fate::Overloaded | Fate::Limited | Fate::Html => refusal(fate),
        }
    }

    async fn run(&self, body: &Value) -> Reply {
        let job = body["inputs"]["seed"].as_u64().expect("a seed");
        let fate = self.fate("gamma", job);
        if matches!(fate, Fate::Overloaded | Fate::Limited | Fate::Html) {
            return refusal(fate);
        }
        let mut record = self.record.lock().expect("nobody panicked");
        let id = format!("{fate:?}-{job}-{}", record.making.len());
        record.making.insert(id.clone(), 0);
        let mut reply = Reply::json(200, &json!({"id": id, "error": null}));
        reply.is_cut = fate == Fate::Cut;
        reply
    }

    /// Every third question fails; the second that does not finds the picture done.
    fn status(&self, id: &str) -> Reply {
        let mut record = self.record.lock().expect("nobody panicked");
        record.polls += 1;
        let Some(asked) = record.making.get_mut(id) else {
            return Reply::json(404, &json!({"error": "NotFound", "message": "no such id"}));
        };
        *asked += 1;
        let failed = |name: &str| {
            let error = json!({"name": name, "message": "…"});
            Reply::json(200, &json!({"id": id, "status": "failed", "error": error}))
        };
        match (*asked, id.split('-').next().unwrap_or_default()) {
            (1, _) => Reply::json(
                500,
                &json!({"error": "InternalServerError", "message": "…"}),
            ),
            (2, _) => Reply::json(200, &json!({"id": id, "status": "processing"})),
            (_, "Nothing") => failed("PipelineError"),
            (_, "Unsafe" | "Refused") => failed("ContentModerationError"),
            _ => {
                let output = format!("data:image/png;base64,{}", self.picture);
                let done = json!({"id": id, "status": "completed", "output": [output]});
                Reply::json(200, &done)
            }
        }
    }
}

fn refusal(fate: Fate) -> Reply {
    let error = |code: u16, status: &str| {
        let retry =
            json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1s"});
        json!({"error": {"code": code, "status": status, "message": "…", "details": [retry]}})
    };
    match fate {
        Fate::Limited => Reply::json(429, &error(429, "RESOURCE_EXHAUSTED")),
        Fate::Html => Reply {
            status: 502,
            content_type: "text/html",
            body: "<html><h1>Bad Gateway</h1></html>".into(),
            is_cut: false,
        },
        Fate::Overloaded
        | Fate::Picture
        | Fate::Cut
        | Fate::Slow
        | Fate::Nothing
        | Fate::Unsafe
        | Fate::Refused => Reply::json(
            503,
            &json!({"error": {"code": 503, "status": "UNAVAILABLE"}}),
        ),
    }
}

/// One request; none if the connection was closed between two.
async fn read(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Request>> {
    let (mut path, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if path.is_empty() {
            path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        } else if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().expect("a number");
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Ok(Some(Request { path, body }))
}

/// A small picture.
fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(64, 64, |x, y| image::Rgb([x as u8 * 4, y as u8 * 4, 90]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("it can be encoded");
    bytes.into_inner()
}
