//! People in photos that were sent as products: whether there is one, cut out whole, and matched to a set's light.

use image::RgbaImage;

use super::light::Relit;
use super::{Photo, skin};
use crate::imaging::colour;
use crate::imaging::grid::{Canvas, Plane, Value};
use crate::imaging::transform;
use crate::matting;
use crate::vision::Vision;

/// Longest side at which a person is looked for.
const LOOK_SIDE: u32 = 640;

/// The person in a photo, cut out with head, arms and legs; `None` if the photo shows only things.
pub(super) fn cut_out(photo: &Photo, vision: &Vision) -> Option<RgbaImage> {
    let thing = photo.cutout.as_ref()?;
    let small = transform::shrink(&photo.picture, LOOK_SIDE);
    let (w, h) = (small.width() as usize, small.height() as usize);
    let body = vision.person_mask(&small).resized(w, h);
    let found = colour::alpha(thing).resized(w, h);
    let face = !vision.faces(&small).is_empty();
    if !face && !dressed(&small, &body, &found) {
        return None;
    }
    // The cut-out of a product is often the garment alone: the person's own mask adds what wears it.
    let reach = body
        .map(|v| f32::from(u8::from(v > 0.5)))
        .blurred(h as f32 / 30.0);
    let whole = Plane::from_fn(w, h, |x, y| {
        let near = (reach.at(x, y) * 4.0).min(1.0);
        body.at(x, y).max(found.at(x, y) * near)
    });
    let person = matting::cut_out_by(&photo.picture, &whole).ok();
    Some(person.unwrap_or_else(|| thing.clone()))
}

/// True if what was cut out is mostly a body and shows skin.
fn dressed(small: &image::RgbImage, body: &Plane, found: &Plane) -> bool {
    let (mut bare, mut inside, mut all) = (0.0_f32, 0.0_f32, 1e-6_f32);
    for (x, y, p) in small.enumerate_pixels() {
        let (b, a) = (
            body.at(x as usize, y as usize),
            found.at(x as usize, y as usize),
        );
        all += a;
        inside += a * b;
        if a.max(b) > 0.5 {
            let linear = p.0.map(|v| colour::to_linear(f32::from(v) / 255.0));
            bare += skin::likeness(colour::lab(linear));
        }
    }
    inside / all > 0.6 && bare / all > 0.05
}

/// Draws a person's brightness and colour towards those of a set, so that a sunlit person does not shine at night.
pub(super) fn match_tone(relit: &mut Relit, cutout: &RgbaImage, scene: &Canvas) {
    let own = super::palette::mean(cutout);
    let place = scene.px.iter().fold([0.0_f64; 3], |sum, c| {
        [0, 1, 2].map(|i| sum[i] + f64::from(c[i]))
    });
    let place = colour::lab(place.map(|v| (v / scene.px.len() as f64) as f32));
    let light = (0.28 * (place[0] - own[0])).clamp(-11.0, 7.0);
    let hue = |i: usize| (0.16 * place[i]).clamp(-5.0, 5.0);
    let from = colour::from_lab([60.0, 0.0, 0.0]);
    let to = colour::from_lab([60.0 + light, hue(1), hue(2)]);
    let gain = [0, 1, 2].map(|i| (to[i] / from[i]).clamp(0.5, 1.5));
    relit
        .gain
        .update(|_, _, c| [0, 1, 2].map(|i| c[i] * gain[i]));
    relit.glow.update(|_, _, c| c.times(gain[1]));
}
