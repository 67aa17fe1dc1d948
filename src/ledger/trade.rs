//! Entries of buying and redeeming: what an order brings and gives back, codes, and the monthly credits of a plan.

use super::{Account, Draft, EntryKind, balance};
use crate::db::{DbError, Query, Tx};
use crate::ids::{EntryId, OrderId, UserId};
use crate::time::Moment;

/// Adds what a paid order promised; the database refuses any other amount and a second time.
pub fn purchase(
    tx: &Tx<'_>,
    account: Account,
    order: OrderId,
    credits: u32,
    now: Moment,
) -> Result<(), DbError> {
    let mut draft = Draft::new(EntryKind::Purchase, i64::from(credits));
    draft.order = Some(order);
    draft.add(tx, account, now)?;
    Ok(())
}

/// Takes back what a refunded order brought, at most the balance; answers how much that was.
pub fn take_back(
    tx: &Tx<'_>,
    account: Account,
    order: OrderId,
    credits: u32,
    actor: Option<UserId>,
    now: Moment,
) -> Result<u32, DbError> {
    let taken = balance(tx, account.wallet)?.min(i64::from(credits));
    if taken > 0 {
        let mut draft = Draft::new(EntryKind::Adjust, -taken);
        draft.order = Some(order);
        draft.actor = actor;
        draft.add(tx, account, now)?;
    }
    Ok(u32::try_from(taken).unwrap_or(0))
}

/// Gives back what was taken for a refund that the channel then did not make.
pub fn give_back(
    tx: &Tx<'_>,
    account: Account,
    order: OrderId,
    credits: u32,
    now: Moment,
) -> Result<(), DbError> {
    if credits > 0 {
        let mut draft = Draft::new(EntryKind::Adjust, i64::from(credits));
        draft.order = Some(order);
        draft.add(tx, account, now)?;
    }
    Ok(())
}

/// Adds the credits of a redeemed code; answers the entry.
pub fn redeem(
    tx: &Tx<'_>,
    account: Account,
    credits: u32,
    now: Moment,
) -> Result<EntryId, DbError> {
    Draft::new(EntryKind::Redeem, i64::from(credits)).enter(tx, account, now)
}

/// Adds a plan's credits of one month; answers the entry, by which what is unspent of it can expire.
pub fn plan_credits(
    tx: &Tx<'_>,
    account: Account,
    credits: u32,
    plan: &str,
    now: Moment,
) -> Result<EntryId, DbError> {
    let mut draft = Draft::new(EntryKind::Grant, i64::from(credits));
    draft.reason = Some(plan);
    draft.enter(tx, account, now)
}

/// Expires what is unspent of one grant: charges after it (those not refunded) are taken to have used it first.
/// Answers the entry and how many credits went; `None` if nothing was left.
pub fn expire_grant(
    tx: &Tx<'_>,
    account: Account,
    grant: EntryId,
    now: Moment,
) -> Result<Option<(EntryId, u32)>, DbError> {
    let unspent: i64 = tx.one(
        "SELECT g.amount - coalesce((SELECT -sum(c.amount) FROM entries c
             WHERE c.wallet_id = g.wallet_id AND c.seq > g.seq AND c.kind = 'charge'
               AND NOT EXISTS (SELECT 1 FROM entries r WHERE r.job_id = c.job_id AND r.kind = 'refund')), 0)
         FROM entries g WHERE g.id = ?1 AND g.wallet_id = ?2",
        (grant, account.wallet),
        |row| row.get(0),
    )?;
    let left = unspent.min(balance(tx, account.wallet)?);
    if left <= 0 {
        return Ok(None);
    }
    let entry = Draft::new(EntryKind::Expire, -left).enter(tx, account, now)?;
    Ok(Some((entry, u32::try_from(left).unwrap_or(0))))
}
