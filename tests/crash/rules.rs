//! The rules that every state of the database keeps, and the proof that each of them can fail.

use rusqlite::Connection;

/// Slots of one user in `atelier.toml`.
const PER_USER: u32 = 3;

/// Each answers the ids of what breaks it.
const RULES: [(&str, &str); 15] = [
    (
        "the balance is the sum of the entries, never negative",
        "SELECT id FROM wallets w WHERE balance < 0 OR balance <>
            (SELECT coalesce(sum(amount), 0) FROM entries WHERE wallet_id = w.id)",
    ),
    (
        "an entry states the running sum",
        "SELECT id FROM (SELECT id, balance_after, sum(amount) OVER (PARTITION BY wallet_id ORDER BY seq) AS sum
            FROM entries) WHERE balance_after <> sum",
    ),
    (
        "a job is charged its price, once",
        "SELECT id FROM jobs j WHERE (SELECT coalesce(sum(amount), 0) FROM entries WHERE job_id = j.id AND kind = 'charge')
            <> -price OR (SELECT count(*) FROM entries WHERE job_id = j.id AND kind = 'charge') <> (price > 0)",
    ),
    (
        "a failed or cancelled job is refunded in full, once",
        "SELECT id FROM jobs j WHERE status IN ('failed', 'cancelled') AND (price <>
            (SELECT coalesce(sum(amount), 0) FROM entries WHERE job_id = j.id AND kind = 'refund') OR
            (SELECT count(*) FROM entries WHERE job_id = j.id AND kind = 'refund') <> (price > 0))",
    ),
    (
        "no other job is refunded",
        "SELECT job_id FROM entries WHERE kind = 'refund' AND job_id NOT IN
            (SELECT id FROM jobs WHERE status IN ('failed', 'cancelled'))",
    ),
    (
        "a completed job has its work",
        "SELECT id FROM jobs j WHERE status = 'completed' AND (SELECT state FROM users WHERE id = j.user_id) = 'active'
            AND NOT EXISTS (SELECT 1 FROM works WHERE id = j.work_id AND user_id = j.user_id)",
    ),
    (
        "a work belongs to the job that made it, and that is completed",
        "SELECT id FROM works w WHERE NOT EXISTS
            (SELECT 1 FROM jobs WHERE id = w.job_id AND status = 'completed' AND work_id = w.id)",
    ),
    (
        "a job in the making holds its slot",
        "SELECT id FROM jobs WHERE status = 'processing' AND admitted = 0",
    ),
    (
        "a job that ended holds no slot",
        "SELECT id FROM jobs WHERE status IN ('completed', 'failed', 'cancelled') AND admitted = 1",
    ),
    (
        "nobody holds more slots than there are",
        "SELECT user_id FROM jobs WHERE admitted = 1 GROUP BY user_id HAVING count(*) > PER_USER",
    ),
    (
        "no job waits while its user has a free slot",
        "SELECT id FROM jobs j WHERE status = 'pending' AND admitted = 0
            AND (SELECT count(*) FROM jobs WHERE user_id = j.user_id AND admitted = 1) < PER_USER",
    ),
    (
        "a job makes at most 8 attempts, 2 of them with an unknown outcome",
        "SELECT job_id FROM attempts GROUP BY job_id HAVING count(*) > 8 OR sum(state = 'unknown') > 2",
    ),
    (
        "a model is only asked for a job in the making",
        "SELECT a.id || '' FROM attempts a JOIN jobs j ON j.id = a.job_id
            WHERE a.state = 'open' AND j.status IN ('pending', 'completed', 'cancelled')",
    ),
    (
        "a key stands for one job of its user",
        "SELECT key FROM idempotency_keys k WHERE NOT EXISTS
            (SELECT 1 FROM jobs WHERE id = k.job_id AND user_id = k.user_id)
         UNION ALL SELECT reference FROM jobs WHERE reference LIKE 'key-%' AND retry_of IS NULL
            GROUP BY user_id, reference HAVING count(*) > 1",
    ),
    (
        "nothing of an erased user is left but the books",
        "SELECT id FROM users u WHERE state = 'erased' AND (username IS NOT NULL
            OR EXISTS (SELECT 1 FROM works WHERE user_id = u.id) OR EXISTS (SELECT 1 FROM uploads WHERE user_id = u.id)
            OR EXISTS (SELECT 1 FROM jobs WHERE user_id = u.id AND status IN ('pending', 'processing'))
            OR (SELECT balance FROM wallets WHERE id = u.wallet_id) <> 0)",
    ),
];

/// Which rules this state breaks, and by what.
pub(crate) fn broken(database: &Connection) -> Vec<String> {
    let mut wrong = Vec::new();
    for (rule, sql) in RULES {
        let found = texts(database, &sql.replace("PER_USER", &PER_USER.to_string()));
        wrong.extend(found.into_iter().map(|id| format!("{id}: {rule}")));
    }
    wrong
}

/// The first column of a query.
pub(crate) fn texts(database: &Connection, sql: &str) -> Vec<String> {
    let mut statement = database.prepare(sql).expect("a good statement");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("texts")
}

/// For each rule, in their order, something that breaks it in a folder where things went well.
const BREACHES: [&str; RULES.len()] = [
    "UPDATE wallets SET balance = balance + 1",
    "UPDATE entries SET balance_after = balance_after + 1",
    "UPDATE jobs SET price = price + 1",
    "DELETE FROM entries WHERE kind = 'refund'",
    "UPDATE jobs SET status = 'completed' WHERE status = 'cancelled'",
    "DELETE FROM works",
    "UPDATE jobs SET status = 'failed' WHERE status = 'completed'",
    "UPDATE jobs SET status = 'processing', admitted = 0",
    "UPDATE jobs SET admitted = 1 WHERE status = 'completed'",
    "UPDATE jobs SET status = 'pending', admitted = 1",
    "UPDATE jobs SET status = 'pending', admitted = 0",
    "UPDATE attempts SET state = 'unknown', job_id = (SELECT min(job_id) FROM attempts)",
    "UPDATE attempts SET state = 'open'",
    "UPDATE idempotency_keys SET user_id = 'usr_x'",
    "UPDATE users SET state = 'erased'",
];

/// Breaks every rule in copies of a database that keeps them all. Its own guards are taken away first.
pub(crate) fn can_all_fail(path: &std::path::Path) {
    for ((rule, _), breach) in RULES.iter().zip(BREACHES) {
        let copy = path.with_extension("copy");
        std::fs::copy(path, &copy).expect("a copy");
        let database = Connection::open(&copy).expect("a database");
        assert_eq!(broken(&database), Vec::<String>::new());
        let guards = "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'
            UNION ALL SELECT 'DROP INDEX ' || name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%UNIQUE%'";
        for guard in texts(&database, guards) {
            database.execute_batch(&guard).expect("one guard less");
        }
        database
            .execute_batch("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF")
            .expect("no more guards");
        let changed = database.execute(breach, []).expect("a breach");
        let found = broken(&database);
        assert!(
            changed > 0 && found.iter().any(|what| what.ends_with(rule)),
            "{rule}: {found:?}"
        );
    }
}
