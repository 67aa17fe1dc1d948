//! WeChat: log-in and binding, what its errors become, messages when jobs end, and pushes.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, PASSWORD, Server, User};
use crate::pictures::product;
use crate::shop::{play, product_photo, until};
use crate::tencent_house::TencentHouse;

/// Both tell operators what becomes of each error.
const README: &str = include_str!("../../README.md");
const README_ZH: &str = include_str!("../../README.zh-CN.md");

async fn furnished(house: &TencentHouse) -> Server {
    Server::with(|config| {
        play(config, &json!({}));
        house.furnish(config);
    })
    .await
}

async fn enter(server: &Server, code: &str) -> Answer {
    server
        .post("/v1/auth/wechat", json!({ "code": code }))
        .await
}

#[tokio::test]
async fn the_first_log_in_opens_an_account_and_the_next_finds_it() {
    let house = TencentHouse::open();
    let server = furnished(&house).await;
    let first = enter(&server, "anna").await;
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(
        (
            &first.body["user"]["username"],
            &first.body["user"]["credits"]
        ),
        (&Value::Null, &json!(100))
    );
    let again = enter(&server, "anna").await;
    assert_eq!(
        (again.status, &again.body["user"]["id"]),
        (200, &first.body["user"]["id"])
    );
    assert!(!again.body.to_string().contains("session_key"));
    assert!(!again.body.to_string().contains("tXk0c2Vzc2lvbg"));
    // A user name and a password can be chosen later.
    let anna = server.entered(&again);
    let set = anna.post(
        "/v1/auth/password",
        json!({"new": PASSWORD, "username": "anna"}),
    );
    assert_eq!(set.await.status, 204);
    assert_eq!(server.log_in("anna").await.id, anna.id);
    let site = server.get("/v1/site").await.body;
    assert_eq!(site["wechat"]["templates"]["job"], "tpl-1");
    // At rest the key is sealed.
    let clear = server.count(
        "SELECT count(*) FROM identities WHERE instr(session_key, CAST('tXk0' AS BLOB)) > 0",
    );
    assert_eq!(
        (
            clear,
            server.count("SELECT count(*) FROM identities WHERE session_key IS NOT NULL")
        ),
        (0, 1)
    );
    server.stop().await;
    house.close().await;
}

#[tokio::test]
async fn an_identity_is_bound_to_one_account() {
    let house = TencentHouse::open();
    let server = furnished(&house).await;
    let (anna, berta) = (
        server.register("anna").await,
        server.register("berta").await,
    );
    let bind = async |user: &User<'_>, code: &str| {
        user.post("/v1/auth/wechat", json!({ "code": code })).await
    };
    let bound = bind(&anna, "one").await;
    assert_eq!(
        (bound.status, &bound.body["user"]["id"]),
        (200, &json!(anna.id))
    );
    assert_eq!(
        enter(&server, "one").await.body["user"]["id"],
        anna.id.as_str()
    );
    assert_eq!(bind(&berta, "one").await.refused(409), "identity_in_use");
    assert_eq!(bind(&anna, "two").await.refused(409), "conflict");
    assert_eq!(bind(&anna, "one").await.status, 200);
    server.stop().await;
    house.close().await;
}

#[tokio::test]
async fn whoever_comes_back_after_erasing_gets_no_second_bonus() {
    let house = TencentHouse::open();
    let server = furnished(&house).await;
    let first = enter(&server, "anna").await;
    let anna = server.entered(&first);
    assert_eq!(anna.delete("/v1/me").await.status, 202);
    until("nothing readable is left", || async {
        let left = server.count("SELECT count(*) FROM identities WHERE openid IS NOT NULL");
        (left == 0).then_some(())
    })
    .await;
    let back = enter(&server, "anna").await;
    assert_eq!(
        (back.status, &back.body["user"]["credits"]),
        (201, &json!(0))
    );
    assert_ne!(back.body["user"]["id"], first.body["user"]["id"]);
    server.stop().await;
    house.close().await;
}

