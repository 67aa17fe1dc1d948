//! The parameters of a job, parsed: from here on there are only good values.

use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::{BadParam, Kind, Output, Outputs, Plan, Quality, Role, Settings};
use crate::ids::UploadId;

/// One input picture as the caller names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputRef {
    /// An earlier upload.
    Upload(UploadId),
    /// A `data:` URL, still encoded.
    Data(String),
    /// A picture to fetch.
    Url(Url),
}

/// The body of a job request before its meaning is checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawParams {
    /// The kind's id.
    pub kind: String,
    /// Role → one picture or a list of them.
    #[serde(default)]
    pub inputs: Map<String, Value>,
    /// Setting → id of a choice. `quality` is accepted here as well as beside it.
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// The effort.
    #[serde(default)]
    pub quality: Option<String>,
    /// The id of an output row.
    #[serde(default)]
    pub output: Option<String>,
    /// What makes two pictures of the same inputs differ.
    #[serde(default)]
    pub seed: Option<u64>,
}

/// The parameters of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Params {
    /// Which picture.
    pub kind: Kind,
    /// The input pictures, in the order of the kind's inputs.
    pub inputs: Vec<(Role, InputRef)>,
    /// The kind's settings.
    pub settings: Settings,
    /// The effort.
    pub quality: Quality,
    /// The output row.
    pub output: Output,
    /// The seed; 0 unless the caller chose one.
    pub seed: u64,
}

impl Params {
    /// Reads a request. `user_quality` is the user's own default, used when the request has none.
    pub fn parse(
        mut raw: RawParams,
        outputs: &Outputs,
        user_quality: Option<Quality>,
    ) -> Result<Self, Vec<BadParam>> {
        use super::Choice;
        let Some(kind) = Kind::from_id(&raw.kind) else {
            let ids: Vec<&str> = Kind::ALL.iter().map(|k| k.id()).collect();
            let ids = ids.join(", ");
            return Err(vec![BadParam::new(
                "/kind",
                format!("必须是其中之一：{ids}"),
                format!("must be one of {ids}"),
            )]);
        };
        let mut errors = Vec::new();
        let in_settings = raw.settings.remove("quality");
        let quality = parse_quality(raw.quality, in_settings, &mut errors)
            .or(user_quality)
            .unwrap_or(kind.default_quality());
        let inputs = parse_inputs(kind, &raw.inputs, &mut errors);
        let settings = keep(Settings::parse(kind, &raw.settings), &mut errors);
        let output = keep(
            outputs
                .find(kind, raw.output.as_deref())
                .map_err(|e| vec![e]),
            &mut errors,
        );
        let seed = raw.seed.unwrap_or(0);
        if seed > i64::MAX as u64 {
            errors.push(BadParam::new("/seed", "数值过大", "must be below 2^63"));
        }
        match (settings, output) {
            (Some(settings), Some(output)) if errors.is_empty() => Ok(Self {
                kind,
                inputs,
                settings,
                quality,
                output: output.clone(),
                seed,
            }),
            _ => Err(errors),
        }
    }

    /// What the job will do. Everything after this is blind to the kind.
    pub fn plan(&self) -> Plan {
        Plan::of(self.kind, self.quality, &self.output)
    }
}

fn keep<T>(result: Result<T, Vec<BadParam>>, errors: &mut Vec<BadParam>) -> Option<T> {
    result.map_err(|e| errors.extend(e)).ok()
}

fn parse_quality(
    beside: Option<String>,
    inside: Option<Value>,
    errors: &mut Vec<BadParam>,
) -> Option<Quality> {
    use super::Choice;
    let (pointer, value) = match (beside, inside) {
        (Some(q), _) => ("/quality", Value::String(q)),
        (None, Some(q)) => ("/settings/quality", q),
        (None, None) => return None,
    };
    let quality = value.as_str().and_then(Quality::from_id);
    if quality.is_none() {
        errors.push(BadParam::new(
            pointer,
            "必须是 draft、standard 或 high",
            "must be draft, standard or high",
        ));
    }
    quality
}

