//! The text check of WeChat, `msgSecCheck` version 2: what it takes words for that others will read.
//!
//! <https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/sec-center/sec-check/msgSecCheck.html>

use serde_json::{Value, json};

use super::{Wechat, WechatError};
use crate::time::Moment;

/// Characters of one text that it reads.
pub const MOST_CHARS: usize = 2500;

const PATH: &str = "/wxa/msg_sec_check";
/// `scene`: what people post for others to see.
const FORUM: u32 = 3;
/// `label` of words in which nothing was found.
const NORMAL: i64 = 100;

/// What WeChat advises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Nothing was found.
    Pass,
    /// A person should look.
    Review,
    /// Nobody should read this.
    Risky,
}

/// What WeChat takes words for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// What it advises.
    pub advice: Advice,
    /// What the words are about.
    pub label: &'static str,
    /// How sure it is, 0 to 100.
    pub score: u32,
    /// WeChat's own name for this judgement.
    pub trace: String,
}

impl Wechat {
    /// Has `title` and `content`, which this user posts, judged. The user must have opened the mini-program within two
    /// hours.
    pub async fn judge_words(
        &self,
        openid: &str,
        (title, content): (&str, &str),
        now: Moment,
    ) -> Result<Judgement, WechatError> {
        let content: String = content.chars().take(MOST_CHARS).collect();
        let asked = json!({
            "version": 2, "openid": openid, "scene": FORUM, "title": title, "content": content,
        });
        // As it is: Chinese written as escapes is passed as harmless.
        let answer = self.post(PATH, &[], &asked.to_string(), now).await?;
        read(&answer)
            .ok_or_else(|| WechatError::Unreachable("no judgement of the words".to_owned()))
    }
}

fn read(answer: &Value) -> Option<Judgement> {
    let result = &answer["result"];
    let label = result["label"].as_i64()?;
    let scores = answer["detail"].as_array().into_iter().flatten();
    let scores = scores.filter(|detail| detail["label"].as_i64() == Some(label));
    let score = scores.filter_map(|detail| detail["prob"].as_u64()).max();
    Some(Judgement {
        advice: match result["suggest"].as_str()? {
            "pass" if label == NORMAL => Advice::Pass,
            "risky" => Advice::Risky,
            // Anything else is for a person to decide.
            _ => Advice::Review,
        },
        label: subject(label),
        score: u32::try_from(score.unwrap_or(0)).unwrap_or(100).min(100),
        trace: answer["trace_id"].as_str().unwrap_or_default().to_owned(),
    })
}

const fn subject(label: i64) -> &'static str {
    match label {
        NORMAL => "Normal",
        10001 => "Ads",
        20001 => "Politics",
        20002 => "Porn",
        20003 => "Abuse",
        20006 => "Crime",
        20008 => "Fraud",
        20012 => "Vulgar",
        20013 => "Copyright",
        _ => "Other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(suggest: &str, label: i64) -> Option<Judgement> {
        read(&json!({
            "errcode": 0, "trace_id": "t1", "result": {"suggest": suggest, "label": label},
            "detail": [
                {"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label, "prob": 90},
                {"strategy": "keyword", "errcode": 0},
            ],
        }))
    }

    #[test]
    fn advice_is_read_and_doubt_is_for_people() {
        let passed = advice("pass", 100).expect("a judgement");
        assert_eq!((passed.advice, passed.label), (Advice::Pass, "Normal"));
        let risky = advice("risky", 20002).expect("a judgement");
        assert_eq!((risky.advice, risky.label), (Advice::Risky, "Porn"));
        assert_eq!((risky.score, risky.trace.as_str()), (90, "t1"));
        for (suggest, label) in [("review", 10001), ("pass", 20001), ("new", 100)] {
            let judged = advice(suggest, label).expect("a judgement");
            assert_eq!(judged.advice, Advice::Review, "{suggest} {label}");
        }
        assert_eq!(read(&json!({"errcode": 0})), None);
    }
}
