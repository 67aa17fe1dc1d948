//! What is left of an account that is erased: a bare id for the ledger, and nothing that tells whose it was.

use super::{api_keys, consents, identities, links, sessions, users};
use crate::db::{DbError, Tx};
use crate::ids::UserId;
use crate::time::Moment;

/// Shuts the account for good: sessions and keys end. False if it was shut before.
pub fn begin_erasing(tx: &Tx<'_>, user: UserId, now: Moment) -> Result<bool, DbError> {
    if !users::begin_erasing(tx, user, now)? {
        return Ok(false);
    }
    sessions::end_all(tx, user, None)?;
    api_keys::delete_all(tx, user)?;
    links::delete_all_of(tx, user)?;
    Ok(true)
}

/// Removes every personal word of a user; the row and its id stay, because the ledger needs them.
pub fn anonymise(tx: &Tx<'_>, user: UserId, now: Moment) -> Result<(), DbError> {
    sessions::end_all(tx, user, None)?;
    api_keys::delete_all(tx, user)?;
    links::delete_all_of(tx, user)?;
    consents::delete_all(tx, user)?;
    identities::forget(tx, user)?;
    users::anonymise(tx, user, now)
}
