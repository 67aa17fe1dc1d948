//! Who a request speaks for: access tokens and API keys, checked against the user's present state and role.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::sync::Cache as Moka;

use super::secret::{self, Hash};
use super::tokens::Refused;
use super::users::{self, Mode, Role, State};
use super::{Accounts, Scope, Scopes, api_keys, sessions};
use crate::db::{DbError, Reader};
use crate::i18n::Lang;
use crate::ids::{KeyId, SessionId, UserId, WalletId};
use crate::kinds::Quality;
use crate::ledger::Account;
use crate::time::Moment;

/// A user who sent a request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Their id.
    pub user: UserId,
    /// What they spend from.
    pub wallet: WalletId,
    /// What they may do.
    pub role: Role,
    /// How they work.
    pub mode: Mode,
    /// Their name, if they have one.
    pub username: Option<String>,
    /// The quality they like.
    pub quality: Option<Quality>,
    /// The language they read.
    pub language: Option<Lang>,
    /// Whether results are kept in their gallery.
    pub auto_save: bool,
    /// How they came in.
    pub via: Via,
}

/// How a caller came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// With an access token of this session: everything the user may do.
    Session(SessionId),
    /// With an API key: what its scopes allow.
    Key(KeyId, Scopes),
}

/// Why a request is not let in.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The access token was good once; a refresh helps.
    #[error("the access token has expired")]
    Expired,
    /// Not a token or key of a user.
    #[error("not a valid access token or API key")]
    Unauthorised,
    /// The account is frozen.
    #[error("the account is frozen")]
    Frozen,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Caller {
    /// What entries of the ledger are written for.
    pub const fn account(&self) -> Account {
        Account {
            wallet: self.wallet,
            user: self.user,
        }
    }

    /// True if they may use what `scope` covers.
    pub fn may(&self, scope: Scope) -> bool {
        let by_role = scope != Scope::Admin || self.role == Role::Admin;
        let by_key = match self.via {
            Via::Session(_) => true,
            Via::Key(_, scopes) => scopes.contains(scope),
        };
        by_role && by_key
    }

    /// Their session; none for an API key, which must not change passwords, keys or the account's existence.
    pub const fn session(&self) -> Option<SessionId> {
        match self.via {
            Via::Session(session) => Some(session),
            Via::Key(..) => None,
        }
    }
}

/// What is remembered of a user for a few seconds.
pub(super) struct Standing {
    wallet: WalletId,
    role: Role,
    mode: Mode,
    state: State,
    username: Option<String>,
    quality: Option<Quality>,
    language: Option<Lang>,
    auto_save: bool,
    sessions: Vec<(SessionId, Moment)>,
    keys: Vec<KeyId>,
}

impl Standing {
    fn load(db: &Reader<'_>, user: UserId) -> Result<Option<Arc<Self>>, DbError> {
        let Some(found) = users::find(db, user)? else {
            return Ok(None);
        };
        Ok(Some(Arc::new(Self {
            wallet: found.wallet,
            role: found.role,
            mode: found.mode,
            state: found.state,
            username: found.username,
            quality: found.quality,
            language: found.language,
            auto_save: found.auto_save,
            sessions: sessions::of_user(db, user)?,
            keys: api_keys::ids_of(db, user)?,
        })))
    }

    fn caller(&self, user: UserId, via: Via, now: Moment) -> Result<Caller, AuthError> {
        let live = match via {
            Via::Session(session) => self
                .sessions
                .iter()
                .any(|(id, ends)| *id == session && *ends > now),
            Via::Key(key, _) => self.keys.contains(&key),
        };
        match self.state {
            State::Erasing | State::Erased => return Err(AuthError::Unauthorised),
            State::Active | State::Frozen if !live => return Err(AuthError::Unauthorised),
            State::Frozen => return Err(AuthError::Frozen),
            State::Active => {}
        }
        Ok(Caller {
            user,
            wallet: self.wallet,
            role: self.role,
            mode: self.mode,
            username: self.username.clone(),
            quality: self.quality,
            language: self.language,
            auto_save: self.auto_save,
            via,
        })
    }
}

