//! The rules of the house can fail: each is shown something that breaks it.

use super::*;

fn file(path: &str, text: &str) -> Source {
    Source {
        path: path.into(),
        text: text.into(),
    }
}

#[test]
fn a_look_to_the_right_is_seen() {
    for text in [
        "use crate::http::State;",
        "use crate::{db::{Db, Tx}, http};",
        "fn f() { crate::jobs::run(); }",
        "use crate::{\n    i18n,\n    jobs::queue,\n};",
    ] {
        assert_eq!(layering(&file("ledger.rs", text)).len(), 1, "{text}");
    }
    assert_eq!(layering(&file("stuff/mod.rs", "")).len(), 1);
    let good = "// crate::http\nuse crate::{db::{Db, Tx}, i18n};\nuse crate::ids::JobId;";
    assert!(layering(&file("ledger.rs", good)).is_empty());
}

#[test]
fn silent_long_and_vague_files_are_seen() {
    assert_eq!(opening(&file("a.rs", "use std::fmt;")).len(), 1);
    assert_eq!(opening(&file("a.rs", "//! \nfn f() {}")).len(), 1);
    assert_eq!(size(&file("a.rs", &"\n".repeat(401))).len(), 1);
    assert_eq!(name(&file("http/utils/mod.rs", "")).len(), 1);
    assert_eq!(name(&file("helpers.rs", "")).len(), 1);
}

#[test]
fn strange_hands_on_tables_and_states_are_seen() {
    let text = "tx.run(\"UPDATE wallets\n   SET balance = 0\", [])";
    assert_eq!(ownership(&file("works/mod.rs", text)).len(), 1);
    assert!(ownership(&file("ledger.rs", text)).is_empty());
    assert_eq!(
        ownership(&file("ledger.rs", "INSERT INTO secrets VALUES")).len(),
        1
    );
    let text = "UPDATE jobs\n SET progress = 1, status = 'failed' WHERE id = ?1";
    assert_eq!(states(&file("erase.rs", text)).len(), 1);
    assert!(states(&file("jobs/queue/finish.rs", text)).is_empty());
}

#[test]
fn strange_status_codes_are_seen() {
    for text in [
        "HttpResponse::BadRequest().finish()",
        "HttpResponse::new(StatusCode::NOT_FOUND)",
        "if status.as_u16() == 404 {}",
    ] {
        assert_eq!(status_codes(&file("http/me.rs", text)).len(), 1, "{text}");
    }
    assert!(status_codes(&file("http/error.rs", "StatusCode::NOT_FOUND")).is_empty());
}
