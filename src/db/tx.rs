//! What SQL runs on: `Tx` inside the writer, `Reader` outside. Neither can begin or commit.

use std::cell::Cell;

use rusqlite::{Connection, OptionalExtension, Params, Row};

use crate::time::Moment;

/// Reading statements, for whatever holds a connection.
pub trait Query {
    /// The connection underneath.
    #[doc(hidden)]
    fn connection(&self) -> &Connection;

    /// The one row that must be there.
    fn one<T, P: Params>(
        &self,
        sql: &str,
        params: P,
        row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.connection()
            .prepare_cached(sql)?
            .query_row(params, row)
    }

    /// The first row, if there is one.
    fn first<T, P: Params>(
        &self,
        sql: &str,
        params: P,
        row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>> {
        self.one(sql, params, row).optional()
    }

    /// All rows.
    fn all<T, P: Params>(
        &self,
        sql: &str,
        params: P,
        row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        let mut statement = self.connection().prepare_cached(sql)?;
        statement.query_map(params, row)?.collect()
    }
}

/// The writer's transaction as a closure sees it.
pub struct Tx<'a> {
    connection: &'a Connection,
    clock: &'a Cell<Moment>,
}

impl<'a> Tx<'a> {
    pub(super) const fn new(connection: &'a Connection, clock: &'a Cell<Moment>) -> Self {
        Self { connection, clock }
    }

    /// Runs one writing statement and says how many rows changed.
    pub fn run<P: Params>(&self, sql: &str, params: P) -> rusqlite::Result<usize> {
        self.connection.prepare_cached(sql)?.execute(params)
    }

    /// Runs an insert and answers the new row's integer key.
    pub fn insert<P: Params>(&self, sql: &str, params: P) -> rusqlite::Result<i64> {
        self.connection.prepare_cached(sql)?.insert(params)
    }

    /// `now`, or the latest moment the writer has seen if the clock went back.
    pub fn clamp(&self, now: Moment) -> Moment {
        let latest = self.clock.get().max(now);
        self.clock.set(latest);
        latest
    }
}

impl Query for Tx<'_> {
    fn connection(&self) -> &Connection {
        self.connection
    }
}

/// A read-only connection.
pub struct Reader<'a>(pub(super) &'a Connection);

impl Query for Reader<'_> {
    fn connection(&self) -> &Connection {
        self.0
    }
}
