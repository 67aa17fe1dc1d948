//! The body by BlazePose: 33 landmarks of one person.

use image::RgbImage;
use rten::Model;

use super::model::{Layer, run, sigmoid};
use crate::imaging::transform;

/// The network's input side in pixels.
const SIDE: u32 = 256;

/// A square part of a picture, in its pixels; it may reach outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Centre, horizontally.
    pub cx: f32,
    /// Centre, vertically.
    pub cy: f32,
    /// Length of a side.
    pub side: f32,
}

/// A point of the body, in pixels of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Landmark {
    /// Horizontally.
    pub x: f32,
    /// Vertically.
    pub y: f32,
    /// How sure it is that the point is seen, 0 to 1.
    pub visibility: f32,
}

/// The landmarks used here, by their number in BlazePose. Left and right are the person's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each variant is the name of the body part it stands for"
)]
pub enum Joint {
    Nose = 0,
    LeftEye = 2,
    RightEye = 5,
    LeftEar = 7,
    RightEar = 8,
    LeftShoulder = 11,
    RightShoulder = 12,
    LeftElbow = 13,
    RightElbow = 14,
    LeftWrist = 15,
    RightWrist = 16,
    LeftHip = 23,
    RightHip = 24,
    LeftKnee = 25,
    RightKnee = 26,
    LeftAnkle = 27,
    RightAnkle = 28,
}

/// One body.
#[derive(Clone, Debug, PartialEq)]
pub struct Pose {
    /// All 33 landmarks.
    pub landmarks: Vec<Landmark>,
    /// How sure the network is that there is a person, 0 to 1. Above 0.99 with a head in view.
    pub score: f32,
    /// Where to look again for a better answer.
    pub next: Region,
}

impl Pose {
    /// One landmark.
    pub fn at(&self, joint: Joint) -> Landmark {
        self.landmarks[joint as usize]
    }
}

/// Runs the network on a region.
pub(super) fn find(model: &Model, picture: &RgbImage, region: Region) -> Option<Pose> {
    if region.side < 16.0 {
        return None;
    }
    let part = transform::square(picture, region.cx, region.cy, region.side, [0; 3]);
    let outputs = run(model, &transform::resize(&part, SIDE, SIDE), Layer::Unit, 2);
    let score = outputs[1][0];
    let scale = region.side / SIDE as f32;
    let (x0, y0) = (region.cx - region.side / 2.0, region.cy - region.side / 2.0);
    let all: Vec<Landmark> = outputs[0]
        .chunks_exact(5)
        .map(|l| Landmark {
            x: x0 + l[0] * scale,
            y: y0 + l[1] * scale,
            visibility: sigmoid(l[3]),
        })
        .collect();
    // Landmark 33 is the middle of the hips, 34 a point on the circle that holds the whole body.
    let (centre, rim) = (all[33], all[34]);
    let radius = (rim.x - centre.x).hypot(rim.y - centre.y);
    let next = Region {
        cx: centre.x,
        cy: centre.y,
        side: radius * 2.5,
    };
    (score > 0.05).then(|| Pose {
        landmarks: all[..33].to_vec(),
        score,
        next,
    })
}
