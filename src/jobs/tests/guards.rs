//! Guards beneath the queue: what the database refuses by itself, each by its own rule, and a claim of another process.

use super::*;

/// A job in each state that matters here.
struct Jobs {
    completed: JobId,
    cancelled: JobId,
    running: JobId,
    waiting: JobId,
}

/// What no statement may do, to which job, and the guard that refuses it.
type Refusal = (fn(&Jobs) -> JobId, &'static str, &'static str);

const STATES: [Refusal; 10] = [
    (
        |jobs| jobs.completed,
        "UPDATE jobs SET status = 'failed', work_id = NULL, error_code = 'x' WHERE id = ?1",
        "a final state never changes",
    ),
    (
        |jobs| jobs.completed,
        "UPDATE jobs SET progress = 10 WHERE id = ?1",
        "progress never goes back",
    ),
    (
        |jobs| jobs.completed,
        "DELETE FROM jobs WHERE id = ?1",
        "jobs are kept",
    ),
    (
        |jobs| jobs.completed,
        "UPDATE jobs SET admitted = 1 WHERE id = ?1",
        "admitted = 0 OR status IN ('pending', 'processing')",
    ),
    (
        |jobs| jobs.running,
        "UPDATE jobs SET status = 'completed', admitted = 0, boot = NULL, completed_at = 1 WHERE id = ?1",
        "(status = 'completed') = (work_id IS NOT NULL)",
    ),
    (
        |jobs| jobs.running,
        "UPDATE jobs SET status = 'failed', admitted = 0, boot = NULL, completed_at = 1 WHERE id = ?1",
        "(status = 'failed') = (error_code IS NOT NULL)",
    ),
    (
        |jobs| jobs.running,
        "UPDATE jobs SET status = 'failed', admitted = 0, boot = NULL, error_code = 'x' WHERE id = ?1",
        "= (completed_at IS NOT NULL)",
    ),
    (
        |jobs| jobs.running,
        "UPDATE jobs SET boot = NULL WHERE id = ?1",
        "(status = 'processing') = (boot IS NOT NULL)",
    ),
    (
        |jobs| jobs.running,
        "UPDATE jobs SET admitted = 0 WHERE id = ?1",
        "status <> 'processing' OR admitted = 1",
    ),
    (
        |jobs| jobs.running,
        "UPDATE jobs SET held = 1 WHERE id = ?1",
        "held = 0 OR (held = 1 AND status = 'pending'",
    ),
];

const MONEY: [Refusal; 8] = [
    (|jobs| jobs.completed, "UPDATE entries SET amount = -1 WHERE job_id = ?1", "the ledger only grows"),
    (|jobs| jobs.completed, "DELETE FROM entries WHERE job_id = ?1", "the ledger only grows"),
    (
        |jobs| jobs.completed,
        "UPDATE wallets SET balance = -1 WHERE id = (SELECT wallet_id FROM jobs WHERE id = ?1)",
        "balance >= 0",
    ),
    (
        |jobs| jobs.completed,
        "INSERT INTO entries (id, wallet_id, user_id, kind, amount, balance_after, job_id, created_at)
            SELECT 'ent_x', wallet_id, user_id, 'charge', -price,
                (SELECT balance FROM wallets WHERE id = wallet_id), id, 0 FROM jobs WHERE id = ?1",
        "UNIQUE constraint failed: entries.job_id",
    ),
    (
        |jobs| jobs.cancelled,
        "INSERT INTO entries (id, wallet_id, user_id, kind, amount, balance_after, job_id, created_at)
            SELECT 'ent_x', wallet_id, user_id, 'refund', price,
                (SELECT balance FROM wallets WHERE id = wallet_id), id, 0 FROM jobs WHERE id = ?1",
        "UNIQUE constraint failed: entries.job_id",
    ),
    (
        |jobs| jobs.completed,
        "INSERT INTO entries (id, wallet_id, user_id, kind, amount, balance_after, job_id, created_at)
            SELECT 'ent_x', wallet_id, user_id, 'refund', price - 1,
                (SELECT balance FROM wallets WHERE id = wallet_id), id, 0 FROM jobs WHERE id = ?1",
        "a refund is its charge",
    ),
    (
        |jobs| jobs.completed,
        "INSERT INTO entries (id, wallet_id, user_id, kind, amount, balance_after, job_id, created_at)
            SELECT 'ent_x', wallet_id, user_id, 'charge', 1 - price,
                (SELECT balance FROM wallets WHERE id = wallet_id), id, 0 FROM jobs WHERE id = ?1",
        "a charge is the price of its job",
    ),
    (
        |jobs| jobs.completed,
        "INSERT INTO entries (id, wallet_id, user_id, kind, amount, balance_after, job_id, created_at)
            SELECT 'ent_x', wallet_id, user_id, 'grant', 7, 7, id, 0 FROM jobs WHERE id = ?1",
        "an entry states the balance of its wallet",
    ),
];

