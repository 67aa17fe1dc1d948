//! The shop: which channels the till has, the sweep that forgets no order and no month of a plan, and WeChat.

use std::time::Duration;

use anyhow::Context;

use crate::accounts::{Accounts, SigningKeys};
use crate::billing::channels::{Channel, Manual, Sandbox, WechatPay, Xpay};
use crate::billing::order::{ChannelId, ItemKind};
use crate::billing::{Parts, Till};
use crate::config::Config;
use crate::http::wechat::Mini;
use crate::moderation::Words;
use crate::notices::Notices;
use crate::time::{Moment, Zone};
use crate::wechat::Wechat;
use crate::wechat::push::PushReader;

const SWEEP: Duration = Duration::from_secs(5);

/// What sells, and what speaks with WeChat.
pub(super) struct Shop {
    pub(super) wechat: Option<Mini>,
    pub(super) words: Words,
    pub(super) till: Till,
    pub(super) notices: Option<Notices>,
}

impl Shop {
    /// Opens what the settings switch on.
    pub(super) fn open(
        config: &Config,
        keys: &SigningKeys,
        accounts: &Accounts,
        public_url: &str,
    ) -> anyhow::Result<Self> {
        let wechat = mini_program(config)?;
        let client = wechat.as_ref().map(|mini| &mini.client);
        Ok(Self {
            till: till(config, keys, accounts, client, public_url)?,
            notices: notices(config, accounts, client)?,
            words: config.moderation.words_judge(client.cloned()),
            wechat,
        })
    }
}

/// WeChat, if a mini-program is configured.
fn mini_program(config: &Config) -> anyhow::Result<Option<Mini>> {
    let settings = &config.wechat;
    if !settings.is_on() {
        return Ok(None);
    }
    let pushes = PushReader::new(settings);
    Ok(Some(Mini {
        client: Wechat::new(settings.clone()).context("WeChat cannot be called")?,
        pushes: pushes
            .context("wechat.push.aes_key must be the 43 characters of EncodingAESKey")?,
    }))
}

/// The till with the channels that are switched on.
fn till(
    config: &Config,
    keys: &SigningKeys,
    accounts: &Accounts,
    wechat: Option<&Wechat>,
    public_url: &str,
) -> anyhow::Result<Till> {
    let settings = &config.billing;
    let mut channels: Vec<(ChannelId, Box<dyn Channel>)> = Vec::new();
    if settings.manual.enabled {
        channels.push((ChannelId::Manual, Box::new(Manual(settings.manual.clone()))));
    }
    if settings.sandbox.enabled {
        tracing::warn!("billing.sandbox is on: whoever orders gets credits without paying");
        let sandbox = Sandbox::new(keys.payments(), public_url);
        channels.push((ChannelId::Sandbox, Box::new(sandbox)));
    }
    let wechat_pays = settings.wechat_pay.enabled || settings.xpay.enabled;
    anyhow::ensure!(
        !wechat_pays || settings.currency == "CNY",
        "WeChat pays in CNY, billing.currency is {}",
        settings.currency
    );
    if settings.wechat_pay.enabled {
        let pay = WechatPay::new(settings.wechat_pay.clone(), public_url);
        let pay = pay.context("the channel wechat_native cannot be opened")?;
        channels.push((ChannelId::WechatNative, Box::new(pay)));
    }
    if settings.xpay.enabled {
        let wechat = wechat.context("billing.xpay needs the mini-program under wechat")?;
        let xpay = settings.xpay.clone();
        let xpay = Xpay::new(xpay, wechat.clone(), accounts.clone(), goods(config));
        channels.push((ChannelId::Xpay, Box::new(xpay)));
    }
    Ok(Till::new(Parts {
        db: accounts.db().clone(),
        settings: settings.clone(),
        plans: config.plans.clone(),
        zone: Zone::named(&config.server.time_zone)?,
        channels,
    }))
}

/// What is sold in the mini-program, and by which id its console knows it.
fn goods(config: &Config) -> Vec<(ItemKind, String, String)> {
    let packages = config.billing.packages.iter();
    let packages =
        packages.map(|row| (ItemKind::Package, row.id.clone(), row.xpay_product.clone()));
    let plans = config.plans.rows();
    let plans = plans.map(|(id, row)| (ItemKind::Plan, id.to_owned(), row.xpay_product.clone()));
    packages.chain(plans).collect()
}

/// Sweeps until it is aborted.
pub(super) async fn keep(till: Till) {
    let mut beat = tokio::time::interval(SWEEP);
    loop {
        beat.tick().await;
        if let Err(error) = till.sweep(Moment::now()).await {
            tracing::warn!(%error, "the shop was not swept this time");
        }
    }
}

/// Who is told of ended jobs, if there is a template to tell them with.
fn notices(
    config: &Config,
    accounts: &Accounts,
    wechat: Option<&Wechat>,
) -> anyhow::Result<Option<Notices>> {
    let wechat = wechat.filter(|_| !config.wechat.templates.job.id.is_empty());
    let Some(wechat) = wechat else {
        return Ok(None);
    };
    anyhow::ensure!(
        !wechat.settings().templates.job.data.is_empty(),
        "wechat.templates.job.data must name the fields of the template"
    );
    Ok(Some(Notices {
        db: accounts.db().clone(),
        accounts: accounts.clone(),
        wechat: wechat.clone(),
        zone: Zone::named(&config.server.time_zone)?,
    }))
}

/// Tells of ended jobs until it is aborted.
pub(super) async fn tell(notices: Option<Notices>) {
    if let Some(notices) = notices {
        notices.work().await;
    }
}
