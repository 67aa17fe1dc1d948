//! Signing in and out, and changing the password.

use std::fmt;

use secrecy::SecretString;

use super::password::StrongPassword;
use super::sessions::{self, Rotated, Started};
use super::users::{self, Credentials, State, User};
use super::{AccountError, Accounts, Username, tokens};
use crate::audit;
use crate::db::{DbError, Query, Tx};
use crate::ids::{SessionId, UserId};
use crate::time::Moment;

/// A user with what lets them in. The tokens exist nowhere else.
pub struct SignedIn {
    /// Who they are.
    pub user: User,
    /// For the `Authorization` header.
    pub access_token: String,
    /// For the next access token, once.
    pub refresh_token: String,
    /// How long the access token is good, in seconds.
    pub expires_in: i64,
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// A password that somebody chose for themselves or that was made for them.
#[derive(Clone, Debug)]
pub struct NewPassword(pub(super) SecretString);

impl NewPassword {
    /// One that was typed; the rule is checked where the user name is known.
    pub const fn chosen(password: SecretString) -> Self {
        Self(password)
    }

    /// 20 random characters, for an operator to hand over.
    pub fn made() -> Self {
        let mut text = super::secret::text();
        text.truncate(20);
        Self(text.into())
    }

    /// The password itself, to be shown once.
    pub const fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl Accounts {
    /// Signs in by name and password. Nobody learns whether a name exists, not even from the time it takes.
    pub async fn log_in(
        &self,
        username: &str,
        password: SecretString,
        now: Moment,
    ) -> Result<SignedIn, AccountError> {
        let db = &self.inner.db;
        let found = match Username::parse(username) {
            Ok(name) => db.read(|db| users::credentials_by_name(db, &name))?,
            Err(_) => None,
        };
        let stored = found.as_ref().and_then(|known| known.hash.clone());
        let right = self.inner.hasher.verify(password, stored).await?;
        let Some(known) = found.filter(|_| right) else {
            return Err(AccountError::WrongCredentials);
        };
        let (user, started) = db
            .write(move |tx| {
                let now = tx.clamp(now);
                let user = unchanged(tx, &known)?;
                let started = sessions::start(tx, user.id, now)?;
                Ok::<_, AccountError>((user, started))
            })
            .await?;
        Ok(self.signed_in(user, started, now))
    }

    /// Gives a fresh pair of tokens for a refresh token.
    pub async fn refresh(&self, token: &str, now: Moment) -> Result<SignedIn, AccountError> {
        let token = token.to_owned();
        let answer = self
            .inner
            .db
            .write(move |tx| refresh_in(tx, &token, tx.clamp(now)))
            .await?;
        match answer {
            Refreshed::Successor(user, started) => Ok(self.signed_in(*user, started, now)),
            Refreshed::Unknown => Err(AccountError::SessionEnded),
            Refreshed::Reused(user) => {
                self.forget(user);
                tracing::warn!(%user, "a refresh token came back; its session has ended");
                Err(AccountError::SessionEnded)
            }
        }
    }

    /// Ends a session of a user.
    pub async fn log_out(&self, user: UserId, session: SessionId) -> Result<(), DbError> {
        let ended = self
            .inner
            .db
            .write(move |tx| sessions::end(tx, session))
            .await;
        self.forget(user);
        ended
    }

    /// Ends the session of a refresh token; nothing happens if it has none.
    pub async fn log_out_by_token(&self, token: &str) -> Result<(), DbError> {
        match self.inner.db.read(|db| sessions::holder(db, token))? {
            Some((session, user)) => self.log_out(user, session).await,
            None => Ok(()),
        }
    }

    /// Changes a user's password and ends their other sessions. Who has none yet sets the first one, with a name.
    pub async fn change_password(
        &self,
        user: UserId,
        session: SessionId,
        change: PasswordChange,
        now: Moment,
    ) -> Result<(), AccountError> {
        let db = &self.inner.db;
        let known = db
            .read(|db| users::credentials(db, user))?
            .ok_or(AccountError::UnknownUser)?;
        let name = known.name_for(change.username.as_deref())?;
        let new = StrongPassword::parse(change.new, Some(&name))?;
        if known.hash.is_some() {
            let current = change.current.ok_or(AccountError::WrongPassword)?;
            if !self
                .inner
                .hasher
                .verify(current, known.hash.clone())
                .await?
            {
                return Err(AccountError::WrongPassword);
            }
        }
        let hash = self.inner.hasher.hash(new).await?;
        db.write(move |tx| {
            let now = tx.clamp(now);
            unchanged(tx, &known)?;
            if known.username.is_none() {
                if users::find_by_name(tx, &name)?.is_some() {
                    return Err(AccountError::UsernameTaken);
                }
                users::set_username(tx, user, &name, now)?;
            }
            users::set_password(tx, user, &hash, now)?;
            Ok(sessions::end_all(tx, user, Some(session))?)
        })
        .await?;
        self.forget(user);
        Ok(())
    }

    /// Sets another user's password and ends all their sessions; for operators.
    pub async fn set_password(
        &self,
        user: UserId,
        new: NewPassword,
        now: Moment,
    ) -> Result<(), AccountError> {
        let known = self
            .inner
            .db
            .read(|db| users::credentials(db, user))?
            .ok_or(AccountError::UnknownUser)?;
        let new = StrongPassword::parse(new.0, known.name().as_ref())?;
        let hash = self.inner.hasher.hash(new).await?;
        self.inner
            .db
            .write(move |tx| {
                let now = tx.clamp(now);
                let target = user.to_string();
                users::set_password(tx, user, &hash, now)?;
                sessions::end_all(tx, user, None)?;
                audit::write(tx, None, "user.passwd", Some(&target), &().into(), now)
            })
            .await?;
        self.forget(user);
        Ok(())
    }

    pub(super) fn signed_in(&self, user: User, started: Started, now: Moment) -> SignedIn {
        self.forget(user.id);
        SignedIn {
            access_token: self.inner.access.issue(user.id, started.session, now),
            refresh_token: started.refresh_token,
            expires_in: tokens::LIFE_SECS,
            user,
        }
    }
}

/// What changes a password.
pub struct PasswordChange {
    /// The present one; none if there is none yet.
    pub current: Option<SecretString>,
    /// The new one.
    pub new: SecretString,
    /// A name, for who has none yet.
    pub username: Option<String>,
}

impl Credentials {
    pub(super) fn name(&self) -> Option<Username> {
        self.username
            .as_deref()
            .and_then(|n| Username::parse(n).ok())
    }

