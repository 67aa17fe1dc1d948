//! The till: takes orders, hears what channels say, asks them what they did not say, and sends money back.
//!
//! Rows change in `orders`; channels talk to vendors; the till is where the two meet. Nothing here holds a
//! transaction open while a vendor answers, and everything can be done again after a crash.

mod refunds;
mod settling;

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use serde_json::Value;

use super::channels::{Channel, ChannelError};
use super::order::{self, ChannelId, Item, ItemKind, Order, Status};
use super::orders::{self, NewOrder, Placed, Terms};
use super::plans::PlansSettings;
use super::settings::Settings;
use super::subscriptions;
use crate::db::{Db, DbError, Tx};
use crate::ids::OrderId;
use crate::kinds::Choice;
use crate::ledger::Account;
use crate::time::{Moment, Zone};

/// What is wanted, by its id in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A package of credits.
    Package(String),
    /// A month of a plan.
    Plan(String),
}

/// Why an order was not placed or not changed.
#[derive(Debug, thiserror::Error)]
pub enum TillError {
    /// There is no such package or plan for sale.
    #[error("no such thing for sale")]
    NoSuchItem,
    /// The channel is not on offer, or not for this.
    #[error("no such channel for this")]
    NoSuchChannel,
    /// Another plan runs until then.
    #[error("another plan runs")]
    OtherPlan(Option<Moment>),
    /// An order for another plan waits for its payment.
    #[error("another plan is ordered")]
    OtherPlanOrdered,
    /// The key stands for another request.
    #[error("the key was used with another request")]
    KeyMismatch,
    /// The account is frozen.
    #[error("the account is frozen")]
    Inactive,
    /// There is no such order.
    #[error("no such order")]
    Unknown,
    /// The order stands elsewhere.
    #[error("not possible with an order that is {}", .0.id())]
    State(Status),
    /// The number of the transfer belongs to another order.
    #[error("another order has this payment")]
    TransactionTaken,
    /// Somebody paid another amount.
    #[error("the amount is another one")]
    WrongAmount,
    /// The channel failed.
    #[error(transparent)]
    Channel(#[from] ChannelError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What the till works with.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// `billing.*`
    pub settings: Settings,
    /// Plans on offer.
    pub plans: PlansSettings,
    /// The operator's months.
    pub zone: Zone,
    /// The channels on offer.
    pub channels: Vec<(ChannelId, Box<dyn Channel>)>,
}

/// Takes orders. Clones share it.
#[derive(Clone)]
pub struct Till {
    parts: Arc<Parts>,
    /// Orders that a channel was asked of a moment ago.
    asked: Cache<OrderId, ()>,
}

/// Clients that poll an order do not ask the vendor more often than this.
const ASK_AT_MOST_EVERY: Duration = Duration::from_secs(3);
const DAY_SECS: i64 = 24 * 3600;

impl Till {
    /// A till with these channels.
    pub fn new(parts: Parts) -> Self {
        Self {
            parts: Arc::new(parts),
            asked: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(ASK_AT_MOST_EVERY)
                .build(),
        }
    }

    /// `billing.*`
    pub fn settings(&self) -> &Settings {
        &self.parts.settings
    }

    /// The channels on offer.
    pub fn channels(&self) -> impl Iterator<Item = ChannelId> + '_ {
        self.parts.channels.iter().map(|(id, _)| *id)
    }

    fn channel(&self, id: ChannelId) -> Option<&dyn Channel> {
        let found = self.parts.channels.iter().find(|(known, _)| *known == id);
        found.map(|(_, channel)| channel.as_ref())
    }

