//! Money that goes back: asked for, answered by its channel, given up.

use super::{Till, TillError};
use crate::audit;
use crate::billing::channels::{ChannelError, RefundStanding};
use crate::billing::order::{Order, Status};
use crate::billing::orders::{self, Terms};
use crate::db::Tx;
use crate::ids::{OrderId, UserId};
use crate::time::Moment;

impl Till {
    /// Sends the money of a paid order back. Credits are taken back first, at most the balance.
    pub async fn refund(
        &self,
        id: OrderId,
        actor: UserId,
        reason: String,
        now: Moment,
    ) -> Result<Order, TillError> {
        let channel = self.channel(self.find(id)?.channel);
        let channel = channel.ok_or(TillError::NoSuchChannel)?;
        let begin = move |tx: &Tx<'_>, terms: &Terms<'_>, order: &Order, now| {
            if order.status != Status::Paid {
                return Err(TillError::State(order.status));
            }
            Ok(orders::begin_refund(tx, terms, order, actor, &reason, now)?)
        };
        self.change(id, now, begin).await?;
        let order = self.find(id)?;
        let answer = channel.refund(&order).await;
        self.refunded(id, order.refund_no.as_deref(), answer, now)
            .await?;
        self.find(id)
    }

    /// Does what the channel said of the refund with this number. Another one may have begun meanwhile: the answer is
    /// not about that.
    pub(super) async fn refunded(
        &self,
        id: OrderId,
        refund_no: Option<&str>,
        answer: Result<RefundStanding, ChannelError>,
        now: Moment,
    ) -> Result<(), TillError> {
        let about = refund_no.map(str::to_owned);
        self.change(id, now, move |tx, terms, order, now| {
            if order.status != Status::Refunding || order.refund_no != about {
                return Ok(());
            }
            match answer {
                Ok(RefundStanding::Done) => {
                    orders::end_refund(tx, id, now)?;
                }
                Ok(RefundStanding::Pending) => {}
                Ok(RefundStanding::Refused(why)) => {
                    orders::undo_refund(tx, terms, order, &why, now)?;
                }
                Ok(RefundStanding::Stuck(why)) => orders::note(tx, id, &why, now)?,
                Err(error) => {
                    tracing::error!(order = %id, %error, "a refund waits");
                    orders::note(tx, id, &format!("the refund waits: {error}"), now)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// An operator gives a refund up that hangs: the order is paid as before. Its channel is asked first, and while that
    /// says that the money is on its way, or nothing, nothing is given up.
    pub async fn give_up_refund(
        &self,
        id: OrderId,
        actor: UserId,
        now: Moment,
    ) -> Result<Order, TillError> {
        let order = self.find(id)?;
        if order.status != Status::Refunding {
            return Err(TillError::State(order.status));
        }
        let channel = self.channel(order.channel);
        let channel = channel.ok_or(TillError::NoSuchChannel)?;
        let why = match channel.refund(&order).await {
            Ok(RefundStanding::Stuck(why) | RefundStanding::Refused(why)) => why,
            // Nobody can ask for somebody who left.
            Err(ChannelError::LogIn) => ChannelError::LogIn.to_string(),
            Ok(standing @ (RefundStanding::Pending | RefundStanding::Done)) => {
                self.refunded(id, order.refund_no.as_deref(), Ok(standing), now)
                    .await?;
                return Err(TillError::State(self.find(id)?.status));
            }
            Err(open) => return Err(open.into()),
        };
        self.undo_by_hand(&order, actor, &why, now).await?;
        self.find(id)
    }

    async fn undo_by_hand(
        &self,
        asked: &Order,
        actor: UserId,
        why: &str,
        now: Moment,
    ) -> Result<(), TillError> {
        let (id, about) = (asked.id, asked.refund_no.clone());
        let why = format!("an operator gave it up ({why})");
        self.change(id, now, move |tx, terms, order, now| {
            if order.status != Status::Refunding || order.refund_no != about {
                return Err(TillError::State(order.status));
            }
            orders::undo_refund(tx, terms, order, &why, now)?;
            let detail = serde_json::json!({
                "refund_no": order.refund_no, "taken_back": order.taken_back, "why": why,
            });
            let target = id.to_string();
            Ok(audit::write(
                tx,
                Some(actor),
                "order.refund_undo",
                Some(&target),
                &detail,
                now,
            )?)
        })
        .await
    }
}
