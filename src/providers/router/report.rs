//! How every model stands, for operators: `atelier models`, `/v1/admin/models`, the overview.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::breaker::State;
use super::budget::is_nearly;
use super::{Model, Percentiles, Router};
use crate::kinds::{Choice, Quality};
use crate::providers::{Class, ModelSettings, STUDIO};
use crate::time::Moment;

/// A retirement is announced so many days ahead.
const WARNING_DAYS: i32 = 30;

/// How one model stands.
#[derive(Clone, Debug, Serialize)]
pub struct ModelReport {
    /// Its logical name.
    pub model: String,
    /// The name of its provider's row, `studio` for the local engine; absent if nothing is set for this name.
    pub provider: Option<String>,
    /// The vendor's models, by quality.
    pub upstream: BTreeMap<&'static str, String>,
    /// True if it can be called: its provider has a key, or needs none.
    pub configured: bool,
    /// False if an operator switched it off.
    pub enabled: bool,
    /// Its place in the personal list, from 1.
    pub personal: Option<usize>,
    /// Its place in the business list, from 1.
    pub business: Option<usize>,
    /// `closed`, `open` or `half_open`.
    pub breaker: &'static str,
    /// When an open breaker lets a call pass.
    pub rests_until: Option<Moment>,
    /// What opened it.
    pub rests_because: Option<Class>,
    /// The last calls that are remembered.
    pub calls: usize,
    /// Of these, those that made a picture, 0..=1; absent without calls.
    pub success: Option<f64>,
    /// Of these, those that failed, by class.
    pub failures: BTreeMap<&'static str, usize>,
    /// How long these pictures took, in milliseconds.
    pub took_ms: Option<Percentiles>,
    /// Jobs that it works on or that wait for it.
    pub crowd: usize,
    /// Calls at once; absent if it waits for nobody.
    pub concurrency: Option<usize>,
    /// Seconds after which the outcome of a call counts as unknown now.
    pub timeout_secs: u64,
    /// What a picture costs in micro-dollars, by quality; without those that nobody knows.
    pub price_micros: BTreeMap<&'static str, i64>,
    /// What it cost today, in micro-dollars.
    pub spent_today_micros: i64,
    /// What it may cost a day, in micro-dollars.
    pub daily_budget_micros: Option<i64>,
    /// When its vendor takes it away.
    pub retires_on: Option<Date>,
    /// Days until then, from 30 days ahead on; negative afterwards.
    pub retires_in_days: Option<i32>,
}

/// What models cost today, against what they may.
#[derive(Clone, Debug, Serialize)]
pub struct BudgetReport {
    /// The operator's day.
    pub day: String,
    /// What all models cost today, in micro-dollars.
    pub spent_micros: i64,
    /// What they may; absent: any sum.
    pub limit_micros: Option<i64>,
    /// True from 80 % on.
    pub nearly_reached: bool,
    /// Models that are near or at their own limits.
    pub models_nearly_reached: Vec<String>,
    /// Models whose price nobody knows: no budget can cover them before their calls have ended.
    pub not_covered: Vec<String>,
}

impl Router {
    /// How every model stands that a list or the configuration names: lists first, in their order.
    pub fn report(&self, now: Moment) -> Vec<ModelReport> {
        let mut seen = BTreeSet::new();
        let listed = self.lists.all().chain(self.rows.keys());
        let names = listed.map(String::as_str).chain([STUDIO]);
        let names: Vec<&str> = names.filter(|name| seen.insert(*name)).collect();
        names.into_iter().map(|name| self.one(name, now)).collect()
    }

    /// What models cost today.
    pub fn budget_report(&self, now: Moment) -> BudgetReport {
        let mut budget = self.budget();
        let spent = budget.spent(now);
        let mut near = Vec::new();
        let mut not_covered = Vec::new();
        for model in self.models() {
            let limit = model.daily_budget();
            let by_model = budget.spent_by(&model.name, now);
            if limit.is_some_and(|limit| is_nearly(by_model, limit)) {
                near.push(model.name.clone());
            }
            if Quality::ALL.iter().any(|q| model.price(*q).is_none()) {
                not_covered.push(model.name.clone());
            }
        }
        BudgetReport {
            day: self.zone.day(now),
            spent_micros: spent,
            limit_micros: budget.limit(),
            nearly_reached: budget.limit().is_some_and(|limit| is_nearly(spent, limit)),
            models_nearly_reached: near,
            not_covered,
        }
    }

    fn one(&self, name: &str, now: Moment) -> ModelReport {
        let (personal, business) = self.lists.places(name);
        let model = self.models.get(name);
        let row = model.map_or_else(|| self.rows.get(name), |model| Some(model.settings()));
        let retires_on = row.and_then(|row| row.retires_on);
        let blank = ModelReport {
            model: name.to_owned(),
            provider: row.map(|row| row.provider.clone()),
            upstream: row.map(upstream).unwrap_or_default(),
            configured: model.is_some(),
            enabled: true,
            personal,
            business,
            breaker: State::Closed.id(),
            rests_until: None,
            rests_because: None,
            calls: 0,
            success: None,
            failures: BTreeMap::new(),
            took_ms: None,
            crowd: 0,
            concurrency: row.map(|row| row.concurrency),
            timeout_secs: row.map_or(0, |row| u64::from(row.timeout_secs)),
            price_micros: BTreeMap::new(),
            spent_today_micros: self.budget().spent_by(name, now),
            daily_budget_micros: row.and_then(|r| r.daily_budget_usd).map(|usd| usd.micros()),
            retires_on,
            retires_in_days: retires_on.and_then(|date| self.days_until(date, now)),
        };
        match model {
            Some(model) => measured(blank, model, now),
            None => blank,
        }
    }

    /// Days until a retirement that is near or past.
    fn days_until(&self, date: Date, now: Moment) -> Option<i32> {
        let days = self.zone.date(now).until(date).ok()?.get_days();
        (days <= WARNING_DAYS).then_some(days)
    }
}

fn upstream(row: &ModelSettings) -> BTreeMap<&'static str, String> {
    let named = |q: &Quality| Some((q.id(), row.model.at(*q)?.clone()));
    Quality::ALL.iter().filter_map(named).collect()
}

fn measured(blank: ModelReport, model: &Model, now: Moment) -> ModelReport {
    let (history, cause) = model.past(now);
    let (made, calls) = history.made();
    let state = model.breaker(now);
    let price = |q: &Quality| Some((q.id(), model.price(*q)?));
    ModelReport {
        enabled: model.is_enabled(),
        breaker: state.id(),
        rests_until: match state {
            State::Open { until } => Some(until),
            State::Closed | State::HalfOpen { .. } => None,
        },
        rests_because: cause,
        calls,
        success: (calls > 0).then(|| made as f64 / calls as f64),
        failures: history.failures(),
        took_ms: history.percentiles(),
        crowd: model.crowd(),
        concurrency: model.places(),
        timeout_secs: model.timeout().as_secs(),
        price_micros: Quality::ALL.iter().filter_map(price).collect(),
        ..blank
    }
}
