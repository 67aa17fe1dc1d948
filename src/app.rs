//! Puts the parts together: opens, binds, runs until it is told to stop, and stops in order.

mod chores;
mod engine;
mod shop;
mod tally;
mod watchdog;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use anyhow::Context;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::accounts::{Accounts, SigningKeys};
use crate::billing::Till;
use crate::blobs::Signer;
use crate::config::Config;
use crate::db::{Access, Db};
use crate::http::events::Seats;
use crate::http::middleware::Limits;
use crate::http::openapi::Description;
use crate::http::{self, State};
use crate::imaging::CpuPool;
use crate::jobs::queue::Recovered;
use crate::jobs::{Janitor, Workers};
use crate::notices::Notices;
use crate::time::{Moment, Zone};
use crate::traffic::Traffic;
use crate::vision::Vision;
use crate::webhooks::Courier;
use crate::{erase, telemetry};

pub use engine::{Engine, recall};
use shop::Shop;
use tally::Tally;

/// What can keep a server from starting, beside the database.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {bind}: {source}")]
    Bind {
        /// The setting `server.bind`.
        bind: String,
        /// Why.
        source: std::io::Error,
    },
}

impl StartError {
    /// The exit code of a process that ends because of this (as in sysexits.h).
    pub const EXIT_CODE: u8 = 69;
}

/// A server that is bound and ready to run.
pub struct App {
    db: Db,
    state: actix_web::web::Data<State>,
    workers: Arc<Workers>,
    janitor: Arc<Janitor>,
    vision: Arc<Vision>,
    pool: CpuPool,
    listener: TcpListener,
    address: SocketAddr,
    notices: Option<Notices>,
    config: Config,
}

/// How long the door waits for answers that are under way when everything else has ended.
const LAST_ANSWERS: Duration = Duration::from_secs(30);
/// Connections that may wait to be accepted; the standard library's 128 is soon full.
const BACKLOG: i32 = 2048;
/// Zips that are written at once.
const ZIPS: usize = 2;
const UPKEEP: Duration = Duration::from_secs(5);

