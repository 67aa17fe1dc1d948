//! Dollars in settings, micro-dollars inside: no floats near money.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const MICROS: f64 = 1e6;
/// A million dollars a picture is a mistake.
const MOST: f64 = 1e6;

/// An amount of dollars that is not negative, kept in micro-dollars. Settings say it in dollars: `0.068`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Usd(i64);

impl Usd {
    /// From micro-dollars.
    pub const fn from_micros(micros: i64) -> Self {
        Self(if micros < 0 { 0 } else { micros })
    }

    /// In micro-dollars.
    pub const fn micros(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1_000_000, self.0 % 1_000_000);
        let digits = format!("{rest:06}");
        let digits = digits.trim_end_matches('0');
        write!(f, "{whole}.{digits:0<2}")
    }
}

impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_f64(self.0 as f64 / MICROS)
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let dollars = f64::deserialize(d)?;
        if !(0.0..=MOST).contains(&dollars) {
            let reason = format!("{dollars} is not an amount of dollars");
            return Err(serde::de::Error::custom(reason));
        }
        Ok(Self((dollars * MICROS).round() as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_become_whole_micros_and_read_well() {
        for (written, micros, shown) in [
            ("0.068", 68_000, "0.068"),
            ("0.0336", 33_600, "0.0336"),
            ("5", 5_000_000, "5.00"),
            ("0", 0, "0.00"),
            ("12.5", 12_500_000, "12.50"),
        ] {
            let usd: Usd = serde_json::from_str(written).expect("an amount");
            assert_eq!((usd.micros(), usd.to_string().as_str()), (micros, shown));
        }
        for bad in ["-1", "1e9", "\"free\""] {
            assert!(serde_json::from_str::<Usd>(bad).is_err(), "{bad}");
        }
    }
}
