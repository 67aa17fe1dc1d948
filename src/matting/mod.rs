//! Cutting a subject out of its background, with a soft edge and without the old background's colour at the rim.

pub mod ci;
mod classical;
mod cutter;
pub mod neural;
mod refine;

use std::sync::Arc;

use image::{RgbImage, RgbaImage};
use serde::{Deserialize, Serialize};

pub use classical::Classical;
pub use cutter::Cutter;
pub use neural::{Neural, cut_out_person};

use crate::blobs::cos::CosClient;
use crate::imaging::CpuPool;
use crate::imaging::grid::Plane;
use crate::kinds::Subject;
use crate::vision::{Findings, Vision};

/// Cuts out what a rough mask of any size covers, snapped to the picture's edges.
pub fn cut_out_by(picture: &RgbImage, rough: &Plane) -> Result<RgbaImage, MattingError> {
    refine::cut_out(picture, rough)
}

/// Narrowest side in pixels, and the longest side as a multiple of it, in which there can be a subject: a copy at which
/// work is done must be two pixels wide.
const LEAST_SIDE: u32 = 8;
const MOST_STRETCHED: u32 = 200;

/// Refuses specks and strips.
fn expect_room(picture: &RgbImage) -> Result<(), MattingError> {
    let (w, h) = picture.dimensions();
    let (short, long) = (w.min(h), w.max(h));
    if short < LEAST_SIDE || long > MOST_STRETCHED * short {
        return Err(MattingError::NothingFound);
    }
    Ok(())
}

/// A way to cut out.
pub trait Matting: Send + Sync {
    /// The subject on transparency, the same size as the picture.
    fn cut_out(&self, picture: &RgbImage, subject: Subject) -> Result<RgbaImage, MattingError>;
}

/// Why nothing was cut out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MattingError {
    /// No subject stands out from the background.
    #[error("no subject was found in the picture")]
    NothingFound,
    /// The method cannot cut out this kind of subject.
    #[error("this matting method cannot cut out people")]
    SubjectUnsupported,
}

/// Which method cuts out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Networks, and the classical method where they find nothing.
    #[default]
    Auto,
    /// Small networks inside the binary.
    Neural,
    /// No network: the background is learned from the picture's rim. For products on plain backgrounds.
    Classical,
    /// Tencent CI, and the networks where it fails. It needs `[blobs.cos]`.
    Ci,
}

/// The settings of matting.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Which method cuts out.
    pub method: Method,
    /// A stronger network.
    pub neural: neural::Settings,
    /// How Tencent CI is asked.
    pub ci: ci::Settings,
}

impl Settings {
    /// The method that the settings name; `bucket` is where CI works.
    pub fn cutter(
        &self,
        vision: Arc<Vision>,
        pool: CpuPool,
        bucket: Option<Arc<CosClient>>,
    ) -> Cutter {
        let cloud = match self.method {
            Method::Ci => bucket.map(|bucket| ci::Ci::new(bucket, self.ci)),
            Method::Auto | Method::Neural | Method::Classical => None,
        };
        Cutter::new(self.method.local(vision), cloud, pool)
    }
}

impl Method {
    /// What this method, or the one it falls back to, does on this machine.
    pub fn local(self, vision: Arc<Vision>) -> Box<dyn Matting> {
        match self {
            Self::Auto | Self::Ci => Box::new(Auto {
                neural: Neural::new(vision),
                classical: Classical,
            }),
            Self::Neural => Box::new(Neural::new(vision)),
            Self::Classical => Box::new(Classical),
        }
    }
}

struct Auto {
    neural: Neural,
    classical: Classical,
}

impl Matting for Auto {
    fn cut_out(&self, picture: &RgbImage, subject: Subject) -> Result<RgbaImage, MattingError> {
        let classical = |allowed: bool| match subject {
            Subject::Product | Subject::Auto if allowed => {
                self.classical.cut_out(picture, subject).ok()
            }
            Subject::Product | Subject::Auto | Subject::Portrait => None,
        };
        match self.neural.cut_out(picture, subject) {
            Ok(cutout) => {
                let plain = Findings::of(picture).busyness < PLAIN;
                Ok(classical(plain)
                    .filter(|other| completes(other, &cutout))
                    .unwrap_or(cutout))
            }
            Err(error) => classical(true).ok_or(error),
        }
    }
}

/// Below this busyness a background is plain enough for colour alone to be believed.
const PLAIN: f32 = 0.008;

/// True if `larger` holds all of `smaller` and a good deal more: on a plain ground the networks then took a part,
/// such as the print on a pale shirt, for the whole.
fn completes(larger: &RgbaImage, smaller: &RgbaImage) -> bool {
    let (mut large, mut small, mut both) = (0.0_f32, 1.0_f32, 0.0_f32);
    for (l, s) in larger.pixels().zip(smaller.pixels()) {
        let (l, s) = (l[3] > 127, s[3] > 127);
        large += f32::from(u8::from(l));
        small += f32::from(u8::from(s));
        both += f32::from(u8::from(l && s));
    }
    both > 0.97 * small && (1.12..6.0).contains(&(large / small))
}
