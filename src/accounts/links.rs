//! One-time links: the first administrator, an invitation, a new password. Stored hashed, they expire, and they are
//! spent in the transaction of what they do.

mod rows;

use secrecy::SecretString;
use serde::Serialize;

use super::password::StrongPassword;
use super::secret::{self, Hash};
use super::sessions::{self, Started};
use super::sign_in::may_enter;
use super::users::{self, Mode, Role, User};
use super::{AccountError, Accounts, NewAccount, SignedIn, Username};
use crate::db::Tx;
use crate::ids::{LinkId, UserId};
use crate::kinds::choice;
use crate::time::Moment;
use crate::{audit, ledger};

pub(super) use rows::{delete_all_of, drop_setup};
pub use rows::{forget, list};

choice! {
    /// What a link does.
    Purpose {
        Invite = "invite", "邀请", "Invitation";
        Setup = "setup", "初始设置", "First administrator";
        Reset = "reset", "重置密码", "New password";
    }
}

/// What a link is made for.
#[derive(Clone, Debug)]
pub enum LinkTerms {
    /// Opens the account of an administrator.
    Setup,
    /// Opens an account, with credits beside the sign-up bonus.
    Invite {
        /// What they may do and how they work.
        account: NewAccount,
        /// Granted when it is spent.
        credits: u32,
    },
    /// Sets a new password for a user and ends their sessions.
    Reset(UserId),
}

impl LinkTerms {
    const fn purpose(&self) -> Purpose {
        match self {
            Self::Setup => Purpose::Setup,
            Self::Invite { .. } => Purpose::Invite,
            Self::Reset(_) => Purpose::Reset,
        }
    }

    /// How long it is good, in seconds.
    const fn life_secs(&self) -> i64 {
        const DAY: i64 = 24 * 60 * 60;
        match self {
            Self::Setup | Self::Invite { .. } => 7 * DAY,
            Self::Reset(_) => DAY,
        }
    }
}

/// A link as administrators see it later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Place in the table, for cursors.
    #[serde(skip)]
    pub seq: i64,
    /// Its id.
    pub id: LinkId,
    /// What it does.
    pub purpose: Purpose,
    /// Whose password a reset sets.
    pub user_id: Option<UserId>,
    /// Credits of an invitation.
    pub credits: u32,
    /// Role of who is invited.
    pub role: Role,
    /// Mode of who is invited.
    pub mode: Mode,
    /// Who made it; none for the command line.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Moment,
    /// When it stops to be good.
    pub expires_at: Moment,
    /// When it was spent.
    pub spent_at: Option<Moment>,
    /// By whom.
    pub spent_by: Option<UserId>,
}

/// The secret part of a link's URL.
pub struct LinkToken(Hash);

impl LinkToken {
    /// Reads the token of a URL; any text is one, though of no link.
    pub fn parse(text: &str) -> Self {
        Self(secret::hash(text))
    }
}

/// A link that was just made, with the only copy of its token.
pub struct NewLink {
    /// The link.
    pub link: Link,
    /// What stands in its URL.
    pub token: String,
}

impl NewLink {
    /// The address to hand over. The token stands behind `#`, so that no server or proxy logs it.
    pub fn url(&self, public_url: &str) -> String {
        format!("{public_url}/#links/{}", self.token)
    }
}

impl Accounts {
    /// Makes a link.
    pub async fn create_link(
        &self,
        terms: LinkTerms,
        actor: Option<UserId>,
        now: Moment,
    ) -> Result<NewLink, AccountError> {
        self.inner
            .db
            .write(move |tx| {
                let now = tx.clamp(now);
                let made = insert(tx, &terms, actor, now)?;
                let (id, detail) = (made.link.id.to_string(), serde_json::json!({
                    "purpose": made.link.purpose, "user_id": made.link.user_id, "credits": made.link.credits,
                    "role": made.link.role,
                }));
                audit::write(tx, actor, "link.create", Some(&id), &detail, now)?;
                Ok(made)
            })
            .await
    }

    /// The setup link of a server without an administrator, replacing any earlier one; none if it has one.
    pub async fn first_start_link(&self, now: Moment) -> Result<Option<NewLink>, AccountError> {
        self.inner
            .db
            .write(move |tx| {
                if users::any_admin(tx)? {
                    return Ok(None);
                }
                rows::drop_setup(tx)?;
                insert(tx, &LinkTerms::Setup, None, tx.clamp(now)).map(Some)
            })
            .await
    }

