//! Calls to WeChat Pay: signed, verified, and their errors in one table.

use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::Value;

use super::keys::{Keys, Signed};
use crate::billing::channels::ChannelError;
use crate::ids::RequestId;
use crate::time::Moment;

const PATIENCE: Duration = Duration::from_secs(10);
/// Servers close idle connections without a word; one that is older is not used again.
const IDLE: Duration = Duration::from_secs(3);

/// The interface of WeChat Pay, for one merchant.
pub(super) struct Api {
    client: Client,
    base_url: String,
    keys: Keys,
}

/// What a refused call means.
#[derive(Debug)]
pub(super) enum Refusal {
    /// There is no such order or refund.
    NotThere,
    /// The order is closed.
    Closed,
    /// Anything else.
    Other(ChannelError),
}

impl From<Refusal> for ChannelError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotThere => Self::Refused("there is no such order or refund".into()),
            Refusal::Closed => Self::Refused("the order is closed".into()),
            Refusal::Other(error) => error,
        }
    }
}

impl Refusal {
    /// The table of error codes; the code counts, not the status.
    fn of(status: u16, code: &str, message: &str) -> Self {
        let text = format!("{code} {message}");
        Self::Other(match (code, status) {
            ("ORDER_NOT_EXIST" | "ORDERNOTEXIST" | "RESOURCE_NOT_EXISTS", _) => {
                return Self::NotThere;
            }
            ("ORDER_CLOSED" | "ORDERCLOSED", _) => return Self::Closed,
            ("ORDER_PAID" | "ORDERPAID", _) => ChannelError::Paid,
            ("FREQUENCY_LIMITED" | "FREQUENCY_LIMIT_EXCEED" | "RATELIMIT_EXCEEDED", _)
            | (_, 429) => ChannelError::Busy(text),
            // The outcome is open: it is asked about before anything is repeated.
            ("SYSTEM_ERROR", _) | (_, 500..) => ChannelError::Unknown(text),
            _ => ChannelError::Refused(text),
        })
    }
}

impl Api {
    pub(super) fn new(base_url: &str, keys: Keys) -> Result<Self, reqwest::Error> {
        let mut builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("Atelier/", env!("CARGO_PKG_VERSION")))
            .pool_idle_timeout(IDLE)
            .timeout(PATIENCE);
        if base_url.starts_with("http://") {
            // Plain http needs no certificates, so a stand-in also works where none are installed.
            builder = builder.tls_certs_only([]);
        }
        Ok(Self {
            client: builder.build()?,
            base_url: base_url.trim_end_matches('/').to_owned(),
            keys,
        })
    }

    pub(super) const fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, Refusal> {
        self.call(Method::GET, path, String::new()).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, Refusal> {
        self.call(Method::POST, path, body.to_string()).await
    }

    async fn call(&self, method: Method, path: &str, body: String) -> Result<Value, Refusal> {
        let lost = |error: reqwest::Error| {
            Refusal::Other(ChannelError::Unknown(error.without_url().to_string()))
        };
        let nonce = RequestId::new().digits().to_uppercase();
        let now = Moment::now();
        let authorization = self
            .keys
            .authorization(method.as_str(), path, &body, &nonce, now);
        let answer = self
            .client
            .request(method, format!("{}{path}", self.base_url))
            .header("authorization", authorization)
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .header("wechatpay-serial", self.keys.public_id())
            .body(body)
            .send()
            .await
            .map_err(lost)?;
        let status = answer.status();
        let headers = answer.headers().clone();
        let bytes = answer.bytes().await.map_err(lost)?;
        let parsed: Option<Value> = serde_json::from_slice(&bytes).ok();
        if !status.is_success() {
            let body = parsed.unwrap_or_default();
            let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            return Err(Refusal::of(
                status.as_u16(),
                &text("code"),
                &text("message"),
            ));
        }
        let header = |name: &str| {
            headers
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
        };
        let signed = Signed {
            timestamp: header("wechatpay-timestamp"),
            nonce: header("wechatpay-nonce"),
            serial: header("wechatpay-serial"),
            signature: header("wechatpay-signature"),
            body: &bytes,
        };
        self.keys
            .verify(&signed, Moment::now())
            .map_err(Refusal::Other)?;
        // Some answers are empty.
        Ok(parsed.unwrap_or_default())
    }
}
