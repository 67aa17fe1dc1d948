//! One-time links.

use super::*;
use crate::accounts::{
    AccountError, LinkTerms, LinkToken, NewAccount, NewLink, Purpose, Role, links,
};

async fn make(house: &House, terms: LinkTerms) -> NewLink {
    let made = house.accounts.create_link(terms, None, now()).await;
    made.expect("a link")
}

async fn spend(house: &House, link: &NewLink, name: &str) -> Result<SignedIn, AccountError> {
    let token = LinkToken::parse(&link.token);
    house
        .accounts
        .spend_link(token, Some(name), PASSWORD.into(), now())
        .await
}

fn invitation(credits: u32) -> LinkTerms {
    let account = NewAccount {
        role: Role::User,
        mode: Mode::Business,
    };
    LinkTerms::Invite { account, credits }
}

#[tokio::test]
async fn the_first_start_makes_one_rich_administrator() {
    let house = House::with(invited(), BonusSettings::default()).await;
    let start = || house.accounts.first_start_link(now());
    let old = start().await.expect("an answer").expect("a link");
    let link = start().await.expect("an answer").expect("a link");
    assert!(matches!(
        spend(&house, &old, "root").await,
        Err(AccountError::LinkUnknown)
    ));
    let root = spend(&house, &link, "root").await.expect("signed in").user;
    assert_eq!((root.role, root.credits), (Role::Admin, 1000));
    assert!(start().await.expect("an answer").is_none());
    assert!(matches!(
        spend(&house, &link, "second").await,
        Err(AccountError::LinkSpent)
    ));
}

#[tokio::test]
async fn an_invitation_carries_credits_and_a_mode() {
    let house = House::with(invited(), BonusSettings::default()).await;
    let link = make(&house, invitation(50)).await;
    let seen = house
        .accounts
        .look_at_link(&LinkToken::parse(&link.token), now());
    assert_eq!(seen.expect("a link").purpose, Purpose::Invite);
    let anna = spend(&house, &link, "anna").await.expect("signed in").user;
    assert_eq!(
        (anna.credits, anna.mode, anna.role),
        (60, Mode::Business, Role::User)
    );
    let listed = house
        .db
        .read(|db| links::list(db, None, 10))
        .expect("links");
    assert_eq!(listed[0].spent_by, Some(anna.id));
}

#[tokio::test]
async fn a_link_is_spent_once_by_two_at_the_same_time() {
    let house = House::open().await;
    let link = make(&house, invitation(50)).await;
    let (first, second) = tokio::join!(spend(&house, &link, "anna"), spend(&house, &link, "berta"));
    assert_ne!(first.is_ok(), second.is_ok());
    assert_eq!(house.count("SELECT count(*) FROM users"), 1);
}

#[tokio::test]
async fn a_link_is_not_spent_by_what_fails() {
    let house = House::open().await;
    house.register("anna").await;
    let link = make(&house, invitation(0)).await;
    assert!(matches!(
        spend(&house, &link, "ANNA").await,
        Err(AccountError::UsernameTaken)
    ));
    assert!(matches!(
        spend(&house, &link, "!").await,
        Err(AccountError::BadUsername)
    ));
    assert!(spend(&house, &link, "berta").await.is_ok());
}

#[tokio::test]
async fn links_expire_and_can_be_taken_back() {
    let house = House::open().await;
    let link = make(&house, invitation(0)).await;
    let week = now().plus_secs(7 * 24 * 3600);
    let token = LinkToken::parse(&link.token);
    let late = house
        .accounts
        .spend_link(token, Some("anna"), PASSWORD.into(), week)
        .await;
    assert!(matches!(late, Err(AccountError::LinkExpired)));
    house
        .accounts
        .revoke_link(link.link.id, None, now())
        .await
        .expect("revoked");
    assert!(matches!(
        spend(&house, &link, "anna").await,
        Err(AccountError::LinkUnknown)
    ));
    let again = house.accounts.revoke_link(link.link.id, None, now()).await;
    assert!(matches!(again, Err(AccountError::LinkUnknown)));
    make(&house, invitation(0)).await;
    let forget = move |tx: &crate::db::Tx<'_>| links::forget(tx, week.plus_secs(1), 500);
    assert_eq!(house.db.write(forget).await.expect("a count"), 1);
}

#[tokio::test]
async fn a_reset_sets_the_password_and_ends_the_sessions() {
    let house = House::open().await;
    let before = house.register("anna").await;
    let link = make(&house, LinkTerms::Reset(before.user.id)).await;
    let token = || LinkToken::parse(&link.token);
    let weak = house
        .accounts
        .spend_link(token(), None, "anna".into(), now())
        .await;
    assert!(matches!(weak, Err(AccountError::WeakPassword)));
    let after = house
        .accounts
        .spend_link(token(), None, "battery staple".into(), now())
        .await;
    let after = after.expect("signed in");
    assert!(
        house
            .accounts
            .authenticate(&before.access_token, now())
            .is_err()
    );
    assert!(
        house
            .accounts
            .authenticate(&after.access_token, now())
            .is_ok()
    );
    assert!(
        house
            .accounts
            .log_in("anna", "battery staple".into(), now())
            .await
            .is_ok()
    );
    let again = house
        .accounts
        .spend_link(token(), None, "battery staple".into(), now())
        .await;
    assert!(matches!(again, Err(AccountError::LinkSpent)));
}
