//! Provider errors: one vocabulary, and one table of what each does.

use std::time::Duration;

use crate::kinds::choice;

choice! {
    /// The class of a provider's error, as it stands in attempt rows and metrics.
    Class {
        Auth = "auth", "密钥无效", "The key is missing, invalid or expired";
        AccountBlocked = "account_blocked", "账户受限", "The account has no billing or is blocked";
        ModelGone = "model_gone", "模型已下线", "The model is unknown or retired";
        RateLimited = "rate_limited", "请求过频", "Too many requests";
        QuotaExhausted = "quota_exhausted", "额度用尽", "The quota is used up";
        Overloaded = "overloaded", "服务繁忙", "The provider is overloaded";
        Timeout = "timeout", "结果未知", "The answer was lost";
        BlockedInput = "blocked_input", "图片被拒绝", "The input was refused";
        BlockedSevere = "blocked_severe", "图片严重违规", "The input was refused as a severe violation";
        BlockedOutput = "blocked_output", "结果被拒绝", "The result was refused";
        NoImage = "no_image", "没有返回图片", "The answer holds no picture";
        BadInput = "bad_input", "图片不可用", "The input cannot be used";
        BadRequest = "bad_request", "请求不被接受", "Our request was not accepted";
        Internal = "internal", "内部错误", "A fault of ours";
    }
}

/// What follows an error of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The same model again, at most so often in one run, after a pause (or as long as the provider says).
    Same {
        /// How often.
        times: u32,
        /// The pause before the first repetition; it doubles.
        pause: Duration,
    },
    /// The next model at once.
    Next,
    /// No model: the job has failed.
    GiveUp,
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Same { times, .. } => {
                write!(f, "the same model, at most {times} times, then the next")
            }
            Self::Next => f.write_str("the next model"),
            Self::GiveUp => f.write_str("the job fails"),
        }
    }
}

impl Class {
    /// The one table of what each class does.
    pub const fn action(self) -> Action {
        match self {
            Self::Auth
            | Self::AccountBlocked
            | Self::ModelGone
            | Self::QuotaExhausted
            | Self::BlockedInput
            | Self::BadRequest => Action::Next,
            Self::RateLimited | Self::Overloaded => Action::Same {
                times: 2,
                pause: Duration::from_secs(1),
            },
            Self::Timeout | Self::BlockedOutput | Self::NoImage => Action::Same {
                times: 1,
                pause: Duration::from_millis(500),
            },
            Self::BlockedSevere | Self::BadInput | Self::Internal => Action::GiveUp,
        }
    }

    /// True if another run, some seconds later, may go better.
    pub const fn is_curable(self) -> bool {
        match self {
            Self::RateLimited | Self::Overloaded | Self::Timeout | Self::NoImage => true,
            Self::Auth
            | Self::AccountBlocked
            | Self::ModelGone
            | Self::QuotaExhausted
            | Self::BlockedInput
            | Self::BlockedSevere
            | Self::BlockedOutput
            | Self::BadInput
            | Self::BadRequest
            | Self::Internal => false,
        }
    }

    /// The code that the job's owner sees when this class ends the job.
    pub const fn job_code(self) -> &'static str {
        match self {
            Self::Auth
            | Self::AccountBlocked
            | Self::ModelGone
            | Self::QuotaExhausted
            | Self::BadRequest => "no_model_available",
            Self::RateLimited | Self::Overloaded => "provider_busy",
            Self::Timeout => "provider_timeout",
            Self::BlockedInput | Self::BlockedSevere => "input_refused",
            Self::BlockedOutput => "result_refused",
            Self::NoImage => "no_picture_made",
            Self::BadInput => "input_unusable",
            Self::Internal => "internal",
        }
    }
}

/// A failed call to a model.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {detail}", crate::kinds::Choice::id(*class))]
pub struct ProviderError {
    /// What kind of failure.
    pub class: Class,
    /// What the provider said, without secrets, for operators.
    pub detail: String,
    /// A more exact code for the job's owner, such as `person_not_found`.
    pub code: Option<&'static str>,
    /// How long the provider asks to wait.
    pub retry_after: Option<Duration>,
    /// What it was charged with all the same, in micro-dollars, if that is known.
    pub cost_micros: Option<i64>,
}

impl ProviderError {
    /// An error of a class, with what was said.
    pub fn new(class: Class, detail: impl Into<String>) -> Self {
        Self {
            class,
            detail: detail.into(),
            code: None,
            retry_after: None,
            cost_micros: None,
        }
    }

    /// The same, charged with this.
    pub const fn costing(mut self, micros: Option<i64>) -> Self {
        self.cost_micros = micros;
        self
    }

    /// The code that the job's owner sees.
    pub fn job_code(&self) -> &'static str {
        self.code.unwrap_or(self.class.job_code())
    }
}
