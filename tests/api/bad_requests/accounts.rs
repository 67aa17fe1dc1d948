//! Accounts and tokens: wrong, missing, too much, or meant to deceive.

use reqwest::Method;
use serde_json::{Value, json};

use super::{BAD, Row, WHO, row};
use crate::harness::PASSWORD;

/// Things about the account: wrong, missing, too much, or meant to deceive.
#[expect(clippy::too_many_lines, reason = "one table")]
pub(super) fn accounts() -> Vec<Row> {
    let register =
        |what, body: Value, answer| row(what, Method::POST, "/v1/auth/register", &body, answer);
    let name =
        |what, name: &str| register(what, json!({"username": name, "password": PASSWORD}), BAD);
    let me = |what, body: Value| row(what, Method::PUT, "/v1/me", &body, BAD);
    vec![
        name("a short name", "ab"),
        name("a long name", &"a".repeat(33)),
        name("a name with a space", "a b c"),
        name("a name with a tag", "<b>abc</b>"),
        name("a name written backwards", "abc\u{202e}def"),
        name("a name with an invisible letter", "ab\u{200b}cd"),
        name("a name with a zero", "ab\u{0}cd"),
        name("a name of signs", "!!!!"),
        name("a name in Cyrillic", "админ"),
        register(
            "a name in other capitals",
            json!({"username": "MEI", "password": PASSWORD}),
            (409, "username_taken"),
        ),
        register(
            "a name in wide letters",
            json!({"username": "ｍｅｉ", "password": PASSWORD}),
            (409, "username_taken"),
        ),
        register("no password", json!({"username": "newcomer"}), BAD),
        register(
            "a short password",
            json!({"username": "newcomer", "password": "abc"}),
            (422, "weak_password"),
        ),
        register(
            "a password everybody has",
            json!({"username": "newcomer", "password": "password"}),
            (422, "weak_password"),
        ),
        register(
            "a password of a megabyte",
            json!({"username": "newcomer", "password": "x".repeat(60_000)}),
            (422, "weak_password"),
        ),
        register(
            "a mode nobody knows",
            json!({"username": "newcomer", "password": PASSWORD, "mode": "root"}),
            BAD,
        ),
        register(
            "a role of one's own",
            json!({"username": "newcomer", "password": PASSWORD, "role": "admin"}),
            BAD,
        ),
        register(
            "credits of one's own",
            json!({"username": "newcomer", "password": PASSWORD, "credits": 1000}),
            BAD,
        ),
        me("a role for oneself", json!({"role": "admin"})),
        me("credits for oneself", json!({"credits": 1_000_000})),
        me("a mode nobody knows", json!({"mode": "root"})),
        me(
            "settings of another sort",
            json!({"settings": {"quality": "ultra"}}),
        ),
        me("settings that are text", json!({"settings": "all"})),
        me("settings by position", json!({"settings": [true, false]})),
        me(
            "a setting nobody knows",
            json!({"settings": {"theme": "dark"}}),
        ),
        me(
            "a nickname that is too long",
            json!({"nickname": "n".repeat(1000)}),
        ),
        me("a nickname with a line break", json!({"nickname": "a\nb"})),
        row(
            "a wrong password",
            Method::POST,
            "/v1/auth/login",
            &json!({"username": "mei", "password": "wrong"}),
            (401, "wrong_credentials"),
        ),
        row(
            "nobody's name",
            Method::POST,
            "/v1/auth/login",
            &json!({"username": "nobody", "password": PASSWORD}),
            (401, "wrong_credentials"),
        ),
        row(
            "a name with SQL",
            Method::POST,
            "/v1/auth/login",
            &json!({"username": "' OR 1=1 --", "password": PASSWORD}),
            (401, "wrong_credentials"),
        ),
        row(
            "a password that is a number",
            Method::POST,
            "/v1/auth/login",
            &json!({"username": "mei", "password": 1}),
            BAD,
        ),
        row(
            "a refresh token that is none",
            Method::POST,
            "/v1/auth/refresh",
            &json!({"refresh_token": "nonsense"}),
            (401, "session_ended"),
        ),
        row(
            "a link that is none",
            Method::POST,
            "/v1/links/nonsense",
            &json!({"username": "newcomer", "password": PASSWORD}),
            (404, "link_invalid"),
        ),
        row(
            "a key without a name",
            Method::POST,
            "/v1/api-keys",
            &json!({"scopes": ["jobs"]}),
            BAD,
        ),
        row(
            "a key with a scope nobody knows",
            Method::POST,
            "/v1/api-keys",
            &json!({"name": "k", "scopes": ["root"]}),
            BAD,
        ),
    ]
}

/// Tokens that open nothing. `token` is a good one.
pub(super) fn tokens(token: &str, refresh: &str) -> Vec<Row> {
    let bearer = |what, value: String| {
        row(what, Method::GET, "/v1/me", &json!({}), WHO).header("authorization", value)
    };
    let mut parts = token.split('.');
    let (head, body, sig) = (parts.next(), parts.next(), parts.next());
    let (head, body, sig) = (
        head.expect("a head"),
        body.expect("a body"),
        sig.expect("a signature"),
    );
    // {"alg":"none","typ":"JWT"} and {"alg":"HS256","typ":"JWT"}
    let (none, hs256) = (
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
    );
    vec![
        bearer("alg none, no signature", format!("Bearer {none}.{body}.")),
        bearer(
            "alg none, the old signature",
            format!("Bearer {none}.{body}.{sig}"),
        ),
        bearer("another algorithm", format!("Bearer {hs256}.{body}.AAAA")),
        bearer("no signature", format!("Bearer {head}.{body}.")),
        bearer("two parts", format!("Bearer {head}.{body}")),
        bearer(
            "another body",
            format!("Bearer {head}.{}.{sig}", body.to_uppercase()),
        ),
        bearer(
            "another signature",
            format!("Bearer {head}.{body}.{}", sig.to_uppercase()),
        ),
        bearer("something after it", format!("Bearer {token}.x")),
        bearer("a refresh token", format!("Bearer {refresh}")),
        bearer("no token", "Bearer ".into()),
        bearer("no scheme", token.into()),
        bearer("another scheme", format!("Basic {token}")),
        bearer(
            "an API key that is none",
            "Bearer key_00000000000000000000000000".into(),
        ),
        bearer(
            "a token of a hundred kilobytes",
            format!("Bearer {}", "a".repeat(20_000)),
        ),
    ]
}
