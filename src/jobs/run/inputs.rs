//! Stations one to three: fetch the inputs, prepare them, cut the subjects out.

use std::path::PathBuf;

use bytes::Bytes;

use super::{Run, Stop};
use crate::blobs::BlobError;
use crate::ids::UploadId;
use crate::imaging;
use crate::jobs::queue::Ended;
use crate::kinds::{Format, InputFile, InputSpec, Plan, Role, Subject};
use crate::matting::{Matting, MattingError};
use crate::uploads;

/// Quality of prepared inputs: no loss that a model could see.
const PREPARED_QUALITY: u8 = 95;

impl Run<'_> {
    pub(super) fn plan(&self) -> Plan {
        Plan::of(self.job.kind, self.job.quality, &self.job.output)
    }

    /// Prepared files in the job's draft folder: upright, sRGB, bounded, with a cut-out where the plan wants one.
    /// One picture is in memory at a time.
    pub(super) async fn prepare(&self) -> Result<Vec<InputFile>, Stop> {
        let _table = self.table().await?;
        self.reached(10, true).await?;
        let plan = self.plan();
        let folder = self.runner.drafts.folder(self.job.id)?;
        let mut inputs = Vec::with_capacity(self.job.inputs.len());
        for (index, (role, upload)) in self.job.inputs.iter().enumerate() {
            let bytes = self.fetch(*upload).await?;
            let preparation = Preparation {
                role: *role,
                stem: folder.join(format!("input-{index}")),
                max_side: plan.input_side,
                cutout: cutout_of(plan.inputs, *role),
                matting: self.runner.matting.clone(),
            };
            let prepared = self
                .runner
                .pool
                .run(move || preparation.make(&bytes))
                .await?;
            inputs.push(prepared?);
        }
        Ok(inputs)
    }

    /// The stored bytes of one input.
    async fn fetch(&self, id: UploadId) -> Result<Bytes, Stop> {
        let gone = || Stop::Ended(Ended::Permanent("input_gone", "input_gone"));
        let upload = self
            .runner
            .db
            .read(|r| uploads::find(r, id))?
            .ok_or_else(gone)?;
        let stored = match self.runner.blobs.at(upload.backend) {
            Ok(store) => store.get(&upload.blob).await,
            Err(error) => Err(error),
        };
        match stored {
            Ok(bytes) => Ok(bytes),
            Err(BlobError::NotFound(_)) => Err(gone()),
            Err(error) => {
                tracing::warn!(job = %self.job.id, error = %error, "an input cannot be read");
                Err(Stop::Ended(Ended::StorageRefused))
            }
        }
    }
}

fn cutout_of(specs: &[InputSpec], role: Role) -> Option<Subject> {
    specs.iter().find(|s| s.role == role).and_then(|s| s.cutout)
}

struct Preparation {
    role: Role,
    stem: PathBuf,
    max_side: u32,
    cutout: Option<Subject>,
    matting: std::sync::Arc<dyn Matting>,
}

impl Preparation {
    fn make(&self, bytes: &[u8]) -> Result<InputFile, Stop> {
        let picture = imaging::prepare(bytes, self.max_side).map_err(|e| unusable(&e))?;
        let cutout = match self.cutout.map(|s| self.matting.cut_out(&picture, s)) {
            None => None,
            Some(Ok(cutout)) => Some(self.write(cutout.into(), Format::Png, "cutout.png")?),
            // A model may still know what to do with the whole picture, or say no in its own words.
            Some(Err(MattingError::NothingFound | MattingError::SubjectUnsupported)) => None,
        };
        let picture = self.write(picture.into(), Format::Jpeg, "jpg")?;
        Ok(InputFile {
            role: self.role,
            picture,
            cutout,
        })
    }

    fn write(
        &self,
        picture: image::DynamicImage,
        format: Format,
        extension: &str,
    ) -> Result<PathBuf, Stop> {
        let bytes = imaging::encode(&picture, format, PREPARED_QUALITY).map_err(|e| {
            tracing::error!(error = %e, "a prepared input could not be encoded");
            Stop::Ended(Ended::Internal)
        })?;
        let path = self.stem.with_extension(extension);
        std::fs::write(&path, bytes)?;
        Ok(path)
    }
}

fn unusable(error: &imaging::PictureError) -> Stop {
    tracing::warn!(error = %error, "an input cannot be used");
    Stop::Ended(Ended::Permanent(error.code(), "bad_input"))
}
