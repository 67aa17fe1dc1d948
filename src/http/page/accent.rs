//! The one accent colour of the page: the operator's, made readable on light and on dark ground.

use serde::{Deserialize, Serialize};

/// A colour written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Accent([u8; 3]);

/// The grounds that the accent must be read on: `--paper` by day, by night the lightest surface, tinted with the accent.
const LIGHT: [u8; 3] = [0xf7, 0xf6, 0xf3];
const DARK: [u8; 3] = [0x2c, 0x2e, 0x2c];
/// What is written on the accent.
const WHITE: [u8; 3] = [0xff; 3];
const BLACK: [u8; 3] = [0x14, 0x13, 0x12];
/// A little more than the 4.5 that WCAG AA asks of text, for tinted grounds.
const READABLE: f64 = 5.2;

impl TryFrom<String> for Accent {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6);
        let number = digits.and_then(|d| u32::from_str_radix(d, 16).ok());
        let number = number.ok_or_else(|| format!("{text:?} is not a colour such as #1d6b53"))?;
        let [_, r, g, b] = number.to_be_bytes();
        Ok(Self([r, g, b]))
    }
}

impl From<Accent> for String {
    fn from(accent: Accent) -> Self {
        hex(accent.0)
    }
}

impl Accent {
    /// The custom properties that the style sheets use.
    pub(super) fn css(self) -> String {
        let light = towards(self.0, [0; 3], LIGHT);
        let dark = towards(self.0, WHITE, DARK);
        format!(
            ":root{{--accent-on-light:{};--on-accent-on-light:{};--accent-on-dark:{};--on-accent-on-dark:{}}}\n",
            hex(light),
            hex(text_on(light)),
            hex(dark),
            hex(text_on(dark)),
        )
    }
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The colour, mixed with `end` just as far as it takes to be read on `ground`.
fn towards(colour: [u8; 3], end: [u8; 3], ground: [u8; 3]) -> [u8; 3] {
    let mixed = |part: u32| -> [u8; 3] {
        std::array::from_fn(|i| {
            let sum = u32::from(colour[i]) * (100 - part) + u32::from(end[i]) * part;
            u8::try_from(sum / 100).unwrap_or(u8::MAX)
        })
    };
    let readable = |c: &[u8; 3]| contrast(*c, ground) >= READABLE;
    (0..=100).map(mixed).find(readable).unwrap_or(end)
}

fn text_on(ground: [u8; 3]) -> [u8; 3] {
    if contrast(WHITE, ground) >= contrast(BLACK, ground) {
        WHITE
    } else {
        BLACK
    }
}

/// The contrast ratio of WCAG 2.
fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [r, g, b] = colour.map(|v| {
        let v = f64::from(v) / 255.0;
        if v <= 0.040_45 {
            v / 12.92
        } else {
            ((v + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_accent_can_be_read() {
        for colour in [
            [0, 0, 0],
            [255, 255, 0],
            [255, 255, 255],
            [29, 107, 83],
            [255, 0, 80],
        ] {
            let light = towards(colour, [0; 3], LIGHT);
            let dark = towards(colour, WHITE, DARK);
            assert!(contrast(light, LIGHT) >= READABLE, "{colour:?}");
            assert!(contrast(dark, DARK) >= READABLE, "{colour:?}");
            assert!(contrast(text_on(light), light) >= 4.5, "{colour:?}");
            assert!(contrast(text_on(dark), dark) >= 4.5, "{colour:?}");
        }
    }

    #[test]
    fn only_colours_are_accents() {
        assert!(Accent::try_from("#1D6b53".to_owned()).is_ok());
        for bad in ["", "red", "#12345", "#12345g", "1d6b53", "#1d6b53;}"] {
            assert!(Accent::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
