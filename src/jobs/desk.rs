//! The desk: takes requests, resolves their inputs, prices them and submits them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::cache::{self, Ingredients, ResultCache};
use super::changes::{Bell, Change};
use super::job::{self, Job, Label};
use super::queue::{self, Order, Price, Submitted};
use super::request::{JobRequest, Parsed, Refused};
use super::settings::Settings;
use super::space::Space;
use crate::accounts::consents::{self, Documents, UNLABELLED};
use crate::billing::Plan;
use crate::db::{Db, DbError};
use crate::i18n::Lang;
use crate::ids::{JobId, UserId};
use crate::imaging::CpuPool;
use crate::kinds::{Choice, Kind, Outputs, Params, Prices, Quality, Role, price_for};
use crate::ledger::{Account, Short};
use crate::net::Fetcher;
use crate::providers::{Errand, Router, Wish};
use crate::time::Moment;
use crate::uploads::{Upload, Uploads};
use crate::vision::Vision;

/// The section `label` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LabelSettings {
    /// Who answers for generated pictures, as the metadata label names them: printable ASCII.
    pub producer_code: String,
    /// Whether users may drop the visible mark after accepting the duty to label.
    pub allow_unlabelled: bool,
    /// Whether Tencent CI writes the metadata of pictures in COS as well.
    pub by_ci: bool,
}

impl Default for LabelSettings {
    fn default() -> Self {
        Self {
            producer_code: "atelier".into(),
            allow_unlabelled: false,
            by_ci: false,
        }
    }
}

/// Who asks for a job, as far as jobs care.
#[derive(Clone, Debug)]
pub struct Customer {
    /// Who pays and who acts.
    pub account: Account,
    /// The plan that prices are under.
    pub plan: Plan,
    /// The user's mode: `personal` or `business`.
    pub mode: &'static str,
    /// The user's own default quality.
    pub quality: Option<Quality>,
    /// The language of labels and titles.
    pub language: Lang,
    /// Whether works are listed at once.
    pub auto_save: bool,
}

/// What the desk needs.
pub struct Desk {
    /// The database.
    pub db: Db,
    /// Takes input pictures.
    pub uploads: Uploads,
    /// Fetches inputs given as URLs.
    pub fetcher: Arc<Fetcher>,
    /// Which models there are.
    pub router: Arc<Router>,
    /// Looks at photos.
    pub vision: Arc<Vision>,
    /// Where photos are looked at.
    pub pool: CpuPool,
    /// Who is told of new work.
    pub bell: Arc<Bell>,
    /// Free space.
    pub space: Arc<Space>,
    /// Cancelled when the server stops.
    pub stopping: CancellationToken,
    /// `jobs.*`
    pub settings: Settings,
    /// `cache.*`
    pub cache: cache::Settings,
    /// `label.*`
    pub label: LabelSettings,
    /// `prices.*`
    pub prices: Prices,
    /// `[[outputs]]`
    pub outputs: Outputs,
    /// `site.consents`
    pub documents: Documents,
}

/// Takes jobs, quotes them and finds them again. Clones share it.
#[derive(Clone)]
pub struct Jobs {
    pub(super) desk: Arc<Desk>,
    cache: ResultCache,
}

/// An accepted job and how it came to be the answer.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The job.
    pub job: Job,
    /// True if an idempotency key brought it back.
    pub replayed: bool,
    /// `hit` or `joined`, if the cache answered.
    pub cache: Option<&'static str>,
}

impl Jobs {
    /// Opens the desk.
    pub fn new(desk: Desk) -> Self {
        Self {
            cache: ResultCache::new(&desk.cache),
            desk: Arc::new(desk),
        }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.desk.db
    }

    /// Who tells of changes.
    pub fn bell(&self) -> &Bell {
        &self.desk.bell
    }

    /// Tells whoever watches that a job changed.
    pub fn tell(&self, user: UserId, job: JobId) {
        self.desk.bell.tell(Change { user, job });
    }

    /// Tells whoever watches that a job ended, and has its end sent out.
    pub fn tell_end(&self, user: UserId, job: JobId) {
        self.desk.bell.tell_end(Change { user, job });
    }

