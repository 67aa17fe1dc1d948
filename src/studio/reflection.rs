//! What a polished ground shows of a thing that stands on it.

use super::shadow::Ground;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Grid, Plane, Value};

/// Mirrors a standing subject in the ground: strongest where it touches, soon lost. `strength` is that of the surface.
pub(super) fn mirror(
    scene: &mut Canvas,
    (colours, alpha): (&Canvas, &Plane),
    ground: Ground,
    strength: f32,
) {
    let Some([x0, _, x1, _]) = alpha.bounds(0.5) else {
        return;
    };
    let floor = floor(alpha, ground);
    let seen = Grid::<[f32; 4]>::from_fn(alpha.w, alpha.h, |x, y| {
        let (c, a) = (colours.at(x, y), alpha.at(x, y));
        [c[0] * a, c[1] * a, c[2] * a, a]
    });
    let near = seen.blurred((ground.height * 0.006).max(0.8));
    let far = seen.blurred(ground.height * 0.03);
    let reach = ground.height * 0.42;
    let first = floor.iter().copied().fold(f32::MAX, f32::min) as usize;
    scene.update(|x, y, c| {
        let below = y as f32 - floor[x];
        if y < first || below < 0.0 || below > reach || x + 24 < x0 || x > x1 + 24 {
            return c;
        }
        let away = below / reach;
        let from = floor[x] - below - 1.0;
        let m = near
            .sample(x as f32, from)
            .mix(far.sample(x as f32, from), away.sqrt());
        let keep = strength * (1.0 - away).powi(2) * smoothstep(0.0, 1.5, below);
        let image = [m[0], m[1], m[2]].times(keep);
        c.times(1.0 - keep * m[3]).plus(image)
    });
}

/// The line along which the subject meets the ground, a row for each column: its own lower edge where that is near the
/// base, the base elsewhere.
fn floor(alpha: &Plane, ground: Ground) -> Vec<f32> {
    let reach = ground.height * 0.05;
    let edge: Vec<f32> = (0..alpha.w)
        .map(|x| {
            let bottom = (0..alpha.h).rev().find(|y| alpha.at(x, *y) > 0.5);
            match bottom {
                Some(y) if ground.base - y as f32 <= reach => y as f32 + 0.5,
                Some(_) | None => ground.base,
            }
        })
        .collect();
    let radius = (alpha.w / 160).max(1);
    (0..edge.len())
        .map(|x| {
            let part = &edge[x.saturating_sub(radius)..(x + radius + 1).min(edge.len())];
            part.iter().sum::<f32>() / part.len() as f32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirrored_box_stands_on_its_own_image() {
        let alpha = Plane::from_fn(80, 120, |x, y| {
            f32::from(u8::from((20..60).contains(&x) && (30..80).contains(&y)))
        });
        let red = Canvas::filled(80, 120, [0.8, 0.0, 0.0]);
        let mut scene = Canvas::filled(80, 120, [0.5; 3]);
        let ground = Ground {
            base: 80.0,
            seam: 60.0,
            height: 50.0,
        };
        mirror(&mut scene, (&red, &alpha), ground, 0.5);
        let green = |x, y| scene.at(x, y)[1];
        assert!(green(40, 83) < 0.35, "the image begins at the foot");
        assert!(green(40, 95) > green(40, 84), "and fades with distance");
        assert_eq!(
            (green(40, 60), green(4, 84), green(40, 110)),
            (0.5, 0.5, 0.5)
        );
    }
}
