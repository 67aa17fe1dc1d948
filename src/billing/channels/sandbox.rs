//! Pretends to be paid, for demos and tests: the client gets a signed callback that it posts itself.

use async_trait::async_trait;
use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Channel, ChannelError, Ear, News, Notice, RefundStanding, Standing};
use crate::billing::order::Order;
use crate::billing::orders::Receipt;

/// The section `billing.sandbox`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Whether it is on offer: whoever orders is credited without paying.
    pub enabled: bool,
}

/// Pretends to be paid.
pub struct Sandbox {
    key: hmac::Key,
    notify_url: String,
}

impl Sandbox {
    /// A sandbox that signs with `secret` and is called back at `public_url`.
    pub fn new(secret: &[u8], public_url: &str) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret),
            notify_url: format!("{public_url}/v1/payments/sandbox/notify"),
        }
    }

    fn signature(&self, paid: &Paid) -> String {
        let Paid {
            trade_no,
            transaction_id,
            amount_fen,
            currency,
            ..
        } = paid;
        let text = format!("sandbox\n{trade_no}\n{transaction_id}\n{amount_fen}\n{currency}\n");
        let tag = hmac::sign(&self.key, text.as_bytes());
        tag.as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// The body of a callback.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paid {
    trade_no: String,
    transaction_id: String,
    amount_fen: u32,
    currency: String,
    #[serde(default)]
    signature: String,
}

#[async_trait]
impl Channel for Sandbox {
    async fn open(&self, _: &Order) -> Result<Option<String>, ChannelError> {
        Ok(None)
    }

    async fn payment(&self, order: &Order) -> Result<Value, ChannelError> {
        let mut paid = Paid {
            trade_no: order.trade_no(),
            transaction_id: format!("sandbox-{}", order.trade_no()),
            amount_fen: order.item.amount_fen,
            currency: order.currency.clone(),
            signature: String::new(),
        };
        paid.signature = self.signature(&paid);
        Ok(json!({ "notify_url": self.notify_url, "notify_body": paid }))
    }

    async fn query(&self, _: &Order) -> Result<Standing, ChannelError> {
        Ok(Standing::Unpaid)
    }

    async fn close(&self, _: &Order) -> Result<(), ChannelError> {
        Ok(())
    }

    async fn refund(&self, _: &Order) -> Result<RefundStanding, ChannelError> {
        Ok(RefundStanding::Done)
    }

    fn ear(&self) -> Option<&dyn Ear> {
        Some(self)
    }
}

impl Ear for Sandbox {
    fn hear(&self, notice: &Notice<'_>) -> Result<News, ChannelError> {
        let paid: Paid = serde_json::from_slice(notice.body)
            .map_err(|error| ChannelError::Forged(error.to_string()))?;
        let right = self.signature(&paid);
        let same = subtle::ConstantTimeEq::ct_eq(right.as_bytes(), paid.signature.as_bytes());
        if !bool::from(same) {
            return Err(ChannelError::Forged("the signature is another one".into()));
        }
        Ok(News::Paid {
            trade_no: paid.trade_no,
            receipt: Receipt {
                transaction_id: paid.transaction_id,
                amount_fen: paid.amount_fen,
                currency: paid.currency,
            },
        })
    }
}
