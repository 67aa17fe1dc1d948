//! Limits under load are exact: per user, per model and over all, reached and never passed.

use atelier::matting::Method;
use serde_json::json;

use crate::harness::Server;
use crate::pictures::product;
use crate::shop::{play, product_photo, text, with};

const PER_USER: u32 = 3;
const AT_ONCE: u32 = 5;
const CALLS: usize = 4;
const USERS: usize = 4;
const EACH: u64 = 8;

/// The most rows that overlap at one moment: starts and ends of a table, counted as they come.
fn most_at_once(server: &Server, starts_and_ends: &str) -> i64 {
    server.count(&format!(
        "SELECT coalesce(max(height), 0) FROM (SELECT sum(step) OVER (PARTITION BY who ORDER BY at, step) AS height
            FROM ({starts_and_ends}))"
    ))
}

#[tokio::test]
async fn limits_are_reached_and_never_passed() {
    let server = Server::with(|config| {
        play(config, &json!({"latency_ms": 500}));
        config.jobs.per_user = PER_USER;
        config.jobs.concurrency = AT_ONCE as usize;
        config
            .models
            .values_mut()
            .for_each(|model| model.concurrency = CALLS);
        config.credits.signup_bonus = 1000;
    })
    .await;
    let mut users = Vec::new();
    for number in 0..USERS {
        users.push(server.register(&format!("user{number}")).await);
    }
    let mut jobs = Vec::new();
    for user in &users {
        let upload = user.upload(product(1)).await;
        for seed in 0..EACH {
            let job = user
                .submit(with(product_photo(&upload), json!({"seed": seed})))
                .await;
            jobs.push((user, text(&job["id"])));
        }
    }
    for (user, job) in jobs {
        assert_eq!(user.ended(&job).await["status"], "completed");
    }
    let calls = "SELECT started_at AS at, 1 AS step, model AS who FROM attempts
        UNION ALL SELECT ended_at, -1, model FROM attempts";
    assert_eq!(
        most_at_once(&server, calls),
        CALLS as i64,
        "calls of the model at once"
    );
    let runs = |who: &str| {
        format!(
            "SELECT started_at AS at, 1 AS step, {who} AS who FROM jobs
             UNION ALL SELECT completed_at, -1, {who} FROM jobs"
        )
    };
    assert_eq!(
        most_at_once(&server, &runs("0")),
        i64::from(AT_ONCE),
        "runs at once"
    );
    let of_one = most_at_once(&server, &runs("user_id"));
    assert!(
        (1..=i64::from(PER_USER)).contains(&of_one),
        "{of_one} runs of one user at once"
    );
    server.stop().await;
}

#[tokio::test]
async fn no_more_jobs_are_begun_than_this_machine_works_on() {
    let cores = std::thread::available_parallelism().unwrap().get();
    let server = Server::with(|config| {
        config.jobs.per_user = 1000;
        config.matting.method = Method::Classical;
        config.credits.signup_bonus = 10_000;
    })
    .await;
    let user = server.register("merchant").await;
    let upload = user.upload(product(1)).await;
    let mut jobs = Vec::new();
    for seed in 0..2 * cores + 4 {
        let plain = json!({"seed": seed, "quality": "draft"});
        let job = with(product_photo(&upload), plain);
        jobs.push(text(&user.submit(job).await["id"]));
    }
    for job in jobs {
        assert_eq!(user.ended(&job).await["status"], "completed");
    }
    let runs = "SELECT started_at AS at, 1 AS step, 0 AS who FROM jobs
        UNION ALL SELECT completed_at, -1, 0 FROM jobs";
    let most = most_at_once(&server, runs);
    assert!(
        (1..=2 * cores as i64).contains(&most),
        "{most} at once on {cores} cores"
    );
    server.stop().await;
}
