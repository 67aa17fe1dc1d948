//! The secrets that sign. The only file that writes them.

use std::fmt;

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::db::{DbError, Query, Reader, Tx};
use crate::ids::UserId;
use crate::time::Moment;

/// How long the secret before signs as well after a rotation, in seconds.
const OVERLAP_SECS: i64 = 24 * 3600;
const BYTES: usize = 32;

/// A secret as its owner configures it: `whsec_` and base64. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    fn new() -> Self {
        let mut bytes = vec![0; BYTES];
        rand::fill(&mut bytes).expect("the system has a source of randomness");
        Self(bytes)
    }

    /// The text that goes to the owner and nowhere else.
    pub fn expose(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.0))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("whsec_(hidden)")
    }
}

/// The secret of `owner` (an endpoint's or a user's id), made if there is none yet.
pub(super) fn load_or_make(tx: &Tx<'_>, owner: &str, user: UserId) -> Result<Secret, DbError> {
    tx.run(
        "INSERT INTO webhook_secrets (owner_id, user_id, secret) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        (owner, user, Secret::new().0),
    )?;
    Ok(Secret(tx.one(
        "SELECT secret FROM webhook_secrets WHERE owner_id = ?1",
        [owner],
        |row| row.get(0),
    )?))
}

/// Replaces the secret of `owner`; the one before signs as well for a day.
pub(super) fn rotate(
    tx: &Tx<'_>,
    owner: &str,
    user: UserId,
    now: Moment,
) -> Result<Secret, DbError> {
    load_or_make(tx, owner, user)?;
    let secret = Secret::new();
    tx.run(
        "UPDATE webhook_secrets SET before = secret, until = ?3, secret = ?2 WHERE owner_id = ?1",
        (owner, &secret.0, now.plus_secs(OVERLAP_SECS)),
    )?;
    Ok(secret)
}

/// What signs for `owner` at `now`: the secret, and the one before while it counts. None if it is forgotten.
pub(super) fn keys(
    db: &Reader<'_>,
    owner: &str,
    now: Moment,
) -> Result<Option<Vec<Vec<u8>>>, DbError> {
    Ok(db.first(
        "SELECT secret, CASE WHEN until > ?2 THEN before END FROM webhook_secrets WHERE owner_id = ?1",
        (owner, now),
        |row| {
            let before: Option<Vec<u8>> = row.get(1)?;
            Ok(std::iter::once(row.get(0)?).chain(before).collect())
        },
    )?)
}

/// Forgets the secret of one endpoint.
pub(super) fn delete(tx: &Tx<'_>, owner: &str) -> Result<(), DbError> {
    tx.run("DELETE FROM webhook_secrets WHERE owner_id = ?1", [owner])?;
    Ok(())
}

/// Forgets every secret of a user.
pub(super) fn delete_all_of(tx: &Tx<'_>, user: UserId) -> Result<(), DbError> {
    tx.run("DELETE FROM webhook_secrets WHERE user_id = ?1", [user])?;
    Ok(())
}
