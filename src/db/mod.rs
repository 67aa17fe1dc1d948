//! The database: one SQLite file, one writer thread with group commit, many readers.

mod error;
mod lanes;
mod migrate;
mod open;
#[cfg(test)]
mod tests;
mod tx;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use r2d2_sqlite::SqliteConnectionManager;
use tokio::sync::{Semaphore, oneshot};

pub use error::DbError;
pub use lanes::Lane;
use lanes::{Lanes, Refused};
pub use open::Access;
pub use tx::{Query, Reader, Tx};
use writer::Closure;

/// A handle to the database; clones share it.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    lanes: Arc<Lanes>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
    readers: r2d2::Pool<SqliteConnectionManager>,
    reports: Semaphore,
    directory: PathBuf,
    // Held until the last handle is gone, so that only one server runs on a directory.
    _lock: Option<std::fs::File>,
}

/// The file in the data directory that holds the time of the latest backup, in seconds since 1970.
pub const BACKUP_MARK: &str = "last-backup";

const REPORTS_AT_ONCE: usize = 4;

impl Db {
    /// Opens the database in `directory`. A server creates and migrates it and holds its lock; a command does neither.
    pub fn open(directory: &Path, access: Access) -> Result<Self, DbError> {
        let opened = open::open(directory, access)?;
        let lanes = Arc::new(Lanes::default());
        let served = Arc::clone(&lanes);
        let thread = std::thread::Builder::new()
            .name("db-writer".into())
            .spawn(move || writer::serve(opened.writer, &served))
            .map_err(|source| DbError::Directory {
                path: directory.to_owned(),
                source,
            })?;
        Ok(Self {
            inner: Arc::new(Inner {
                lanes,
                thread: Mutex::new(Some(thread)),
                readers: opened.readers,
                reports: Semaphore::new(REPORTS_AT_ONCE),
                directory: directory.to_owned(),
                _lock: opened.lock,
            }),
        })
    }

    /// The data directory.
    pub fn directory(&self) -> &Path {
        &self.inner.directory
    }

    /// Runs `body` in the writer and answers after COMMIT, over the door's lane: [`DbError::Busy`] if it is full.
    ///
    /// An error or a panic undoes only this closure. The closure runs to its end even if the future is dropped.
    /// It must be short SQL: no I/O, no waiting, no other write inside.
    pub async fn write<T, E>(
        &self,
        body: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.write_on(Lane::Door, body).await
    }

    /// [`Db::write`] over a chosen lane.
    pub async fn write_on<T, E>(
        &self,
        lane: Lane,
        body: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let mut item: Box<dyn writer::Item> = Box::new(Closure {
            body: Some(body),
            result: None,
            reply,
        });
        loop {
            match self.inner.lanes.push(lane, item) {
                Ok(()) => break,
                Err(Refused::Closed) => {
                    return Err(DbError::Unavailable("the database is closed".into()).into());
                }
                Err(Refused::Full(_)) if lane == Lane::Door => return Err(DbError::Busy.into()),
                Err(Refused::Full(back)) => {
                    item = back;
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            }
        }
        answer
            .await
            .unwrap_or_else(|_| Err(DbError::Unavailable("the writer has stopped".into()).into()))
    }

    /// Runs a read by primary key in place; it takes microseconds.
    pub fn read<T, E: From<DbError>>(
        &self,
        body: impl FnOnce(&Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let connection = self
            .inner
            .readers
            .get()
            .map_err(|e| DbError::Unavailable(e.to_string()))?;
        body(&Reader(&connection))
    }

    /// Runs a list, search or report on the blocking pool, few at once.
    pub async fn report<T, E>(
        &self,
        body: impl FnOnce(&Reader<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let closed = |_| DbError::Unavailable("the database is closed".into());
        let _permit = self.inner.reports.acquire().await.map_err(closed)?;
        let db = self.clone();
        tokio::task::spawn_blocking(move || db.read(body))
            .await
            .unwrap_or_else(|_| Err(DbError::Panicked.into()))
    }

    /// Copies the whole database into a new file at `to`, consistent while the server runs.
    pub fn copy_into(&self, to: &Path) -> Result<(), DbError> {
        open::copy_into(&self.inner.directory, to)
    }

    /// Writes what is queued, then stops the writer and waits for it.
    pub fn close(&self) {
        self.inner.lanes.close();
        let thread = self
            .inner
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the database writer panicked");
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.lanes.close();
    }
}
