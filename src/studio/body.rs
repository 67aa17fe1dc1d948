//! The body a garment is fitted to: shoulders, arms and hips, from the pose network or, without a head in view,
//! from the silhouette.

use image::RgbImage;

use super::StudioError;
use super::garment::Point;
use crate::imaging::grid::Plane;
use crate::vision::{Face, Joint, Pose, Region, Vision};

/// Joints in pixels of the picture. "Left" is left in the picture.
#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) shoulders: [Point; 2],
    pub(super) hips: [Point; 2],
    /// Elbow and wrist of each arm, where they can be seen.
    pub(super) arms: [Option<[Point; 2]>; 2],
    /// The middle of the neck's base.
    pub(super) neck: Point,
    pub(super) face: Option<Face>,
}

impl Body {
    /// Width of the shoulders in pixels.
    pub(super) fn width(&self) -> f32 {
        distance(self.shoulders[0], self.shoulders[1])
    }
}

pub(super) fn distance(a: Point, b: Point) -> f32 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// Finds the body of the person that `mask` (the picture's size or smaller) covers.
pub(super) fn find(picture: &RgbImage, mask: &Plane, vision: &Vision) -> Result<Body, StudioError> {
    let k = picture.width() as f32 / mask.w as f32;
    let [x0, y0, x1, y1] = mask.bounds(0.5).ok_or(StudioError::PersonNotFound)?;
    let first = Region {
        cx: (x0 + x1) as f32 / 2.0 * k,
        cy: (y0 + y1) as f32 / 2.0 * k,
        side: (x1 - x0).max(y1 - y0) as f32 * k * 1.15,
    };
    let face = vision.faces(picture).into_iter().next();
    let mut pose: Option<Pose> = None;
    let mut region = first;
    for _ in 0..3 {
        let Some(next) = vision.pose(picture, region) else {
            break;
        };
        region = next.next;
        if pose.as_ref().is_none_or(|p| next.score >= p.score * 0.98) {
            pose = Some(next);
        }
    }
    let face = face
        .filter(|f| pose.as_ref().is_some_and(|p| agrees(f, p)) && on_mask(mask, f.centre(), k));
    // Without a face the network may see a small body in a part of a large one.
    let pose = pose.filter(|p| face.is_some() || fills(p, mask, k));
    match pose {
        Some(pose) if pose.score > 0.97 || (face.is_some() && pose.score > 0.8) => {
            from_pose(&pose, face)
        }
        Some(_) | None => from_silhouette(mask, k, face),
    }
}

/// A face counts only where the pose has its nose: the detector sometimes sees one in a print.
fn agrees(face: &Face, pose: &Pose) -> bool {
    let nose = pose.at(Joint::Nose);
    distance(face.nose, (nose.x, nose.y)) < face.width() * 0.6
}

/// True if the pose's shoulders are about as wide as the silhouette there.
fn fills(pose: &Pose, mask: &Plane, k: f32) -> bool {
    let (a, b) = (pose.at(Joint::LeftShoulder), pose.at(Joint::RightShoulder));
    let row = (((a.y + b.y) / 2.0 / k).max(0.0) as usize).min(mask.h - 1);
    let across = (0..mask.w).filter(|x| mask.at(*x, row) > 0.5).count() as f32 * k;
    (a.x - b.x).abs() > 0.5 * across
}

fn on_mask(mask: &Plane, at: Point, k: f32) -> bool {
    mask.sample(at.0 / k, at.1 / k) > 0.5
}

