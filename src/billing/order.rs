//! An order as the table has it, and finding it. What changes one stands in `orders`.

use rusqlite::Row;
use serde::Serialize;

use crate::db::{DbError, Query};
use crate::i18n::Words;
use crate::ids::{OrderId, UserId};
use crate::kinds::choice;
use crate::ledger::Account;
use crate::time::Moment;

choice! {
    /// How an order is paid.
    ChannelId {
        Manual = "manual", "线下付款", "By hand";
        Sandbox = "sandbox", "模拟支付", "Sandbox";
        WechatNative = "wechat_native", "微信扫码支付", "WeChat Pay by QR code";
        Xpay = "xpay", "小程序虚拟支付", "WeChat virtual payment";
    }
}

choice! {
    /// Where an order stands.
    Status {
        Pending = "pending", "待支付", "Waiting for payment";
        Paid = "paid", "已支付", "Paid";
        Closed = "closed", "已关闭", "Closed";
        Refunding = "refunding", "退款中", "Being refunded";
        Refunded = "refunded", "已退款", "Refunded";
    }
}

choice! {
    /// What an order is for.
    ItemKind {
        Package = "package", "积分包", "Package of credits";
        Plan = "plan", "套餐", "A month of a plan";
    }
}

/// What is bought, as it was on offer when the order was placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// A package or a plan.
    pub kind: ItemKind,
    /// Its id in the configuration.
    pub id: String,
    /// Its name for people.
    pub label: Words,
    /// What paying brings at once, the bonus included.
    #[serde(skip)]
    pub credits: u32,
    /// The part of `credits` that is a gift.
    #[serde(skip)]
    pub bonus: u32,
    /// The price in fen.
    #[serde(skip)]
    pub amount_fen: u32,
}

/// An order.
#[derive(Clone, Debug)]
pub struct Order {
    /// Place in the table, for cursors.
    pub seq: i64,
    /// Its id.
    pub id: OrderId,
    /// Who buys, and the wallet that is credited.
    pub account: Account,
    /// How it is paid.
    pub channel: ChannelId,
    /// What is bought.
    pub item: Item,
    /// ISO 4217 code of the price.
    pub currency: String,
    /// Where it stands.
    pub status: Status,
    /// What the channel answered when it was told.
    pub prepay: Option<String>,
    /// The channel's name for the payment.
    pub transaction_id: Option<String>,
    /// The channel's name for the refund.
    pub refund_no: Option<String>,
    /// Why it is refunded.
    pub refund_reason: Option<String>,
    /// Credits that the refund took back.
    pub taken_back: u32,
    /// Credits that it could not take back because they were spent.
    pub shortfall: u32,
    /// What an operator should look at.
    pub problem: Option<String>,
    /// How often the channel was asked of it.
    pub asks: u32,
    /// When it was placed.
    pub created_at: Moment,
    /// Until when it can be paid.
    pub expires_at: Moment,
    /// When it was paid.
    pub paid_at: Option<Moment>,
    /// When the money went back.
    pub refunded_at: Option<Moment>,
}

impl Order {
    /// Its name for the channel: 32 characters of `0-9a-f`.
    pub fn trade_no(&self) -> String {
        self.id.digits()
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            id: row.get(1)?,
            account: Account {
                wallet: row.get(3)?,
                user: row.get(2)?,
            },
            channel: row.get(4)?,
            item: Item {
                kind: row.get(5)?,
                id: row.get(6)?,
                label: Words::new(row.get::<_, String>(7)?, row.get::<_, String>(8)?),
                credits: row.get(9)?,
                bonus: row.get(10)?,
                amount_fen: row.get(11)?,
            },
            currency: row.get(12)?,
            status: row.get(13)?,
            prepay: row.get(14)?,
            transaction_id: row.get(15)?,
            refund_no: row.get(16)?,
            refund_reason: row.get(17)?,
            taken_back: row.get(18)?,
            shortfall: row.get(19)?,
            problem: row.get(20)?,
            asks: row.get(21)?,
            created_at: row.get(22)?,
            expires_at: row.get(23)?,
            paid_at: row.get(24)?,
            refunded_at: row.get(25)?,
        })
    }
}

