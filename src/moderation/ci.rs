//! Tencent CI as a checker, at once: the picture lies on the workbench of the bucket for as long as it is judged.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use serde::Deserialize;

use super::{Finding, ModerationError, Settings, Verdict};
use crate::blobs::ObjectName;
use crate::blobs::cos::{Call, CosClient, CosError, WORKBENCH};

/// The checker.
pub struct Ci {
    client: Arc<CosClient>,
    settings: Settings,
}

impl Ci {
    /// A checker that works in this bucket.
    pub const fn new(client: Arc<CosClient>, settings: Settings) -> Self {
        Self { client, settings }
    }

    /// Judges a JPEG.
    pub async fn judge(&self, jpeg: Bytes) -> Result<Verdict, ModerationError> {
        let path = format!("{WORKBENCH}{}.jpg", ObjectName::random());
        let limit = Duration::from_secs(self.settings.timeout_secs);
        let judged = tokio::time::timeout(limit, self.ask(&path, jpeg)).await;
        self.client.clear_later(path);
        judged.unwrap_or(Err(ModerationError::Timeout))
    }

    async fn ask(&self, path: &str, jpeg: Bytes) -> Result<Verdict, ModerationError> {
        let put = Call::new(Method::PUT, path)
            .header("content-type", "image/jpeg")
            .body(jpeg);
        self.client.send(&put).await?;
        let mut ask =
            Call::new(Method::GET, path).param("ci-process", "sensitive-content-recognition");
        if !self.settings.biz_type.is_empty() {
            ask = ask.param("biz-type", &self.settings.biz_type);
        }
        // Once: a repetition would be billed again, and whoever waits asks again anyway.
        let answer = self.client.send_once(&ask).await?;
        let text = answer.text().await;
        let text = text.map_err(|_| CosError::Unreachable("the judgement broke off".into()))?;
        read(&text)
    }
}

/// CI's answer. `Result` is 0 for good, 1 for bad, 2 for unsure.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Recognition {
    #[serde(default)]
    job_id: String,
    state: Option<String>,
    result: Option<i32>,
    #[serde(default)]
    label: String,
    #[serde(default)]
    sub_label: String,
    #[serde(default)]
    score: u32,
    porn_info: Option<Scene>,
    ads_info: Option<Scene>,
    terrorism_info: Option<Scene>,
    politics_info: Option<Scene>,
}

/// What was looked for in one respect; a code other than 0 says that it could not be.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Scene {
    #[serde(default)]
    code: i32,
}

fn read(text: &str) -> Result<Verdict, ModerationError> {
    let no = |reason: String| ModerationError::NoJudgement(reason);
    let found: Recognition = quick_xml::de::from_str(text).map_err(|e| no(e.to_string()))?;
    let scenes = [
        found.porn_info,
        found.ads_info,
        found.terrorism_info,
        found.politics_info,
    ];
    if let Some(failed) = scenes.into_iter().flatten().find(|scene| scene.code != 0) {
        return Err(no(format!("a scene failed with {}", failed.code)));
    }
    if let Some(state) = found.state.filter(|state| state != "Success") {
        return Err(no(format!("its state is {state:?}")));
    }
    let finding = Finding {
        label: match found.sub_label.as_str() {
            "" => found.label,
            sub => format!("{}/{sub}", found.label),
        },
        score: found.score,
        reference: found.job_id,
    };
    match found.result {
        Some(0) => Ok(Verdict::Pass),
        Some(1) => Ok(Verdict::Block(finding)),
        Some(2) => Ok(Verdict::Review(finding)),
        other => Err(no(format!("its result is {other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(inside: &str) -> Result<Verdict, ModerationError> {
        read(&format!(
            "<RecognitionResult><JobId>j1</JobId>{inside}</RecognitionResult>"
        ))
    }

    #[test]
    fn only_a_whole_judgement_lets_a_picture_pass() {
        let finding = || Finding {
            label: "Porn/SexBehavior".into(),
            score: 90,
            reference: "j1".into(),
        };
        let label = "<Label>Porn</Label><SubLabel>SexBehavior</SubLabel><Score>90</Score>";
        let good = "<State>Success</State><Object>u/1/in.jpg</Object><Url/><Result>0</Result><Label>Normal</Label>\
                    <PornInfo><Code>0</Code><Msg>OK</Msg><HitFlag>0</HitFlag><Score>0</Score><Label/></PornInfo>";
        assert_eq!(answer(good).expect("a judgement"), Verdict::Pass);
        let bad = answer(&format!("<Result>1</Result>{label}"));
        assert_eq!(bad.expect("a judgement"), Verdict::Block(finding()));
        let unsure = answer(&format!("<Result>2</Result>{label}"));
        assert_eq!(unsure.expect("a judgement"), Verdict::Review(finding()));
        for none in [
            "",
            "<Result>7</Result>",
            "<State>Failed</State><Result>0</Result>",
            "<Result>0</Result><AdsInfo><Code>-1</Code></AdsInfo>",
        ] {
            assert!(answer(none).is_err(), "{none}");
        }
        assert!(read("<html>").is_err());
    }
}
