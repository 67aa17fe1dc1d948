//! Opening accounts.

use super::*;
use crate::accounts::{AccountError, NewAccount, NewPassword, Role, UserFilter};

#[tokio::test]
async fn an_account_begins_with_the_bonus_and_a_name_of_its_own() {
    let house = House::open().await;
    let anna = house.register("Anna").await.user;
    assert_eq!((anna.credits, anna.username.as_deref()), (10, Some("Anna")));
    for taken in ["Anna", "ANNA", "ａｎｎａ"] {
        let again = house
            .accounts
            .register(taken, PASSWORD.into(), Mode::Personal, now());
        assert!(
            matches!(again.await, Err(AccountError::UsernameTaken)),
            "{taken}"
        );
    }
    assert_eq!(house.count("SELECT count(*) FROM users"), 1);
    assert_eq!(house.count("SELECT count(*) FROM wallets"), 1);
}

#[tokio::test]
async fn two_at_the_same_time_do_not_get_one_name() {
    let house = House::open().await;
    let open = |name: &'static str| {
        house
            .accounts
            .register(name, PASSWORD.into(), Mode::Personal, now())
    };
    let (first, second) = tokio::join!(open("anna"), open("Anna"));
    assert_ne!(first.is_ok(), second.is_ok());
    assert_eq!(house.count("SELECT count(*) FROM users"), 1);
}

#[tokio::test]
async fn bonuses_stop_for_the_day_and_go_on_at_the_operators_midnight() {
    let bonus = BonusSettings {
        signup_bonus: 10,
        signup_bonus_daily_max: 2,
    };
    let house = House::with(Settings::default(), bonus).await;
    let mut credits = Vec::new();
    for name in ["one", "two", "three"] {
        credits.push(house.register(name).await.user.credits);
    }
    assert_eq!(credits, [10, 10, 0]);
    let tomorrow = now().plus_secs(24 * 60 * 60);
    let four = house
        .accounts
        .register("four", PASSWORD.into(), Mode::Business, tomorrow);
    let four = four.await.expect("an account").user;
    assert_eq!((four.credits, four.mode), (10, Mode::Business));
}

#[tokio::test]
async fn registration_can_be_by_invitation_or_closed() {
    for (registration, invitation) in [(Registration::Invite, true), (Registration::Closed, false)]
    {
        let house = House::with(Settings { registration }, BonusSettings::default()).await;
        let refused = house
            .accounts
            .register("anna", PASSWORD.into(), Mode::Personal, now())
            .await;
        match refused {
            Err(AccountError::InvitationNeeded) => assert!(invitation),
            Err(AccountError::RegistrationClosed) => assert!(!invitation),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_operator_adds_users_and_only_the_first_administrator_is_rich() {
    let house = House::with(invited(), BonusSettings::default()).await;
    let mut credits = Vec::new();
    for (name, role) in [
        ("root", Role::Admin),
        ("second", Role::Admin),
        ("anna", Role::User),
    ] {
        let account = NewAccount {
            role,
            mode: Mode::Personal,
        };
        let added = house
            .accounts
            .add_user(name, NewPassword::made(), account, now());
        credits.push(added.await.expect("a user").credits);
    }
    assert_eq!(credits, [1000, 10, 10]);
    let anna = house.accounts.user_called("ANNA").expect("by name");
    let by_id = house.accounts.user_called(&anna.id.to_string());
    assert_eq!(by_id.expect("by id"), anna);
    let list = |filter| house.accounts.list(filter, None, 10);
    let admins = UserFilter {
        role: Some(Role::Admin),
        ..UserFilter::default()
    };
    assert_eq!(list(admins).await.expect("a list").len(), 2);
    for (search, want) in [("EC", 1), ("%", 0), ("_", 0), ("o", 2)] {
        let filter = UserFilter {
            search: Some(search.into()),
            ..UserFilter::default()
        };
        assert_eq!(list(filter).await.expect("a list").len(), want, "{search}");
    }
}

#[tokio::test]
async fn signing_keys_are_made_once() {
    let house = House::open().await;
    let again = SigningKeys::load_or_create(&house.db, now())
        .await
        .expect("keys");
    let token = house.register("anna").await.access_token;
    let zone = Zone::named("UTC").expect("a zone");
    let other = Accounts::new(
        house.db.clone(),
        Settings::default(),
        BonusSettings::default(),
        &again,
        zone,
    );
    assert!(other.authenticate(&token, now()).is_ok());
    assert_ne!(again.jwt(), again.files());
    assert!(!format!("{:?}", house.register("berta").await).contains("token"));
}