    /// `jobs.*`
    pub fn settings(&self) -> &Settings {
        &self.desk.settings
    }

    /// Takes a job: nothing is charged unless it is.
    pub async fn submit(
        &self,
        customer: &Customer,
        request: JobRequest,
        key: Option<String>,
        now: Moment,
    ) -> Result<Accepted, Refused> {
        let parsed = self.parse(customer, request).await?;
        if let Some(known) = self.replay(customer, key.as_deref(), &parsed)? {
            return Ok(known);
        }
        self.open_for_business()?;
        self.check_consents(customer, &parsed)?;
        self.check_webhook(&parsed).await?;
        let inputs = self.resolve(customer, &parsed, now).await?;
        let order = self.order(customer, parsed, inputs, key)?;
        let (cache_key, user) = (order.cache_key, customer.account.user);
        let submitted = queue::submit(&self.desk.db, order, now).await;
        let submitted = submitted.map_err(|error| match error {
            queue::SubmitError::Db(error) => Refused::Db(error),
            queue::SubmitError::Short(short) => short.into(),
        })?;
        let (id, replayed, cache) = match submitted {
            Submitted::New(id, _) => (id, false, None),
            Submitted::Hit(id, work) => {
                self.cache.remember(cache_key, work);
                (id, false, Some("hit"))
            }
            Submitted::Joined(id) => (id, false, Some("joined")),
            Submitted::Replayed(id) => (id, true, None),
            Submitted::KeyMismatch => return Err(Refused::KeyMismatch),
            Submitted::Short(short) => return Err(short.into()),
            Submitted::Refused => return Err(Refused::Inactive),
            Submitted::InputGone(_) => return Err(Refused::InputUnknown("/inputs".into())),
        };
        match submitted {
            Submitted::New(_, admitted) => {
                metrics::counter!("atelier_jobs_submitted_total").increment(1);
                self.tell(user, id);
                if admitted {
                    self.desk.bell.ring();
                }
            }
            Submitted::Hit(..) => self.tell_end(user, id),
            Submitted::Joined(_)
            | Submitted::Replayed(_)
            | Submitted::KeyMismatch
            | Submitted::Short(_)
            | Submitted::Refused
            | Submitted::InputGone(_) => {}
        }
        Ok(Accepted {
            job: self.find(id)?,
            replayed,
            cache,
        })
    }

    fn find(&self, id: JobId) -> Result<Job, Refused> {
        let found = self.desk.db.read(|r| job::find(r, id))?;
        Ok(found.ok_or(DbError::Sql(rusqlite::Error::QueryReturnedNoRows))?)
    }

    fn replay(
        &self,
        customer: &Customer,
        key: Option<&str>,
        parsed: &Parsed,
    ) -> Result<Option<Accepted>, Refused> {
        let Some(key) = key else {
            return Ok(None);
        };
        let user = customer.account.user;
        match self.desk.db.read(|r| queue::find_by_key(r, user, key))? {
            None => Ok(None),
            Some((_, hash)) if hash != parsed.hash => Err(Refused::KeyMismatch),
            Some((id, _)) => Ok(Some(Accepted {
                job: self.find(id)?,
                replayed: true,
                cache: None,
            })),
        }
    }

    pub(super) fn open_for_business(&self) -> Result<(), Refused> {
        if self.desk.stopping.is_cancelled() {
            return Err(Refused::Draining);
        }
        if !self.desk.space.is_enough() {
            return Err(Refused::DiskFull);
        }
        Ok(())
    }

    pub(super) fn check_consents(
        &self,
        customer: &Customer,
        parsed: &Parsed,
    ) -> Result<(), Refused> {
        let user = customer.account.user;
        let documents = &self.desk.documents;
        let required = |name: &str, document: &consents::Document| Refused::ConsentRequired {
            document: name.to_owned(),
            version: document.version.clone(),
            url: document.url.clone(),
        };
        if parsed.params.kind.shows_person() {
            let missing = self
                .desk
                .db
                .read(|r| documents.missing_for_person(r, user))?;
            if let Some((name, document)) = missing {
                return Err(required(name, document));
            }
        }
        if parsed.label == Label::None {
            let duty = documents.named(UNLABELLED);
            let Some(duty) = duty.filter(|_| self.desk.label.allow_unlabelled) else {
                return Err(Refused::UnlabelledNotAllowed);
            };
            let accepted = self
                .desk
                .db
                .read(|r| consents::accepted(r, user, UNLABELLED, &duty.version))?;
            if !accepted {
                return Err(required(UNLABELLED, duty));
            }
        }
        Ok(())
    }

