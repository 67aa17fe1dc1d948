//! Who comes when, and what crashes leave.

use super::*;

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
async fn a_flood_does_not_hold_back_who_comes_after_it() {
    let bench = Bench::new().await;
    let mut flood = bench.order(1);
    flood.price = Price::Fixed(0);
    flood.fresh = true;
    for _ in 0..200 {
        queue::submit(&bench.db, flood.clone(), bench.now)
            .await
            .unwrap();
    }
    let mut order = bench.order(2);
    order.account = user(&bench.db, 100, bench.now).await;
    let newcomer = queue::submit(&bench.db, order, bench.now).await.unwrap();
    // One worker, one job at a time: the worst case.
    for claims in 1..=8 {
        let claimed = bench.claim().await;
        if Some(claimed.job.id) == newcomer.job() {
            assert!(claims <= 5, "after the four jobs that were admitted before");
            return;
        }
        bench.finish(claimed, bench.work()).await;
    }
    panic!("eight claims passed the newcomer by");
}

#[tokio::test]
async fn a_route_without_room_is_passed_over_and_keeps_its_order() {
    let bench = Bench::new().await;
    let mut narrow = Vec::new();
    for seed in 1..=3 {
        narrow.push(bench.submitted(seed).await);
    }
    let account = user(&bench.db, 100, bench.now).await;
    let mut order = bench.order(4);
    order.account = account;
    order.mode = "business";
    let wide = queue::submit(&bench.db, order, bench.now).await.unwrap();
    let route = bench.job(narrow[0]).route();
    let claim = async |turn, left| {
        let bounds = vec![(route, left)];
        let claimed = queue::claim(&bench.db, bench.boot, turn, 4, bounds, bench.now);
        let claimed = claimed.await.unwrap();
        claimed.iter().map(|one| one.job.id).collect::<Vec<_>>()
    };
    let wide = wide.job().expect("a job");
    assert_eq!(claim(0, 1).await, [narrow[0], wide]);
    assert_eq!(claim(0, 0).await, []);
    // Also when it is the turn of the lowest class.
    assert_eq!(claim(7, 1).await, [narrow[1]]);
    assert_eq!(bench.claim().await.job.id, narrow[2]);
}
