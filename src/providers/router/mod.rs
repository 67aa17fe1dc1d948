//! The router: which models may make a picture, in which order, and what is known of each.
//!
//! The order of a list is adjusted by six visible parts ([`Parts`]). A model that stops answering rests behind its
//! [`breaker`](State) until one real call finds it well again; one that fails or is slow loses points until that is
//! forgotten. Nothing here reads a clock or a table: outcomes go in, choices come out.

mod breaker;
mod budget;
mod candidate;
mod history;
mod lists;
mod model;
mod pace;
mod percentiles;
mod report;
mod score;
pub mod switches;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use breaker::State;
use budget::Budget;
pub use candidate::{Candidate, Errand, Unavailable};
pub use history::{Outcome, REMEMBERED};
pub use lists::RouterError;
use model::Trial;
pub use model::{Model, Pass};
pub use percentiles::Percentiles;
pub use report::{BudgetReport, ModelReport};
pub use score::{Parts, Wish};

use self::lists::Lists;
use super::{Adapters, ModelSettings, STUDIO, Settings};
use crate::kinds::{Choice, Kind, Quality};
use crate::time::{Moment, Zone};

/// Knows the models, the lists, and how each model did.
pub struct Router {
    models: BTreeMap<String, Arc<Model>>,
    /// Every row of the configuration, usable or not.
    rows: BTreeMap<String, ModelSettings>,
    lists: Lists,
    zone: Zone,
    budget: Mutex<Budget>,
}

/// The model that a job goes to, and why.
pub struct Chosen {
    /// The model.
    pub model: Arc<Model>,
    /// Every candidate as it stood when this one was chosen.
    pub candidates: Vec<Candidate>,
    /// Held while a call decides whether the model's rest is over.
    trial: Option<Trial>,
    /// True if the model rests, and nothing better is left.
    is_last_resort: bool,
}

impl Chosen {
    /// True while nothing has come between the choice and the call.
    pub fn holds(&self, now: Moment) -> bool {
        let may_rest = self.is_last_resort || self.trial.is_some();
        self.model.is_enabled() && (may_rest || !self.model.is_resting(now))
    }
}

impl Router {
    /// Builds every configured model; `studio` is always there. Days of budgets are those of `zone`.
    pub fn new(settings: &Settings, adapters: &Adapters, zone: Zone) -> Result<Self, RouterError> {
        let mut models = BTreeMap::new();
        for adapter in adapters.connect(settings)? {
            let model = Model::new(&adapter.name, adapter.provider, adapter.settings);
            models.insert(adapter.name, Arc::new(model));
        }
        models.entry(STUDIO.to_owned()).or_insert_with(|| {
            let row = ModelSettings::local(STUDIO);
            Arc::new(Model::new(STUDIO, adapters.studio.clone(), row))
        });
        let limit = settings.routing.daily_budget_usd.map(|usd| usd.micros());
        Ok(Self {
            lists: Lists::new(&settings.routing)?,
            rows: settings.models.clone(),
            models,
            budget: Mutex::new(Budget::new(zone.clone(), limit)),
            zone,
        })
    }

    /// The model with this name, if it can be called.
    pub fn model(&self, name: &str) -> Option<Arc<Model>> {
        self.models.get(name).cloned()
    }

    /// Every model that can be called.
    pub fn models(&self) -> impl Iterator<Item = &Arc<Model>> {
        self.models.values()
    }

    /// The list in force for an errand, in its order, with what each model is worth at `now`.
    pub fn candidates(&self, errand: Errand<'_>, now: Moment) -> Vec<Candidate> {
        let names = self.names(errand.kind, errand.mode);
        let prices = names.iter().filter_map(|name| self.models.get(name));
        let known = prices.filter_map(|model| model.price(errand.wish.quality));
        let dearest = known.max().unwrap_or(0);
        let rows = names.into_iter().enumerate();
        let mut candidates: Vec<Candidate> = rows
            .map(|(place, name)| self.candidate(errand, place, name, dearest, now))
            .collect();
        candidate::rank(&mut candidates);
        candidates
    }

    fn candidate(
        &self,
        errand: Errand<'_>,
        place: usize,
        name: String,
        dearest: i64,
        now: Moment,
    ) -> Candidate {
        let model = match self.usable(errand, &name, now) {
            Ok(model) => model,
            Err(why) => return Candidate::unavailable(name, place + 1, why),
        };
        let price = model.price(errand.wish.quality).unwrap_or(dearest);
        let usual_ms = f64::from(errand.kind.expected_secs()) * 1000.0;
        let (record, breaker) = model.record_at(place, price, usual_ms, now);
        let parts = Parts::of(errand.wish, &record);
        Candidate::available(name, place + 1, parts, breaker.id())
    }

    /// The model with this name, or why it cannot be used for an errand.
    fn usable(
        &self,
        errand: Errand<'_>,
        name: &str,
        now: Moment,
    ) -> Result<&Arc<Model>, Unavailable> {
        let model = self.models.get(name).ok_or(Unavailable::NotConfigured)?;
        if !model.settings().makes(errand.kind) {
            return Err(Unavailable::OtherKinds);
        }
        if !model.is_enabled() {
            return Err(Unavailable::Disabled);
        }
        let price = model.price(errand.wish.quality);
        let limit = model.daily_budget();
        if self.budget().is_reached(name, price, limit, now) {
            return Err(Unavailable::BudgetReached);
        }
        Ok(model)
    }

