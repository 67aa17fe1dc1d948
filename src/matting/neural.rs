//! Matting by small networks: rough masks from [`Vision`], refined to the picture's own edges.

use std::sync::Arc;

use image::{RgbImage, RgbaImage};

use super::{Matting, MattingError, refine};
use crate::imaging::grid::Plane;
use crate::imaging::transform;
use crate::kinds::Subject;
use crate::vision::Vision;

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
        let rough = match subject {
            Subject::Portrait => person(&self.vision, picture),
            Subject::Product => self.vision.salient_mask(picture),
            Subject::Auto if self.vision.faces(picture).is_empty() => {
                self.vision.salient_mask(picture)
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
    let salient = vision.salient_mask(picture).resized(w as usize, h as usize);
    let reach = body.blurred(w.max(h) as f32 / 25.0);
    Plane::from_fn(body.w, body.h, |x, y| {
        let near = (reach.at(x, y) * 4.0).min(1.0);
        body.at(x, y).max(salient.at(x, y) * near)
    })
}
