//! The queue, tried without workers: state lives only in the database, so a crash is a claim that nobody ends.

use super::queue::{
    self, Cancelled, Claimed, Ended, Finished, NewWork, Order, Recovered, Retried, Submitted,
};
use super::{Label, Settings, Status, job};
use crate::accounts::{Accounts, BonusSettings, Mode, SigningKeys};
use crate::blobs::BlobKey;
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
        Order {
            account: self.account,
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
                seed,
            },
            inputs: Vec::new(),
            label: Label::Visible,
            language: Lang::Zh,
            reference: None,
            batch: None,
            auto_save: true,
            mode: "personal",
            class: 1,
            price: 5,
            cache_key: [u8::try_from(seed).unwrap(); 32],
            cache_hint: None,
            fresh: false,
            key: None,
            per_user: self.settings.per_user,
        }
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
        queue::claim(&self.db, self.boot, 0, room, now)
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
        Ended::Done(Box::new(NewWork {
            blob: BlobKey::new_work(self.account.user, Format::Jpeg),
            thumbnail: BlobKey::new_thumbnail(self.account.user, Format::Jpeg),
            backend: "local",
            format: Format::Jpeg,
            size: (768, 1024),
            bytes: 1000,
            model: "studio".into(),
        }))
    }

    fn books_balance(&self) {
        let verdict = self.db.read(ledger::verify).unwrap();
        assert_eq!(verdict.differences, 0, "{:?}", verdict.findings);
    }
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
        let user = accounts.open_nameless(tx, Mode::Personal, now)?;
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

#[tokio::test]
async fn a_job_is_charged_once_and_completed_once() {
    let bench = Bench::new().await;
    let id = bench.submitted(1).await;
    assert_eq!(bench.balance(), 95);
    let claimed = bench.claim().await;
    assert_eq!(claimed.job.progress, 10);
    let finished = bench.finish(claimed, bench.work()).await;
    let Finished::Completed(work) = finished else {
        panic!("{finished:?}");
    };
    let job = bench.job(id);
    assert_eq!(
        (job.status, job.progress, job.work),
        (Status::Completed, 100, Some(work))
    );
    assert!(bench.claim_at(1, bench.now).await.is_empty());
    bench.books_balance();
}

#[tokio::test]
async fn not_enough_credits_leaves_no_trace() {
    let bench = Bench::new().await;
    let mut order = bench.order(1);
    order.price = 101;
    order.key = Some(("key".into(), [1; 32]));
    let outcome = queue::submit(&bench.db, order, bench.now).await.unwrap();
    assert_eq!(
        outcome,
        Submitted::Short(ledger::Short {
            required: 101,
            balance: 100
        })
    );
    let jobs: i64 = bench
        .db
        .read(|r| Ok::<_, DbError>(r.one("SELECT count(*) FROM jobs", [], |row| row.get(0))?))
        .unwrap();
    assert_eq!((jobs, bench.balance()), (0, 100));
    // The key is not spent either.
    let mut order = bench.order(1);
    order.key = Some(("key".into(), [2; 32]));
    assert!(matches!(
        queue::submit(&bench.db, order, bench.now).await.unwrap(),
        Submitted::New(..)
    ));
    bench.books_balance();
}

#[tokio::test]
async fn a_key_stands_for_one_request() {
    let bench = Bench::new().await;
    let with_key = |seed, hash| {
        let mut order = bench.order(seed);
        order.fresh = true;
        order.key = Some(("k".into(), [hash; 32]));
        queue::submit(&bench.db, order, bench.now)
    };
    let first = with_key(1, 1).await.unwrap();
    let again = with_key(1, 1).await.unwrap();
    assert_eq!(again, Submitted::Replayed(first.job().unwrap()));
    assert_eq!(with_key(2, 2).await.unwrap(), Submitted::KeyMismatch);
    assert_eq!(bench.balance(), 95);
    bench.books_balance();
}

#[tokio::test]
async fn the_same_picture_is_joined_while_live_and_hit_when_kept() {
    let bench = Bench::new().await;
    let id = bench.submitted(7).await;
    assert_eq!(bench.submit(7).await, Submitted::Joined(id));
    let claimed = bench.claim().await;
    let Finished::Completed(work) = bench.finish(claimed, bench.work()).await else {
        panic!("it completes");
    };
    let Submitted::Hit(hit, same) = bench.submit(7).await else {
        panic!("the kept work answers");
    };
    assert_eq!(same, work);
    let hit = bench.job(hit);
    assert_eq!(
        (hit.status, hit.price, hit.cache_hit),
        (Status::Completed, 0, true)
    );
    let mut fresh = bench.order(7);
    fresh.fresh = true;
    assert!(matches!(
        queue::submit(&bench.db, fresh, bench.now).await.unwrap(),
        Submitted::New(..)
    ));
    assert_eq!(bench.balance(), 90);
    bench.books_balance();
}

