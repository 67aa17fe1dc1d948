//! What WeChat answers when it refuses, and what that means: the one table of its error codes.

/// Why a call to WeChat brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WechatError {
    /// No answer, or one that nobody can read.
    #[error("WeChat cannot be reached: {0}")]
    Unreachable(String),
    /// It answered with an error.
    #[error("WeChat refuses: {code} {message}")]
    Refused {
        /// `errcode`.
        code: i64,
        /// `errmsg`, for the log.
        message: String,
    },
    /// There is no mini-program in the settings.
    #[error("no mini-program is configured")]
    Off,
}

/// What an error code means for whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Overloaded, or something else is under way: later will do.
    Busy,
    /// Called too often.
    TooOften,
    /// The code of a log-in is used up or too old: `wx.login` again.
    CodeSpent,
    /// WeChat holds the user for a risk.
    Risky,
    /// The user must log in again before anything is signed for them.
    SessionStale,
    /// The access token is not good: fetch a new one, once.
    TokenStale,
    /// The user did not allow this message. Normal.
    NotSubscribed,
    /// The template, its data or its page is wrong: the operator's to mend.
    Template,
    /// The user is not one of this mini-program's.
    UserUnknown,
    /// It was done before: as good as done.
    Done,
    /// The appid, the secret, a signature or the list of addresses is wrong: the operator's to mend.
    Settings,
    /// Not in the table.
    Other,
}

impl Meaning {
    /// The meaning of an `errcode`.
    pub const fn of(code: i64) -> Self {
        match code {
            -1 | 268_490_011 | 268_490_014 | 268_490_016 => Self::Busy,
            45009 | 45011 | 268_490_015 => Self::TooOften,
            40029 | 40163 => Self::CodeSpent,
            40226 => Self::Risky,
            268_490_009 => Self::SessionStale,
            40001 | 40014 | 42001 => Self::TokenStale,
            43101 => Self::NotSubscribed,
            40037 | 41030 | 43116 | 47003 => Self::Template,
            40003 | 268_490_001 => Self::UserUnknown,
            268_490_004 => Self::Done,
            40013 | 40125 | 40164 | 41002 | 41004 | 41008 | 268_490_002 | 268_490_003 => {
                Self::Settings
            }
            _ => Self::Other,
        }
    }
}

impl WechatError {
    /// What it means.
    pub const fn meaning(&self) -> Meaning {
        match self {
            Self::Refused { code, .. } => Meaning::of(*code),
            Self::Unreachable(_) => Meaning::Busy,
            Self::Off => Meaning::Settings,
        }
    }
}
