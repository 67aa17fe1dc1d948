//! The table of users: finding them, and the changes of a row that commands share. The only file that writes it.

use std::collections::{HashMap, HashSet};

use rusqlite::Row;

use super::Username;
use crate::db::{DbError, Query, Tx};
use crate::i18n::Lang;
use crate::ids::{UserId, WalletId};
use crate::kinds::{Quality, choice};
use crate::ledger::Account;
use crate::time::Moment;

choice! {
    /// What a user may do.
    Role {
        User = "user", "用户", "User";
        Admin = "admin", "管理员", "Administrator";
    }
}

choice! {
    /// How a user works: it chooses routing and defaults.
    Mode {
        Personal = "personal", "个人", "Personal";
        Business = "business", "商家", "Business";
    }
}

choice! {
    /// Where an account stands.
    State {
        Active = "active", "正常", "Active";
        Frozen = "frozen", "已冻结", "Frozen";
        Erasing = "erasing", "注销中", "Being erased";
        Erased = "erased", "已注销", "Erased";
    }
}

/// A user as the table has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Place in the table, for cursors.
    pub seq: i64,
    /// Their id.
    pub id: UserId,
    /// What they spend from.
    pub wallet: WalletId,
    /// None until one is chosen, and once erased.
    pub username: Option<String>,
    /// What others see.
    pub nickname: Option<String>,
    /// Their picture, an https URL.
    pub avatar_url: Option<String>,
    /// What they may do.
    pub role: Role,
    /// How they work.
    pub mode: Mode,
    /// Where the account stands.
    pub state: State,
    /// Whether they want to be told when pictures are done.
    pub notifications: bool,
    /// Whether results are kept in their gallery.
    pub auto_save: bool,
    /// The quality they like; none for the kind's.
    pub quality: Option<Quality>,
    /// The language they read; none for the browser's.
    pub language: Option<Lang>,
    /// The balance of their wallet, in credits.
    pub credits: i64,
    /// When the account was opened.
    pub created_at: Moment,
}

impl User {
    /// What entries of the ledger are written for.
    pub const fn account(&self) -> Account {
        Account {
            wallet: self.wallet,
            user: self.id,
        }
    }

    /// False once they have left.
    pub const fn is_there(&self) -> bool {
        match self.state {
            State::Active | State::Frozen => true,
            State::Erasing | State::Erased => false,
        }
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let language: Option<String> = row.get(12)?;
        Ok(Self {
            seq: row.get(0)?,
            id: row.get(1)?,
            wallet: row.get(2)?,
            username: row.get(3)?,
            nickname: row.get(4)?,
            avatar_url: row.get(5)?,
            role: row.get(6)?,
            mode: row.get(7)?,
            state: row.get(8)?,
            notifications: row.get(9)?,
            auto_save: row.get(10)?,
            quality: row.get(11)?,
            language: language.as_deref().and_then(Lang::from_id),
            credits: row.get(13)?,
            created_at: row.get(14)?,
        })
    }
}

macro_rules! select_user {
    ($rest:literal) => {
        concat!(
            "SELECT seq, id, wallet_id, username, nickname, avatar_url, role, mode, state, notifications,
                    auto_save, quality, language,
                    (SELECT balance FROM wallets WHERE wallets.id = users.wallet_id), created_at
             FROM users ",
            $rest
        )
    };
}

/// The user with this id, erased ones too.
pub fn find(db: &impl Query, user: UserId) -> Result<Option<User>, DbError> {
    Ok(db.first(select_user!("WHERE id = ?1"), [user], User::read)?)
}

/// What these users are called: by user name, else by nickname. Whoever has neither is left out.
pub fn names(db: &impl Query, users: &HashSet<UserId>) -> Result<HashMap<UserId, String>, DbError> {
    let ids = serde_json::json!(users).to_string();
    let rows = db.all(
        "SELECT id, coalesce(username, nickname) FROM users WHERE id IN (SELECT value FROM json_each(?1))
         AND coalesce(username, nickname) IS NOT NULL",
        [ids],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// The user with this name, whatever its case.
pub fn find_by_name(db: &impl Query, name: &Username) -> Result<Option<User>, DbError> {
    Ok(db.first(
        select_user!("WHERE username_key = ?1"),
        [name.key()],
        User::read,
    )?)
}

/// Which users a list shows.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Part of a user name or nickname, or a whole id.
    pub search: Option<String>,
    /// Only these.
    pub state: Option<State>,
    /// Only these.
    pub role: Option<Role>,
}

/// Users before the one at `cursor`, newest first.
pub fn list(
    db: &impl Query,
    filter: &UserFilter,
    cursor: Option<i64>,
    limit: u32,
) -> Result<Vec<User>, DbError> {
    let search = filter.search.as_deref().map(str::to_lowercase);
    let pattern = search.as_deref().map(like_pattern);
    Ok(db.all(
        select_user!(
            "WHERE seq < ?1 AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR role = ?3)
               AND (?4 IS NULL OR username_key LIKE ?4 ESCAPE '\\' OR nickname LIKE ?4 ESCAPE '\\' OR id = ?5)
             ORDER BY seq DESC LIMIT ?6"
        ),
        (
            cursor.unwrap_or(i64::MAX),
            filter.state,
            filter.role,
            pattern,
            search,
            limit,
        ),
        User::read,
    )?)
}

fn like_pattern(part: &str) -> String {
    let mut pattern = String::from("%");
    for c in part.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// True if somebody may administrate this server.
pub fn any_admin(db: &impl Query) -> Result<bool, DbError> {
    Ok(db.one(
        "SELECT EXISTS (SELECT 1 FROM users WHERE role = 'admin')",
        [],
        |row| row.get(0),
    )?)
}

/// Freezes an active account; false if it is not one. Its waiting jobs are the queue's to cancel, in the same
/// transaction.
pub fn freeze(tx: &Tx<'_>, user: UserId, now: Moment) -> Result<bool, DbError> {
    change_state(tx, user, State::Active, State::Frozen, now)
}

/// Thaws a frozen account; false if it is not one.
pub fn unfreeze(tx: &Tx<'_>, user: UserId, now: Moment) -> Result<bool, DbError> {
    change_state(tx, user, State::Frozen, State::Active, now)
}

fn change_state(
    tx: &Tx<'_>,
    user: UserId,
    from: State,
    to: State,
    now: Moment,
) -> Result<bool, DbError> {
    let changed = tx.run(
        "UPDATE users SET state = ?3, updated_at = ?4 WHERE id = ?1 AND state = ?2",
        (user, from, to, now),
    )?;
    Ok(changed > 0)
}

/// What signing in needs to know of a user.
pub(super) struct Credentials {
    pub(super) user: UserId,
    pub(super) username: Option<String>,
    pub(super) state: State,
    pub(super) hash: Option<String>,
}

impl Credentials {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            user: row.get(0)?,
            username: row.get(1)?,
            state: row.get(2)?,
            hash: row.get(3)?,
        })
    }
}