#[tokio::test]
async fn retries_wait_longer_each_time_and_the_last_failure_refunds() {
    let bench = Bench::new().await;
    let id = bench.submitted(1).await;
    let mut now = bench.now;
    for (n, delay) in [(1, 5), (2, 10), (3, 15)] {
        let claimed = bench.claim_at(1, now).await.pop().expect("ready");
        let ended = Ended::Curable("provider_busy", "overloaded");
        let finished = queue::finish(&bench.db, claimed.claim, ended, &bench.settings, now)
            .await
            .unwrap();
        assert_eq!(finished, Finished::Waiting);
        let job = bench.job(id);
        assert_eq!((job.status, job.retries), (Status::Pending, n));
        assert_eq!(job.due_at, Some(now.plus_secs(delay)));
        assert!(bench.claim_at(1, now.plus_secs(delay - 1)).await.is_empty());
        now = now.plus_secs(delay);
    }
    let claimed = bench.claim_at(1, now).await.pop().expect("ready");
    let ended = Ended::Curable("provider_busy", "overloaded");
    let finished = queue::finish(&bench.db, claimed.claim, ended, &bench.settings, now)
        .await
        .unwrap();
    assert_eq!(finished, Finished::Failed);
    assert_eq!(bench.job(id).error_code.as_deref(), Some("provider_busy"));
    assert_eq!(bench.balance(), 100);
    bench.books_balance();
}

#[tokio::test]
async fn a_stale_claim_changes_nothing() {
    let bench = Bench::new().await;
    let id = bench.submitted(1).await;
    let stale = bench.claim().await;
    // The sweep finds no worker for it, and another claim takes it.
    let swept = queue::give_back_strays(&bench.db, bench.boot, Vec::new(), 4, bench.now)
        .await
        .unwrap();
    assert_eq!(swept.given_back, 1);
    let second = bench.claim().await;
    assert_eq!(bench.finish(stale, bench.work()).await, Finished::Lost);
    assert_eq!(bench.job(id).status, Status::Processing);
    assert!(matches!(
        bench.finish(second, bench.work()).await,
        Finished::Completed(_)
    ));
    bench.books_balance();
}

#[tokio::test]
async fn cancelling_refunds_once_and_only_while_it_waits() {
    let bench = Bench::new().await;
    let id = bench.submitted(1).await;
    let user = bench.account.user;
    let cancel = |id| queue::cancel(&bench.db, user, id, 4, bench.now);
    assert_eq!(cancel(id).await.unwrap(), Cancelled::Yes);
    assert_eq!(cancel(id).await.unwrap(), Cancelled::Yes);
    assert_eq!(bench.balance(), 100);
    let running = bench.submitted(2).await;
    let claimed = bench.claim().await;
    assert_eq!(
        cancel(running).await.unwrap(),
        Cancelled::TooLate(Status::Processing)
    );
    bench.finish(claimed, bench.work()).await;
    assert_eq!(
        queue::cancel(&bench.db, UserId::new(), running, 4, bench.now)
            .await
            .unwrap(),
        Cancelled::Unknown
    );
    bench.books_balance();
}

#[tokio::test]
async fn a_user_holds_at_most_their_slots() {
    let bench = Bench::new().await;
    let mut jobs = Vec::new();
    for seed in 1..=6 {
        jobs.push(bench.submitted(seed).await);
    }
    let mut claimed = bench.claim_at(10, bench.now).await;
    let taken: Vec<JobId> = claimed.iter().map(|c| c.job.id).collect();
    assert_eq!(taken, jobs[..4]);
    let first = claimed.remove(0);
    bench.finish(first, bench.work()).await;
    let next = bench.claim_at(10, bench.now).await;
    assert_eq!(next.len(), 1);
    assert_eq!(next[0].job.id, jobs[4]);
}