/// Users seen in the last seconds. Another process may change them, so nothing stays longer; a change in this
/// process calls [`Accounts::forget`] and is seen at once.
pub(super) struct Cache {
    users: Moka<UserId, Arc<Standing>>,
    // Which key a secret is never changes; whether it still counts stands in `users`.
    keys: Moka<Hash, (KeyId, UserId, Scopes)>,
    touched: Moka<KeyId, ()>,
    changes: AtomicU64,
}

const REMEMBERED: Duration = Duration::from_secs(5);
const TOUCHED_EVERY: Duration = Duration::from_secs(60);
const ROOM: u64 = 10_000;

impl Default for Cache {
    fn default() -> Self {
        let with = |life| Moka::builder().max_capacity(ROOM).time_to_live(life);
        Self {
            users: with(REMEMBERED).build(),
            keys: Moka::builder()
                .max_capacity(ROOM)
                .time_to_live(REMEMBERED)
                .build(),
            touched: Moka::builder()
                .max_capacity(ROOM)
                .time_to_live(TOUCHED_EVERY)
                .build(),
            changes: AtomicU64::new(0),
        }
    }
}

impl Accounts {
    /// The caller behind a bearer token. Reads at most a few rows, in place.
    pub fn authenticate(&self, bearer: &str, now: Moment) -> Result<Caller, AuthError> {
        let (user, via) = if api_keys::looks_like_one(bearer) {
            self.by_key(bearer)?
        } else {
            let claims = self
                .inner
                .access
                .read(bearer, now)
                .map_err(|why| match why {
                    Refused::Expired => AuthError::Expired,
                    Refused::Invalid => AuthError::Unauthorised,
                })?;
            (claims.sub, Via::Session(claims.sid))
        };
        let standing = self.standing(user)?.ok_or(AuthError::Unauthorised)?;
        let caller = standing.caller(user, via, now)?;
        if let Via::Key(key, _) = via {
            self.touch(key, now);
        }
        Ok(caller)
    }

    /// Forgets what is remembered of a user. Whoever commits a change of a user, their sessions or keys by other
    /// means than a command of [`Accounts`] calls this after the commit.
    pub fn forget(&self, user: UserId) {
        // First the count, then the entry: a reader that looked before the commit notices and looks again.
        self.inner.callers.changes.fetch_add(1, Ordering::SeqCst);
        self.inner.callers.users.invalidate(&user);
    }

    fn standing(&self, user: UserId) -> Result<Option<Arc<Standing>>, DbError> {
        let cache = &self.inner.callers;
        if let Some(known) = cache.users.get(&user) {
            return Ok(Some(known));
        }
        loop {
            let before = cache.changes.load(Ordering::SeqCst);
            let Some(found) = self.inner.db.read(|db| Standing::load(db, user))? else {
                return Ok(None);
            };
            cache.users.insert(user, Arc::clone(&found));
            if cache.changes.load(Ordering::SeqCst) == before {
                return Ok(Some(found));
            }
            cache.users.invalidate(&user);
        }
    }

    fn by_key(&self, bearer: &str) -> Result<(UserId, Via), AuthError> {
        let hash = secret::hash(bearer);
        let cache = &self.inner.callers.keys;
        let known = match cache.get(&hash) {
            Some(known) => Some(known),
            None => self.inner.db.read(|db| api_keys::find_by_hash(db, &hash))?,
        };
        let (key, user, scopes) = known.ok_or(AuthError::Unauthorised)?;
        cache.insert(hash, (key, user, scopes));
        Ok((user, Via::Key(key, scopes)))
    }

    /// Notes the use of a key, at most once a minute, without keeping the request waiting.
    fn touch(&self, key: KeyId, now: Moment) {
        if self.inner.callers.touched.contains_key(&key) {
            return;
        }
        self.inner.callers.touched.insert(key, ());
        let db = self.inner.db.clone();
        tokio::spawn(async move {
            let noted = db.write(move |tx| api_keys::touch(tx, key, now)).await;
            if let Err(error) = noted {
                tracing::debug!(%error, %key, "the use of an API key was not noted");
            }
        });
    }
}
