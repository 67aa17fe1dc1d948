//! Consents: which version of which document a user has accepted. The only file that writes their table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Accounts;
use crate::db::{DbError, Query, Tx};
use crate::i18n::Words;
use crate::ids::UserId;
use crate::time::Moment;

/// The duty to label pictures that go out without a visible mark.
pub const UNLABELLED: &str = "unlabelled";

/// Settings under `site.consents`: documents by name. One without a version is off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Documents(BTreeMap<String, Document>);

/// A document that users accept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Document {
    /// The version in force; whoever accepted another one is asked again. Empty: nobody is asked.
    pub version: String,
    /// Its title for people.
    pub title: Words,
    /// Where it is to be read.
    pub url: String,
}

impl Documents {
    /// The documents in force, by name.
    pub fn in_force(&self) -> impl Iterator<Item = (&str, &Document)> {
        let set = self
            .0
            .iter()
            .filter(|(_, document)| !document.version.is_empty());
        set.map(|(name, document)| (name.as_str(), document))
    }

    /// The document of this name, if it is in force.
    pub fn named(&self, name: &str) -> Option<&Document> {
        self.in_force()
            .find(|(known, _)| *known == name)
            .map(|(_, document)| document)
    }

    /// The first document that must be accepted before a picture shows a person, and was not.
    pub fn missing_for_person(
        &self,
        db: &impl Query,
        user: UserId,
    ) -> Result<Option<(&str, &Document)>, DbError> {
        for (name, document) in self.in_force().filter(|(name, _)| *name != UNLABELLED) {
            if !accepted(db, user, name, &document.version)? {
                return Ok(Some((name, document)));
            }
        }
        Ok(None)
    }
}

/// What a user accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Consent {
    /// The document's name.
    pub document: String,
    /// Its version.
    pub version: String,
    /// When.
    pub accepted_at: Moment,
}

/// True if the user has accepted this version.
pub fn accepted(
    db: &impl Query,
    user: UserId,
    document: &str,
    version: &str,
) -> Result<bool, DbError> {
    Ok(db.one(
        "SELECT EXISTS (SELECT 1 FROM consents WHERE user_id = ?1 AND document = ?2 AND version = ?3)",
        (user, document, version),
        |row| row.get(0),
    )?)
}

impl Accounts {
    /// Notes that a user accepts a version of a document; the first time counts.
    pub async fn accept(
        &self,
        user: UserId,
        document: String,
        version: String,
        now: Moment,
    ) -> Result<Consent, DbError> {
        self.inner
            .db
            .write(move |tx| {
                let now = tx.clamp(now);
                tx.run(
                    "INSERT INTO consents (user_id, document, version, accepted_at) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO NOTHING",
                    (user, &document, &version, now),
                )?;
                let accepted_at = tx.one(
                    "SELECT accepted_at FROM consents WHERE user_id = ?1 AND document = ?2 AND version = ?3",
                    (user, &document, &version),
                    |row| row.get(0),
                )?;
                Ok(Consent {
                    document,
                    version,
                    accepted_at,
                })
            })
            .await
    }

    /// Everything a user accepted, in order of time.
    pub fn consents(&self, user: UserId) -> Result<Vec<Consent>, DbError> {
        self.inner.db.read(|db| {
            Ok(db.all(
                "SELECT document, version, accepted_at FROM consents WHERE user_id = ?1
                 ORDER BY accepted_at, document, version",
                [user],
                |row| {
                    Ok(Consent {
                        document: row.get(0)?,
                        version: row.get(1)?,
                        accepted_at: row.get(2)?,
                    })
                },
            )?)
        })
    }
}

pub(super) fn delete_all(tx: &Tx<'_>, user: UserId) -> Result<(), DbError> {
    tx.run("DELETE FROM consents WHERE user_id = ?1", [user])?;
    Ok(())
}
