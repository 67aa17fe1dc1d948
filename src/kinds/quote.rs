//! Prices: the list price of a kind, and what a plan makes of it.

use serde::{Deserialize, Serialize};

use super::Kind;

/// List prices in credits, by kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// A try-on.
    pub virtual_tryon: u32,
    /// A fashion photo.
    pub fashion_photo: u32,
    /// An avatar.
    pub digital_avatar: u32,
    /// A product photo.
    pub product_photo: u32,
}

impl Prices {
    /// The list price of a kind, in credits.
    pub const fn of(&self, kind: Kind) -> u32 {
        match kind {
            Kind::VirtualTryon => self.virtual_tryon,
            Kind::FashionPhoto => self.fashion_photo,
            Kind::DigitalAvatar => self.digital_avatar,
            Kind::ProductPhoto => self.product_photo,
        }
    }
}

/// What a plan does to prices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Discount in per cent, 0..=100.
    pub discount_percent: u32,
    /// Kinds that cost nothing.
    pub unlimited: Vec<Kind>,
}

impl Terms {
    /// True if `kind` costs nothing under these terms.
    pub fn is_unlimited(&self, kind: Kind) -> bool {
        self.unlimited.contains(&kind)
    }
}

/// The price in credits of one picture of `kind`: discounted, rounded half up, at least 1 unless unlimited.
/// A list price of 0 stays 0.
pub fn price_for(prices: &Prices, terms: &Terms, kind: Kind) -> u32 {
    let list = prices.of(kind);
    if list == 0 || terms.is_unlimited(kind) {
        return 0;
    }
    let percent = u64::from(100 - terms.discount_percent.min(100));
    let hundredths = u64::from(list) * percent;
    u32::try_from((hundredths + 50) / 100)
        .unwrap_or(list)
        .max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discounts_round_half_up_and_cost_at_least_one() {
        let prices = Prices {
            virtual_tryon: 5,
            fashion_photo: 8,
            digital_avatar: 10,
            product_photo: 6,
        };
        let mut terms = Terms::default();
        for (discount, want) in [(0, 5), (10, 5), (11, 4), (50, 3), (90, 1), (100, 1)] {
            terms.discount_percent = discount;
            assert_eq!(
                price_for(&prices, &terms, Kind::VirtualTryon),
                want,
                "{discount} %"
            );
        }
        terms.unlimited.push(Kind::VirtualTryon);
        assert_eq!(price_for(&prices, &terms, Kind::VirtualTryon), 0);
    }
}
