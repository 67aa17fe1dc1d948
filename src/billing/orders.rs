//! Every change of an order: placed, paid, closed, refunded. The only file that writes orders.
//!
//! Money is right because each change is one transaction: the order's state and its entry in the ledger stand or
//! fall together, and what was said before changes nothing a second time.

use super::order::{self, ChannelId, Item, ItemKind, Order, Status};
use super::plans::PlansSettings;
use super::subscriptions::{self, Subscription, Term};
use crate::audit;
use crate::db::{DbError, Query, Tx};
use crate::ids::{OrderId, UserId};
use crate::kinds::Choice;
use crate::ledger::{self, Account};
use crate::time::{Moment, Zone};

/// How long an idempotency key is remembered, in seconds.
pub(super) const KEY_SECS: i64 = 48 * 3600;
/// Seconds until a channel is asked again of an order nobody reported: 30 s, 1, 5 and 30 minutes.
const ASK_AFTER_SECS: [i64; 4] = [30, 60, 300, 1800];

/// An order that is about to be placed.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// Who buys.
    pub account: Account,
    /// How they pay.
    pub channel: ChannelId,
    /// What they buy.
    pub item: Item,
    /// ISO 4217 code of the price.
    pub currency: String,
    /// How long it can be paid, in seconds.
    pub life_secs: i64,
    /// The caller's key and the hash of the request it stands for.
    pub key: Option<(String, [u8; 32])>,
}

/// What became of placing an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// A new order.
    New(OrderId),
    /// The key was used for this very request before.
    Replayed(OrderId),
    /// The key was used for another request.
    KeyMismatch,
    /// The user is frozen or erased.
    Inactive,
}

/// Places an order; nothing is credited before it is paid.
pub fn place(tx: &Tx<'_>, new: &NewOrder, now: Moment) -> Result<Placed, DbError> {
    let user = new.account.user;
    if let Some((key, hash)) = &new.key {
        tx.run(
            "UPDATE orders SET key = NULL, request_hash = NULL WHERE user_id = ?1 AND key = ?2 AND created_at < ?3",
            (user, key, now.plus_secs(-KEY_SECS)),
        )?;
        if let Some((id, seen)) = order::find_by_key(tx, user, key)? {
            return Ok(if seen == hash {
                Placed::Replayed(id)
            } else {
                Placed::KeyMismatch
            });
        }
    }
    let state: String = tx.one("SELECT state FROM users WHERE id = ?1", [user], |row| {
        row.get(0)
    })?;
    if state != "active" {
        return Ok(Placed::Inactive);
    }
    insert(tx, new, now).map(Placed::New)
}

fn insert(tx: &Tx<'_>, new: &NewOrder, now: Moment) -> Result<OrderId, DbError> {
    let (id, item) = (OrderId::new(), &new.item);
    tx.run(
        "INSERT INTO orders (id, user_id, wallet_id, channel, item, item_id, label_zh, label_en, credits, bonus,
             amount_fen, currency, key, request_hash, ask_at, created_at, expires_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?16)",
        rusqlite::params![
            id,
            new.account.user,
            new.account.wallet,
            new.channel,
            item.kind,
            item.id,
            item.label.zh,
            item.label.en,
            item.credits,
            item.bonus,
            item.amount_fen,
            new.currency,
            new.key.as_ref().map(|(key, _)| key),
            new.key.as_ref().map(|(_, hash)| hash),
            now.plus_secs(ASK_AFTER_SECS[0]),
            now,
            now.plus_secs(new.life_secs),
        ],
    )?;
    Ok(id)
}

/// Keeps what the channel answered when it was told of the order.
pub fn keep_prepay(tx: &Tx<'_>, id: OrderId, prepay: &str, now: Moment) -> Result<(), DbError> {
    tx.run(
        "UPDATE orders SET prepay = ?2, updated_at = ?3 WHERE id = ?1",
        (id, prepay, now),
    )?;
    Ok(())
}

/// A payment as its channel vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The channel's name for the payment.
    pub transaction_id: String,
    /// What was paid, in fen.
    pub amount_fen: u32,
    /// ISO 4217 code.
    pub currency: String,
}

/// What a payment did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The order is paid now and its credits are there.
    Now,
    /// It was settled by this very payment before.
    Before,
    /// The amount or currency is another one; nothing changed but the note for the operator.
    WrongAmount,
    /// Another payment settled it, or another order has this payment; noted for the operator.
    Twice,
}

