//! `atelier codes`: makes a batch of redeem codes and prints them, one a line.

use clap::Subcommand;

use super::{Desk, now};
use crate::billing::codes::{self, NewBatch};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a batch of codes; they are printed one a line
    Create {
        /// How many codes
        #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
        count: u32,
        /// Credits of each
        #[arg(value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        credits: u32,
        /// Your name for the batch
        #[arg(long, default_value = "codes")]
        name: String,
        /// How often each can be used
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        uses: u32,
        /// How many of the batch one user can use
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        per_user: u32,
        /// Days until they are over; without it they never are
        #[arg(long)]
        days: Option<u32>,
    },
}

impl Command {
    pub(super) async fn run(&self, desk: &Desk) -> anyhow::Result<()> {
        let Self::Create {
            count,
            credits,
            name,
            uses,
            per_user,
            days,
        } = self;
        let later = |days: u32| now().plus_secs(i64::from(days) * 24 * 3600);
        let batch = NewBatch {
            name: name.clone(),
            credits: *credits,
            count: *count,
            uses: *uses,
            per_user: *per_user,
            expires_at: days.map(later),
            created_by: None,
        };
        let (_, made) = codes::create(&desk.db, batch, now()).await?;
        for code in made {
            println!("{}", code.grouped());
        }
        Ok(())
    }
}
