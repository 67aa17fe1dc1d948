//! `atelier link`: one-time links, printed once.

use clap::Subcommand;

use super::{Desk, now, user};
use crate::accounts::{LinkTerms, Mode, NewAccount, Role};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Opens the account of an administrator
    Setup,
    /// Opens an account, whatever auth.registration says
    Invite {
        /// Credits beside the sign-up bonus
        #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
        credits: u32,
        /// Of an administrator
        #[arg(long)]
        admin: bool,
        /// In business mode
        #[arg(long)]
        business: bool,
    },
    /// Sets a new password for a user who forgot theirs
    Reset {
        /// A user name or usr_ id
        user: String,
    },
}

impl Command {
    pub(super) async fn run(&self, desk: &Desk) -> anyhow::Result<()> {
        let terms = self.terms(desk)?;
        let made = desk.accounts.create_link(terms, None, now()).await?;
        let server = &desk.settings.server;
        println!("{}", made.url(&server.base_url(&server.bind)));
        println!("It can be used once, until {}.", made.link.expires_at);
        Ok(())
    }

    fn terms(&self, desk: &Desk) -> anyhow::Result<LinkTerms> {
        Ok(match self {
            Self::Setup => LinkTerms::Setup,
            Self::Invite {
                credits,
                admin,
                business,
            } => LinkTerms::Invite {
                account: NewAccount {
                    role: if *admin { Role::Admin } else { Role::User },
                    mode: if *business {
                        Mode::Business
                    } else {
                        Mode::Personal
                    },
                },
                credits: *credits,
            },
            Self::Reset { user } => LinkTerms::Reset(user::find(desk, user)?.id),
        })
    }
}
