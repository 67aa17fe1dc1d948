//! Plans: rows of the configuration that decide prices and who is served first, and the plan of a user.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::subscriptions;
use crate::db::{DbError, Query};
use crate::i18n::Words;
use crate::ids::UserId;
use crate::kinds::{Choice, Kind, Terms};
use crate::time::Moment;

/// Settings under `plans`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawSettings")]
pub struct PlansSettings {
    default: Option<String>,
    list: BTreeMap<String, PlanRow>,
}

/// What one plan offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRow {
    /// Its name for people.
    pub label: Words,
    /// Discount in per cent, 0..=100.
    #[serde(default)]
    pub discount_percent: u32,
    /// Kinds that cost nothing.
    #[serde(default)]
    pub unlimited: Vec<Kind>,
    /// Whether its jobs are served before those of others.
    #[serde(default)]
    pub priority: bool,
    /// What a month costs, in fen; 0: not for sale, only given by operators.
    #[serde(default)]
    pub price_fen: u32,
    /// Credits that each month brings; what is unspent of them expires with the month.
    #[serde(default)]
    pub monthly_credits: u32,
    /// Days that it goes on after the last paid month, so that nobody who is late loses it.
    #[serde(default)]
    pub grace_days: u32,
    /// Free pictures of unlimited kinds in a month; beyond them the discount applies. 0: no bound.
    #[serde(default)]
    pub fair_use: u32,
    /// The id of the goods in the WeChat console; empty: not sold by `xpay`.
    #[serde(default)]
    pub xpay_product: String,
}

impl PlanRow {
    /// When a subscription whose last month ends at `end` is over: the days of grace later unless it was cancelled.
    pub(super) fn over_at(&self, end: Moment, cancelled_at: Option<Moment>) -> Moment {
        let days = if cancelled_at.is_some() {
            0
        } else {
            self.grace_days
        };
        end.plus_secs(i64::from(days) * 24 * 3600)
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawSettings {
    default: String,
    list: BTreeMap<String, PlanRow>,
}

/// Plans that do not fit together.
#[derive(Debug, thiserror::Error)]
enum BadPlans {
    #[error("plans.default is {0:?}, which plans.list does not hold")]
    NoSuchDefault(String),
    #[error("plans.list.{0}.discount_percent is above 100")]
    Discount(String),
    #[error("plans.list.{0}: price_fen, monthly_credits or grace_days is too large")]
    TooLarge(String),
}

impl TryFrom<RawSettings> for PlansSettings {
    type Error = BadPlans;

    fn try_from(raw: RawSettings) -> Result<Self, BadPlans> {
        if let Some((id, _)) = raw.list.iter().find(|(_, row)| row.discount_percent > 100) {
            return Err(BadPlans::Discount(id.clone()));
        }
        let large = |row: &PlanRow| {
            row.price_fen.max(row.monthly_credits) > 100_000_000 || row.grace_days > 366
        };
        if let Some((id, _)) = raw.list.iter().find(|(_, row)| large(row)) {
            return Err(BadPlans::TooLarge(id.clone()));
        }
        let default = Some(raw.default).filter(|id| !id.is_empty());
        if let Some(id) = default.clone().filter(|id| !raw.list.contains_key(id)) {
            return Err(BadPlans::NoSuchDefault(id));
        }
        Ok(Self {
            default,
            list: raw.list,
        })
    }
}

impl PlansSettings {
    /// The plans on offer, by id.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &PlanRow)> {
        self.list.iter().map(|(id, row)| (id.as_str(), row))
    }

    /// The plan with this id.
    pub fn row(&self, id: &str) -> Option<&PlanRow> {
        self.list.get(id)
    }

    /// The plan with this id, as somebody would have it who is on it.
    pub fn named(&self, id: &str) -> Option<Plan> {
        self.plan(id, None, None)
    }

    fn plan(&self, id: &str, starts_at: Option<Moment>, ends_at: Option<Moment>) -> Option<Plan> {
        let row = self.list.get(id)?;
        Some(Plan {
            id: Some(id.to_owned()),
            label: Some(row.label.clone()),
            terms: Terms {
                discount_percent: row.discount_percent,
                unlimited: row.unlimited.clone(),
            },
            class: if row.priority {
                FIRST_CLASS
            } else {
                LAST_CLASS
            },
            starts_at,
            ends_at,
            fair_use: None,
        })
    }
}

/// The month of a plan that nobody subscribed to.
const MONTH_SECS: i64 = 30 * 24 * 3600;
/// Served first.
const FIRST_CLASS: u8 = 0;
/// Served after them.
const LAST_CLASS: u8 = 1;

/// The plan that a user is on at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Its id; none for who has no plan.
    pub id: Option<String>,
    /// Its name for people.
    pub label: Option<Words>,
    /// What it does to prices.
    pub terms: Terms,
    /// Priority class of jobs: 0 before 1.
    pub class: u8,
    /// When the subscription began; none for the default plan.
    pub starts_at: Option<Moment>,
    /// When it ends; none if it does not.
    pub ends_at: Option<Moment>,
    /// What bounds its unlimited kinds; none if nothing does, or they cost something again already.
    pub fair_use: Option<FairUse>,
}

/// How many pictures of unlimited kinds cost nothing, from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FairUse {
    since: Moment,
    most: u32,
}

impl FairUse {
    /// Whether one more picture of this user costs something. Only inside the transaction that adds the picture does the
    /// answer hold against others who ask at the same time.
    pub fn is_reached(&self, db: &impl Query, user: UserId) -> Result<bool, DbError> {
        Ok(free_jobs(db, user, self.since)? >= self.most)
    }
}