fn parse_inputs(
    kind: Kind,
    fields: &Map<String, Value>,
    errors: &mut Vec<BadParam>,
) -> Vec<(Role, InputRef)> {
    use super::Choice;
    let mut inputs = Vec::new();
    for spec in kind.inputs() {
        let name = spec.role.id();
        let items: Vec<&Value> = match fields.get(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => items.iter().collect(),
            Some(one) => vec![one],
        };
        let (least, most) = spec.count;
        if items.len() < least || items.len() > most {
            let (zh, en) = if most == 1 {
                (
                    "需要一张图片".to_owned(),
                    "one picture is needed".to_owned(),
                )
            } else {
                (
                    format!("需要 {least} 到 {most} 张图片"),
                    format!("{least} to {most} pictures are needed"),
                )
            };
            errors.push(BadParam::new(format!("/inputs/{name}"), zh, en));
            continue;
        }
        let listed = fields.get(name).is_some_and(Value::is_array);
        for (index, item) in items.into_iter().enumerate() {
            let pointer = if listed {
                format!("/inputs/{name}/{index}")
            } else {
                format!("/inputs/{name}")
            };
            match parse_input(item) {
                Some(input) => inputs.push((spec.role, input)),
                None => errors.push(BadParam::new(
                    pointer,
                    "需要上传编号（upl_…）、data: 图片或 https 地址",
                    "must be an upload id (upl_…), a data: picture or an http(s) URL",
                )),
            }
        }
    }
    for name in fields.keys() {
        if !kind.inputs().iter().any(|spec| spec.role.id() == name) {
            let pointer = format!("/inputs/{}", name.replace('~', "~0").replace('/', "~1"));
            errors.push(BadParam::new(
                pointer,
                "没有这项输入",
                "no such input for this kind",
            ));
        }
    }
    inputs
}

fn parse_input(value: &Value) -> Option<InputRef> {
    let text = value.as_str()?;
    if let Ok(id) = text.parse() {
        return Some(InputRef::Upload(id));
    }
    if text.starts_with("data:") {
        return Some(InputRef::Data(text.to_owned()));
    }
    let url = Url::parse(text).ok()?;
    // Whether plain http may be fetched is for `net` to decide.
    matches!(url.scheme(), "https" | "http").then_some(InputRef::Url(url))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::i18n::Words;
    use crate::kinds::{Format, product_photo};

    fn outputs() -> Outputs {
        Outputs(vec![Output {
            id: "original".into(),
            label: Words::new("原始", "Original"),
            width: 0,
            height: 0,
            format: Format::Jpeg,
            max_kb: 0,
            background: None,
            kind: None,
        }])
    }

    fn parse(body: Value) -> Result<Params, Vec<BadParam>> {
        let raw = serde_json::from_value(body).expect("the shape is right");
        Params::parse(raw, &outputs(), None)
    }

    #[test]
    fn defaults_fill_what_is_left_out() {
        let upload = UploadId::new();
        let params = parse(json!({"kind": "product_photo", "inputs": {"product": upload}}))
            .expect("good parameters");
        assert_eq!(params.quality, Quality::Standard);
        assert_eq!(
            params.settings,
            Settings::ProductPhoto(product_photo::Settings::default())
        );
        assert_eq!(
            params.inputs,
            vec![(Role::Product, InputRef::Upload(upload))]
        );
    }

    #[test]
    fn every_bad_field_is_named() {
        let errors = parse(json!({
            "kind": "digital_avatar",
            "inputs": {"photos": ["upl_x", 3], "cat": "x"},
            "settings": {"avatar_style": "baroque", "lens": 35, "quality": "best"},
            "output": "poster",
        }))
        .expect_err("all of it is wrong");
        let mut pointers: Vec<&str> = errors.iter().map(|e| e.pointer.as_str()).collect();
        pointers.sort_unstable();
        assert_eq!(
            pointers,
            [
                "/inputs/cat",
                "/inputs/photos/0",
                "/inputs/photos/1",
                "/output",
                "/settings/avatar_style",
                "/settings/lens",
                "/settings/quality",
            ]
        );
    }
}
