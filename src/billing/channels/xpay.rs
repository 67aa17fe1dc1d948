//! Virtual payment in the mini-program (xpay, goods bought directly): what WeChat wants for credits sold there.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Channel, ChannelError, News, Pushes, RefundStanding, Standing};
use crate::accounts::Accounts;
use crate::billing::order::{Item, ItemKind, Order};
use crate::billing::orders::Receipt;
use crate::secret::Secret;
use crate::time::Moment;
use crate::wechat::sign::{pay_sig, user_signature};
use crate::wechat::{Meaning, Wechat, WechatError};

/// The section `billing.xpay`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Whether it is on offer.
    pub enabled: bool,
    /// OfferID of the console.
    pub offer_id: String,
    /// The AppKey of the environment below.
    pub app_key: Secret,
    /// 0 the real one, 1 WeChat's sandbox.
    pub env: u8,
}

/// Virtual payment.
pub struct Xpay {
    settings: Settings,
    wechat: Wechat,
    accounts: Accounts,
    /// Ids of the goods in the console, by what they are here.
    products: BTreeMap<(&'static str, String), String>,
}

impl Xpay {
    /// The channel; `products` names the goods of the console by package and plan.
    pub fn new(
        settings: Settings,
        wechat: Wechat,
        accounts: Accounts,
        products: impl IntoIterator<Item = (ItemKind, String, String)>,
    ) -> Self {
        let known = products
            .into_iter()
            .filter(|(_, _, product)| !product.is_empty());
        Self {
            settings,
            wechat,
            accounts,
            products: known
                .map(|(kind, id, product)| ((kind_name(kind), id), product))
                .collect(),
        }
    }

    fn product(&self, item: &Item) -> Option<&str> {
        let key = (kind_name(item.kind), item.id.clone());
        self.products.get(&key).map(String::as_str)
    }

    /// Posts a signed body.
    async fn call(&self, uri: &str, body: &Value) -> Result<Value, WechatError> {
        let body = body.to_string();
        let signature = pay_sig(self.settings.app_key.expose(), uri, &body);
        let query = [("pay_sig", signature.as_str())];
        self.wechat.post(uri, &query, &body, Moment::now()).await
    }

    fn openid(&self, order: &Order) -> Result<String, ChannelError> {
        let known = self.accounts.wechat_of(order.account.user);
        let known = known.map_err(|error| ChannelError::Unknown(error.to_string()))?;
        known.map(|known| known.openid).ok_or(ChannelError::LogIn)
    }

    /// The order as WeChat has it; `None` if it has none, because nobody began to pay.
    async fn find(&self, order: &Order) -> Result<Option<Found>, ChannelError> {
        let openid = match self.openid(order) {
            Ok(openid) => openid,
            // Somebody who left: nobody can be asked of their order any more.
            Err(ChannelError::LogIn) => return Ok(None),
            Err(error) => return Err(error),
        };
        let body = json!({
            "openid": openid, "env": self.settings.env, "order_id": order.trade_no(),
        });
        match self.call("/xpay/query_order", &body).await {
            Ok(answer) => {
                let found = serde_json::from_value(answer["order"].clone());
                found
                    .map(Some)
                    .map_err(|error| ChannelError::Unknown(error.to_string()))
            }
            Err(WechatError::Refused { message, .. }) if message.contains("not exist") => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn receipt(&self, order_id: String, amount_fen: u32) -> Receipt {
        Receipt {
            // A number is paid once at WeChat, and it is what queries and pushes agree on.
            transaction_id: order_id,
            amount_fen,
            currency: "CNY".into(),
        }
    }
}

fn kind_name(kind: ItemKind) -> &'static str {
    crate::kinds::Choice::id(kind)
}

/// What the client passes to `wx.requestVirtualPayment`, in the order of the documents.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignData<'a> {
    offer_id: &'a str,
    buy_quantity: u32,
    env: u8,
    currency_type: &'a str,
    product_id: &'a str,
    goods_price: u32,
    out_trade_no: String,
    attach: String,
}

/// An order as `query_order` tells it.
#[derive(Deserialize)]
struct Found {
    status: u8,
    #[serde(default)]
    order_fee: u32,
    #[serde(default)]
    paid_fee: u32,
    #[serde(default)]
    left_fee: u32,
}

impl Found {
    /// What was paid and has not gone back.
    fn paid(&self) -> Option<u32> {
        let fee = if self.paid_fee > 0 {
            self.paid_fee
        } else {
            self.order_fee
        };
        matches!(self.status, 2..=4 | 7).then_some(fee)
    }
}

impl From<WechatError> for ChannelError {
    fn from(error: WechatError) -> Self {
        let text = error.to_string();
        match error.meaning() {
            Meaning::Busy => Self::Unknown(text),
            Meaning::TooOften => Self::Busy(text),
            Meaning::SessionStale | Meaning::UserUnknown | Meaning::CodeSpent => Self::LogIn,
            Meaning::Risky
            | Meaning::TokenStale
            | Meaning::NotSubscribed
            | Meaning::Template
            | Meaning::Done
            | Meaning::Settings
            | Meaning::Other => Self::Refused(text),
        }
    }
}

#[async_trait]
impl Channel for Xpay {
    /// WeChat hears of an order from the client; here it is only made sure that the buyer can pay.
    async fn open(&self, order: &Order) -> Result<Option<String>, ChannelError> {
        self.openid(order).map(|_| None)
    }

