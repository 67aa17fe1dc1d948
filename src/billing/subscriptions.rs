//! Subscriptions: started, renewed, cancelled and ended, month by month. The only file that writes them.
//!
//! A subscription is paid in months from its start. Each month brings the plan's credits; what is unspent of them
//! expires when the next month begins or the subscription ends. Once the last paid month is over the plan goes on for
//! its days of grace, without new credits, unless it was cancelled.

use super::order::Order;
use super::orders::Terms;
use super::plans::PlansSettings;
use crate::db::{Db, DbError, Query, Reader, Tx};
use crate::ids::{EntryId, UserId};
use crate::ledger::{self, Account};
use crate::time::Moment;

/// Somebody's plan for as long as they paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Who has it, and the wallet that its credits go to.
    pub account: Account,
    /// The plan's id.
    pub plan: String,
    /// When the first month began.
    pub starts_at: Moment,
    /// When the last month ends; none: it goes on until it is cancelled.
    pub ends_at: Option<Moment>,
    /// Months in all; none: until it is cancelled.
    months: Option<u32>,
    /// Which of them runs, from 0.
    period: u32,
    /// When this month began.
    pub period_starts_at: Moment,
    /// When the user said that they do not want to renew it.
    pub cancelled_at: Option<Moment>,
    grant: Option<EntryId>,
}

/// For how long a plan is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// So many months more.
    Months(u32),
    /// Until it is cancelled.
    Open,
}

/// The subscription of a user, over or not.
pub fn find(db: &impl Query, user: UserId) -> Result<Option<Subscription>, DbError> {
    Ok(db.first(
        "SELECT user_id, wallet_id, plan, starts_at, ends_at, months, period, period_starts_at, cancelled_at,
                grant_entry FROM subscriptions WHERE user_id = ?1",
        [user],
        |row| {
            Ok(Subscription {
                account: Account {
                    user: row.get(0)?,
                    wallet: row.get(1)?,
                },
                plan: row.get(2)?,
                starts_at: row.get(3)?,
                ends_at: row.get(4)?,
                months: row.get(5)?,
                period: row.get(6)?,
                period_starts_at: row.get(7)?,
                cancelled_at: row.get(8)?,
                grant: row.get(9)?,
            })
        },
    )?)
}

/// The subscription of a user to another plan than this one, while its paid months run: what this plan would replace.
/// One that is no longer on offer offers nothing and is not counted.
pub(super) fn other_running(
    db: &impl Query,
    plans: &PlansSettings,
    user: UserId,
    plan: &str,
    now: Moment,
) -> Result<Option<Subscription>, DbError> {
    let known = find(db, user)?;
    Ok(known.filter(|known| {
        known.plan != plan
            && plans.row(&known.plan).is_some()
            && known.ends_at.is_none_or(|end| end > now)
    }))
}

impl Subscription {
    /// When it is over: the end of its last month, and the days of grace unless it was cancelled.
    pub fn over_at(&self, terms: &Terms<'_>) -> Option<Moment> {
        let end = self.ends_at?;
        let row = terms.plans.row(&self.plan);
        Some(row.map_or(end, |row| row.over_at(end, self.cancelled_at)))
    }

    fn is_over(&self, terms: &Terms<'_>, now: Moment) -> bool {
        self.over_at(terms).is_some_and(|end| end <= now)
    }

    fn month(&self, terms: &Terms<'_>, index: u32) -> Moment {
        terms.zone.months_later(self.starts_at, index)
    }

    /// The month that runs at `now`, at most the last that is paid.
    fn month_at(&self, terms: &Terms<'_>, now: Moment) -> u32 {
        let last = self
            .months
            .map_or(u32::MAX, |months| months.saturating_sub(1));
        let mut index = self.period;
        while index < last && self.month(terms, index + 1) <= now {
            index += 1;
        }
        index
    }
}

