//! What users change about themselves.

use url::Url;

use super::sign_in::may_enter;
use super::users::{self, Mode, User};
use super::{AccountError, Accounts, Username};
use crate::i18n::Lang;
use crate::ids::UserId;
use crate::kinds::{BadParam, Quality};
use crate::time::Moment;

/// What others see instead of the user name: 1 to 32 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nickname(String);

impl Nickname {
    /// Reads a nickname.
    pub fn parse(text: &str) -> Result<Self, BadParam> {
        let name = text.trim();
        if name.is_empty() || name.chars().count() > 32 || name.chars().any(char::is_control) {
            return Err(BadParam::new(
                "/nickname",
                "1 到 32 个字符",
                "1 to 32 characters",
            ));
        }
        Ok(Self(name.to_owned()))
    }
}

/// Where a user's picture is: an https URL of at most 500 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvatarUrl(String);

impl AvatarUrl {
    /// Reads a URL.
    pub fn parse(text: &str) -> Result<Self, BadParam> {
        let url = Url::parse(text).ok().filter(|url| url.scheme() == "https");
        match url {
            Some(url) if url.as_str().len() <= 500 => Ok(Self(url.into())),
            Some(_) | None => Err(BadParam::new(
                "/avatar_url",
                "须为 https 网址，不超过 500 个字符",
                "an https URL of at most 500 characters",
            )),
        }
    }
}

/// The fields to change; `None` leaves one as it is, and `Some(None)` empties it.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// What others see.
    pub nickname: Option<Option<Nickname>>,
    /// Their picture.
    pub avatar_url: Option<Option<AvatarUrl>>,
    /// How they work.
    pub mode: Option<Mode>,
    /// Whether they want to be told when pictures are done.
    pub notifications: Option<bool>,
    /// Whether results are kept in their gallery.
    pub auto_save: Option<bool>,
    /// The quality they like.
    pub quality: Option<Option<Quality>>,
    /// The language they read.
    pub language: Option<Option<Lang>>,
}

impl ProfileChange {
    fn apply(self, user: &mut User) {
        fn put<T>(field: &mut T, change: Option<T>) {
            if let Some(value) = change {
                *field = value;
            }
        }
        put(&mut user.nickname, self.nickname.map(|n| n.map(|n| n.0)));
        put(
            &mut user.avatar_url,
            self.avatar_url.map(|u| u.map(|u| u.0)),
        );
        put(&mut user.mode, self.mode);
        put(&mut user.notifications, self.notifications);
        put(&mut user.auto_save, self.auto_save);
        put(&mut user.quality, self.quality);
        put(&mut user.language, self.language);
    }
}

impl Accounts {
    /// The user with this id.
    pub fn user(&self, user: UserId) -> Result<User, AccountError> {
        let found = self.inner.db.read(|db| users::find(db, user))?;
        found.ok_or(AccountError::UnknownUser)
    }

    /// The user that an operator names: by user name or by `usr_` id.
    pub fn user_called(&self, name: &str) -> Result<User, AccountError> {
        if let Ok(id) = name.parse() {
            return self.user(id);
        }
        let name = Username::parse(name)?;
        let found = self.inner.db.read(|db| users::find_by_name(db, &name))?;
        found.ok_or(AccountError::UnknownUser)
    }

    /// Changes some fields of a user and answers all of them.
    pub async fn change_profile(
        &self,
        user: UserId,
        change: ProfileChange,
        now: Moment,
    ) -> Result<User, AccountError> {
        let changed = self
            .inner
            .db
            .write(move |tx| {
                let mut user = users::find(tx, user)?.ok_or(AccountError::UnknownUser)?;
                may_enter(user.state)?;
                change.apply(&mut user);
                users::update(tx, &user, tx.clamp(now))?;
                Ok::<_, AccountError>(user)
            })
            .await?;
        self.forget(user);
        Ok(changed)
    }
}
