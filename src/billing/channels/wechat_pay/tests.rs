//! The vectors of the official kit, and the table of errors.

use serde_json::{Value, json};

use super::*;

fn vectors() -> Value {
    let text = include_str!("../../../../tests/fixtures/wechat/pay_v3.json");
    serde_json::from_str(text).expect("vectors")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn pem(lines: &Value, name: &str) -> String {
    let lines = lines.as_array().expect("lines").iter().map(text);
    let inner: Vec<String> = lines.collect();
    format!(
        "-----BEGIN {name}-----\n{}\n-----END {name}-----\n",
        inner.join("\n")
    )
}

fn channel(vectors: &Value) -> WechatPay {
    let settings = json!({
        "enabled": true, "mchid": vectors["mchid"], "appid": "wxd678efh567hg6787",
        "serial_no": vectors["serial_no"],
        "private_key": pem(&vectors["merchant_private_key_der_base64"], "PRIVATE KEY"),
        "public_key": pem(&vectors["wechatpay_public_key_der_base64"], "PUBLIC KEY"),
        "public_key_id": vectors["wechatpay_public_key_id"], "apiv3_key": vectors["apiv3_key"],
        "base_url": "http://127.0.0.1:1", "description": "Atelier",
    });
    let settings = serde_json::from_value(settings).expect("settings");
    WechatPay::new(settings, "https://api.example.com").expect("good keys")
}

/// The moment at which the vectors were made.
const AT: Moment = Moment::from_millis(1_795_000_000_000);

#[test]
fn requests_are_signed_as_the_official_kit_signs_them() {
    let vectors = vectors();
    let channel = channel(&vectors);
    let requests = vectors["request_signatures"].as_array().expect("requests");
    assert_eq!(requests.len(), 6);
    for request in requests {
        let part = |name: &str| text(&request[name]);
        let signed = channel.api.keys().authorization(
            &part("method"),
            &part("path_with_query"),
            &part("body"),
            &part("nonce_str"),
            AT,
        );
        assert_eq!(signed, part("authorization_doc_order"), "{}", part("name"));
    }
    let pay = &vectors["jsapi_miniprogram_paysign"];
    assert_eq!(
        channel.api.keys().sign(&text(&pay["message"])),
        text(&pay["paySign"])
    );
}

fn signed<'a>(headers: &'a Value, body: &'a str) -> Signed<'a> {
    let header = |name: &str| headers[name].as_str().unwrap_or_default();
    Signed {
        timestamp: header("Wechatpay-Timestamp"),
        nonce: header("Wechatpay-Nonce"),
        serial: header("Wechatpay-Serial"),
        signature: header("Wechatpay-Signature"),
        body: body.as_bytes(),
    }
}

#[test]
fn answers_are_verified_with_an_empty_body_too() {
    let vectors = vectors();
    let channel = channel(&vectors);
    let keys = channel.api.keys();
    for name in ["response_verify", "response_verify_empty_body_204"] {
        let vector = &vectors[name];
        let body = text(&vector["body"]);
        let signed = signed(&vector["headers"], &body);
        assert_eq!(keys.verify(&signed, AT), Ok(()), "{name}");
        assert_eq!(keys.verify(&signed, AT.plus_secs(300)), Ok(()), "{name}");
        for late in [301, -301] {
            assert!(keys.verify(&signed, AT.plus_secs(late)).is_err(), "{name}");
        }
    }
}

/// Hears the callback of the vectors with another body, other headers or at another time.
fn hear(
    channel: &WechatPay,
    body: &str,
    bent: (&str, &str),
    now: Moment,
) -> Result<News, ChannelError> {
    let headers = vectors()["notify_transaction"]["headers"].clone();
    let header = |name: &str| {
        let all = headers.as_object().expect("headers").iter();
        let mut all = all.map(|(known, value)| (known.to_lowercase(), text(value)));
        match bent {
            (other, value) if other == name => value.to_owned(),
            _ => all
                .find(|(known, _)| known == name)
                .map(|(_, value)| value)
                .unwrap_or_default(),
        }
    };
    let notice = Notice {
        header: &header,
        body: body.as_bytes(),
        now,
    };
    channel.hear(&notice)
}

#[test]
fn a_callback_is_verified_and_decrypted() {
    let vectors = vectors();
    let channel = channel(&vectors);
    let vector = &vectors["notify_transaction"];
    let heard = hear(&channel, &text(&vector["body"]), ("", ""), AT);
    let plain: Value = serde_json::from_str(&text(&vector["aes"]["plaintext"])).expect("JSON");
    let paid = News::Paid {
        trade_no: text(&plain["out_trade_no"]),
        receipt: Receipt {
            transaction_id: text(&plain["transaction_id"]),
            amount_fen: 990,
            currency: "CNY".into(),
        },
    };
    assert_eq!(heard, Ok(paid));
}

#[test]
fn what_was_bent_is_not_believed() {
    let vectors = vectors();
    let channel = channel(&vectors);
    let vector = &vectors["notify_transaction"];
    let body = text(&vector["body"]);
    let forged = |heard: Result<News, ChannelError>| {
        assert!(matches!(heard, Err(ChannelError::Forged(_))), "{heard:?}");
    };
    forged(hear(
        &channel,
        &text(&vector["tampered_body"]),
        ("", ""),
        AT,
    ));
    let probe = text(&vector["signtest_probe_signature"]);
    forged(hear(&channel, &body, ("wechatpay-signature", &probe), AT));
    forged(hear(
        &channel,
        &body,
        ("wechatpay-serial", "PUB_KEY_ID_0"),
        AT,
    ));
    forged(hear(&channel, &body, ("wechatpay-nonce", "another"), AT));
    forged(hear(&channel, &body, ("wechatpay-timestamp", "soon"), AT));
    forged(hear(&channel, &body, ("", ""), AT.plus_secs(400)));
    let mut other = channel;
    other.settings.mchid = "1900000002".into();
    forged(hear(&other, &body, ("", ""), AT));
    other.settings.mchid = text(&vectors["mchid"]);
    other.settings.appid = "wx0".into();
    forged(hear(&other, &body, ("", ""), AT));
}

#[test]
fn a_refund_is_decrypted_whatever_its_associated_data() {
    let vectors = vectors();
    let channel = channel(&vectors);
    for name in ["aes", "aes_empty_aad"] {
        let vector = &vectors["notify_refund"][name];
        let resource: Resource = serde_json::from_value(vector.clone()).expect("a resource");
        let plain = channel.api.keys().decrypt(&resource).expect("decrypted");
        assert_eq!(
            String::from_utf8(plain).expect("a text"),
            text(&vector["plaintext"])
        );
    }
    let mut bent = vectors["notify_refund"]["aes"].clone();
    bent["associated_data"] = json!("transaction");
    let resource: Resource = serde_json::from_value(bent).expect("a resource");
    assert!(channel.api.keys().decrypt(&resource).is_err());
}

#[test]
fn keys_that_do_not_fit_are_named() {
    let vectors = vectors();
    let good = channel(&vectors).settings;
    let mut bad = good.clone();
    bad.private_key = Secret::new("no key");
    assert!(matches!(Keys::new(&bad), Err(BadKeys::Private)));
    let mut bad = good.clone();
    bad.public_key = bad.private_key.expose().to_owned();
    assert!(matches!(Keys::new(&bad), Err(BadKeys::Public)));
    let mut bad = good;
    bad.apiv3_key = Secret::new("short");
    assert!(matches!(Keys::new(&bad), Err(BadKeys::ApiV3)));
}

#[test]
fn the_moment_is_written_as_they_want_it() {
    assert_eq!(rfc3339(AT.plus_secs(1)), "2026-11-18T11:06:41+00:00");
}

#[test]
fn a_transaction_says_where_the_payment_stands() {
    let stands = |state: &str, amount: Value| {
        let about = json!({
            "mchid": "1", "out_trade_no": "2", "transaction_id": "3", "trade_state": state, "amount": amount,
        });
        let about: Transaction = serde_json::from_value(about).expect("a transaction");
        about.standing()
    };
    let whole = json!({"total": 990, "currency": "CNY"});
    let paid = Standing::Paid(Receipt {
        transaction_id: "3".into(),
        amount_fen: 990,
        currency: "CNY".into(),
    });
    assert_eq!(stands("SUCCESS", whole.clone()), paid);
    // Before somebody pays members are missing.
    assert_eq!(stands("NOTPAY", json!({"total": 990})), Standing::Unpaid);
    assert_eq!(stands("NOTPAY", json!({})), Standing::Unpaid);
    assert_eq!(stands("REFUND", whole), Standing::Closed);
}
