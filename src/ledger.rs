//! The ledger: every change of a balance is one entry, and the books can be proved. The only file that writes entries.

pub mod export;
mod read;
mod trade;
mod verify;

use serde::Serialize;

pub use read::{balance_after_charge, entries, last_entry, moved_after, summary, totals};
pub use trade::{expire_grant, give_back, plan_credits, purchase, redeem, take_back};
pub use verify::{Verdict, verify};

use crate::db::{DbError, Query, Tx};
use crate::i18n::Words;
use crate::ids::{EntryId, JobId, OrderId, UserId, WalletId};
use crate::kinds::{Kind, choice};
use crate::time::Moment;

choice! {
    /// Why a balance changed.
    EntryKind {
        SignupBonus = "signup_bonus", "注册赠送", "Sign-up bonus";
        Charge = "charge", "生成", "Picture";
        Refund = "refund", "退还", "Refund";
        Purchase = "purchase", "购买积分", "Purchase";
        Redeem = "redeem", "兑换码", "Redeemed code";
        Grant = "grant", "赠送", "Grant";
        Adjust = "adjust", "补偿", "Adjustment";
        Expire = "expire", "过期", "Expired";
    }
}

/// One entry as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    #[serde(skip)]
    /// Its place in the ledger.
    pub seq: i64,
    /// Its id.
    pub id: EntryId,
    /// Why the balance changed.
    pub kind: EntryKind,
    /// By how many credits.
    pub amount: i64,
    /// To how many credits.
    pub balance_after: i64,
    /// For people.
    pub description: Words,
    /// The job it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<JobId>,
    /// The order it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// Who acted.
    pub user_id: UserId,
    /// When.
    pub created_at: Moment,
}

/// A balance and its totals, in credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// What can be spent.
    pub balance: i64,
    /// Everything positive but refunds.
    pub total_earned: i64,
    /// Charges less refunds.
    pub total_spent: i64,
    /// When the balance last changed.
    pub updated_at: Moment,
}

/// The wallet and the user that an entry is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// What holds the credits.
    pub wallet: WalletId,
    /// Who acts.
    pub user: UserId,
}

/// A charge that the balance does not cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    /// What it costs.
    pub required: i64,
    /// What is there.
    pub balance: i64,
}

/// Opens an empty wallet.
pub fn open(tx: &Tx<'_>, now: Moment) -> Result<WalletId, DbError> {
    let wallet = WalletId::new();
    tx.run(
        "INSERT INTO wallets (id, created_at, updated_at) VALUES (?1, ?2, ?2)",
        (wallet, now),
    )?;
    Ok(wallet)
}

/// Charges the price of a job that stands in the table; `Err(Short)` inside `Ok` leaves everything as it was.
pub fn charge(
    tx: &Tx<'_>,
    account: Account,
    job: JobId,
    kind: Kind,
    price: u32,
    now: Moment,
) -> Result<Result<i64, Short>, DbError> {
    let required = i64::from(price);
    let Some(balance) = change_balance(tx, account.wallet, -required, now)? else {
        let balance = balance(tx, account.wallet)?;
        return Ok(Err(Short { required, balance }));
    };
    let mut draft = Draft::new(EntryKind::Charge, -required);
    draft.job = Some((job, kind));
    draft.write(tx, account, balance, now)?;
    Ok(Ok(balance))
}

/// Gives back what a job was charged, if it was; answers the amount.
pub fn refund(tx: &Tx<'_>, job: JobId, now: Moment) -> Result<i64, DbError> {
    let charged = tx.first(
        "SELECT wallet_id, user_id, -amount, job_kind FROM entries WHERE job_id = ?1 AND kind = 'charge'",
        [job],
        |row| {
            let account = Account { wallet: row.get(0)?, user: row.get(1)? };
            Ok((account, row.get::<_, i64>(2)?, row.get::<_, Kind>(3)?))
        },
    )?;
    let Some((account, amount, kind)) = charged else {
        return Ok(0);
    };
    let mut draft = Draft::new(EntryKind::Refund, amount);
    draft.job = Some((job, kind));
    draft.add(tx, account, now)?;
    Ok(amount)
}

/// Gives credits because an operator (or the first start, or an invitation) says so.
pub fn grant(
    tx: &Tx<'_>,
    account: Account,
    credits: u32,
    actor: Option<UserId>,
    reason: &str,
    now: Moment,
) -> Result<i64, DbError> {
    let mut draft = Draft::new(EntryKind::Grant, i64::from(credits));
    draft.actor = actor;
    draft.reason = Some(reason);
    draft.add(tx, account, now)
}

