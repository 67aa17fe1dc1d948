//! A stand-in for a COS bucket with CI, in this process, over real HTTP. It keeps objects in memory and refuses requests
//! whose signature is out of time, lacks the host, or changes on the way; that signatures are right is for the official
//! SDK to say (`tests/tencent/mock.py`).
#![allow(
    dead_code,
    reason = "each of the tests that share it uses another part"
)]

pub(crate) mod cos_label;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, RANGE};
use actix_web::web::{self, Bytes, Data, PayloadConfig};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};

/// Largest body in bytes.
const MOST: usize = 64 * 1024 * 1024;

/// The stand-in. It ends with the test.
pub(crate) struct Double {
    /// Where it answers, without a slash at the end.
    pub(crate) url: String,
    bucket: Arc<Bucket>,
    handle: actix_web::dev::ServerHandle,
}

#[derive(Default)]
struct Bucket {
    objects: Mutex<BTreeMap<String, Object>>,
    faults: Mutex<Vec<(u16, String)>>,
    broken: Mutex<Option<(String, u16, String)>>,
    seen: Mutex<Vec<String>>,
    verdict: Mutex<String>,
    cutout: Mutex<Vec<u8>>,
    links: Mutex<BTreeMap<String, String>>,
    labels: Mutex<BTreeMap<String, String>>,
}

struct Object {
    bytes: Bytes,
    content_type: String,
    cache_control: String,
}

