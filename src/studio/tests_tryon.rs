//! Try-on on photos of people that are not part of the repository: whom it dresses, and whom it refuses.

use image::RgbImage;

use super::tests::{bare, garment};
use super::*;
use crate::imaging::transform;
use crate::kinds::Kind;

/// The photo, or `None` where there are none: `ATELIER_SHARED` names the parent of the folder `photos`.
fn shared(name: &str, side: u32) -> Option<RgbImage> {
    let folder = std::path::PathBuf::from(std::env::var_os("ATELIER_SHARED")?);
    let picture = image::open(folder.join("photos").join(name)).ok()?;
    Some(transform::shrink(&picture.to_rgb8(), side))
}

#[test]
fn a_plain_top_from_the_front_is_dressed_and_what_is_none_is_refused() {
    let table = [
        ("sylius_t-shirts_man_t-shirt_01.jpg", true),
        ("sylius_t-shirts_woman_t-shirt_03.jpg", false),
        ("sylius_dresses_dress_02.jpg", false),
        ("sylius_jeans_man_jeans_01.jpg", false),
        ("sylius_adminAvatars_luke.jpg", false),
    ];
    let vision = Vision::new();
    let settings = Settings::parse(Kind::VirtualTryon, &serde_json::Map::new()).unwrap();
    let mut wrong = Vec::new();
    for (name, good) in table {
        let Some(person) = shared(name, 640) else {
            eprintln!("left out: ATELIER_SHARED names no folder with {name}");
            continue;
        };
        let photos = [(Role::Person, bare(person)), (Role::Garment, garment())];
        let made = make(
            &Shoot {
                settings,
                photos: &photos,
                size: (480, 480),
                backdrop: None,
                seed: 1,
            },
            &vision,
        );
        if made.is_ok() != good {
            wrong.push((name, made.err()));
        }
    }
    assert_eq!(wrong, []);
}
