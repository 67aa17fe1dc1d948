//! A stand-in for WeChat and WeChat Pay over real HTTP. It checks every signature it is sent and signs what it answers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use atelier::config::Config;
use atelier::wechat::sign::{pay_sig, user_signature};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::harness::{Answer, Server};
use crate::shop::text;

pub(crate) const APPID: &str = "wxd678efh567hg6787";
pub(crate) const APP_KEY: &str = "an AppKey of the console";
const APIV3: &[u8] = b"0123456789abcdef0123456789ABCDEF";

/// What it knows and has seen.
#[derive(Default)]
pub(crate) struct Seen {
    /// Tokens handed out.
    pub(crate) tokens: u32,
    /// Subscribe messages.
    pub(crate) messages: Vec<Value>,
    /// Orders of WeChat Pay by trade number, as queries answer them.
    pub(crate) pay: BTreeMap<String, Value>,
    /// Refunds of WeChat Pay by refund number.
    pub(crate) refunds: BTreeMap<String, Value>,
    /// Orders of virtual payment by trade number.
    pub(crate) xpay: BTreeMap<String, Value>,
    /// What the next calls of a path answer instead: a status and a body.
    pub(crate) faults: BTreeMap<String, Vec<(u16, Value)>>,
    /// Paths called, in order.
    pub(crate) calls: Vec<String>,
    /// Requests whose signature was wrong.
    pub(crate) unsigned: u32,
}

struct House {
    seen: Mutex<Seen>,
    merchant: Vec<u8>,
    own: RsaKeyPair,
    serial: String,
}

/// The stand-in, running.
pub(crate) struct TencentHouse {
    house: Arc<House>,
    url: String,
    handle: ServerHandle,
}

fn vectors() -> Value {
    let text = include_str!("../fixtures/wechat/pay_v3.json");
    serde_json::from_str(text).expect("vectors")
}

fn der(lines: &Value) -> Vec<u8> {
    let lines = lines.as_array().expect("lines").iter();
    let text: String = lines.map(|line| line.as_str().expect("a line")).collect();
    STANDARD.decode(text).expect("base64")
}

fn pem(lines: &Value, name: &str) -> String {
    let text = STANDARD.encode(der(lines));
    format!("-----BEGIN {name}-----\n{text}\n-----END {name}-----\n")
}

impl TencentHouse {
    pub(crate) fn open() -> Self {
        let vectors = vectors();
        let house = Arc::new(House {
            seen: Mutex::default(),
            merchant: der(&vectors["merchant_public_key_der_base64"]),
            own: RsaKeyPair::from_pkcs8(&der(&vectors["wechatpay_private_key_der_base64"]))
                .expect("a key"),
            serial: vectors["wechatpay_public_key_id"]
                .as_str()
                .expect("an id")
                .to_owned(),
        });
        let served = web::Data::from(Arc::clone(&house));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(served.clone())
                .default_service(web::to(answer))
        });
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0");
        let server = server.expect("a free port");
        let url = format!("http://{}", server.addrs()[0]);
        let running = server.run();
        let handle = running.handle();
        tokio::spawn(running);
        Self { house, url, handle }
    }

    /// Points a server's settings here, with every channel on.
    pub(crate) fn furnish(&self, config: &mut Config) {
        let vectors = vectors();
        config.wechat = serde_json::from_value(json!({
            "appid": APPID, "secret": "s3cret", "base_url": self.url, "state": "formal",
            "push": {"token": "testtoken123", "aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"},
            "templates": {"job": {
                "id": "tpl-1", "page": "pages/result/index?id={job}",
                "data": {"thing1": "kind", "phrase2": "status", "time3": "time"},
            }},
        }))
        .expect("settings");
        config.billing.wechat_pay = serde_json::from_value(json!({
            "enabled": true, "mchid": vectors["mchid"], "appid": APPID, "serial_no": vectors["serial_no"],
            "private_key": pem(&vectors["merchant_private_key_der_base64"], "PRIVATE KEY"),
            "public_key": pem(&vectors["wechatpay_public_key_der_base64"], "PUBLIC KEY"),
            "public_key_id": vectors["wechatpay_public_key_id"], "apiv3_key": vectors["apiv3_key"],
            "base_url": self.url, "description": "Atelier",
        }))
        .expect("settings");
        config.billing.xpay = serde_json::from_value(json!({
            "enabled": true, "offer_id": "1450000001", "app_key": APP_KEY, "env": 0,
        }))
        .expect("settings");
        config.billing.packages[1].xpay_product = "pack_300".into();
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.house
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the next call of a path go wrong.
    pub(crate) fn fault(&self, path: &str, status: u16, body: Value) {
        let mut seen = self.seen();
        seen.faults
            .entry(path.to_owned())
            .or_default()
            .push((status, body));
    }

    /// Somebody pays an order of WeChat Pay.
    pub(crate) fn pay(&self, trade_no: &str) {
        let mut seen = self.seen();
        let order = seen.pay.get_mut(trade_no).expect("a known order");
        order["trade_state"] = json!("SUCCESS");
        order["transaction_id"] = json!(format!("4200{}", &trade_no[..24]));
    }

    /// The callback of WeChat Pay about something, signed.
    pub(crate) async fn notify(&self, server: &Server, event: &str, about: &Value) -> Answer {
        let mut sealed = about.to_string().into_bytes();
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, APIV3).expect("a key"));
        let nonce = Nonce::try_assume_unique_for_key(b"fdasfjihihih").expect("a nonce");
        key.seal_in_place_append_tag(nonce, Aad::from(b"transaction"), &mut sealed)
            .expect("sealed");
        let body = json!({
            "id": "EV-1", "event_type": event, "resource_type": "encrypt-resource", "summary": "",
            "resource": {
                "algorithm": "AEAD_AES_256_GCM", "ciphertext": STANDARD.encode(sealed),
                "associated_data": "transaction", "nonce": "fdasfjihihih", "original_type": "transaction",
            },
        })
        .to_string();
        let path = "/v1/payments/wechat_native/notify";
        let mut request = server.request(reqwest::Method::POST, path);
        for (name, value) in self.house.signed(&body) {
            request = request.header(name, value);
        }
        Answer::of(request.body(body)).await
    }

    pub(crate) async fn close(self) {
        assert_eq!(
            self.seen().unsigned,
            0,
            "every request was signed as it must be"
        );
        self.handle.stop(false).await;
    }
}