impl Double {
    /// Starts it on a free port.
    pub(crate) async fn start() -> Self {
        let bucket = Arc::new(Bucket::default());
        let shared = Data::from(Arc::clone(&bucket));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .app_data(PayloadConfig::new(MOST))
                .default_service(web::to(answer))
        })
        .workers(1)
        .disable_signals()
        .shutdown_timeout(0)
        .bind("127.0.0.1:0")
        .expect("a free port");
        let url = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self {
            url,
            bucket,
            handle,
        }
    }

    /// The next `times` requests fail in this way.
    pub(crate) fn fail(&self, times: usize, status: u16, code: &str) {
        *lock(&self.bucket.faults) = vec![(status, code.to_owned()); times];
    }

    /// Every request whose line holds `part` fails in this way.
    pub(crate) fn break_on(&self, part: &str, status: u16, code: &str) {
        *lock(&self.bucket.broken) = Some((part.to_owned(), status, code.to_owned()));
    }

    /// How many requests began with this, such as `PUT` or `GET /works/`.
    pub(crate) fn seen(&self, beginning: &str) -> usize {
        let seen = lock(&self.bucket.seen);
        seen.iter()
            .filter(|line| line.starts_with(beginning))
            .count()
    }

    /// Every request line that holds `part`.
    pub(crate) fn lines(&self, part: &str) -> Vec<String> {
        let seen = lock(&self.bucket.seen);
        seen.iter()
            .filter(|line| line.contains(part))
            .cloned()
            .collect()
    }

    /// What lies under a name.
    pub(crate) fn object(&self, name: &str) -> Bytes {
        let objects = lock(&self.bucket.objects);
        objects.get(name).expect("an object").bytes.clone()
    }

    /// The names of all objects.
    pub(crate) fn names(&self) -> Vec<String> {
        lock(&self.bucket.objects).keys().cloned().collect()
    }

    /// What moderation answers from now on: the elements inside `RecognitionResult`.
    pub(crate) fn judge(&self, verdict: &str) {
        verdict.clone_into(&mut lock(&self.bucket.verdict));
    }

    /// The PNG that matting answers from now on.
    pub(crate) fn cut_out(&self, png: Vec<u8>) {
        *lock(&self.bucket.cutout) = png;
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

type Params = BTreeMap<String, String>;

async fn answer(request: HttpRequest, body: Bytes, bucket: Data<Bucket>) -> HttpResponse {
    let query = request.query_string();
    let params: Params = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let name = percent_decoded(request.path().trim_start_matches('/'));
    let process = params
        .get("ci-process")
        .map(String::as_str)
        .unwrap_or_default();
    let line = format!("{} /{name} {process}", request.method());
    lock(&bucket.seen).push(line.clone());
    let broken = lock(&bucket.broken).clone();
    if let Some((part, status, code)) = broken
        && line.contains(&part)
    {
        return refuse(status, &code);
    }
    let fault = lock(&bucket.faults).pop();
    if let Some((status, code)) = fault {
        return refuse(status, &code);
    }
    if let Err(code) = signed(&request, &params, &bucket) {
        return refuse(403, code);
    }
    match (request.method().as_str(), process) {
        ("PUT", "") => put(&request, name, body, &bucket),
        ("GET", "") if name.is_empty() => list(&params, &bucket),
        ("GET", "sensitive-content-recognition") => judge(&name, &bucket),
        ("GET", "ImageAIGCMetadata") => cos_label::read(&name, &bucket),
        ("GET" | "HEAD", "") => get(&request, &name, &params, &bucket),
        ("DELETE", "") => {
            lock(&bucket.objects).remove(&name);
            HttpResponse::NoContent().finish()
        }
        _ => refuse(405, "MethodNotAllowed"),
    }
}

fn percent_decoded(path: &str) -> String {
    let form = path.replace('+', "%2B");
    url::form_urlencoded::parse(form.as_bytes())
        .next()
        .map_or_else(String::new, |(name, _)| name.into_owned())
}

/// The fields of the signature, from the header or the query.
fn signed(request: &HttpRequest, params: &Params, bucket: &Bucket) -> Result<(), &'static str> {
    let header = request
        .headers()
        .get("authorization")
        .and_then(|v| v.to_str().ok());
    let fields: Params = match header {
        Some(text) => text
            .split('&')
            .filter_map(|field| field.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        None => params.clone(),
    };
    let field = |name| fields.get(name).map(String::as_str).unwrap_or_default();
    let list = |name| field(name).split(';').collect::<Vec<_>>();
    if field("q-signature").len() != 40 {
        return Err("AccessDenied");
    }
    let (start, end) = field("q-sign-time").split_once(';').ok_or("AccessDenied")?;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| d.as_secs());
    let within = |t: &str, early: bool| {
        t.parse::<u64>()
            .is_ok_and(|t| if early { t <= now } else { t > now })
    };
    if !within(start, true) || !within(end, false) {
        return Err("RequestIsExpired");
    }
    let sensitive = |name: &str| name.starts_with("response-") || name.starts_with("ci-");
    let all = params
        .keys()
        .filter(|name| sensitive(name))
        .all(|name| list("q-url-param-list").contains(&name.as_str()));
    if !list("q-header-list").contains(&"host") || !all {
        return Err("SignatureDoesNotMatch");
    }
    // The same signature must always come with the same request.
    let content: Vec<String> = params
        .iter()
        .filter(|(n, _)| sensitive(n))
        .map(|(n, v)| format!("{n}={v}"))
        .collect();
    let content = format!("{} {}", request.path(), content.join("&"));
    let mut links = lock(&bucket.links);
    let first = links
        .entry(field("q-signature").to_owned())
        .or_insert_with(|| content.clone());
    if *first == content {
        Ok(())
    } else {
        Err("SignatureDoesNotMatch")
    }
}