impl App {
    /// Opens the database and binds the address.
    pub async fn build(config: Config) -> anyhow::Result<Self> {
        let db = Db::open(&config.data_dir, Access::Server)?;
        let (listener, address) = listen(&config.server.bind)?;
        let zone = Zone::named(&config.server.time_zone)?;
        let public_url = config.server.base_url(&address.to_string());
        let page = http::Page::new(&config.site, &config.retention)?;
        let keys = SigningKeys::load_or_create(&db, Moment::now()).await?;
        let accounts = accounts(&config, &db, &keys, &zone);
        let signer = Signer::new(keys.files());
        let blobs = config
            .blobs
            .open(&config.data_dir, signer.clone(), &public_url)?;
        let shop = Shop::open(&config, &keys, &accounts, &public_url)?;
        let stopping = CancellationToken::new();
        let engine = Engine::build(&config, &db, &blobs, &stopping)?;
        take_up(&db, &engine.workers).await?;
        let state = actix_web::web::Data::new(State {
            db: db.clone(),
            accounts,
            settings: config.server.clone(),
            description: Description::of(&public_url),
            public_url,
            zone,
            blobs,
            signer,
            uploads: engine.uploads,
            jobs: engine.jobs,
            webhooks: engine.webhooks,
            snapshots: engine.snapshots,
            router: engine.router,
            works: config.works.clone(),
            space: engine.space,
            chores: engine.chores,
            review_hours: config.moderation.review_hours,
            words: shop.words,
            plans: config.plans.clone(),
            wechat: shop.wechat,
            till: shop.till,
            prices: config.prices.clone(),
            outputs: config.outputs.clone(),
            site: config.site.clone(),
            page,
            pool: engine.pool.clone(),
            producer_code: config.label.producer_code.clone(),
            metrics: config.metrics.clone(),
            figures: telemetry::figures(),
            limits: Limits::new(&config.rate_limit),
            zips: Arc::new(Semaphore::new(ZIPS)),
            traffic: Traffic::default(),
            events: config.events,
            seats: Seats::new(config.events.per_user),
            stopping,
            since: Instant::now(),
            in_force: serde_json::to_value(&config)?,
        });
        Ok(Self {
            db,
            state,
            workers: engine.workers,
            janitor: engine.janitor,
            vision: engine.vision,
            pool: engine.pool,
            listener,
            address,
            notices: shop.notices,
            config,
        })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where clients reach it, without a slash at the end.
    pub fn public_url(&self) -> &str {
        &self.state.public_url
    }

    /// Its database.
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// Its accounts.
    pub fn accounts(&self) -> &Accounts {
        &self.state.accounts
    }

    /// Its till.
    pub fn till(&self) -> &Till {
        &self.state.till
    }

    /// Serves until `until` is cancelled, then stops: new work is refused, streams end, running work ends, the door
    /// closes, the writer last.
    pub async fn run(self, until: CancellationToken) -> anyhow::Result<()> {
        let server = serve(self.state.clone(), self.listener, &self.config.server)?;
        let door = server.handle();
        let mut serving = tokio::spawn(server);
        let stopping = self.state.stopping.clone();
        let chores = [
            tokio::spawn(watchdog::feed(self.db.clone())),
            tokio::spawn(upkeep(self.state.clone())),
            tokio::spawn(shop::keep(self.state.till.clone())),
            tokio::spawn(shop::tell(self.notices)),
            tokio::spawn(chores::work(
                self.db.clone(),
                self.janitor,
                Arc::clone(&self.state.chores),
            )),
        ];
        let (workers, stop) = (self.workers, stopping.clone());
        let mut working = tokio::spawn(async move { workers.work(&stop).await });
        let (closing, jobs) = (
            CancellationToken::new(),
            http::JobTeller::new(self.state.clone()),
        );
        let courier = Courier::new(self.state.webhooks.clone(), Arc::new(jobs));
        let courier = tokio::spawn(courier.work(closing.clone()));
        let vision = self.vision;
        tokio::spawn(async move { self.pool.run(move || vision.preload()).await });
        watchdog::ready();
        let mut broken = false;
        let failed = tokio::select! {
            () = until.cancelled() => None,
            ended = &mut serving => Some(ended),
            // Only a panic ends the dispatcher before it is told to stop.
            _ = &mut working => {
                broken = true;
                None
            }
        };
        watchdog::stopping();
        stopping.cancel();
        if !broken && working.await.is_err() {
            tracing::error!("the dispatcher panicked while stopping");
        }
        if failed.is_none() {
            close(&door, &mut serving).await;
        }
        closing.cancel();
        if courier.await.is_err() {
            tracing::error!("the courier of webhooks panicked");
        }
        for chore in chores {
            chore.abort();
        }
        let db = self.db;
        tokio::task::spawn_blocking(move || db.close()).await?;
        match failed {
            Some(ended) => ended?.context("the server ended by itself"),
            None if broken => Err(anyhow::anyhow!("the dispatcher of jobs ended by itself")),
            None => Ok(()),
        }
    }
}

fn accounts(config: &Config, db: &Db, keys: &SigningKeys, zone: &Zone) -> Accounts {
    let (auth, bonus) = (config.auth.clone(), config.credits.clone());
    Accounts::new(db.clone(), auth, bonus, keys, zone.clone())
}

/// Takes up what an earlier start left unfinished.
async fn take_up(db: &Db, workers: &Workers) -> anyhow::Result<()> {
    let recovered = workers.recover(Moment::now()).await?;
    if recovered != Recovered::default() {
        tracing::info!(?recovered, "jobs of an earlier start wait again");
    }
    // Before the first claim: no picture is made for someone who is being erased.
    let erased = erase::go_on(db, Moment::now()).await;
    erased.map_or_else(|error| tracing::error!(%error, "erasures wait"), drop);
    Ok(())
}

/// A socket that listens, and where.
fn listen(to: &str) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener = bind(to)?;
    let address = listener.local_addr();
    Ok((listener, address.context("the bound address is unknown")?))
}

fn bind(bind: &str) -> Result<TcpListener, StartError> {
    let listener = TcpListener::bind(bind).and_then(|listener| {
        rustix::net::listen(&listener, BACKLOG)?;
        Ok(listener)
    });
    listener.map_err(|source| StartError::Bind {
        bind: bind.to_owned(),
        source,
    })
}

fn serve(
    state: actix_web::web::Data<State>,
    listener: TcpListener,
    settings: &http::Settings,
) -> anyhow::Result<actix_web::dev::Server> {
    let threads = match settings.threads {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        threads => threads,
    };
    let server = HttpServer::new(move || http::app(state.clone()))
        .workers(threads)
        .max_connections(settings.max_connections)
        .disable_signals()
        .shutdown_timeout(LAST_ANSWERS.as_secs())
        .listen(listener)?;
    Ok(server.run())
}

async fn close(door: &ServerHandle, serving: &mut tokio::task::JoinHandle<std::io::Result<()>>) {
    door.stop(true).await;
    if let Ok(Err(error)) = serving.await {
        tracing::error!(%error, "the door did not close cleanly");
    }
}

/// Small repeated chores of the door.
async fn upkeep(state: actix_web::web::Data<State>) {
    let mut tally = match Tally::new(state.db.clone()) {
        Ok(tally) => tally,
        Err(error) => return tracing::error!(%error, "the figures cannot be counted"),
    };
    let mut beat = tokio::time::interval(UPKEEP);
    loop {
        beat.tick().await;
        if let Err(error) = tally.count().await {
            tracing::warn!(%error, "the figures were not counted this time");
        }
        Tally::gauge(&state.router);
        let written = state.traffic.write_down(&state.db, Moment::now()).await;
        written.unwrap_or_else(|error| tracing::warn!(%error, "calls were not written down"));
        state.figures.run_upkeep();
        state.limits.forget();
    }
}
