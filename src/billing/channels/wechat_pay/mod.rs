//! WeChat Pay by QR code (API v3, Native): orders, queries, refunds and callbacks of one merchant.

mod api;
mod keys;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use keys::BadKeys;

use self::api::{Api, Refusal};
use self::keys::{Keys, Resource, Signed};
use super::{Channel, ChannelError, Ear, News, Notice, RefundStanding, Standing};
use crate::billing::order::Order;
use crate::billing::orders::Receipt;
use crate::secret::Secret;
use crate::time::Moment;

/// The section `billing.wechat_pay`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Whether it is on offer.
    pub enabled: bool,
    /// The merchant's number.
    pub mchid: String,
    /// The app that is bound to the merchant.
    pub appid: String,
    /// The serial number of the merchant's certificate.
    pub serial_no: String,
    /// The merchant's private key (`apiclient_key.pem`).
    pub private_key: Secret,
    /// WeChat Pay's public key (`pub_key.pem`).
    pub public_key: String,
    /// Its id, `PUB_KEY_ID_…`.
    pub public_key_id: String,
    /// The APIv3 key, 32 characters.
    pub apiv3_key: Secret,
    /// Where WeChat Pay is.
    pub base_url: String,
    /// What buyers read on their bill, before the item's name.
    pub description: String,
}

/// WeChat Pay by QR code.
pub struct WechatPay {
    api: Api,
    settings: Settings,
    notify_url: String,
}

