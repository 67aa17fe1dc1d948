//! WeChat identities: whose they are, and the session key that payments are signed with, sealed. The only file that
//! writes them.

use aws_lc_rs::hmac;

use super::SigningKeys;
use crate::db::{DbError, Query, Tx};
use crate::ids::UserId;
use crate::secret::Secret;
use crate::time::Moment;
use crate::wechat::Session;
use crate::wechat::seal::Seal;

/// Hashes identities and seals what belongs to them.
pub(super) struct Identities {
    hasher: hmac::Key,
    seal: Seal,
}

/// Somebody's WeChat identity.
pub struct WechatUser {
    /// Who they are for the mini-program.
    pub openid: String,
    /// What virtual payment signs with; none if it cannot be opened.
    pub session_key: Option<Secret>,
}

/// Whose an identity is.
pub(super) enum Holder {
    /// Nobody was ever seen with it.
    Unseen,
    /// Its account is gone.
    Erased,
    /// This user's.
    User(UserId),
}

impl Identities {
    pub(super) fn new(keys: &SigningKeys) -> Self {
        Self {
            hasher: hmac::Key::new(hmac::HMAC_SHA256, keys.identities()),
            seal: Seal::new(keys.vault()).expect("the key has 256 bits"),
        }
    }

    fn hash(&self, openid: &str) -> Vec<u8> {
        let text = format!("wechat:{openid}");
        hmac::sign(&self.hasher, text.as_bytes()).as_ref().to_vec()
    }

    pub(super) fn holder(&self, db: &impl Query, openid: &str) -> Result<Holder, DbError> {
        let found: Option<Option<UserId>> = db.first(
            "SELECT user_id FROM identities WHERE hash = ?1",
            [self.hash(openid)],
            |row| row.get(0),
        )?;
        Ok(match found {
            None => Holder::Unseen,
            Some(None) => Holder::Erased,
            Some(Some(user)) => Holder::User(user),
        })
    }

    /// Makes an identity this user's, or keeps its newest session key.
    pub(super) fn keep(
        &self,
        tx: &Tx<'_>,
        user: UserId,
        session: &Session,
        now: Moment,
    ) -> Result<(), DbError> {
        let sealed = self
            .seal
            .seal(&session.openid, session.session_key.expose());
        tx.run(
            "INSERT INTO identities (hash, user_id, openid, session_key, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5)
             ON CONFLICT (hash) DO UPDATE SET user_id = ?2, openid = ?3, session_key = ?4, updated_at = ?5",
            (self.hash(&session.openid), user, &session.openid, sealed, now),
        )?;
        Ok(())
    }

    pub(super) fn of_user(
        &self,
        db: &impl Query,
        user: UserId,
    ) -> Result<Option<WechatUser>, DbError> {
        let found: Option<(String, Option<Vec<u8>>)> = db.first(
            "SELECT openid, session_key FROM identities WHERE user_id = ?1",
            [user],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(found.map(|(openid, sealed)| WechatUser {
            session_key: sealed
                .and_then(|sealed| self.seal.open(&openid, &sealed))
                .map(Secret::new),
            openid,
        }))
    }
}

/// Removes what is readable of a user's identity; the keyed hash stays.
pub(super) fn forget(tx: &Tx<'_>, user: UserId) -> Result<(), DbError> {
    tx.run(
        "UPDATE identities SET user_id = NULL, openid = NULL, session_key = NULL WHERE user_id = ?1",
        [user],
    )?;
    Ok(())
}
