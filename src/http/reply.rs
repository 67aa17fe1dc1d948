//! Answers that are not refusals. The only file with status codes of success.

use actix_web::HttpResponse;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_RANGE, HeaderName,
    HeaderValue, LOCATION,
};
use futures_util::StreamExt;
use serde::Serialize;

/// 200 with a JSON body. Answers belong to one caller, so nothing on the way may keep them.
pub fn ok(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(body)
}

/// 200 with a JSON body that is the same for everybody, for `secs` seconds.
pub fn public(body: &impl Serialize, secs: u32) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, format!("public, max-age={secs}")))
        .json(body)
}

/// 200 with bytes that are the same for everybody, for `secs` seconds.
pub fn public_bytes(content_type: &str, body: bytes::Bytes, secs: u32) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((CACHE_CONTROL, format!("public, max-age={secs}")))
        .body(body)
}

/// 201 with the new thing and where it is.
pub fn created(location: &str, body: &impl Serialize) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((LOCATION, location))
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(body)
}

/// The same answer, marked as one that an idempotency key brought back if it is.
pub fn marked(mut answer: HttpResponse, replayed: bool) -> HttpResponse {
    if replayed {
        let name = HeaderName::from_static("idempotency-replayed");
        let headers = answer.headers_mut();
        headers.insert(name, HeaderValue::from_static("true"));
    }
    answer
}

/// 202 with what will be done.
pub fn accepted(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Accepted()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(body)
}

/// 204.
pub fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// A blob as it comes from storage: 200 with the whole, or 206 with the range that was asked of it.
pub fn stream(
    content_type: &str,
    blob: crate::blobs::Opened,
    range: Option<std::ops::Range<u64>>,
) -> HttpResponse {
    let size = blob.size;
    let (mut answer, length) = match range {
        Some(range) => {
            let place = format!("bytes {}-{}/{size}", range.start, range.end - 1);
            let mut answer = HttpResponse::PartialContent();
            answer.insert_header((CONTENT_RANGE, place));
            (answer, range.end - range.start)
        }
        None => (HttpResponse::Ok(), size),
    };
    answer
        .content_type(content_type)
        .insert_header((ACCEPT_RANGES, "bytes"))
        // What is compressed in the middle has no length and no ranges.
        .insert_header((CONTENT_ENCODING, "identity"))
        .no_chunking(length)
        .streaming(blob.bytes)
}

/// 304: what the client has is what there is. Its headers replace those the client has, so it says what it stands for.
pub fn not_modified(content_type: &str) -> HttpResponse {
    HttpResponse::NotModified()
        .content_type(content_type)
        .finish()
}

/// 200 with bytes of any type.
pub fn bytes(content_type: &str, body: bytes::Bytes) -> HttpResponse {
    HttpResponse::Ok().content_type(content_type).body(body)
}

/// 200 with a text of any type.
pub fn text(content_type: &str, body: impl Into<String>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .body(body.into())
}

/// 200 with server-sent events. Nothing on the way may keep, compress or collect them.
pub fn events(
    events: impl futures_util::Stream<Item = Result<bytes::Bytes, std::convert::Infallible>> + 'static,
) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .insert_header((CONTENT_ENCODING, "identity"))
        .streaming(events)
}

/// 200 with a table that browsers save under `name`. The mark at its front tells spreadsheets that it is UTF-8.
pub fn table(name: &str, csv: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .body(format!("\u{feff}{csv}"))
}

/// 200 whose body is a file that browsers save under `name`, sent in pieces; `held` is kept until the last.
pub fn download(
    (file, held): (std::fs::File, impl Send + 'static),
    content_type: &str,
    name: &str,
) -> HttpResponse {
    let file = tokio::fs::File::from_std(file);
    let pieces = tokio_util::io::ReaderStream::new(file).inspect(move |_| {
        let _held = &held;
    });
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .insert_header((CONTENT_ENCODING, "identity"))
        .streaming(pieces)
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};
    use std::sync::Arc;

    use super::*;

    #[actix_web::test]
    async fn what_a_download_holds_is_kept_until_its_end() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"whole").expect("written");
        file.rewind().expect("at its start");
        let place = Arc::new(());
        let answer = download((file, Arc::clone(&place)), "text/plain", "a.txt");
        assert_eq!(Arc::strong_count(&place), 2);
        let body = actix_web::body::to_bytes(answer.into_body()).await;
        assert_eq!(body.expect("the file"), "whole");
        assert_eq!(Arc::strong_count(&place), 1);
    }
}
