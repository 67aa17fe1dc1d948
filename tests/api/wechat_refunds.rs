//! Money that goes back through WeChat: asked for once, refused, hanging, given up, or sent back in the console.

use serde_json::{Value, json};

use crate::harness::{Server, User};
use crate::tencent_house::TencentHouse;
use crate::wechat_pay::{order, path, trade_no};

#[tokio::test]
async fn a_refund_is_asked_for_once_and_ends_by_its_callback() {
    let house = TencentHouse::open();
    let server = Server::with(|config| house.furnish(config)).await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let (_, admin) = paid(&house, &anna).await;
    // The outcome of the first call is open: nobody knows whether the money is on its way.
    house.fault(
        "/v3/refund/domestic/refunds",
        500,
        json!({"code": "SYSTEM_ERROR"}),
    );
    let refunding = root
        .post(&format!("{admin}/refund"), json!({"reason": "生成失败"}))
        .await
        .body;
    assert_eq!(refunding["status"], "refunding", "{refunding}");
    assert!(
        refunding["problem"]
            .as_str()
            .is_some_and(|p| p.contains("SYSTEM_ERROR"))
    );
    assert_eq!(anna.balance().await, 10);
    server.sweep(40).await;
    let number = refunding["refund_no"].as_str().expect("a number");
    assert_eq!(
        house.seen().refunds.keys().collect::<Vec<_>>(),
        [number],
        "one number, one refund"
    );
    let mut done = house.seen().refunds[number].clone();
    done["mchid"] = json!("1900000001");
    done["refund_status"] = json!("SUCCESS");
    done.as_object_mut().expect("an object").remove("status");
    for _ in 0..2 {
        let heard = house.notify(&server, "REFUND.SUCCESS", &done).await;
        assert_eq!(heard.status, 204, "{}", heard.body);
    }
    let refunded = root.get(&admin).await.body;
    assert_eq!(
        (
            &refunded["status"],
            &refunded["problem"],
            &refunded["taken_back"]
        ),
        (&json!("refunded"), &Value::Null, &json!(330))
    );
    server.stop().await;
    house.close().await;
}

#[tokio::test]
async fn a_refused_refund_gives_the_credits_back() {
    let house = TencentHouse::open();
    let server = Server::with(|config| house.furnish(config)).await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let (_, admin) = paid(&house, &anna).await;
    let refunding = refund(&root, &admin).await;
    assert_eq!(anna.balance().await, 10);
    let number = refunding["refund_no"]
        .as_str()
        .expect("a number")
        .to_owned();
    house.seen().refunds.get_mut(&number).expect("a refund")["status"] = json!("ABNORMAL");
    server.sweep(40).await;
    let stuck = root.get("/v1/admin/orders?problem=true").await.body;
    assert!(
        stuck["items"][0]["problem"]
            .as_str()
            .is_some_and(|p| p.contains("console"))
    );
    house.seen().refunds.get_mut(&number).expect("a refund")["status"] = json!("CLOSED");
    server.sweep(3600).await;
    let back = root.get(&admin).await.body;
    assert_eq!(
        (&back["status"], &back["taken_back"]),
        (&json!("paid"), &json!(0))
    );
    assert_eq!(anna.balance().await, 340);
    server.stop().await;
    house.close().await;
}

/// Somebody's order, paid by WeChat Pay; and where operators find it.
async fn paid(house: &TencentHouse, user: &User<'_>) -> (Value, String) {
    let placed = order(user, "wechat_native").await;
    house.pay(&trade_no(&placed));
    assert_eq!(user.get(&path(&placed)).await.body["status"], "paid");
    let admin = path(&placed).replace("/v1/", "/v1/admin/");
    (placed, admin)
}

async fn refund(root: &User<'_>, admin: &str) -> Value {
    let reason = json!({"reason": "x"});
    let refunding = root.post(&format!("{admin}/refund"), reason).await.body;
    assert_eq!(refunding["status"], "refunding", "{refunding}");
    refunding
}

#[tokio::test]
async fn a_refund_that_hangs_is_given_up_unless_the_money_is_on_its_way() {
    let house = TencentHouse::open();
    let server = Server::with(|config| house.furnish(config)).await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let (_, admin) = paid(&house, &anna).await;
    let give_up = format!("{admin}/refund");
    assert_eq!(
        root.delete(&give_up).await.refused(409),
        "order_state",
        "nothing hangs"
    );
    // The merchant has no money: the refund is not taken.
    let (url, poor) = (
        "/v3/refund/domestic/refunds",
        json!({"code": "NOT_ENOUGH", "message": "top up"}),
    );
    house.fault(url, 403, poor.clone());
    let stuck = refund(&root, &admin).await;
    assert_eq!(stuck["problem"], "NOT_ENOUGH top up");
    assert_eq!(anna.delete(&give_up).await.refused(403), "forbidden");
    house.fault(url, 403, poor);
    let back = root.delete(&give_up).await;
    assert_eq!(
        (
            back.status,
            &back.body["status"],
            &back.body["taken_back"],
            &back.body["refund_no"]
        ),
        (200, &json!("paid"), &json!(0), &Value::Null),
        "{}",
        back.body
    );
    assert_eq!(anna.balance().await, 340);
    let audit = root.get("/v1/admin/audit").await.body;
    assert_eq!(audit["items"][0]["action"], "order.refund_undo");
    // This one is taken, so that it can no longer be given up.
    refund(&root, &admin).await;
    assert_eq!(root.delete(&give_up).await.refused(409), "order_state");
    assert_eq!(anna.balance().await, 10);
    server.stop().await;
    house.close().await;
}

