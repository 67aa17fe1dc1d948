//! Pushes that the official kit made, and what must not be believed.

use serde_json::{Value, json};

use super::*;

fn vectors() -> Value {
    let text = include_str!("../../../tests/fixtures/wechat/miniprogram.json");
    serde_json::from_str(text).expect("vectors")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn reader(push: &Value, key: &str) -> PushReader {
    let settings = json!({
        "appid": push["appid"], "secret": "", "base_url": "", "state": "formal",
        "push": {"token": push["token"], "aes_key": key},
        "templates": {"job": {"id": "", "page": "", "data": {}}},
    });
    PushReader::new(&serde_json::from_value(settings).expect("settings")).expect("a key")
}

fn query(push: &Value) -> PushQuery {
    PushQuery {
        timestamp: text(&push["timestamp"]),
        nonce: text(&push["nonce"]),
        ..PushQuery::default()
    }
}

#[test]
fn the_url_is_checked_as_the_documents_say() {
    let vectors = vectors();
    for (part, check) in [("", "url_verify"), ("official_doc_url_verify", "")] {
        let all = &vectors["message_push"];
        let push = if part.is_empty() { all } else { &all[part] };
        let check = if check.is_empty() { push } else { &push[check] };
        let reader = reader(&json!({"appid": "wx", "token": push["token"]}), "");
        let mut query = query(push);
        query.signature = text(&check["signature"]);
        query.echostr = text(&check["echostr"]);
        assert_eq!(reader.echo(&query), Ok(text(&check["echostr"])));
        query.nonce.push('0');
        assert_eq!(reader.echo(&query), Err(PushError::Signature));
    }
}

#[test]
fn a_message_in_secure_mode_is_read() {
    let vectors = vectors();
    let push = &vectors["message_push"];
    let secure = &push["secure_mode"];
    let reader = reader(push, push["encoding_aes_key"].as_str().expect("a key"));
    let mut query = query(push);
    query.msg_signature = text(&secure["msg_signature"]);
    let body = text(&secure["json_body"]);
    let read = reader.read(&query, body.as_bytes()).expect("a message");
    let plain: Value = serde_json::from_str(&text(&secure["plaintext"])).expect("JSON");
    assert_eq!((read.event, read.sealed), (plain, true));
}

#[test]
fn what_was_changed_or_is_meant_for_others_is_refused() {
    let vectors = vectors();
    let push = &vectors["message_push"];
    let secure = &push["secure_mode"];
    let key = push["encoding_aes_key"].as_str().expect("a key");
    let mut query = query(push);
    query.msg_signature = text(&secure["msg_signature"]);
    let body = text(&secure["json_body"]);
    let read = |push: &Value, key: &str, query: &PushQuery, body: &str| {
        reader(push, key).read(query, body.as_bytes())
    };
    let bent = body.replacen("Q3st", "Q3su", 1);
    assert_eq!(read(push, key, &query, &bent), Err(PushError::Signature));
    let mut other = push.clone();
    other["appid"] = json!("wx0000000000000000");
    assert_eq!(read(&other, key, &query, &body), Err(PushError::OtherApp));
    let wrong = "A".repeat(43);
    assert!(read(push, &wrong, &query, &body).is_err());
    query.signature = text(&push["url_verify"]["signature"]);
    let plain = r#"{"MsgType":"event"}"#;
    assert_eq!(read(push, key, &query, plain), Err(PushError::Plain));
    let plainly = read(push, "", &query, plain).expect("plain mode");
    assert!(!plainly.sealed);
    other["token"] = json!("");
    assert_eq!(read(&other, "", &query, plain), Err(PushError::Off));
    assert!(decode_key("tooshort").is_none());
}
