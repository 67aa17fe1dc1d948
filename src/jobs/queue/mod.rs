//! All state changes of jobs: submit, claim, progress, finish, cancel, recover. Each command is one transaction.

mod admit;
mod cancel;
mod claim;
mod feedback;
mod finish;
mod hold;
mod recover;
mod retry;
mod submit;

pub use admit::{admit_everyone, admit_next};
pub use cancel::{Cancelled, cancel, cancel_of_frozen, cancel_pending_of};
pub use claim::{Claim, Claimed, Fence, Lost, Station, claim, next_due, reached};
pub use feedback::{forget_personal, rate};
pub use finish::{Ended, Finished, NewWork, finish};
pub use hold::{reject, release};
pub use recover::{Recovered, give_back_strays, recover_after_start};
pub use retry::{Retried, fail_by_operator, retry};
pub use submit::{Order, Price, SubmitError, Submitted, find_by_key, forget_keys, submit};

use crate::db::{DbError, Query, Tx};

/// The next value of the global change counter.
fn next_revision(tx: &Tx<'_>) -> Result<i64, DbError> {
    Ok(tx.one(
        "UPDATE counters SET value = value + 1 WHERE name = 'revision' RETURNING value",
        [],
        |row| row.get(0),
    )?)
}
