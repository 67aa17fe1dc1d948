//! Changing a work: its title and tags are judged before others read them.

use super::works::own_work;
use super::{Code, Problem, State};
use crate::accounts::Caller;
use crate::ids::WorkId;
use crate::moderation::Verdict;
use crate::time::Moment;
use crate::works::{self, Change, Work};

/// How often words are judged anew because the work has changed meanwhile.
const JUDGED_AT_MOST: u32 = 3;

/// Changes a work of the caller.
pub(super) async fn change(
    state: &State,
    caller: &Caller,
    id: WorkId,
    change: Change,
) -> Result<Work, Problem> {
    for _ in 0..JUDGED_AT_MOST {
        let work = own_work(state, caller.user, id)?;
        let change = judged(state, caller, &work, change.clone()).await?;
        let changed = works::change(&state.db, caller.user, id, change, Moment::now()).await?;
        if let Some(work) = changed {
            return Ok(work);
        }
    }
    Err(Problem::new(Code::Conflict))
}

/// The change, with what the work's words are taken for if others will read them.
async fn judged(
    state: &State,
    caller: &Caller,
    work: &Work,
    change: Change,
) -> Result<Change, Problem> {
    let Some((title, tags)) = change.published(work).filter(|_| state.words.is_on()) else {
        return Ok(change);
    };
    let known = state.accounts.wechat_of(caller.user)?;
    let openid = known.as_ref().map(|known| known.openid.as_str());
    let verdict = state.words.judge(openid, title, &tags.join(" ")).await;
    let doubted = match verdict {
        Verdict::Pass => false,
        Verdict::Review(_) => true,
        Verdict::Block(finding) => {
            tracing::info!(work = %work.id, user = %caller.user, label = finding.label,
                score = finding.score, reference = finding.reference, "words were refused");
            return Err(Problem::new(Code::WordsRefused));
        }
    };
    Ok(change.judged(work, doubted))
}
