//! `atelier verify`: proves the books.

use super::exit::Found;
use crate::config::Config;
use crate::db::{Access, Db};
use crate::ledger;

pub(super) fn run(settings: &Config) -> anyhow::Result<()> {
    let db = Db::open(&settings.data_dir, Access::Command)?;
    let verdict = db.read(ledger::verify)?;
    for finding in &verdict.findings {
        println!("{finding}");
    }
    println!(
        "{} wallets, {} entries, {} jobs: {} differences",
        verdict.wallets, verdict.entries, verdict.jobs, verdict.differences
    );
    if verdict.differences > 0 {
        return Err(Found("the books do not balance".into()).into());
    }
    Ok(())
}
