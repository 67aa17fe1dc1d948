//! `/v1/uploads`: input pictures.

use actix_multipart::MultipartError;
use actix_multipart::form::tempfile::TempFile;
use actix_multipart::form::{MultipartForm, MultipartFormConfig};
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Data, Payload};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use bytes::Bytes;
use serde::Serialize;

use super::extract::{Id, List, Page, read_body};
use super::refusals::upload_problem;
use super::{Code, Problem, State, reply};
use crate::accounts::Caller;
use crate::i18n::Words;
use crate::ids::UploadId;
use crate::kinds::Format;
use crate::time::Moment;
use crate::uploads::{self, Deleted, Upload};

/// An upload as its owner sees it.
#[derive(Debug, Serialize)]
struct UploadView {
    id: UploadId,
    width: u32,
    height: u32,
    bytes: u64,
    format: Format,
    url: String,
    created_at: Moment,
}

async fn view(state: &State, upload: &Upload) -> Result<UploadView, Problem> {
    Ok(UploadView {
        id: upload.id,
        width: upload.width,
        height: upload.height,
        bytes: upload.bytes,
        format: upload.format,
        url: state.uploads.url(upload, Moment::now()).await?,
        created_at: upload.created_at,
    })
}

/// The form that `wx.uploadFile` and browsers send.
#[derive(Debug, MultipartForm)]
#[multipart(duplicate_field = "deny")]
struct Form {
    file: TempFile,
}

/// Room for the form around the file, in bytes.
const FORM_BYTES: usize = 64 * 1024;

/// `POST /v1/uploads`: multipart `file` or the raw bytes.
pub(super) async fn add(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    if state.stopping.is_cancelled() {
        return Err(Problem::new(Code::Draining));
    }
    if !state.space.is_enough() {
        return Err(Problem::new(Code::DiskFull));
    }
    let bytes = receive(&state, &request, payload).await?;
    let added = state.uploads.add(caller.user, bytes, Moment::now()).await;
    let (upload, is_new) = added.map_err(upload_problem)?;
    let body = view(&state, &upload).await?;
    Ok(if is_new {
        reply::created(&format!("/v1/uploads/{}", upload.id), &body)
    } else {
        reply::ok(&body)
    })
}

async fn receive(state: &State, request: &HttpRequest, payload: Payload) -> Result<Bytes, Problem> {
    let mut payload = payload.into_inner();
    let limit = state.uploads.limits().max_bytes;
    let content_type = request.headers().get(CONTENT_TYPE);
    let content_type = content_type
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if !content_type.starts_with("multipart/form-data") {
        return read_body(request, &mut payload, limit).await;
    }
    let form = MultipartForm::<Form>::from_request(request, &mut payload)
        .await
        .map_err(|e| form_problem(&e, limit))?;
    let mut file = form.into_inner().file.file.into_file();
    tokio::task::spawn_blocking(move || {
        use std::io::{Read, Seek};
        let mut bytes = Vec::new();
        file.rewind()?;
        file.read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>(Bytes::from(bytes))
    })
    .await
    .map_err(Problem::internal)?
    .map_err(Problem::internal)
}

/// How the app reads forms: bounded, and with the file on disk.
pub(super) fn form_config(max_bytes: usize) -> MultipartFormConfig {
    MultipartFormConfig::default()
        .total_limit(max_bytes + FORM_BYTES)
        .memory_limit(FORM_BYTES)
}

fn form_problem(error: &actix_web::Error, limit: usize) -> Problem {
    if error.as_error().is_some_and(is_overflow) {
        return Problem::new(Code::TooLarge).with("limit_bytes", limit);
    }
    Problem::field(
        "/file",
        "需要名为 file 的图片文件",
        "a file field named `file` is needed",
    )
    .because(error)
}

fn is_overflow(error: &MultipartError) -> bool {
    matches!(error, MultipartError::Payload(PayloadError::Overflow))
}

/// `GET /v1/uploads`
pub(super) async fn list(
    state: Data<State>,
    caller: Caller,
    page: Page,
) -> Result<HttpResponse, Problem> {
    let rows = state
        .db
        .report(move |r| uploads::list(r, caller.user, page.cursor, page.rows()))
        .await?;
    let rows = List::new(rows, &page, |u| u.seq);
    let mut items = Vec::with_capacity(rows.items.len());
    for upload in &rows.items {
        items.push(view(&state, upload).await?);
    }
    Ok(reply::ok(&List {
        items,
        next_cursor: rows.next_cursor,
    }))
}

/// `DELETE /v1/uploads/{id}`
pub(super) async fn delete(
    state: Data<State>,
    caller: Caller,
    Id(id): Id<UploadId>,
) -> Result<HttpResponse, Problem> {
    match state.uploads.delete(caller.user, id, Moment::now()).await? {
        Deleted::Yes => Ok(reply::no_content()),
        Deleted::InUse => Err(Problem::new(Code::UploadInUse)),
        Deleted::Unknown => Err(Problem::new(Code::NotFound)
            .detail(Words::new("没有这张图片", "There is no such picture"))),
    }
}
