//! The web page: one shell for every address of the app, the files that it is made of, and the operator's documents.

mod accent;
mod assets;
mod documents;

use std::sync::Arc;

use actix_web::http::header::{
    CACHE_CONTROL, ETAG, EntityTag, HeaderValue, IF_NONE_MATCH, IfNoneMatch, VARY,
};
use actix_web::{HttpRequest, HttpResponse, web};

pub use accent::Accent;
pub(super) use assets::file;
pub use documents::DocumentError;
pub(super) use documents::{footer, privacy, terms};

use super::{Problem, State, reply, site};
use crate::i18n::{Lang, Text};
use crate::jobs::Retention;
use assets::{Assets, Bundle};
use documents::Documents;

/// Addresses inside the app; it finds its way by itself.
pub(super) const PLACES: &[&str] = &[
    "/",
    "/login",
    "/register",
    "/make",
    "/make/{kind}",
    "/jobs",
    "/jobs/{id}",
    "/batches/{batch}",
    "/works",
    "/works/{id}",
    "/gallery",
    "/credits",
    "/credits/{part}",
    "/account",
    "/account/{part}",
    "/admin",
    "/admin/{part:.*}",
];

const HTML: &str = "text/html; charset=utf-8";

/// What the pages are made from. Made once, at start.
pub struct Page {
    assets: Assets,
    documents: Documents,
}

impl Page {
    /// The page of a site with these settings; fails if a document cannot be read.
    pub fn new(settings: &site::Settings, kept: &Retention) -> Result<Self, DocumentError> {
        Ok(Self {
            assets: Assets::new(settings.accent),
            documents: Documents::read(settings, kept)?,
        })
    }

    /// The files as they are now.
    pub(super) fn bundle(&self) -> Arc<Bundle> {
        self.assets.fresh()
    }
}

/// Any of [`PLACES`].
pub(super) async fn shell(
    request: HttpRequest,
    state: web::Data<State>,
    lang: Lang,
    known: web::Header<IfNoneMatch>,
) -> HttpResponse {
    let bundle = state.page.bundle();
    let site = site::body(&state).to_string().replace('<', "\\u003c");
    let text = bundle
        .text("shell.html")
        .replace("{{lang}}", tag(lang))
        .replace("{{name}}", &escape(state.site.name.get(lang)))
        .replace("{{assets}}", &bundle.base())
        .replace("{{preload}}", &bundle.preload())
        .replace("{{site}}", &site);
    let known = request
        .headers()
        .contains_key(IF_NONE_MATCH)
        .then_some(&known.0);
    page(text, known)
}

/// A refusal, for whoever followed a link with a browser.
pub(super) fn lost(state: &State, lang: Lang, problem: &Problem) -> String {
    let bundle = state.page.bundle();
    let (title, detail) = problem.words(lang);
    let home = Text::new("回首页", "To the start page").get(lang);
    bundle
        .text("lost.html")
        .replace("{{lang}}", tag(lang))
        .replace("{{title}}", &escape(title))
        .replace("{{detail}}", &escape(detail))
        .replace("{{name}}", &escape(state.site.name.get(lang)))
        .replace("{{assets}}", &bundle.base())
        .replace("{{home}}", home)
        .replace("{{footer}}", &footer(state, lang))
}

/// The name of a language in HTML.
pub(super) const fn tag(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    }
}

/// A page that browsers ask about each time, and get again only if it has changed.
fn page(text: String, known: Option<&IfNoneMatch>) -> HttpResponse {
    // The bytes change on the way when they are compressed: hence weak.
    let etag = EntityTag::new_weak(assets::digest([text.as_bytes()]));
    let same = match known {
        Some(IfNoneMatch::Any) => true,
        Some(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&etag)),
        None => false,
    };
    let mut response = if same {
        reply::not_modified(HTML)
    } else {
        reply::text(HTML, text)
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Language"));
    if let Ok(etag) = HeaderValue::try_from(etag.to_string()) {
        headers.insert(ETAG, etag);
    }
    response
}

/// A text as it may stand in HTML, in quotes too.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
