//! Opening: the lock, the pragmas, the version, and clear words when any of it is wrong.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OpenFlags};

use super::{DbError, migrate};

/// Who opens the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The one server of a directory: creates, locks and migrates.
    Server,
    /// A command beside a server (or alone): changes nothing about the file.
    Command,
}

pub(super) struct Opened {
    pub(super) writer: Connection,
    pub(super) readers: r2d2::Pool<SqliteConnectionManager>,
    pub(super) lock: Option<File>,
}

/// The first SQLite without the WAL-reset bug.
const OLDEST_SQLITE: i32 = 3_051_003;
const READERS: u32 = 8;

pub(super) fn open(directory: &Path, access: Access) -> Result<Opened, DbError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(DbError::OldSqlite(rusqlite::version()));
    }
    let path = file(directory);
    let lock = match access {
        Access::Server => Some(lock(directory)?),
        Access::Command if path.exists() => None,
        Access::Command => return Err(DbError::Missing(directory.to_owned())),
    };
    let mut writer = connect(&path, access)?;
    match access {
        Access::Server => migrate::migrate(&mut writer, &path)?,
        Access::Command => {
            let found = migrate::version(&writer, &path)?;
            if found < migrate::KNOWN {
                return Err(DbError::Older {
                    path,
                    found,
                    known: migrate::KNOWN,
                });
            }
        }
    }
    Ok(Opened {
        writer,
        readers: readers(&path)?,
        lock,
    })
}

fn file(directory: &Path) -> PathBuf {
    directory.join("atelier.db")
}

fn lock(directory: &Path) -> Result<File, DbError> {
    let trouble = |path: &Path, source| DbError::Directory {
        path: path.to_owned(),
        source,
    };
    std::fs::create_dir_all(directory).map_err(|e| trouble(directory, e))?;
    let path = directory.join("atelier.lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|e| trouble(&path, e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(DbError::Locked(directory.to_owned())),
        Err(TryLockError::Error(source)) => Err(trouble(&path, source)),
    }
}

fn connect(path: &Path, access: Access) -> Result<Connection, DbError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if access == Access::Server {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let opened = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.execute_batch(
            "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;
             PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536; PRAGMA mmap_size=0;
             PRAGMA journal_size_limit=67108864; PRAGMA wal_autocheckpoint=8192;",
        )?;
        connection.set_prepared_statement_cache_capacity(256);
        Ok(connection)
    });
    opened.map_err(|e| DbError::at_opening(path, e))
}

fn readers(path: &Path) -> Result<r2d2::Pool<SqliteConnectionManager>, DbError> {
    let manager = SqliteConnectionManager::file(path)
        .with_flags(OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .with_init(|connection| {
            connection.set_prepared_statement_cache_capacity(128);
            connection.execute_batch(
                "PRAGMA busy_timeout=5000; PRAGMA query_only=ON; PRAGMA trusted_schema=OFF;
                 PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192; PRAGMA mmap_size=0;",
            )
        });
    r2d2::Pool::builder()
        .max_size(READERS)
        .min_idle(Some(1))
        .connection_timeout(Duration::from_secs(2))
        .test_on_check_out(false)
        .build(manager)
        .map_err(|e| DbError::Unavailable(e.to_string()))
}

/// `VACUUM INTO` a new file, flushed to the disk and checked.
pub(super) fn copy_into(directory: &Path, to: &Path) -> Result<(), DbError> {
    let from = file(directory);
    let source = Connection::open_with_flags(&from, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(|e| DbError::at_opening(&from, e))?;
    source.busy_timeout(Duration::from_secs(5))?;
    let target = to.to_string_lossy();
    source
        .execute("VACUUM INTO ?1", [&target])
        .map_err(|e| DbError::at_opening(to, e))?;
    File::open(to)
        .and_then(|f| f.sync_all())
        .map_err(|source| DbError::Directory {
            path: to.to_owned(),
            source,
        })?;
    let copy = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(|e| DbError::at_opening(to, e))?;
    let verdict: String = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(DbError::Corrupt {
            path: to.to_owned(),
            detail: verdict,
        })
    }
}