    /// Spends a link: opens the account or sets the password, and signs in. `username` is not asked for a reset.
    pub async fn spend_link(
        &self,
        token: LinkToken,
        username: Option<&str>,
        password: SecretString,
        now: Moment,
    ) -> Result<SignedIn, AccountError> {
        let link = self.inner.db.read(|db| rows::unspent(db, &token, now))?;
        let (name, hash) = match link.purpose {
            Purpose::Setup | Purpose::Invite => {
                let name = Username::parse(username.ok_or(AccountError::UsernameNeeded)?)?;
                let hash = self.hash_for_new(&name, password).await?;
                (Some(name), hash)
            }
            Purpose::Reset => (None, self.hash_for_reset(&link, password).await?),
        };
        let accounts = self.clone();
        let (user, started) = self
            .inner
            .db
            .write(move |tx| accounts.spend(tx, &token, name.as_ref(), &hash, tx.clamp(now)))
            .await?;
        Ok(self.signed_in(user, started, now))
    }

    /// What a link is for, so that a page can ask the right questions.
    pub fn look_at_link(&self, token: &LinkToken, now: Moment) -> Result<Link, AccountError> {
        self.inner.db.read(|db| rows::unspent(db, token, now))
    }

    /// Takes back a link that nobody spent.
    pub async fn revoke_link(
        &self,
        link: LinkId,
        actor: Option<UserId>,
        now: Moment,
    ) -> Result<(), AccountError> {
        self.inner
            .db
            .write(move |tx| {
                if rows::delete_unspent(tx, link)? == 0 {
                    return Err(AccountError::LinkUnknown);
                }
                let (id, now) = (link.to_string(), tx.clamp(now));
                Ok(audit::write(
                    tx,
                    actor,
                    "link.revoke",
                    Some(&id),
                    &().into(),
                    now,
                )?)
            })
            .await
    }

    async fn hash_for_reset(
        &self,
        link: &Link,
        password: SecretString,
    ) -> Result<String, AccountError> {
        let user = link.user_id.ok_or(AccountError::LinkUnknown)?;
        let known = self.inner.db.read(|db| users::credentials(db, user))?;
        let known = known.ok_or(AccountError::LinkUnknown)?;
        may_enter(known.state)?;
        let password = StrongPassword::parse(password, known.name().as_ref())?;
        self.inner.hasher.hash(password).await
    }

    fn spend(
        &self,
        tx: &Tx<'_>,
        token: &LinkToken,
        name: Option<&Username>,
        hash: &str,
        now: Moment,
    ) -> Result<(User, Started), AccountError> {
        let link = rows::unspent(tx, token, now)?;
        let user = match (link.purpose, name, link.user_id) {
            (Purpose::Setup | Purpose::Invite, Some(name), _) => {
                self.open_by_link(tx, &link, name, hash, now)?
            }
            (Purpose::Reset, _, Some(user)) => {
                users::set_password(tx, user, hash, now)?;
                sessions::end_all(tx, user, None)?;
                let user = users::find(tx, user)?.ok_or(AccountError::LinkUnknown)?;
                may_enter(user.state)?;
                user
            }
            (Purpose::Setup | Purpose::Invite, None, _) | (Purpose::Reset, _, None) => {
                return Err(AccountError::UsernameNeeded);
            }
        };
        rows::mark_spent(tx, link.id, user.id, now)?;
        if link.purpose == Purpose::Setup {
            rows::drop_setup(tx)?;
        }
        let started = sessions::start(tx, user.id, now)?;
        Ok((user, started))
    }

    fn open_by_link(
        &self,
        tx: &Tx<'_>,
        link: &Link,
        name: &Username,
        hash: &str,
        now: Moment,
    ) -> Result<User, AccountError> {
        let account = NewAccount {
            role: link.role,
            mode: link.mode,
        };
        let mut user = self.open(tx, name, hash, account, now)?;
        if link.credits > 0 {
            let who = link.created_by;
            user.credits = ledger::grant(tx, user.account(), link.credits, who, "invitation", now)?;
        }
        Ok(user)
    }
}

fn insert(
    tx: &Tx<'_>,
    terms: &LinkTerms,
    actor: Option<UserId>,
    now: Moment,
) -> Result<NewLink, AccountError> {
    let (user_id, account, credits) = match terms {
        LinkTerms::Setup => (
            None,
            NewAccount {
                role: Role::Admin,
                mode: Mode::Personal,
            },
            0,
        ),
        LinkTerms::Invite { account, credits } => (None, *account, *credits),
        LinkTerms::Reset(user) => (Some(*user), NewAccount::default(), 0),
    };
    if let Some(user) = user_id {
        let known = users::find(tx, user)?.ok_or(AccountError::UnknownUser)?;
        may_enter(known.state).map_err(|_| AccountError::UnknownUser)?;
    }
    let mut link = Link {
        seq: 0,
        id: LinkId::new(),
        purpose: terms.purpose(),
        user_id,
        credits,
        role: account.role,
        mode: account.mode,
        created_by: actor,
        created_at: now,
        expires_at: now.plus_secs(terms.life_secs()),
        spent_at: None,
        spent_by: None,
    };
    let token = secret::text();
    link.seq = rows::write(tx, &link, &secret::hash(&token))?;
    Ok(NewLink { link, token })
}
