//! The engine room: everything that turns a request into a picture, without the door.

use std::sync::Arc;

use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::blobs::Blobs;
use crate::blobs::cos::{CosClient, Labeller};
use crate::config::Config;
use crate::db::{Db, DbError};
use crate::imaging::CpuPool;
use crate::jobs::{
    Bell, Desk, Drafts, Janitor, Jobs, Load, Runner, Snapshots, Space, Workers, attempts,
};
use crate::matting::Cutter;
use crate::moderation::Gate;
use crate::net::Fetcher;
use crate::providers::{Adapters, REMEMBERED, Router, Studio, switches};
use crate::time::{Moment, Zone};
use crate::uploads::Uploads;
use crate::vision::Vision;
use crate::webhooks::Webhooks;

/// The parts that make pictures.
pub struct Engine {
    /// Takes jobs.
    pub jobs: Jobs,
    /// Takes input pictures.
    pub uploads: Uploads,
    /// Knows the models.
    pub router: Arc<Router>,
    /// Knows where jobs stand in line.
    pub snapshots: Snapshots,
    /// Watches the disk.
    pub space: Arc<Space>,
    /// Run jobs.
    pub workers: Arc<Workers>,
    /// Cleans up.
    pub janitor: Arc<Janitor>,
    /// Tell others of the ends of jobs.
    pub webhooks: Webhooks,
    /// Wakes the janitor.
    pub chores: Arc<Notify>,
    /// Sees what photos show.
    pub vision: Arc<Vision>,
    /// Where pictures are computed.
    pub pool: CpuPool,
}

impl Engine {
    /// Builds the engine room on a database and a storage. `stopping` refuses new jobs.
    pub fn build(
        config: &Config,
        db: &Db,
        blobs: &Blobs,
        stopping: &CancellationToken,
    ) -> anyhow::Result<Self> {
        let pool = CpuPool::new(&config.imaging)?;
        let vision = Arc::new(config.vision()?);
        let bucket = config.blobs.cos_client();
        let (cutter, gate) = judges(config, &bucket, &vision, &pool);
        let studio = Arc::new(Studio::new(Arc::clone(&vision), pool.clone()));
        let fetcher = Arc::new(Fetcher::new(config.net.clone()));
        let adapters = Adapters {
            studio,
            pool: pool.clone(),
            fetcher: Arc::clone(&fetcher),
        };
        let zone = Zone::named(&config.server.time_zone)?;
        let router = Arc::new(Router::new(&config.model_settings(), &adapters, zone)?);
        recall(&router, db, Moment::now())?;
        let bell = Arc::new(Bell::default());
        let directory = db.directory();
        let space = Arc::new(Space::new(directory.to_owned(), config.jobs.min_free_mb));
        let drafts = Drafts::new(directory.join("drafts"));
        let uploads = uploads(config, db, blobs, (&gate, &pool));
        let runner = Arc::new(Runner {
            db: db.clone(),
            blobs: blobs.clone(),
            labeller: bucket.filter(|_| config.label.by_ci).map(Labeller::new),
            drafts: drafts.clone(),
            pool: pool.clone(),
            tables: Semaphore::new(2 * CpuPool::threads()),
            load: Load::new(2 * CpuPool::threads()),
            cutter,
            gate,
            router: Arc::clone(&router),
            prices: config.prices.clone(),
            bell: Arc::clone(&bell),
            producer_code: config.label.producer_code.clone(),
        });
        let webhooks = webhooks(config, db, &fetcher, &bell);
        let janitor = janitor(config, db, blobs, drafts, Arc::clone(&bell));
        let watched = Arc::clone(&space);
        let jobs = Jobs::new(Desk {
            db: db.clone(),
            uploads: uploads.clone(),
            fetcher,
            router: Arc::clone(&router),
            vision: Arc::clone(&vision),
            pool: pool.clone(),
            bell,
            space: Arc::clone(&space),
            stopping: stopping.clone(),
            settings: config.jobs.clone(),
            cache: config.cache.clone(),
            label: config.label.clone(),
            prices: config.prices.clone(),
            outputs: config.outputs.clone(),
            documents: config.site.consents.clone(),
        });
        Ok(Self {
            jobs,
            uploads,
            snapshots: Snapshots::new(db.clone(), at_once(config, &router, &runner.load)),
            router,
            webhooks,
            space,
            workers: Workers::new(runner, config.jobs.clone(), move || watched.is_enough()),
            janitor,
            chores: Arc::new(Notify::new()),
            vision,
            pool,
        })
    }
}

/// Jobs that run at once: where no model but this machine is asked, no more than it works on.
fn at_once(config: &Config, router: &Router, load: &Load) -> usize {
    let mut models = router.models();
    let local = models.all(|m| m.provider.is_local());
    let most = if local { load.most() } else { usize::MAX };
    config.jobs.concurrency.min(most)
}

/// Lets the router know what the tables know: how models did, what today cost, what operators decided.
pub fn recall(router: &Router, db: &Db, now: Moment) -> Result<(), DbError> {
    db.read(|r| {
        let decided = switches::all(r)?;
        for model in router.models() {
            let past = attempts::past(r, &model.name, REMEMBERED)?;
            let switch = decided.iter().find(|switch| switch.model == model.name);
            router.remember(&model.name, &past, switch);
        }
        for (model, micros) in attempts::spent_since(r, router.budget_day(now))? {
            router.spend(&model, micros, now, now);
        }
        Ok(())
    })
}

fn uploads(config: &Config, db: &Db, blobs: &Blobs, (gate, pool): (&Gate, &CpuPool)) -> Uploads {
    let settings = config.uploads.clone();
    Uploads::new(
        db.clone(),
        blobs.clone(),
        gate.clone(),
        pool.clone(),
        settings,
    )
}

fn webhooks(config: &Config, db: &Db, fetcher: &Arc<Fetcher>, bell: &Bell) -> Webhooks {
    let settings = config.webhooks.clone();
    Webhooks::new(db.clone(), Arc::clone(fetcher), settings, bell.post())
}

/// What cuts out and what judges pictures; both may work in the COS bucket.
fn judges(
    config: &Config,
    bucket: &Option<Arc<CosClient>>,
    vision: &Arc<Vision>,
    pool: &CpuPool,
) -> (Cutter, Gate) {
    let gate = config.moderation.gate(bucket.clone(), pool.clone());
    let cutter = config
        .matting
        .cutter(Arc::clone(vision), pool.clone(), bucket.clone());
    (cutter, gate)
}

fn janitor(
    config: &Config,
    db: &Db,
    blobs: &Blobs,
    drafts: Drafts,
    bell: Arc<Bell>,
) -> Arc<Janitor> {
    Arc::new(Janitor {
        bell,
        db: db.clone(),
        blobs: blobs.clone(),
        drafts,
        retention: config.retention.clone(),
        review_hours: config.moderation.review_hours,
    })
}
