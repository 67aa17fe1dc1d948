//! The one thread that writes: it groups what is queued into a transaction, commits once, and only then answers.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};
use tokio::sync::oneshot;

use super::lanes::Lanes;
use super::{DbError, Tx};
use crate::time::Moment;

const BATCH_ITEMS: usize = 64;
/// So long may a transaction be filled: a flush costs as much as many writes.
const BATCH_TIME: Duration = Duration::from_millis(8);

/// One queued closure with the way back to whoever waits for it.
pub(super) trait Item: Send {
    /// Runs the closure and keeps its result; false asks for its changes to be rolled back.
    fn run(&mut self, tx: &Tx<'_>) -> bool;
    /// Replaces the kept result: the closure's changes could not be kept.
    fn refuse(&mut self, error: DbError);
    /// Sends the kept result.
    fn answer(self: Box<Self>);
}

/// The only implementation of [`Item`]: a closure `F` answering `Result<T, E>`.
pub(super) struct Closure<F, T, E> {
    pub(super) body: Option<F>,
    pub(super) result: Option<Result<T, E>>,
    pub(super) reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Item for Closure<F, T, E>
where
    F: FnOnce(&Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<DbError> + Send,
{
    fn run(&mut self, tx: &Tx<'_>) -> bool {
        let Some(body) = self.body.take() else {
            return false;
        };
        let result = catch_unwind(AssertUnwindSafe(|| body(tx)))
            .unwrap_or_else(|_| Err(DbError::Panicked.into()));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn refuse(&mut self, error: DbError) {
        self.result = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>) {
        let lost = || Err(DbError::Unavailable("the write did not run".into()).into());
        // Nobody may be waiting any more; what was committed stays committed.
        let _ = self.reply.send(self.result.unwrap_or_else(lost));
    }
}

/// Runs until the lanes are closed and empty.
pub(super) fn serve(mut connection: Connection, lanes: &Arc<Lanes>) {
    let clock = Cell::new(Moment::default());
    while let Some(first) = lanes.next() {
        let mut batch = Batch { items: Vec::new() };
        let verdict = batch.fill(&mut connection, lanes, first, &clock);
        batch.finish(&connection, verdict);
    }
    // The WAL is folded into the database so that a copy of one file is enough.
    if let Err(error) = connection.pragma_update(None, "wal_checkpoint", "TRUNCATE") {
        tracing::debug!(%error, "the last checkpoint was left to the next start");
    }
}

struct Batch {
    items: Vec<Box<dyn Item>>,
}

impl Batch {
    /// Runs closures, each in its own savepoint. An error means that the whole transaction is gone.
    fn fill(
        &mut self,
        connection: &mut Connection,
        lanes: &Lanes,
        first: Box<dyn Item>,
        clock: &Cell<Moment>,
    ) -> Result<(), rusqlite::Error> {
        self.items.push(first);
        run(connection, "BEGIN IMMEDIATE")?;
        let started = Instant::now();
        let mut index = 0;
        loop {
            run_in_savepoint(connection, self.items[index].as_mut(), clock)?;
            index += 1;
            if index >= BATCH_ITEMS || started.elapsed() >= BATCH_TIME {
                return Ok(());
            }
            match lanes.try_next() {
                Some(item) => self.items.push(item),
                None => return Ok(()),
            }
        }
    }

    fn finish(mut self, connection: &Connection, verdict: Result<(), rusqlite::Error>) {
        let verdict = verdict.and_then(|()| commit(connection));
        if let Err(error) = verdict {
            tracing::error!(%error, writes = self.items.len(), "a batch of writes was rolled back");
            roll_back(connection);
            for item in &mut self.items {
                item.refuse(DbError::of_batch(&error));
            }
        }
        for item in self.items {
            item.answer();
        }
    }
}

fn run_in_savepoint(
    connection: &Connection,
    item: &mut dyn Item,
    clock: &Cell<Moment>,
) -> Result<(), rusqlite::Error> {
    run(connection, "SAVEPOINT closure")?;
    let keep = item.run(&Tx::new(connection, clock));
    if connection.is_autocommit() {
        // SQLite ended the whole transaction (disk full, I/O error, out of memory).
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL),
            Some("the transaction ended in the middle of a batch".into()),
        ));
    }
    if !keep {
        run(connection, "ROLLBACK TO closure")?;
    }
    run(connection, "RELEASE closure")
}

/// One of the few statements around closures, parsed once.
fn run(connection: &Connection, sql: &str) -> Result<(), rusqlite::Error> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

fn commit(connection: &Connection) -> Result<(), rusqlite::Error> {
    let Err(error) = run(connection, "COMMIT") else {
        return Ok(());
    };
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::ConstraintViolation) => {
            Err(error)
        }
        _ => {
            // It may be there after a restart or not: neither yes nor no would be true.
            tracing::error!(%error, "the outcome of a commit is unknown; stopping at once");
            std::process::abort();
        }
    }
}

fn roll_back(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "a rollback failed; stopping at once");
        std::process::abort();
    }
}
