//! `/s/{token}`: the page behind a share link. Its picture has a path of its own, so that taking the link back takes
//! the picture back as well.

use actix_web::http::header::{self, CACHE_CONTROL, HeaderValue, RANGE};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, http::header::HeaderMap};

use super::page::{self, escape};
use super::{Code, Problem, State, reply};
use crate::i18n::{Lang, Text};
use crate::kinds::Choice;
use crate::works::{self, Work};

fn find(state: &State, token: &str) -> Result<Work, Problem> {
    let found = state.db.read(|r| works::find_shared(r, token))?;
    found.ok_or_else(|| Problem::new(Code::NotFound))
}

/// `GET /s/{token}`
pub(super) async fn show(
    state: Data<State>,
    lang: Lang,
    token: Path<String>,
) -> Result<HttpResponse, Problem> {
    let work = find(&state, &token)?;
    let made_by = Text::new("由 AI 生成", "Made with AI").get(lang);
    let make = Text::new("我也做一张", "Make your own");
    let bundle = state.page.bundle();
    let page = bundle
        .text("share.html")
        .replace("{{lang}}", page::tag(lang))
        .replace("{{assets}}", &bundle.base())
        .replace("{{make}}", make.get(lang))
        .replace("{{footer}}", &page::footer(&state, lang))
        .replace("{{title}}", &escape(&work.title))
        .replace("{{kind}}", work.kind.label().get(lang))
        .replace("{{made_by}}", made_by)
        .replace("{{site}}", &escape(state.site.name.get(lang)))
        .replace(
            "{{url}}",
            &escape(&format!("{}/s/{token}", state.public_url)),
        )
        .replace("{{width}}", &work.size.0.to_string())
        .replace("{{height}}", &work.size.1.to_string());
    let mut response = reply::text("text/html; charset=utf-8", page);
    do_not_keep(response.headers_mut());
    Ok(response)
}

/// `GET /s/{token}/image`, whole or in part, passed on as it comes from storage.
pub(super) async fn image(
    state: Data<State>,
    token: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let work = find(&state, &token)?;
    let range = asked_range(&request, work.bytes);
    let store = state.blobs.at(work.backend)?;
    let opened = store.open(&work.blob, range.clone()).await?;
    let mut response = reply::stream(work.format.content_type(), opened, range);
    do_not_keep(response.headers_mut());
    Ok(response)
}

/// The one range of bytes that is asked for. Several at once, or one that lies outside, are answered with the whole.
fn asked_range(request: &HttpRequest, size: u64) -> Option<std::ops::Range<u64>> {
    let asked: header::Range = request.headers().get(RANGE)?.to_str().ok()?.parse().ok()?;
    match asked {
        header::Range::Bytes(ranges) if ranges.len() == 1 => {
            let (first, last) = ranges[0].to_satisfiable_range(size)?;
            Some(first..last + 1)
        }
        header::Range::Bytes(_) | header::Range::Unregistered(..) => None,
    }
}

/// A link that was taken back must not live on in caches.
fn do_not_keep(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
}
