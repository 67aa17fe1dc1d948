//! `/`: the start page. It needs nothing from anywhere else; its one script spends one-time links.

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::extract::Query;
use super::{State, reply};
use crate::i18n::Lang;

const START: &str = include_str!("../../assets/web/start.html");
const SCRIPT: &str = include_str!("../../assets/web/start.js");
const STYLE: &str = include_str!("../../assets/web/start.css");

/// What the page's own links add.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    lang: Option<Lang>,
}

/// `GET /`.
pub(super) async fn start(
    state: web::Data<State>,
    accepted: Lang,
    choice: Query<Choice>,
) -> HttpResponse {
    let lang = choice.0.lang.unwrap_or(accepted);
    let site = &state.site;
    let tag = match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    let filing = |f: &super::site::Filing| {
        let text = escape(&f.text);
        match f.url.as_str() {
            "" => format!("<span>{text}</span>"),
            url => format!("<a href=\"{}\">{text}</a>", escape(url)),
        }
    };
    let filings: Vec<String> = site.filings.iter().map(filing).collect();
    let page = START
        .replace("{{lang}}", tag)
        .replace("{{name}}", &escape(site.name.get(lang)))
        .replace("{{notice}}", &escape(site.notice.get(lang)))
        .replace("{{contact}}", &escape(&site.contact))
        .replace("{{url}}", &escape(&state.public_url))
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
        .replace("{{filings}}", &filings.join(" "));
    let mut response = reply::text("text/html; charset=utf-8", page);
    let vary = HeaderValue::from_static("no-cache");
    response.headers_mut().insert(CACHE_CONTROL, vary);
    response
}

/// `GET /start.css`.
pub(super) async fn style() -> HttpResponse {
    asset("text/css; charset=utf-8", STYLE)
}

/// `GET /start.js`.
pub(super) async fn script() -> HttpResponse {
    asset("text/javascript; charset=utf-8", SCRIPT)
}

fn asset(content_type: &str, text: &str) -> HttpResponse {
    let mut response = reply::text(content_type, text);
    let keep = HeaderValue::from_static("public, max-age=3600");
    response.headers_mut().insert(CACHE_CONTROL, keep);
    response
}

/// A text as it may stand in HTML, in quotes too.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
