//! `GET /files/{key}?exp&sig`: pictures on this machine's disk, lent out by signed links.

use actix_files::NamedFile;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::mime::Mime;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::extract::Query;
use super::{Code, Problem, State};
use crate::blobs::Backend;
use crate::time::Moment;

/// What makes a path a link.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Link {
    exp: i64,
    sig: String,
}

/// Serves a blob, with ranges and an ETag.
pub(super) async fn show(
    request: HttpRequest,
    path: web::Path<String>,
    link: Query<Link>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let Query(Link { exp, sig }) = link;
    let key = state
        .signer
        .verify(&path, exp, &sig, Moment::now())
        .map_err(|error| Problem::new(Code::LinkInvalid).because(error))?;
    let missing = || Problem::new(Code::NotFound);
    let path = state.blobs.at(Backend::Local)?.path_of(&key);
    let path = path.ok_or_else(missing)?;
    let file = web::block(move || NamedFile::open(path)).await;
    let file = file.map_err(Problem::internal)?.map_err(|_| missing())?;
    let media: Mime = key.content_type().parse().map_err(Problem::internal)?;
    let mut response = file.set_content_type(media).into_response(&request);
    let cache = HeaderValue::from_static(key.cache_control());
    response.headers_mut().insert(CACHE_CONTROL, cache);
    Ok(response)
}
