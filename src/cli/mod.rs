//! The command line: one file a command. Commands run beside a server: same functions, same rules.

mod backup;
mod blobs;
mod codes;
mod config;
mod credits;
mod cutout;
mod demo;
mod exit;
mod gallery;
mod link;
mod make;
mod mock_providers;
mod models;
mod serve;
mod session;
mod user;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::accounts::{Accounts, SigningKeys};
use crate::config::{Config, Sources};
use crate::db::{Access, Db};
use crate::telemetry;
use crate::time::{Moment, Zone};

/// Turns ordinary photos into fashion pictures: a server with everything in one executable.
#[derive(Debug, Parser)]
#[command(name = "atelier", version, about)]
struct Cli {
    /// A file of settings instead of atelier.toml in the data directory
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the database and the pictures are
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server (the default)
    Serve,
    /// Make one picture of each kind from bundled photos, with a server of its own
    Demo(demo::Arguments),
    /// Make one picture from files, without a server that runs
    Make(make::Arguments),
    /// Cut the subject out of a photo
    Cutout(cutout::Arguments),
    /// Make the pictures of README again, in a checkout, and time every kind
    Gallery(gallery::Arguments),
    /// Check the settings, or show those in force
    #[command(subcommand)]
    Config(config::Command),
    /// Recompute every balance; ends with 1 if the books do not balance
    Verify,
    /// Show the models: keys, breakers, how they did lately, costs, retirement dates
    Models(models::Arguments),
    /// Play the vendors of image models, for trying things out without a key
    MockProviders(mock_providers::Arguments),
    /// Copy the database into a new file while the server runs
    Backup(backup::Arguments),
    /// Check a storage, or move pictures from one to another
    #[command(subcommand)]
    Blobs(blobs::Command),
    /// Add and list users, set passwords and roles
    #[command(subcommand)]
    User(user::Command),
    /// Give credits
    #[command(subcommand)]
    Credits(credits::Command),
    /// Make redeem codes
    #[command(subcommand)]
    Codes(codes::Command),
    /// Make a one-time link
    #[command(subcommand)]
    Link(link::Command),
}

/// Reads the command line, does what it says, and answers how it went.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match cli.command.as_ref().unwrap_or(&Command::Serve).run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::explain(&error),
    }
}

impl Command {
    fn run(&self, cli: &Cli) -> anyhow::Result<()> {
        let mut settings = Config::load(&Sources {
            file: cli.config.clone(),
            data_dir: cli.data_dir.clone(),
        })?;
        match self {
            Self::Serve => serve::run(settings),
            Self::Demo(arguments) => {
                quiet(&mut settings);
                in_runtime(arguments.run(settings))
            }
            Self::Make(arguments) => {
                quiet(&mut settings);
                in_runtime(arguments.run(settings))
            }
            Self::Cutout(arguments) => arguments.run(&settings),
            Self::Gallery(arguments) => {
                quiet(&mut settings);
                in_runtime(arguments.run(settings))
            }
            Self::Config(command) => command.run(&settings),
            Self::Verify => verify::run(&settings),
            Self::Models(arguments) => in_runtime(arguments.run(&settings)),
            Self::MockProviders(arguments) => in_runtime(arguments.run()),
            Self::Backup(arguments) => arguments.run(&settings),
            Self::Blobs(command) => command.run(&settings),
            Self::User(command) => in_runtime(command.run(&Desk::open(settings)?)),
            Self::Credits(command) => in_runtime(command.run(&Desk::open(settings)?)),
            Self::Codes(command) => in_runtime(command.run(&Desk::open(settings)?)),
            Self::Link(command) => in_runtime(command.run(&Desk::open(settings)?)),
        }
    }
}

/// The log of a command that runs a server says only what is wrong, unless more was asked for.
fn quiet(settings: &mut Config) {
    if settings.log.level == "info" {
        settings.log.level = "warn".into();
    }
    telemetry::start_log(&settings.log);
}

/// What a command that changes accounts works with.
struct Desk {
    settings: Config,
    db: Db,
    accounts: Accounts,
}

impl Desk {
    fn open(settings: Config) -> anyhow::Result<Self> {
        let db = Db::open(&settings.data_dir, Access::Command)?;
        let keys = in_runtime(async { Ok(SigningKeys::load_or_create(&db, now()).await?) })?;
        let accounts = Accounts::new(
            db.clone(),
            settings.auth.clone(),
            settings.credits.clone(),
            &keys,
            Zone::named(&settings.server.time_zone)?,
        );
        Ok(Self {
            settings,
            db,
            accounts,
        })
    }
}

fn in_runtime<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the threads cannot be started")?
        .block_on(work)
}

fn now() -> Moment {
    Moment::now()
}
