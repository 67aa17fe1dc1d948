//! `GET /v1/site`: what a page needs to know about this site before anybody logs in.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{State, orders, reply};
use crate::accounts::consents::{Document, Documents};
use crate::i18n::Words;

/// The section `site`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The site's name.
    pub name: Words,
    /// The address of its logo; empty for ours.
    pub logo: String,
    /// How to reach the operator.
    pub contact: String,
    /// A line shown on every page.
    pub notice: Words,
    /// Filing numbers that the law wants shown.
    pub filings: Vec<Filing>,
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
    let site = &state.site;
    let document = |(name, document): (&str, &Document)| {
        json!({
            "document": name,
            "version": document.version,
            "title": document.title,
            "url": document.url,
        })
    };
    let consents: Vec<_> = site.consents.in_force().map(document).collect();
    let body = json!({
        "name": site.name,
        "logo": site.logo,
        "contact": site.contact,
        "notice": site.notice,
        "filings": site.filings,
        "consents": consents,
        "registration": state.accounts.registration(),
        "outputs": state.outputs,
        "payment_channels": orders::channels(&state),
        "version": env!("CARGO_PKG_VERSION"),
    });
    reply::public(&body, 60)
}
