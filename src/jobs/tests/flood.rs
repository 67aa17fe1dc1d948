//! A flood of one user: 200,000 jobs in the queue hold back neither the next user nor the workers.

use std::time::{Duration, Instant};

use super::*;

const FLOOD: i64 = 200_000;
const CLAIMS: usize = 300;

/// Copies the user's one waiting job until there are `FLOOD` of them, waiting behind its slots.
async fn flood(bench: &Bench, of: JobId) {
    let copied = bench.db.write(move |tx| {
        Ok::<_, DbError>(tx.run(
            "INSERT INTO jobs (id, user_id, wallet_id, kind, settings, quality, output, seed, label, language,
                auto_save, mode, price, class, revision, created_at, updated_at)
             WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?2)
             SELECT printf('job_%032x', n), user_id, wallet_id, kind, settings, quality, output, n, label, language,
                auto_save, mode, 0, class, revision, created_at, updated_at FROM jobs, n WHERE id = ?1",
            (of, FLOOD),
        )?)
    });
    assert_eq!(copied.await.unwrap(), FLOOD as usize);
}

/// The 99th of 100 claims, each followed by the end of its job, which admits the next one.
async fn p99_of_claims(bench: &Bench) -> Duration {
    let mut took = Vec::new();
    for _ in 0..CLAIMS {
        let began = Instant::now();
        let claimed = bench.claim().await;
        took.push(began.elapsed());
        bench.finish(claimed, bench.work()).await;
    }
    took.sort_unstable();
    took[CLAIMS * 99 / 100]
}

#[tokio::test]
async fn two_hundred_thousand_jobs_of_one_user_hold_nobody_back() {
    let calm = Bench::new().await;
    for seed in 0..=CLAIMS {
        let mut order = calm.order(0);
        order.params.seed = seed as u64;
        order.cache_key[..8].copy_from_slice(&seed.to_be_bytes());
        order.price = Price::Fixed(0);
        queue::submit(&calm.db, order, calm.now).await.unwrap();
    }
    let in_the_calm = p99_of_claims(&calm).await;

    let bench = Bench::new().await;
    let first = bench.submitted(0).await;
    flood(&bench, first).await;
    queue::admit_everyone(&bench.db, bench.settings.per_user)
        .await
        .unwrap();

    let newcomer = user(&bench.db, 100, bench.now).await;
    let mut order = bench.order(1);
    order.account = newcomer;
    let submitted = Instant::now();
    let theirs = queue::submit(&bench.db, order, bench.now).await.unwrap();
    let submitted = submitted.elapsed();
    let theirs = theirs.job().expect("a job");
    let mut claims = 0;
    loop {
        let claimed = bench.claim().await;
        claims += 1;
        if claimed.job.id == theirs {
            break;
        }
        bench.finish(claimed, bench.work()).await;
    }
    assert!(claims <= 8, "their first job was claim {claims}");

    let in_the_flood = p99_of_claims(&bench).await;
    println!(
        "submit {submitted:?}; claim p99 {in_the_flood:?} in the flood, {in_the_calm:?} without"
    );
    let bound = (in_the_calm * 3).max(Duration::from_millis(10));
    assert!(
        in_the_flood <= bound,
        "{in_the_flood:?} in the flood, {in_the_calm:?} without"
    );
    bench.books_balance();
}

#[tokio::test]
async fn a_raised_limit_admits_at_the_next_start() {
    let bench = Bench::new().await;
    for seed in 0..10 {
        bench.submitted(seed).await;
    }
    let admitted = || {
        let count: Result<i64, DbError> = bench.db.read(|r| {
            Ok(
                r.one("SELECT count(*) FROM jobs WHERE admitted = 1", [], |row| {
                    row.get(0)
                })?,
            )
        });
        count.unwrap()
    };
    assert_eq!(admitted(), 4);
    assert_eq!(queue::admit_everyone(&bench.db, 7).await.unwrap(), 3);
    assert_eq!(admitted(), 7);
    assert_eq!(queue::admit_everyone(&bench.db, 2).await.unwrap(), 0);
    assert_eq!(admitted(), 7, "a lowered limit takes nothing back");
}
