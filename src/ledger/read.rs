//! Reading the ledger: totals, entries with their words, and what moved lately.

use super::{Entry, EntryKind, Summary};
use crate::db::{DbError, Query, Reader};
use crate::i18n::Words;
use crate::ids::{JobId, WalletId};
use crate::kinds::{Choice, Kind};
use crate::time::Moment;

/// What was left right after a job was charged; `None` if it was free.
pub fn balance_after_charge(db: &impl Query, job: JobId) -> Result<Option<i64>, DbError> {
    Ok(db.first(
        "SELECT balance_after FROM entries WHERE job_id = ?1 AND kind = 'charge'",
        [job],
        |row| row.get(0),
    )?)
}

/// The balance of a wallet with its totals.
pub fn summary(db: &Reader<'_>, wallet: WalletId) -> Result<Summary, DbError> {
    let (balance, updated_at) = db.one(
        "SELECT balance, updated_at FROM wallets WHERE id = ?1",
        [wallet],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let (total_earned, total_spent) = db.one(
        "SELECT coalesce(sum(amount) FILTER (WHERE amount > 0 AND kind <> 'refund'), 0),
                coalesce(-sum(amount) FILTER (WHERE kind IN ('charge', 'refund')), 0)
         FROM entries WHERE wallet_id = ?1",
        [wallet],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(Summary {
        balance,
        total_earned,
        total_spent,
        updated_at,
    })
}

/// Entries of a wallet, newest first, before the entry at `cursor`.
pub fn entries(
    db: &Reader<'_>,
    wallet: WalletId,
    cursor: Option<i64>,
    limit: u32,
) -> Result<Vec<Entry>, DbError> {
    Ok(db.all(
        "SELECT seq, id, kind, amount, balance_after, job_id, order_id, user_id, created_at, job_kind, reason
         FROM entries WHERE wallet_id = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3",
        (wallet, cursor.unwrap_or(i64::MAX), limit),
        |row| {
            let kind: EntryKind = row.get(2)?;
            let job_kind: Option<Kind> = row.get(9)?;
            let reason: Option<String> = row.get(10)?;
            let (amount, order_id) = (row.get(3)?, row.get(6)?);
            Ok(Entry {
                seq: row.get(0)?,
                id: row.get(1)?,
                kind,
                amount,
                balance_after: row.get(4)?,
                description: match order_id {
                    Some(_) if kind == EntryKind::Adjust => of_refund(amount),
                    _ => describe(kind, job_kind, reason.as_deref()),
                },
                job_id: row.get(5)?,
                order_id,
                user_id: row.get(7)?,
                created_at: row.get(8)?,
            })
        },
    )?)
}

/// An order was refunded, or its refund did not come about.
fn of_refund(amount: i64) -> Words {
    if amount < 0 {
        Words::new("订单退款，扣回积分", "Taken back: order refunded")
    } else {
        Words::new("退款未成功，返还积分", "Given back: order not refunded")
    }
}

fn describe(kind: EntryKind, job_kind: Option<Kind>, reason: Option<&str>) -> Words {
    let label = kind.label();
    match (job_kind.map(Kind::label), reason) {
        (Some(job), _) if kind == EntryKind::Charge => {
            Words::new(format!("{}生成", job.zh), job.en)
        }
        (Some(job), _) => Words::new(
            format!("{}{}", job.zh, label.zh),
            format!("{}: {}", label.en, job.en),
        ),
        (None, Some(reason)) => Words::new(
            format!("{}：{reason}", label.zh),
            format!("{}: {reason}", label.en),
        ),
        (None, None) => label.into(),
    }
}

/// The place of the newest entry; 0 if there is none.
pub fn last_entry(db: &Reader<'_>) -> Result<i64, DbError> {
    Ok(
        db.one("SELECT coalesce(max(seq), 0) FROM entries", [], |r| {
            r.get(0)
        })?,
    )
}

/// Credits that moved after the entry at `seq`: the newest place, the kind and how many, for each kind.
pub fn moved_after(db: &Reader<'_>, seq: i64) -> Result<Vec<(i64, String, u64)>, DbError> {
    Ok(db.all(
        "SELECT max(seq), kind, sum(abs(amount)) FROM entries WHERE seq > ?1 GROUP BY kind",
        [seq],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?)
}

/// Credits that moved since a moment, by kind of entry.
pub fn totals(
    db: &Reader<'_>,
    since: Moment,
) -> Result<std::collections::BTreeMap<String, i64>, DbError> {
    let rows = db.all(
        "SELECT kind, sum(amount) FROM entries WHERE created_at >= ?1 GROUP BY kind",
        [since],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}
