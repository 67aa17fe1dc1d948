//! Profiles, consents, and what is left of who leaves.

use super::*;
use crate::accounts::consents::{self, Documents};
use crate::accounts::{AccountError, Nickname, ProfileChange, State, leaving};
use crate::db::{DbError, Tx};
use crate::kinds::Quality;

#[tokio::test]
async fn a_change_of_some_fields_leaves_the_others() {
    let house = House::open().await;
    let anna = house.register("anna").await.user;
    let first = ProfileChange {
        nickname: Some(Some(Nickname::parse(" 小安 ").expect("a nickname"))),
        quality: Some(Some(Quality::High)),
        ..ProfileChange::default()
    };
    house
        .accounts
        .change_profile(anna.id, first, now())
        .await
        .expect("changed");
    let second = ProfileChange {
        mode: Some(Mode::Business),
        quality: Some(None),
        ..ProfileChange::default()
    };
    house
        .accounts
        .change_profile(anna.id, second, now())
        .await
        .expect("changed");
    let user = house.accounts.user(anna.id).expect("a user");
    assert_eq!(user.nickname.as_deref(), Some("小安"));
    assert_eq!((user.mode, user.quality), (Mode::Business, None));
}

#[tokio::test]
async fn a_new_version_of_a_document_asks_again() {
    let house = House::open().await;
    let anna = house.register("anna").await.user.id;
    let documents = |version: &str| -> Documents {
        serde_json::from_value(serde_json::json!({
            "likeness": {"version": version, "url": "https://shop.example/likeness"},
            "privacy": {"version": "", "url": ""},
            "unlabelled": {"version": "1", "url": ""},
        }))
        .expect("documents")
    };
    let missing = |version: &str| {
        let documents = documents(version);
        let found = house.db.read(|db| {
            let missing = documents.missing_for_person(db, anna)?;
            Ok::<_, DbError>(missing.map(|(name, _)| name.to_owned()))
        });
        found.expect("an answer")
    };
    assert_eq!(missing(""), None);
    assert_eq!(missing("1").as_deref(), Some("likeness"));
    let accept = |at| {
        house
            .accounts
            .accept(anna, "likeness".into(), "1".into(), at)
    };
    let first = accept(now()).await.expect("accepted");
    let again = accept(now().plus_secs(60)).await.expect("accepted");
    assert_eq!(first, again);
    assert_eq!(missing("1"), None);
    assert_eq!(missing("2").as_deref(), Some("likeness"));
    assert_eq!(house.accounts.consents(anna).expect("consents"), [first]);
}

#[tokio::test]
async fn nothing_personal_is_left_of_who_leaves() {
    let house = House::open().await;
    let signed_in = house.register("anna").await;
    let anna = signed_in.user.id;
    let nickname = Some(Some(Nickname::parse("小安").expect("a nickname")));
    let change = ProfileChange {
        nickname,
        ..ProfileChange::default()
    };
    house
        .accounts
        .change_profile(anna, change, now())
        .await
        .expect("changed");
    house
        .accounts
        .accept(anna, "privacy".into(), "1".into(), now())
        .await
        .expect("accepted");
    let begin = move |tx: &Tx<'_>| leaving::begin_erasing(tx, anna, now());
    assert!(house.db.write(begin).await.expect("begun"));
    assert!(!house.db.write(begin).await.expect("begun before"));
    house.accounts.forget(anna);
    assert!(
        house
            .accounts
            .authenticate(&signed_in.access_token, now())
            .is_err()
    );
    let log_in = house.accounts.log_in("anna", PASSWORD.into(), now()).await;
    assert!(matches!(log_in, Err(AccountError::WrongCredentials)));
    let erase = move |tx: &Tx<'_>| leaving::anonymise(tx, anna, now());
    house.db.write(erase).await.expect("anonymised");
    let left = house.accounts.user(anna).expect("a row");
    assert_eq!(
        (left.state, left.username, left.nickname),
        (State::Erased, None, None)
    );
    assert!(
        house
            .db
            .read(|db| consents::accepted(db, anna, "privacy", "1"))
            .is_ok_and(|yes| !yes)
    );
    // The name is free again.
    house.register("anna").await;
}
