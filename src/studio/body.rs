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
    /// Knee and ankle of each leg, where the knee can be seen. An ankle may lie below the picture.
    pub(super) legs: [Option<[Point; 2]>; 2],
    /// The middle of the neck's base.
    pub(super) neck: Point,
    pub(super) face: Option<Face>,
}

impl Body {
    /// Width of the shoulders in pixels.
    pub(super) fn width(&self) -> f32 {
        distance(self.shoulders[0], self.shoulders[1])
    }

    /// The same body in a picture `k` times as large.
    pub(super) fn scaled(&self, k: f32) -> Self {
        let at = |p: Point| (p.0 * k, p.1 * k);
        Self {
            shoulders: self.shoulders.map(at),
            hips: self.hips.map(at),
            arms: self.arms.map(|arm| arm.map(|joints| joints.map(at))),
            legs: self.legs.map(|leg| leg.map(|joints| joints.map(at))),
            neck: at(self.neck),
            face: self.face.map(|f| Face {
                bbox: f.bbox.map(|v| v * k),
                score: f.score,
                eyes: f.eyes.map(at),
                nose: at(f.nose),
                mouth: at(f.mouth),
            }),
        }
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
            from_pose(&pose, face, picture.height() as f32)
        }
        Some(_) | None => from_silhouette(mask, k, face),
    }
}

/// Shoulder, elbow and wrist of each arm, from the pose or, where an arm hangs bare beside the torso, from what of the
/// person is outside the worn top.
pub(super) fn arms(body: &Body, worn: &Plane, person: &Plane) -> [Option<Vec<Point>>; 2] {
    [0, 1].map(|side| match body.arms[side] {
        Some([elbow, wrist]) => Some(vec![body.shoulders[side], elbow, wrist]),
        None => hanging(body, side, worn, person),
    })
}

/// The middle line of a bare arm that hangs beside the torso.
fn hanging(body: &Body, side: usize, worn: &Plane, person: &Plane) -> Option<Vec<Point>> {
    let width = body.width();
    let shoulder = body.shoulders[side];
    let from = (shoulder.1 + 0.3 * width).max(0.0) as usize;
    let to = ((shoulder.1 + 1.6 * width) as usize).min(person.h);
    let mut line: Vec<Point> = Vec::new();
    for y in from..to.max(from) {
        let bare = |x: &usize| person.at(*x, y) > 0.5 && worn.at(*x, y) < 0.5;
        let on_side = |x: &usize| {
            (*x as f32 - body.neck.0) * if side == 0 { -1.0 } else { 1.0 } > 0.3 * width
        };
        let first = if side == 0 {
            (0..person.w).find(|x| person.at(*x, y) > 0.5)
        } else {
            (0..person.w).rev().find(|x| person.at(*x, y) > 0.5)
        };
        let Some(first) = first.filter(bare).filter(on_side) else {
            continue;
        };
        let run: usize = if side == 0 {
            (first..person.w).take_while(bare).count()
        } else {
            (0..=first).rev().take_while(bare).count()
        };
        let across = run as f32 / width;
        if (0.06..0.34).contains(&across) {
            let half = run as f32 / 2.0;
            let x = if side == 0 {
                first as f32 + half
            } else {
                first as f32 - half
            };
            line.push((x, y as f32));
        }
    }
    if (line.len() as f32) < 0.45 * width {
        return None;
    }
    let mean = |part: &[Point]| {
        let sum = part.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
        (sum.0 / part.len() as f32, sum.1 / part.len() as f32)
    };
    let third = line.len() / 3;
    let joint = (shoulder.0, shoulder.1 + 0.1 * width);
    let (upper, lower) = (mean(&line[..third]), mean(&line[2 * third..]));
    let end = line[line.len() - 1];
    Some(vec![joint, upper, lower, end])
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

fn from_pose(pose: &Pose, face: Option<Face>, height: f32) -> Result<Body, StudioError> {
    let point = |joint| {
        let l = pose.at(joint);
        (l.x, l.y)
    };
    let seen = |joint| pose.at(joint).visibility > 0.5;
    let arm = |elbow, wrist| (seen(elbow) && seen(wrist)).then(|| [point(elbow), point(wrist)]);
    let leg = |knee, ankle| {
        let whole = seen(ankle) || point(ankle).1 > height;
        (seen(knee) && point(knee).1 < height && whole).then(|| [point(knee), point(ankle)])
    };
    // The person's right is left in the picture, if they face the camera.
    let mut shoulders = [point(Joint::RightShoulder), point(Joint::LeftShoulder)];
    let mut hips = [point(Joint::RightHip), point(Joint::LeftHip)];
    let mut arms = [
        arm(Joint::RightElbow, Joint::RightWrist),
        arm(Joint::LeftElbow, Joint::LeftWrist),
    ];
    let mut legs = [
        leg(Joint::RightKnee, Joint::RightAnkle),
        leg(Joint::LeftKnee, Joint::LeftAnkle),
    ];
    if face.is_none() && shoulders[0].0 > shoulders[1].0 {
        // Without a head the network cannot tell front from back.
        shoulders.reverse();
        hips.reverse();
        arms.reverse();
        legs.reverse();
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
        legs,
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
    // Above the shoulders there is a neck or the frame; bare shoulders over a wide frill, or raised arms, are neither.
    let over = row.checked_sub((0.14 * width) as usize).and_then(span);
    if over.is_some_and(|(l, r)| (r - l) as f32 > 0.62 * width) {
        return Err(StudioError::PoseUnsupported);
    }
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
        legs: [None, None],
        neck: scale(mid, y - 0.1 * width),
        face,
    })
}
