//! What the counts in an answer cost.

use super::Rates;
use super::Usd;

/// What an answer counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    /// Tokens of text that were sent.
    pub(super) text_in: u64,
    /// Tokens of pictures that were sent.
    pub(super) image_in: u64,
    /// Tokens of text that were answered, thoughts included.
    pub(super) text_out: u64,
    /// Tokens of pictures that were answered.
    pub(super) image_out: u64,
    /// Thousandths of the vendor's credits.
    pub(super) millicredits: u64,
}

const TOKENS_PER_RATE: i128 = 1_000_000;
const MILLICREDITS_PER_RATE: i128 = 1_000;

/// The cost in micro-dollars, rounded half up; `None` if something counted has no rate, or nothing was counted.
pub(super) fn cost(usage: &Usage, rates: &Rates) -> Option<i64> {
    let parts = [
        (usage.text_in, rates.text_in, TOKENS_PER_RATE),
        (usage.image_in, rates.image_in, TOKENS_PER_RATE),
        (usage.text_out, rates.text_out, TOKENS_PER_RATE),
        (usage.image_out, rates.image_out, TOKENS_PER_RATE),
        (usage.millicredits, rates.credit, MILLICREDITS_PER_RATE),
    ];
    // In millionths of a micro-dollar, so that nothing is rounded before the end.
    let mut sum: i128 = 0;
    for (count, rate, per) in parts {
        if count > 0 {
            let rate = i128::from(rate.map(Usd::micros)?);
            sum += i128::from(count) * rate * (TOKENS_PER_RATE / per);
        }
    }
    let counted = *usage != Usage::default();
    let micros = (sum + TOKENS_PER_RATE / 2) / TOKENS_PER_RATE;
    i64::try_from(micros).ok().filter(|_| counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_cost_what_the_rates_say() {
        let usd = |dollars: f64| Some(Usd::from_micros((dollars * 1e6) as i64));
        let rates = Rates {
            text_in: usd(5.0),
            image_in: usd(8.0),
            image_out: usd(30.0),
            credit: usd(0.075),
            text_out: None,
        };
        // The example of the facts: 54·5e-6 + 2046·8e-6 + 5500·30e-6 = 0.181638 dollars.
        let mut usage = Usage {
            text_in: 54,
            image_in: 2046,
            image_out: 5500,
            ..Usage::default()
        };
        assert_eq!(cost(&usage, &rates), Some(181_638));
        usage.text_out = 1;
        assert_eq!(cost(&usage, &rates), None, "a count without a rate");
        let credits = Usage {
            millicredits: 4000,
            ..Usage::default()
        };
        assert_eq!(cost(&credits, &rates), Some(300_000));
        assert_eq!(cost(&Usage::default(), &rates), None, "nothing was counted");
    }
}
