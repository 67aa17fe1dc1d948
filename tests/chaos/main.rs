//! The chaos run: the real server under load, over vendors that fail three calls in ten in every way, killed again and
//! again. In the end every job must have ended, the books must balance, and no picture may have been paid for twice
//! beyond the one replay that is allowed.
//!
//! `cargo test --test chaos` runs 300 jobs. `ATELIER_CHAOS_JOBS=20000 cargo test --release --test chaos -- --nocapture`
//! is the large run; `ATELIER_CHAOS_SEED` repeats one. A killed process loses nothing that it gave to the system, so a
//! folder in memory proves as much as a disk and is quicker: `TMPDIR=/dev/shm`.

mod audit;
mod fate;
mod load;
mod server;
mod upstream;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use fate::Dice;
use load::Load;
use server::Server;
use upstream::Upstream;

/// Jobs of a run that nobody asked to be larger.
const JOBS: usize = 300;
/// The first model is down while this part of the jobs ends, in per cent.
const DOWN_FROM: usize = 30;
const DOWN_UNTIL: usize = 55;
/// Milliseconds that a server lives before it is killed in a run of [`JOBS`]. In larger ones it lives longer, by the
/// root of how much larger: each start costs seconds of computing, and kills grow in number all the same.
const LIFE_MS: std::ops::Range<u64> = 2500..7000;

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_job_ends_and_nothing_is_paid_twice() {
    let jobs = number("ATELIER_CHAOS_JOBS", JOBS);
    let seed = number("ATELIER_CHAOS_SEED", std::process::id() as usize) as u64;
    println!("{jobs} jobs, ATELIER_CHAOS_SEED={seed}");
    let began = Instant::now();
    let upstream = Upstream::start(seed).await;
    let server = Arc::new(Server::new(upstream.address()));
    server.start().await;
    let load = Arc::new(Load::new(Arc::clone(&server), seed).await);
    let kills = Arc::new(AtomicUsize::new(0));
    let peace = CancellationToken::new();
    let stretch = (jobs as f64 / JOBS as f64).sqrt().max(1.0);
    let killer = tokio::spawn(kill(
        Arc::clone(&server),
        Arc::clone(&kills),
        peace.clone(),
        (seed, stretch),
    ));
    let watcher = tokio::spawn(watch(Arc::clone(&server), upstream.clone(), jobs));
    load.submit(jobs).await;
    watcher.await.expect("the watcher does not panic");
    peace.cancel();
    killer.await.expect("the killer does not panic");
    let took = began.elapsed().as_secs_f64();
    println!(
        "{jobs} jobs ended in {took:.0} s, {:.1} a second; killed {} times",
        jobs as f64 / took,
        kills.load(Ordering::Relaxed)
    );
    let extra = until_recovered(&load, &upstream, jobs).await;
    server.until_idle().await;
    let directory = server.stop().await;
    audit::audit(directory.path(), &upstream, jobs + extra);
}

/// Kills the server at odd moments and starts it again, until there is peace.
async fn kill(
    server: Arc<Server>,
    kills: Arc<AtomicUsize>,
    peace: CancellationToken,
    (seed, stretch): (u64, f64),
) {
    let mut dice = Dice::new(seed);
    loop {
        let life = Duration::from_millis(dice.among(LIFE_MS)).mul_f64(stretch);
        tokio::select! {
            () = peace.cancelled() => return,
            () = tokio::time::sleep(life) => {}
        }
        server.kill().await;
        kills.fetch_add(1, Ordering::Relaxed);
        server.start().await;
    }
}

/// Takes the first model down for a while, and comes back when all jobs have ended.
async fn watch(server: Arc<Server>, upstream: Upstream, jobs: usize) {
    let deadline = Instant::now() + Duration::from_secs(60 + jobs as u64 / 2);
    loop {
        let ended = server.ended();
        upstream.set_down((DOWN_FROM..DOWN_UNTIL).contains(&(ended * 100 / jobs)));
        if ended >= jobs {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "only {ended} of {jobs} jobs ended"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A job now and then until the model that was down is asked again; answers how many.
async fn until_recovered(load: &Load, upstream: &Upstream, jobs: usize) -> usize {
    let deadline = Instant::now() + Duration::from_secs(700);
    let before = upstream.made_by("alpha");
    for extra in 0.. {
        if upstream.made_by("alpha") >= before + 3 {
            return extra;
        }
        assert!(
            Instant::now() < deadline,
            "a model that is well is not asked"
        );
        load.submit_one(jobs + extra).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    unreachable!("the loop ends by itself")
}
