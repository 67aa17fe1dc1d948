//! Titles and tags of public works are judged before others read them.

use atelier::moderation::WordsMethod;
use serde_json::{Value, json};

use crate::harness::{Answer, Server, User};
use crate::shop::{items, play, text};
use crate::tencent_house::TencentHouse;

async fn furnished(house: &TencentHouse) -> Server {
    Server::with(|config| {
        play(config, &json!({}));
        house.furnish(config);
        config.moderation.words = WordsMethod::Wechat;
        config.works = serde_json::from_value(json!({"gallery": "members"})).expect("a mode");
    })
    .await
}

async fn work(user: &User<'_>) -> String {
    text(&user.photo(1).await["result"]["work_id"])
}

async fn put(user: &User<'_>, work: &str, change: Value) -> Answer {
    user.put(&format!("/v1/works/{work}"), change).await
}

async fn shown(user: &User<'_>) -> usize {
    items(&user.get("/v1/gallery").await.body).len()
}

fn judgements(house: &TencentHouse) -> usize {
    let seen = house.seen();
    let asked = seen
        .calls
        .iter()
        .filter(|path| path.as_str() == "/wxa/msg_sec_check");
    asked.count()
}

#[tokio::test]
async fn words_are_judged_before_others_read_them() {
    let house = TencentHouse::open();
    let server = furnished(&house).await;
    let anna = server
        .post("/v1/auth/wechat", json!({"code": "anna"}))
        .await;
    let anna = server.entered(&anna);
    let id = work(&anna).await;
    let private = put(&anna, &id, json!({"title": "坏话"})).await;
    assert_eq!(
        (private.status, judgements(&house)),
        (200, 0),
        "nobody else reads it"
    );
    let refused = put(&anna, &id, json!({"is_public": true})).await;
    assert_eq!(refused.refused(422), "words_refused");
    assert_eq!(
        anna.get(&format!("/v1/works/{id}")).await.body["is_public"],
        false
    );
    let good = json!({"is_public": true, "title": "春天", "tags": ["绿"]});
    assert_eq!(put(&anna, &id, good).await.status, 200);
    assert_eq!(shown(&anna).await, 1);
    let refused = put(&anna, &id, json!({"tags": ["坏"]})).await;
    assert_eq!(refused.refused(422), "words_refused");
    assert_eq!(
        anna.get(&format!("/v1/works/{id}")).await.body["tags"],
        json!(["绿"])
    );
    let before = judgements(&house);
    assert_eq!(
        put(&anna, &id, json!({"is_public": false})).await.status,
        200
    );
    assert_eq!(judgements(&house), before, "nobody else reads it any more");
    server.stop().await;
    house.close().await;
}

#[tokio::test]
async fn what_nobody_can_judge_waits_for_an_operator() {
    let house = TencentHouse::open();
    let server = furnished(&house).await;
    let admin = server.admin("root").await;
    let anna = server
        .post("/v1/auth/wechat", json!({"code": "anna"}))
        .await;
    let (anna, berta) = (server.entered(&anna), server.register("berta").await);
    let doubtful = work(&anna).await;
    let change = json!({"is_public": true, "title": "疑问"});
    assert_eq!(put(&anna, &doubtful, change).await.status, 200);
    let of_web = work(&berta).await;
    assert_eq!(
        put(&berta, &of_web, json!({"is_public": true}))
            .await
            .status,
        200
    );
    assert_eq!(shown(&anna).await, 0);
    let waiting = admin.get("/v1/admin/review").await.body;
    assert_eq!(items(&waiting).len(), 2, "{waiting}");
    assert!(
        items(&waiting).iter().all(|work| work["held"] == true),
        "{waiting}"
    );
    let show = format!("/v1/admin/review/{of_web}");
    assert!(admin.post(&show, json!({"decision": "show"})).await.status < 300);
    assert_eq!(shown(&anna).await, 1);
    // Better words need nobody.
    assert_eq!(
        put(&anna, &doubtful, json!({"title": "夏天"})).await.status,
        200
    );
    assert_eq!(shown(&anna).await, 2);
    // An answer that does not come is a doubt.
    let fault = (500, json!("down"));
    house
        .seen()
        .faults
        .insert("/wxa/msg_sec_check".into(), vec![fault]);
    assert_eq!(
        put(&anna, &doubtful, json!({"title": "秋天"})).await.status,
        200
    );
    assert_eq!(shown(&anna).await, 1);
    server.stop().await;
    house.close().await;
}
