//! The queue, tried without workers: state lives only in the database, so a crash is a claim that nobody ends.

mod cleaning;
mod flood;
mod guards;
mod held;
mod model;
mod order;
mod states;

use super::queue::{
    self, Cancelled, Claimed, Ended, Finished, NewWork, Order, Price, Recovered, Retried, Submitted,
};
use super::{Label, Settings, Status, job};
use crate::accounts::{Accounts, BonusSettings, Mode, SigningKeys};
use crate::blobs::{Backend, BlobKey};
use crate::db::{Access, Db, DbError, Query};
use crate::i18n::{Lang, Words};
use crate::ids::{BootId, JobId, UserId};
use crate::kinds::{Format, Kind, Output, Params, Quality, Settings as KindSettings};
use crate::ledger::{self, Account};
use crate::time::{Moment, Zone};
use tempfile::TempDir;

/// A database with one user of 100 credits.
struct Bench {
    db: Db,
    boot: BootId,
    settings: Settings,
    account: Account,
    now: Moment,
    _directory: TempDir,
}

impl Bench {
    async fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let db = Db::open(directory.path(), Access::Server).unwrap();
        let now = Moment::now();
        let account = user(&db, 100, now).await;
        Self {
            db,
            boot: BootId::new(),
            settings: Settings::default(),
            account,
            now,
            _directory: directory,
        }
    }

    fn order(&self, seed: u64) -> Order {
        let mut order = an_order(self.account, self.settings.per_user);
        order.params.seed = seed;
        order.cache_key = [u8::try_from(seed).unwrap(); 32];
        order
    }

    async fn submit(&self, seed: u64) -> Submitted {
        queue::submit(&self.db, self.order(seed), self.now)
            .await
            .unwrap()
    }

    async fn submitted(&self, seed: u64) -> JobId {
        self.submit(seed).await.job().expect("a job")
    }

    async fn claim_at(&self, room: usize, now: Moment) -> Vec<Claimed> {
        queue::claim(&self.db, self.boot, 0, room, Vec::new(), now)
            .await
            .unwrap()
    }

    async fn claim(&self) -> Claimed {
        let mut claimed = self.claim_at(1, self.now).await;
        claimed.pop().expect("a job is ready")
    }

    async fn finish(&self, claimed: Claimed, ended: Ended) -> Finished {
        queue::finish(&self.db, claimed.claim, ended, &self.settings, self.now)
            .await
            .unwrap()
    }

    fn job(&self, id: JobId) -> job::Job {
        let found: Result<_, DbError> = self.db.read(|r| job::find(r, id));
        found.unwrap().expect("the job is there")
    }

    fn balance(&self) -> i64 {
        self.db
            .read(|r| ledger::balance(r, self.account.wallet))
            .unwrap()
    }

    fn work(&self) -> Ended {
        a_work(self.account.user)
    }

    fn books_balance(&self) {
        let verdict = self.db.read(ledger::verify).unwrap();
        assert_eq!(verdict.differences, 0, "{:?}", verdict.findings);
    }
}

/// A try-on without inputs, which only the queue can take.
fn an_order(account: Account, per_user: u32) -> Order {
    Order {
        account,
        params: Params {
            kind: Kind::VirtualTryon,
            inputs: Vec::new(),
            settings: KindSettings::VirtualTryon(Default::default()),
            quality: Quality::Standard,
            output: Output {
                id: "original".into(),
                label: Words::new("原始", "Original"),
                width: 0,
                height: 0,
                format: Format::Jpeg,
                max_kb: 0,
                background: None,
                kind: None,
            },
            seed: 0,
        },
        inputs: Vec::new(),
        label: Label::Visible,
        language: Lang::Zh,
        reference: None,
        batch: None,
        auto_save: true,
        mode: "personal",
        class: 1,
        price: Price::Fixed(5),
        cache_key: [0; 32],
        cache_hint: None,
        fresh: false,
        key: None,
        webhook_url: None,
        per_user,
    }
}

/// A picture in storage.
fn a_work(owner: UserId) -> Ended {
    Ended::Done(Box::new(NewWork {
        blob: BlobKey::new_work(owner, Format::Jpeg),
        thumbnail: BlobKey::new_thumbnail(owner, Format::Jpeg),
        backend: Backend::Local,
        format: Format::Jpeg,
        size: (768, 1024),
        bytes: 1000,
        model: "studio".into(),
    }))
}

async fn user(db: &Db, credits: u32, now: Moment) -> Account {
    let keys = SigningKeys::load_or_create(db, now).await.unwrap();
    let zone = Zone::named("UTC").unwrap();
    let bonus = BonusSettings {
        signup_bonus: 0,
        signup_bonus_daily_max: 0,
    };
    let accounts = Accounts::new(db.clone(), Default::default(), bonus, &keys, zone);
    db.write(move |tx| {
        let user = accounts.open_nameless(tx, Mode::Personal, true, now)?;
        let account = Account {
            wallet: user.wallet,
            user: user.id,
        };
        ledger::grant(tx, account, credits, None, "a start", now)?;
        Ok::<_, DbError>(account)
    })
    .await
    .unwrap()
}
