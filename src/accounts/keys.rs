//! The keys this server signs with: made at its first start, kept in the database. The only file that writes them.

use secrecy::{ExposeSecret, SecretSlice};

use super::secret;
use crate::db::{Db, DbError, Query, Tx};
use crate::time::Moment;

/// The signing keys of a server, 256 random bits each.
#[derive(Clone)]
pub struct SigningKeys {
    jwt: SecretSlice<u8>,
    files: SecretSlice<u8>,
    identities: SecretSlice<u8>,
    payments: SecretSlice<u8>,
    vault: SecretSlice<u8>,
}

impl SigningKeys {
    /// The keys of this database; those that are missing are made.
    pub async fn load_or_create(db: &Db, now: Moment) -> Result<Self, DbError> {
        db.write(move |tx| {
            let now = tx.clamp(now);
            Ok(Self {
                jwt: key(tx, "jwt", now)?,
                files: key(tx, "files", now)?,
                identities: key(tx, "identities", now)?,
                payments: key(tx, "payments", now)?,
                vault: key(tx, "vault", now)?,
            })
        })
        .await
    }

    /// Signs access tokens.
    pub(super) fn jwt(&self) -> &[u8] {
        self.jwt.expose_secret()
    }

    /// Signs the links of files that this server hands out itself.
    pub fn files(&self) -> &[u8] {
        self.files.expose_secret()
    }

    /// Hashes outside identities, so that an erased one is recognised but not readable.
    pub fn identities(&self) -> &[u8] {
        self.identities.expose_secret()
    }

    /// Signs what this server lets others bring back about payments.
    pub fn payments(&self) -> &[u8] {
        self.payments.expose_secret()
    }

    /// Seals secrets of users at rest.
    pub(super) fn vault(&self) -> &[u8] {
        self.vault.expose_secret()
    }
}

fn key(tx: &Tx<'_>, name: &str, now: Moment) -> Result<SecretSlice<u8>, DbError> {
    tx.run(
        "INSERT INTO signing_keys (name, secret, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        (name, secret::bits(), now),
    )?;
    let secret: Vec<u8> = tx.one(
        "SELECT secret FROM signing_keys WHERE name = ?1",
        [name],
        |row| row.get(0),
    )?;
    Ok(secret.into())
}
