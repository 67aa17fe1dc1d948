//! One row of `[models.<logical name>]`: which upstream model, at which sizes, for how much.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Size, Usd};
use crate::kinds::{Choice, Kind, Quality};

/// A value for each quality. Written as one value for all, or as a table with `draft`, `standard` and `high`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    from = "Written<T>",
    into = "Written<T>",
    bound(
        serialize = "T: Clone + Serialize",
        deserialize = "T: Clone + Deserialize<'de>"
    )
)]
pub struct PerQuality<T>([Option<T>; 3]);

#[derive(Clone, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected one value, or a table with `draft`, `standard` and `high`"
)]
enum Written<T> {
    Each(Each<T>),
    All(T),
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Each<T> {
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    draft: Option<T>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    standard: Option<T>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    high: Option<T>,
}

const fn none<T>() -> Option<T> {
    None
}

const fn place(quality: Quality) -> usize {
    match quality {
        Quality::Draft => 0,
        Quality::Standard => 1,
        Quality::High => 2,
    }
}

impl<T> PerQuality<T> {
    /// The value for a quality.
    pub const fn at(&self, quality: Quality) -> Option<&T> {
        self.0[place(quality)].as_ref()
    }
}

impl<T> Default for PerQuality<T> {
    fn default() -> Self {
        Self([None, None, None])
    }
}

impl<T: Clone> From<Written<T>> for PerQuality<T> {
    fn from(written: Written<T>) -> Self {
        match written {
            Written::All(value) => Self([Some(value.clone()), Some(value.clone()), Some(value)]),
            Written::Each(each) => Self([each.draft, each.standard, each.high]),
        }
    }
}

impl<T> From<PerQuality<T>> for Written<T> {
    fn from(PerQuality([draft, standard, high]): PerQuality<T>) -> Self {
        Self::Each(Each {
            draft,
            standard,
            high,
        })
    }
}

/// What a vendor charges for what its answers count: dollars for a million tokens, and for one credit. A count without
/// a rate makes the table of prices count instead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rates {
    /// A million tokens of text that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_in: Option<Usd>,
    /// A million tokens of pictures that were sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_in: Option<Usd>,
    /// A million tokens of text that was answered, thoughts included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_out: Option<Usd>,
    /// A million tokens of pictures that were answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_out: Option<Usd>,
    /// One credit of the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit: Option<Usd>,
}

/// One row of `[models.<logical name>]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelSettings {
    /// The name of a provider.
    pub provider: String,
    /// The vendor's name of the model.
    #[serde(default)]
    pub model: PerQuality<String>,
    /// The only kinds it makes; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// Used under this other model's name when that one's provider has no key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_in_for: Option<String>,
    /// The quality it is best at, which counts when a model is chosen; absent: it does all alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_for: Option<Quality>,
    /// Sizes it can be asked for; the one with the nearest shape is. None: the vendor decides.
    #[serde(default)]
    pub sizes: PerQuality<Vec<Size>>,
    /// More fields of the request, in the vendor's own words.
    #[serde(default)]
    pub options: PerQuality<Map<String, Value>>,
    /// Most input pictures; further ones are left out.
    #[serde(default = "default_max_inputs")]
    pub max_inputs: usize,
    /// What one picture costs. Absent: unknown, which is never taken for free.
    #[serde(default)]
    pub price_usd: PerQuality<Usd>,
    /// What the counts in the vendor's answers cost.
    #[serde(default)]
    pub rates: PerQuality<Rates>,
    /// The day on which the vendor takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retires_on: Option<Date>,
    /// Calls at once; further ones wait.
    #[serde(default = "default_concurrency")]
    pub concurrency: usize,
    /// Calls that may start within a minute; 0 is any number.
    #[serde(default)]
    pub rate_per_minute: u32,
    /// Seconds after which the outcome of a call counts as unknown.
    #[serde(default = "default_timeout_secs")]
    pub timeout_secs: u32,
    /// What it may cost on one day of the operator; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_budget_usd: Option<Usd>,
}

impl ModelSettings {
    /// The row of the local engine, where the configuration has none: it waits for nobody and costs nothing.
    pub(in crate::providers) fn local(provider: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            model: PerQuality::default(),
            kinds: Vec::new(),
            stands_in_for: None,
            best_for: None,
            sizes: PerQuality::default(),
            options: PerQuality::default(),
            max_inputs: default_max_inputs(),
            price_usd: PerQuality::default(),
            rates: PerQuality::default(),
            retires_on: None,
            concurrency: usize::MAX,
            rate_per_minute: 0,
            timeout_secs: LOCAL_TIMEOUT_SECS,
            daily_budget_usd: None,
        }
    }

    /// What one picture costs in micro-dollars, or `None` if nobody knows.
    pub fn price(&self, quality: Quality) -> Option<i64> {
        self.price_usd.at(quality).map(|usd| usd.micros())
    }

    /// True if it makes pictures of this kind.
    pub fn makes(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// An option that stands in this list.
    pub(super) fn option_among(&self, names: &[&'static str]) -> Option<&'static str> {
        let options = Quality::ALL.iter().filter_map(|q| self.options.at(*q));
        let mut options = options.flat_map(Map::keys);
        options.find_map(|option| names.iter().copied().find(|name| name == option))
    }

    /// What a remote model needs beside a provider, as a field and a reason.
    pub(super) fn check_upstream(&self) -> Result<(), (&'static str, String)> {
        for quality in Quality::ALL {
            if self.model.at(*quality).is_none_or(String::is_empty) {
                let reason = format!(
                    "the vendor's model for {} pictures is missing",
                    quality.id()
                );
                return Err(("model", reason));
            }
        }
        Ok(())
    }
}

/// The local engine is never given up while a run may last.
const LOCAL_TIMEOUT_SECS: u32 = 600;

const fn default_max_inputs() -> usize {
    8
}

const fn default_concurrency() -> usize {
    16
}

const fn default_timeout_secs() -> u32 {
    180
}
