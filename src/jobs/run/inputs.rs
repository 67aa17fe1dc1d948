//! Stations one to three: fetch the inputs, prepare them, cut the subjects out.

use std::path::PathBuf;

use bytes::Bytes;

use super::{Run, Stop};
use crate::blobs::BlobError;
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

    /// The stored bytes of every input.
    pub(super) async fn fetch(&self) -> Result<Vec<(Role, Bytes)>, Stop> {
        let gone = || Stop::Ended(Ended::Permanent("input_gone", "input_gone"));
        let mut originals = Vec::with_capacity(self.job.inputs.len());
        for (role, id) in &self.job.inputs {
            let upload = self
                .runner
                .db
                .read(|r| uploads::find(r, *id))?
                .ok_or_else(gone)?;
            let bytes = match self.runner.blobs.get(&upload.blob).await {
                Ok(bytes) => bytes,
                Err(BlobError::NotFound(_)) => return Err(gone()),
                Err(error) => {
                    tracing::warn!(job = %self.job.id, error = %error, "an input cannot be read");
                    return Err(Stop::Ended(Ended::StorageRefused));
                }
            };
            originals.push((*role, bytes));
        }
        Ok(originals)
    }

    /// Prepared files in the job's draft folder: upright, sRGB, bounded, with a cut-out where the plan wants one.
    pub(super) async fn prepare(
        &self,
        originals: Vec<(Role, Bytes)>,
    ) -> Result<Vec<InputFile>, Stop> {
        let plan = self.plan();
        self.reached(10, true).await?;
        let folder = self.runner.drafts.folder(self.job.id)?;
        let mut inputs = Vec::with_capacity(originals.len());
        for (index, (role, bytes)) in originals.into_iter().enumerate() {
            let task = Preparation {
                role,
                stem: folder.join(format!("input-{index}")),
                max_side: plan.input_side,
                cutout: cutout_of(plan.inputs, role),
                matting: self.runner.matting.clone(),
            };
            let prepared = self.runner.pool.run(move || task.make(&bytes)).await?;
            inputs.push(prepared?);
        }
        Ok(inputs)
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
            Some(Err(MattingError::NothingFound)) => None,
            Some(Err(error)) => {
                tracing::error!(error = %error, "matting failed");
                return Err(Stop::Ended(Ended::Internal));
            }
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
