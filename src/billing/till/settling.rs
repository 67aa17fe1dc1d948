//! What becomes of an order: asked about, paid, called off; and the sweep that forgets none.

use super::{Parts, Till, TillError};
use crate::audit;
use crate::billing::channels::{Channel, ChannelError, News, Notice, Standing};
use crate::billing::order::{self, ChannelId, Order, Status};
use crate::billing::orders::{self, Receipt, Settled};
use crate::billing::subscriptions;
use crate::db::{DbError, Tx};
use crate::ids::{OrderId, UserId};
use crate::time::Moment;
use crate::wechat::push::Pushed;

/// Orders and subscriptions that one sweep looks at.
const SWEEP: u32 = 50;

impl Till {
    /// The order as it stands, after asking its channel if that was not asked a moment ago.
    pub async fn look(&self, order: Order, now: Moment) -> Result<Order, TillError> {
        let waits = match order.status {
            Status::Pending | Status::Refunding => true,
            Status::Paid | Status::Closed | Status::Refunded => false,
        };
        if !waits || !self.asked.entry(order.id).or_insert(()).is_fresh() {
            return Ok(order);
        }
        let id = order.id;
        if let Err(error) = self.ask(&order, now).await {
            tracing::warn!(order = %id, %error, "a channel could not be asked of an order");
        }
        self.find(id)
    }

    /// Asks the channel of one order and does what its answer says.
    async fn ask(&self, order: &Order, now: Moment) -> Result<(), TillError> {
        let Some(channel) = self.channel(order.channel) else {
            // Switched off: nothing can be paid or asked any more.
            return if order.status == Status::Pending && order.expires_at <= now {
                self.shut(order.id, now).await
            } else {
                Ok(())
            };
        };
        match order.status {
            Status::Refunding => {
                let answer = channel.refund(order).await;
                self.refunded(order.id, order.refund_no.as_deref(), answer, now)
                    .await
            }
            Status::Pending => {
                let standing = channel.query(order).await?;
                self.stands(order, standing, now).await
            }
            Status::Paid | Status::Closed | Status::Refunded => Ok(()),
        }
    }

    async fn stands(
        &self,
        order: &Order,
        standing: Standing,
        now: Moment,
    ) -> Result<(), TillError> {
        match standing {
            Standing::Paid(receipt) => self.settle(order.id, receipt, now).await.map(drop),
            Standing::Closed => self.shut(order.id, now).await,
            Standing::Unpaid | Standing::Silent if order.expires_at <= now => {
                self.call_off(order, now).await
            }
            Standing::Unpaid | Standing::Silent => Ok(()),
        }
    }

    /// Closes an unpaid order at its channel, asks once more, and closes it here.
    async fn call_off(&self, order: &Order, now: Moment) -> Result<(), TillError> {
        if let Some(channel) = self.channel(order.channel) {
            match channel.close(order).await {
                Ok(()) | Err(ChannelError::Paid) => {}
                Err(error) => return Err(error.into()),
            }
            if let Standing::Paid(receipt) = channel.query(order).await? {
                return self.settle(order.id, receipt, now).await.map(drop);
            }
        }
        self.shut(order.id, now).await
    }

    async fn shut(&self, id: OrderId, now: Moment) -> Result<(), TillError> {
        let close = move |tx: &Tx<'_>| orders::close(tx, id, tx.clamp(now)).map(drop);
        Ok(self.parts.db.write(close).await?)
    }

    /// The buyer or an operator calls an unpaid order off.
    pub async fn cancel(&self, order: &Order, now: Moment) -> Result<Order, TillError> {
        match order.status {
            Status::Pending => self.call_off(order, now).await?,
            Status::Closed => {}
            Status::Paid | Status::Refunding | Status::Refunded => {
                return Err(TillError::State(order.status));
            }
        }
        let order = self.find(order.id)?;
        match order.status {
            Status::Closed => Ok(order),
            Status::Pending | Status::Paid | Status::Refunding | Status::Refunded => {
                Err(TillError::State(order.status))
            }
        }
    }

    /// Settles an order with a payment.
    pub async fn settle(
        &self,
        id: OrderId,
        receipt: Receipt,
        now: Moment,
    ) -> Result<Settled, TillError> {
        let settled = self
            .change(id, now, move |tx, terms, order, now| {
                Ok(orders::settle(tx, terms, order, &receipt, now)?)
            })
            .await?;
        match settled {
            Settled::Now => tracing::info!(order = %id, "an order is paid"),
            Settled::Before => {}
            Settled::WrongAmount | Settled::Twice => {
                tracing::error!(order = %id, ?settled, "a payment does not fit its order");
            }
        }
        Ok(settled)
    }

