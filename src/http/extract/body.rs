//! Request bodies: raw bytes up to a limit, and JSON that says which field is wrong.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_path_to_error::Segment;

use crate::http::{Code, Problem};
use crate::i18n::Words;

/// The usual limit of a JSON body, in bytes.
pub const SMALL: usize = 64 * 1024;
/// The limit of a JSON body that may carry pictures, in bytes.
pub const LARGE: usize = 32_000_000;

/// A JSON body of at most `LIMIT` bytes.
#[derive(Debug)]
pub struct Json<T, const LIMIT: usize = SMALL>(pub T);

impl<T: DeserializeOwned + Send + 'static, const LIMIT: usize> FromRequest for Json<T, LIMIT> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            expect_json(&request)?;
            let body = read_body(&request, &mut payload, LIMIT).await?;
            if body.len() <= SMALL {
                return parse(&body).map(Self);
            }
            // Other requests are not kept waiting while pictures are read out of a text.
            let parsed = tokio::task::spawn_blocking(move || parse(&body)).await;
            parsed.map_err(Problem::internal)?.map(Self)
        })
    }
}

/// Reads a whole body of at most `limit` bytes.
pub async fn read_body(
    request: &HttpRequest,
    payload: &mut Payload,
    limit: usize,
) -> Result<Bytes, Problem> {
    let declared = request.headers().get(CONTENT_LENGTH);
    let declared: Option<usize> = declared.and_then(|v| v.to_str().ok()?.parse().ok());
    if declared.is_some_and(|bytes| bytes > limit) {
        return Err(too_large(limit));
    }
    let mut body = BytesMut::with_capacity(declared.unwrap_or(0).min(limit));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|e| Problem::new(Code::BadRequest).because(e))?;
        if body.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Code::TooLarge)
        .with("limit_bytes", limit)
        .detail(Words::new(
            format!("请求正文不能超过 {limit} 字节"),
            format!("The body may have at most {limit} bytes"),
        ))
}

fn expect_json(request: &HttpRequest) -> Result<(), Problem> {
    let Some(value) = request.headers().get(CONTENT_TYPE) else {
        return Ok(());
    };
    let media = value.to_str().unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    if media.eq_ignore_ascii_case("application/json") || media.ends_with("+json") {
        return Ok(());
    }
    Err(Problem::new(Code::UnsupportedMediaType).detail(Words::new(
        "请发送 application/json",
        "Send application/json",
    )))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // Where every field may be left out, so may the body.
    let body = if body.is_empty() { b"{}" } else { body };
    let mut json = serde_json::Deserializer::from_slice(body);
    let parsed = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        let error = error.into_inner();
        if error.is_data() {
            let what = error.to_string();
            Problem::field(pointer, format!("无效：{what}"), what)
        } else {
            malformed(&error)
        }
    })?;
    json.end().map_err(|error| malformed(&error))?;
    // Fields by position would be taken as well: an array says none of their names.
    if body.trim_ascii_start().first() == Some(&b'{') {
        Ok(parsed)
    } else {
        let (zh, en) = ("必须是一个对象", "must be an object");
        Err(Problem::field("", zh, en))
    }
}

/// Reads an object inside a body, for `#[serde(deserialize_with)]`: without it an array of its fields would be taken too.
pub fn by_name<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<T, D::Error> {
    struct Named<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Named<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }
    field.deserialize_map(Named(PhantomData))
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(Code::InvalidJson).detail(Words::new(
        format!("请求正文不是有效的 JSON：{error}"),
        format!("The body is not valid JSON: {error}"),
    ))
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::i18n::Lang;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Thing {
        #[serde(rename = "sizes")]
        _sizes: Vec<u8>,
        #[serde(default, deserialize_with = "by_name")]
        inner: Inner,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Inner {
        depth: u8,
    }

    fn refused(body: &str) -> Value {
        let problem = parse::<Thing>(body.as_bytes()).expect_err("a bad body");
        serde_json::from_slice(&problem.body(Lang::En, "/", "req")).unwrap()
    }

    #[test]
    fn fields_by_position_are_refused() {
        assert_eq!(
            refused("[[1, 2]]")["errors"][0]["detail"],
            "must be an object"
        );
        assert!(parse::<Thing>(b" {\"sizes\": [1]}").is_ok());
        let refused = refused(r#"{"sizes":[],"inner":[3]}"#);
        let error = &refused["errors"][0];
        assert_eq!(error["pointer"], "/inner");
        let detail = error["detail"].as_str().expect("words");
        assert!(detail.contains("expected an object"), "{detail}");
        let named = parse::<Thing>(br#"{"sizes":[],"inner":{"depth":3}}"#).expect("an object");
        assert_eq!(named.inner.depth, 3);
    }

    #[test]
    fn the_failing_field_is_named() {
        assert_eq!(
            refused(r#"{"sizes":[1,300]}"#)["errors"][0]["pointer"],
            "/sizes/1"
        );
        assert_eq!(
            refused(r#"{"sizes":[],"a/b":1}"#)["errors"][0]["pointer"],
            "/a~1b"
        );
        assert_eq!(refused(r#"{"sizes":"#)["code"], "invalid_json");
        assert_eq!(refused(r#"{"sizes":[]} x"#)["code"], "invalid_json");
        let deep = format!(r#"{{"x":{}"#, "[".repeat(100_000));
        assert_eq!(refused(&deep)["code"], "invalid_parameters");
    }
}
