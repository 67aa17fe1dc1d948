//! Sizes as vendors offer them: so many pixels, or a tier with a name of its own.

use serde::{Deserialize, Serialize};

/// A size that a model can be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Size {
    /// Width and height in pixels, written `1024x1536`.
    Pixels(u32, u32),
    /// The vendor's word for a class of sizes, such as `2K`.
    Tier(String),
}

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let sides = text.split_once('x');
        let sides = sides.and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
        match sides {
            Some((0, _) | (_, 0)) => Err(format!("{text:?} has no pixels")),
            Some((width, height)) => Ok(Self::Pixels(width, height)),
            None if text.is_empty() => Err("a size is empty".into()),
            None => Ok(Self::Tier(text)),
        }
    }
}

impl From<Size> for String {
    fn from(size: Size) -> Self {
        match size {
            Size::Pixels(width, height) => format!("{width}x{height}"),
            Size::Tier(name) => name,
        }
    }
}

impl Size {
    /// The one of these sizes whose shape is nearest to what is wanted, and among those of the same shape the one with
    /// the nearest number of pixels. Tiers have no shape: the first one is as good as any.
    pub fn nearest(sizes: &[Self], wanted: (u32, u32)) -> Option<&Self> {
        let distance = |size: &&Self| match size {
            Self::Tier(_) => (0, 0),
            Self::Pixels(width, height) => (
                shape_distance((*width, *height), wanted),
                area(*width, *height).abs_diff(area(wanted.0, wanted.1)),
            ),
        };
        sizes.iter().min_by_key(distance)
    }
}

/// How far two shapes are apart: the logarithm of the ratio of their ratios, in thousandths.
pub(in crate::providers) fn shape_distance(one: (u32, u32), other: (u32, u32)) -> u32 {
    let ratio = |(width, height): (u32, u32)| f64::from(width.max(1)) / f64::from(height.max(1));
    let apart = (ratio(one) / ratio(other)).ln().abs();
    (apart * 1000.0).round() as u32
}

fn area(width: u32, height: u32) -> u64 {
    u64::from(width) * u64::from(height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(texts: &[&str]) -> Vec<Size> {
        let parse = |text: &&str| Size::try_from((*text).to_owned()).expect("a size");
        texts.iter().map(parse).collect()
    }

    #[test]
    fn the_nearest_shape_is_taken_then_the_nearest_area() {
        let offered = sizes(&[
            "1024x1024",
            "1344x1792",
            "1792x1344",
            "864x1152",
            "2048x1152",
        ]);
        let cases = [
            ((800, 800), "1024x1024"),
            ((750, 1000), "864x1152"),
            ((1536, 2048), "1344x1792"),
            ((1080, 1920), "1344x1792"),
            ((1920, 1080), "2048x1152"),
        ];
        for (wanted, best) in cases {
            let found = Size::nearest(&offered, wanted).cloned().map(String::from);
            assert_eq!(found.as_deref(), Some(best), "{wanted:?}");
        }
        let tier = sizes(&["2K"]);
        assert_eq!(Size::nearest(&tier, (1, 2)), Some(&Size::Tier("2K".into())));
        assert_eq!(Size::nearest(&[], (1, 2)), None);
    }

    #[test]
    fn a_size_without_pixels_is_refused() {
        for bad in ["", "0x10", "10x0"] {
            assert!(Size::try_from(bad.to_owned()).is_err(), "{bad:?}");
        }
    }
}
