//! The ledger for accountants: entries of a month, and what of today's balances came from where.

use serde::Serialize;

use super::EntryKind;
use crate::cells;
use crate::db::{DbError, Query, Reader};
use crate::ids::{EntryId, JobId, UserId, WalletId};
use crate::time::Moment;

/// An entry as accountants see it.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Its place in the ledger.
    pub seq: i64,
    /// Its id.
    pub id: EntryId,
    /// When.
    pub created_at: Moment,
    /// Which wallet.
    pub wallet_id: WalletId,
    /// Who acted.
    pub user_id: UserId,
    /// Why the balance changed.
    pub kind: EntryKind,
    /// By how many credits.
    pub amount: i64,
    /// To how many credits.
    pub balance_after: i64,
    /// The job it belongs to.
    pub job_id: Option<JobId>,
    /// The order it belongs to.
    pub order_id: Option<String>,
    /// The operator who gave it.
    pub actor_id: Option<UserId>,
    /// Why they did.
    #[serde(serialize_with = "cells::words")]
    pub reason: Option<String>,
}

/// Entries written in `[from, until)` after the one at `after`, in order.
pub fn lines(
    db: &Reader<'_>,
    (from, until): (Moment, Moment),
    after: i64,
    limit: u32,
) -> Result<Vec<Line>, DbError> {
    // The clock of the writer never goes back, so the order of time is the order of the ledger.
    Ok(db.all(
        "SELECT seq, id, created_at, wallet_id, user_id, kind, amount, balance_after, job_id, order_id, actor_id, reason
         FROM entries WHERE created_at >= ?1 AND created_at < ?2 AND seq > ?3 ORDER BY created_at, seq LIMIT ?4",
        (from, until, after, limit),
        |row| {
            Ok(Line {
                seq: row.get(0)?,
                id: row.get(1)?,
                created_at: row.get(2)?,
                wallet_id: row.get(3)?,
                user_id: row.get(4)?,
                kind: row.get(5)?,
                amount: row.get(6)?,
                balance_after: row.get(7)?,
                job_id: row.get(8)?,
                order_id: row.get(9)?,
                actor_id: row.get(10)?,
                reason: row.get(11)?,
            })
        },
    )?)
}

/// Credits of one origin that nobody has spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unspent {
    /// How they came.
    pub origin: EntryKind,
    /// How many.
    pub credits: i64,
    /// In how many wallets.
    pub wallets: u64,
}

/// What is in all wallets now, by origin; what came first was spent first.
pub fn unspent(db: &Reader<'_>) -> Result<Vec<Unspent>, DbError> {
    Ok(db.all(
        "SELECT kind, sum(min(amount, upto - (earned - balance))), count(DISTINCT wallet_id) FROM
            (SELECT e.wallet_id, e.kind, e.amount, w.balance,
                    sum(e.amount) OVER (PARTITION BY e.wallet_id ORDER BY e.seq) AS upto,
                    sum(e.amount) OVER (PARTITION BY e.wallet_id) AS earned
             FROM entries e JOIN wallets w ON w.id = e.wallet_id
             WHERE e.amount > 0 AND e.kind <> 'refund' AND w.balance > 0)
         WHERE upto > earned - balance GROUP BY kind ORDER BY kind",
        [],
        |row| {
            Ok(Unspent {
                origin: row.get(0)?,
                credits: row.get(1)?,
                wallets: row.get(2)?,
            })
        },
    )?)
}
