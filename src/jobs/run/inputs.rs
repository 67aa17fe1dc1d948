//! Fetching the inputs, preparing them, and cutting their subjects out for a model that composes.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use image::{DynamicImage, RgbaImage};

use super::{Run, Stop};
use crate::blobs::BlobError;
use crate::ids::UploadId;
use crate::imaging;
use crate::jobs::queue::Ended;
use crate::kinds::{Format, InputFile, Plan};
use crate::uploads;

/// Quality of prepared inputs: no loss that a model could see.
const PREPARED_QUALITY: u8 = 95;

impl Run<'_> {
    pub(super) fn plan(&self) -> Plan {
        Plan::of(self.job.kind, self.job.quality, &self.job.output)
    }

    /// Prepared files in the job's draft folder: upright, sRGB, bounded. One picture is in memory at a time.
    pub(super) async fn prepare(&self) -> Result<Vec<InputFile>, Stop> {
        let _table = self.table().await?;
        self.reached(10, true).await?;
        let side = self.plan().input_side;
        let folder = self.runner.drafts.folder(self.job.id)?;
        let mut inputs = Vec::with_capacity(self.job.inputs.len());
        for (index, (role, upload)) in self.job.inputs.iter().enumerate() {
            let picture = folder.join(format!("input-{index}.jpg"));
            let (bytes, path) = (self.fetch(*upload).await?, picture.clone());
            let write = move |bytes: &[u8]| write_prepared(bytes, side, &path);
            self.runner.pool.decode(bytes, write).await??;
            inputs.push(InputFile {
                role: *role,
                picture,
                cutout: None,
            });
        }
        Ok(inputs)
    }

    /// Cuts the subjects out of prepared inputs, where the plan wants it and nobody did it yet. Only the local engine
    /// composes: other models see whole pictures, and their jobs wait for no cut-out.
    pub(super) async fn cut_out(&self, inputs: &mut [InputFile]) -> Result<(), Stop> {
        let specs = self.plan().inputs;
        let wanted = inputs.iter_mut().filter_map(|input| {
            let spec = specs.iter().find(|s| s.role == input.role)?;
            Some((spec.cutout.filter(|_| input.cutout.is_none())?, input))
        });
        let wanted: Vec<_> = wanted.collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let _table = self.table().await?;
        self.reached(30, true).await?;
        for (subject, input) in wanted {
            let (pool, path) = (&self.runner.pool, input.picture.clone());
            let read = move || image::open(path).map(DynamicImage::into_rgb8);
            let picture = pool.run(read).await?.map_err(|e| broken(&e))?;
            let cut = self
                .runner
                .cutter
                .cut_out(Arc::new(picture), subject)
                .await?;
            // Without one the engine may still know what to do, or say no in its own words.
            let Ok(cutout) = cut else { continue };
            let path = input.picture.with_extension("cutout.png");
            let to = path.clone();
            pool.run(move || write_cutout(cutout, &to)).await??;
            input.cutout = Some(path);
        }
        Ok(())
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

/// Never more of the picture in memory than is needed.
fn write_prepared(bytes: &[u8], side: u32, to: &Path) -> Result<(), Stop> {
    let jpeg = imaging::prepare_jpeg(bytes, side, PREPARED_QUALITY).map_err(|error| {
        tracing::warn!(error = %error, "an input cannot be used");
        Stop::Ended(Ended::Permanent(error.code(), "bad_input"))
    })?;
    Ok(std::fs::write(to, jpeg)?)
}

fn write_cutout(cutout: RgbaImage, to: &Path) -> Result<(), Stop> {
    let png = imaging::encode(&cutout.into(), Format::Png, PREPARED_QUALITY);
    Ok(std::fs::write(to, png.map_err(|e| broken(&e))?)?)
}

/// A file of our own that cannot be read or written.
fn broken(error: &dyn std::error::Error) -> Stop {
    tracing::error!(error = %error, "a prepared input is broken");
    Stop::Ended(Ended::Internal)
}
