//! What submit, finish and cancel do to a job and to the money.

use super::*;

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
    order.price = Price::Fixed(101);
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
