//! A run: one claimed job through its stations. Each station is a file; this one reads like their list.

mod allowance;
mod asking;
mod drafts;
mod finishing;
mod generate;
mod inputs;
mod judging;
mod keeping;
mod load;
mod polling;
mod stop;
mod storing;

use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

pub use allowance::Allowance;
pub use drafts::Drafts;
pub use load::{Here, Load};
pub use stop::Stop;

use generate::Tried;
use keeping::Draft;
use load::Away;

use super::changes::{Bell, Change};
use super::job::Job;
use super::queue::{self, Claim, Ended, Fence, Station};
use crate::blobs::Blobs;
use crate::blobs::cos::Labeller;
use crate::db::{Db, Lane};
use crate::imaging::CpuPool;
use crate::kinds::Prices;
use crate::matting::Cutter;
use crate::moderation::{Finding, Gate};
use crate::providers::Router;
use crate::time::Moment;

/// What every run needs.
pub struct Runner {
    /// The database.
    pub db: Db,
    /// Where pictures are kept.
    pub blobs: Blobs,
    /// What lets CI label pictures as well, where the settings ask for it.
    pub labeller: Option<Labeller>,
    /// Where pictures in the making are kept.
    pub drafts: Drafts,
    /// Where pictures are computed.
    pub pool: CpuPool,
    /// How many jobs hold pictures in memory at once; the others wait for it or for a model.
    pub tables: Semaphore,
    /// How many runs this machine works on.
    pub load: Arc<Load>,
    /// What cuts subjects out.
    pub cutter: Cutter,
    /// What judges pictures before anybody sees them.
    pub gate: Gate,
    /// Which models make pictures.
    pub router: Arc<Router>,
    /// List prices: what a plan pays of them is part of the choice of a model.
    pub prices: Prices,
    /// Who is told of progress.
    pub bell: Arc<Bell>,
    /// Who answers for the pictures' AI labels.
    pub producer_code: String,
}

/// What a run knows about itself.
struct Run<'a> {
    runner: &'a Runner,
    job: &'a Job,
    fence: Fence,
    claim: i64,
    allowance: &'a Allowance,
    here: &'a Here,
}

impl Runner {
    /// Takes a claimed job through its stations and says how it ended. The caller ends a run whose allowance is used up.
    pub async fn run(&self, job: &Job, claim: &Claim, allowance: &Allowance, here: &Here) -> Ended {
        let run = Run {
            runner: self,
            job,
            fence: claim.copy_fence(),
            claim: claim.number(),
            allowance,
            here,
        };
        match run.stations().await {
            Ok((work, None)) => Ended::Done(Box::new(work)),
            Ok((work, Some(finding))) => Ended::Held(Box::new(work), finding),
            Err(Stop::Ended(ended)) => ended,
            // `finish` will find the claim lost as well and change nothing.
            Err(Stop::Lost) => Ended::HandedBack,
        }
    }
}

impl Run<'_> {
    /// The picture in storage, and what a person has to look at in it, if anything.
    async fn stations(&self) -> Result<(queue::NewWork, Option<Finding>), Stop> {
        let started = std::time::Instant::now();
        let draft = match self.kept_draft().await? {
            Some(draft) => draft,
            None => self.make_draft().await?,
        };
        let drafted = std::time::Instant::now();
        let table = self.table().await?;
        let finished = self.finish_picture().await?;
        let finding = self.judge(&finished).await?;
        let work = self.store(finished, draft.model).await?;
        drop(table);
        self.time("finish", drafted);
        self.time("all", started);
        Ok((work, finding))
    }

    /// The raw picture: the one that a provider still makes for an earlier run, or a new one.
    async fn make_draft(&self) -> Result<Draft, Stop> {
        let mut tried = Tried::default();
        if let Some(draft) = self.resume(&mut tried).await? {
            return Ok(draft);
        }
        let started = std::time::Instant::now();
        let inputs = self.prepare().await?;
        self.time("prepare", started);
        self.reached(30, false).await?;
        let prepared = std::time::Instant::now();
        let draft = self.generate(tried, inputs).await?;
        self.time("generate", prepared);
        Ok(draft)
    }

    /// A place to hold pictures in memory. Waiting for it is not held against the run.
    async fn table(&self) -> Result<SemaphorePermit<'_>, Stop> {
        let _pause = self.allowance.pause();
        let closed = |_| Stop::Ended(Ended::Internal);
        self.runner.tables.acquire().await.map_err(closed)
    }

    /// While the answer lives, this run waits for others, and another may begin on this machine.
    fn leave(&self) -> Away<'_> {
        let away = self.runner.load.leave();
        self.runner.bell.ring();
        away
    }

    /// Records progress and tells whoever watches.
    async fn reached(&self, progress: u32, cpu: bool) -> Result<(), Stop> {
        self.arrive(Station { progress, cpu }).await
    }

    async fn arrive(&self, station: Station) -> Result<(), Stop> {
        let fence = self.fence;
        let held = self
            .runner
            .db
            .write_on(Lane::Workers, move |tx| {
                queue::reached(tx, &fence, station, tx.clamp(Moment::now()))
            })
            .await?;
        held?;
        self.tell();
        Ok(())
    }

    fn tell(&self) {
        self.runner.bell.tell(Change {
            user: self.job.user,
            job: self.job.id,
        });
    }

    fn time(&self, station: &'static str, since: std::time::Instant) {
        metrics::histogram!("atelier_job_station_seconds", "station" => station)
            .record(since.elapsed().as_secs_f64());
    }
}
