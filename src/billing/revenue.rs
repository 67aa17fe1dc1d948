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

/// What is left of the money that came in after the models were paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Margin {
    /// The currency's code.
    pub currency: String,
    /// What the models cost, in hundredths.
    pub cost_fen: i64,
    /// What is left, in hundredths.
    pub margin_fen: i64,
}

/// The margin of this revenue and these costs in micro-dollars; `None` while nobody says what a dollar costs.
pub fn margin(
    revenue: &[Revenue],
    cost_micros: i64,
    (currency, dollar_fen): (&str, u32),
) -> Option<Margin> {
    let rate = i64::from(dollar_fen);
    let own = revenue.iter().filter(|row| row.currency == currency);
    let came_in: i64 = own.map(|row| row.paid_fen - row.refunded_fen).sum();
    // Rounded up: a cost is not talked away.
    let cost_fen = cost_micros.saturating_mul(rate).saturating_add(999_999) / 1_000_000;
    (rate > 0).then(|| Margin {
        currency: currency.to_owned(),
        cost_fen,
        margin_fen: came_in - cost_fen,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_margin_is_what_is_left_in_the_shops_own_currency() {
        let row = |currency: &str, paid_fen, refunded_fen| Revenue {
            currency: currency.to_owned(),
            orders: 1,
            paid_fen,
            refunded_fen,
        };
        let revenue = [row("CNY", 10_000, 990), row("EUR", 500, 0)];
        let left = margin(&revenue, 2_000_001, ("CNY", 710)).expect("a rate");
        assert_eq!((left.cost_fen, left.margin_fen), (1_421, 7_589));
        assert_eq!(margin(&revenue, 2_000_001, ("CNY", 0)), None);
    }
}
