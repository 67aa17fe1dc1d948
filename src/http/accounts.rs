//! How users look from outside, and what the door answers when an account command refuses.

use serde::Serialize;

use super::{Code, Problem, State};
use crate::accounts::{AccountError, Mode, Role, User};
use crate::billing::plans::{self, Features};
use crate::db::DbError;
use crate::i18n::{Lang, Words};
use crate::ids::UserId;
use crate::kinds::Quality;
use crate::time::Moment;

/// A user as they see themselves.
#[derive(Debug, Serialize)]
pub(super) struct Profile {
    id: UserId,
    username: Option<String>,
    nickname: Option<String>,
    avatar_url: Option<String>,
    mode: Mode,
    role: Role,
    credits: i64,
    subscription: Subscription,
    settings: Preferences,
    created_at: Moment,
}

#[derive(Debug, Serialize)]
struct Subscription {
    plan: Option<String>,
    label: Option<Words>,
    starts_at: Option<Moment>,
    ends_at: Option<Moment>,
    features: Features,
}

#[derive(Debug, Serialize)]
struct Preferences {
    notifications: bool,
    auto_save: bool,
    quality: Option<Quality>,
    language: Option<Lang>,
}

impl Profile {
    /// The profile of a user, with the plan they are on now.
    pub(super) fn of(state: &State, user: User) -> Result<Self, DbError> {
        let (plans, now) = (&state.plans, Moment::now());
        let plan = state
            .db
            .read(|db| plans::plan_of(db, plans, user.id, now))?;
        Ok(Self {
            id: user.id,
            username: user.username,
            nickname: user.nickname,
            avatar_url: user.avatar_url,
            mode: user.mode,
            role: user.role,
            credits: user.credits,
            subscription: Subscription {
                features: plan.features(),
                plan: plan.id,
                label: plan.label,
                starts_at: plan.starts_at,
                ends_at: plan.ends_at,
            },
            settings: Preferences {
                notifications: user.notifications,
                auto_save: user.auto_save,
                quality: user.quality,
                language: user.language,
            },
            created_at: user.created_at,
        })
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        let text = |code, zh: &str, en: &str| Self::new(code).detail(Words::new(zh, en));
        match error {
            AccountError::UsernameTaken => Self::new(Code::UsernameTaken),
            AccountError::UsernameNeeded => {
                Self::field("/username", "请填写用户名", "a user name is needed")
            }
            AccountError::BadUsername => Self::field(
                "/username",
                "3 到 32 个字母、数字、_ . - 或汉字",
                "3 to 32 letters, digits, `_ . -` or Chinese characters",
            ),
            AccountError::WeakPassword => text(
                Code::WeakPassword,
                "密码须为 8 到 128 个字符，不能与用户名相同，也不能是常见密码",
                "A password has 8 to 128 characters and is neither the user name nor one of the common ones",
            ),
            AccountError::BadField(field) => field.into(),
            AccountError::WrongCredentials => Self::new(Code::WrongCredentials),
            // Not 401: the token of the request is good, and a refresh would not help.
            AccountError::WrongPassword => {
                Self::field("/current", "当前密码不正确", "not the present password")
            }
            AccountError::Frozen => Self::new(Code::AccountFrozen),
            AccountError::RegistrationClosed => Self::new(Code::RegistrationClosed),
            AccountError::InvitationNeeded => Self::new(Code::InvitationNeeded),
            AccountError::LinkUnknown | AccountError::LinkExpired => Self::new(Code::LinkInvalid),
            AccountError::LinkSpent => Self::new(Code::LinkSpent),
            AccountError::SessionEnded => Self::new(Code::SessionEnded),
            AccountError::TooManyKeys { max } => Self::new(Code::Conflict).detail(Words::new(
                format!("最多 {max} 个 API 密钥，请先删除不用的"),
                format!("At most {max} API keys; delete one you no longer need"),
            )),
            AccountError::ScopeNotAllowed => Self::field(
                "/scopes",
                "只有管理员可以授予 admin 权限",
                "only an administrator gives a key the scope admin",
            ),
            AccountError::UnknownUser | AccountError::UnknownKey => Self::new(Code::NotFound),
            AccountError::NotYourself => text(
                Code::Conflict,
                "管理员不能对自己执行此操作",
                "Administrators cannot do this to themselves",
            ),
            AccountError::IdentityInUse => Self::new(Code::IdentityInUse),
            AccountError::OtherIdentity => text(
                Code::Conflict,
                "此账号已绑定另一个微信",
                "This account is bound to another WeChat identity",
            ),
            AccountError::Busy => Self::new(Code::Busy),
            AccountError::Db(error) => error.into(),
        }
    }
}
