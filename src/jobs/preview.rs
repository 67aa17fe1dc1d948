//! Preview: all checks and the price, nothing charged.

use image::RgbImage;
use serde::Serialize;

use super::desk::{Customer, Jobs};
use super::request::{JobRequest, Refused};
use crate::i18n::Words;
use crate::imaging::{self, PictureError};
use crate::kinds::{Choice, Role, Settings};
use crate::ledger;
use crate::providers::STUDIO;
use crate::studio;
use crate::time::Moment;

/// One thing that a look at the inputs found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The input it is about.
    pub role: Role,
    /// What was found, such as `person_not_found`.
    pub code: &'static str,
    /// True if the job would fail; else it is advice.
    pub refuses: bool,
    /// What to do about it.
    #[serde(skip)]
    pub text: Words,
}

/// What a job would cost and whether it would go well.
#[derive(Clone, Debug)]
pub struct Quote {
    /// The price in credits under the caller's plan.
    pub price: u32,
    /// What is there.
    pub balance: i64,
    /// True if nothing stands in the way.
    pub ok: bool,
    /// What was found.
    pub checks: Vec<Check>,
    /// The model that would be asked first; none if none can be used now.
    pub model: Option<String>,
    /// How long it usually takes, in seconds.
    pub expected_secs: u32,
}

/// The longest side in pixels of what the checks look at.
const LOOK_SIDE: u32 = 1024;

impl Jobs {
    /// Checks a request and quotes its price.
    pub async fn preview(
        &self,
        customer: &Customer,
        request: JobRequest,
        now: Moment,
    ) -> Result<Quote, Refused> {
        let parsed = self.parse(customer, request).await?;
        self.open_for_business()?;
        let kind = parsed.params.kind;
        let errand = self.errand_of(customer, &parsed.params);
        let route = self
            .desk
            .router
            .candidates(errand, Moment::now())
            .into_iter();
        let mut first = route.filter(|candidate| candidate.rank == Some(1));
        let model = first.next().map(|candidate| candidate.model);
        self.check_consents(customer, &parsed)?;
        let inputs = self.resolve(customer, &parsed, now).await?;
        let mut pictures = Vec::with_capacity(inputs.len());
        for (role, upload) in inputs {
            let bytes = self.desk.uploads.bytes(&upload).await?;
            let small = |bytes: &[u8]| imaging::prepare(bytes, LOOK_SIDE);
            pictures.push((role, self.desk.pool.decode(bytes, small).await?));
        }
        let vision = self.desk.vision.clone();
        let settings = parsed.params.settings;
        let maker = match model.as_deref() {
            Some(STUDIO) => studio::Maker::Studio,
            Some(_) | None => studio::Maker::Remote,
        };
        let checks = self
            .desk
            .pool
            .run(move || look(settings, pictures, maker, &vision))
            .await?;
        let account = customer.account;
        let balance = self.desk.db.read(|r| ledger::balance(r, account.wallet))?;
        let price = self.price(&customer.plan, kind);
        Ok(Quote {
            price,
            balance,
            ok: model.is_some() && balance >= i64::from(price) && !checks.iter().any(|c| c.refuses),
            checks,
            expected_secs: kind.expected_secs(),
            model,
        })
    }
}

fn look(
    settings: Settings,
    pictures: Vec<(Role, Result<RgbImage, PictureError>)>,
    maker: studio::Maker,
    vision: &crate::vision::Vision,
) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut seen: Vec<(Role, RgbImage)> = Vec::new();
    for (role, picture) in pictures {
        match picture {
            Ok(picture) => seen.push((role, picture)),
            Err(error) => checks.push(Check {
                role,
                code: error.code(),
                refuses: true,
                text: error.advice(),
            }),
        }
    }
    let views: Vec<(Role, &RgbImage)> = seen.iter().map(|(role, p)| (*role, p)).collect();
    for finding in studio::check(&settings, &views, maker, vision) {
        checks.push(Check {
            role: finding.role,
            code: finding.code,
            refuses: finding.severity == studio::Severity::Refuse,
            text: finding.advice.into(),
        });
    }
    checks.sort_by_key(|c| (!c.refuses, c.role.id()));
    checks
}