fn from_pose(pose: &Pose, face: Option<Face>) -> Result<Body, StudioError> {
    let point = |joint| {
        let l = pose.at(joint);
        (l.x, l.y)
    };
    let seen = |joint| pose.at(joint).visibility > 0.5;
    let arm = |elbow, wrist| (seen(elbow) && seen(wrist)).then(|| [point(elbow), point(wrist)]);
    // The person's right is left in the picture, if they face the camera.
    let mut shoulders = [point(Joint::RightShoulder), point(Joint::LeftShoulder)];
    let mut hips = [point(Joint::RightHip), point(Joint::LeftHip)];
    let mut arms = [
        arm(Joint::RightElbow, Joint::RightWrist),
        arm(Joint::LeftElbow, Joint::LeftWrist),
    ];
    if face.is_none() && shoulders[0].0 > shoulders[1].0 {
        // Without a head the network cannot tell front from back.
        shoulders.reverse();
        hips.reverse();
        arms.reverse();
    }
    let (shoulders, hips) = plausible(shoulders, hips, face);
    let width = shoulders[1].0 - shoulders[0].0;
    let drop = (hips[0].1 + hips[1].1) / 2.0 - (shoulders[0].1 + shoulders[1].1) / 2.0;
    // Turned away or sideways, lying, or bent double.
    if width < 0.3 * drop.abs() || drop < 0.4 * width || width <= 0.0 {
        return Err(StudioError::PoseUnsupported);
    }
    let middle = (
        (shoulders[0].0 + shoulders[1].0) / 2.0,
        (shoulders[0].1 + shoulders[1].1) / 2.0,
    );
    Ok(Body {
        shoulders,
        hips,
        arms,
        neck: (middle.0, middle.1 - 0.12 * width),
        face,
    })
}

/// Bulky clothes and hips outside the frame mislead the network: shoulders are at least 2.2 faces apart, and the hips
/// at least 1.2 shoulder widths below them.
fn plausible(
    mut shoulders: [Point; 2],
    mut hips: [Point; 2],
    face: Option<Face>,
) -> ([Point; 2], [Point; 2]) {
    let least = face.map_or(0.0, |f| 2.2 * f.width());
    let width = shoulders[1].0 - shoulders[0].0;
    if width > 0.0 && width < least {
        let grow = (least - width) / 2.0;
        shoulders[0] = (shoulders[0].0 - grow, shoulders[0].1 + 0.2 * grow);
        shoulders[1] = (shoulders[1].0 + grow, shoulders[1].1 + 0.2 * grow);
    }
    let width = width.max(least);
    let lowest = shoulders[0].1.max(shoulders[1].1) + 1.2 * width;
    let middle = (shoulders[0].0 + shoulders[1].0) / 2.0;
    for (i, sign) in [-1.0, 1.0].into_iter().enumerate() {
        if width > 0.0 && hips[i].1 < lowest && face.is_some() {
            hips[i] = (middle + sign * 0.36 * width, lowest);
        }
    }
    (shoulders, hips)
}

/// Shoulders where the silhouette widens below the neck, hips at the height that follows from them.
fn from_silhouette(mask: &Plane, k: f32, face: Option<Face>) -> Result<Body, StudioError> {
    let [_, y0, _, y1] = mask.bounds(0.5).ok_or(StudioError::PersonNotFound)?;
    let span = |y: usize| {
        let xs: Vec<usize> = (0..mask.w).filter(|x| mask.at(*x, y) > 0.5).collect();
        Some((*xs.first()?, *xs.last()?))
    };
    let rows: Vec<(usize, (usize, usize))> = (y0..y1).filter_map(|y| Some((y, span(y)?))).collect();
    let tall = (y1 - y0) as f32;
    let upper = &rows[..rows.len() / 2];
    let widest = upper.iter().map(|(_, (l, r))| r - l).max().unwrap_or(0) as f32;
    if widest < 0.12 * mask.w as f32 || tall < 0.3 * mask.h as f32 {
        return Err(StudioError::PersonNotFound);
    }
    let start = upper
        .iter()
        .find(|(_, (l, r))| (r - l) as f32 > 0.72 * widest);
    let (row, (l, r)) = *start.ok_or(StudioError::PersonNotFound)?;
    let width = (r - l) as f32;
    let mid = (l + r) as f32 / 2.0;
    let (y, half) = (row as f32 + 0.03 * width, width * 0.4);
    let hip_y = (y + 1.35 * width).min(y1 as f32 * 1.05);
    let scale = |x: f32, y: f32| (x * k, y * k);
    Ok(Body {
        shoulders: [scale(mid - half, y), scale(mid + half, y)],
        hips: [
            scale(mid - 0.3 * width, hip_y),
            scale(mid + 0.3 * width, hip_y),
        ],
        arms: [None, None],
        neck: scale(mid, y - 0.1 * width),
        face,
    })
}
