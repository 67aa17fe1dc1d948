//! What can go wrong in the database, as the rest of the program needs to tell it apart.

use std::path::PathBuf;

use rusqlite::ErrorCode;

/// A failure of the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Too much is waiting to be written; try again soon.
    #[error("the database has too much to write")]
    Busy,
    /// The disk is full. Nothing of this write is in the database.
    #[error("the disk is full")]
    Full,
    /// The database went away: it is closing, or its batch was rolled back.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A closure panicked; its own changes were rolled back.
    #[error("a database closure panicked")]
    Panicked,
    /// A statement failed.
    #[error("a statement failed")]
    Sql(#[source] rusqlite::Error),
    /// The file is not a database or is damaged.
    #[error("{path} is damaged or not an Atelier database ({detail}); restore a backup")]
    Corrupt {
        /// The database file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// The file was written by a newer program.
    #[error(
        "{path} has schema version {found}, but this program knows only {known}; run a newer atelier"
    )]
    Newer {
        /// The database file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// A command met a database of an older version, which only a server migrates.
    #[error(
        "{path} has schema version {found} and needs {known}; start the server once to migrate it"
    )]
    Older {
        /// The database file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The version this program needs.
        known: i64,
    },
    /// Another server uses the directory.
    #[error("another atelier server is using {0}")]
    Locked(PathBuf),
    /// A command was pointed at a directory without a database.
    #[error("{0} holds no Atelier database; start the server once or pass --data-dir")]
    Missing(PathBuf),
    /// The directory cannot be used.
    #[error("cannot use the data directory {path}: {source}")]
    Directory {
        /// The directory or file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The SQLite library has a known bug.
    #[error("SQLite {0} is too old; 3.51.3 or newer is needed")]
    OldSqlite(&'static str),
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy) => Self::Busy,
            _ => Self::Sql(error),
        }
    }
}

impl DbError {
    /// The exit code of a process that ends because of this (as in sysexits.h).
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Corrupt { .. } | Self::Newer { .. } | Self::Older { .. } => 65,
            Self::Missing(_) => 66,
            Self::Sql(_) | Self::Panicked | Self::OldSqlite(_) => 70,
            Self::Directory { .. } => 73,
            Self::Full => 74,
            Self::Locked(_) | Self::Busy | Self::Unavailable(_) => 75,
        }
    }

    /// Tells a failure at opening apart by what SQLite says.
    pub(super) fn at_opening(path: &std::path::Path, error: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Corrupt {
                path,
                detail: error.to_string(),
            },
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(
                ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure,
            ) => Self::Directory {
                path,
                source: std::io::Error::other(error.to_string()),
            },
            _ => Self::Sql(error),
        }
    }

    /// The same verdict for another waiter of the batch.
    pub(super) fn of_batch(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            _ => Self::Unavailable(error.to_string()),
        }
    }
}
