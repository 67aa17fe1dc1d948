//! One-time links: setup, invitation, reset.

use atelier::accounts::Registration;
use serde_json::{Value, json};

use crate::harness::{Answer, PASSWORD, Server, User};

async fn make(admin: &User<'_>, body: Value) -> Answer {
    let made = admin.post("/v1/admin/links", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made
}

fn path(made: &Answer) -> String {
    format!(
        "/v1/links/{}",
        made.body["token"].as_str().expect("a token")
    )
}

#[tokio::test]
async fn the_first_administrator_starts_with_a_thousand_credits() {
    let server = Server::with(|config| config.auth.registration = Registration::Closed).await;
    let root = server.admin("root").await;
    let me = root.get("/v1/me").await.body;
    assert_eq!(
        (&me["role"], &me["credits"]),
        (&json!("admin"), &json!(1000))
    );
    let entries = root.get("/v1/credits/entries").await.body;
    assert_eq!(entries["items"][0]["kind"], "grant");
    server.stop().await;
}

#[tokio::test]
async fn an_invitation_opens_one_account() {
    let server = Server::with(|config| config.auth.registration = Registration::Invite).await;
    let root = server.admin("root").await;
    let made = make(
        &root,
        json!({"purpose": "invite", "credits": 50, "mode": "business"}),
    )
    .await;
    let url = made.body["url"].as_str().unwrap();
    assert!(url.ends_with(made.body["token"].as_str().unwrap()), "{url}");
    let shown = server.get(&path(&made)).await.body;
    assert_eq!(
        (&shown["purpose"], &shown["credits"]),
        (&json!("invite"), &json!(50))
    );
    let spend = async |name: &str| {
        let body = json!({"username": name, "password": PASSWORD});
        server.post(&path(&made), body).await
    };
    let taken = spend("ROOT").await;
    assert_eq!(taken.refused(409), "username_taken");
    let opened = spend("anna").await;
    assert_eq!(opened.status, 201, "{}", opened.body);
    assert_eq!(
        (
            &opened.body["user"]["credits"],
            &opened.body["user"]["mode"]
        ),
        (&json!(60), &json!("business"))
    );
    assert_eq!(spend("berta").await.refused(410), "link_spent");
    assert_eq!(server.get(&path(&made)).await.refused(410), "link_spent");
    assert_eq!(
        server.get("/v1/links/nonsense").await.refused(404),
        "link_invalid"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_reset_sets_a_password_and_ends_sessions() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let made = make(&root, json!({"purpose": "reset", "user_id": anna.id})).await;
    let body = json!({"password": "new horse battery"});
    let spent = server.post(&path(&made), body.clone()).await;
    assert_eq!(
        (spent.status, &spent.body["user"]["id"]),
        (200, &json!(anna.id))
    );
    assert_eq!(anna.get("/v1/me").await.refused(401), "unauthorized");
    let log_in = json!({"username": "anna", "password": "new horse battery"});
    assert_eq!(server.post("/v1/auth/login", log_in).await.status, 200);
    assert_eq!(
        server.post(&path(&made), body).await.refused(410),
        "link_spent"
    );
    server.stop().await;
}

#[tokio::test]
async fn links_are_listed_without_their_tokens_and_taken_back() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let made = make(&root, json!({"purpose": "invite"})).await;
    let listed = root.get("/v1/admin/links").await.body;
    // The setup link that root came by, and this one.
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(2));
    assert!(
        !listed
            .to_string()
            .contains(made.body["token"].as_str().unwrap())
    );
    let first = root.get("/v1/admin/links?limit=1").await.body;
    assert_eq!(first["items"][0]["id"], made.body["id"]);
    let cursor = first["next_cursor"].as_str().expect("more");
    let second = root
        .get(&format!("/v1/admin/links?limit=1&cursor={cursor}"))
        .await
        .body;
    assert_eq!(second["items"][0]["purpose"], "setup");
    assert_eq!(second["next_cursor"], json!(null));
    let one = format!("/v1/admin/links/{}", made.body["id"].as_str().unwrap());
    assert_eq!(root.delete(&one).await.status, 204);
    assert_eq!(root.delete(&one).await.refused(404), "link_invalid");
    let spend = json!({"username": "anna", "password": PASSWORD});
    assert_eq!(
        server.post(&path(&made), spend).await.refused(404),
        "link_invalid"
    );
    let nobody = json!({"purpose": "reset"});
    assert_eq!(
        root.post("/v1/admin/links", nobody).await.refused(422),
        "invalid_parameters"
    );
    server.stop().await;
}
