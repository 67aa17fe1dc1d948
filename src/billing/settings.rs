//! The section `billing`: what is for sale and by which channels it is paid.

use serde::{Deserialize, Serialize};

use super::channels::{ManualSettings, SandboxSettings, WechatPaySettings, XpaySettings};
use crate::i18n::Words;

/// Settings under `billing`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "RawSettings")]
pub struct Settings {
    /// ISO 4217 code of every price.
    pub currency: String,
    /// What a dollar costs, in hundredths of `currency`, for the margin; 0: not known.
    pub dollar_fen: u32,
    /// Minutes that an order waits for its payment.
    pub order_minutes: u32,
    /// Packages of credits.
    pub packages: Vec<Package>,
    /// Paid by hand, confirmed by an operator.
    pub manual: ManualSettings,
    /// Pretends to be paid.
    pub sandbox: SandboxSettings,
    /// WeChat Pay by QR code.
    pub wechat_pay: WechatPaySettings,
    /// WeChat's virtual payment.
    pub xpay: XpaySettings,
}

/// Credits for sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Its name for programs.
    pub id: String,
    /// Its name for people.
    pub label: Words,
    /// What it costs, in fen.
    pub price_fen: u32,
    /// What is paid for.
    pub credits: u32,
    /// What comes on top.
    #[serde(default)]
    pub bonus: u32,
    /// The id of the goods in the WeChat console; empty: not sold by `xpay`.
    #[serde(default)]
    pub xpay_product: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSettings {
    currency: String,
    dollar_fen: u32,
    order_minutes: u32,
    packages: Vec<Package>,
    manual: ManualSettings,
    sandbox: SandboxSettings,
    wechat_pay: WechatPaySettings,
    xpay: XpaySettings,
}

/// Settings that do not fit together.
#[derive(Debug, thiserror::Error)]
enum BadSettings {
    #[error("billing.currency must be three capital letters, such as CNY")]
    Currency,
    #[error("billing.order_minutes must be from 5 to 1440")]
    Minutes,
    #[error("billing.packages: two rows have the id {0:?}")]
    Twice(String),
    #[error(
        "billing.packages.{0}: id, price_fen and credits must not be empty or 0, nor above 100 million"
    )]
    Package(String),
}

const MOST: u32 = 100_000_000;

impl TryFrom<RawSettings> for Settings {
    type Error = BadSettings;

    fn try_from(raw: RawSettings) -> Result<Self, BadSettings> {
        let code = raw.currency.as_bytes();
        if code.len() != 3 || !code.iter().all(u8::is_ascii_uppercase) {
            return Err(BadSettings::Currency);
        }
        if !(5..=1440).contains(&raw.order_minutes) {
            return Err(BadSettings::Minutes);
        }
        for (at, row) in raw.packages.iter().enumerate() {
            let sane = |n: u32| (1..=MOST).contains(&n);
            if row.id.is_empty() || !sane(row.price_fen) || !sane(row.credits) || row.bonus > MOST {
                return Err(BadSettings::Package(row.id.clone()));
            }
            if raw.packages[..at].iter().any(|other| other.id == row.id) {
                return Err(BadSettings::Twice(row.id.clone()));
            }
        }
        Ok(Self {
            currency: raw.currency,
            dollar_fen: raw.dollar_fen,
            order_minutes: raw.order_minutes,
            packages: raw.packages,
            manual: raw.manual,
            sandbox: raw.sandbox,
            wechat_pay: raw.wechat_pay,
            xpay: raw.xpay,
        })
    }
}

impl Settings {
    /// The package with this id.
    pub fn package(&self, id: &str) -> Option<&Package> {
        self.packages.iter().find(|row| row.id == id)
    }
}