pub(super) fn credentials_by_name(
    db: &impl Query,
    name: &Username,
) -> Result<Option<Credentials>, DbError> {
    Ok(db.first(
        "SELECT id, username, state, password_hash FROM users WHERE username_key = ?1",
        [name.key()],
        Credentials::read,
    )?)
}

pub(super) fn credentials(db: &impl Query, user: UserId) -> Result<Option<Credentials>, DbError> {
    Ok(db.first(
        "SELECT id, username, state, password_hash FROM users WHERE id = ?1",
        [user],
        Credentials::read,
    )?)
}

/// A row that is about to be written.
pub(super) struct NewUser<'a> {
    pub(super) username: Option<&'a Username>,
    pub(super) password_hash: Option<&'a str>,
    pub(super) role: Role,
    pub(super) mode: Mode,
}

impl NewUser<'_> {
    /// Somebody without a name and a password.
    pub(super) const fn nameless(mode: Mode) -> Self {
        Self {
            username: None,
            password_hash: None,
            role: Role::User,
            mode,
        }
    }
}

pub(super) fn insert(
    tx: &Tx<'_>,
    account: Account,
    new: &NewUser<'_>,
    now: Moment,
) -> Result<(), DbError> {
    tx.run(
        "INSERT INTO users (id, wallet_id, username, username_key, password_hash, role, mode, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        (
            account.user,
            account.wallet,
            new.username.map(Username::as_str),
            new.username.map(Username::key),
            new.password_hash,
            new.role,
            new.mode,
            now,
        ),
    )?;
    Ok(())
}

pub(super) fn set_username(
    tx: &Tx<'_>,
    user: UserId,
    name: &Username,
    now: Moment,
) -> Result<(), DbError> {
    tx.run(
        "UPDATE users SET username = ?2, username_key = ?3, updated_at = ?4 WHERE id = ?1",
        (user, name.as_str(), name.key(), now),
    )?;
    Ok(())
}

pub(super) fn set_password(
    tx: &Tx<'_>,
    user: UserId,
    hash: &str,
    now: Moment,
) -> Result<(), DbError> {
    tx.run(
        "UPDATE users SET password_hash = ?2, updated_at = ?3 WHERE id = ?1",
        (user, hash, now),
    )?;
    Ok(())
}

pub(super) fn set_role(
    tx: &Tx<'_>,
    user: UserId,
    role: Role,
    now: Moment,
) -> Result<bool, DbError> {
    let changed = tx.run(
        "UPDATE users SET role = ?2, updated_at = ?3 WHERE id = ?1 AND state IN ('active', 'frozen')",
        (user, role, now),
    )?;
    Ok(changed > 0)
}

/// Writes the fields that a user (or an operator for them) may change.
pub(super) fn update(tx: &Tx<'_>, user: &User, now: Moment) -> Result<(), DbError> {
    tx.run(
        "UPDATE users SET nickname = ?2, avatar_url = ?3, mode = ?4, notifications = ?5, auto_save = ?6,
                          quality = ?7, language = ?8, updated_at = ?9
         WHERE id = ?1",
        (
            user.id,
            &user.nickname,
            &user.avatar_url,
            user.mode,
            user.notifications,
            user.auto_save,
            user.quality,
            user.language.map(Lang::id),
            now,
        ),
    )?;
    Ok(())
}

pub(super) fn begin_erasing(tx: &Tx<'_>, user: UserId, now: Moment) -> Result<bool, DbError> {
    let changed = tx.run(
        "UPDATE users SET state = 'erasing', updated_at = ?2 WHERE id = ?1 AND state IN ('active', 'frozen')",
        (user, now),
    )?;
    Ok(changed > 0)
}

pub(super) fn anonymise(tx: &Tx<'_>, user: UserId, now: Moment) -> Result<(), DbError> {
    tx.run(
        "UPDATE users SET state = 'erased', username = NULL, username_key = NULL, password_hash = NULL,
                nickname = NULL, avatar_url = NULL, role = 'user', mode = 'personal', notifications = 1,
                auto_save = 1, quality = NULL, language = NULL, updated_at = ?2
         WHERE id = ?1",
        (user, now),
    )?;
    Ok(())
}
