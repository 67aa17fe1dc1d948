//! The router over simulated hours: the clock is a number and models fail by a fixed pattern, so that every run is the
//! same. What is stated: who gets how much traffic, how soon, and how often that changes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::imaging::{self, CpuPool};
use crate::kinds::Quality;
use crate::net::Fetcher;
use crate::providers::{Class, Sandbox, SandboxSettings};

const USUAL_SECS: i64 = 20;
const HOUR: i64 = 3600;

/// A router over sandboxes with these rows, in this order.
fn router(rows: &[(&str, Value)]) -> Router {
    let names: Vec<&str> = rows.iter().map(|(name, _)| *name).collect();
    let model = |(name, row): &(&str, Value)| {
        let mut row = row.clone();
        row["provider"] = json!("sandbox");
        ((*name).to_owned(), row)
    };
    let models: BTreeMap<String, Value> = rows.iter().map(model).collect();
    let parsed = |value: Value| value;
    let settings = Settings {
        providers: serde_json::from_value(parsed(json!({"sandbox": {"kind": "sandbox"}})))
            .expect("a provider"),
        models: serde_json::from_value(json!(models)).expect("models"),
        routing: serde_json::from_value(json!({"personal": names, "business": names}))
            .expect("lists"),
    };
    let adapters = Adapters {
        studio: Arc::new(Sandbox::new(SandboxSettings::default())),
        pool: CpuPool::new(&imaging::Settings::default()).expect("threads"),
        fetcher: Arc::new(Fetcher::new(Default::default())),
    };
    let zone = Zone::named("Asia/Shanghai").expect("a zone");
    Router::new(&settings, &adapters, zone).expect("a router")
}

fn errand(quality: Quality, paid_percent: u32) -> Errand<'static> {
    Errand {
        kind: Kind::ProductPhoto,
        mode: "business",
        wish: Wish {
            quality,
            paid_percent,
            is_first_class: false,
        },
    }
}

fn at(secs: i64) -> Moment {
    Moment::from_millis(1_763_000_000_000).plus_secs(secs)
}

/// Plays traffic against a router; remembers who took each job.
struct Play {
    router: Router,
    now: i64,
    taken: Vec<String>,
}

impl Play {
    fn new(rows: &[(&str, Value)]) -> Self {
        Self {
            router: router(rows),
            now: 0,
            taken: Vec::new(),
        }
    }

    /// Jobs for so many seconds, one every `every` seconds. Each asks models until one does not fail by `fate`, which is
    /// given the model and the number of the job.
    fn run(&mut self, secs: i64, every: i64, fate: impl Fn(&str, usize) -> Option<Class>) {
        let until = self.now + secs;
        while self.now < until {
            let (number, mut tried) = (self.taken.len(), Vec::new());
            let wish = errand(Quality::Standard, 100);
            let mut taken = "nobody".to_owned();
            while let Some(chosen) = self.router.choose(wish, &tried, at(self.now)) {
                let class = fate(&chosen.model.name, number);
                let outcome = Outcome {
                    class,
                    at: at(self.now),
                    millis: Some(USUAL_SECS * 1000),
                };
                self.router.record(&chosen.model, outcome, None);
                if class.is_none() {
                    taken.clone_from(&chosen.model.name);
                    break;
                }
                tried.push(chosen.model.name.clone());
            }
            self.taken.push(taken);
            self.now += every;
        }
    }

    /// The share of the last `jobs` jobs that a model took.
    fn share(&self, model: &str, jobs: usize) -> f64 {
        let last = &self.taken[self.taken.len() - jobs..];
        last.iter().filter(|m| *m == model).count() as f64 / jobs as f64
    }

    /// How often, among the last `jobs` jobs, another model than before took one.
    fn changes(&self, jobs: usize) -> usize {
        let last = &self.taken[self.taken.len() - jobs..];
        last.windows(2).filter(|pair| pair[0] != pair[1]).count()
    }
}

fn two() -> Play {
    Play::new(&[("first", json!({})), ("second", json!({}))])
}

const fn well(_: &str, _: usize) -> Option<Class> {
    None
}

fn first_down(model: &str, _: usize) -> Option<Class> {
    (model == "first").then_some(Class::Overloaded)
}

/// The first model fails every second call, never five in a row.
fn first_half(model: &str, number: usize) -> Option<Class> {
    (model == "first" && number % 2 == 1).then_some(Class::NoImage)
}

#[test]
fn a_list_in_good_health_is_served_by_its_first_model() {
    let mut play = two();
    play.run(HOUR, 1, well);
    assert_eq!(play.share("first", 3600), 1.0);
}

#[test]
fn a_model_that_is_down_loses_traffic_at_once_and_gets_it_back() {
    let mut play = two();
    play.run(HOUR, 1, well);
    play.run(HOUR, 1, first_down);
    assert_eq!(play.share("second", 3600), 1.0, "no job fails");
    let asked = play.router.model("first").expect("it is there");
    let failures = asked.past(at(play.now)).0.failures()["overloaded"];
    assert!(failures <= 20, "asked {failures} times while it was down");
    play.run(11 * 60, 1, well);
    assert_eq!(
        play.share("first", 30),
        1.0,
        "one real call brought it back"
    );
    assert!(play.changes(3600 + 11 * 60) <= 2, "no flapping");
}

#[test]
fn a_model_that_fails_half_its_calls_loses_traffic_within_twenty_jobs() {
    let mut play = two();
    play.run(HOUR, 1, well);
    let healthy = play.taken.len();
    play.run(HOUR, 1, first_half);
    let lost = play.taken[healthy..]
        .windows(5)
        .position(|five| five.iter().all(|m| m == "second"));
    assert!(lost.is_some_and(|at| at <= 20), "lost after {lost:?} jobs");
    assert!(
        play.share("second", 1800) > 0.95,
        "{}",
        play.share("second", 1800)
    );
    assert!(play.changes(1800) < 60, "{} changes", play.changes(1800));
    play.run(HOUR / 2, 1, well);
    assert_eq!(play.share("first", 600), 1.0, "it is well again");
}