/// Gives the sign-up bonus unless `daily_max` of them were given since `day_start`.
pub fn signup_bonus(
    tx: &Tx<'_>,
    account: Account,
    credits: u32,
    day_start: Moment,
    daily_max: u32,
    now: Moment,
) -> Result<bool, DbError> {
    let given: i64 = tx.one(
        "SELECT count(*) FROM entries WHERE kind = 'signup_bonus' AND created_at >= ?1",
        [day_start],
        |row| row.get(0),
    )?;
    if credits == 0 || given >= i64::from(daily_max) {
        return Ok(false);
    }
    Draft::new(EntryKind::SignupBonus, i64::from(credits)).add(tx, account, now)?;
    Ok(true)
}

/// Gives back the price of a completed job, once; the amount, or `None` if it was free or is already made good.
pub fn make_good(
    tx: &Tx<'_>,
    job: JobId,
    actor: UserId,
    reason: &str,
    now: Moment,
) -> Result<Option<i64>, DbError> {
    let charged = tx.first(
        "SELECT wallet_id, user_id, -amount, job_kind FROM entries WHERE job_id = ?1 AND kind = 'charge'
         AND NOT EXISTS (SELECT 1 FROM entries x WHERE x.job_id = ?1 AND x.kind IN ('adjust', 'refund'))",
        [job],
        |row| {
            let account = Account { wallet: row.get(0)?, user: row.get(1)? };
            Ok((account, row.get::<_, i64>(2)?, row.get::<_, Kind>(3)?))
        },
    )?;
    let Some((account, amount, kind)) = charged else {
        return Ok(None);
    };
    let mut draft = Draft::new(EntryKind::Adjust, amount);
    draft.job = Some((job, kind));
    draft.actor = Some(actor);
    draft.reason = Some(reason);
    draft.add(tx, account, now)?;
    Ok(Some(amount))
}

/// Takes what is left in a wallet; answers how much that was.
pub fn expire_all(tx: &Tx<'_>, account: Account, now: Moment) -> Result<i64, DbError> {
    let left = balance(tx, account.wallet)?;
    if left > 0 {
        Draft::new(EntryKind::Expire, -left).add(tx, account, now)?;
    }
    Ok(left)
}

/// The balance of a wallet.
pub fn balance(db: &impl Query, wallet: WalletId) -> Result<i64, DbError> {
    Ok(
        db.one("SELECT balance FROM wallets WHERE id = ?1", [wallet], |r| {
            r.get(0)
        })?,
    )
}

/// One entry that is about to be written.
struct Draft<'a> {
    kind: EntryKind,
    amount: i64,
    job: Option<(JobId, Kind)>,
    order: Option<OrderId>,
    actor: Option<UserId>,
    reason: Option<&'a str>,
}

impl<'a> Draft<'a> {
    const fn new(kind: EntryKind, amount: i64) -> Self {
        Self {
            kind,
            amount,
            job: None,
            order: None,
            actor: None,
            reason: None,
        }
    }

    /// Changes the balance and writes the entry; answers the new balance.
    fn add(&self, tx: &Tx<'_>, account: Account, now: Moment) -> Result<i64, DbError> {
        let balance = change_balance(tx, account.wallet, self.amount, now)?
            .ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        self.write(tx, account, balance, now)?;
        Ok(balance)
    }

    /// As [`Draft::add`], but answers the entry.
    fn enter(&self, tx: &Tx<'_>, account: Account, now: Moment) -> Result<EntryId, DbError> {
        let balance = change_balance(tx, account.wallet, self.amount, now)?
            .ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        self.write(tx, account, balance, now)
    }

    fn write(
        &self,
        tx: &Tx<'_>,
        account: Account,
        balance: i64,
        now: Moment,
    ) -> Result<EntryId, DbError> {
        let id = EntryId::new();
        tx.run(
            "INSERT INTO entries (id, wallet_id, user_id, kind, amount, balance_after, job_id, job_kind,
                                  order_id, actor_id, reason, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            rusqlite::params![
                id,
                account.wallet,
                account.user,
                self.kind,
                self.amount,
                balance,
                self.job.map(|(id, _)| id),
                self.job.map(|(_, kind)| kind),
                self.order,
                self.actor,
                self.reason,
                now
            ],
        )?;
        Ok(id)
    }
}

fn change_balance(
    tx: &Tx<'_>,
    wallet: WalletId,
    amount: i64,
    now: Moment,
) -> Result<Option<i64>, DbError> {
    Ok(tx.first(
        "UPDATE wallets SET balance = balance + ?2, updated_at = ?3
         WHERE id = ?1 AND balance + ?2 >= 0 RETURNING balance",
        (wallet, amount, now),
        |row| row.get(0),
    )?)
}
