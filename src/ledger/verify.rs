//! The proof of the books: every balance and every job's net, recomputed from the entries.

use serde::Serialize;

use crate::db::{DbError, Query, Reader};

/// What a check of the books found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Wallets checked.
    pub wallets: i64,
    /// Entries read.
    pub entries: i64,
    /// Jobs checked.
    pub jobs: i64,
    /// How many things do not add up.
    pub differences: i64,
    /// What they are, the first hundred of them.
    pub findings: Vec<String>,
}

/// Recomputes every balance and every job's net from the entries.
pub fn verify(db: &Reader<'_>) -> Result<Verdict, DbError> {
    let count = |sql: &str| db.one(sql, [], |row| row.get::<_, i64>(0));
    let mut verdict = Verdict {
        wallets: count("SELECT count(*) FROM wallets")?,
        entries: count("SELECT count(*) FROM entries")?,
        jobs: count("SELECT count(*) FROM jobs")?,
        ..Verdict::default()
    };
    for (what, sql) in CHECKS {
        for id in db.all(sql, [], |row| row.get::<_, String>(0))? {
            verdict.differences += 1;
            if verdict.findings.len() < 100 {
                verdict.findings.push(format!("{id}: {what}"));
            }
        }
    }
    Ok(verdict)
}

/// Each answers the ids of what breaks one rule.
const CHECKS: [(&str, &str); 12] = [
    (
        "the balance is not the sum of the entries",
        "SELECT w.id FROM wallets w LEFT JOIN
            (SELECT wallet_id, sum(amount) AS total FROM entries GROUP BY wallet_id) e ON e.wallet_id = w.id
         WHERE w.balance <> coalesce(e.total, 0)",
    ),
    (
        "the entry's balance is not the running sum",
        "SELECT id FROM (SELECT id, balance_after,
            sum(amount) OVER (PARTITION BY wallet_id ORDER BY seq) AS running FROM entries)
         WHERE balance_after <> running",
    ),
    (
        "a live or completed job is not charged its price",
        "SELECT j.id FROM jobs j LEFT JOIN entries c ON c.job_id = j.id AND c.kind = 'charge'
         WHERE j.status IN ('pending', 'processing', 'completed') AND j.price <> coalesce(-c.amount, 0)",
    ),
    (
        "a failed or cancelled job is not refunded in full",
        "SELECT j.id FROM jobs j LEFT JOIN entries c ON c.job_id = j.id AND c.kind = 'charge'
            LEFT JOIN entries r ON r.job_id = j.id AND r.kind = 'refund'
         WHERE j.status IN ('failed', 'cancelled') AND coalesce(-c.amount, 0) <> coalesce(r.amount, 0)",
    ),
    (
        "a live or completed job is refunded",
        "SELECT j.id FROM jobs j JOIN entries r ON r.job_id = j.id AND r.kind = 'refund'
         WHERE j.status IN ('pending', 'processing', 'completed')",
    ),
    (
        "an entry names a job that does not exist",
        "SELECT e.id FROM entries e LEFT JOIN jobs j ON j.id = e.job_id
         WHERE e.job_id IS NOT NULL AND j.id IS NULL",
    ),
    (
        "an order that is paid did not bring its credits, or one that is not paid did",
        "SELECT o.id FROM orders o LEFT JOIN entries p ON p.order_id = o.id AND p.kind = 'purchase'
         WHERE coalesce(p.amount, 0) <> CASE WHEN o.paid_at IS NULL THEN 0 ELSE o.credits END
            OR p.wallet_id <> o.wallet_id",
    ),
    (
        "what was taken back for an order is not what the order says",
        "SELECT o.id FROM orders o LEFT JOIN
            (SELECT order_id, -sum(amount) AS taken FROM entries WHERE kind = 'adjust' AND order_id IS NOT NULL
             GROUP BY order_id) a ON a.order_id = o.id
         WHERE coalesce(a.taken, 0) <> CASE WHEN o.item = 'package' THEN o.taken_back ELSE 0 END
            OR (o.status IN ('refunding', 'refunded') AND o.item = 'package'
                AND o.taken_back + o.shortfall <> o.credits)",
    ),
    (
        "an entry names an order that does not exist",
        "SELECT e.id FROM entries e LEFT JOIN orders o ON o.id = e.order_id
         WHERE (e.order_id IS NOT NULL OR e.kind = 'purchase') AND o.id IS NULL",
    ),
    (
        "a redeemed code and its entry differ",
        "SELECT e.id FROM entries e LEFT JOIN redemptions r ON r.entry_id = e.id
         WHERE e.kind = 'redeem' AND (r.credits IS NOT e.amount OR r.user_id IS NOT e.user_id)",
    ),
    (
        "a code was used more often than it may be, or its count is wrong",
        "SELECT c.code FROM codes c JOIN code_batches b ON b.id = c.batch_id
         WHERE c.used > b.uses OR c.used <> (SELECT count(*) FROM redemptions r WHERE r.code = c.code)",
    ),
    (
        "a plan's credits and their entries differ",
        "SELECT g.entry_id FROM plan_grants g JOIN entries e ON e.id = g.entry_id
            LEFT JOIN entries x ON x.id = g.expire_entry
         WHERE e.kind <> 'grant' OR e.amount <> g.credits
            OR (g.expire_entry IS NOT NULL AND (x.kind IS NOT 'expire' OR -x.amount > g.credits))",
    ),
];
