//! API keys: shown once, stored hashed, each with the scopes it was given. The only file that writes their table.

use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

use super::secret::{self, Hash};
use super::users::{self, Role, State};
use super::{AccountError, Accounts};
use crate::db::{DbError, Query, Tx};
use crate::ids::{KeyId, UserId};
use crate::kinds::{BadParam, Choice, choice};
use crate::time::Moment;

const PREFIX: &str = "atl_";
const PER_USER: u32 = 20;

choice! {
    /// What a key may be used for.
    Scope {
        Jobs = "jobs", "任务", "Submit, follow and cancel jobs";
        Uploads = "uploads", "上传", "Upload pictures";
        Works = "works", "作品", "Read, change and share works";
        Account = "account", "账户", "Read and change the account's settings";
        Credits = "credits", "积分", "Read credits, buy and redeem";
        Webhooks = "webhooks", "回调", "Manage webhooks";
        Admin = "admin", "管理", "Administrate this server";
    }
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Scope>", into = "Vec<Scope>")]
pub struct Scopes(u8);

impl Scopes {
    /// True if `scope` is one of them.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }

    /// True if there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl From<Vec<Scope>> for Scopes {
    fn from(scopes: Vec<Scope>) -> Self {
        scopes.into_iter().collect()
    }
}

impl From<Scopes> for Vec<Scope> {
    fn from(scopes: Scopes) -> Self {
        let every = Scope::ALL.iter().copied();
        every.filter(|scope| scopes.contains(*scope)).collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let bits = scopes.into_iter().map(|scope| 1 << scope as u8);
        Self(bits.fold(0, |set, bit| set | bit))
    }
}

impl ToSql for Scopes {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let ids: Vec<&str> = Vec::from(*self).into_iter().map(Scope::id).collect();
        Ok(ids.join(" ").into())
    }
}

impl FromSql for Scopes {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let ids = value.as_str()?.split_whitespace();
        ids.map(|id| Scope::from_id(id).ok_or(FromSqlError::InvalidType))
            .collect()
    }
}

/// What its owner calls a key: 1 to 60 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyName(String);

impl KeyName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, BadParam> {
        let name = text.trim();
        if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            let (zh, en) = ("1 到 60 个字符", "1 to 60 characters");
            return Err(BadParam::new("/name", zh, en));
        }
        Ok(Self(name.to_owned()))
    }
}

/// An API key as its owner sees it later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApiKey {
    /// Its id.
    pub id: KeyId,
    /// What its owner calls it.
    pub name: String,
    /// Its last four characters, to tell keys apart.
    pub hint: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Moment>,
}

/// A key that was just made, with the only copy of its secret.
pub struct NewKey {
    /// The key.
    pub key: ApiKey,
    /// The bearer token.
    pub secret: String,
}

impl Accounts {
    /// Makes an API key.
    pub async fn create_key(
        &self,
        user: UserId,
        name: KeyName,
        scopes: Scopes,
        now: Moment,
    ) -> Result<NewKey, AccountError> {
        if scopes.is_empty() {
            let (zh, en) = ("至少需要一个权限", "at least one scope is needed");
            return Err(BadParam::new("/scopes", zh, en).into());
        }
        let secret = format!("{PREFIX}{}", secret::text());
        let hash = secret::hash(&secret);
        let key = ApiKey {
            id: KeyId::new(),
            name: name.0,
            hint: secret[secret.len() - 4..].to_owned(),
            scopes,
            created_at: now,
            last_used_at: None,
        };
        let row = key.clone();
        self.inner
            .db
            .write(move |tx| {
                may_have(tx, user, scopes)?;
                insert(tx, user, &row, &hash).map_err(AccountError::from)
            })
            .await?;
        self.forget(user);
        Ok(NewKey { key, secret })
    }

    /// The API keys of a user, oldest first.
    pub fn keys(&self, user: UserId) -> Result<Vec<ApiKey>, DbError> {
        self.inner.db.read(|db| {
            Ok(db.all(
                "SELECT id, name, hint, scopes, created_at, last_used_at FROM api_keys WHERE user_id = ?1 ORDER BY id",
                [user],
                read,
            )?)
        })
    }

    /// Ends an API key of a user.
    pub async fn delete_key(&self, user: UserId, key: KeyId) -> Result<(), AccountError> {
        let deleted = self
            .inner
            .db
            .write(move |tx| {
                Ok::<_, DbError>(tx.run(
                    "DELETE FROM api_keys WHERE id = ?1 AND user_id = ?2",
                    (key, user),
                )?)
            })
            .await?;
        self.forget(user);
        if deleted == 0 {
            return Err(AccountError::UnknownKey);
        }
        Ok(())
    }
}

fn may_have(tx: &Tx<'_>, user: UserId, scopes: Scopes) -> Result<(), AccountError> {
    let owner = users::find(tx, user)?.filter(|owner| owner.state == State::Active);
    let owner = owner.ok_or(AccountError::UnknownUser)?;
    if scopes.contains(Scope::Admin) && owner.role != Role::Admin {
        return Err(AccountError::ScopeNotAllowed);
    }
    if ids_of(tx, user)?.len() >= PER_USER as usize {
        return Err(AccountError::TooManyKeys { max: PER_USER });
    }
    Ok(())
}

fn insert(tx: &Tx<'_>, user: UserId, key: &ApiKey, hash: &Hash) -> Result<(), DbError> {
    tx.run(
        "INSERT INTO api_keys (id, user_id, name, hint, hash, scopes, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (key.id, user, &key.name, &key.hint, hash, key.scopes, key.created_at),
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<ApiKey> {
    Ok(ApiKey {
        id: row.get(0)?,
        name: row.get(1)?,
        hint: row.get(2)?,
        scopes: row.get(3)?,
        created_at: row.get(4)?,
        last_used_at: row.get(5)?,
    })
}

/// True for what can only be an API key: tokens never begin like this.
pub(super) fn looks_like_one(bearer: &str) -> bool {
    bearer.starts_with(PREFIX)
}

pub(super) fn find_by_hash(
    db: &impl Query,
    hash: &Hash,
) -> Result<Option<(KeyId, UserId, Scopes)>, DbError> {
    Ok(db.first(
        "SELECT id, user_id, scopes FROM api_keys WHERE hash = ?1",
        [hash],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?)
}

pub(super) fn ids_of(db: &impl Query, user: UserId) -> Result<Vec<KeyId>, DbError> {
    Ok(db.all(
        "SELECT id FROM api_keys WHERE user_id = ?1",
        [user],
        |row| row.get(0),
    )?)
}

pub(super) fn touch(tx: &Tx<'_>, key: KeyId, now: Moment) -> Result<(), DbError> {
    tx.run(
        "UPDATE api_keys SET last_used_at = max(coalesce(last_used_at, 0), ?2) WHERE id = ?1",
        (key, now),
    )?;
    Ok(())
}

pub(super) fn delete_all(tx: &Tx<'_>, user: UserId) -> Result<(), DbError> {
    tx.run("DELETE FROM api_keys WHERE user_id = ?1", [user])?;
    Ok(())
}