#[test]
fn a_slow_trickle_of_failures_changes_nothing() {
    let mut play = two();
    let now_and_then = |model: &str, n: usize| {
        (model == "first" && n.is_multiple_of(20)).then_some(Class::NoImage)
    };
    play.run(4 * HOUR, 5, now_and_then);
    assert!(
        play.share("first", 1000) >= 0.94,
        "{}",
        play.share("first", 1000)
    );
}

#[test]
fn if_all_are_down_the_least_bad_is_still_asked_once_a_job() {
    let mut play = two();
    play.run(300, 1, |_, _| Some(Class::Overloaded));
    assert_eq!(play.share("nobody", 300), 1.0);
    let (tried, now) = (Vec::new(), at(play.now));
    let chosen = play
        .router
        .choose(errand(Quality::Standard, 100), &tried, now);
    let chosen = chosen.expect("the least bad");
    let name = chosen.model.name.clone();
    let other = play
        .router
        .choose(errand(Quality::Standard, 100), &[name], now);
    assert!(other.is_none(), "one that rests is enough for one run");
    play.run(11 * 60, 1, well);
    assert_eq!(play.share("first", 30), 1.0);
}

#[test]
fn a_slow_model_loses_traffic_to_a_quick_one() {
    let play = two();
    let first = play.router.model("first").expect("it is there");
    for n in 0..20 {
        let slow = Outcome {
            class: None,
            at: at(n),
            millis: Some(4 * 25 * 1000),
        };
        play.router.record(&first, slow, None);
    }
    let now = at(20);
    let chosen = |now| {
        let chosen = play.router.choose(errand(Quality::Standard, 100), &[], now);
        chosen.expect("a model").model.name.clone()
    };
    assert_eq!(chosen(now), "second");
    assert_eq!(chosen(now.plus_secs(HOUR)), "first", "that is long ago");
    assert_eq!(
        first.timeout(),
        Duration::from_secs(180),
        "3 × 100 s, at most the cap"
    );
}

#[test]
fn quality_and_plan_steer_as_stated() {
    let rows = [
        ("fine", json!({"best_for": "high", "price_usd": 0.14})),
        ("plain", json!({"best_for": "standard", "price_usd": 0.05})),
        ("cheap", json!({"best_for": "draft", "price_usd": 0.01})),
    ];
    let router = router(&rows);
    for (quality, paid, expected) in [
        (Quality::High, 100, "fine"),
        (Quality::High, 0, "fine"),
        (Quality::Standard, 100, "fine"),
        (Quality::Standard, 0, "plain"),
        (Quality::Draft, 100, "cheap"),
        (Quality::Draft, 0, "cheap"),
    ] {
        let chosen = router.choose(errand(quality, paid), &[], at(0));
        let chosen = chosen.expect("a model");
        assert_eq!(chosen.model.name, expected, "{quality:?} {paid} %");
        let sums = chosen.candidates.iter().map(|c| {
            let parts = c.parts.expect("it is available");
            let sum = parts.priority + parts.quality + parts.cost;
            let sum = sum + parts.success + parts.latency + parts.availability;
            (c.score.expect("points") - sum).abs()
        });
        assert!(sums.fold(0.0, f64::max) < 0.01, "the parts add up");
    }
}

#[test]
fn a_budget_that_is_reached_takes_a_model_out_until_midnight() {
    let rows = [
        ("dear", json!({"price_usd": 0.5, "daily_budget_usd": 1.0})),
        ("cheap", json!({"price_usd": 0.1})),
    ];
    let router = router(&rows);
    let dear = router.model("dear").expect("it is there");
    let wish = errand(Quality::High, 100);
    for _ in 0..2 {
        assert!(router.reserve(&dear, dear.price(Quality::High), at(0)));
    }
    assert!(!router.reserve(&dear, dear.price(Quality::High), at(0)));
    let candidates = router.candidates(wish, at(0));
    assert_eq!(candidates[0].unavailable, Some(Unavailable::BudgetReached));
    assert_eq!(candidates[1].rank, Some(1));
    assert_eq!(router.budget_report(at(0)).models_nearly_reached, ["dear"]);
    router.spend("dear", -500_000, at(0), at(1));
    assert!(router.candidates(wish, at(1))[0].available, "a call failed");
    assert!(router.candidates(wish, at(24 * HOUR))[0].available);
}

#[test]
fn an_operators_hand_outlives_a_restart() {
    let switch = |is_disabled, reset_at| switches::Switch {
        model: "first".into(),
        is_disabled,
        reset_at,
    };
    let bad: Vec<Outcome> = (0..5)
        .map(|n| Outcome {
            class: Some(Class::Auth),
            at: at(n),
            millis: None,
        })
        .collect();
    let first = |switch: Option<&switches::Switch>| {
        let play = two();
        play.router.remember("first", &bad, switch);
        let candidates = play.router.candidates(errand(Quality::High, 100), at(6));
        candidates[0].clone()
    };
    assert_eq!(first(None).breaker, Some("open"));
    let reset = switch(false, Some(at(5)));
    assert_eq!(first(Some(&reset)).breaker, Some("closed"));
    let early = switch(false, Some(at(2)));
    assert_eq!(first(Some(&early)).breaker, Some("open"), "it failed again");
    let disabled = switch(true, None);
    assert_eq!(
        first(Some(&disabled)).unavailable,
        Some(Unavailable::Disabled)
    );
}
