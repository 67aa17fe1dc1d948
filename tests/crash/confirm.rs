//! After a start: the API must still say what it said, and answer again what it never got to say.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::api::{Api, Gone};
use crate::cast::CUSTOMERS;

/// Submits without an answer that are sent again at one start.
const REPEATED: usize = 10;
const PATIENCE: Duration = Duration::from_secs(180);

/// Asks for every job that was ever answered, then repeats submits whose answer was lost.
pub(crate) async fn confirm(api: &Api) -> Result<(), Gone> {
    for member in 0..CUSTOMERS {
        let before = api.witness.book().jobs.clone();
        let jobs = list(api, member).await?;
        for (id, known) in before.iter().filter(|(_, job)| job.member == member) {
            match jobs.get(id) {
                Some(job) => api.witness.heard(member, job, Some(known)),
                None => api
                    .witness
                    .complain(format!("{id}: the job is not in the list")),
            }
        }
    }
    let unanswered: Vec<String> = {
        let book = api.witness.book();
        let lost = book
            .submits
            .iter()
            .filter(|(_, submit)| submit.job.is_none());
        lost.map(|(key, _)| key.clone()).take(REPEATED).collect()
    };
    for key in unanswered {
        api.submit(&key).await?;
    }
    Ok(())
}

async fn list(api: &Api, member: usize) -> Result<BTreeMap<String, Value>, Gone> {
    let (token, mut cursor) = (api.token(member), String::new());
    let mut jobs = BTreeMap::new();
    loop {
        let page = api
            .get(&format!("/v1/jobs?limit=100{cursor}"), &token)
            .await?;
        let Some(items) = page.body["items"].as_array() else {
            api.witness.complain(format!(
                "a list was answered {}: {}",
                page.status, page.body
            ));
            return Ok(jobs);
        };
        for job in items {
            jobs.insert(
                job["id"].as_str().unwrap_or_default().to_owned(),
                job.clone(),
            );
        }
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(jobs),
        }
    }
}

/// Waits until every job has ended and every erasure is complete, then fetches every picture and adds up the books.
pub(crate) async fn settle(api: &Api, settled: impl Fn() -> bool) -> Result<(), Gone> {
    let deadline = Instant::now() + PATIENCE;
    while !settled() {
        if Instant::now() > deadline {
            api.witness.complain("some jobs never end");
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for member in 0..CUSTOMERS {
        for job in list(api, member).await?.values() {
            api.witness.heard(member, job, None);
            api.fetch(job).await?;
        }
        let token = api.token(member);
        let credits = api.get("/v1/credits", &token).await?.body;
        let sum = entries(api, &token).await?;
        if credits["balance"].as_i64() != Some(sum) {
            api.witness.complain(format!(
                "a balance of {} from entries of {sum}",
                credits["balance"]
            ));
        }
    }
    let admin = api.witness.book().admin.clone();
    let verdict = api.get("/v1/admin/ledger/verify", &admin).await?.body;
    if verdict["differences"] != 0 {
        api.witness.complain(format!("the books: {verdict}"));
    }
    Ok(())
}

async fn entries(api: &Api, token: &str) -> Result<i64, Gone> {
    let (mut sum, mut cursor) = (0, String::new());
    loop {
        let page = api
            .get(&format!("/v1/credits/entries?limit=100{cursor}"), token)
            .await?
            .body;
        let items = page["items"].as_array().cloned().unwrap_or_default();
        sum += items
            .iter()
            .filter_map(|entry| entry["amount"].as_i64())
            .sum::<i64>();
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(sum),
        }
    }
}
