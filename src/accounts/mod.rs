//! Who may come in and as what. Only the shape the door relies on; the accounts themselves follow.

use crate::db::{Db, DbError};
use crate::ids::{UserId, WalletId};
use crate::time::Moment;

/// Who a request comes from.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The user.
    pub user_id: UserId,
    /// What they spend from.
    pub wallet_id: WalletId,
    /// True for administrators.
    pub admin: bool,
}

/// Why a bearer token is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// Nobody's token.
    #[error("unknown token")]
    Unknown,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The accounts of this server.
#[derive(Clone)]
pub struct Accounts {
    _db: Db,
}

impl Accounts {
    /// Accounts in `db`.
    pub const fn new(db: Db) -> Self {
        Self { _db: db }
    }

    /// Who a bearer token stands for.
    pub const fn authenticate(&self, _bearer: &str, _now: Moment) -> Result<Caller, AuthError> {
        Err(AuthError::Unknown)
    }
}
