//! A person's decision about what moderation was not sure of, and what follows from it.

use serde_json::json;

use super::changes::{Bell, Change};
use super::queue;
use crate::audit;
use crate::db::{Db, DbError, Tx};
use crate::ids::{JobId, ReviewId, UserId};
use crate::moderation::{self, Review, ReviewState, Subject};
use crate::time::Moment;
use crate::uploads;

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may be used and shown.
    Pass,
    /// It may not; a job is refunded.
    Block,
}

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It holds now. The job that it ended, with its owner, if it was about one.
    Now(Option<(UserId, JobId)>),
    /// It had been decided, or what it was about had gone.
    Before(ReviewState),
    /// There is no such review.
    Unknown,
}

/// Decides a review. `by` is absent when its time was over.
pub async fn decide(
    db: &Db,
    id: ReviewId,
    decision: Decision,
    by: Option<UserId>,
    now: Moment,
) -> Result<Decided, DbError> {
    db.write(move |tx| {
        let now = tx.clamp(now);
        let Some(review) = moderation::find(tx, id)? else {
            return Ok(Decided::Unknown);
        };
        let state = match decision {
            Decision::Pass => ReviewState::Passed,
            Decision::Block => ReviewState::Blocked,
        };
        if !moderation::close(tx, id, state, by, now)? {
            return Ok(Decided::Before(review.state));
        }
        note(tx, &review, decision, by, now)?;
        let held = &review.held;
        match (held.subject, decision) {
            (Subject::Upload(upload), Decision::Pass) => {
                uploads::release(tx, upload)?;
                Ok(Decided::Now(None))
            }
            (Subject::Upload(upload), Decision::Block) => {
                uploads::reject(tx, upload, now)?;
                Ok(Decided::Now(None))
            }
            (Subject::Result(job), Decision::Pass) => {
                queue::release(tx, job, held, now)?;
                Ok(Decided::Now(Some((held.user, job))))
            }
            (Subject::Result(job), Decision::Block) => {
                queue::reject(tx, job, held, now)?;
                Ok(Decided::Now(Some((held.user, job))))
            }
        }
    })
    .await
}

fn note(
    tx: &Tx<'_>,
    review: &Review,
    decision: Decision,
    by: Option<UserId>,
    now: Moment,
) -> Result<(), DbError> {
    let action = match (decision, by) {
        (Decision::Pass, _) => "review.pass",
        (Decision::Block, Some(_)) => "review.block",
        (Decision::Block, None) => "review.expire",
    };
    let about = match review.held.subject {
        Subject::Upload(upload) => upload.to_string(),
        Subject::Result(job) => job.to_string(),
    };
    let detail = json!({
        "about": about,
        "user_id": review.held.user,
        "finding": review.held.finding,
    });
    audit::write(tx, by, action, Some(&review.id.to_string()), &detail, now)
}

/// Blocks what nobody decided about in time, and tells who waits for a job that ends by it; answers how many.
pub async fn expire(db: &Db, bell: &Bell, hours: u32, now: Moment) -> Result<usize, DbError> {
    let before = now.plus_secs(-i64::from(hours) * 3600);
    let overdue = db.read(|r| moderation::overdue(r, before))?;
    for id in &overdue {
        let decided = decide(db, *id, Decision::Block, None, now).await?;
        if let Decided::Now(Some((user, job))) = decided {
            bell.tell_end(Change { user, job });
        }
    }
    Ok(overdue.len())
}
