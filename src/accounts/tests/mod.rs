//! The rules of accounts, each tried on a database of its own.

mod callers;
mod leaving;
mod links;
mod registration;
mod sessions;

use tempfile::TempDir;

use super::{Accounts, BonusSettings, Mode, Registration, Settings, SignedIn, SigningKeys};
use crate::db::{Access, Db, Reader};
use crate::ledger;
use crate::time::{Moment, Zone};

const PASSWORD: &str = "correct horse";

/// Accounts on a fresh database, at a moment that the test chooses.
struct House {
    db: Db,
    accounts: Accounts,
    _directory: TempDir,
}

impl House {
    async fn open() -> Self {
        Self::with(Settings::default(), BonusSettings::default()).await
    }

    async fn with(settings: Settings, bonus: BonusSettings) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let db = Db::open(directory.path(), Access::Server).expect("a database");
        let keys = SigningKeys::load_or_create(&db, now()).await.expect("keys");
        let zone = Zone::named("Asia/Shanghai").expect("a zone");
        Self {
            accounts: Accounts::new(db.clone(), settings, bonus, &keys, zone),
            db,
            _directory: directory,
        }
    }

    async fn register(&self, name: &str) -> SignedIn {
        let opened = self
            .accounts
            .register(name, PASSWORD.into(), Mode::Personal, now());
        opened.await.expect("an account")
    }

    fn count(&self, sql: &'static str) -> i64 {
        let count = |db: &Reader<'_>| Ok(crate::db::Query::one(db, sql, [], |row| row.get(0))?);
        self.db
            .read::<_, crate::db::DbError>(count)
            .expect("a count")
    }

    /// Every test ends with books that balance.
    fn books_balance(&self) {
        let verdict = self.db.read(ledger::verify).expect("a verdict");
        assert_eq!(verdict.findings, Vec::<String>::new());
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.books_balance();
        }
    }
}

/// A fixed morning in Shanghai.
fn now() -> Moment {
    Moment::from_millis(1_795_312_800_000)
}

const fn invited() -> Settings {
    Settings {
        registration: Registration::Invite,
    }
}
