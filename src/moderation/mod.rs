//! Moderation: what pictures may come in and go out. A checker judges; what it is not sure of waits for a person.

mod ci;
mod gate;
mod reviews;
mod words;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use ci::Ci;
pub use gate::Gate;
pub use reviews::{
    Held, Review, ReviewState, Subject, close, find, hold, kept_in, list_open, overdue, withdraw,
};

pub use words::{Words, WordsMethod};

use crate::blobs::cos::CosClient;
use crate::imaging::{CpuError, CpuPool};
use crate::wechat::Wechat;

/// Who judges pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Nobody.
    #[default]
    None,
    /// Tencent CI, at once. It needs `[blobs.cos]`.
    Ci,
}

/// The section `moderation` of the configuration.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Who judges.
    pub method: Method,
    /// Who judges titles and tags of public works.
    pub words: WordsMethod,
    /// Hours that a person has to decide about what the checker is not sure of; then it counts as blocked.
    pub review_hours: u32,
    /// The strategy of CI's console; empty: its default.
    pub biz_type: String,
    /// Seconds to wait for a judgement.
    pub timeout_secs: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            method: Method::None,
            words: WordsMethod::None,
            review_hours: 24,
            biz_type: String::new(),
            timeout_secs: 20,
        }
    }
}

impl Settings {
    /// The gate that the settings describe; `bucket` is where CI works.
    pub fn gate(&self, bucket: Option<Arc<CosClient>>, pool: CpuPool) -> Gate {
        let checker = match self.method {
            Method::None => None,
            Method::Ci => bucket.map(|bucket| Ci::new(bucket, self.clone())),
        };
        Gate::new(checker, pool)
    }

    /// Who judges words, through this WeChat.
    pub fn words_judge(&self, wechat: Option<Wechat>) -> Words {
        Words::new(match self.words {
            WordsMethod::None => None,
            WordsMethod::Wechat => wechat,
        })
    }
}

/// What a checker found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is about, such as `Porn`.
    pub label: String,
    /// How sure the checker is, 0 to 100.
    pub score: u32,
    /// The checker's own name for this judgement.
    pub reference: String,
}

/// A judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was found.
    Pass,
    /// A person has to look.
    Review(Finding),
    /// It must not be used or shown.
    Block(Finding),
}

/// Why there is no judgement. Nothing passes then.
#[derive(Debug, thiserror::Error)]
pub enum ModerationError {
    /// The checker refused, or could not be reached.
    #[error(transparent)]
    Cos(#[from] crate::blobs::cos::CosError),
    /// It took too long.
    #[error("no judgement in time")]
    Timeout,
    /// It answered no judgement.
    #[error("the checker gave no judgement: {0}")]
    NoJudgement(String),
    /// The picture could not be made ready.
    #[error("the picture could not be made ready for the checker: {0}")]
    Picture(String),
    /// Making it ready broke off.
    #[error(transparent)]
    Cpu(#[from] CpuError),
}
