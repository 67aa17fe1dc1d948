//! What orders brought in, for operators.

use serde::Serialize;

use crate::db::{DbError, Query, Reader};
use crate::time::Moment;

/// Paid orders of one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Revenue {
    /// The currency's code.
    pub currency: String,
    /// How many were paid.
    pub orders: u64,
    /// What was paid, in hundredths.
    pub paid_fen: i64,
    /// Of this, what was paid back.
    pub refunded_fen: i64,
}

/// What orders placed since a moment brought in, by currency.
pub fn revenue(db: &Reader<'_>, since: Moment) -> Result<Vec<Revenue>, DbError> {
    Ok(db.all(
        "SELECT currency, count(*), sum(amount_fen), coalesce(sum(amount_fen) FILTER (WHERE status = 'refunded'), 0)
         FROM orders WHERE created_at >= ?1 AND paid_at IS NOT NULL GROUP BY currency ORDER BY currency",
        [since],
        |row| {
            Ok(Revenue {
                currency: row.get(0)?,
                orders: row.get(1)?,
                paid_fen: row.get(2)?,
                refunded_fen: row.get(3)?,
            })
        },
    )?)
}