impl House {
    fn signed(&self, body: &str) -> [(&'static str, String); 4] {
        let at = atelier::time::Moment::now().secs().to_string();
        let text = format!("{at}\nnonce\n{body}\n");
        let mut signature = vec![0; self.own.public_modulus_len()];
        self.own
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                text.as_bytes(),
                &mut signature,
            )
            .expect("signed");
        [
            ("Wechatpay-Timestamp", at),
            ("Wechatpay-Nonce", "nonce".to_owned()),
            ("Wechatpay-Serial", self.serial.clone()),
            ("Wechatpay-Signature", STANDARD.encode(signature)),
        ]
    }

    /// Checks the `Authorization` of a request to WeChat Pay.
    fn is_signed(&self, request: &HttpRequest, body: &str) -> bool {
        let header = request.headers().get("authorization");
        let header = header.and_then(|v| v.to_str().ok()).unwrap_or_default();
        let part = |name: &str| {
            let start = header.find(&format!("{name}=\""))? + name.len() + 2;
            header[start..].split('"').next()
        };
        let (Some(at), Some(nonce), Some(signature)) =
            (part("timestamp"), part("nonce_str"), part("signature"))
        else {
            return false;
        };
        let path = request
            .uri()
            .path_and_query()
            .map_or("", |path| path.as_str());
        let text = format!("{}\n{path}\n{at}\n{nonce}\n{body}\n", request.method());
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.merchant);
        let signature = STANDARD.decode(signature).unwrap_or_default();
        key.verify(text.as_bytes(), &signature).is_ok()
    }
}

async fn answer(request: HttpRequest, body: String, house: web::Data<House>) -> HttpResponse {
    let path = request.path().to_owned();
    let mut seen = house.seen.lock().unwrap_or_else(PoisonError::into_inner);
    seen.calls.push(path.clone());
    let fault = seen
        .faults
        .get_mut(&path)
        .filter(|faults| !faults.is_empty());
    let fault = fault.map(|faults| faults.remove(0));
    let (status, answer) = match fault {
        Some(fault) => fault,
        None if path.starts_with("/v3/") => {
            if !house.is_signed(&request, &body) {
                seen.unsigned += 1;
            }
            pay(&mut seen, &request, &path, &body)
        }
        None => (200, mini(&mut seen, &request, &path, &body)),
    };
    let text = if answer.is_null() {
        String::new()
    } else {
        answer.to_string()
    };
    let status = actix_web::http::StatusCode::from_u16(status).expect("a status");
    let mut response = HttpResponse::build(status);
    if path.starts_with("/v3/") {
        for (name, value) in house.signed(&text) {
            response.insert_header((name, value));
        }
    }
    response.content_type("text/plain").body(text)
}

