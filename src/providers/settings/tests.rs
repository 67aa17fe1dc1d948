//! What rows mean: values by quality, stand-ins, and rows that cannot be.

use serde_json::json;

use super::*;
use crate::kinds::{Kind, Quality};

fn model(row: serde_json::Value) -> ModelSettings {
    serde_json::from_value(row).expect("a model's row")
}

fn settings(models: &[(&str, serde_json::Value)], keys: &[&str]) -> Settings {
    let provider = |name: &str| {
        let key = if keys.contains(&name) { "k-1" } else { "" };
        let row = json!({"kind": name, "api_key": key});
        (
            name.to_owned(),
            serde_json::from_value(row).expect("a provider's row"),
        )
    };
    Settings {
        providers: ["gemini", "openrouter", "fashn"].map(provider).into(),
        models: models
            .iter()
            .map(|(name, row)| ((*name).to_owned(), model(row.clone())))
            .collect(),
        routing: RoutingSettings::default(),
    }
}

#[test]
fn a_value_is_for_all_qualities_or_for_each() {
    let row = model(json!({
        "provider": "gemini",
        "model": "one",
        "price_usd": {"draft": 0.01, "high": 0.1},
        "options": {"quality": "low"},
        "rates": {"high": {"image_out": 60}},
    }));
    assert_eq!(
        row.model.at(Quality::Draft).map(String::as_str),
        Some("one")
    );
    assert_eq!(row.price(Quality::Draft), Some(10_000));
    assert_eq!(
        row.price(Quality::Standard),
        None,
        "unknown is not the others' price"
    );
    let options = row.options.at(Quality::High).expect("options for all");
    assert_eq!(options["quality"], "low");
    assert_eq!(row.rates.at(Quality::Draft), None);
    let rates = row.rates.at(Quality::High).expect("rates of high");
    assert_eq!(rates.image_out.map(Usd::micros), Some(60_000_000));
    let again = serde_json::to_value(&row).expect("it can be shown");
    assert_eq!(model(again).price_usd, row.price_usd);
}

#[test]
fn a_model_without_a_key_is_skipped_or_stood_in_for() {
    let rows = [
        ("a", json!({"provider": "gemini", "model": "g"})),
        (
            "a-too",
            json!({"provider": "openrouter", "model": "o", "stands_in_for": "a"}),
        ),
        (
            "t",
            json!({"provider": "fashn", "model": "f", "kinds": ["virtual_tryon"]}),
        ),
    ];
    let used = |keys: &[&str]| -> Vec<(String, String)> {
        let settings = settings(&rows, keys);
        let pair = |row: Configured<'_>| (row.name.to_owned(), row.model.provider.clone());
        settings.configured().into_iter().map(pair).collect()
    };
    let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> {
        list.iter()
            .map(|(name, provider)| ((*name).to_owned(), (*provider).to_owned()))
            .collect()
    };
    assert_eq!(used(&[]), pairs(&[]));
    assert_eq!(used(&["gemini"]), pairs(&[("a", "gemini")]));
    let with_router = pairs(&[("a", "openrouter"), ("a-too", "openrouter")]);
    assert_eq!(used(&["openrouter"]), with_router);
    let with_both = pairs(&[("a", "gemini"), ("a-too", "openrouter")]);
    assert_eq!(used(&["gemini", "openrouter"]), with_both);
    let tryon = model(rows[2].1.clone());
    assert!(tryon.makes(Kind::VirtualTryon) && !tryon.makes(Kind::ProductPhoto));
}

#[test]
fn rows_that_cannot_be_are_named() {
    let bad = [
        (json!({"provider": "nobody", "model": "g"}), "provider"),
        (json!({"provider": "gemini"}), "model"),
        (
            json!({"provider": "gemini", "model": {"high": "g"}}),
            "model",
        ),
        (
            json!({"provider": "gemini", "model": "g", "stands_in_for": "b"}),
            "stands_in_for",
        ),
    ];
    let visible = json!({"provider": "gemini", "model": "g", "options": {"candidateCount": 2}});
    let error = settings(&[("a", visible)], &[]).check();
    let key = error.expect_err("a field of the adapter").key;
    assert_eq!(key, "models.\"a\".options.candidateCount");
    for (row, field) in bad {
        let error = settings(&[("a", row.clone())], &[]).check();
        let error = error.expect_err("a bad row");
        assert_eq!(error.key, format!("models.\"a\".{field}"), "{row}");
    }
}
