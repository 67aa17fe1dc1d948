//! The last gate: a finished picture is judged before it is stored where anybody could see it.

use serde_json::json;

use super::{Run, Stop};
use crate::audit;
use crate::db::{Lane, Tx};
use crate::imaging::Finished;
use crate::jobs::queue::Ended;
use crate::moderation::{Finding, Verdict};
use crate::time::Moment;

impl Run<'_> {
    /// What a person has to look at, if anything. A blocked picture ends the job, and its draft goes, so that a repeated
    /// job makes another one.
    pub(super) async fn judge(&self, finished: &Finished) -> Result<Option<Finding>, Stop> {
        let job = self.job.id;
        let judged = self.runner.gate.judge(finished.bytes.clone().into()).await;
        let finding = match judged {
            Ok(Verdict::Pass) => return Ok(None),
            Ok(Verdict::Review(finding)) => return Ok(Some(finding)),
            Ok(Verdict::Block(finding)) => finding,
            Err(error) => {
                tracing::error!(%job, %error, "a picture could not be judged");
                let (code, class) = ("moderation_unavailable", "moderation");
                return Err(Stop::Ended(Ended::Curable(code, class)));
            }
        };
        let write = move |tx: &Tx<'_>| {
            let (target, detail, now) = (job.to_string(), json!(finding), tx.clamp(Moment::now()));
            audit::write(tx, None, "result.block", Some(&target), &detail, now)
        };
        self.runner.db.write_on(Lane::Workers, write).await?;
        self.runner.drafts.remove(job)?;
        Err(Stop::Ended(Ended::Permanent(
            "result_blocked",
            "moderation",
        )))
    }
}
