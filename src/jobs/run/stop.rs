//! Why a run stops before its last station.

use crate::db::DbError;
use crate::imaging::CpuError;
use crate::jobs::queue::{Ended, Lost};

/// What a station answers when the run cannot go on.
#[derive(Debug)]
pub enum Stop {
    /// Someone else has the job now: drop everything.
    Lost,
    /// The run has ended in this way.
    Ended(Ended),
}

impl From<Lost> for Stop {
    fn from(_: Lost) -> Self {
        Self::Lost
    }
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        tracing::error!(error = %error, "a run could not write to the database");
        Self::Ended(Ended::Internal)
    }
}

impl From<CpuError> for Stop {
    fn from(error: CpuError) -> Self {
        tracing::error!(error = %error, "a computation of a run broke off");
        Self::Ended(Ended::Internal)
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        tracing::error!(error = %error, "a run could not use its draft folder");
        Self::Ended(Ended::StorageRefused)
    }
}
