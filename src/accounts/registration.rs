//! Opening accounts: by oneself, by an operator, and what every new account begins with.

use secrecy::SecretString;

use super::password::StrongPassword;
use super::sessions;
use super::users::{self, NewUser};
use super::{
    AccountError, Accounts, BonusSettings, Mode, NewPassword, Registration, Role, SignedIn, User,
    Username, links,
};
use crate::db::{DbError, Tx};
use crate::ids::UserId;
use crate::time::{Moment, Zone};
use crate::{audit, ledger};

/// Credits of the first administrator, to try everything out.
const FIRST_START_CREDITS: u32 = 1000;

/// What an account is opened with.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewAccount {
    /// What they may do.
    pub role: Role,
    /// How they work.
    pub mode: Mode,
}

impl Accounts {
    /// Opens an account for whoever asks, and signs them in.
    pub async fn register(
        &self,
        username: &str,
        password: SecretString,
        mode: Mode,
        now: Moment,
    ) -> Result<SignedIn, AccountError> {
        match self.registration() {
            Registration::Open => {}
            Registration::Invite => return Err(AccountError::InvitationNeeded),
            Registration::Closed => return Err(AccountError::RegistrationClosed),
        }
        let username = Username::parse(username)?;
        let hash = self.hash_for_new(&username, password).await?;
        let accounts = self.clone();
        let account = NewAccount {
            role: Role::User,
            mode,
        };
        let (user, started) = self
            .inner
            .db
            .write(move |tx| {
                let now = tx.clamp(now);
                let user = accounts.open(tx, &username, &hash, account, now)?;
                let started = sessions::start(tx, user.id, now)?;
                Ok::<_, AccountError>((user, started))
            })
            .await?;
        Ok(self.signed_in(user, started, now))
    }

    /// Opens an account for somebody else, whatever `auth.registration` says; for operators.
    pub async fn add_user(
        &self,
        username: &str,
        password: NewPassword,
        account: NewAccount,
        now: Moment,
    ) -> Result<User, AccountError> {
        let username = Username::parse(username)?;
        let hash = self.hash_for_new(&username, password.into()).await?;
        let accounts = self.clone();
        self.inner
            .db
            .write(move |tx| {
                let now = tx.clamp(now);
                let user = accounts.open(tx, &username, &hash, account, now)?;
                if user.role == Role::Admin {
                    links::drop_setup(tx)?;
                }
                let (id, detail) = (user.id.to_string(), serde_json::json!({"role": user.role}));
                audit::write(tx, None, "user.add", Some(&id), &detail, now)?;
                Ok(user)
            })
            .await
    }

    /// The hash for a name that is free so far; the transaction checks again.
    pub(super) async fn hash_for_new(
        &self,
        username: &Username,
        password: SecretString,
    ) -> Result<String, AccountError> {
        let password = StrongPassword::parse(password, Some(username))?;
        if self
            .inner
            .db
            .read(|db| users::find_by_name(db, username))?
            .is_some()
        {
            return Err(AccountError::UsernameTaken);
        }
        self.inner.hasher.hash(password).await
    }

    /// Opens an account with a password in the caller's transaction.
    pub(super) fn open(
        &self,
        tx: &Tx<'_>,
        username: &Username,
        hash: &str,
        account: NewAccount,
        now: Moment,
    ) -> Result<User, AccountError> {
        if users::find_by_name(tx, username)?.is_some() {
            return Err(AccountError::UsernameTaken);
        }
        let new = NewUser {
            username: Some(username),
            password_hash: Some(hash),
            role: account.role,
            mode: account.mode,
        };
        Ok(self.open_row(tx, &new, true, now)?)
    }

    /// Opens an account without name and password, for somebody known by an outside identity; without the `bonus` if an
    /// earlier account of theirs had it.
    pub fn open_nameless(
        &self,
        tx: &Tx<'_>,
        mode: Mode,
        bonus: bool,
        now: Moment,
    ) -> Result<User, DbError> {
        self.open_row(tx, &NewUser::nameless(mode), bonus, now)
    }

    fn open_row(
        &self,
        tx: &Tx<'_>,
        new: &NewUser<'_>,
        bonus: bool,
        now: Moment,
    ) -> Result<User, DbError> {
        let account = ledger::Account {
            wallet: ledger::open(tx, now)?,
            user: UserId::new(),
        };
        let first_admin = new.role == Role::Admin && !users::any_admin(tx)?;
        users::insert(tx, account, new, now)?;
        if first_admin {
            ledger::grant(tx, account, FIRST_START_CREDITS, None, "first start", now)?;
        } else if bonus {
            self.inner.bonus.give(tx, account, now)?;
        }
        Ok(users::find(tx, account.user)?.expect("the row was just written"))
    }
}

/// The sign-up bonus and the day it is counted by.
pub(super) struct Bonus {
    settings: BonusSettings,
    zone: Zone,
}

impl Bonus {
    pub(super) const fn new(settings: BonusSettings, zone: Zone) -> Self {
        Self { settings, zone }
    }

    fn give(&self, tx: &Tx<'_>, account: ledger::Account, now: Moment) -> Result<(), DbError> {
        let BonusSettings {
            signup_bonus,
            signup_bonus_daily_max,
        } = self.settings;
        let today = self.zone.day_start(now);
        let given = ledger::signup_bonus(
            tx,
            account,
            signup_bonus,
            today,
            signup_bonus_daily_max,
            now,
        )?;
        if !given && signup_bonus > 0 {
            tracing::warn!(user = %account.user, "no more sign-up bonuses today");
        }
        Ok(())
    }
}

impl From<NewPassword> for SecretString {
    fn from(password: NewPassword) -> Self {
        password.0
    }
}
