//! `GET /v1/site`: what a page needs to know about this site before anybody logs in.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Accent, State, orders, reply};
use crate::accounts::consents::{Document, Documents};
use crate::i18n::Words;

/// The section `site`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The site's name.
    pub name: Words,
    /// The address of its logo; empty for its name.
    pub logo: String,
    /// The one colour that stands out.
    pub accent: Accent,
    /// How to reach the operator.
    pub contact: String,
    /// A line shown on every page.
    pub notice: Words,
    /// Filing numbers that the law wants shown.
    pub filings: Vec<Filing>,
    /// Files with the terms of use, in Markdown; empty for the template shipped.
    pub terms: Words,
    /// Files with the privacy notice, in Markdown; empty for the template shipped.
    pub privacy: Words,
    /// Documents that users accept, by name.
    pub consents: Documents,
}

/// A filing number, such as 沪ICP备….
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filing {
    /// The number as it is shown.
    pub text: String,
    /// Where it can be looked up.
    #[serde(default)]
    pub url: String,
}

/// `GET /v1/site`.
pub(super) async fn show(state: web::Data<State>) -> HttpResponse {
    reply::public(&body(&state), 60)
}

/// What anybody may know of this site; the page carries it along.
pub(super) fn body(state: &State) -> Value {
    let site = &state.site;
    let uploads = state.uploads.limits();
    let document = |(name, document): (&str, &Document)| {
        json!({
            "document": name,
            "version": document.version,
            "title": document.title,
            "url": document.url,
        })
    };
    let consents: Vec<_> = site.consents.in_force().map(document).collect();
    json!({
        "name": site.name,
        "logo": site.logo,
        "accent": site.accent,
        "contact": site.contact,
        "notice": site.notice,
        "filings": site.filings,
        "consents": consents,
        "registration": state.accounts.registration(),
        "gallery": state.works.gallery,
        "uploads": {"max_bytes": uploads.max_bytes, "min_side": uploads.min_side, "max_side": uploads.max_side},
        "outputs": state.outputs,
        "payment_channels": orders::channels(state),
        "wechat": state.wechat.as_ref().map(|mini| {
            let settings = mini.client.settings();
            json!({ "appid": settings.appid, "templates": { "job": settings.templates.job.id } })
        }),
        "version": env!("CARGO_PKG_VERSION"),
    })
}
