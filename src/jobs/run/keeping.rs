//! Station five: the raw picture is kept on disk before anything else happens to it, so that no paid call is repeated.

use std::time::Duration;

use super::asking::Call;
use super::{Run, Stop};
use crate::db::Lane;
use crate::jobs::attempts::{self, Verdict};
use crate::jobs::queue::{self, Ended, Station};
use crate::providers::Picture;
use crate::time::Moment;

/// A raw picture that is kept on disk, as the job's draft.
pub(super) struct Draft {
    /// The model that made it.
    pub(super) model: String,
}

/// How often, and how long apart, a draft is tried to be kept: five minutes in all.
const KEEP_TRIES: u32 = 30;
const KEEP_PAUSE: Duration = Duration::from_secs(10);

impl Run<'_> {
    /// The draft of an earlier run, or of the failed job that this one repeats, if it is there.
    pub(super) async fn kept_draft(&self) -> Result<Option<Draft>, Stop> {
        // The file is what counts: a crash may have come between it and the row that tells of it.
        for job in std::iter::once(self.job.id).chain(self.job.retry_of) {
            let attempts = self.runner.db.read(|r| attempts::list(r, job))?;
            let done = attempts.iter().rposition(|a| a.state == "done");
            let made_by = done.map_or(attempts.last(), |at| attempts.get(at));
            if let Some(attempt) = made_by.cloned()
                && self.runner.drafts.hand_over(job, self.job.id)?
            {
                self.close_kept().await?;
                return Ok(Some(Draft {
                    model: attempt.model,
                }));
            }
        }
        Ok(None)
    }

    /// Closes the attempt whose picture was kept when a crash came.
    async fn close_kept(&self) -> Result<(), Stop> {
        let underway = self
            .runner
            .db
            .read(|r| attempts::underway(r, self.job.id))?;
        match underway {
            Some(underway) => {
                let verdict = Verdict::Done { cost_micros: None };
                self.close_attempt(underway.id, verdict).await
            }
            None => Ok(()),
        }
    }

    /// Keeps the raw picture on disk, then closes the attempt in the transaction that says so.
    pub(super) async fn keep(&self, call: &Call, picture: Picture) -> Result<Draft, Stop> {
        self.keep_file(&picture).await?;
        let (fence, attempt) = (self.fence, call.attempt);
        let station = Station {
            progress: 80,
            cpu: true,
        };
        let verdict = Verdict::Done {
            cost_micros: picture.cost_micros,
        };
        let held = self.runner.db.write_on(Lane::Workers, move |tx| {
            let now = tx.clamp(Moment::now());
            attempts::close(tx, attempt, &verdict, now)?;
            queue::reached(tx, &fence, station, now)
        });
        held.await??;
        self.tell();
        Ok(Draft {
            model: call.model.name.clone(),
        })
    }

    /// The picture may have been paid for: it is held on to as long as there is hope.
    async fn keep_file(&self, picture: &Picture) -> Result<(), Stop> {
        let job = self.job.id;
        let mut tries = 0;
        loop {
            let (drafts, bytes) = (self.runner.drafts.clone(), picture.bytes.clone());
            let kept = tokio::task::spawn_blocking(move || drafts.keep_raw(job, &bytes)).await;
            match kept.map_err(|_| Stop::Ended(Ended::Internal))? {
                Ok(()) => return Ok(()),
                Err(error) if tries < KEEP_TRIES => {
                    tracing::warn!(%job, %error, "a draft could not be kept yet");
                    tries += 1;
                    tokio::time::sleep(KEEP_PAUSE).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}
