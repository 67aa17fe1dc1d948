//! Paying with WeChat, from the order to the credits: by QR code, and by virtual payment in the mini-program.

use aws_lc_rs::cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::digest;
use aws_lc_rs::iv::FixedLength;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::harness::{Answer, Server, User};
use crate::shop::until;
use crate::tencent_house::{APPID, TencentHouse, may_pay};

pub(crate) async fn order(user: &User<'_>, channel: &str) -> Value {
    let body = json!({"package": "medium", "channel": channel});
    let placed = user.post("/v1/orders", body).await;
    assert_eq!(placed.status, 201, "{}", placed.body);
    placed.body
}

pub(crate) fn path(order: &Value) -> String {
    format!("/v1/orders/{}", order["id"].as_str().expect("an id"))
}

pub(crate) fn trade_no(order: &Value) -> String {
    order["id"]
        .as_str()
        .expect("an id")
        .trim_start_matches("ord_")
        .to_owned()
}

#[tokio::test]
async fn a_code_is_scanned_paid_and_credited_once() {
    let house = TencentHouse::open();
    let server = Server::with(|config| house.furnish(config)).await;
    let anna = server.register("anna").await;
    let placed = order(&anna, "wechat_native").await;
    let number = trade_no(&placed);
    assert!(
        placed["payment"]["code_url"]
            .as_str()
            .is_some_and(|url| url.starts_with("weixin://"))
    );
    assert!(
        placed["payment"]["qr_svg"]
            .as_str()
            .is_some_and(|svg| svg.contains("<svg"))
    );
    house.pay(&number);
    let paid = house.seen().pay[&number].clone();
    let mut wrong = paid.clone();
    wrong["amount"]["total"] = json!(1);
    let refused = house.notify(&server, "TRANSACTION.SUCCESS", &wrong).await;
    assert_eq!(refused.refused(400), "callback_refused");
    for (member, value) in [
        ("mchid", "1900000009"),
        ("appid", "wx0"),
        ("out_trade_no", "0000"),
    ] {
        let mut strange = paid.clone();
        strange[member] = json!(value);
        let refused = house.notify(&server, "TRANSACTION.SUCCESS", &strange).await;
        assert!(refused.status >= 400, "{member}");
    }
    assert_eq!(anna.balance().await, 10);
    let storm = (0..10).map(|_| house.notify(&server, "TRANSACTION.SUCCESS", &paid));
    for answer in futures_util::future::join_all(storm).await {
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
    assert_eq!(anna.balance().await, 340);
    server.stop().await;
    house.close().await;
}

#[tokio::test]
async fn a_payment_that_nobody_reported_is_found_by_asking() {
    let house = TencentHouse::open();
    let server = Server::with(|config| house.furnish(config)).await;
    let anna = server.register("anna").await;
    let placed = order(&anna, "wechat_native").await;
    house.pay(&trade_no(&placed));
    assert_eq!(anna.get(&path(&placed)).await.body["status"], "paid");
    // And by the sweep; paid in the very moment in which it is closed.
    let late = order(&anna, "wechat_native").await;
    house.pay(&trade_no(&late));
    server.sweep(2 * 3600).await;
    assert_eq!(anna.get(&path(&late)).await.body["status"], "paid");
    let unpaid = order(&anna, "wechat_native").await;
    let called_off = anna
        .post(&format!("{}/cancel", path(&unpaid)), json!({}))
        .await;
    assert_eq!(called_off.body["status"], "closed");
    assert_eq!(
        house.seen().pay[&trade_no(&unpaid)]["trade_state"],
        "CLOSED"
    );
    assert_eq!(anna.balance().await, 670);
    server.stop().await;
    house.close().await;
}

#[tokio::test]
async fn every_fault_of_the_channel_costs_nobody_anything() {
    let house = TencentHouse::open();
    let server = Server::with(|config| house.furnish(config)).await;
    let anna = server.register("anna").await;
    let native = "/v3/pay/transactions/native";
    for (status, code, problem) in [
        (401, "SIGN_ERROR", (502, "payment_unavailable")),
        (400, "PARAM_ERROR", (502, "payment_unavailable")),
        (400, "INVALID_REQUEST", (502, "payment_unavailable")),
        (400, "APPID_MCHID_NOT_MATCH", (502, "payment_unavailable")),
        (403, "NO_AUTH", (502, "payment_unavailable")),
        (403, "OUT_TRADE_NO_USED", (502, "payment_unavailable")),
        (429, "FREQUENCY_LIMITED", (503, "busy")),
        (500, "SYSTEM_ERROR", (502, "payment_unavailable")),
    ] {
        house.fault(native, status, json!({"code": code, "message": "no"}));
        let body = json!({"package": "medium", "channel": "wechat_native"});
        let refused = anna.post("/v1/orders", body).await;
        assert_eq!(refused.refused(problem.0), problem.1, "{code}");
        assert!(
            !refused.body.to_string().contains(code),
            "{code} is for the operator"
        );
        for readme in [
            include_str!("../../README.md"),
            include_str!("../../README.zh-CN.md"),
        ] {
            assert!(
                readme.contains(code) && readme.contains(problem.1),
                "{code}"
            );
        }
    }
    assert_eq!(anna.balance().await, 10);
    let waiting = anna.get("/v1/orders").await.body;
    assert!(
        waiting["items"]
            .as_array()
            .is_some_and(|all| all.iter().all(|o| o["status"] == "pending"))
    );
    // The order itself is there; looking at it tells the channel again.
    let known = anna.get(&path(&waiting["items"][0])).await.body;
    assert!(known["payment"]["code_url"].is_string());
    server.stop().await;
    house.close().await;
}

/// A push in secure mode, as WeChat makes it.
async fn push(server: &Server, event: &Value) -> Answer {
    let key = STANDARD
        .decode("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE=")
        .expect("a key");
    let message = event.to_string();
    let mut plain = b"0123456789abcdef".to_vec();
    plain.extend(u32::try_from(message.len()).expect("short").to_be_bytes());
    plain.extend(message.as_bytes());
    plain.extend(APPID.as_bytes());
    let padding = 32 - plain.len() % 32;
    plain.extend(std::iter::repeat_n(padding as u8, padding));
    let iv: [u8; 16] = key[..16].try_into().expect("16 bytes");
    let cipher = UnboundCipherKey::new(&AES_256, &key)
        .and_then(EncryptingKey::cbc)
        .expect("a key");
    cipher
        .less_safe_encrypt(&mut plain, EncryptionContext::Iv128(FixedLength::from(iv)))
        .expect("encrypted");
    let sealed = STANDARD.encode(plain);
    let mut parts = ["testtoken123", "1795000000", "77", &sealed];
    parts.sort_unstable();
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, parts.concat().as_bytes());
    let signature: String = hash.as_ref().iter().map(|b| format!("{b:02x}")).collect();
    let url = format!(
        "/v1/wechat/push?timestamp=1795000000&nonce=77&encrypt_type=aes&msg_signature={signature}"
    );
    server
        .post(&url, json!({"ToUserName": "gh_1", "Encrypt": sealed}))
        .await
}

