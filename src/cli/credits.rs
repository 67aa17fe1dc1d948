//! `atelier credits`: give some.

use clap::Subcommand;

use super::{Desk, now, user};
use crate::accounts::Deed;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Give a user credits; it stands in the ledger and in the audit log
    Grant {
        /// A user name or usr_ id
        user: String,
        /// How many
        #[arg(value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        credits: u32,
        /// Why; the user sees it
        #[arg(long)]
        reason: Option<String>,
    },
}

impl Command {
    pub(super) async fn run(&self, desk: &Desk) -> anyhow::Result<()> {
        let Self::Grant {
            user,
            credits,
            reason,
        } = self;
        let deed = Deed {
            actor: None,
            user: user::find(desk, user)?.id,
            reason: reason.clone(),
        };
        let user = desk.accounts.grant(deed, *credits, now()).await?;
        println!(
            "{} has {} credits now.",
            user.username.unwrap_or_default(),
            user.credits
        );
        Ok(())
    }
}