fn put(request: &HttpRequest, name: String, body: Bytes, bucket: &Bucket) -> HttpResponse {
    let header = |name| {
        let value = request.headers().get(name).and_then(|v| v.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let object = Object {
        bytes: body,
        content_type: header(CONTENT_TYPE),
        cache_control: header(CACHE_CONTROL),
    };
    let sent = object.bytes.clone();
    lock(&bucket.objects).insert(name, object);
    let operations = request
        .headers()
        .get("pic-operations")
        .and_then(|v| v.to_str().ok());
    match operations {
        Some(operations) => process(operations, sent, bucket),
        None => HttpResponse::Ok().finish(),
    }
}

/// Upload-time processing: the result appears under the name that the rule gives.
fn process(operations: &str, sent: Bytes, bucket: &Bucket) -> HttpResponse {
    let operations: serde_json::Value = serde_json::from_str(operations).unwrap_or_default();
    let rule = &operations["rules"][0];
    let name = rule["fileid"]
        .as_str()
        .unwrap_or_default()
        .trim_start_matches('/')
        .to_owned();
    let rule = rule["rule"].as_str().unwrap_or_default();
    lock(&bucket.seen).push(format!("CI {rule}"));
    if rule.starts_with("imageMogr2/AIGCMetadata/Label/MQ/") {
        return cos_label::write(name, &sent, rule, bucket);
    }
    let png = lock(&bucket.cutout).clone();
    if png.is_empty() {
        return refuse(400, "InvalidImageFormat");
    }
    let size = png.len();
    let object = Object {
        bytes: png.into(),
        content_type: "image/png".into(),
        cache_control: String::new(),
    };
    let done = format!(
        "<UploadResult><OriginalInfo><Key>in</Key></OriginalInfo><ProcessResults><Object><Key>{name}</Key>\
         <Format>PNG</Format><Size>{size}</Size></Object></ProcessResults></UploadResult>"
    );
    lock(&bucket.objects).insert(name, object);
    xml(200, &done)
}

fn get(request: &HttpRequest, name: &str, params: &Params, bucket: &Bucket) -> HttpResponse {
    let objects = lock(&bucket.objects);
    let Some(object) = objects.get(name) else {
        return refuse(404, "NoSuchKey");
    };
    let or = |name: &str, own: &str| {
        params
            .get(name)
            .map_or_else(|| own.to_owned(), Clone::clone)
    };
    let mut answer = HttpResponse::build(StatusCode::OK);
    answer
        .insert_header((
            CONTENT_TYPE,
            or("response-content-type", &object.content_type),
        ))
        .insert_header((
            CACHE_CONTROL,
            or("response-cache-control", &object.cache_control),
        ));
    let range = request.headers().get(RANGE).and_then(|v| v.to_str().ok());
    let range = range.and_then(|r| r.strip_prefix("bytes=")?.split_once('-'));
    let Some((first, last)) = range else {
        return answer.body(object.bytes.clone());
    };
    let (first, last): (usize, usize) = (first.parse().unwrap_or(0), last.parse().unwrap_or(0));
    let last = last.min(object.bytes.len() - 1);
    let place = format!("bytes {first}-{last}/{}", object.bytes.len());
    answer
        .status(StatusCode::PARTIAL_CONTENT)
        .insert_header((CONTENT_RANGE, place));
    answer.body(object.bytes.slice(first..=last))
}

/// Two objects a page, so that pages are turned.
fn list(params: &Params, bucket: &Bucket) -> HttpResponse {
    let param = |name: &str| params.get(name).map(String::as_str).unwrap_or_default();
    let objects = lock(&bucket.objects);
    let found: Vec<_> = objects
        .iter()
        .filter(|(name, _)| name.starts_with(param("prefix")) && name.as_str() > param("marker"))
        .collect();
    let mut page = String::from("<ListBucketResult>");
    for (name, object) in found.iter().take(2) {
        let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.000Z");
        page.push_str(&format!(
            "<Contents><Key>{name}</Key><LastModified>{now}</LastModified><ETag>&quot;x&quot;</ETag><Size>{}</Size>\
             <Owner><ID>1</ID></Owner></Contents>",
            object.bytes.len()
        ));
    }
    let more = found.len() > 2;
    page.push_str(&format!("<IsTruncated>{more}</IsTruncated>"));
    if more {
        page.push_str(&format!("<NextMarker>{}</NextMarker>", found[1].0));
    }
    page.push_str("</ListBucketResult>");
    xml(200, &page)
}

fn judge(name: &str, bucket: &Bucket) -> HttpResponse {
    if !lock(&bucket.objects).contains_key(name) {
        return refuse(404, "NoSuchKey");
    }
    let verdict = lock(&bucket.verdict).clone();
    xml(
        200,
        &format!("<RecognitionResult><JobId>j1</JobId>{verdict}</RecognitionResult>"),
    )
}

fn refuse(status: u16, code: &str) -> HttpResponse {
    let text = format!(
        "<?xml version='1.0' encoding='utf-8' ?><Error><Code>{code}</Code><Message>as asked</Message>\
         <RequestId>double</RequestId></Error>"
    );
    xml(status, &text)
}

fn xml(status: u16, text: &str) -> HttpResponse {
    let status = StatusCode::from_u16(status).expect("a status");
    HttpResponse::build(status)
        .content_type("application/xml")
        .body(text.to_owned())
}