fn delivery(order: &Value, changes: &Value) -> Value {
    let mut event = json!({
        "MsgType": "event", "Event": "xpay_goods_deliver_notify", "OpenId": "o-anna", "Env": 0,
        "OutTradeNo": trade_no(order),
        "GoodsInfo": {"ProductId": "pack_300", "Quantity": 1, "OrigPrice": 2690, "ActualPrice": 2690, "Attach": ""},
    });
    for (name, value) in changes.as_object().expect("an object") {
        match name.as_str() {
            "ProductId" | "ActualPrice" | "Quantity" => event["GoodsInfo"][name] = value.clone(),
            _ => event[name] = value.clone(),
        }
    }
    event
}

#[tokio::test]
async fn credits_are_bought_in_the_mini_program() {
    let house = TencentHouse::open();
    let server = Server::with(|config| house.furnish(config)).await;
    let stranger = server.register("stranger").await;
    let body = json!({"package": "medium", "channel": "xpay"});
    assert_eq!(
        stranger.post("/v1/orders", body).await.refused(409),
        "wechat_log_in_needed"
    );
    let anna = server.by_wechat("anna").await;
    let small = anna
        .post("/v1/orders", json!({"package": "small", "channel": "xpay"}))
        .await;
    assert_eq!(
        small.refused(422),
        "invalid_parameters",
        "it has no goods in the console"
    );
    let placed = order(&anna, "xpay").await;
    assert!(may_pay(&placed["payment"]), "{placed}");
    let data: Value = serde_json::from_str(placed["payment"]["signData"].as_str().expect("a text"))
        .expect("JSON");
    assert_eq!(
        (&data["productId"], &data["goodsPrice"]),
        (&json!("pack_300"), &json!(2690))
    );
    for wrong in [
        json!({"Env": 1}),
        json!({"OpenId": "o-berta"}),
        json!({"ProductId": "pack_1"}),
        json!({"ActualPrice": 1}),
        json!({"Quantity": 2}),
        json!({"OutTradeNo": "00000000000000000000000000000000"}),
    ] {
        let refused = push(&server, &delivery(&placed, &wrong)).await;
        assert!(refused.status >= 400, "{wrong}");
        assert_eq!(anna.balance().await, 10, "{wrong}");
    }
    for _ in 0..3 {
        let taken = push(&server, &delivery(&placed, &json!({}))).await;
        assert_eq!(
            (taken.status, &taken.body["ErrCode"]),
            (200, &json!(0)),
            "{}",
            taken.body
        );
    }
    assert_eq!(anna.balance().await, 340);
    server.stop().await;
    house.close().await;
}