#[tokio::test]
async fn subscribers_go_first_and_nobody_starves() {
    let bench = Bench::new().await;
    let low = bench.submitted(1).await;
    let mut first_class = Vec::new();
    for _ in 0..3 {
        let account = user(&bench.db, 100, bench.now).await;
        for seed in 2..=4 {
            let mut order = bench.order(seed);
            order.account = account;
            order.class = 0;
            order.fresh = true;
            first_class.push(queue::submit(&bench.db, order, bench.now).await.unwrap());
        }
    }
    let claimed = bench.claim_at(9, bench.now).await;
    let place = claimed.iter().position(|c| c.job.id == low);
    assert_eq!(
        place,
        Some(7),
        "the eighth claim starts from the lower class"
    );
}

#[tokio::test]
async fn a_crash_gives_jobs_back_and_a_crash_loop_ends() {
    let bench = Bench::new().await;
    let id = bench.submitted(1).await;
    for crash in 1..=6 {
        let claimed = bench
            .claim_at(1, bench.now)
            .await
            .pop()
            .expect("it waits again");
        let fence = claimed.claim.copy_fence();
        let now = bench.now;
        bench
            .db
            .write(move |tx| {
                let station = queue::Station {
                    progress: 30,
                    cpu: true,
                };
                queue::reached(tx, &fence, station, now)
            })
            .await
            .unwrap()
            .expect("the claim holds");
        drop(claimed);
        let recovered = queue::recover_after_start(&bench.db, BootId::new(), 15, 4, bench.now)
            .await
            .unwrap();
        let job = bench.job(id);
        assert_eq!(job.retries, 0, "a crash uses up no retry");
        if crash < 6 {
            assert_eq!(recovered.given_back, 1);
            assert_eq!((job.status, job.progress), (Status::Pending, 30));
        } else {
            assert_eq!(
                recovered,
                Recovered {
                    given_back: 0,
                    failed: 1
                }
            );
            assert_eq!(job.error_code.as_deref(), Some("crash_loop"));
        }
    }
    assert_eq!(bench.balance(), 100);
    bench.books_balance();
}

#[tokio::test]
async fn an_operator_repeats_a_failed_job_for_free() {
    let bench = Bench::new().await;
    let id = bench.submitted(1).await;
    let operator = bench.account.user;
    assert_eq!(
        queue::retry(&bench.db, operator, id, 4, bench.now)
            .await
            .unwrap(),
        Retried::NotFailed(Status::Pending)
    );
    let claimed = bench.claim().await;
    bench
        .finish(claimed, Ended::Permanent("input_refused", "blocked_input"))
        .await;
    let Retried::New(new) = queue::retry(&bench.db, operator, id, 4, bench.now)
        .await
        .unwrap()
    else {
        panic!("a failed job can be repeated");
    };
    let new = bench.job(new);
    assert_eq!((new.price, new.retry_of), (0, Some(id)));
    let claimed = bench.claim().await;
    assert!(matches!(
        bench.finish(claimed, bench.work()).await,
        Finished::Completed(_)
    ));
    assert_eq!(bench.balance(), 100);
    bench.books_balance();
}

#[tokio::test]
async fn the_database_itself_refuses_nonsense() {
    let bench = Bench::new().await;
    let id = bench.submitted(1).await;
    let claimed = bench.claim().await;
    bench.finish(claimed, bench.work()).await;
    let attempts = [
        "UPDATE jobs SET status = 'failed', error_code = 'x' WHERE id = ?1",
        "UPDATE jobs SET progress = 10 WHERE id = ?1",
        "DELETE FROM jobs WHERE id = ?1",
        "UPDATE entries SET amount = 1 WHERE job_id = ?1",
        "DELETE FROM entries WHERE job_id = ?1",
        "UPDATE wallets SET balance = -1 WHERE id = (SELECT wallet_id FROM jobs WHERE id = ?1)",
        "INSERT INTO entries (id, wallet_id, user_id, kind, amount, balance_after, job_id, created_at)
            SELECT 'ent_x', wallet_id, user_id, 'charge', -5, 90, id, 0 FROM jobs WHERE id = ?1",
        "INSERT INTO entries (id, wallet_id, user_id, kind, amount, balance_after, job_id, created_at)
            SELECT 'ent_x', wallet_id, user_id, 'refund', 4, 95, id, 0 FROM jobs WHERE id = ?1",
    ];
    for sql in attempts {
        let outcome = bench
            .db
            .write(move |tx| Ok::<_, DbError>(tx.run(sql, [id])?))
            .await;
        assert!(outcome.is_err(), "{sql}");
    }
    bench.books_balance();
}