macro_rules! select_order {
    ($rest:literal) => {
        concat!(
            "SELECT seq, id, user_id, wallet_id, channel, item, item_id, label_zh, label_en, credits, bonus,
                    amount_fen, currency, status, prepay, transaction_id, refund_no, refund_reason, taken_back,
                    shortfall, problem, asks, created_at, expires_at, paid_at, refunded_at
             FROM orders ",
            $rest
        )
    };
}

/// The order with this id.
pub fn find(db: &impl Query, id: OrderId) -> Result<Option<Order>, DbError> {
    Ok(db.first(select_order!("WHERE id = ?1"), [id], Order::read)?)
}

/// The order whose refund has this number.
pub fn find_by_refund(db: &impl Query, refund_no: &str) -> Result<Option<Order>, DbError> {
    Ok(db.first(
        select_order!("WHERE refund_no = ?1"),
        [refund_no],
        Order::read,
    )?)
}

/// The order that a key of this user stands for, with the hash of its request.
pub fn find_by_key(
    db: &impl Query,
    user: UserId,
    key: &str,
) -> Result<Option<(OrderId, Vec<u8>)>, DbError> {
    Ok(db.first(
        "SELECT id, request_hash FROM orders WHERE user_id = ?1 AND key = ?2",
        (user, key),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

/// Whether an order of this user for another plan than this one can still be paid.
pub fn awaits_other_plan(
    db: &impl Query,
    user: UserId,
    plan: &str,
    now: Moment,
) -> Result<bool, DbError> {
    Ok(db.one(
        "SELECT EXISTS (SELECT 1 FROM orders WHERE user_id = ?1 AND item = 'plan' AND item_id <> ?2
             AND status = 'pending' AND expires_at > ?3)",
        (user, plan, now),
        |row| row.get(0),
    )?)
}

/// The order that a channel knows by this number.
pub fn by_trade_no(trade_no: &str) -> Option<OrderId> {
    format!("{}{trade_no}", OrderId::PREFIX).parse().ok()
}

/// Orders of a user before the one at `cursor`, newest first.
pub fn list_of(
    db: &impl Query,
    user: UserId,
    cursor: Option<i64>,
    limit: u32,
) -> Result<Vec<Order>, DbError> {
    Ok(db.all(
        select_order!("WHERE user_id = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3"),
        (user, cursor.unwrap_or(i64::MAX), limit),
        Order::read,
    )?)
}

/// Which orders an operator's list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only these.
    pub status: Option<Status>,
    /// Only these.
    pub channel: Option<ChannelId>,
    /// Only those that an operator should look at.
    pub problem: bool,
}

/// Orders before the one at `cursor`, newest first.
pub fn list(
    db: &impl Query,
    filter: &Filter,
    cursor: Option<i64>,
    limit: u32,
) -> Result<Vec<Order>, DbError> {
    Ok(db.all(
        select_order!(
            "WHERE seq < ?1 AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR channel = ?3)
               AND (NOT ?4 OR problem IS NOT NULL)
             ORDER BY seq DESC LIMIT ?5"
        ),
        (
            cursor.unwrap_or(i64::MAX),
            filter.status,
            filter.channel,
            filter.problem,
            limit,
        ),
        Order::read,
    )?)
}

/// Orders placed in `[from, until)` after the one at `after`, in order: the writer's clock never goes back.
pub fn of_span(
    db: &impl Query,
    (from, until): (Moment, Moment),
    after: i64,
    limit: u32,
) -> Result<Vec<Order>, DbError> {
    Ok(db.all(
        select_order!(
            "WHERE created_at >= ?1 AND created_at < ?2 AND seq > ?3 ORDER BY created_at, seq LIMIT ?4"
        ),
        (from, until, after, limit),
        Order::read,
    )?)
}

/// Orders whose channel is to be asked by now.
pub fn to_ask(db: &impl Query, now: Moment, limit: u32) -> Result<Vec<Order>, DbError> {
    Ok(db.all(
        select_order!("WHERE ask_at <= ?1 ORDER BY ask_at LIMIT ?2"),
        (now, limit),
        Order::read,
    )?)
}