/// Why the channel cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The keys do not fit.
    #[error(transparent)]
    Keys(#[from] BadKeys),
    /// No HTTP client.
    #[error("no HTTP client can be made: {0}")]
    Client(#[from] reqwest::Error),
}

impl WechatPay {
    /// The channel of a merchant, called back at `public_url`.
    pub fn new(settings: Settings, public_url: &str) -> Result<Self, OpenError> {
        Ok(Self {
            api: Api::new(&settings.base_url, Keys::new(&settings)?)?,
            notify_url: format!("{public_url}/v1/payments/wechat_native/notify"),
            settings,
        })
    }

    fn is_ours(&self, about: &Transaction) -> bool {
        about.mchid == self.settings.mchid
            && about
                .appid
                .as_ref()
                .is_none_or(|id| *id == self.settings.appid)
    }

    fn order_path(&self, order: &Order) -> String {
        format!("/v3/pay/transactions/out-trade-no/{}", order.trade_no())
    }
}

/// A payment, as queries and callbacks tell it.
#[derive(Deserialize)]
struct Transaction {
    mchid: String,
    appid: Option<String>,
    out_trade_no: String,
    #[serde(default)]
    transaction_id: String,
    trade_state: String,
    amount: Option<Amount>,
}

#[derive(Deserialize)]
struct Amount {
    #[serde(default)]
    total: u32,
    #[serde(default)]
    currency: String,
}

impl Transaction {
    fn standing(self) -> Standing {
        match (self.trade_state.as_str(), self.amount) {
            ("SUCCESS", Some(amount)) if !self.transaction_id.is_empty() => {
                Standing::Paid(Receipt {
                    transaction_id: self.transaction_id,
                    amount_fen: amount.total,
                    currency: amount.currency,
                })
            }
            // Money that went back in the console brings nothing here.
            ("CLOSED" | "REVOKED" | "REFUND", _) => Standing::Closed,
            _ => Standing::Unpaid,
        }
    }
}

/// A refund, as answers (`status`) and callbacks (`refund_status`) tell it.
#[derive(Deserialize)]
struct Refund {
    out_refund_no: String,
    mchid: Option<String>,
    #[serde(alias = "refund_status")]
    status: String,
}

impl Refund {
    fn standing(&self) -> RefundStanding {
        match self.status.as_str() {
            "SUCCESS" => RefundStanding::Done,
            "CLOSED" => RefundStanding::Refused("WeChat Pay closed the refund".into()),
            "ABNORMAL" => RefundStanding::Stuck(
                "the buyer's account cannot take the money; refund it in the merchant's console"
                    .into(),
            ),
            _ => RefundStanding::Pending,
        }
    }
}

/// `2026-11-22T23:59:59+00:00`, as their documents want it.
fn rfc3339(at: Moment) -> String {
    let text = Moment::from_millis(at.secs() * 1000).to_string();
    text.replace(".000Z", "+00:00")
}

#[async_trait]
impl Channel for WechatPay {
    async fn open(&self, order: &Order) -> Result<Option<String>, ChannelError> {
        let name = format!("{}-{}", self.settings.description, order.item.label.zh);
        let body = json!({
            "appid": self.settings.appid,
            "mchid": self.settings.mchid,
            "description": name.chars().take(40).collect::<String>(),
            "out_trade_no": order.trade_no(),
            "time_expire": rfc3339(order.expires_at),
            "notify_url": self.notify_url,
            "amount": { "total": order.item.amount_fen, "currency": order.currency },
        });
        let answer = self.api.post("/v3/pay/transactions/native", &body).await?;
        match answer["code_url"].as_str() {
            Some(url) => Ok(Some(url.to_owned())),
            None => Err(ChannelError::Unknown("no code_url".into())),
        }
    }

    async fn payment(&self, order: &Order) -> Result<Value, ChannelError> {
        let url = order.prepay.as_deref().unwrap_or_default();
        let code = QrCode::new(url).map_err(|error| ChannelError::Unknown(error.to_string()))?;
        let mut picture = code.render::<svg::Color<'_>>();
        let picture = picture.min_dimensions(240, 240).build();
        Ok(json!({ "code_url": url, "qr_svg": picture }))
    }

    async fn query(&self, order: &Order) -> Result<Standing, ChannelError> {
        let path = format!("{}?mchid={}", self.order_path(order), self.settings.mchid);
        let answer = match self.api.get(&path).await {
            Err(Refusal::NotThere) => return Ok(Standing::Unpaid),
            other => other?,
        };
        let about: Transaction = read(answer)?;
        if !self.is_ours(&about) || about.out_trade_no != order.trade_no() {
            return Err(ChannelError::Forged("an answer about another order".into()));
        }
        Ok(about.standing())
    }

    async fn close(&self, order: &Order) -> Result<(), ChannelError> {
        let body = json!({ "mchid": self.settings.mchid });
        let path = format!("{}/close", self.order_path(order));
        match self.api.post(&path, &body).await {
            Ok(_) | Err(Refusal::NotThere | Refusal::Closed) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }

    async fn refund(&self, order: &Order) -> Result<RefundStanding, ChannelError> {
        let number = order.refund_no.as_deref().unwrap_or_default();
        let known = self
            .api
            .get(&format!("/v3/refund/domestic/refunds/{number}"))
            .await;
        let answer = match known {
            Err(Refusal::NotThere) => {
                let total = order.item.amount_fen;
                let body = json!({
                    "out_trade_no": order.trade_no(),
                    "out_refund_no": number,
                    "reason": order.refund_reason,
                    "notify_url": self.notify_url,
                    "amount": { "refund": total, "total": total, "currency": order.currency },
                });
                let posted = self.api.post("/v3/refund/domestic/refunds", &body).await;
                match posted.map_err(ChannelError::from) {
                    // Not taken: nothing is on its way under this number.
                    Err(ChannelError::Refused(why)) => return Ok(RefundStanding::Stuck(why)),
                    other => other?,
                }
            }
            other => other?,
        };
        let about: Refund = read(answer)?;
        if about.out_refund_no != number {
            return Err(ChannelError::Forged(
                "an answer about another refund".into(),
            ));
        }
        Ok(about.standing())
    }

    fn ear(&self) -> Option<&dyn Ear> {
        Some(self)
    }
}

fn read<T: serde::de::DeserializeOwned>(answer: Value) -> Result<T, ChannelError> {
    serde_json::from_value(answer).map_err(|error| ChannelError::Unknown(error.to_string()))
}

/// The outside of a callback.
#[derive(Deserialize)]
struct Envelope {
    event_type: String,
    resource: Resource,
}

impl Ear for WechatPay {
    fn hear(&self, notice: &Notice<'_>) -> Result<News, ChannelError> {
        let forged = |error: serde_json::Error| ChannelError::Forged(error.to_string());
        let header = |name: &str| (notice.header)(name);
        let keys = self.api.keys();
        let signed = Signed {
            timestamp: &header("wechatpay-timestamp"),
            nonce: &header("wechatpay-nonce"),
            serial: &header("wechatpay-serial"),
            signature: &header("wechatpay-signature"),
            body: notice.body,
        };
        keys.verify(&signed, notice.now)?;
        let envelope: Envelope = serde_json::from_slice(notice.body).map_err(forged)?;
        let plain = keys.decrypt(&envelope.resource)?;
        if envelope.event_type.starts_with("REFUND.") {
            let about: Refund = serde_json::from_slice(&plain).map_err(forged)?;
            if about.mchid.as_ref() != Some(&self.settings.mchid) {
                return Err(ChannelError::Forged("a refund of another merchant".into()));
            }
            return Ok(News::Refund {
                standing: about.standing(),
                refund_no: about.out_refund_no,
            });
        }
        let about: Transaction = serde_json::from_slice(&plain).map_err(forged)?;
        if !self.is_ours(&about) || about.appid.is_none() {
            return Err(ChannelError::Forged(
                "a payment to another merchant or app".into(),
            ));
        }
        let trade_no = about.out_trade_no.clone();
        match about.standing() {
            Standing::Paid(receipt) => Ok(News::Paid { trade_no, receipt }),
            Standing::Unpaid | Standing::Closed | Standing::Silent => Ok(News::Other),
        }
    }
}