/// A plan's features in a few words, for its user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Features {
    /// Whether every kind costs nothing.
    pub unlimited_generation: bool,
    /// Whether its jobs are served first.
    pub priority_processing: bool,
    /// Discount in per cent.
    pub discount: u32,
}

impl Plan {
    /// No plan: list prices, served last.
    pub const fn none() -> Self {
        Self {
            id: None,
            label: None,
            terms: Terms {
                discount_percent: 0,
                unlimited: Vec::new(),
            },
            class: LAST_CLASS,
            starts_at: None,
            ends_at: None,
            fair_use: None,
        }
    }

    /// What it does to prices once its fair use is reached.
    pub fn terms_beyond(&self) -> Terms {
        Terms {
            unlimited: Vec::new(),
            ..self.terms
        }
    }

    /// What it offers.
    pub fn features(&self) -> Features {
        Features {
            unlimited_generation: Kind::ALL.iter().all(|kind| self.terms.is_unlimited(*kind)),
            priority_processing: self.class == FIRST_CLASS,
            discount: self.terms.discount_percent,
        }
    }
}

/// The plan of a user: what they subscribed to, else the default, else none. Unlimited kinds cost something again once
/// the plan's fair use is reached.
pub fn plan_of(
    db: &impl Query,
    settings: &PlansSettings,
    user: UserId,
    now: Moment,
) -> Result<Plan, DbError> {
    let subscribed = subscriptions::find(db, user)?.filter(|it| it.starts_at <= now);
    // A plan that the configuration no longer holds offers nothing.
    let subscribed = subscribed.and_then(|it| {
        let row = settings.row(&it.plan)?;
        let over = it.ends_at.map(|end| row.over_at(end, it.cancelled_at));
        if over.is_some_and(|over| over <= now) {
            return None;
        }
        let plan = settings.plan(&it.plan, Some(it.starts_at), it.ends_at)?;
        Some((plan, it.period_starts_at))
    });
    let by_default = || {
        let plan = settings.plan(settings.default.as_deref()?, None, None)?;
        Some((plan, now.plus_secs(-MONTH_SECS)))
    };
    let Some((mut plan, since)) = subscribed.or_else(by_default) else {
        return Ok(Plan::none());
    };
    let row = plan.id.as_deref().and_then(|id| settings.row(id));
    let most = row.map_or(0, |row| row.fair_use);
    if most > 0 && !plan.terms.unlimited.is_empty() {
        let fair_use = FairUse { since, most };
        if fair_use.is_reached(db, user)? {
            plan.terms = plan.terms_beyond();
        } else {
            plan.fair_use = Some(fair_use);
        }
    }
    Ok(plan)
}

/// Pictures that cost this user nothing since a moment: neither repeats from the cache nor failed ones.
fn free_jobs(db: &impl Query, user: UserId, since: Moment) -> Result<u32, DbError> {
    Ok(db.one(
        "SELECT count(*) FROM jobs WHERE user_id = ?1 AND created_at >= ?2 AND price = 0
             AND cache IS NULL AND retry_of IS NULL AND status NOT IN ('failed', 'cancelled')",
        (user, since),
        |row| row.get(0),
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Access, Db, Tx};
    use crate::ledger;

    fn settings(default: &str) -> Result<PlansSettings, serde_json::Error> {
        serde_json::from_value(serde_json::json!({
            "default": default,
            "list": {
                "team": {"label": {"zh": "团队", "en": "Team"}, "unlimited": ["virtual_tryon", "fashion_photo", "digital_avatar", "product_photo"]},
                "shop": {"label": {"zh": "店铺", "en": "Shop"}, "discount_percent": 20, "priority": true},
            }
        }))
    }

    #[test]
    fn plans_that_do_not_fit_are_refused() {
        assert!(settings("nothing").is_err());
        let steep = serde_json::json!({"list": {"a": {"label": {"zh": "", "en": ""}, "discount_percent": 101}}});
        assert!(serde_json::from_value::<PlansSettings>(steep).is_err());
    }

    #[tokio::test]
    async fn a_subscription_goes_before_the_default_while_it_lasts() {
        let directory = tempfile::tempdir().expect("a directory");
        let db = Db::open(directory.path(), Access::Server).expect("a database");
        let (user, at) = (UserId::new(), Moment::from_millis);
        let subscribe = move |tx: &Tx<'_>| {
            let wallet = ledger::open(tx, at(0))?;
            tx.run(
                "INSERT INTO users (id, wallet_id, created_at, updated_at) VALUES (?1, ?2, 0, 0)",
                (user, wallet),
            )?;
            tx.run(
                "INSERT INTO subscriptions (user_id, wallet_id, plan, starts_at, ends_at) VALUES (?1, ?2, 'shop', 10, 20)",
                (user, wallet),
            )?;
            Ok::<_, DbError>(())
        };
        db.write(subscribe).await.expect("subscribed");
        let plan = |default: &str, now| {
            let settings = settings(default).expect("plans");
            db.read(|db| plan_of(db, &settings, user, at(now)))
                .expect("a plan")
        };
        assert_eq!(plan("", 9), Plan::none());
        let shop = plan("team", 10);
        assert_eq!((shop.id.as_deref(), shop.class), (Some("shop"), 0));
        assert_eq!(
            (shop.terms.discount_percent, shop.ends_at),
            (20, Some(at(20)))
        );
        let team = plan("team", 20);
        assert_eq!((team.id.as_deref(), team.class), (Some("team"), 1));
        assert!(team.features().unlimited_generation);
        let end = move |tx: &Tx<'_>| subscriptions::end(tx, user, at(15));
        assert_eq!(db.write(end).await.expect("ended"), Some((0, 0)));
        assert_eq!(plan("", 15), Plan::none());
    }
}
