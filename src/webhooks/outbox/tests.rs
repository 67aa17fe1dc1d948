//! Who is sent to first.

use super::*;
use crate::db::{Access, Db};
use crate::ledger;

/// A user whose test deliveries are due at these times.
fn user_with(tx: &Tx<'_>, due: &[i64]) -> Result<UserId, DbError> {
    let (user, at) = (UserId::new(), Moment::from_millis);
    let wallet = ledger::open(tx, at(0))?;
    tx.run(
        "INSERT INTO users (id, wallet_id, created_at, updated_at) VALUES (?1, ?2, 0, 0)",
        (user, wallet),
    )?;
    for due in due {
        let to = (user, None, "https://shop.example/");
        add(tx, to, Event::Test, None, (at(0), at(*due)))?;
    }
    Ok(user)
}

#[tokio::test]
async fn everybodys_first_goes_before_anybodys_second() {
    let directory = tempfile::tempdir().unwrap();
    let db = Db::open(directory.path(), Access::Server).unwrap();
    let fill =
        |tx: &Tx<'_>| Ok::<_, DbError>((user_with(tx, &[1, 2, 3])?, user_with(tx, &[4, 9])?));
    let (busy, late) = db.write(fill).await.unwrap();
    let due = |bounds| {
        let due = db.read(|r| due(r, Moment::from_millis(5), bounds)).unwrap();
        let whose = |delivery: Delivery| (delivery.user, delivery.next_try_at.unwrap().millis());
        due.into_iter().map(whose).collect::<Vec<_>>()
    };
    assert_eq!(due((2, 64)), [(busy, 1), (late, 4), (busy, 2)]);
    assert_eq!(due((2, 2)), [(busy, 1), (late, 4)]);
}
