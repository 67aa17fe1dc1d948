//! What a job will do, and what a model is asked for.

use std::path::PathBuf;

use super::{Backdrop, InputSpec, Kind, Output, Quality, Role, Settings};
use crate::ids::JobId;

/// The stations of a job, decided once from its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What to prepare and cut out.
    pub inputs: &'static [InputSpec],
    /// Width and height in pixels to ask a model for.
    pub size: (u32, u32),
    /// A background that the output forces.
    pub backdrop: Option<Backdrop>,
    /// Longest side in pixels of a prepared input.
    pub input_side: u32,
}

impl Plan {
    /// The plan of a job of `kind` at this quality, for this output.
    pub fn of(kind: Kind, quality: Quality, output: &Output) -> Self {
        let size = output.size(kind, quality);
        Self {
            inputs: kind.inputs(),
            size,
            backdrop: output.background,
            input_side: size.0.max(size.1).clamp(1024, 2048),
        }
    }
}

/// A prepared input picture on disk: upright, sRGB, bounded, without metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// What it is for.
    pub role: Role,
    /// A JPEG file.
    pub picture: PathBuf,
    /// A PNG file of the same size with alpha, where the plan wants a cut-out.
    pub cutout: Option<PathBuf>,
}

/// Everything a model needs to make one picture. A provider translates it; it decides nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// The job it is for.
    pub job: JobId,
    /// Which picture.
    pub kind: Kind,
    /// The kind's settings.
    pub settings: Settings,
    /// The effort.
    pub quality: Quality,
    /// Width and height in pixels; a model takes the nearest it can make.
    pub size: (u32, u32),
    /// A background that the output forces; the studio then answers a cut-out with alpha.
    pub backdrop: Option<Backdrop>,
    /// What makes two pictures of the same inputs differ.
    pub seed: u64,
    /// The inputs: the person first, then garment or product.
    pub inputs: Vec<InputFile>,
}
