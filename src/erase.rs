//! Erase: an account goes, step by step, so that a crash in between only means that the janitor goes on.

use serde::Serialize;

use crate::db::{Db, DbError, Query, Tx};
use crate::ids::{UserId, WalletId};
use crate::jobs::queue;
use crate::ledger::{self, Account};
use crate::time::Moment;
use crate::{accounts, billing, uploads, webhooks, works};

/// What the user gets in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// Who is erased.
    pub user_id: UserId,
    /// When it was asked for.
    pub requested_at: Moment,
}

/// Begins: from here on the account is closed. Log-ins and keys end and pending jobs are cancelled.
pub async fn begin(db: &Db, user: UserId, now: Moment) -> Result<Receipt, DbError> {
    db.write(move |tx| {
        let now = tx.clamp(now);
        accounts::leaving::begin_erasing(tx, user, now)?;
        tx.run(
            "INSERT OR IGNORE INTO erasures (user_id, requested_at) VALUES (?1, ?2)",
            (user, now),
        )?;
        webhooks::silence(tx, user)?;
        queue::cancel_pending_of(tx, user, now)?;
        let requested_at = tx.one(
            "SELECT requested_at FROM erasures WHERE user_id = ?1",
            [user],
            |row| row.get(0),
        )?;
        Ok(Receipt {
            user_id: user,
            requested_at,
        })
    })
    .await
}

/// Goes on with every erasure that is not complete; answers how many still wait for a running job.
pub async fn go_on(db: &Db, now: Moment) -> Result<usize, DbError> {
    let users: Vec<UserId> = db.read(|r| {
        Ok::<_, DbError>(r.all(
            "SELECT user_id FROM erasures WHERE completed_at IS NULL LIMIT 500",
            [],
            |row| row.get(0),
        )?)
    })?;
    let mut waiting = 0;
    for user in users {
        match all_steps(db, user, now).await {
            Ok(true) => {}
            Ok(false) => waiting += 1,
            Err(error) => {
                tracing::error!(%user, %error, "an erasure could not go on");
                waiting += 1;
            }
        }
    }
    Ok(waiting)
}

/// Goes as far as it can with one user; true if nothing is left.
async fn all_steps(db: &Db, user: UserId, now: Moment) -> Result<bool, DbError> {
    loop {
        match db.write(move |tx| step(tx, user, tx.clamp(now))).await? {
            Step::More => {}
            Step::Waits => return Ok(false),
            Step::Complete => return Ok(true),
        }
    }
}

enum Step {
    /// There is more to delete.
    More,
    /// A job is still running; its end comes first.
    Waits,
    /// Nothing is left.
    Complete,
}

fn step(tx: &Tx<'_>, user: UserId, now: Moment) -> Result<Step, DbError> {
    if queue::cancel_pending_of(tx, user, now)? > 0 {
        return Ok(Step::More);
    }
    let running: bool = tx.one(
        "SELECT EXISTS (SELECT 1 FROM jobs INDEXED BY jobs_slots WHERE user_id = ?1 AND admitted = 1)",
        [user],
        |row| row.get(0),
    )?;
    let works = works::delete_some_of(tx, user, now)?;
    if works > 0 {
        return Ok(Step::More);
    }
    if running {
        return Ok(Step::Waits);
    }
    if uploads::delete_some_of(tx, user, now)? > 0 {
        return Ok(Step::More);
    }
    webhooks::silence(tx, user)?;
    if webhooks::forget_some_of(tx, user)? > 0 {
        return Ok(Step::More);
    }
    let wallet: WalletId = tx.one("SELECT wallet_id FROM users WHERE id = ?1", [user], |row| {
        row.get(0)
    })?;
    billing::leave(tx, user, now)?;
    ledger::expire_all(tx, Account { wallet, user }, now)?;
    queue::forget_personal(tx, user)?;
    works::forget_favorites(tx, user)?;
    accounts::leaving::anonymise(tx, user, now)?;
    tx.run(
        "UPDATE erasures SET completed_at = ?2 WHERE user_id = ?1",
        (user, now),
    )?;
    Ok(Step::Complete)
}
