//! The local engine: all four kinds of picture by real image work in this process. It is deterministic for a seed,
//! needs no network, and says so when it cannot make a good picture.

mod avatar;
mod backdrop;
mod body;
mod bokeh;
mod check;
mod cut;
mod fashion;
mod fir;
mod fit;
mod fitting;
mod garment;
mod gobo;
mod graphic;
mod grass;
mod hem;
mod lay;
mod layers;
mod layouts;
mod legs;
mod light;
mod lower;
mod mesh;
mod mixture;
mod noise;
mod outdoors;
mod paint;
mod palette;
mod person;
mod podium;
mod portrait;
mod product;
mod props;
mod reflection;
mod sets;
mod shade;
mod shadow;
mod skin;
mod sleeve;
mod spread;
mod stage;
mod stance;
mod strips;
mod strokes;
mod surface;
mod tabletop;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_edges;
#[cfg(test)]
mod tests_golden;
#[cfg(test)]
mod tests_tryon;
mod torso;
mod tryon;
mod tube;
mod underfoot;
mod upper;
mod warp;
mod worn;

pub use check::{Finding, Maker, Severity, check};

use image::{DynamicImage, RgbImage, RgbaImage};

use crate::kinds::{Backdrop, Role, Settings};
use crate::vision::Vision;
use stage::{Place, Subject};

/// An input picture, prepared: upright, sRGB, its longest side at most 2,048 pixels.
pub struct Photo {
    /// The picture.
    pub picture: RgbImage,
    /// Its subject on transparency, the same size, where the kind wants one.
    pub cutout: Option<RgbaImage>,
}

/// One picture to make.
pub struct Shoot<'a> {
    /// The kind and its settings.
    pub settings: Settings,
    /// The inputs in the order of the kind's list.
    pub photos: &'a [(Role, Photo)],
    /// Width and height in pixels. A try-on keeps its photo's shape and takes the longer side only.
    pub size: (u32, u32),
    /// A background that the output forces: the answer then has real alpha.
    pub backdrop: Option<Backdrop>,
    /// What makes two pictures of the same inputs differ.
    pub seed: u64,
}

/// Why no picture was made. Each is about the input, so trying again does not help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StudioError {
    /// A try-on needs a person.
    #[error("no person was found in the photo")]
    PersonNotFound,
    /// A try-on needs a garment.
    #[error("no garment was found in the photo")]
    GarmentNotFound,
    /// An avatar needs a face.
    #[error("no face was found in the photos")]
    FaceNotFound,
    /// The person stands or is cut in a way that a garment cannot be fitted to.
    #[error("the garment cannot be fitted to this pose")]
    PoseUnsupported,
    /// Trousers need legs in long trousers that stand beside each other, whole in the photo.
    #[error("the legs are not seen whole and in long trousers")]
    LegsNotSeen,
    /// The local engine dresses in tops and long trousers only.
    #[error("the local engine fits tops and long trousers only")]
    CategoryUnsupported,
    /// What the garment is said to be is not what its photo shows.
    #[error("the garment is of another category than its photo shows")]
    CategoryMismatch,
    /// Nothing stands out from the background.
    #[error("no subject was found in the photo")]
    SubjectNotFound,
}

impl StudioError {
    /// The error's name in answers and tables.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PersonNotFound => "person_not_found",
            Self::GarmentNotFound => "garment_not_found",
            Self::FaceNotFound => "face_not_found",
            Self::PoseUnsupported | Self::LegsNotSeen => "pose_unsupported",
            Self::CategoryUnsupported => "category_unsupported",
            Self::CategoryMismatch => "category_mismatch",
            Self::SubjectNotFound => "subject_not_found",
        }
    }
}

/// Makes the picture: of exactly `size` (a try-on: within it), with alpha if a backdrop is forced.
pub fn make(shoot: &Shoot<'_>, vision: &Vision) -> Result<DynamicImage, StudioError> {
    match shoot.settings {
        Settings::ProductPhoto(settings) => product::make(shoot, settings),
        Settings::FashionPhoto(settings) => fashion::make(shoot, settings, vision),
        Settings::DigitalAvatar(settings) => avatar::make(shoot, settings, vision),
        Settings::VirtualTryon(settings) => tryon::make(shoot, settings, vision),
    }
}

/// The subject alone, centred with a margin, on transparency.
fn framed(subject: &Subject, size: (u32, u32)) -> DynamicImage {
    let [_, top, _, bottom] = subject.cut;
    let place = if top || bottom {
        Place::standing(subject, size, (0.86, 0.86), 0.93)
    } else {
        Place::centred(subject, size, (0.86, 0.86), (0.5, 0.5))
    };
    DynamicImage::ImageRgba8(stage::placed(&subject.cutout, place, size))
}
