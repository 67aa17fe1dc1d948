//! Channels: how money arrives. Each translates between an order and its vendor and decides nothing.

mod manual;
mod sandbox;
mod wechat_pay;
mod xpay;

use async_trait::async_trait;
use serde_json::Value;

pub use manual::{Manual, Settings as ManualSettings, reference};
pub use sandbox::{Sandbox, Settings as SandboxSettings};
pub use wechat_pay::{BadKeys, OpenError, Settings as WechatPaySettings, WechatPay};
pub use xpay::{Settings as XpaySettings, Xpay};

use super::order::{Item, Order};
use super::orders::Receipt;
use crate::time::Moment;

/// Where a payment stands, as the channel says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was paid yet.
    Unpaid,
    /// It is paid.
    Paid(Receipt),
    /// It can no longer be paid.
    Closed,
    /// The channel cannot be asked: somebody has to look.
    Silent,
}

/// Where a refund stands, as the channel says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundStanding {
    /// The money is on its way.
    Pending,
    /// The money has gone back.
    Done,
    /// The channel will not refund; why.
    Refused(String),
    /// It hangs until an operator does something; what.
    Stuck(String),
}

/// News that a channel brings by itself, verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// The order with this trade number was paid.
    Paid {
        /// The order's name for the channel.
        trade_no: String,
        /// The payment.
        receipt: Receipt,
    },
    /// The refund with this number went on.
    Refund {
        /// The refund's name for the channel.
        refund_no: String,
        /// How far.
        standing: RefundStanding,
    },
    /// Nothing that matters here.
    Other,
}

/// A callback as it arrived.
pub struct Notice<'a> {
    /// A header's text by its lower-case name; empty if there is none.
    pub header: &'a (dyn Fn(&str) -> String + Sync),
    /// The body as sent.
    pub body: &'a [u8],
    /// When it arrived.
    pub now: Moment,
}

/// Why a channel could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// No answer, or one that leaves the outcome open.
    #[error("no usable answer: {0}")]
    Unknown(String),
    /// Too many calls; later ones will do.
    #[error("called too often: {0}")]
    Busy(String),
    /// It refuses by a fault of the settings or of ours.
    #[error("refused: {0}")]
    Refused(String),
    /// The order was paid already.
    #[error("the order is paid")]
    Paid,
    /// The channel does not sell this.
    #[error("this channel does not sell it")]
    NotSold,
    /// The buyer must log in with WeChat first, or again.
    #[error("the buyer's WeChat log-in is missing or stale")]
    LogIn,
    /// A callback that is not what it says.
    #[error("a callback that cannot be believed: {0}")]
    Forged(String),
}

/// How money arrives.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Tells the vendor of an order; what it answers is kept with the order. Telling twice is harmless.
    async fn open(&self, order: &Order) -> Result<Option<String>, ChannelError>;

    /// What the buyer's client needs in order to pay.
    async fn payment(&self, order: &Order) -> Result<Value, ChannelError>;

    /// Asks where the payment stands.
    async fn query(&self, order: &Order) -> Result<Standing, ChannelError>;

    /// Makes the order unpayable; harmless if it is.
    async fn close(&self, order: &Order) -> Result<(), ChannelError>;

    /// Sends the money back, under the order's `refund_no`, or says how far that is: one number never sends twice.
    async fn refund(&self, order: &Order) -> Result<RefundStanding, ChannelError>;

    /// Whether this can be paid here.
    fn sells(&self, _item: &Item) -> bool {
        true
    }

    /// The part that hears callbacks, if it has one.
    fn ear(&self) -> Option<&dyn Ear> {
        None
    }

    /// The part that reads messages that WeChat pushes, if it has one.
    fn inbox(&self) -> Option<&dyn Pushes> {
        None
    }
}

/// Hears the callbacks of a channel.
pub trait Ear: Send + Sync {
    /// Verifies a callback (signature, time, whose it is) and says what it means.
    fn hear(&self, notice: &Notice<'_>) -> Result<News, ChannelError>;
}

/// Reads messages that came by WeChat's push and were verified there.
pub trait Pushes: Send + Sync {
    /// What a message means.
    fn read(&self, event: &Value) -> Result<News, ChannelError>;

    /// Whether it is about this order: its buyer, and what they bought.
    fn belongs(&self, event: &Value, order: &Order) -> bool;
}
