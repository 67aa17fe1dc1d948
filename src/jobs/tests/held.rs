//! Held jobs: what a review that nobody decides does in time.

use std::time::Duration;

use super::*;
use crate::jobs::{Bell, review};
use crate::moderation::Finding;

#[tokio::test]
async fn what_nobody_decides_in_time_is_blocked_and_refunded() {
    let bench = Bench::new().await;
    let id = bench.submitted(1).await;
    let claimed = bench.claim().await;
    let Ended::Done(work) = bench.work() else {
        panic!("a work");
    };
    let finished = bench
        .finish(claimed, Ended::Held(work, Finding::default()))
        .await;
    assert_eq!(finished, Finished::Held);
    assert_eq!(bench.job(id).status, Status::Pending);
    assert!(bench.claim_at(9, bench.now).await.is_empty());
    // A start gives it no slot either.
    let longest = bench.now.plus_secs(60);
    queue::recover_after_start(&bench.db, BootId::new(), 15, 4, longest)
        .await
        .unwrap();
    queue::admit_everyone(&bench.db, 4).await.unwrap();
    assert!(bench.claim_at(9, longest).await.is_empty());

    let bell = Bell::default();
    let post = bell.post();
    let early = bench.now.plus_secs(23 * 3600);
    assert_eq!(
        review::expire(&bench.db, &bell, 24, early).await.unwrap(),
        0
    );
    let late = bench.now.plus_secs(25 * 3600);
    assert_eq!(review::expire(&bench.db, &bell, 24, late).await.unwrap(), 1);
    assert_eq!(review::expire(&bench.db, &bell, 24, late).await.unwrap(), 0);
    let told = tokio::time::timeout(Duration::from_secs(1), post.notified()).await;
    assert!(told.is_ok(), "whoever sends ends out is woken");
    let job = bench.job(id);
    assert_eq!((job.status, job.held), (Status::Failed, false));
    assert_eq!(job.processing_ms, Some(0), "a day of waiting is no work");
    assert_eq!(job.error_code.as_deref(), Some("result_blocked"));
    assert_eq!(bench.balance(), 100);
    bench.books_balance();
}
