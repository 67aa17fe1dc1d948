//! The section `wechat`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// Settings under `wechat`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The mini-program's id; empty: no WeChat.
    pub appid: String,
    /// Its secret.
    pub secret: Secret,
    /// Where WeChat's interface is.
    pub base_url: String,
    /// Which version of the mini-program a message opens: `formal`, `trial` or `developer`.
    pub state: String,
    /// What messages are pushed with.
    pub push: PushSettings,
    /// Subscribe messages, by what they tell.
    pub templates: Templates,
}

/// Settings under `wechat.push`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushSettings {
    /// The token of the message push; empty: pushes are refused.
    pub token: Secret,
    /// The 43 characters of EncodingAESKey; empty: plain mode.
    pub aes_key: Secret,
}

/// Settings under `wechat.templates`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Templates {
    /// A job has ended.
    pub job: Template,
}

/// A subscribe message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The template's id; empty: no message.
    pub id: String,
    /// The page that it opens; `{job}` is the job's id.
    pub page: String,
    /// What each of the template's fields says.
    pub data: BTreeMap<String, Word>,
}

/// What a field of a message can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// What was made, such as 商品摄影.
    Kind,
    /// How it ended, in at most five characters.
    Status,
    /// When it ended.
    Time,
    /// The caller's own name for it, or its id.
    Reference,
    /// What to do now.
    Tip,
}

impl Settings {
    /// True if there is a mini-program.
    pub fn is_on(&self) -> bool {
        !self.appid.is_empty()
    }
}

impl Template {
    /// A value cut to what the field's type takes; the type is the field's name without its number.
    pub fn fit(field: &str, value: &str) -> String {
        let most = match field.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "phrase" | "symbol" => 5,
            "character_string" | "number" | "letter" => 32,
            _ => 20,
        };
        value.chars().take(most).collect()
    }
}