/// The interface of mini-programs.
fn mini(seen: &mut Seen, request: &HttpRequest, path: &str, body: &str) -> Value {
    let query: BTreeMap<String, String> = web::Query::from_query(request.query_string())
        .map_or_else(|_| BTreeMap::new(), web::Query::into_inner);
    let sent: Value = serde_json::from_str(body).unwrap_or_default();
    let asked = |name: &str| query.get(name).map_or("", String::as_str);
    if path.starts_with("/xpay/") && asked("pay_sig") != pay_sig(APP_KEY, path, body) {
        seen.unsigned += 1;
    }
    let number = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match path {
        "/sns/jscode2session" => match asked("js_code").split_once(':') {
            Some(("bad", code)) => {
                json!({"errcode": code.parse::<i64>().expect("a number"), "errmsg": "no"})
            }
            _ if (asked("appid"), asked("secret")) != (APPID, "s3cret") => {
                json!({"errcode": 40125, "errmsg": "secret"})
            }
            _ => {
                json!({"openid": format!("o-{}", asked("js_code")), "session_key": "tXk0c2Vzc2lvbg=="})
            }
        },
        "/cgi-bin/stable_token" => {
            seen.tokens += 1;
            json!({"access_token": format!("token-{}", seen.tokens), "expires_in": 7200})
        }
        _ if asked("access_token") != format!("token-{}", seen.tokens) => {
            json!({"errcode": 40001, "errmsg": "token"})
        }
        "/cgi-bin/message/subscribe/send" => {
            seen.messages.push(sent);
            json!({"errcode": 0, "errmsg": "ok"})
        }
        "/wxa/msg_sec_check" => judged(&sent),
        "/xpay/query_order" => match seen.xpay.get(&number(&sent["order_id"])) {
            Some(order) => json!({"errcode": 0, "order": order}),
            None => json!({"errcode": 268490002, "errmsg": "order not exist"}),
        },
        "/xpay/notify_provide_goods" => {
            if let Some(order) = seen.xpay.get_mut(&number(&sent["order_id"])) {
                order["status"] = json!(4);
            }
            json!({"errcode": 0})
        }
        "/xpay/refund_order" => {
            let order = seen
                .xpay
                .get_mut(&number(&sent["order_id"]))
                .expect("a known order");
            order["status"] = json!(5);
            json!({"errcode": 0, "refund_order_id": sent["refund_order_id"]})
        }
        other => json!({"errcode": -1, "errmsg": format!("no such path: {other}")}),
    }
}

/// The interface of WeChat Pay.
fn pay(seen: &mut Seen, request: &HttpRequest, path: &str, body: &str) -> (u16, Value) {
    let sent: Value = serde_json::from_str(body).unwrap_or_default();
    let gone = |code: &str| (404, json!({"code": code, "message": "no"}));
    let parts: Vec<&str> = path.trim_start_matches("/v3/").split('/').collect();
    match (request.method().as_str(), parts.as_slice()) {
        ("POST", ["pay", "transactions", "native"]) => {
            let number = sent["out_trade_no"].as_str().expect("a number").to_owned();
            let mut order = sent;
            order["trade_state"] = json!("NOTPAY");
            seen.pay.insert(number.clone(), order);
            (
                200,
                json!({"code_url": format!("weixin://pay.weixin.qq.com/bizpayurl/up?pr={number}")}),
            )
        }
        ("GET", ["pay", "transactions", "out-trade-no", number]) => match seen.pay.get(*number) {
            Some(order) => (200, order.clone()),
            None => gone("ORDER_NOT_EXIST"),
        },
        ("POST", ["pay", "transactions", "out-trade-no", number, "close"]) => {
            match seen.pay.get_mut(*number) {
                Some(order) if order["trade_state"] == "SUCCESS" => {
                    (400, json!({"code": "ORDER_PAID", "message": "paid"}))
                }
                Some(order) => {
                    order["trade_state"] = json!("CLOSED");
                    (204, Value::Null)
                }
                None => gone("ORDER_NOT_EXIST"),
            }
        }
        ("GET", ["refund", "domestic", "refunds", number]) => match seen.refunds.get(*number) {
            Some(refund) => (200, refund.clone()),
            None => gone("RESOURCE_NOT_EXISTS"),
        },
        ("POST", ["refund", "domestic", "refunds"]) => {
            let mut refund = sent;
            refund["status"] = json!("PROCESSING");
            let number = refund["out_refund_no"]
                .as_str()
                .expect("a number")
                .to_owned();
            seen.refunds.insert(number, refund.clone());
            (200, refund)
        }
        _ => gone("NO_SUCH_PATH"),
    }
}

/// What `wx.requestVirtualPayment` checks before it lets somebody pay.
pub(crate) fn may_pay(payment: &Value) -> bool {
    let data = payment["signData"].as_str().expect("signData");
    payment["paySig"] == pay_sig(APP_KEY, "requestVirtualPayment", data)
        && payment["signature"] == user_signature("tXk0c2Vzc2lvbg==", data)
}

/// What it takes words for: `坏` is risky, `疑` is doubtful.
fn judged(sent: &Value) -> Value {
    let words = format!("{} {}", text(&sent["title"]), text(&sent["content"]));
    let (suggest, label) = match words {
        _ if sent["version"] != 2 || !text(&sent["openid"]).starts_with("o-") => {
            return json!({"errcode": 40003, "errmsg": "openid"});
        }
        words if words.contains('坏') => ("risky", 20003),
        words if words.contains('疑') => ("review", 10001),
        _ => ("pass", 100),
    };
    json!({
        "errcode": 0, "errmsg": "ok", "trace_id": "trace-1",
        "result": {"suggest": suggest, "label": label},
        "detail": [{"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label, "prob": 90}],
    })
}