    async fn check_webhook(&self, parsed: &Parsed) -> Result<(), Refused> {
        let Some(url) = &parsed.webhook_url else {
            return Ok(());
        };
        let checked = self.desk.fetcher.check(url).await;
        checked.map_err(Refused::Webhook)
    }

    /// The price in credits under the customer's plan.
    pub fn price(&self, plan: &Plan, kind: Kind) -> u32 {
        price_for(&self.desk.prices, &plan.terms, kind)
    }

    /// What one more job costs the customer.
    fn price_of(&self, plan: &Plan, kind: Kind) -> Price {
        let price = self.price(plan, kind);
        match plan.fair_use {
            Some(fair_use) if plan.terms.is_unlimited(kind) => {
                let beyond = price_for(&self.desk.prices, &plan.terms_beyond(), kind);
                Price::FreeWithin(fair_use, beyond)
            }
            _ => Price::Fixed(price),
        }
    }

    /// The routing list a job goes by: photos of products always use the business list.
    pub const fn list_mode(mode: &'static str, kind: Kind) -> &'static str {
        match kind {
            Kind::FashionPhoto | Kind::ProductPhoto => "business",
            Kind::VirtualTryon | Kind::DigitalAvatar => mode,
        }
    }

    /// What the choice of a model depends on, under a plan.
    pub fn wish(&self, plan: &Plan, kind: Kind, quality: Quality) -> Wish {
        let list_price = self.desk.prices.of(kind);
        Wish::new(quality, self.price(plan, kind), list_price, plan.class == 0)
    }

    /// What the router is asked for a customer's request.
    pub(super) fn errand_of(&self, customer: &Customer, params: &Params) -> Errand<'static> {
        Errand {
            kind: params.kind,
            mode: Self::list_mode(customer.mode, params.kind),
            wish: self.wish(&customer.plan, params.kind, params.quality),
        }
    }

    /// What the router is asked for a job.
    pub fn errand<'a>(&self, job: &'a Job) -> Errand<'a> {
        job.errand(&self.desk.prices)
    }

    fn order(
        &self,
        customer: &Customer,
        parsed: Parsed,
        inputs: Vec<(Role, Upload)>,
        key: Option<String>,
    ) -> Result<Order, Refused> {
        let kind = parsed.params.kind;
        let errand = self.errand_of(customer, &parsed.params);
        if !self.desk.router.is_served(errand, Moment::now()) {
            return Err(Refused::NoModel);
        }
        let mode = errand.mode;
        let hashes: Vec<(&str, &[u8])> = inputs
            .iter()
            .map(|(role, upload)| (role.id(), upload.sha256.as_slice()))
            .collect();
        let cache_key = cache::key(&Ingredients {
            user: customer.account.user,
            params: &parsed.params,
            inputs: &hashes,
            label: parsed.label,
            language: customer.language.id(),
            route: &self.desk.router.fingerprint(kind, mode),
        });
        Ok(Order {
            account: customer.account,
            price: self.price_of(&customer.plan, kind),
            inputs: inputs.iter().map(|(role, u)| (*role, u.id)).collect(),
            label: parsed.label,
            language: customer.language,
            reference: parsed.reference,
            batch: parsed.batch,
            auto_save: customer.auto_save,
            mode,
            class: i64::from(customer.plan.class),
            cache_key,
            cache_hint: self.cache.hint(&cache_key),
            webhook_url: parsed.webhook_url,
            fresh: parsed.fresh || !self.cache.is_enabled(),
            key: key.map(|key| (key, parsed.hash)),
            per_user: self.desk.settings.per_user,
            params: parsed.params,
        })
    }
}

impl From<Short> for Refused {
    fn from(short: Short) -> Self {
        Self::Short {
            required: short.required,
            balance: short.balance,
        }
    }
}