    async fn payment(&self, order: &Order) -> Result<Value, ChannelError> {
        let product = self.product(&order.item).ok_or(ChannelError::NotSold)?;
        let known = self.accounts.wechat_of(order.account.user);
        let known = known.map_err(|error| ChannelError::Unknown(error.to_string()))?;
        let session_key = known.and_then(|known| known.session_key);
        let session_key = session_key.ok_or(ChannelError::LogIn)?;
        let data = SignData {
            offer_id: &self.settings.offer_id,
            buy_quantity: 1,
            env: self.settings.env,
            currency_type: &order.currency,
            product_id: product,
            goods_price: order.item.amount_fen,
            out_trade_no: order.trade_no(),
            attach: order.id.to_string(),
        };
        let data =
            serde_json::to_string(&data).map_err(|e| ChannelError::Unknown(e.to_string()))?;
        let app_key = self.settings.app_key.expose();
        Ok(json!({
            "mode": "short_series_goods",
            "signData": data,
            "paySig": pay_sig(app_key, "requestVirtualPayment", &data),
            "signature": user_signature(session_key.expose(), &data),
        }))
    }

    async fn query(&self, order: &Order) -> Result<Standing, ChannelError> {
        let Some(found) = self.find(order).await? else {
            return Ok(Standing::Unpaid);
        };
        if matches!(found.status, 2 | 3) {
            // The push was lost: without this WeChat goes on asking for the goods. What is told here is done next.
            let body = json!({ "order_id": order.trade_no(), "env": self.settings.env });
            if let Err(error) = self.call("/xpay/notify_provide_goods", &body).await {
                tracing::warn!(order = %order.id, %error, "WeChat was not told that the goods are there");
            }
        }
        Ok(match found.paid() {
            Some(fee) => Standing::Paid(self.receipt(order.trade_no(), fee)),
            // Money that went back in the console brings nothing here.
            None if matches!(found.status, 5 | 6 | 8) => Standing::Closed,
            None => Standing::Unpaid,
        })
    }

    /// There is no call for it: an order that nobody pays ends by itself.
    async fn close(&self, _: &Order) -> Result<(), ChannelError> {
        Ok(())
    }

    async fn refund(&self, order: &Order) -> Result<RefundStanding, ChannelError> {
        let openid = self.openid(order)?;
        let found = self.find(order).await?;
        let found =
            found.ok_or_else(|| ChannelError::Unknown("WeChat has no such order".into()))?;
        match found.status {
            5 | 8 => return Ok(RefundStanding::Done),
            // Before anything was posted this is about an earlier try.
            7 if order.asks > 0 => {
                return Ok(RefundStanding::Refused("WeChat could not refund it".into()));
            }
            _ => {}
        }
        let body = json!({
            "openid": openid,
            "env": self.settings.env,
            "order_id": order.trade_no(),
            "refund_order_id": order.refund_no,
            "left_fee": found.left_fee,
            "refund_fee": order.item.amount_fen,
            "biz_meta": order.id,
            // "Other reason", asked for by the operator.
            "refund_reason": "5",
            "req_from": "1",
        });
        match self.call("/xpay/refund_order", &body).await {
            Ok(_) => Ok(RefundStanding::Pending),
            Err(error) if error.meaning() == Meaning::Done => Ok(RefundStanding::Pending),
            Err(WechatError::Refused { code, message }) if Meaning::of(code) == Meaning::Other => {
                // An order of an iPhone among others: only its buyer can ask Apple.
                Ok(RefundStanding::Stuck(format!(
                    "WeChat does not refund it: {code} {message}"
                )))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn sells(&self, item: &Item) -> bool {
        self.product(item).is_some()
    }

    fn inbox(&self) -> Option<&dyn Pushes> {
        Some(self)
    }
}

impl Pushes for Xpay {
    fn read(&self, event: &Value) -> Result<News, ChannelError> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let number = |value: &Value| {
            let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
            number.and_then(|n| u32::try_from(n).ok())
        };
        match event["Event"].as_str() {
            Some("xpay_goods_deliver_notify") => {
                if number(&event["Env"]) != Some(u32::from(self.settings.env)) {
                    return Err(ChannelError::Forged(
                        "a payment of another environment".into(),
                    ));
                }
                let goods = &event["GoodsInfo"];
                let sold = self
                    .products
                    .values()
                    .any(|id| goods["ProductId"] == id.as_str());
                let quantity = number(&goods["Quantity"]);
                let (Some(amount_fen), true, Some(1)) =
                    (number(&goods["ActualPrice"]), sold, quantity)
                else {
                    return Err(ChannelError::Forged("goods that are not sold here".into()));
                };
                let trade_no = text(&event["OutTradeNo"]);
                Ok(News::Paid {
                    receipt: self.receipt(trade_no.clone(), amount_fen),
                    trade_no,
                })
            }
            Some("xpay_refund_notify") => Ok(News::Refund {
                refund_no: text(&event["MchRefundId"]),
                standing: match number(&event["RetCode"]) {
                    Some(0) => RefundStanding::Done,
                    _ => RefundStanding::Refused(text(&event["RetMsg"])),
                },
            }),
            _ => Ok(News::Other),
        }
    }

    fn belongs(&self, event: &Value, order: &Order) -> bool {
        let same_goods = event["GoodsInfo"]["ProductId"]
            .as_str()
            .is_none_or(|id| self.product(&order.item) == Some(id));
        let same_buyer = match self.openid(order) {
            Ok(openid) => event["OpenId"] == openid.as_str(),
            // Nobody knows any more who somebody who left was; their money still counts.
            Err(error) => error == ChannelError::LogIn,
        };
        same_goods && same_buyer
    }
}
