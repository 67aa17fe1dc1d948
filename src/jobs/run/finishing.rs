//! The last stations: from the raw picture to the output row, and into storage.

use super::{Run, Stop};
use crate::blobs::BlobKey;
use crate::imaging::{self, Aigc, FinishSpec, Finished, Limits, PictureError};
use crate::jobs::job::Label;
use crate::jobs::queue::{Ended, NewWork};
use crate::kinds::{Backdrop, Subject};
use crate::matting::Matting;

impl Run<'_> {
    /// Composes, labels and encodes the raw picture as the output row asks.
    pub(super) async fn finish_picture(&self) -> Result<Finished, Stop> {
        let spec = self.spec();
        let (drafts, job) = (self.runner.drafts.clone(), self.job.id);
        let matting = self.runner.matting.clone();
        let finished = self
            .runner
            .pool
            .run(move || {
                let raw = drafts.raw(job)?.unwrap_or_default();
                let finished = compose(&raw, &spec, &*matting);
                if matches!(finished, Err(PictureError::Unreadable(_))) {
                    // The next run must not begin at a draft that is no picture.
                    drafts.remove(job)?;
                }
                Ok::<_, std::io::Error>(finished)
            })
            .await??;
        finished.map_err(|error| {
            tracing::error!(job = %self.job.id, error = %error, "a picture could not be finished");
            Stop::Ended(if matches!(error, PictureError::CannotFit { .. }) {
                Ended::Permanent("output_cannot_fit", "bad_output")
            } else {
                Ended::Internal
            })
        })
    }

    fn spec(&self) -> FinishSpec {
        let (job, plan) = (self.job, self.plan());
        FinishSpec {
            width: job.output.width,
            height: job.output.height,
            long_side: plan.size.0.max(plan.size.1),
            format: job.output.format,
            max_kb: job.output.max_kb,
            backdrop: plan.backdrop,
            visible_label: match job.label {
                Label::Visible => Some(job.language),
                Label::None => None,
            },
            aigc: Aigc {
                producer_code: self.runner.producer_code.clone(),
                produce_id: job.id.to_string(),
            },
        }
    }

    /// Puts picture and thumbnail into storage; the row that names them is written by `finish`.
    pub(super) async fn store(&self, finished: Finished, model: String) -> Result<NewWork, Stop> {
        let blob = BlobKey::new_work(self.job.user, finished.format);
        let thumbnail = BlobKey::new_thumbnail(self.job.user, finished.thumbnail_format);
        let bytes = finished.bytes.len() as u64;
        let blobs = &self.runner.blobs;
        for (key, bytes) in [(&blob, finished.bytes), (&thumbnail, finished.thumbnail)] {
            if let Err(error) = blobs.put(key, bytes.into()).await {
                tracing::error!(job = %self.job.id, error = %error, "storage does not take a picture");
                return Err(Stop::Ended(Ended::StorageRefused));
            }
        }
        Ok(NewWork {
            blob,
            thumbnail,
            backend: blobs.writes_to(),
            format: finished.format,
            size: (finished.width, finished.height),
            bytes,
            model,
        })
    }
}

fn compose(raw: &[u8], spec: &FinishSpec, matting: &dyn Matting) -> Result<Finished, PictureError> {
    let mut picture = imaging::decode(raw, &Limits::TRUSTED)?;
    let wants_cutout = match spec.backdrop {
        Some(Backdrop::White | Backdrop::Transparent) => !picture.color().has_alpha(),
        None => false,
    };
    if wants_cutout {
        let cutout = matting
            .cut_out(&picture.to_rgb8(), Subject::Auto)
            .map_err(|e| PictureError::Unreadable(e.to_string()))?;
        picture = cutout.into();
    }
    imaging::finish(picture, spec)
}