/// Starts a subscription or adds to the one that runs; another plan takes the place of the present one at once.
pub fn extend(
    tx: &Tx<'_>,
    terms: &Terms<'_>,
    account: Account,
    plan: &str,
    term: Term,
    now: Moment,
) -> Result<Subscription, DbError> {
    let known = find(tx, account.user)?;
    let runs = known.filter(|known| known.plan == plan && !known.is_over(terms, now));
    let subscription = match runs {
        Some(mut known) => {
            known.months = match (known.months, term) {
                (Some(paid), Term::Months(more)) => Some(paid + more),
                (None, _) | (_, Term::Open) => None,
            };
            known.cancelled_at = None;
            known.ends_at = known.months.map(|months| known.month(terms, months));
            store(tx, terms, &known)?;
            advance(tx, terms, known, now)?
        }
        None => start(tx, terms, account, plan, term, now)?,
    };
    Ok(subscription)
}

fn start(
    tx: &Tx<'_>,
    terms: &Terms<'_>,
    account: Account,
    plan: &str,
    term: Term,
    now: Moment,
) -> Result<Subscription, DbError> {
    end(tx, account.user, now)?;
    let months = match term {
        Term::Months(months) => Some(months),
        Term::Open => None,
    };
    let mut subscription = Subscription {
        account,
        plan: plan.to_owned(),
        starts_at: now,
        ends_at: months.map(|months| terms.zone.months_later(now, months)),
        months,
        period: 0,
        period_starts_at: now,
        cancelled_at: None,
        grant: None,
    };
    tx.run(
        "INSERT INTO subscriptions (user_id, wallet_id, plan, starts_at) VALUES (?1, ?2, ?3, ?4)",
        (account.user, account.wallet, plan, now),
    )?;
    begin_month(tx, terms, &mut subscription, 0, now)?;
    Ok(subscription)
}

/// Writes a subscription back, with the moment of its next step.
fn store(tx: &Tx<'_>, terms: &Terms<'_>, it: &Subscription) -> Result<(), DbError> {
    let month_ends = it.month(terms, it.period + 1);
    let last = it.months.is_some_and(|months| it.period + 1 >= months);
    let due = if last {
        it.over_at(terms)
    } else {
        Some(month_ends)
    };
    tx.run(
        "UPDATE subscriptions SET ends_at = ?2, months = ?3, period = ?4, period_starts_at = ?5, cancelled_at = ?6,
             grant_entry = ?7, due_at = ?8 WHERE user_id = ?1",
        (
            it.account.user,
            it.ends_at,
            it.months,
            it.period,
            it.period_starts_at,
            it.cancelled_at,
            it.grant,
            due,
        ),
    )?;
    Ok(())
}

fn begin_month(
    tx: &Tx<'_>,
    terms: &Terms<'_>,
    it: &mut Subscription,
    index: u32,
    now: Moment,
) -> Result<(), DbError> {
    expire(tx, it, now)?;
    it.period = index;
    it.period_starts_at = it.month(terms, index);
    let row = terms.plans.row(&it.plan);
    if let Some(row) = row.filter(|row| row.monthly_credits > 0) {
        let name = format!("{} / {}", row.label.zh, row.label.en);
        let entry = ledger::plan_credits(tx, it.account, row.monthly_credits, &name, now)?;
        tx.run(
            "INSERT INTO plan_grants (entry_id, user_id, plan, credits, starts_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            (entry, it.account.user, &it.plan, row.monthly_credits, now),
        )?;
        it.grant = Some(entry);
    }
    store(tx, terms, it)
}

/// Expires what is unspent of this month's credits; answers how many there were and how many went.
fn expire(tx: &Tx<'_>, it: &mut Subscription, now: Moment) -> Result<(u32, u32), DbError> {
    let Some(grant) = it.grant.take() else {
        return Ok((0, 0));
    };
    let expired = ledger::expire_grant(tx, it.account, grant, now)?;
    tx.run(
        "UPDATE plan_grants SET closed_at = ?2, expire_entry = ?3 WHERE entry_id = ?1",
        (grant, now, expired.map(|(entry, _)| entry)),
    )?;
    let granted = tx.one(
        "SELECT credits FROM plan_grants WHERE entry_id = ?1",
        [grant],
        |row| row.get(0),
    )?;
    Ok((granted, expired.map_or(0, |(_, credits)| credits)))
}

