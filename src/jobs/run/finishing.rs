//! Station six: from the raw picture to what the output row asks for.

use std::sync::Arc;

use image::{DynamicImage, RgbImage};

use super::{Run, Stop};
use crate::imaging::{self, Aigc, FinishSpec, Finished, Limits, PictureError};
use crate::jobs::job::Label;
use crate::jobs::queue::Ended;
use crate::kinds::Subject;

impl Run<'_> {
    /// Composes, labels and encodes the raw picture as the output row asks.
    pub(super) async fn finish_picture(&self) -> Result<Finished, Stop> {
        let spec = self.spec();
        let pool = &self.runner.pool;
        // Every backdrop, white or none, needs a subject without its own.
        let wants_cutout = spec.backdrop.is_some();
        let (drafts, job) = (self.runner.drafts.clone(), self.job.id);
        let kept = pool.run(move || drafts.raw(job)).await??;
        let read = move |bytes: &[u8]| Raw::read(bytes, wants_cutout);
        let raw = pool.decode(kept.unwrap_or_default().into(), read).await?;
        if matches!(raw, Err(PictureError::Unreadable(_))) {
            // The next run must not begin at a draft that is no picture.
            self.runner.drafts.remove(self.job.id)?;
        }
        let finished = match raw {
            Ok(raw) => match self.cut(raw).await? {
                Ok(picture) => pool.run(move || imaging::finish(picture, &spec)).await?,
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        finished.map_err(|error| {
            tracing::error!(job = %self.job.id, error = %error, "a picture could not be finished");
            Stop::Ended(if matches!(error, PictureError::CannotFit { .. }) {
                Ended::Permanent("output_cannot_fit", "bad_output")
            } else {
                Ended::Internal
            })
        })
    }

    /// The raw picture, cut out if that is still to be done.
    async fn cut(&self, raw: Raw) -> Result<Result<DynamicImage, PictureError>, Stop> {
        let picture = match raw {
            Raw::Ready(picture) => return Ok(Ok(picture)),
            Raw::ToCut(picture) => picture,
        };
        let cut = self.runner.cutter.cut_out(picture, Subject::Auto).await?;
        if cut.is_err() {
            // Another picture may have a subject that can be told from its ground.
            self.runner.drafts.remove(self.job.id)?;
        }
        Ok(cut
            .map(DynamicImage::from)
            .map_err(|e| PictureError::Unreadable(e.to_string())))
    }

    /// What the finished picture must be.
    pub(super) fn spec(&self) -> FinishSpec {
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
}

/// A model's picture, decoded.
enum Raw {
    /// It can be finished as it is.
    Ready(DynamicImage),
    /// The output wants another background, and the picture has its own.
    ToCut(Arc<RgbImage>),
}

impl Raw {
    fn read(bytes: &[u8], wants_cutout: bool) -> Result<Self, PictureError> {
        let picture = imaging::decode(bytes, &Limits::TRUSTED)?;
        Ok(if wants_cutout && !picture.color().has_alpha() {
            Self::ToCut(Arc::new(picture.into_rgb8()))
        } else {
            Self::Ready(picture)
        })
    }
}
