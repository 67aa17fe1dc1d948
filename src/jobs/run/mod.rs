//! A run: one claimed job through its stations. Each station is a file; this one reads like their list.

mod drafts;
mod finishing;
mod generate;
mod inputs;
mod stop;

use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

pub use drafts::Drafts;
pub use stop::Stop;

use super::changes::{Bell, Change};
use super::job::Job;
use super::queue::{self, Claim, Ended, Fence, Station};
use crate::blobs::Blobs;
use crate::db::{Db, Lane};
use crate::imaging::CpuPool;
use crate::matting::Matting;
use crate::providers::Router;
use crate::time::Moment;

/// What every run needs.
pub struct Runner {
    /// The database.
    pub db: Db,
    /// Where pictures are kept.
    pub blobs: Blobs,
    /// Where pictures in the making are kept.
    pub drafts: Drafts,
    /// Where pictures are computed.
    pub pool: CpuPool,
    /// How many jobs hold pictures in memory at once; the others wait for it or for a model.
    pub tables: Semaphore,
    /// What cuts subjects out.
    pub matting: Arc<dyn Matting>,
    /// Which models make pictures.
    pub router: Arc<Router>,
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
}

impl Runner {
    /// Takes a claimed job through its stations and says how it ended.
    pub async fn run(&self, job: &Job, claim: &Claim) -> Ended {
        let run = Run {
            runner: self,
            job,
            fence: claim.copy_fence(),
            claim: claim.number(),
        };
        match run.stations().await {
            Ok(work) => Ended::Done(Box::new(work)),
            Err(Stop::Ended(ended)) => ended,
            // `finish` will find the claim lost as well and change nothing.
            Err(Stop::Lost) => Ended::HandedBack,
        }
    }
}

impl Run<'_> {
    async fn stations(&self) -> Result<queue::NewWork, Stop> {
        let started = std::time::Instant::now();
        let draft = match self.kept_draft().await? {
            Some(draft) => draft,
            None => {
                let inputs = self.prepare().await?;
                self.time("prepare", started);
                self.reached(30, false).await?;
                self.generate(inputs).await?
            }
        };
        self.time("generate", started);
        let table = self.table().await?;
        let finished = self.finish_picture().await?;
        let work = self.store(finished, draft.model).await?;
        drop(table);
        self.time("finish", started);
        Ok(work)
    }

    /// A place to hold pictures in memory.
    async fn table(&self) -> Result<SemaphorePermit<'_>, Stop> {
        let closed = |_| Stop::Ended(Ended::Internal);
        self.runner.tables.acquire().await.map_err(closed)
    }

    /// Records progress and tells whoever watches.
    async fn reached(&self, progress: u32, cpu: bool) -> Result<(), Stop> {
        let fence = self.fence;
        let station = Station { progress, cpu };
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
