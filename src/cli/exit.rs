//! How a process that failed says so: one line, and a code as in sysexits.h.

use std::io::ErrorKind;
use std::process::ExitCode;

use crate::accounts::AccountError;
use crate::app::StartError;
use crate::config::ConfigError;
use crate::db::DbError;

/// A command that found what it looked for: the books do not balance.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Found(pub(super) String);

/// Prints why, and answers the code.
pub(super) fn explain(error: &anyhow::Error) -> ExitCode {
    eprintln!("atelier: {error:#}");
    if let Some(hint) = hint(error) {
        eprintln!("         {hint}");
    }
    ExitCode::from(code(error))
}

fn code(error: &anyhow::Error) -> u8 {
    for cause in error.chain() {
        if cause.is::<ConfigError>() {
            return ConfigError::EXIT_CODE;
        }
        if let Some(db) = db_error(cause) {
            return db.exit_code();
        }
        if cause.is::<StartError>() {
            return StartError::EXIT_CODE;
        }
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            if matches!(io.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
                return 74;
            }
            if io.kind() == ErrorKind::PermissionDenied {
                return 77;
            }
        }
    }
    1
}

fn db_error<'a>(cause: &'a (dyn std::error::Error + 'static)) -> Option<&'a DbError> {
    if let Some(AccountError::Db(error)) = cause.downcast_ref() {
        return Some(error);
    }
    cause.downcast_ref()
}

fn hint(error: &anyhow::Error) -> Option<&'static str> {
    error.chain().find_map(|cause| {
        if let Some(StartError::Bind { source, .. }) = cause.downcast_ref() {
            return (source.kind() == ErrorKind::AddrInUse)
                .then_some("something listens there; set server.bind to another port");
        }
        let db = db_error(cause)?;
        if matches!(db, DbError::Full) {
            return Some("free some space, then start again; nothing is lost");
        }
        matches!(db, DbError::Locked(_))
            .then_some("stop it first, or point --data-dir somewhere else")
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn the_code_comes_from_the_cause() {
        let locked = anyhow::Error::from(DbError::Locked(PathBuf::from("data")));
        assert_eq!(code(&locked.context("starting")), 75);
        assert_eq!(code(&AccountError::Db(DbError::Full).into()), 74);
        assert_eq!(code(&Found("2 differences".into()).into()), 1);
    }
}