    /// An operator has seen the money of an order that is paid by hand.
    pub async fn confirm(
        &self,
        id: OrderId,
        actor: UserId,
        transaction_id: String,
        now: Moment,
    ) -> Result<Order, TillError> {
        self.change(id, now, move |tx, terms, order, now| {
            let waits = match order.status {
                Status::Pending | Status::Closed => order.channel == ChannelId::Manual,
                Status::Paid | Status::Refunding | Status::Refunded => false,
            };
            if !waits {
                return Err(TillError::State(order.status));
            }
            let receipt = Receipt {
                transaction_id,
                amount_fen: order.item.amount_fen,
                currency: order.currency.clone(),
            };
            match orders::settle(tx, terms, order, &receipt, now)? {
                Settled::Now => {}
                // The error undoes the note: nothing arrived, the operator only typed a number that is taken.
                Settled::Before | Settled::WrongAmount | Settled::Twice => {
                    return Err(TillError::TransactionTaken);
                }
            }
            let detail = serde_json::json!({"transaction_id": receipt.transaction_id});
            let target = id.to_string();
            Ok(audit::write(
                tx,
                Some(actor),
                "order.confirm",
                Some(&target),
                &detail,
                now,
            )?)
        })
        .await?;
        self.find(id)
    }

    /// A callback arrived. An error makes the vendor send it again.
    pub async fn heard(&self, channel: ChannelId, notice: &Notice<'_>) -> Result<(), TillError> {
        let ear = self.channel(channel).and_then(Channel::ear);
        let news = ear.ok_or(TillError::NoSuchChannel)?.hear(notice)?;
        self.learn(channel, news, notice.now).await
    }

    /// Does what verified news of a channel say.
    pub async fn learn(
        &self,
        channel: ChannelId,
        news: News,
        now: Moment,
    ) -> Result<(), TillError> {
        match news {
            News::Other => Ok(()),
            News::Paid { trade_no, receipt } => {
                let id = order::by_trade_no(&trade_no).ok_or(TillError::Unknown)?;
                self.of_channel(self.find(id)?, channel)?;
                match self.settle(id, receipt, now).await? {
                    Settled::Now | Settled::Before | Settled::Twice => Ok(()),
                    Settled::WrongAmount => Err(TillError::WrongAmount),
                }
            }
            News::Refund {
                refund_no,
                standing,
            } => {
                let found = self
                    .parts
                    .db
                    .read(|r| order::find_by_refund(r, &refund_no))?;
                let order = self.of_channel(found.ok_or(TillError::Unknown)?, channel)?;
                self.refunded(order.id, Some(&refund_no), Ok(standing), now)
                    .await
            }
        }
    }

    /// WeChat pushed a message about a payment. One that anybody could have made is only a reason to ask.
    pub async fn pushed(&self, pushed: &Pushed, now: Moment) -> Result<(), TillError> {
        let channel = self
            .channel(ChannelId::Xpay)
            .ok_or(TillError::NoSuchChannel)?;
        let inbox = channel.inbox().ok_or(TillError::NoSuchChannel)?;
        let news = inbox.read(&pushed.event)?;
        let found = match &news {
            News::Other => return Ok(()),
            News::Paid { trade_no, .. } => {
                let id = order::by_trade_no(trade_no).ok_or(TillError::Unknown)?;
                Some(self.find(id)?)
            }
            News::Refund { refund_no, .. } => self
                .parts
                .db
                .read(|r| order::find_by_refund(r, refund_no))?,
        };
        let order = found.ok_or(TillError::Unknown)?;
        if order.channel != ChannelId::Xpay || !inbox.belongs(&pushed.event, &order) {
            return Err(ChannelError::Forged("a payment of somebody else".into()).into());
        }
        if pushed.sealed {
            return self.learn(ChannelId::Xpay, news, now).await;
        }
        if order.status == Status::Refunding {
            return self.ask(&order, now).await;
        }
        match channel.query(&order).await? {
            Standing::Paid(receipt) => self.settle(order.id, receipt, now).await.map(drop),
            Standing::Unpaid | Standing::Closed | Standing::Silent => Err(TillError::Unknown),
        }
    }

    fn of_channel(&self, order: Order, channel: ChannelId) -> Result<Order, TillError> {
        if order.channel == channel {
            Ok(order)
        } else {
            Err(TillError::Unknown)
        }
    }

    /// Asks of orders that nobody reported, and does what is due for subscriptions. Answers how many there were.
    pub async fn sweep(&self, now: Moment) -> Result<usize, DbError> {
        let due = self.parts.db.read(|r| order::to_ask(r, now, SWEEP))?;
        let count = due.len();
        for order in due {
            if let Err(error) = self.ask(&order, now).await {
                tracing::warn!(order = %order.id, %error, "a channel could not be asked of an order");
            }
            let asked = move |tx: &Tx<'_>| orders::asked(tx, &order, tx.clamp(now));
            self.parts.db.write(asked).await?;
        }
        let Parts {
            db, plans, zone, ..
        } = &*self.parts;
        Ok(count + subscriptions::roll(db, plans, zone, SWEEP, now).await?)
    }
}