/// What settling an order needs to know beside it.
pub struct Terms<'a> {
    /// Plans on offer.
    pub plans: &'a PlansSettings,
    /// The operator's months.
    pub zone: &'a Zone,
}

/// Settles an order with a payment. A payment that comes after the order was closed counts as well: the money is here.
pub fn settle(
    tx: &Tx<'_>,
    terms: &Terms<'_>,
    order: &Order,
    receipt: &Receipt,
    now: Moment,
) -> Result<Settled, DbError> {
    if order.transaction_id.as_deref() == Some(receipt.transaction_id.as_str()) {
        return Ok(Settled::Before);
    }
    let taken: bool = tx.one(
        "SELECT EXISTS (SELECT 1 FROM orders WHERE channel = ?1 AND transaction_id = ?2)",
        (order.channel, &receipt.transaction_id),
        |row| row.get(0),
    )?;
    if taken || order.transaction_id.is_some() {
        let paid = format!("a second payment arrived: {}", receipt.transaction_id);
        note(tx, order.id, &paid, now)?;
        return Ok(Settled::Twice);
    }
    if receipt.amount_fen != order.item.amount_fen || receipt.currency != order.currency {
        let paid = format!(
            "{} {} fen were paid ({}), not {}",
            receipt.currency, receipt.amount_fen, receipt.transaction_id, order.item.amount_fen
        );
        note(tx, order.id, &paid, now)?;
        return Ok(Settled::WrongAmount);
    }
    tx.run(
        "UPDATE orders SET status = 'paid', transaction_id = ?2, paid_at = ?3, closed_at = NULL, ask_at = NULL,
             updated_at = ?3
         WHERE id = ?1 AND status IN ('pending', 'closed')",
        (order.id, &receipt.transaction_id, now),
    )?;
    deliver(tx, terms, order, now)?;
    Ok(Settled::Now)
}

fn deliver(tx: &Tx<'_>, terms: &Terms<'_>, order: &Order, now: Moment) -> Result<(), DbError> {
    match order.item.kind {
        ItemKind::Package => {
            ledger::purchase(tx, order.account, order.id, order.item.credits, now)?;
        }
        ItemKind::Plan => {
            if let Some(other) = other_plan(tx, terms, order, now)? {
                let replaced = format!("the plan {} was replaced while it ran", other.plan);
                note(tx, order.id, &replaced, now)?;
            }
            extend_month(tx, terms, order, now)?;
        }
    }
    let gone: bool = tx.one(
        "SELECT state IN ('erasing', 'erased') FROM users WHERE id = ?1",
        [order.account.user],
        |row| row.get(0),
    )?;
    if gone {
        // Paid by somebody who left meanwhile: the order tells the operator, and no balance is kept.
        note(tx, order.id, "paid after the account was erased", now)?;
        subscriptions::end(tx, order.account.user, now)?;
        ledger::expire_all(tx, order.account, now)?;
    }
    Ok(())
}

/// The other plan that the month of this order would replace.
fn other_plan(
    tx: &Tx<'_>,
    terms: &Terms<'_>,
    order: &Order,
    now: Moment,
) -> Result<Option<Subscription>, DbError> {
    match order.item.kind {
        ItemKind::Package => Ok(None),
        ItemKind::Plan => {
            let (user, plan) = (order.account.user, &order.item.id);
            subscriptions::other_running(tx, terms.plans, user, plan, now)
        }
    }
}

fn extend_month(tx: &Tx<'_>, terms: &Terms<'_>, order: &Order, now: Moment) -> Result<(), DbError> {
    let months = Term::Months(1);
    subscriptions::extend(tx, terms, order.account, &order.item.id, months, now)?;
    Ok(())
}

/// Leaves a note that operators see.
pub fn note(tx: &Tx<'_>, id: OrderId, problem: &str, now: Moment) -> Result<(), DbError> {
    tx.run(
        "UPDATE orders SET problem = ?2, updated_at = ?3 WHERE id = ?1",
        (id, problem, now),
    )?;
    Ok(())
}

/// Closes an order that is not paid; false if it is not pending.
pub fn close(tx: &Tx<'_>, id: OrderId, now: Moment) -> Result<bool, DbError> {
    let closed = tx.run(
        "UPDATE orders SET status = 'closed', closed_at = ?2, ask_at = NULL, updated_at = ?2
         WHERE id = ?1 AND status = 'pending'",
        (id, now),
    )?;
    Ok(closed > 0)
}

