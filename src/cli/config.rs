//! `atelier config`: is it right, and what is in force.

use clap::Subcommand;

use crate::config::{Config, MANUAL};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Say whether the settings can be used; ends with 78 if not
    Check,
    /// Print the settings in force, secrets hidden
    Show,
    /// Print every setting with its explanation and default
    Manual,
}

impl Command {
    pub(super) fn run(&self, settings: &Config) -> anyhow::Result<()> {
        match self {
            // They were read and checked on the way here, but for the files they name.
            Self::Check => {
                settings.vision()?;
                println!("The settings are good.");
            }
            Self::Show => print!("{}", settings.show()?),
            Self::Manual => print!("{MANUAL}"),
        }
        Ok(())
    }
}