    fn name_for(&self, wanted: Option<&str>) -> Result<Username, AccountError> {
        match (self.name(), wanted) {
            (Some(name), _) => Ok(name),
            (None, Some(wanted)) => Username::parse(wanted),
            (None, None) => Err(AccountError::UsernameNeeded),
        }
    }
}

enum Refreshed {
    Successor(Box<User>, Started),
    Unknown,
    Reused(UserId),
}

/// An error leaves the token as it was; a reuse is an answer, so that the end of its session is committed.
fn refresh_in(tx: &Tx<'_>, token: &str, now: Moment) -> Result<Refreshed, AccountError> {
    match sessions::rotate(tx, token, now)? {
        Rotated::Successor(started) => {
            let user = users::find(tx, started.user)?.ok_or(AccountError::SessionEnded)?;
            may_enter(user.state)?;
            Ok(Refreshed::Successor(Box::new(user), started))
        }
        Rotated::Unknown => Ok(Refreshed::Unknown),
        Rotated::Reused(user) => Ok(Refreshed::Reused(user)),
    }
}

/// The user, if they may sign in and their password is still the one that was checked.
fn unchanged(tx: &impl Query, known: &Credentials) -> Result<User, AccountError> {
    let same = users::credentials(tx, known.user)?.filter(|now| now.hash == known.hash);
    let user = users::find(tx, known.user)?.filter(|_| same.is_some());
    let user = user.ok_or(AccountError::WrongCredentials)?;
    may_enter(user.state)?;
    Ok(user)
}

pub(super) const fn may_enter(state: State) -> Result<(), AccountError> {
    match state {
        State::Active => Ok(()),
        State::Frozen => Err(AccountError::Frozen),
        State::Erasing | State::Erased => Err(AccountError::WrongCredentials),
    }
}
