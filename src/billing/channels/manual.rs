//! Paid by hand: a transfer or cash, that an operator has seen and confirms.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Channel, ChannelError, RefundStanding, Standing};
use crate::billing::order::Order;
use crate::i18n::Words;

/// The section `billing.manual`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Whether it is on offer.
    pub enabled: bool,
    /// How to pay, for buyers.
    pub instructions: Words,
    /// Days that an order waits for its payment.
    pub days: u32,
}

/// Paid by hand.
pub struct Manual(pub Settings);

#[async_trait]
impl Channel for Manual {
    async fn open(&self, _: &Order) -> Result<Option<String>, ChannelError> {
        Ok(None)
    }

    async fn payment(&self, order: &Order) -> Result<Value, ChannelError> {
        Ok(json!({
            "instructions": self.0.instructions,
            // What the buyer writes on the transfer, so that the operator finds the order.
            "reference": reference(order),
        }))
    }

    async fn query(&self, _: &Order) -> Result<Standing, ChannelError> {
        Ok(Standing::Silent)
    }

    async fn close(&self, _: &Order) -> Result<(), ChannelError> {
        Ok(())
    }

    /// The operator who refunds sends the money by hand.
    async fn refund(&self, _: &Order) -> Result<RefundStanding, ChannelError> {
        Ok(RefundStanding::Done)
    }
}

/// The last eight digits of the trade number, in capitals.
pub fn reference(order: &Order) -> String {
    let trade_no = order.trade_no();
    trade_no[trade_no.len() - 8..].to_uppercase()
}
