//! Refunds that come too late or nowhere: answers about an earlier one, and a channel that is off.

use std::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;
use tokio::sync::oneshot;

use super::super::channels::{ChannelError, News, RefundStanding, Standing};
use super::*;

/// A channel whose refunds are answered when the test says so.
struct Slow(Mutex<VecDeque<oneshot::Receiver<RefundStanding>>>);

#[async_trait]
impl Channel for Slow {
    async fn open(&self, _: &Order) -> Result<Option<String>, ChannelError> {
        Ok(None)
    }

    async fn payment(&self, _: &Order) -> Result<Value, ChannelError> {
        Ok(Value::Null)
    }

    async fn query(&self, _: &Order) -> Result<Standing, ChannelError> {
        Ok(Standing::Unpaid)
    }

    async fn close(&self, _: &Order) -> Result<(), ChannelError> {
        Ok(())
    }

    async fn refund(&self, _: &Order) -> Result<RefundStanding, ChannelError> {
        let answer = self.0.lock().expect("whole").pop_front();
        Ok(answer.expect("expected").await.expect("answered"))
    }
}

impl Shop {
    /// An order of the customer, paid.
    async fn paid(&mut self) -> OrderId {
        self.live(Event::Place).await;
        let order = self.order(0).expect("an order");
        let receipt = orders::Receipt {
            transaction_id: "t".into(),
            amount_fen: order.item.amount_fen,
            currency: order.currency,
        };
        let settled = self.till.settle(order.id, receipt, self.now).await;
        assert_eq!(settled.expect("an answer"), orders::Settled::Now);
        order.id
    }
}

#[tokio::test]
async fn an_answer_about_an_earlier_refund_does_not_end_the_present_one() {
    let directory = tempfile::tempdir().expect("a directory");
    let (mut says, hears): (Vec<_>, VecDeque<_>) = (0..3).map(|_| oneshot::channel()).unzip();
    let mut shop = Shop::with(directory.path(), Box::new(Slow(Mutex::new(hears)))).await;
    let id = shop.paid().await;
    let (till, actor, now) = (shop.till.clone(), shop.account.user, shop.now);
    let (third, second, first) = (says.pop(), says.pop(), says.pop());
    let answer = |say: Option<oneshot::Sender<_>>, standing| {
        let told = say.expect("a way").send(standing);
        told.expect("somebody who asks");
    };
    answer(first, RefundStanding::Pending);
    let refund = till.refund(id, actor, "first".into(), now);
    let early = refund.await.expect("a refund");
    let refused = RefundStanding::Refused("closed".into());
    let meanwhile = async {
        let news = News::Refund {
            refund_no: early.refund_no.clone().expect("a number"),
            standing: refused.clone(),
        };
        let learned = till.learn(ChannelId::Sandbox, news, now).await;
        learned.expect("called off");
        answer(third, RefundStanding::Pending);
        let refund = till.refund(id, actor, "second".into(), now);
        let present = refund.await.expect("a refund");
        answer(second, refused.clone());
        present
    };
    // The question is put while the first refund runs, and answered while the second does.
    let (late, present) = tokio::join!(till.look(early.clone(), now), meanwhile);
    let late = late.expect("the order");
    assert_ne!(present.refund_no, early.refund_no);
    assert_eq!(
        (late.status, late.refund_no),
        (Status::Refunding, present.refund_no)
    );
    shop.db.close();
}

#[tokio::test]
async fn nothing_is_taken_back_for_a_channel_that_is_off() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut shop = Shop::open(directory.path()).await;
    let id = shop.paid().await;
    let closed = till(&shop.db, Vec::new());
    let refused = closed.refund(id, shop.account.user, "off".into(), shop.now);
    assert!(matches!(refused.await, Err(TillError::NoSuchChannel)));
    assert_eq!(shop.order(0).expect("an order").status, Status::Paid);
    shop.balance = 107;
    shop.check();
    shop.db.close();
}