#[tokio::test]
async fn a_month_that_was_not_refunded_takes_no_other_plans_place() {
    let house = TencentHouse::open();
    let server = Server::with(|config| {
        house.furnish(config);
        config.billing.sandbox.enabled = true;
        let plan = |label: &str| json!({"label": {"zh": label, "en": label}, "price_fen": 100});
        let plans = json!({"list": {"pro": plan("Pro"), "team": plan("Team")}});
        config.plans = serde_json::from_value(plans).expect("plans");
    })
    .await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let buy = async |plan: &str, channel: &str| {
        let body = json!({"plan": plan, "channel": channel});
        let placed = anna.post("/v1/subscription", body).await;
        assert_eq!(placed.status, 201, "{}", placed.body);
        placed.body
    };
    let pro = buy("pro", "wechat_native").await;
    house.pay(&trade_no(&pro));
    anna.get(&path(&pro)).await;
    let admin = path(&pro).replace("/v1/", "/v1/admin/");
    let refunding = refund(&root, &admin).await;
    let team = buy("team", "sandbox").await["payment"]["notify_body"].clone();
    server.post("/v1/payments/sandbox/notify", team).await;
    let number = refunding["refund_no"].as_str().expect("a number");
    house.seen().refunds.get_mut(number).expect("a refund")["status"] = json!("CLOSED");
    server.sweep(40).await;
    let back = root.get(&admin).await.body;
    assert_eq!(back["status"], "paid");
    let problem = back["problem"].as_str().expect("a note");
    assert!(
        problem.ends_with("; the month did not return, the plan team runs"),
        "{problem}"
    );
    assert_eq!(
        anna.get("/v1/subscription").await.body["plan"],
        "team",
        "it runs on"
    );
    server.stop().await;
    house.close().await;
}

#[tokio::test]
async fn what_went_back_in_the_console_brings_no_credits() {
    let house = TencentHouse::open();
    let server = Server::with(|config| house.furnish(config)).await;
    let anna = server.by_wechat("anna").await;
    let native = order(&anna, "wechat_native").await;
    house.pay(&trade_no(&native));
    house
        .seen()
        .pay
        .get_mut(&trade_no(&native))
        .expect("an order")["trade_state"] = json!("REFUND");
    let virtual_one = order(&anna, "xpay").await;
    let gone = json!({"status": 8, "order_fee": 2690, "paid_fee": 2690});
    house.seen().xpay.insert(trade_no(&virtual_one), gone);
    for placed in [native, virtual_one] {
        let closed = anna.get(&path(&placed)).await.body;
        assert_eq!(closed["status"], "closed", "{closed}");
    }
    assert_eq!(anna.balance().await, 10);
    server.stop().await;
    house.close().await;
}

#[tokio::test]
async fn an_earlier_refund_that_failed_does_not_refuse_the_next() {
    let house = TencentHouse::open();
    let server = Server::with(|config| house.furnish(config)).await;
    let root = server.admin("root").await;
    let anna = server.by_wechat("anna").await;
    let placed = order(&anna, "xpay").await;
    let stands = |status: u8| {
        let found =
            json!({"status": status, "order_fee": 2690, "paid_fee": 2690, "left_fee": 2690});
        house.seen().xpay.insert(trade_no(&placed), found);
    };
    stands(2);
    assert_eq!(anna.get(&path(&placed)).await.body["status"], "paid");
    let admin = path(&placed).replace("/v1/", "/v1/admin/");
    // Every call is taken, and the refund fails all the same.
    stands(7);
    for _ in 0..2 {
        house.fault("/xpay/refund_order", 200, json!({"errcode": 0}));
    }
    refund(&root, &admin).await;
    server.sweep(40).await;
    assert_eq!(root.get(&admin).await.body["status"], "refunding");
    server.sweep(3600).await;
    assert_eq!(root.get(&admin).await.body["status"], "paid");
    assert_eq!(anna.balance().await, 340);
    // It still stands at "failed", and the next one is asked for nevertheless.
    refund(&root, &admin).await;
    server.sweep(2 * 3600).await;
    assert_eq!(root.get(&admin).await.body["status"], "refunded");
    assert_eq!(anna.balance().await, 10);
    server.stop().await;
    house.close().await;
}

#[tokio::test]
async fn a_refund_that_cannot_be_taken_now_is_asked_for_again() {
    let house = TencentHouse::open();
    let server = Server::with(|config| house.furnish(config)).await;
    let root = server.admin("root").await;
    let anna = server.by_wechat("anna").await;
    let placed = order(&anna, "xpay").await;
    let found = json!({"status": 2, "order_fee": 2690, "paid_fee": 2690, "left_fee": 2690});
    house.seen().xpay.insert(trade_no(&placed), found);
    assert_eq!(anna.get(&path(&placed)).await.body["status"], "paid");
    let admin = path(&placed).replace("/v1/", "/v1/admin/");
    // Busy, another refund runs, too often, and something else has gone back meanwhile.
    let codes = [-1, 268490011, 268490014, 268490015, 268490016];
    for code in codes {
        house.fault("/xpay/refund_order", 200, json!({"errcode": code}));
    }
    refund(&root, &admin).await;
    for tried in 1..codes.len() {
        let waits = root.get(&admin).await.body;
        assert_eq!(waits["status"], "refunding", "{waits}");
        assert!(waits["problem"].is_string(), "{waits}");
        server.sweep(tried as i64 * 6 * 3600).await;
    }
    server.sweep(100 * 3600).await;
    server.sweep(200 * 3600).await;
    assert_eq!(root.get(&admin).await.body["status"], "refunded");
    assert_eq!(anna.balance().await, 10);
    server.stop().await;
    house.close().await;
}
