//! Small networks that tell where faces, bodies and subjects are. They run in this process, in pure Rust, from
//! weights inside the binary (see `assets/models/NOTICE.md`); nothing is downloaded.

mod face;
pub mod guest;
mod mask;
mod model;
mod pose;
pub mod quality;

pub use face::Face;
pub use guest::{Guest, GuestError};
pub use model::Normal;
pub use pose::{Joint, Landmark, Pose, Region};
pub use quality::Findings;

use std::sync::OnceLock;

use image::RgbImage;
use u2net::U2Net;

use crate::imaging::grid::Plane;
use crate::kinds::Subject;
use model::Network;

/// The networks, each loaded on first use and once.
#[derive(Default)]
pub struct Vision {
    faces: Network,
    pose: Network,
    person: Network,
    salient: OnceLock<U2Net>,
    guest: Option<Guest>,
    portraits_only: bool,
}

impl Vision {
    /// No network is loaded yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sees main subjects with a network from outside; if `portraits_only`, people alone.
    pub fn with_guest(guest: Guest, portraits_only: bool) -> Self {
        Self {
            guest: Some(guest),
            portraits_only,
            ..Self::default()
        }
    }

    /// Loads all networks now, so that the first picture does not wait for it.
    pub fn preload(&self) {
        self.faces.load(model::FACES);
        self.pose.load(model::POSE);
        self.person.load(model::PERSON);
        self.salient();
    }

    /// The faces in a picture, the largest first.
    pub fn faces(&self, picture: &RgbImage) -> Vec<Face> {
        face::find(self.faces.load(model::FACES), picture)
    }

    /// The body in a region of the picture, or `None` if the network sees none at all.
    pub fn pose(&self, picture: &RgbImage, region: Region) -> Option<Pose> {
        pose::find(self.pose.load(model::POSE), picture, region)
    }

    /// Where people are, 0 to 1: a small plane stretched over the whole picture.
    pub fn person_mask(&self, picture: &RgbImage) -> Plane {
        mask::person(self.person.load(model::PERSON), picture)
    }

    /// What the picture is of, 0 to 1: a plane stretched over the whole picture. A glance finds where the subject is,
    /// the look at that part how it ends.
    pub fn salient_mask(&self, picture: &RgbImage, subject: Subject) -> Plane {
        match &self.guest {
            Some(guest) if !self.portraits_only || subject == Subject::Portrait => {
                guest.mask(picture)
            }
            Some(_) | None => mask::salient(self.salient(), picture),
        }
    }

    fn salient(&self) -> &U2Net {
        self.salient
            .get_or_init(|| U2Net::read(model::SALIENT).expect("the embedded network is whole"))
    }
}
