//! What a garment is, told by the outline of its cut-out: a top, trousers, shorts, a skirt or a dress.

use super::StudioError;
use super::garment::{self, Top};
use super::strips::Strips;
use super::worn::Half;
use crate::imaging::grid::Plane;
use crate::kinds::virtual_tryon::Category;

/// A recognised garment that lies or hangs facing the camera.
#[derive(Clone, Debug)]
pub(super) enum Cut {
    /// A top with sleeves.
    Top(Top),
    /// Trousers that reach the ankles or nearly so.
    Trousers(Strips),
    /// Trousers that end above the knees.
    Shorts,
    /// One piece from the waist downwards, without legs.
    Skirt,
    /// One piece from the shoulders to below the hips.
    Dress,
}

/// Legs at least this many times as long as the rise are those of long trousers.
const LONG: f32 = 1.3;

impl Cut {
    /// Reads a garment off its mask; `None` if it looks like none of them.
    pub(super) fn read(mask: &Plane) -> Option<Self> {
        let [x0, y0, x1, y1] = mask.bounds(0.5)?;
        if y1 - y0 < 40 || x1 - x0 < 20 {
            return None;
        }
        let outline = Outline::of(mask, y0, y1);
        let band = outline.has_waistband();
        if let Some(legs) = legs(mask, y0..y1).filter(|_| band) {
            let (rise, length) = (
                legs.crotch - legs.top,
                legs.hems[0].min(legs.hems[1]) - legs.crotch,
            );
            return Some(if length > LONG * rise {
                Self::Trousers(legs)
            } else {
                Self::Shorts
            });
        }
        if let Some(top) = garment::read_top(mask) {
            let chest = top.armpits[1].0 - top.armpits[0].0;
            let tall = top.hem[0].1 - top.shoulders[0].1.min(top.shoulders[1].1);
            return Some(if tall > 2.1 * chest {
                Self::Dress
            } else {
                Self::Top(top)
            });
        }
        if outline.has_waist() {
            Some(Self::Dress)
        } else if band && outline.widens() {
            Some(Self::Skirt)
        } else {
            None
        }
    }

    /// Reads a garment of which its sender says what it is.
    pub(super) fn told(mask: &Plane, category: Category) -> Result<Self, StudioError> {
        let top = (category == Category::Top)
            .then(|| garment::read_top(mask))
            .flatten();
        // A tunic is long enough for a dress, and a top if its sender says so.
        let cut = top.map(Self::Top).or_else(|| Self::read(mask));
        let cut = cut.ok_or(StudioError::GarmentNotFound)?;
        if cut.suits(category) {
            Ok(cut)
        } else {
            Err(StudioError::CategoryMismatch)
        }
    }

    /// The half of the body it is fitted to.
    pub(super) fn half(&self) -> Result<Half, StudioError> {
        match self {
            Self::Top(_) => Ok(Half::Upper),
            Self::Trousers(_) => Ok(Half::Lower),
            Self::Shorts | Self::Skirt | Self::Dress => Err(StudioError::CategoryUnsupported),
        }
    }

    /// True if the garment can be what its sender says it is.
    fn suits(&self, category: Category) -> bool {
        match category {
            Category::Auto => true,
            Category::Top => matches!(self, Self::Top(_)),
            Category::Bottom => matches!(self, Self::Trousers(_) | Self::Shorts | Self::Skirt),
            Category::Dress => matches!(self, Self::Dress),
        }
    }
}

/// How wide a silhouette is from top to bottom, at even steps.
struct Outline {
    /// Outer width of each step.
    widths: Vec<f32>,
    /// How much of the first steps is filled, 0 to 1.
    top_filled: f32,
}

const STEPS: usize = 50;

impl Outline {
    fn of(mask: &Plane, y0: usize, y1: usize) -> Self {
        let row = |i: usize| y0 + (y1 - 1 - y0) * i / (STEPS - 1);
        let span = |y: usize| {
            let xs: Vec<usize> = (0..mask.w).filter(|x| mask.at(*x, y) > 0.5).collect();
            let wide = xs.last().zip(xs.first()).map_or(0, |(r, l)| r - l + 1);
            (wide as f32, xs.len() as f32)
        };
        let top = span(row(2));
        Self {
            widths: (0..STEPS).map(|i| span(row(i)).0).collect(),
            top_filled: top.1 / top.0.max(1.0),
        }
    }

    /// True if it begins with a straight closed edge and not with a collar, shoulders or straps.
    fn has_waistband(&self) -> bool {
        self.top_filled > 0.9 && self.widths[2] > 0.62 * self.widths[STEPS / 4]
    }

    /// True if it is narrowest between its upper part and a wide lower one.
    fn has_waist(&self) -> bool {
        let most = |part: &[f32]| part.iter().copied().fold(0.0, f32::max);
        let waist = self.widths[12..32].iter().copied().fold(f32::MAX, f32::min);
        waist < 0.95 * most(&self.widths[3..13]) && waist < 0.8 * most(&self.widths[32..])
    }

