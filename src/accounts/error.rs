//! What an account command can refuse.

use crate::db::DbError;
use crate::kinds::BadParam;

/// Why an account command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Somebody has this user name, perhaps in other letters' case.
    #[error("the user name is taken")]
    UsernameTaken,
    /// A user name is needed and was not given.
    #[error("a user name is needed")]
    UsernameNeeded,
    /// The user name breaks the rule for user names.
    #[error("not a user name: 3 to 32 letters, digits, `_`, `.`, `-` or Chinese characters")]
    BadUsername,
    /// The password breaks a rule.
    #[error("the password must have 8 to 128 characters and differ from the user name")]
    WeakPassword,
    /// A field breaks its rule.
    #[error(transparent)]
    BadField(#[from] BadParam),
    /// No such user, or another password; which of them is not told.
    #[error("wrong user name or password")]
    WrongCredentials,
    /// The password given to confirm a change is not the present one.
    #[error("the present password is another one")]
    WrongPassword,
    /// The account is frozen.
    #[error("the account is frozen")]
    Frozen,
    /// Nobody may register.
    #[error("registration is closed")]
    RegistrationClosed,
    /// Only the invited may register.
    #[error("registration is by invitation")]
    InvitationNeeded,
    /// There is no such link.
    #[error("no such link")]
    LinkUnknown,
    /// The link was used.
    #[error("the link is spent")]
    LinkSpent,
    /// The link is too old.
    #[error("the link has expired")]
    LinkExpired,
    /// The refresh token is unknown, too old, or was used before.
    #[error("the session has ended")]
    SessionEnded,
    /// The user has as many API keys as a user may have.
    #[error("no user has more than {max} API keys")]
    TooManyKeys {
        /// How many they may have.
        max: u32,
    },
    /// A scope that this user may not hand to a key.
    #[error("only an administrator gives a key the scope admin")]
    ScopeNotAllowed,
    /// There is no such user.
    #[error("no such user")]
    UnknownUser,
    /// The user has no such API key.
    #[error("no such API key")]
    UnknownKey,
    /// Administrators do not freeze or demote themselves, so that one remains.
    #[error("administrators cannot do this to themselves")]
    NotYourself,
    /// The WeChat identity belongs to another account.
    #[error("the identity belongs to another account")]
    IdentityInUse,
    /// The account has another WeChat identity.
    #[error("the account has another identity")]
    OtherIdentity,
    /// Too many passwords are being checked at once.
    #[error("too many passwords are being checked")]
    Busy,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}