    /// The best model for an errand that is not among those `tried`. A model that rests is chosen only if none was
    /// tried and nothing else is left.
    pub fn choose(&self, errand: Errand<'_>, tried: &[String], now: Moment) -> Option<Chosen> {
        let candidates = self.candidates(errand, now);
        let mut order: Vec<&Candidate> = candidates.iter().filter(|c| c.available).collect();
        order.sort_by_key(|c| c.rank);
        let mut best = None;
        for candidate in order.iter().filter(|c| !tried.contains(&c.model)) {
            let model = self.models.get(&candidate.model)?;
            let trial = model.begin_trial(now);
            if trial.is_some() || !model.is_resting(now) {
                best = Some((model, trial, false));
                break;
            }
            if tried.is_empty() && best.is_none() {
                best = Some((model, None, true));
            }
        }
        let (model, trial, is_last_resort) = best?;
        Some(Chosen {
            model: Arc::clone(model),
            trial,
            is_last_resort,
            candidates,
        })
    }

    /// True if some model of the list can be used.
    pub fn is_served(&self, errand: Errand<'_>, now: Moment) -> bool {
        let names = self.names(errand.kind, errand.mode);
        names
            .iter()
            .any(|name| self.usable(errand, name, now).is_ok())
    }

    /// How many further jobs of a kind and mode its models have a use for: one for each free place, and for each place
    /// one that waits. `None` is any number. A model that rests counts only where all do.
    pub fn room(&self, kind: Kind, mode: &str, now: Moment) -> Option<usize> {
        let could = |name: &String, quality: &Quality| {
            let errand = Errand {
                kind,
                mode,
                wish: Wish::new(*quality, 0, 0, false),
            };
            self.usable(errand, name, now).ok().map(Arc::clone)
        };
        let names = self.names(kind, mode).into_iter();
        let usable = names.filter_map(|name| Quality::ALL.iter().find_map(|q| could(&name, q)));
        let usable: Vec<Arc<Model>> = usable.collect();
        let awake: Vec<_> = usable.iter().filter(|m| !m.is_resting(now)).collect();
        let asked = if awake.is_empty() {
            usable.iter().collect()
        } else {
            awake
        };
        // Where there is none, jobs have to be told so.
        asked.first()?;
        asked.into_iter().map(|model| model.room()).sum()
    }

    /// What tells one routing list from another in a cache key: its models and their recipes, whatever their state.
    pub fn fingerprint(&self, kind: Kind, mode: &str) -> String {
        let recipe = |name: String| {
            let model = self.models.get(&name)?;
            let made = model.settings().makes(kind);
            made.then(|| format!("{name}:{}", model.provider.recipe()))
        };
        let recipes: Vec<String> = self
            .names(kind, mode)
            .into_iter()
            .filter_map(recipe)
            .collect();
        recipes.join(">")
    }

    /// Takes note of what became of a call to a model.
    pub fn record(&self, model: &Model, outcome: Outcome, retry_after: Option<Duration>) {
        let Some((before, after)) = model.record(outcome, retry_after) else {
            return;
        };
        let (name, before, after) = (model.name.as_str(), before.id(), after.id());
        tracing::warn!(model = name, before, after, "a breaker changed");
        metrics::counter!("atelier_model_breaker_changes_total",
            "model" => name.to_owned(), "to" => after)
        .increment(1);
    }

    /// Counts what a call is expected to cost, before it leaves. False if the budget does not cover it.
    pub fn reserve(&self, model: &Model, expected: Option<i64>, now: Moment) -> bool {
        let mut budget = self.budget();
        let limit = model.daily_budget();
        let covered = !budget.is_reached(&model.name, expected, limit, now);
        if covered {
            budget.add(&model.name, expected.unwrap_or(0), now, now);
        }
        covered
    }

    /// Adds to what a model cost today: what a call cost more, or less, than expected.
    pub fn spend(&self, model: &str, micros: i64, begun: Moment, now: Moment) {
        self.budget().add(model, micros, begun, now);
    }

    /// The first moment of the day that budgets count at `now`.
    pub fn budget_day(&self, now: Moment) -> Moment {
        self.budget().day(now)
    }

    /// Lets a model know, after a start, what became of earlier calls, oldest first, and what an operator decided.
    pub fn remember(&self, name: &str, outcomes: &[Outcome], switch: Option<&switches::Switch>) {
        let Some(model) = self.models.get(name) else {
            return;
        };
        let reset_at = switch.and_then(|switch| switch.reset_at);
        let later = outcomes.partition_point(|o| reset_at.is_some_and(|at| o.at < at));
        for (index, outcome) in outcomes.iter().enumerate() {
            if let Some(at) = reset_at.filter(|_| index == later) {
                model.reset(at);
            }
            model.record(*outcome, None);
        }
        if let Some(at) = reset_at.filter(|_| later == outcomes.len()) {
            model.reset(at);
        }
        model.enable(!switch.is_some_and(|switch| switch.is_disabled));
    }

    /// Switches a model off or on.
    pub fn enable(&self, name: &str, is_enabled: bool) {
        if let Some(model) = self.models.get(name) {
            model.enable(is_enabled);
        }
    }

    /// Forgets what speaks against a model.
    pub fn reset(&self, name: &str, now: Moment) {
        if let Some(model) = self.models.get(name) {
            model.reset(now);
        }
    }

    /// True if a list or the configuration knows this name.
    pub fn knows(&self, name: &str) -> bool {
        self.models.contains_key(name) || self.rows.contains_key(name)
    }

    /// The names of the list in force. Without any configured model the list is just the studio; otherwise the studio
    /// is used only where a list names it.
    fn names(&self, kind: Kind, mode: &str) -> Vec<String> {
        let mut names = self.lists.names(kind, mode);
        let is_configured = self.models.keys().any(|name| name != STUDIO);
        if !is_configured && !names.iter().any(|name| name == STUDIO) {
            names.push(STUDIO.to_owned());
        }
        names
    }

    fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