#[tokio::test]
async fn a_lost_push_is_made_up_for_and_a_refund_goes_back() {
    let house = TencentHouse::open();
    let server = Server::with(|config| house.furnish(config)).await;
    let root = server.admin("root").await;
    let anna = server.by_wechat("anna").await;
    let placed = order(&anna, "xpay").await;
    let paid = json!({"status": 2, "order_fee": 2690, "paid_fee": 2690, "left_fee": 2690});
    house.seen().xpay.insert(trade_no(&placed), paid);
    assert_eq!(anna.get(&path(&placed)).await.body["status"], "paid");
    assert!(
        house
            .seen()
            .calls
            .iter()
            .any(|call| call == "/xpay/notify_provide_goods")
    );
    let late = push(&server, &delivery(&placed, &json!({}))).await;
    assert_eq!((late.status, anna.balance().await), (200, 340));
    let admin = path(&placed).replace("/v1/", "/v1/admin/");
    let refunding = root
        .post(&format!("{admin}/refund"), json!({"reason": "x"}))
        .await
        .body;
    assert_eq!(refunding["status"], "refunding", "{refunding}");
    server.sweep(40).await;
    assert_eq!(root.get(&admin).await.body["status"], "refunded");
    assert_eq!(anna.balance().await, 10);
    server.stop().await;
    house.close().await;
}

#[tokio::test]
async fn money_of_somebody_who_left_is_noted() {
    let house = TencentHouse::open();
    let server = Server::with(|config| house.furnish(config)).await;
    let root = server.admin("root").await;
    let anna = server.by_wechat("anna").await;
    let placed = order(&anna, "xpay").await;
    assert_eq!(anna.delete("/v1/me").await.status, 202);
    until("nothing readable is left", || async {
        let left = server.count("SELECT count(*) FROM identities WHERE openid IS NOT NULL");
        (left == 0).then_some(())
    })
    .await;
    let taken = push(&server, &delivery(&placed, &json!({}))).await;
    assert_eq!((taken.status, &taken.body["ErrCode"]), (200, &json!(0)));
    let noted = root.get(&path(&placed).replace("/v1/", "/v1/admin/")).await;
    assert_eq!(
        (&noted.body["status"], &noted.body["problem"]),
        (&json!("paid"), &json!("paid after the account was erased"))
    );
    server.stop().await;
    house.close().await;
}
