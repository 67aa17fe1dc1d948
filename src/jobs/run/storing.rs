//! The last station: picture and thumbnail go into storage. The row that names them is written by `finish`.

use bytes::Bytes;

use super::{Run, Stop};
use crate::blobs::BlobKey;
use crate::blobs::cos::Labeller;
use crate::imaging::Finished;
use crate::jobs::queue::{Ended, NewWork};

impl Run<'_> {
    /// Puts picture and thumbnail into storage.
    pub(super) async fn store(&self, finished: Finished, model: String) -> Result<NewWork, Stop> {
        let user = self.job.user;
        let new_work = || BlobKey::new_work(user, finished.format);
        let new_thumbnail = || BlobKey::new_thumbnail(user, finished.thumbnail_format);
        let most_bytes = match self.job.output.max_kb {
            0 => u64::MAX,
            max_kb => u64::from(max_kb) * 1000,
        };
        let (blob, bytes) = self
            .put(new_work, finished.bytes.into(), most_bytes)
            .await?;
        let (thumbnail, _) = self
            .put(new_thumbnail, finished.thumbnail.into(), u64::MAX)
            .await?;
        Ok(NewWork {
            blob,
            thumbnail,
            backend: self.runner.blobs.writes_to(),
            format: finished.format,
            size: (finished.width, finished.height),
            bytes,
            model,
        })
    }

    /// Where a picture lies now and how many bytes it has there. Without CI's label it is still labelled by us.
    async fn put(
        &self,
        new_key: impl Fn() -> BlobKey,
        picture: Bytes,
        most_bytes: u64,
    ) -> Result<(BlobKey, u64), Stop> {
        let key = new_key();
        if let Some(labeller) = &self.runner.labeller
            && Labeller::takes(key.format())
        {
            let aigc = self.spec().aigc;
            let labelled = labeller.put(&key, picture.clone(), most_bytes, &aigc);
            let labelled = labelled.await;
            let ended = if labelled.is_ok() { "done" } else { "failed" };
            metrics::counter!("atelier_label_ci_total", "ended" => ended).increment(1);
            match labelled {
                Ok(bytes) => return Ok((key, bytes)),
                Err(error) => {
                    tracing::warn!(job = %self.job.id, %error, "CI did not label a picture");
                }
            }
        }
        // A new key: what CI may still write under the first one is named by no row, and the janitor takes it.
        let (key, bytes) = (new_key(), picture.len() as u64);
        match self.runner.blobs.put(&key, picture).await {
            Ok(_) => Ok((key, bytes)),
            Err(error) => {
                tracing::error!(job = %self.job.id, %error, "storage does not take a picture");
                Err(Stop::Ended(Ended::StorageRefused))
            }
        }
    }
}
