//! `GET /v1/catalog`: what can be made, from what, with which settings, for how many credits.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::extract::Visitor;
use super::{Problem, State, reply};
use crate::billing::plans;
use crate::kinds::{CatalogKind, Choice, Kind, Output, Outputs, Terms, catalog_kind, price_for};
use crate::time::Moment;

/// The whole catalog.
#[derive(Serialize)]
struct Catalog<'a> {
    kinds: Vec<Row<'a>>,
    outputs: &'a Outputs,
}

/// One kind with what it costs this caller.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    kind: CatalogKind,
    price: u32,
    list_price: u32,
    /// Ids of output rows; the first is the default.
    outputs: Vec<&'a str>,
}

/// Shows the caller's prices; whoever has not logged in sees list prices.
pub(super) async fn show(
    visitor: Visitor,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let terms = match visitor.0 {
        Some(caller) => {
            let now = Moment::now();
            let plan = state
                .db
                .read(|db| plans::plan_of(db, &state.plans, caller.user, now))?;
            plan.terms
        }
        None => Terms::default(),
    };
    let row = |kind: &Kind| row(&state, &terms, *kind);
    Ok(reply::ok(&Catalog {
        kinds: Kind::ALL.iter().map(row).collect(),
        outputs: &state.outputs,
    }))
}

fn row<'a>(state: &'a State, terms: &Terms, kind: Kind) -> Row<'a> {
    let id = |output: &'a Output| output.id.as_str();
    Row {
        kind: catalog_kind(kind),
        price: price_for(&state.prices, terms, kind),
        list_price: state.prices.of(kind),
        outputs: state.outputs.of(kind).map(id).collect(),
    }
}
