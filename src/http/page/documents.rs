//! `/terms` and `/privacy`: the operator's Markdown, or the templates shipped here with this site's facts filled in.

use actix_web::http::header::IfNoneMatch;
use actix_web::{HttpResponse, web};
use pulldown_cmark::{Event, Options, Parser, html};
use serde::Deserialize;

use super::{escape, page, tag};
use crate::http::extract::Query;
use crate::http::{State, site};
use crate::i18n::{Lang, Text, Words};
use crate::jobs::Retention;

const TERMS: Text = Text::new(
    include_str!("../../../assets/documents/terms.zh.md"),
    include_str!("../../../assets/documents/terms.en.md"),
);
const PRIVACY: Text = Text::new(
    include_str!("../../../assets/documents/privacy.zh.md"),
    include_str!("../../../assets/documents/privacy.en.md"),
);

/// A file of the operator's that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("setting {key}: {path}: {error}")]
pub struct DocumentError {
    key: &'static str,
    path: String,
    error: std::io::Error,
}

/// Both documents as Markdown.
pub(super) struct Documents {
    terms: Words,
    privacy: Words,
}

impl Documents {
    /// Reads the operator's files where settings name some, and fills in this site's facts.
    pub(super) fn read(settings: &site::Settings, kept: &Retention) -> Result<Self, DocumentError> {
        let read = |key, paths: &Words, shipped: Text| {
            let one = |lang| {
                let text = match paths.get(lang) {
                    "" => shipped.get(lang).to_owned(),
                    path => std::fs::read_to_string(path).map_err(|error| DocumentError {
                        key,
                        path: path.to_owned(),
                        error,
                    })?,
                };
                Ok::<_, DocumentError>(filled(&text, lang, settings, kept))
            };
            Ok::<_, DocumentError>(Words::new(one(Lang::Zh)?, one(Lang::En)?))
        };
        Ok(Self {
            terms: read("site.terms", &settings.terms, TERMS)?,
            privacy: read("site.privacy", &settings.privacy, PRIVACY)?,
        })
    }
}

/// What the page's own links add.
#[derive(Debug, Deserialize)]
pub(in crate::http) struct Choice {
    lang: Option<Lang>,
}

/// `GET /terms`
pub(in crate::http) async fn terms(
    state: web::Data<State>,
    accepted: Lang,
    choice: Query<Choice>,
) -> HttpResponse {
    let lang = choice.0.lang.unwrap_or(accepted);
    let title = Text::new("使用条款", "Terms of use");
    show(&state, lang, title, state.page.documents.terms.get(lang))
}

/// `GET /privacy`
pub(in crate::http) async fn privacy(
    state: web::Data<State>,
    accepted: Lang,
    choice: Query<Choice>,
) -> HttpResponse {
    let lang = choice.0.lang.unwrap_or(accepted);
    let title = Text::new("隐私说明", "Privacy");
    show(&state, lang, title, state.page.documents.privacy.get(lang))
}

fn show(state: &State, lang: Lang, title: Text, markdown: &str) -> HttpResponse {
    let bundle = state.page.bundle();
    let other = match lang {
        Lang::Zh => ("en", "English"),
        Lang::En => ("zh", "中文"),
    };
    let text = bundle
        .text("document.html")
        .replace("{{lang}}", tag(lang))
        .replace("{{title}}", title.get(lang))
        .replace("{{name}}", &escape(state.site.name.get(lang)))
        .replace("{{assets}}", &bundle.base())
        .replace("{{other}}", other.0)
        .replace("{{other_name}}", other.1)
        .replace("{{footer}}", &footer(state, lang))
        .replace("{{body}}", &rendered(markdown));
    page(text, None::<&IfNoneMatch>)
}

fn filled(text: &str, lang: Lang, settings: &site::Settings, kept: &Retention) -> String {
    let contact = match (settings.contact.as_str(), lang) {
        ("", Lang::Zh) => "本站管理员",
        ("", Lang::En) => "the administrator of this site",
        (contact, _) => contact,
    };
    text.replace("{{name}}", settings.name.get(lang))
        .replace("{{contact}}", contact)
        .replace("{{uploads_days}}", &kept.uploads_days.to_string())
        .replace("{{drafts_days}}", &kept.drafts_days.to_string())
        .replace("{{audit_days}}", &kept.audit_days.max(180).to_string())
}

/// Markdown as HTML. Raw HTML in it is shown as text.
fn rendered(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events = Parser::new_ext(markdown, options).map(|event| {
        if let Event::Html(text) | Event::InlineHtml(text) = event {
            Event::Text(text)
        } else {
            event
        }
    });
    let mut text = String::new();
    html::push_html(&mut text, events);
    text
}

/// The site's contact and filings, below every page that is not the app.
pub(in crate::http) fn footer(state: &State, lang: Lang) -> String {
    let filing = |f: &site::Filing| {
        let text = escape(&f.text);
        match f.url.as_str() {
            "" => format!("<span>{text}</span>"),
            url => format!("<a href=\"{}\" rel=\"noopener\">{text}</a>", escape(url)),
        }
    };
    let filings: Vec<String> = state.site.filings.iter().map(filing).collect();
    let contact = escape(&state.site.contact);
    let name = escape(state.site.name.get(lang));
    format!(
        "<span>{name}</span> <span>{contact}</span> {}",
        filings.join(" ")
    )
}
