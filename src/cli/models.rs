//! `atelier models`: which models there are, where they stand in the lists, and how they did lately.

use crate::config::Config;
use crate::db::{Access, Db, DbError};
use crate::jobs::attempts;
use crate::kinds::Choice;
use crate::providers::STUDIO;

/// The days that are looked at.
const DAYS: i64 = 7;

pub(super) fn run(settings: &Config) -> anyhow::Result<()> {
    let history = history(settings)?;
    let mut names: Vec<&str> = Vec::new();
    let lists = [&settings.routing.personal, &settings.routing.business];
    let listed = lists.into_iter().flatten().map(String::as_str);
    for name in listed
        .chain(settings.models.keys().map(String::as_str))
        .chain([STUDIO])
    {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    println!(
        "{:<24} {:<12} {:>8} {:>8} {:>9} {:>7} {:>8}",
        "model", "provider", "personal", "business", "attempts", "done", "unknown"
    );
    for name in names {
        let model = history.iter().find(|m| m.model == name);
        let place = |list: &[String]| {
            let at = list.iter().position(|n| n == name);
            at.map_or("-".to_owned(), |at| (at + 1).to_string())
        };
        println!(
            "{:<24} {:<12} {:>8} {:>8} {:>9} {:>7} {:>8}",
            name,
            provider(settings, name),
            place(&settings.routing.personal),
            place(&settings.routing.business),
            model.map_or(0, |m| m.attempts),
            model.map_or(0, |m| m.done),
            model.map_or(0, |m| m.unknown),
        );
    }
    println!("Attempts of the last {DAYS} days. A model that is not configured is skipped.");
    Ok(())
}

fn provider(settings: &Config, model: &str) -> &'static str {
    if model == STUDIO {
        return STUDIO;
    }
    let found = settings.models.get(model);
    let provider = found.and_then(|model| settings.providers.get(&model.provider));
    provider.map_or("not set", |p| p.kind.id())
}

/// How models did, if there is a database yet.
fn history(settings: &Config) -> anyhow::Result<Vec<attempts::ModelFigures>> {
    let since = super::now().plus_secs(-DAYS * 86_400);
    match Db::open(&settings.data_dir, Access::Command) {
        Ok(db) => Ok(db.read(|r| attempts::by_model(r, since))?),
        Err(DbError::Missing(_)) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}
