//! Registering, logging in, refreshing, logging out, the password.

use atelier::accounts::Registration;
use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, PASSWORD, Server};

#[tokio::test]
async fn an_account_is_opened_with_ten_credits_and_used_at_once() {
    let server = Server::start().await;
    let body = json!({"username": "Anna", "password": PASSWORD, "mode": "business"});
    let opened = server.post("/v1/auth/register", body).await;
    assert_eq!(opened.status, 201, "{}", opened.body);
    assert_eq!(opened.body["user"]["credits"], 10);
    assert_eq!(opened.body["user"]["mode"], "business");
    assert_eq!(opened.body["expires_in"], 900);
    assert_eq!(opened.header("cache-control"), "no-store");
    let token = opened.body["access_token"].as_str().unwrap();
    let me = server.request(Method::GET, "/v1/me").bearer_auth(token);
    assert_eq!(Answer::of(me).await.body["username"], "Anna");
    let log_in = json!({"username": "aNNa", "password": PASSWORD});
    let again = server.post("/v1/auth/login", log_in).await;
    assert_eq!(
        (again.status, &again.body["user"]["id"]),
        (200, &opened.body["user"]["id"])
    );
    server.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_registration_is_named() {
    let server = Server::start().await;
    server.register("anna").await;
    for (body, status, code, pointer) in [
        (
            json!({"username": "ANNA", "password": PASSWORD}),
            409,
            "username_taken",
            None,
        ),
        (
            json!({"username": "a b", "password": PASSWORD}),
            422,
            "invalid_parameters",
            Some("/username"),
        ),
        (
            json!({"username": "berta", "password": "short"}),
            422,
            "weak_password",
            None,
        ),
        (
            json!({"username": "berta-berta", "password": "Berta-Berta"}),
            422,
            "weak_password",
            None,
        ),
        (
            json!({"username": "berta", "password": PASSWORD, "mode": "x"}),
            422,
            "invalid_parameters",
            Some("/mode"),
        ),
        (
            json!({"username": "berta", "password": PASSWORD, "role": "admin"}),
            422,
            "invalid_parameters",
            Some("/role"),
        ),
    ] {
        let refused = server.post("/v1/auth/register", body).await;
        assert_eq!(refused.refused(status), code, "{}", refused.body);
        assert_eq!(
            refused.body["errors"][0]["pointer"].as_str(),
            pointer,
            "{}",
            refused.body
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn registration_can_be_shut() {
    for (registration, code) in [
        (Registration::Invite, "invitation_needed"),
        (Registration::Closed, "registration_closed"),
    ] {
        let server = Server::with(|config| config.auth.registration = registration).await;
        let body = json!({"username": "anna", "password": PASSWORD});
        assert_eq!(
            server.post("/v1/auth/register", body).await.refused(403),
            code
        );
        server.stop().await;
    }
}

#[tokio::test]
async fn bonuses_stop_for_the_day() {
    let server = Server::with(|config| config.credits.signup_bonus_daily_max = 1).await;
    for (name, credits) in [("anna", 10), ("berta", 0)] {
        let user = server.register(name).await;
        assert_eq!(user.get("/v1/me").await.body["credits"], credits);
    }
    server.stop().await;
}

#[tokio::test]
async fn wrong_names_and_wrong_passwords_look_the_same() {
    let server = Server::start().await;
    server.register("anna").await;
    let mut answers = Vec::new();
    for (username, password) in [("anna", "wrong horse battery"), ("nobody", PASSWORD)] {
        let body = json!({"username": username, "password": password});
        let refused = server.post("/v1/auth/login", body).await;
        assert_eq!(refused.refused(401), "wrong_credentials");
        assert!(refused.header("www-authenticate").starts_with("Bearer"));
        answers.push(refused.body["detail"].clone());
    }
    assert_eq!(answers[0], answers[1]);
    for token in ["", "nonsense", "a.b.c", "atl_nonsense"] {
        let refused = server.request(Method::GET, "/v1/me").bearer_auth(token);
        assert_eq!(Answer::of(refused).await.refused(401), "unauthorized");
    }
    assert_eq!(server.get("/v1/me").await.refused(401), "unauthorized");
    server.stop().await;
}

#[tokio::test]
async fn a_refresh_token_has_successors_until_the_session_ends() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let refresh = async |token: &str| {
        server
            .post("/v1/auth/refresh", json!({"refresh_token": token}))
            .await
    };
    let next = refresh(&anna.refresh_token).await;
    assert_eq!(next.status, 200, "{}", next.body);
    let next = next.body["refresh_token"].as_str().unwrap().to_owned();
    assert_ne!(next, anna.refresh_token);
    // A lost answer: the token just replaced still gives another.
    assert_eq!(refresh(&anna.refresh_token).await.status, 200);
    let out = server
        .post("/v1/auth/logout", json!({"refresh_token": next}))
        .await;
    assert_eq!(out.status, 204);
    for token in [&next, &anna.refresh_token, "nonsense"] {
        assert_eq!(refresh(token).await.refused(401), "session_ended");
    }
    assert_eq!(anna.get("/v1/me").await.refused(401), "unauthorized");
    server.stop().await;
}

#[tokio::test]
async fn logging_out_needs_no_more_than_the_access_token() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let out = Answer::of(anna.request(Method::POST, "/v1/auth/logout")).await;
    assert_eq!(out.status, 204, "{}", out.body);
    assert_eq!(anna.get("/v1/me").await.refused(401), "unauthorized");
    let again = Answer::of(server.request(Method::POST, "/v1/auth/logout")).await;
    assert_eq!(again.refused(401), "unauthorized");
    server.stop().await;
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let elsewhere = json!({"username": "anna", "password": PASSWORD});
    let elsewhere = server.post("/v1/auth/login", elsewhere).await;
    let wrong = json!({"current": "wrong horse battery", "new": "new horse battery"});
    let refused = anna.post("/v1/auth/password", wrong).await;
    assert_eq!(refused.refused(422), "invalid_parameters");
    assert_eq!(refused.body["errors"][0]["pointer"], "/current");
    let right = json!({"current": PASSWORD, "new": "new horse battery"});
    assert_eq!(anna.post("/v1/auth/password", right).await.status, 204);
    assert_eq!(anna.get("/v1/me").await.status, 200);
    let token = elsewhere.body["access_token"].as_str().unwrap();
    let me = server.request(Method::GET, "/v1/me").bearer_auth(token);
    assert_eq!(Answer::of(me).await.refused(401), "unauthorized");
    let log_in = json!({"username": "anna", "password": "new horse battery"});
    assert_eq!(server.post("/v1/auth/login", log_in).await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn tokens_outlive_a_restart() {
    let server = Server::start().await;
    let anna = server.register("anna").await;
    let token = anna.token.clone();
    let directory = server.stop().await;
    let server = Server::in_directory(directory, |_| {}).await;
    let me = server.request(Method::GET, "/v1/me").bearer_auth(token);
    assert_eq!(Answer::of(me).await.body["username"], "anna");
    server.stop().await;
}

#[tokio::test]
async fn the_database_holds_no_secret_that_lets_anybody_in() {
    let server = Server::start().await;
    let root = server.admin("root").await;
    let anna = server.register("anna").await;
    let refresh = anna.refresh_token.split_once('.').expect("a secret part").1;
    let key = json!({"name": "shop", "scopes": ["jobs"]});
    let key = anna.post("/v1/api-keys", key).await.body["key"].clone();
    let link = root
        .post("/v1/admin/links", json!({"purpose": "invite"}))
        .await;
    let link = link.body["token"].clone();
    let copies = tempfile::tempdir().expect("a directory");
    let copy = copies.path().join("copy.db");
    server.db().copy_into(&copy).expect("a copy");
    let bytes = std::fs::read(&copy).expect("the copy");
    let holds = |text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(holds("anna") && holds("$argon2id$"));
    for secret in [
        PASSWORD,
        &anna.token,
        refresh,
        key.as_str().unwrap(),
        link.as_str().unwrap(),
    ] {
        assert!(!holds(secret));
    }
    server.stop().await;
}
