//! Whom a request speaks for.

use super::*;
use crate::accounts::{AccountError, AuthError, Deed, KeyName, Role, Scope, Scopes, User, Via};
use crate::db::{DbError, Tx};
use crate::ids::UserId;

fn deed(user: &User) -> Deed {
    Deed {
        actor: None,
        user: user.id,
        reason: None,
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the shape of what else a command does"
)]
fn nothing(_: &Tx<'_>, _: UserId, _: Moment) -> Result<(), DbError> {
    Ok(())
}

#[tokio::test]
async fn an_access_token_is_good_for_a_quarter_of_an_hour() {
    let house = House::open().await;
    let token = house.register("anna").await.access_token;
    let at = |secs| house.accounts.authenticate(&token, now().plus_secs(secs));
    assert!(at(0).is_ok() && at(15 * 60).is_ok() && at(16 * 60).is_ok());
    assert!(matches!(at(16 * 60 + 1), Err(AuthError::Expired)));
}

#[tokio::test]
async fn tokens_of_other_makers_are_refused() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
    let house = House::open().await;
    let token = house.register("anna").await.access_token;
    let mut parts = token.split('.');
    let (_, claims, signature) = (parts.next(), parts.next().unwrap(), parts.next().unwrap());
    let header = |alg: &str| BASE64.encode(format!(r#"{{"typ":"JWT","alg":"{alg}"}}"#));
    let other = House::open().await;
    let foreign = other.register("anna").await.access_token;
    for forged in [
        format!("{}.{claims}.", header("none")),
        format!("{}.{claims}.{signature}", header("none")),
        format!("{}.{claims}.{signature}", header("HS384")),
        format!("{}.{claims}.{signature}", header("RS256")),
        format!("{}x", token),
        foreign,
        String::new(),
        "atl_nonsense".into(),
    ] {
        let refused = house.accounts.authenticate(&forged, now());
        assert!(matches!(refused, Err(AuthError::Unauthorised)), "{forged}");
    }
}

#[tokio::test]
async fn freezing_counts_at_once_and_thawing_too() {
    let house = House::open().await;
    let signed_in = house.register("anna").await;
    let anna = &signed_in.user;
    let enter = || house.accounts.authenticate(&signed_in.access_token, now());
    assert!(enter().is_ok());
    house
        .accounts
        .freeze(deed(anna), nothing, now())
        .await
        .expect("frozen");
    assert!(matches!(enter(), Err(AuthError::Frozen)));
    let log_in = house.accounts.log_in("anna", PASSWORD.into(), now()).await;
    assert!(matches!(log_in, Err(AccountError::Frozen)));
    let wrong = house
        .accounts
        .log_in("anna", "wrong horse".into(), now())
        .await;
    assert!(matches!(wrong, Err(AccountError::WrongCredentials)));
    let refresh = house
        .accounts
        .refresh(&signed_in.refresh_token, now())
        .await;
    assert!(matches!(refresh, Err(AccountError::Frozen)));
    house
        .accounts
        .freeze(deed(anna), nothing, now())
        .await
        .expect("frozen still");
    house
        .accounts
        .unfreeze(deed(anna), nothing, now())
        .await
        .expect("thawed");
    assert!(enter().is_ok());
    // The refusal has not spent the token.
    let later = now().plus_secs(3600);
    assert!(
        house
            .accounts
            .refresh(&signed_in.refresh_token, later)
            .await
            .is_ok()
    );
    assert_eq!(
        house.count("SELECT count(*) FROM audit WHERE action LIKE 'user.%freeze'"),
        2
    );
}

#[tokio::test]
async fn what_else_freezing_does_stands_or_falls_with_it() {
    fn fails(_: &Tx<'_>, _: UserId, _: Moment) -> Result<(), DbError> {
        Err(DbError::Busy)
    }
    let house = House::open().await;
    let signed_in = house.register("anna").await;
    let frozen = house
        .accounts
        .freeze(deed(&signed_in.user), fails, now())
        .await;
    assert!(matches!(frozen, Err(AccountError::Db(DbError::Busy))));
    assert!(
        house
            .accounts
            .authenticate(&signed_in.access_token, now())
            .is_ok()
    );
}

#[tokio::test]
async fn roles_count_at_once_and_nobody_takes_their_own() {
    let house = House::open().await;
    let signed_in = house.register("anna").await;
    let may = || {
        let caller = house.accounts.authenticate(&signed_in.access_token, now());
        caller.expect("a caller").may(Scope::Admin)
    };
    assert!(!may());
    house
        .accounts
        .set_role(deed(&signed_in.user), Role::Admin, now())
        .await
        .expect("raised");
    assert!(may());
    let own = Deed {
        actor: Some(signed_in.user.id),
        ..deed(&signed_in.user)
    };
    for refused in [
        house
            .accounts
            .set_role(own.clone(), Role::User, now())
            .await,
        house.accounts.freeze(own, nothing, now()).await,
    ] {
        assert!(matches!(refused, Err(AccountError::NotYourself)));
    }
    house
        .accounts
        .set_role(deed(&signed_in.user), Role::User, now())
        .await
        .expect("lowered");
    assert!(!may());
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say_until_it_is_deleted() {
    let house = House::open().await;
    let anna = house.register("anna").await.user;
    let name = || KeyName::parse("shop").expect("a name");
    let scopes: Scopes = [Scope::Jobs, Scope::Works].into_iter().collect();
    let made = house
        .accounts
        .create_key(anna.id, name(), scopes, now())
        .await
        .expect("a key");
    let caller = house
        .accounts
        .authenticate(&made.secret, now())
        .expect("a caller");
    assert_eq!(caller.via, Via::Key(made.key.id, scopes));
    assert!(caller.may(Scope::Jobs) && !caller.may(Scope::Account) && !caller.may(Scope::Admin));
    assert_eq!(
        house.accounts.keys(anna.id).expect("keys")[0].scopes,
        scopes
    );
    assert!(made.secret.ends_with(&made.key.hint));

    let admin: Scopes = [Scope::Admin].into_iter().collect();
    let refused = house
        .accounts
        .create_key(anna.id, name(), admin, now())
        .await;
    assert!(matches!(refused, Err(AccountError::ScopeNotAllowed)));
    for _ in 1..20 {
        house
            .accounts
            .create_key(anna.id, name(), scopes, now())
            .await
            .expect("a key");
    }
    let refused = house
        .accounts
        .create_key(anna.id, name(), scopes, now())
        .await;
    assert!(matches!(
        refused,
        Err(AccountError::TooManyKeys { max: 20 })
    ));

    let berta = house.register("berta").await.user;
    let foreign = house.accounts.delete_key(berta.id, made.key.id).await;
    assert!(matches!(foreign, Err(AccountError::UnknownKey)));
    house
        .accounts
        .delete_key(anna.id, made.key.id)
        .await
        .expect("deleted");
    assert!(house.accounts.authenticate(&made.secret, now()).is_err());
}

#[tokio::test]
async fn the_use_of_a_key_is_noted() {
    let house = House::open().await;
    let anna = house.register("anna").await.user;
    let scopes: Scopes = [Scope::Jobs].into_iter().collect();
    let name = KeyName::parse("shop").expect("a name");
    let made = house
        .accounts
        .create_key(anna.id, name, scopes, now())
        .await
        .expect("a key");
    let later = now().plus_secs(90);
    for _ in 0..3 {
        house
            .accounts
            .authenticate(&made.secret, later)
            .expect("a caller");
    }
    let used = || house.accounts.keys(anna.id).expect("keys")[0].last_used_at;
    for _ in 0..200 {
        if used().is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(used(), Some(later));
}