/// The channel was asked and had no news: it is asked again later, less and less often.
pub fn asked(tx: &Tx<'_>, order: &Order, now: Moment) -> Result<(), DbError> {
    let step = (order.asks as usize + 1).min(ASK_AFTER_SECS.len() - 1);
    let mut next = now.plus_secs(ASK_AFTER_SECS[step]);
    if order.status == Status::Pending && now < order.expires_at {
        next = next.min(order.expires_at);
    }
    tx.run(
        "UPDATE orders SET ask_at = ?2, asks = asks + 1 WHERE id = ?1 AND ask_at IS NOT NULL",
        (order.id, next),
    )?;
    Ok(())
}

/// Begins a refund: what the order brought is taken back, at most the balance, before any money moves.
pub fn begin_refund(
    tx: &Tx<'_>,
    terms: &Terms<'_>,
    order: &Order,
    actor: UserId,
    reason: &str,
    now: Moment,
) -> Result<(), DbError> {
    let (taken, shortfall) = match order.item.kind {
        ItemKind::Package => {
            let credits = order.item.credits;
            let account = order.account;
            let taken = ledger::take_back(tx, account, order.id, credits, Some(actor), now)?;
            (taken, credits - taken)
        }
        ItemKind::Plan => subscriptions::shorten(tx, terms, order, now)?,
    };
    tx.run(
        "UPDATE orders SET status = 'refunding', refund_no = ?2, refund_reason = ?3, taken_back = ?4, shortfall = ?5,
             problem = NULL, asks = 0, ask_at = ?6, updated_at = ?7
         WHERE id = ?1 AND status = 'paid'",
        (
            order.id,
            OrderId::new().digits(),
            reason,
            taken,
            shortfall,
            now.plus_secs(ASK_AFTER_SECS[0]),
            now,
        ),
    )?;
    let detail = serde_json::json!({
        "reason": reason, "amount_fen": order.item.amount_fen, "channel": order.channel.id(),
        "taken_back": taken, "shortfall": shortfall,
    });
    let target = order.id.to_string();
    audit::write(tx, Some(actor), "order.refund", Some(&target), &detail, now)
}

/// The money has gone back; false if the order was not being refunded.
pub fn end_refund(tx: &Tx<'_>, id: OrderId, now: Moment) -> Result<bool, DbError> {
    let ended = tx.run(
        "UPDATE orders SET status = 'refunded', refunded_at = ?2, ask_at = NULL, problem = NULL, updated_at = ?2
         WHERE id = ?1 AND status = 'refunding'",
        (id, now),
    )?;
    Ok(ended > 0)
}

/// There is no refund: the order is paid as before and what was taken back returns. A month does not take the place of
/// another plan that runs by now; the note for operators says so.
pub fn undo_refund(
    tx: &Tx<'_>,
    terms: &Terms<'_>,
    order: &Order,
    why: &str,
    now: Moment,
) -> Result<bool, DbError> {
    let other = other_plan(tx, terms, order, now)?;
    let mut problem = format!("not refunded: {why}");
    match (order.item.kind, &other) {
        (ItemKind::Plan, Some(other)) => {
            problem += &format!("; the month did not return, the plan {} runs", other.plan);
        }
        (ItemKind::Plan, None) if order.shortfall > 0 => {
            problem += &format!(
                "; the month returned whole, {} credits of it were spent",
                order.shortfall
            );
        }
        (ItemKind::Package | ItemKind::Plan, _) => {}
    }
    let undone = tx.run(
        "UPDATE orders SET status = 'paid', refund_no = NULL, taken_back = 0, shortfall = 0, ask_at = NULL,
             problem = ?2, updated_at = ?3
         WHERE id = ?1 AND status = 'refunding'",
        (order.id, problem, now),
    )?;
    if undone == 0 {
        return Ok(false);
    }
    match order.item.kind {
        ItemKind::Package => {
            ledger::give_back(tx, order.account, order.id, order.taken_back, now)?;
        }
        ItemKind::Plan if other.is_some() => {}
        ItemKind::Plan => extend_month(tx, terms, order, now)?,
    }
    Ok(true)
}

/// Closes what an erased user had not paid.
pub fn close_all_of(tx: &Tx<'_>, user: UserId, now: Moment) -> Result<(), DbError> {
    tx.run(
        "UPDATE orders SET status = 'closed', closed_at = ?2, ask_at = NULL, updated_at = ?2
         WHERE user_id = ?1 AND status = 'pending'",
        (user, now),
    )?;
    Ok(())
}
