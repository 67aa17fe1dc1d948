//! Who may come in and as what: users, passwords, sessions, API keys, one-time links and consents.
//!
//! [`Accounts`] holds the commands; what another command shares in its own transaction is a function over `&Tx`.

mod api_keys;
mod callers;
pub mod consents;
mod error;
mod identities;
mod keys;
pub mod leaving;
pub mod links;
mod password;
mod profile;
mod registration;
mod secret;
pub mod sessions;
mod sign_in;
mod standing;
mod tokens;
mod username;
pub mod users;
mod wechat;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use api_keys::{ApiKey, KeyName, NewKey, Scope, Scopes};
pub use callers::{AuthError, Caller, Via};
pub use error::AccountError;
pub use identities::WechatUser;
pub use keys::SigningKeys;
pub use links::{Link, LinkTerms, LinkToken, NewLink, Purpose};
pub use profile::{AvatarUrl, Nickname, ProfileChange};
pub use registration::NewAccount;
pub use sign_in::{NewPassword, PasswordChange, SignedIn};
pub use standing::Deed;
pub use username::Username;
pub use users::{Mode, Role, State, User, UserFilter};

use crate::db::Db;
use crate::kinds::choice;
use crate::time::Zone;

choice! {
    /// Who may open an account.
    Registration {
        Open = "open", "开放", "Open to everyone";
        Invite = "invite", "仅限邀请", "By invitation";
        Closed = "closed", "关闭", "Closed";
    }
}

/// Settings under `auth`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Who may open an account.
    pub registration: Registration,
}

/// Settings under `credits`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BonusSettings {
    /// Credits for opening an account.
    pub signup_bonus: u32,
    /// How many such bonuses are given on one day.
    pub signup_bonus_daily_max: u32,
}

impl Default for BonusSettings {
    fn default() -> Self {
        Self {
            signup_bonus: 10,
            signup_bonus_daily_max: 200,
        }
    }
}

/// The accounts of this server; clones share everything.
#[derive(Clone)]
pub struct Accounts {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    settings: Settings,
    bonus: registration::Bonus,
    hasher: password::Hasher,
    access: tokens::AccessTokens,
    callers: callers::Cache,
    identities: identities::Identities,
}

impl Accounts {
    /// Accounts in `db`, by these settings; `zone` says when the day of the bonuses begins.
    pub fn new(
        db: Db,
        settings: Settings,
        bonus: BonusSettings,
        keys: &SigningKeys,
        zone: Zone,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                db,
                settings,
                bonus: registration::Bonus::new(bonus, zone),
                hasher: password::Hasher::default(),
                access: tokens::AccessTokens::new(keys),
                callers: callers::Cache::default(),
                identities: identities::Identities::new(keys),
            }),
        }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// Who may open an account.
    pub fn registration(&self) -> Registration {
        self.inner.settings.registration
    }
}

#[cfg(test)]
mod tests;
