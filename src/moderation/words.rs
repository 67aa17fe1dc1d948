//! Words that others will read: titles and tags of public works.

use serde::{Deserialize, Serialize};

use super::{Finding, Verdict};
use crate::time::Moment;
use crate::wechat::Wechat;
use crate::wechat::words::Advice;

/// Who judges words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WordsMethod {
    /// Nobody.
    #[default]
    None,
    /// WeChat. It needs `[wechat]`.
    Wechat,
}

/// Judges words, or lets all pass.
#[derive(Clone)]
pub struct Words(Option<Wechat>);

impl Words {
    /// A judge; without one everything passes.
    pub const fn new(judge: Option<Wechat>) -> Self {
        Self(judge)
    }

    /// True if words are judged at all.
    pub const fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Judges a title and the words under it, which the user with this openid posts. Where there is no judgement a person
    /// has to look.
    pub async fn judge(&self, openid: Option<&str>, title: &str, others: &str) -> Verdict {
        let Some(wechat) = &self.0 else {
            return Verdict::Pass;
        };
        let Some(openid) = openid else {
            return Verdict::Review(unjudged("not a user of the mini-program"));
        };
        let words = (title, others);
        let judged = match wechat.judge_words(openid, words, Moment::now()).await {
            Ok(judged) => judged,
            Err(error) => {
                tracing::warn!(%error, "words were not judged; a person has to look");
                return Verdict::Review(unjudged("no answer"));
            }
        };
        let finding = Finding {
            label: judged.label.to_owned(),
            score: judged.score,
            reference: judged.trace,
        };
        match judged.advice {
            Advice::Pass => Verdict::Pass,
            Advice::Review => Verdict::Review(finding),
            Advice::Risky => Verdict::Block(finding),
        }
    }
}

fn unjudged(why: &str) -> Finding {
    Finding {
        label: "Unjudged".to_owned(),
        score: 0,
        reference: why.to_owned(),
    }
}
