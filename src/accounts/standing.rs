//! What operators do to accounts: roles, modes, freezing and grants. Each leaves a line in the audit log.

use serde_json::{Value, json};

use super::users::{self, Mode, Role, User};
use super::{AccountError, Accounts, UserFilter};
use crate::db::{DbError, Tx};
use crate::ids::UserId;
use crate::time::Moment;
use crate::{audit, ledger};

/// Who does something to whom, and why; no actor is the command line.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Who does it.
    pub actor: Option<UserId>,
    /// To whom.
    pub user: UserId,
    /// Why, if they say so.
    pub reason: Option<String>,
}

impl Deed {
    fn write(&self, tx: &Tx<'_>, action: &str, detail: Value, now: Moment) -> Result<(), DbError> {
        let mut detail = detail;
        if let Some(reason) = &self.reason {
            detail["reason"] = json!(reason);
        }
        let target = self.user.to_string();
        audit::write(tx, self.actor, action, Some(&target), &detail, now)
    }

    fn not_to_oneself(&self) -> Result<(), AccountError> {
        if self.actor == Some(self.user) {
            return Err(AccountError::NotYourself);
        }
        Ok(())
    }
}

impl Accounts {
    /// Users before the one at `cursor`, newest first.
    pub async fn list(
        &self,
        filter: UserFilter,
        cursor: Option<i64>,
        limit: u32,
    ) -> Result<Vec<User>, DbError> {
        self.inner
            .db
            .report(move |db| users::list(db, &filter, cursor, limit))
            .await
    }

    /// Makes a user an administrator or takes that back.
    pub async fn set_role(
        &self,
        deed: Deed,
        role: Role,
        now: Moment,
    ) -> Result<User, AccountError> {
        deed.not_to_oneself()?;
        self.change(deed, now, move |tx, deed, now| {
            if !users::set_role(tx, deed.user, role, now)? {
                return Err(AccountError::UnknownUser);
            }
            Ok(deed.write(tx, "user.role", json!({ "role": role }), now)?)
        })
        .await
    }

    /// Changes how a user works.
    pub async fn set_mode(
        &self,
        deed: Deed,
        mode: Mode,
        now: Moment,
    ) -> Result<User, AccountError> {
        self.change(deed, now, move |tx, deed, now| {
            let mut user = users::find(tx, deed.user)?.ok_or(AccountError::UnknownUser)?;
            user.mode = mode;
            users::update(tx, &user, now)?;
            Ok(deed.write(tx, "user.mode", json!({ "mode": mode }), now)?)
        })
        .await
    }

    /// Freezes a user, who from then on is refused; `also` deals with their waiting jobs in the same transaction.
    /// Freezing a frozen user changes nothing.
    pub async fn freeze(
        &self,
        deed: Deed,
        also: impl FnOnce(&Tx<'_>, UserId, Moment) -> Result<(), DbError> + Send + 'static,
        now: Moment,
    ) -> Result<User, AccountError> {
        deed.not_to_oneself()?;
        self.change(deed, now, move |tx, deed, now| {
            if users::freeze(tx, deed.user, now)? {
                also(tx, deed.user, now)?;
                deed.write(tx, "user.freeze", json!({}), now)?;
            }
            Ok(())
        })
        .await
    }

    /// Thaws a user; `also` lets their jobs in again in the same transaction.
    pub async fn unfreeze(
        &self,
        deed: Deed,
        also: impl FnOnce(&Tx<'_>, UserId, Moment) -> Result<(), DbError> + Send + 'static,
        now: Moment,
    ) -> Result<User, AccountError> {
        self.change(deed, now, move |tx, deed, now| {
            if users::unfreeze(tx, deed.user, now)? {
                also(tx, deed.user, now)?;
                deed.write(tx, "user.unfreeze", json!({}), now)?;
            }
            Ok(())
        })
        .await
    }

    /// Gives a user credits.
    pub async fn grant(&self, deed: Deed, credits: u32, now: Moment) -> Result<User, AccountError> {
        self.change(deed, now, move |tx, deed, now| {
            let user = users::find(tx, deed.user)?.ok_or(AccountError::UnknownUser)?;
            let reason = deed.reason.as_deref().unwrap_or("grant");
            ledger::grant(tx, user.account(), credits, deed.actor, reason, now)?;
            Ok(deed.write(tx, "credits.grant", json!({ "credits": credits }), now)?)
        })
        .await
    }

    /// Runs one deed on a user who is not erased and answers what became of them.
    async fn change(
        &self,
        deed: Deed,
        now: Moment,
        body: impl FnOnce(&Tx<'_>, &Deed, Moment) -> Result<(), AccountError> + Send + 'static,
    ) -> Result<User, AccountError> {
        let user = deed.user;
        let changed = self
            .inner
            .db
            .write(move |tx| {
                let known = users::find(tx, user)?.filter(User::is_there);
                known.ok_or(AccountError::UnknownUser)?;
                body(tx, &deed, tx.clamp(now))?;
                users::find(tx, user)?.ok_or(AccountError::UnknownUser)
            })
            .await?;
        self.forget(user);
        Ok(changed)
    }
}
