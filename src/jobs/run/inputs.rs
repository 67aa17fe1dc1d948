//! Stations one to three: fetch the inputs, prepare them, cut the subjects out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use image::{DynamicImage, RgbImage, RgbaImage};

use super::{Run, Stop};
use crate::blobs::BlobError;
use crate::ids::UploadId;
use crate::imaging;
use crate::jobs::queue::Ended;
use crate::kinds::{Format, InputFile, InputSpec, Plan, Role, Subject};
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
            let stem = folder.join(format!("input-{index}"));
            let subject = cutout_of(plan.inputs, *role);
            let files = self
                .prepare_one(bytes, plan.input_side, subject, stem)
                .await?;
            inputs.push(InputFile {
                role: *role,
                picture: files.picture,
                cutout: files.cutout,
            });
        }
        Ok(inputs)
    }

    async fn prepare_one(
        &self,
        bytes: Bytes,
        side: u32,
        subject: Option<Subject>,
        stem: PathBuf,
    ) -> Result<Files, Stop> {
        let pool = &self.runner.pool;
        let Some(subject) = subject else {
            let write = move |bytes: &[u8]| Files::of_whole(&stem, bytes, side);
            return pool.decode(bytes, write).await?;
        };
        let prepare = move |bytes: &[u8]| imaging::prepare(bytes, side);
        let prepared = pool.decode(bytes, prepare).await?;
        let picture = Arc::new(prepared.map_err(|e| unusable(&e))?);
        let cut = self.runner.cutter.cut_out(Arc::clone(&picture), subject);
        // Without one a model may still know what to do with the whole picture, or say no in its own words.
        let cutout = cut.await?.ok();
        pool.run(move || Files::write(&stem, picture, cutout))
            .await?
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

/// The files of one prepared input.
struct Files {
    picture: PathBuf,
    cutout: Option<PathBuf>,
}

impl Files {
    /// The file of an input that nothing is cut out of: never more of it in memory than is needed.
    fn of_whole(stem: &Path, bytes: &[u8], side: u32) -> Result<Self, Stop> {
        let jpeg = imaging::prepare_jpeg(bytes, side, PREPARED_QUALITY);
        let picture = stem.with_extension("jpg");
        std::fs::write(&picture, jpeg.map_err(|e| unusable(&e))?)?;
        Ok(Self {
            picture,
            cutout: None,
        })
    }

    fn write(stem: &Path, picture: Arc<RgbImage>, cutout: Option<RgbaImage>) -> Result<Self, Stop> {
        let cutout = match cutout {
            None => None,
            Some(cutout) => Some(write(stem, cutout.into(), Format::Png, "cutout.png")?),
        };
        let picture = write(
            stem,
            Arc::unwrap_or_clone(picture).into(),
            Format::Jpeg,
            "jpg",
        )?;
        Ok(Self { picture, cutout })
    }
}

fn write(
    stem: &Path,
    picture: DynamicImage,
    format: Format,
    extension: &str,
) -> Result<PathBuf, Stop> {
    let bytes = imaging::encode(&picture, format, PREPARED_QUALITY).map_err(|e| {
        tracing::error!(error = %e, "a prepared input could not be encoded");
        Stop::Ended(Ended::Internal)
    })?;
    let path = stem.with_extension(extension);
    std::fs::write(&path, bytes)?;
    Ok(path)
}

fn unusable(error: &imaging::PictureError) -> Stop {
    tracing::warn!(error = %error, "an input cannot be used");
    Stop::Ended(Ended::Permanent(error.code(), "bad_input"))
}