/// Does what is due: the next month begins, or the subscription ends.
fn advance(
    tx: &Tx<'_>,
    terms: &Terms<'_>,
    mut it: Subscription,
    now: Moment,
) -> Result<Subscription, DbError> {
    let month = it.month_at(terms, now);
    if it.is_over(terms, now) {
        end(tx, it.account.user, now)?;
    } else if month > it.period {
        begin_month(tx, terms, &mut it, month, now)?;
    } else {
        store(tx, terms, &it)?;
    }
    Ok(it)
}

/// Does what is due for at most `limit` subscriptions; answers for how many there was something.
pub async fn roll(
    db: &Db,
    plans: &PlansSettings,
    zone: &crate::time::Zone,
    limit: u32,
    now: Moment,
) -> Result<usize, DbError> {
    let (plans, zone) = (plans.clone(), zone.clone());
    let due = |db: &Reader<'_>| -> Result<Vec<UserId>, DbError> {
        Ok(db.all(
            "SELECT user_id FROM subscriptions WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2",
            (now, limit),
            |row| row.get(0),
        )?)
    };
    let users = db.read(due)?;
    let count = users.len();
    if count > 0 {
        db.write(move |tx| {
            let now = tx.clamp(now);
            let terms = Terms {
                plans: &plans,
                zone: &zone,
            };
            for user in users {
                if let Some(it) = find(tx, user)? {
                    advance(tx, &terms, it, now)?;
                }
            }
            Ok::<_, DbError>(())
        })
        .await?;
    }
    Ok(count)
}

/// The user does not want to renew: it runs to the end of what is paid, without grace. Answers when that is.
pub fn cancel(
    tx: &Tx<'_>,
    terms: &Terms<'_>,
    user: UserId,
    now: Moment,
) -> Result<Option<Moment>, DbError> {
    let known = find(tx, user)?.filter(|known| !known.is_over(terms, now));
    let Some(mut known) = known else {
        return Ok(None);
    };
    if known.months.is_none() {
        let months = known.month_at(terms, now) + 1;
        known.months = Some(months);
        known.ends_at = Some(known.month(terms, months));
    }
    known.cancelled_at = known.cancelled_at.or(Some(now));
    let ends_at = known.ends_at.map(|end| end.max(now));
    advance(tx, terms, known, now)?;
    Ok(ends_at)
}

/// Ends a subscription at once; what is unspent of its credits expires. Answers this month's credits and how many of
/// them went; `None` if there was no subscription.
pub fn end(tx: &Tx<'_>, user: UserId, now: Moment) -> Result<Option<(u32, u32)>, DbError> {
    let Some(mut known) = find(tx, user)? else {
        return Ok(None);
    };
    let expired = expire(tx, &mut known, now)?;
    tx.run("DELETE FROM subscriptions WHERE user_id = ?1", [user])?;
    Ok(Some(expired))
}

/// Takes back the month that a refunded order bought. Answers the credits that went and those that were spent.
pub(super) fn shorten(
    tx: &Tx<'_>,
    terms: &Terms<'_>,
    order: &Order,
    now: Moment,
) -> Result<(u32, u32), DbError> {
    let user = order.account.user;
    let known = find(tx, user)?.filter(|known| known.plan == order.item.id);
    let Some((mut known, months)) = known.and_then(|k| k.months.map(|months| (k, months))) else {
        return Ok((0, 0));
    };
    let left = months.saturating_sub(1);
    if left > known.period {
        known.months = Some(left);
        known.ends_at = Some(known.month(terms, left));
        store(tx, terms, &known)?;
        return Ok((0, 0));
    }
    let (granted, expired) = end(tx, user, now)?.unwrap_or((0, 0));
    Ok((expired, granted - expired))
}
