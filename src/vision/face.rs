//! Faces by BlazeFace: boxes, eyes, nose and mouth.

use image::RgbImage;
use rten::Model;

use super::model::{Layer, run, sigmoid};
use crate::imaging::transform;

/// The network's input side in pixels.
const SIDE: u32 = 128;
/// Below this score a find is noise.
const LIMIT: f32 = 0.6;

/// A face, in pixels of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Face {
    /// Left, top, right, bottom: from the brows to the chin.
    pub bbox: [f32; 4],
    /// From 0 to 1.
    pub score: f32,
    /// The eye on the left of the picture, then the other.
    pub eyes: [(f32, f32); 2],
    /// The tip of the nose.
    pub nose: (f32, f32),
    /// The middle of the mouth.
    pub mouth: (f32, f32),
}

impl Face {
    /// Width of the box in pixels.
    pub fn width(&self) -> f32 {
        self.bbox[2] - self.bbox[0]
    }

    /// The centre of the box.
    pub fn centre(&self) -> (f32, f32) {
        (
            (self.bbox[0] + self.bbox[2]) / 2.0,
            (self.bbox[1] + self.bbox[3]) / 2.0,
        )
    }

    /// 1 for a face that looks at the camera, towards 0 for a profile: the nose stands between the eyes.
    pub fn frontal(&self) -> f32 {
        let [left, right] = self.eyes;
        let span = (right.0 - left.0).hypot(right.1 - left.1).max(1.0);
        let middle = (left.0 + right.0) / 2.0;
        let mouth_off = (self.mouth.0 - middle).abs() / span;
        let nose_off = (self.nose.0 - middle).abs() / span;
        (1.0 - 1.4 * nose_off - 0.5 * mouth_off).clamp(0.0, 1.0)
    }
}

/// Looks at the whole picture, and if no face is found there, at its upper parts enlarged.
pub(super) fn find(model: &Model, picture: &RgbImage) -> Vec<Face> {
    let (w, h) = (picture.width() as f32, picture.height() as f32);
    let mut found = look(model, picture, (w / 2.0, h / 2.0), w.max(h));
    if found.is_empty() {
        let side = w.min(h) * 0.6;
        for row in 0..2 {
            for column in 0..3 {
                let cx = side / 2.0 + (w - side).max(0.0) * column as f32 / 2.0;
                let cy = side / 2.0 + row as f32 * side * 0.6;
                found.extend(look(model, picture, (cx, cy.min(h - side / 2.0)), side));
            }
        }
    }
    let mut kept = suppress(found);
    kept.sort_by(|a, b| b.width().total_cmp(&a.width()));
    kept
}

fn look(model: &Model, picture: &RgbImage, centre: (f32, f32), side: f32) -> Vec<Face> {
    let part = transform::square(picture, centre.0, centre.1, side, [0; 3]);
    let input = transform::resize(&part, SIDE, SIDE);
    let outputs = run(model, &input, Layer::Signed, 2);
    let (boxes, scores) = (&outputs[0], &outputs[1]);
    let scale = side / SIDE as f32;
    let (x0, y0) = (centre.0 - side / 2.0, centre.1 - side / 2.0);
    anchors()
        .zip(scores)
        .enumerate()
        .filter_map(|(i, (anchor, score))| {
            let score = sigmoid(score.clamp(-80.0, 80.0));
            if score < LIMIT {
                return None;
            }
            let r = &boxes[i * 16..i * 16 + 16];
            let point = |k: usize| {
                (
                    x0 + (r[k] + anchor.0) * scale,
                    y0 + (r[k + 1] + anchor.1) * scale,
                )
            };
            let (centre, half) = (point(0), (r[2] * scale / 2.0, r[3] * scale / 2.0));
            let (a, b) = (point(4), point(6));
            Some(Face {
                bbox: [
                    centre.0 - half.0,
                    centre.1 - half.1,
                    centre.0 + half.0,
                    centre.1 + half.1,
                ],
                score,
                eyes: if a.0 <= b.0 { [a, b] } else { [b, a] },
                nose: point(8),
                mouth: point(10),
            })
        })
        .collect()
}

/// Anchor centres in input pixels: two per cell of a 16×16 map, then six per cell of an 8×8 map.
fn anchors() -> impl Iterator<Item = (f32, f32)> {
    let map = |cells: u32, per_cell: u32| {
        (0..cells * cells * per_cell).map(move |i| {
            let cell = i / per_cell;
            let step = SIDE as f32 / cells as f32;
            (
                ((cell % cells) as f32 + 0.5) * step,
                ((cell / cells) as f32 + 0.5) * step,
            )
        })
    };
    map(16, 2).chain(map(8, 6))
}

/// Keeps the best of overlapping finds.
fn suppress(mut found: Vec<Face>) -> Vec<Face> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Face> = Vec::new();
    for face in found {
        if kept.iter().all(|k| overlap(&k.bbox, &face.bbox) < 0.3) {
            kept.push(face);
        }
    }
    kept
}

fn overlap(a: &[f32; 4], b: &[f32; 4]) -> f32 {
    let w = (a[2].min(b[2]) - a[0].max(b[0])).max(0.0);
    let h = (a[3].min(b[3]) - a[1].max(b[1])).max(0.0);
    let area = |r: &[f32; 4]| (r[2] - r[0]) * (r[3] - r[1]);
    let shared = w * h;
    shared / (area(a) + area(b) - shared).max(1e-6)
}
