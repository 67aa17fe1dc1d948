//! `atelier user`: add, list, passwd, role.

use std::io::{BufRead, IsTerminal, stdin};

use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};
use secrecy::{ExposeSecret, SecretString};

use super::{Desk, now};
use crate::accounts::{
    Deed, Mode, NewAccount, NewPassword, Role, User, UserFilter, Username, users,
};
use crate::ids::UserId;
use crate::kinds::Choice;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Open an account; asks for a password, or makes one if nobody can answer
    Add {
        /// The user name
        name: String,
        /// Make an administrator
        #[arg(long)]
        admin: bool,
        /// Work in business mode
        #[arg(long)]
        business: bool,
    },
    /// List users, newest first
    List {
        /// Only those whose name holds this
        search: Option<String>,
    },
    /// Set a user's password and end their sessions
    Passwd {
        /// A user name or usr_ id
        user: String,
    },
    /// Change what a user may do
    Role {
        /// A user name or usr_ id
        user: String,
        /// The role
        role: RoleName,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RoleName {
    /// Uses the service
    User,
    /// Administrates it
    Admin,
}

const PAGE: u32 = 500;

impl Command {
    pub(super) async fn run(&self, desk: &Desk) -> anyhow::Result<()> {
        match self {
            Self::Add {
                name,
                admin,
                business,
            } => add(desk, name, *admin, *business).await,
            Self::List { search } => list(desk, search.clone()).await,
            Self::Passwd { user } => passwd(desk, user).await,
            Self::Role { user, role } => set_role(desk, user, *role).await,
        }
    }
}

async fn add(desk: &Desk, name: &str, admin: bool, business: bool) -> anyhow::Result<()> {
    let (password, made) = password()?;
    let account = NewAccount {
        role: if admin { Role::Admin } else { Role::User },
        mode: if business {
            Mode::Business
        } else {
            Mode::Personal
        },
    };
    let opened = desk
        .accounts
        .add_user(name, password.clone(), account, now());
    let user = opened.await?;
    println!("{} {}", user.id, user.username.unwrap_or_default());
    show(&password, made);
    Ok(())
}

async fn list(desk: &Desk, search: Option<String>) -> anyhow::Result<()> {
    let filter = UserFilter {
        search,
        ..UserFilter::default()
    };
    let mut cursor = None;
    loop {
        let page = desk.accounts.list(filter.clone(), cursor, PAGE).await?;
        for user in &page {
            let name = user.username.as_deref().unwrap_or("-");
            let (role, mode, state) = (user.role.id(), user.mode.id(), user.state.id());
            println!(
                "{}  {role:5}  {mode:8}  {state:7}  {:>7}  {name}",
                user.id, user.credits
            );
        }
        cursor = page.last().map(|user| user.seq);
        if page.len() < PAGE as usize {
            return Ok(());
        }
    }
}

async fn passwd(desk: &Desk, user: &str) -> anyhow::Result<()> {
    let user = find(desk, user)?;
    let (password, made) = password()?;
    let set = desk.accounts.set_password(user.id, password.clone(), now());
    set.await?;
    println!("The password is set and all sessions have ended.");
    show(&password, made);
    Ok(())
}

async fn set_role(desk: &Desk, user: &str, role: RoleName) -> anyhow::Result<()> {
    let role = match role {
        RoleName::User => Role::User,
        RoleName::Admin => Role::Admin,
    };
    let deed = Deed {
        actor: None,
        user: find(desk, user)?.id,
        reason: None,
    };
    let user = desk.accounts.set_role(deed, role, now()).await?;
    println!(
        "{} {} is {} now.",
        user.id,
        user.username.unwrap_or_default(),
        user.role.id()
    );
    Ok(())
}

/// The user that a name or an id names.
pub(super) fn find(desk: &Desk, user: &str) -> anyhow::Result<User> {
    let found = match user.parse::<UserId>() {
        Ok(id) => desk.db.read(|db| users::find(db, id))?,
        Err(_) => {
            let name = Username::parse(user)?;
            desk.db.read(|db| users::find_by_name(db, &name))?
        }
    };
    found.with_context(|| format!("there is no user {user}"))
}

/// A password typed twice at a terminal, one line of a pipe, or one that is made up (then true).
fn password() -> anyhow::Result<(NewPassword, bool)> {
    if stdin().is_terminal() {
        let first = rpassword::prompt_password("Password (empty: make one): ")?;
        if first.is_empty() {
            return Ok((NewPassword::made(), true));
        }
        if rpassword::prompt_password("Again: ")? != first {
            bail!("the two passwords differ");
        }
        return Ok((NewPassword::chosen(SecretString::from(first)), false));
    }
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    Ok(match line.trim_end_matches(['\r', '\n']) {
        "" => (NewPassword::made(), true),
        typed => (NewPassword::chosen(SecretString::from(typed)), false),
    })
}

fn show(password: &NewPassword, made: bool) {
    if made {
        println!("password: {}", password.secret().expose_secret());
    }
}