const ONCE: [Refusal; 3] = [
    (
        |jobs| jobs.waiting,
        "UPDATE jobs SET cache_key = (SELECT cache_key FROM jobs WHERE status = 'processing') WHERE id = ?1",
        "UNIQUE constraint failed: jobs.cache_key",
    ),
    (
        |jobs| jobs.waiting,
        "INSERT INTO idempotency_keys (user_id, key, request_hash, job_id, created_at)
            SELECT user_id, key, request_hash, ?1, 0 FROM idempotency_keys",
        "UNIQUE constraint failed: idempotency_keys.user_id, idempotency_keys.key",
    ),
    (
        |jobs| jobs.completed,
        "INSERT INTO works (id, user_id, job_id, kind, title, tags, blob, thumbnail, backend, format, width, height,
                bytes, model, listed, created_at, updated_at)
            SELECT 'wrk_x', user_id, job_id, kind, '', '[]', 'x', 'x', backend, format, 1, 1, 1, '', 1, 0, 0
            FROM works WHERE job_id = ?1",
        "UNIQUE constraint failed: works.job_id",
    ),
];

#[tokio::test]
async fn the_database_itself_refuses_nonsense() {
    let bench = Bench::new().await;
    let completed = bench.submitted(1).await;
    let claimed = bench.claim().await;
    bench.finish(claimed, bench.work()).await;
    let cancelled = bench.submitted(2).await;
    let owner = bench.account.user;
    queue::cancel(&bench.db, owner, cancelled, 4, bench.now)
        .await
        .unwrap();
    let running = bench.submitted(3).await;
    let _held = bench.claim().await;
    let mut order = bench.order(4);
    order.key = Some(("a key".into(), [4; 32]));
    let waiting = queue::submit(&bench.db, order, bench.now).await.unwrap();
    let jobs = Jobs {
        completed,
        cancelled,
        running,
        waiting: waiting.job().expect("a job"),
    };
    let mut missing = Vec::new();
    for (job, sql, guard) in STATES.iter().chain(&MONEY).chain(&ONCE) {
        let (id, sql) = (job(&jobs), *sql);
        let outcome = bench.db.write(move |tx| {
            tx.run(sql, [id])?;
            // Nothing of it stays, so that the next one finds everything as it was.
            Err::<(), _>(DbError::Busy)
        });
        let refusal = format!("{:?}", outcome.await);
        if !refusal.contains(guard) {
            missing.push(format!("{guard}: {sql}: {refusal}"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    bench.books_balance();
}

/// As if another process had taken the job over from this one, counting from the same number.
async fn take_over(bench: &Bench, job: JobId) {
    let other = BootId::new();
    let taken = bench.db.write(move |tx| {
        Ok::<_, DbError>(tx.run("UPDATE jobs SET boot = ?2 WHERE id = ?1", (job, other))?)
    });
    assert_eq!(taken.await.unwrap(), 1);
}

#[tokio::test]
async fn a_claim_of_another_process_is_not_ours() {
    let bench = Bench::new().await;
    let id = bench.submitted(1).await;
    let ours = bench.claim().await;
    take_over(&bench, id).await;
    let (fence, now) = (ours.claim.copy_fence(), bench.now);
    let station = queue::Station {
        progress: 30,
        cpu: true,
    };
    let reached = bench
        .db
        .write(move |tx| queue::reached(tx, &fence, station, now));
    assert_eq!(reached.await.unwrap(), Err(queue::Lost));
    let swept = queue::give_back_strays(&bench.db, bench.boot, Vec::new(), 4, bench.now);
    assert_eq!(swept.await.unwrap(), Recovered::default());
    assert_eq!(bench.finish(ours, bench.work()).await, Finished::Lost);
    assert_eq!(bench.job(id).status, Status::Processing);
    bench.books_balance();
}

#[tokio::test]
async fn a_start_takes_back_only_what_others_left() {
    let bench = Bench::new().await;
    let id = bench.submitted(1).await;
    let claimed = bench.claim().await;
    let recover = |boot| queue::recover_after_start(&bench.db, boot, 15, 4, bench.now);
    assert_eq!(recover(bench.boot).await.unwrap(), Recovered::default());
    assert_eq!(bench.job(id).status, Status::Processing);
    assert_eq!(recover(BootId::new()).await.unwrap().given_back, 1);
    assert_eq!(bench.finish(claimed, bench.work()).await, Finished::Lost);
    assert_eq!(bench.job(id).status, Status::Pending);
}
