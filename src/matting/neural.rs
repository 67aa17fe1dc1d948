//! Matting by small networks: rough masks from [`Vision`], refined to the picture's own edges.

use std::path::PathBuf;
use std::sync::Arc;

use image::{RgbImage, RgbaImage};
use serde::{Deserialize, Serialize};

use super::{Matting, MattingError, expect_room, refine};
use crate::imaging::grid::Plane;
use crate::imaging::transform;
use crate::kinds::Subject;
use crate::vision::{Guest, GuestError, Normal, Vision};

/// The section `matting.neural` of the configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// An ONNX file with a stronger network for the main subject; empty: the one inside the binary.
    pub model: PathBuf,
    /// It knows people and nothing else.
    pub portraits_only: bool,
    /// Side in pixels of what it gets, where its file leaves that open; 0: 1024.
    pub side: u32,
    /// What it subtracts from red, green and blue (0 to 1).
    pub mean: [f32; 3],
    /// What it then divides them by.
    pub deviation: [f32; 3],
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: PathBuf::new(),
            portraits_only: false,
            side: 0,
            mean: Normal::IMAGE_NET.mean,
            deviation: Normal::IMAGE_NET.deviation,
        }
    }
}

impl Settings {
    /// The networks of these settings. A file is read and tried out now, which takes as long as one picture.
    pub fn vision(&self) -> Result<Vision, GuestError> {
        if self.model.as_os_str().is_empty() {
            return Ok(Vision::new());
        }
        let normal = Normal {
            mean: self.mean,
            deviation: self.deviation,
        };
        let guest = Guest::open(&self.model, normal, self.side)?;
        Ok(Vision::with_guest(guest, self.portraits_only))
    }

    /// What is wrong with a setting and its name, if anything.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        if self.deviation.iter().all(|v| *v > 0.0 && v.is_finite()) {
            return Ok(());
        }
        Err((
            "matting.neural.deviation",
            "must be three numbers above 0".into(),
        ))
    }
}

/// Matting by the networks inside the binary.
pub struct Neural {
    vision: Arc<Vision>,
}

impl Neural {
    /// Matting by these networks.
    pub fn new(vision: Arc<Vision>) -> Self {
        Self { vision }
    }
}

impl Matting for Neural {
    fn cut_out(&self, picture: &RgbImage, subject: Subject) -> Result<RgbaImage, MattingError> {
        expect_room(picture)?;
        let rough = match subject {
            Subject::Portrait => person(&self.vision, picture),
            Subject::Product => self.vision.salient_mask(picture, subject),
            Subject::Auto if self.vision.faces(picture).is_empty() => {
                self.vision.salient_mask(picture, subject)
            }
            Subject::Auto => person(&self.vision, picture),
        };
        refine::cut_out(picture, &rough)
    }
}

/// Cuts out a person with networks that the caller holds.
pub fn cut_out_person(vision: &Vision, picture: &RgbImage) -> Result<RgbaImage, MattingError> {
    refine::cut_out(picture, &person(vision, picture))
}

/// The person network knows bodies, the salient one edges: together they miss least. A subject that is no person
/// must not come in through the second one, so it only counts near what the first one found.
fn person(vision: &Vision, picture: &RgbImage) -> Plane {
    let (w, h) = transform::fitted(picture.dimensions(), 640);
    let body = vision.person_mask(picture).resized(w as usize, h as usize);
    if body.max() < 0.5 {
        return body;
    }
    let salient = vision.salient_mask(picture, Subject::Portrait);
    let salient = salient.resized(w as usize, h as usize);
    let reach = body.blurred(w.max(h) as f32 / 25.0);
    Plane::from_fn(body.w, body.h, |x, y| {
        let near = (reach.at(x, y) * 4.0).min(1.0);
        body.at(x, y).max(salient.at(x, y) * near)
    })
}
