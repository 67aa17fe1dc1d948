//! `/v1/admin/csv/…`: tables for accountants, one file a month of the operator's calendar.

use std::io::{Seek, SeekFrom, Write};

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};

use crate::billing::export;
use crate::db::{Db, DbError, Reader};
use crate::http::extract::{Admin, Query};
use crate::http::{Problem, State, reply};
use crate::jobs::series;
use crate::ledger;
use crate::time::Moment;

/// Which month.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Month {
    month: Option<String>,
}

/// A month by its name and its bounds.
type Span = (String, (Moment, Moment));

impl Month {
    /// The month asked for, else this one.
    fn span(self, state: &State) -> Result<Span, Problem> {
        let zone = &state.zone;
        let name = self.month.unwrap_or_else(|| zone.month(Moment::now()));
        let bad = || {
            Problem::field(
                "/month",
                "须为月份，如 2026-11",
                "must be a month such as 2026-11",
            )
        };
        let span = zone.month_span(&name).ok_or_else(bad)?;
        Ok((name, span))
    }
}

/// Rows read at once.
const PAGE: u32 = 5000;

/// `GET /v1/admin/csv/entries?month=2026-11`: the ledger of a month.
pub(in crate::http) async fn entries(
    state: Data<State>,
    _: Admin,
    Query(month): Query<Month>,
) -> Result<HttpResponse, Problem> {
    let read = |db: &Reader<'_>, span, after| ledger::export::lines(db, span, after, PAGE);
    monthly(&state, month, "entries", read, |line| {
        (line.created_at, line.seq)
    })
    .await
}

/// `GET /v1/admin/csv/orders?month=2026-11`: orders placed in a month.
pub(in crate::http) async fn orders(
    state: Data<State>,
    _: Admin,
    Query(month): Query<Month>,
) -> Result<HttpResponse, Problem> {
    let read = |db: &Reader<'_>, span, after| export::orders(db, span, after, PAGE);
    monthly(&state, month, "orders", read, |line| {
        (line.created_at, line.seq)
    })
    .await
}

/// `GET /v1/admin/csv/invoices?month=2026-11`: invoices asked for in a month.
pub(in crate::http) async fn invoices(
    state: Data<State>,
    _: Admin,
    Query(month): Query<Month>,
) -> Result<HttpResponse, Problem> {
    let read = |db: &Reader<'_>, span, after| export::invoices(db, span, after, PAGE);
    monthly(&state, month, "invoices", read, |line| {
        (line.created_at, line.seq)
    })
    .await
}

/// `GET /v1/admin/csv/costs?month=2026-11`: what models cost in a month.
pub(in crate::http) async fn costs(
    state: Data<State>,
    _: Admin,
    Query(month): Query<Month>,
) -> Result<HttpResponse, Problem> {
    let (name, span) = month.span(&state)?;
    let write = move |db: &Reader<'_>, table: &mut Table| table.rows(&series::costs(db, span)?);
    file(&state.db, &format!("costs-{name}.csv"), write).await
}

/// `GET /v1/admin/csv/unspent`: what is in all wallets now, by origin.
pub(in crate::http) async fn unspent(
    state: Data<State>,
    _: Admin,
) -> Result<HttpResponse, Problem> {
    let day = state.zone.day(Moment::now());
    let write = |db: &Reader<'_>, table: &mut Table| table.rows(&ledger::export::unspent(db)?);
    file(&state.db, &format!("unspent-{day}.csv"), write).await
}

/// A table that is being written.
struct Table(csv::Writer<std::fs::File>);

/// Why a table was not written.
#[derive(Debug, thiserror::Error)]
enum TableError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Table {
    fn rows(&mut self, rows: &[impl Serialize]) -> Result<(), TableError> {
        for row in rows {
            self.0.serialize(row)?;
        }
        Ok(())
    }
}

/// Writes what `read` finds of a month after a row's `seq`, page by page; `place` says when a row was written and its `seq`.
async fn monthly<R: Serialize + 'static>(
    state: &State,
    month: Month,
    table: &str,
    read: impl Fn(&Reader<'_>, (Moment, Moment), i64) -> Result<Vec<R>, DbError> + Send + 'static,
    place: fn(&R) -> (Moment, i64),
) -> Result<HttpResponse, Problem> {
    let (name, (mut from, until)) = month.span(state)?;
    let write = move |db: &Reader<'_>, table: &mut Table| {
        let mut after = 0;
        loop {
            let rows = read(db, (from, until), after)?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            // Each page is found where the last one ended, not from the beginning of the month.
            (from, after) = place(last);
            table.rows(&rows)?;
        }
    };
    file(&state.db, &format!("{table}-{name}.csv"), write).await
}

/// Writes a table into an unnamed temporary file and sends it.
async fn file(
    db: &Db,
    name: &str,
    write: impl FnOnce(&Reader<'_>, &mut Table) -> Result<(), TableError> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let directory = db.directory().to_owned();
    let written = db.report(move |reader| {
        let mut file = tempfile::tempfile_in(directory)?;
        // By this mark spreadsheets know that it is UTF-8.
        file.write_all("\u{feff}".as_bytes())?;
        let mut table = Table(csv::Writer::from_writer(file));
        write(reader, &mut table)?;
        let mut file = table.0.into_inner().map_err(|e| e.into_error())?;
        file.seek(SeekFrom::Start(0))?;
        Ok::<_, TableError>(file)
    });
    let file = written.await.map_err(Problem::internal)?;
    Ok(reply::download((file, ()), "text/csv; charset=utf-8", name))
}