#[tokio::test]
async fn every_error_of_the_log_in_says_what_to_do() {
    let house = TencentHouse::open();
    let server = furnished(&house).await;
    for (errcode, status, code) in [
        (-1, 502, "wechat_unavailable"),
        (40029, 422, "wechat_code_spent"),
        (40163, 422, "wechat_code_spent"),
        (40226, 403, "wechat_risk"),
        (45009, 429, "rate_limited"),
        (45011, 429, "rate_limited"),
        (40013, 502, "wechat_unavailable"),
        (40125, 502, "wechat_unavailable"),
        (40164, 502, "wechat_unavailable"),
        (41002, 502, "wechat_unavailable"),
        (41004, 502, "wechat_unavailable"),
        (41008, 502, "wechat_unavailable"),
        (99999, 502, "wechat_unavailable"),
    ] {
        let refused = enter(&server, &format!("bad:{errcode}")).await;
        assert_eq!(refused.refused(status), code, "{errcode}");
        let english = server
            .request(Method::POST, "/v1/auth/wechat")
            .header("accept-language", "en");
        let english = Answer::of(english.json(&json!({"code": format!("bad:{errcode}")}))).await;
        assert_ne!(english.body["detail"], refused.body["detail"], "{errcode}");
        for (readme, said) in [(README_ZH, &refused), (README, &english)] {
            let told = said.body["detail"]
                .as_str()
                .is_some_and(|words| readme.contains(words));
            let named = !(40000..90000).contains(&errcode) || readme.contains(&errcode.to_string());
            assert!(
                told && named,
                "README says nothing of {errcode}: {}",
                said.body
            );
        }
    }
    // Busy is asked once more, and only busy.
    house.fault("/sns/jscode2session", 200, json!({"errcode": -1}));
    assert_eq!(enter(&server, "anna").await.status, 201);
    house.fault("/sns/jscode2session", 502, json!("<html>"));
    assert_eq!(
        enter(&server, "anna").await.refused(502),
        "wechat_unavailable"
    );
    assert_eq!(enter(&server, "").await.refused(422), "wechat_code_spent");
    server.stop().await;
    house.close().await;
    let without = Server::start().await;
    assert_eq!(enter(&without, "anna").await.refused(404), "wechat_off");
    assert_eq!(without.get("/v1/site").await.body["wechat"], Value::Null);
    without.stop().await;
}

#[tokio::test]
async fn the_end_of_a_job_is_told_once_to_whoever_wants_it() {
    let house = TencentHouse::open();
    let server = furnished(&house).await;
    let anna = server.entered(&enter(&server, "anna").await);
    let quiet = server.entered(&enter(&server, "quiet").await);
    quiet
        .put("/v1/me", json!({"settings": {"notifications": false}}))
        .await;
    let upload = quiet.upload(product(2)).await;
    quiet.make(product_photo(&upload)).await;
    // The first token that is used is one that WeChat refuses.
    house.fault(
        "/cgi-bin/message/subscribe/send",
        200,
        json!({"errcode": 42001}),
    );
    let upload = anna.upload(product(1)).await;
    let job = anna.make(product_photo(&upload)).await;
    let message = until("the message", || async {
        house.seen().messages.first().cloned()
    })
    .await;
    assert_eq!(
        (&message["touser"], &message["template_id"]),
        (&json!("o-anna"), &json!("tpl-1"))
    );
    let page = format!(
        "pages/result/index?id={}",
        job["id"].as_str().expect("an id")
    );
    assert_eq!(message["page"], page);
    assert_eq!(message["data"]["thing1"]["value"], "商品摄影");
    assert_eq!(message["data"]["phrase2"]["value"], "已完成");
    // When the next one is told of, the first is not told of again.
    let upload = anna.upload(product(3)).await;
    anna.make(product_photo(&upload)).await;
    until("the second message", || async {
        house.seen().messages.get(1).cloned()
    })
    .await;
    assert_eq!(house.seen().messages.len(), 2);
    assert_eq!(house.seen().tokens, 2, "one more for the refused one");
    server.stop().await;
    house.close().await;
}

#[tokio::test]
async fn the_push_url_is_checked_and_strangers_are_refused() {
    let house = TencentHouse::open();
    let server = furnished(&house).await;
    let good = "/v1/wechat/push?signature=ac1d7660e073227dbbdba96948c6b6507cda9cd4&timestamp=1795000000\
                &nonce=1372623149&echostr=4375120948345356249";
    let echo = server.get(good).await;
    assert_eq!(
        (echo.status, echo.bytes.as_slice()),
        (200, b"4375120948345356249".as_slice())
    );
    assert!(echo.header("content-type").starts_with("text/plain"));
    let bent = good.replace("nonce=1", "nonce=2");
    assert_eq!(server.get(&bent).await.refused(400), "callback_refused");
    let posted = server.post(&bent, json!({"MsgType": "event"})).await;
    assert_eq!(posted.refused(400), "callback_refused");
    // Signed, but plain although a key is configured.
    let posted = server.post(good, json!({"MsgType": "event"})).await;
    assert_eq!(posted.refused(400), "callback_refused");
    server.stop().await;
    house.close().await;
}
