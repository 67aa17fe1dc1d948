//! The shop: which channels the till has, and the sweep that forgets no order and no month of a plan.

use std::time::Duration;

use crate::accounts::SigningKeys;
use crate::billing::channels::{Channel, Manual, Sandbox};
use crate::billing::order::ChannelId;
use crate::billing::{Parts, Till};
use crate::config::Config;
use crate::db::Db;
use crate::time::{Moment, Zone};

const SWEEP: Duration = Duration::from_secs(5);

/// The till with the channels that are switched on.
pub(super) fn till(
    config: &Config,
    db: &Db,
    keys: &SigningKeys,
    zone: &Zone,
    public_url: &str,
) -> Till {
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
    Till::new(Parts {
        db: db.clone(),
        settings: settings.clone(),
        plans: config.plans.clone(),
        zone: zone.clone(),
        channels,
    })
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
