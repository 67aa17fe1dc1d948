//! Signing in, rotating tokens, changing passwords.

use super::*;
use crate::accounts::{AccountError, PasswordChange};

#[tokio::test]
async fn who_knows_name_and_password_comes_in_and_nobody_else() {
    let house = House::open().await;
    let anna = house.register("Anna").await.user;
    let again = house.accounts.log_in("aNNA", PASSWORD.into(), now()).await;
    assert_eq!(again.expect("signed in").user.id, anna.id);
    for (name, password) in [
        ("anna", "wrong horse"),
        ("nobody", PASSWORD),
        ("<>", PASSWORD),
    ] {
        let refused = house.accounts.log_in(name, password.into(), now()).await;
        assert!(
            matches!(refused, Err(AccountError::WrongCredentials)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_refresh_token_just_replaced_is_good_for_half_a_minute_more() {
    let house = House::open().await;
    let first = house.register("anna").await.refresh_token;
    let at = |secs| now().plus_secs(secs);
    let second = house
        .accounts
        .refresh(&first, at(0))
        .await
        .expect("a successor");
    let third = house
        .accounts
        .refresh(&first, at(30))
        .await
        .expect("another");
    assert_ne!(second.refresh_token, third.refresh_token);
    for live in [second, third] {
        assert!(
            house
                .accounts
                .refresh(&live.refresh_token, at(60))
                .await
                .is_ok()
        );
        assert!(
            house
                .accounts
                .authenticate(&live.access_token, at(60))
                .is_ok()
        );
    }
}

#[tokio::test]
async fn a_refresh_token_that_comes_back_later_ends_the_family() {
    let house = House::open().await;
    let first = house.register("anna").await.refresh_token;
    let second = house
        .accounts
        .refresh(&first, now())
        .await
        .expect("a successor");
    let later = now().plus_secs(31);
    let reused = house.accounts.refresh(&first, later).await;
    assert!(matches!(reused, Err(AccountError::SessionEnded)));
    let successor = house.accounts.refresh(&second.refresh_token, later).await;
    assert!(matches!(successor, Err(AccountError::SessionEnded)));
    assert!(
        house
            .accounts
            .authenticate(&second.access_token, later)
            .is_err()
    );
    assert_eq!(house.count("SELECT count(*) FROM refresh_tokens"), 0);
}

#[tokio::test]
async fn a_token_from_long_ago_is_recognised_though_it_is_not_kept() {
    let house = House::open().await;
    let first = house.register("anna").await.refresh_token;
    let mut token = first.clone();
    for hour in 1..=5 {
        let next = house
            .accounts
            .refresh(&token, now().plus_secs(hour * 3600))
            .await;
        token = next.expect("a successor").refresh_token;
    }
    assert!(house.count("SELECT count(*) FROM refresh_tokens") <= 2);
    let later = now().plus_secs(6 * 3600);
    assert!(house.accounts.refresh(&first, later).await.is_err());
    assert!(house.accounts.refresh(&token, later).await.is_err());
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_and_a_user_has_not_too_many() {
    let house = House::open().await;
    let token = house.register("anna").await.refresh_token;
    let day = |days: i64| now().plus_secs(days * 24 * 3600);
    let fresh = house
        .accounts
        .refresh(&token, day(29))
        .await
        .expect("in time");
    assert!(
        house
            .accounts
            .refresh(&fresh.refresh_token, day(30))
            .await
            .is_err()
    );
    assert!(
        house
            .accounts
            .authenticate(&fresh.access_token, day(30))
            .is_err()
    );
    let user = fresh.user.id;
    let begin = move |tx: &crate::db::Tx<'_>| {
        for minute in 0..60 {
            crate::accounts::sessions::start(tx, user, day(29).plus_secs(minute * 60))?;
        }
        Ok::<_, crate::db::DbError>(())
    };
    house.db.write(begin).await.expect("sessions");
    assert_eq!(house.count("SELECT count(*) FROM sessions"), 50);
    let forget = move |tx: &crate::db::Tx<'_>| crate::accounts::sessions::forget(tx, day(90), 30);
    assert_eq!(house.db.write(forget).await.expect("a count"), 30);
}

#[tokio::test]
async fn logging_out_counts_at_once() {
    let house = House::open().await;
    let one = house.register("anna").await;
    let two = house
        .accounts
        .log_in("anna", PASSWORD.into(), now())
        .await
        .expect("signed in");
    let caller = house
        .accounts
        .authenticate(&one.access_token, now())
        .expect("a caller");
    let session = caller.session().expect("a session");
    house
        .accounts
        .log_out(caller.user, session)
        .await
        .expect("ended");
    assert!(
        house
            .accounts
            .authenticate(&one.access_token, now())
            .is_err()
    );
    assert!(
        house
            .accounts
            .refresh(&one.refresh_token, now())
            .await
            .is_err()
    );
    assert!(
        house
            .accounts
            .authenticate(&two.access_token, now())
            .is_ok()
    );
    house
        .accounts
        .log_out_by_token(&two.refresh_token)
        .await
        .expect("ended");
    assert!(
        house
            .accounts
            .authenticate(&two.access_token, now())
            .is_err()
    );
    house
        .accounts
        .log_out_by_token("nonsense")
        .await
        .expect("nothing to do");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let house = House::open().await;
    let one = house.register("anna").await;
    let two = house
        .accounts
        .log_in("anna", PASSWORD.into(), now())
        .await
        .expect("signed in");
    let caller = house
        .accounts
        .authenticate(&two.access_token, now())
        .expect("a caller");
    let session = caller.session().expect("a session");
    let change = |current: Option<&str>, new: &str| PasswordChange {
        current: current.map(Into::into),
        new: new.into(),
        username: None,
    };
    let try_with = |change| {
        house
            .accounts
            .change_password(caller.user, session, change, now())
    };
    for current in [None, Some("wrong horse")] {
        let refused = try_with(change(current, "battery staple")).await;
        assert!(matches!(refused, Err(AccountError::WrongPassword)));
    }
    let weak = try_with(change(Some(PASSWORD), "short")).await;
    assert!(matches!(weak, Err(AccountError::WeakPassword)));
    try_with(change(Some(PASSWORD), "battery staple"))
        .await
        .expect("changed");
    assert!(
        house
            .accounts
            .authenticate(&one.access_token, now())
            .is_err()
    );
    assert!(
        house
            .accounts
            .authenticate(&two.access_token, now())
            .is_ok()
    );
    assert!(
        house
            .accounts
            .log_in("anna", PASSWORD.into(), now())
            .await
            .is_err()
    );
    assert!(
        house
            .accounts
            .log_in("anna", "battery staple".into(), now())
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn who_came_without_a_password_sets_the_first_one_with_a_name() {
    let house = House::open().await;
    house.register("berta").await;
    let accounts = house.accounts.clone();
    let open = move |tx: &crate::db::Tx<'_>| {
        let user = accounts.open_nameless(tx, Mode::Personal, true, now())?;
        let session = crate::accounts::sessions::start(tx, user.id, now())?.session;
        Ok::<_, crate::db::DbError>((user, session))
    };
    let (user, session) = house.db.write(open).await.expect("an account");
    assert_eq!((user.username, user.credits), (None, 10));
    let with = |username: Option<&str>| {
        let change = PasswordChange {
            current: None,
            new: PASSWORD.into(),
            username: username.map(Into::into),
        };
        house
            .accounts
            .change_password(user.id, session, change, now())
    };
    assert!(matches!(
        with(None).await,
        Err(AccountError::UsernameNeeded)
    ));
    assert!(matches!(
        with(Some("Berta")).await,
        Err(AccountError::UsernameTaken)
    ));
    with(Some("clara")).await.expect("changed");
    let clara = house
        .accounts
        .log_in("clara", PASSWORD.into(), now())
        .await
        .expect("signed in");
    assert_eq!(clara.user.id, user.id);
}