    /// True if it is nowhere much narrower than above.
    fn widens(&self) -> bool {
        let pairs = self.widths[..STEPS - 3].windows(8);
        pairs.into_iter().all(|w| w[7] > 0.93 * w[0])
    }
}

/// The legs of trousers: the background shows between them up to the crotch.
fn legs(mask: &Plane, rows: std::ops::Range<usize>) -> Option<Strips> {
    let tall = rows.len() as f32;
    let middle = |y: f32| {
        let y = (y as usize).min(mask.h - 1);
        let xs: Vec<usize> = (0..mask.w).filter(|x| mask.at(*x, y) > 0.5).collect();
        xs.first()
            .zip(xs.last())
            .map_or(0.0, |(l, r)| (l + r) as f32 / 2.0)
    };
    let parted = |y: &usize| {
        let m = middle(*y as f32);
        let inside: Vec<usize> = (0..mask.w).filter(|x| mask.at(*x, *y) > 0.5).collect();
        let (l, r) = (inside.first().copied(), inside.last().copied());
        let across = l.zip(r).map_or(1.0, |(l, r)| (r - l) as f32).max(1.0);
        inside.windows(2).any(|w| {
            let at = (w[0] + w[1]) as f32 / 2.0;
            (w[1] - w[0]) as f32 > 0.012 * across + 1.0 && (at - m).abs() < 0.2 * across
        })
    };
    // The hems may touch or be ragged, so a few rows may be missing.
    let open: Vec<usize> = rows.clone().filter(parted).collect();
    if (open.len() as f32) < 0.22 * tall {
        return None;
    }
    let highest = open[open.len() / 50] as f32;
    // Where wide legs touch at the thighs, the gap begins below the crotch.
    let crotch = highest.min(rows.start as f32 + 0.62 * tall);
    Strips::read(mask, rows, crotch, &middle)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A silhouette whose row at `v` (0 to 1) is given by the stretches that are filled, as shares of the width.
    fn drawn(w: usize, h: usize, row: impl Fn(f32) -> Vec<(f32, f32)> + Sync) -> Option<Cut> {
        let (mw, mh) = (w + 20, h + 20);
        Cut::read(&Plane::from_fn(mw, mh, |x, y| {
            let (u, v) = ((x as f32 - 9.5) / w as f32, (y as f32 - 9.5) / h as f32);
            let inside =
                (0.0..1.0).contains(&v) && row(v).iter().any(|(a, b)| (*a..*b).contains(&u));
            f32::from(u8::from(inside))
        }))
    }

    fn trousers(crotch: f32) -> impl Fn(f32) -> Vec<(f32, f32)> {
        move |v| {
            if v < crotch {
                vec![(0.1 - 0.1 * v, 0.9 + 0.1 * v)]
            } else {
                vec![(0.05, 0.46), (0.54, 0.95)]
            }
        }
    }

    #[test]
    fn outlines_are_told_apart() {
        let jeans = drawn(160, 340, trousers(0.3));
        assert!(matches!(jeans, Some(Cut::Trousers(_))), "{jeans:?}");
        let shorts = drawn(200, 220, trousers(0.6));
        assert!(matches!(shorts, Some(Cut::Shorts)), "{shorts:?}");
        let skirt = drawn(220, 260, |v| vec![(0.25 - 0.22 * v, 0.75 + 0.22 * v)]);
        assert!(matches!(skirt, Some(Cut::Skirt)), "{skirt:?}");
        let dress = drawn(200, 330, |v| {
            if v < 0.1 {
                vec![(0.3, 0.38), (0.62, 0.7)]
            } else if v < 0.35 {
                vec![(0.25, 0.75)]
            } else {
                vec![(0.32 - 0.4 * (v - 0.35), 0.68 + 0.4 * (v - 0.35))]
            }
        });
        assert!(matches!(dress, Some(Cut::Dress)), "{dress:?}");
        let tee = drawn(300, 300, |v| {
            if v < 0.06 {
                vec![(0.3, 0.4), (0.6, 0.7)]
            } else if v < 0.4 {
                vec![(0.3 - 0.3 * v / 0.4, 0.7 + 0.3 * v / 0.4)]
            } else {
                vec![(0.22, 0.78)]
            }
        });
        assert!(matches!(tee, Some(Cut::Top(_))), "{tee:?}");
        assert!(drawn(200, 200, |v| vec![(0.5 - v / 2.0, 0.5 + v / 2.0)]).is_none());
    }

    #[test]
    fn what_the_sender_says_can_contradict_the_outline() {
        let jeans = drawn(160, 340, trousers(0.3)).expect("trousers");
        assert!(jeans.suits(Category::Auto) && jeans.suits(Category::Bottom));
        assert!(!jeans.suits(Category::Top) && !jeans.suits(Category::Dress));
    }
}
