//! Log-in with WeChat: an account at first sight, the same one ever after, and binding to one that is there.

use super::identities::{Holder, WechatUser};
use super::sign_in::may_enter;
use super::{AccountError, Accounts, Mode, Registration, SignedIn, sessions, users};
use crate::db::DbError;
use crate::ids::UserId;
use crate::time::Moment;
use crate::wechat::Session;

impl Accounts {
    /// Signs in whoever WeChat vouches for. True if an account was opened for them.
    pub async fn enter_by_wechat(
        &self,
        session: Session,
        mode: Mode,
        now: Moment,
    ) -> Result<(SignedIn, bool), AccountError> {
        let accounts = self.clone();
        let (user, started, opened) = self
            .inner
            .db
            .write(move |tx| {
                let now = tx.clamp(now);
                let identities = &accounts.inner.identities;
                let (user, opened) = match identities.holder(tx, &session.openid)? {
                    Holder::User(id) => {
                        let user = users::find(tx, id)?.ok_or(AccountError::UnknownUser)?;
                        (user, false)
                    }
                    Holder::Unseen => (accounts.open_for_wechat(tx, mode, true, now)?, true),
                    // Somebody who left and comes back: welcome, but the bonus comes once.
                    Holder::Erased => (accounts.open_for_wechat(tx, mode, false, now)?, true),
                };
                may_enter(user.state)?;
                identities.keep(tx, user.id, &session, now)?;
                let started = sessions::start(tx, user.id, now)?;
                Ok::<_, AccountError>((user, started, opened))
            })
            .await?;
        Ok((self.signed_in(user, started, now), opened))
    }

    fn open_for_wechat(
        &self,
        tx: &crate::db::Tx<'_>,
        mode: Mode,
        bonus: bool,
        now: Moment,
    ) -> Result<users::User, AccountError> {
        match self.registration() {
            Registration::Open => Ok(self.open_nameless(tx, mode, bonus, now)?),
            Registration::Invite => Err(AccountError::InvitationNeeded),
            Registration::Closed => Err(AccountError::RegistrationClosed),
        }
    }

    /// Binds a WeChat identity to an account that is there. Accounts are never merged.
    pub async fn bind_wechat(
        &self,
        user: UserId,
        session: Session,
        now: Moment,
    ) -> Result<SignedIn, AccountError> {
        let accounts = self.clone();
        let (found, started) = self
            .inner
            .db
            .write(move |tx| {
                let now = tx.clamp(now);
                let identities = &accounts.inner.identities;
                match identities.holder(tx, &session.openid)? {
                    Holder::User(other) if other != user => {
                        return Err(AccountError::IdentityInUse);
                    }
                    Holder::User(_) | Holder::Unseen | Holder::Erased => {}
                }
                let bound = identities.of_user(tx, user)?;
                if bound.is_some_and(|bound| bound.openid != session.openid) {
                    return Err(AccountError::OtherIdentity);
                }
                let found = users::find(tx, user)?.ok_or(AccountError::UnknownUser)?;
                may_enter(found.state)?;
                identities.keep(tx, user, &session, now)?;
                let started = sessions::start(tx, user, now)?;
                Ok::<_, AccountError>((found, started))
            })
            .await?;
        Ok(self.signed_in(found, started, now))
    }

    /// A user's WeChat identity, for payments and messages.
    pub fn wechat_of(&self, user: UserId) -> Result<Option<WechatUser>, DbError> {
        let identities = &self.inner.identities;
        self.inner.db.read(|r| identities.of_user(r, user))
    }
}
