//! Where cutting out is done: here, or in the cloud and here if that fails.

use std::sync::Arc;

use bytes::Bytes;
use image::{DynamicImage, RgbImage, RgbaImage};

use super::ci::{Ci, CiError};
use super::{Matting, MattingError, refine};
use crate::imaging::grid::Plane;
use crate::imaging::{self, CpuError, CpuPool, Limits, transform};
use crate::kinds::{Format, Subject};

/// Quality of what is sent to the cloud: no loss that a mask could show.
const SENT_QUALITY: u8 = 95;
/// Shortest side that CI takes.
const LEAST_SIDE: u32 = 32;

/// Cuts out by the method that the settings name.
pub struct Cutter {
    local: Arc<dyn Matting>,
    cloud: Option<Arc<Ci>>,
    pool: CpuPool,
}

impl Cutter {
    /// Cuts out with `cloud`, if there is one, and with `local` where there is none or it fails.
    pub fn new(local: Box<dyn Matting>, cloud: Option<Ci>, pool: CpuPool) -> Self {
        Self {
            local: Arc::from(local),
            cloud: cloud.map(Arc::new),
            pool,
        }
    }

    /// The subject on transparency, the same size as the picture.
    pub async fn cut_out(
        &self,
        picture: Arc<RgbImage>,
        subject: Subject,
    ) -> Result<Result<RgbaImage, MattingError>, CpuError> {
        if let Some(cloud) = &self.cloud {
            let cut = self.by_cloud(cloud, &picture, subject).await?;
            let ended = if cut.is_ok() { "ok" } else { "failed" };
            metrics::counter!("atelier_matting_ci_total", "ended" => ended).increment(1);
            match cut {
                Ok(cutout) => return Ok(Ok(cutout)),
                Err(error) => tracing::warn!(%error, "CI cut nothing out; it is done here"),
            }
        }
        let local = Arc::clone(&self.local);
        self.pool
            .run(move || local.cut_out(&picture, subject))
            .await
    }

    async fn by_cloud(
        &self,
        cloud: &Ci,
        picture: &Arc<RgbImage>,
        subject: Subject,
    ) -> Result<Result<RgbaImage, CiError>, CpuError> {
        let (whole, side) = (Arc::clone(picture), cloud.max_side());
        let sent = self.pool.run(move || normalised(&whole, side)).await?;
        let (jpeg, size) = match sent {
            Ok(sent) => sent,
            Err(error) => return Ok(Err(error)),
        };
        let png = match cloud.cut_out(jpeg, subject).await {
            Ok(png) => png,
            Err(error) => return Ok(Err(error)),
        };
        let whole = Arc::clone(picture);
        self.pool.run(move || applied(&whole, &png, size)).await
    }
}

/// The picture as CI takes it: a JPEG that is neither too large nor too small.
fn normalised(picture: &RgbImage, side: u32) -> Result<(Bytes, (u32, u32)), CiError> {
    let sent = transform::shrink(picture, side);
    let size = sent.dimensions();
    if size.0.min(size.1) < LEAST_SIDE {
        return Err(CiError::NoCutOut("the picture is too small for CI".into()));
    }
    let jpeg = imaging::encode(&DynamicImage::from(sent), Format::Jpeg, SENT_QUALITY);
    let jpeg = jpeg.map_err(|e| CiError::NoCutOut(e.to_string()))?;
    Ok((jpeg.into(), size))
}

/// The picture in the shape of the cut-out that came back for it.
fn applied(picture: &RgbImage, png: &[u8], sent: (u32, u32)) -> Result<RgbaImage, CiError> {
    let no = |reason: &dyn std::fmt::Display| CiError::NoCutOut(reason.to_string());
    let cut = imaging::decode(png, &Limits::TRUSTED).map_err(|e| no(&e))?;
    if !cut.color().has_alpha() {
        return Err(no(&"it has no transparency"));
    }
    let cut = cut.into_rgba8();
    if cut.dimensions() != sent {
        return Err(no(&"it has another size than the picture"));
    }
    let alpha = Plane {
        w: cut.width() as usize,
        h: cut.height() as usize,
        px: cut.pixels().map(|p| f32::from(p[3]) / 255.0).collect(),
    };
    refine::with_alpha(picture, &alpha).map_err(|e| no(&e))
}