    /// Runs `body` on an order in one transaction, with what settling needs.
    async fn change<T: Send + 'static>(
        &self,
        id: OrderId,
        now: Moment,
        body: impl FnOnce(&Tx<'_>, &Terms<'_>, &Order, Moment) -> Result<T, TillError> + Send + 'static,
    ) -> Result<T, TillError> {
        let parts = Arc::clone(&self.parts);
        let write = move |tx: &Tx<'_>| {
            let now = tx.clamp(now);
            let order = order::find(tx, id)?.ok_or(TillError::Unknown)?;
            let terms = Terms {
                plans: &parts.plans,
                zone: &parts.zone,
            };
            body(tx, &terms, &order, now)
        };
        self.parts.db.write(write).await
    }

    /// Takes an order and tells its channel. True if a key brought back an earlier one.
    pub async fn order(
        &self,
        buyer: Account,
        wanted: &Wanted,
        channel: ChannelId,
        key: Option<(String, [u8; 32])>,
        now: Moment,
    ) -> Result<(Order, bool), TillError> {
        let item = self.item(wanted)?;
        let open = self.channel(channel).filter(|open| open.sells(&item));
        open.ok_or(TillError::NoSuchChannel)?;
        let life_secs = match channel {
            ChannelId::Manual => i64::from(self.parts.settings.manual.days) * DAY_SECS,
            ChannelId::Sandbox | ChannelId::WechatNative | ChannelId::Xpay => {
                i64::from(self.parts.settings.order_minutes) * 60
            }
        };
        let new = NewOrder {
            account: buyer,
            channel,
            item,
            currency: self.parts.settings.currency.clone(),
            life_secs,
            key,
        };
        let parts = Arc::clone(&self.parts);
        let place = move |tx: &Tx<'_>| {
            let now = tx.clamp(now);
            let placed = orders::place(tx, &new, now)?;
            if let Placed::New(_) = placed {
                // The error undoes the order. A repeated request is answered as it was the first time.
                no_other_plan(tx, &parts.plans, &new, now)?;
            }
            Ok::<_, TillError>(placed)
        };
        let (id, replayed) = match self.parts.db.write(place).await? {
            Placed::New(id) => (id, false),
            Placed::Replayed(id) => (id, true),
            Placed::KeyMismatch => return Err(TillError::KeyMismatch),
            Placed::Inactive => return Err(TillError::Inactive),
        };
        let order = self.tell(self.find(id)?, now).await?;
        Ok((order, replayed))
    }

    fn item(&self, wanted: &Wanted) -> Result<Item, TillError> {
        match wanted {
            Wanted::Package(id) => {
                let row = self.parts.settings.package(id);
                let row = row.ok_or(TillError::NoSuchItem)?;
                Ok(Item {
                    kind: ItemKind::Package,
                    id: row.id.clone(),
                    label: row.label.clone(),
                    credits: row.credits + row.bonus,
                    bonus: row.bonus,
                    amount_fen: row.price_fen,
                })
            }
            Wanted::Plan(id) => {
                let row = self.parts.plans.row(id).filter(|row| row.price_fen > 0);
                let row = row.ok_or(TillError::NoSuchItem)?;
                Ok(Item {
                    kind: ItemKind::Plan,
                    id: id.clone(),
                    label: row.label.clone(),
                    credits: 0,
                    bonus: 0,
                    amount_fen: row.price_fen,
                })
            }
        }
    }

    /// Tells the channel of an order that it does not know yet.
    async fn tell(&self, order: Order, now: Moment) -> Result<Order, TillError> {
        let known = order.prepay.is_some() || order.status != Status::Pending;
        let Some(channel) = self.channel(order.channel).filter(|_| !known) else {
            return Ok(order);
        };
        let Some(prepay) = channel.open(&order).await? else {
            return Ok(order);
        };
        let id = order.id;
        let keep = move |tx: &Tx<'_>| orders::keep_prepay(tx, id, &prepay, tx.clamp(now));
        self.parts.db.write(keep).await?;
        self.find(id)
    }

    /// What the buyer's client needs in order to pay; `None` if the order cannot be paid now.
    pub async fn payment(&self, order: &Order, now: Moment) -> Result<Option<Value>, TillError> {
        if order.status != Status::Pending || order.expires_at <= now {
            return Ok(None);
        }
        match self.channel(order.channel) {
            Some(channel) => {
                let order = self.tell(order.clone(), now).await?;
                Ok(Some(channel.payment(&order).await?))
            }
            None => Ok(None),
        }
    }

    fn find(&self, id: OrderId) -> Result<Order, TillError> {
        let found = self.parts.db.read(|r| order::find(r, id))?;
        found.ok_or(TillError::Unknown)
    }
}

/// Refuses to sell a plan while another one runs or is about to be paid: it would take that one's place.
fn no_other_plan(
    tx: &Tx<'_>,
    plans: &PlansSettings,
    new: &NewOrder,
    now: Moment,
) -> Result<(), TillError> {
    if new.item.kind != ItemKind::Plan {
        return Ok(());
    }
    let (user, plan) = (new.account.user, new.item.id.as_str());
    if let Some(other) = subscriptions::other_running(tx, plans, user, plan, now)? {
        return Err(TillError::OtherPlan(other.ends_at));
    }
    if order::awaits_other_plan(tx, user, plan, now)? {
        return Err(TillError::OtherPlanOrdered);
    }
    Ok(())
}
