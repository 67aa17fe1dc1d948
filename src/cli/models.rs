//! `atelier models`: every model with its key, its breaker, how it did lately, what it costs and when it goes away.

use std::sync::Arc;

use clap::Args;

use crate::app::recall;
use crate::config::Config;
use crate::db::{Access, Db, DbError};
use crate::imaging::CpuPool;
use crate::kinds::Choice;
use crate::net::Fetcher;
use crate::providers::{Adapters, BudgetReport, ModelReport, Probed, Router, Studio};
use crate::time::Zone;
use crate::vision::Vision;

/// What else is asked for.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Ask providers whether their keys are good, where that costs nothing
    #[arg(long)]
    probe: bool,
}

impl Arguments {
    pub(super) async fn run(&self, settings: &Config) -> anyhow::Result<()> {
        let router = router(settings)?;
        let now = super::now();
        match Db::open(&settings.data_dir, Access::Command) {
            Ok(db) => recall(&router, &db, now)?,
            // Nothing was made here yet.
            Err(DbError::Missing(_)) => {}
            Err(error) => return Err(error.into()),
        }
        print(&router.report(now));
        print_budget(&router.budget_report(now));
        if self.probe {
            probe(&router).await;
        }
        Ok(())
    }
}

fn router(settings: &Config) -> anyhow::Result<Router> {
    let pool = CpuPool::new(&settings.imaging)?;
    let adapters = Adapters {
        studio: Arc::new(Studio::new(Arc::new(Vision::new()), pool.clone())),
        pool,
        fetcher: Arc::new(Fetcher::new(settings.net.clone())),
    };
    let zone = Zone::named(&settings.server.time_zone)?;
    Ok(Router::new(&settings.model_settings(), &adapters, zone)?)
}

fn print(models: &[ModelReport]) {
    println!(
        "{:<22} {:<12} {:>4} {:>4} {:<4} {:<9} {:>6} {:>8} {:>22} {:>9} {:>9}  upstream",
        "model",
        "provider",
        "pers",
        "biz",
        "key",
        "state",
        "calls",
        "success",
        "p50 / p90 / p99 s",
        "$/picture",
        "$ today"
    );
    for model in models {
        print_one(model);
    }
    println!("Of each model the last calls are looked at, 200 at most.");
    for model in models {
        let Some((date, days)) = model.retires_on.zip(model.retires_in_days) else {
            continue;
        };
        let name = &model.model;
        match days {
            ..0 => println!("WARNING: {name} was retired by its vendor on {date}"),
            0.. => {
                println!("WARNING: {name} will be retired by its vendor on {date}, in {days} days")
            }
        }
    }
}

fn print_one(model: &ModelReport) {
    let place = |place: Option<usize>| place.map_or("-".into(), |place| place.to_string());
    let state = if !model.configured {
        "-"
    } else if model.enabled {
        model.breaker
    } else {
        "disabled"
    };
    let took = model.took_ms.map_or("-".into(), |took| {
        let secs = |millis: i64| millis as f64 / 1000.0;
        let (p50, p90, p99) = (secs(took.p50), secs(took.p90), secs(took.p99));
        format!("{p50:.1} / {p90:.1} / {p99:.1}")
    });
    let price = match model.price_micros.get("standard") {
        Some(micros) => dollars(*micros),
        None if model.configured => "unknown".into(),
        None => "-".into(),
    };
    println!(
        "{:<22} {:<12} {:>4} {:>4} {:<4} {:<9} {:>6} {:>8} {:>22} {:>9} {:>9}  {}",
        model.model,
        model.provider.as_deref().unwrap_or("not set"),
        place(model.personal),
        place(model.business),
        if model.configured { "yes" } else { "no" },
        state,
        model.calls,
        model
            .success
            .map_or("-".into(), |share| format!("{:.0} %", share * 100.0)),
        took,
        price,
        dollars(model.spent_today_micros),
        model.upstream.get("standard").map_or("-", String::as_str),
    );
}

fn dollars(micros: i64) -> String {
    format!("{:.4}", micros as f64 / 1e6)
}

fn print_budget(budget: &BudgetReport) {
    let limit = budget.limit_micros.map_or("no limit".into(), dollars);
    let spent = dollars(budget.spent_micros);
    println!("Spent on {}: $ {spent} of {limit}", budget.day);
    if budget.nearly_reached {
        println!("WARNING: the budget of the day is nearly or wholly spent");
    }
    for model in &budget.models_nearly_reached {
        println!("WARNING: {model} has nearly or wholly spent its own budget of the day");
    }
    if !budget.not_covered.is_empty() {
        let models = budget.not_covered.join(", ");
        println!("No budget covers models whose price is unknown: {models}");
    }
}

async fn probe(router: &Router) {
    println!("Asking providers, free of charge:");
    for model in router.models() {
        let Some(probes) = model.provider.probes() else {
            println!("  {:<22} cannot be asked for free", model.name);
            continue;
        };
        match probes.probe().await {
            Ok(Probed::Ready) => println!("  {:<22} ready", model.name),
            Ok(Probed::KeyGood) => println!("  {:<22} the key is good", model.name),
            Ok(Probed::ModelListed) => {
                println!("  {:<22} is there; the key was not looked at", model.name);
            }
            Err(error) => println!(
                "  {:<22} {}: {} ({})",
                model.name,
                error.class.id(),
                error.class.label().en,
                error.detail
            ),
        }
    }
}
