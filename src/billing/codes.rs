//! Redeem codes: made in batches, spent one by one. The only file that writes them.

use aws_lc_rs::rand;
use serde::Serialize;

use super::orders::KEY_SECS;
use crate::audit;
use crate::db::{Db, DbError, Query, Reader, Tx};
use crate::ids::{BatchId, UserId};
use crate::ledger::{self, Account};
use crate::time::Moment;

/// Crockford's alphabet: nothing in it looks like something else.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 16;
const SLICE: usize = 500;

/// A code as somebody typed it: 16 characters of 80 random bits, whatever the case, dashes and look-alikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// Reads what was typed; `None` if it cannot be a code.
    pub fn parse(typed: &str) -> Option<Self> {
        let mut code = String::with_capacity(LENGTH);
        for c in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            if code.len() == LENGTH || !c.is_ascii() || !ALPHABET.contains(&(c as u8)) {
                return None;
            }
            code.push(c);
        }
        (code.len() == LENGTH).then_some(Self(code))
    }

    fn random() -> Self {
        let mut bytes = [0; LENGTH];
        rand::fill(&mut bytes).expect("the system has a source of randomness");
        let letter = |byte: &u8| char::from(ALPHABET[usize::from(byte % 32)]);
        Self(bytes.iter().map(letter).collect())
    }

    /// In groups of four, as it is printed.
    pub fn grouped(&self) -> String {
        let groups: Vec<&str> = (0..LENGTH / 4).map(|g| &self.0[g * 4..g * 4 + 4]).collect();
        groups.join("-")
    }
}

/// A batch that is about to be made.
#[derive(Clone, Debug)]
pub struct NewBatch {
    /// The operator's name for it.
    pub name: String,
    /// Credits of each code.
    pub credits: u32,
    /// How many codes.
    pub count: u32,
    /// How often each can be used.
    pub uses: u32,
    /// How many of the batch one user can use.
    pub per_user: u32,
    /// Until when.
    pub expires_at: Option<Moment>,
    /// Who makes it; none for the command line.
    pub created_by: Option<UserId>,
}

/// A batch of codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Batch {
    #[serde(skip)]
    /// Place in the table, for cursors.
    pub seq: i64,
    /// Its id.
    pub id: BatchId,
    /// The operator's name for it.
    pub name: String,
    /// Credits of each code.
    pub credits: u32,
    /// How many codes.
    pub count: u32,
    /// How often each can be used.
    pub uses: u32,
    /// How many of the batch one user can use.
    pub per_user: u32,
    /// How often its codes were used so far.
    pub redeemed: u32,
    /// Until when.
    pub expires_at: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
    /// When an operator stopped it.
    pub revoked_at: Option<Moment>,
}

/// A code of a batch and how often it was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRow {
    /// The code.
    pub code: Code,
    /// How often it was used.
    pub used: u32,
}

/// Makes a batch; answers it with its codes.
pub async fn create(db: &Db, new: NewBatch, now: Moment) -> Result<(BatchId, Vec<Code>), DbError> {
    let (id, codes) = (BatchId::new(), (0..new.count).map(|_| Code::random()));
    let codes: Vec<Code> = codes.collect();
    db.write(move |tx| add_batch(tx, id, &new, tx.clamp(now)))
        .await?;
    for slice in codes.chunks(SLICE) {
        let slice = slice.to_vec();
        let add = move |tx: &Tx<'_>| {
            for code in &slice {
                tx.run(
                    "INSERT INTO codes (code, batch_id) VALUES (?1, ?2)",
                    (&code.0, id),
                )?;
            }
            Ok::<_, DbError>(())
        };
        db.write(add).await?;
    }
    Ok((id, codes))
}

fn add_batch(tx: &Tx<'_>, id: BatchId, new: &NewBatch, now: Moment) -> Result<(), DbError> {
    tx.run(
        "INSERT INTO code_batches (id, name, credits, uses, per_user, expires_at, created_by, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            id,
            &new.name,
            new.credits,
            new.uses,
            new.per_user,
            new.expires_at,
            new.created_by,
            now,
        ),
    )?;
    let detail = serde_json::json!({"name": new.name, "credits": new.credits, "count": new.count});
    let target = id.to_string();
    audit::write(
        tx,
        new.created_by,
        "codes.create",
        Some(&target),
        &detail,
        now,
    )
}

macro_rules! select_batch {
    ($rest:literal) => {
        concat!(
            "SELECT seq, id, name, credits, (SELECT count(*) FROM codes c WHERE c.batch_id = b.id), uses, per_user,
                    (SELECT coalesce(sum(used), 0) FROM codes c WHERE c.batch_id = b.id), expires_at, created_at,
                    revoked_at
             FROM code_batches b ",
            $rest
        )
    };
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Batch> {
    Ok(Batch {
        seq: row.get(0)?,
        id: row.get(1)?,
        name: row.get(2)?,
        credits: row.get(3)?,
        count: row.get(4)?,
        uses: row.get(5)?,
        per_user: row.get(6)?,
        redeemed: row.get(7)?,
        expires_at: row.get(8)?,
        created_at: row.get(9)?,
        revoked_at: row.get(10)?,
    })
}

/// The batch with this id.
pub fn find(db: &impl Query, id: BatchId) -> Result<Option<Batch>, DbError> {
    Ok(db.first(select_batch!("WHERE id = ?1"), [id], read)?)
}

/// Batches before the one at `cursor`, newest first.
pub fn list(db: &Reader<'_>, cursor: Option<i64>, limit: u32) -> Result<Vec<Batch>, DbError> {
    Ok(db.all(
        select_batch!("WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2"),
        (cursor.unwrap_or(i64::MAX), limit),
        read,
    )?)
}

/// Every code of a batch.
pub fn codes_of(db: &Reader<'_>, id: BatchId) -> Result<Vec<CodeRow>, DbError> {
    Ok(db.all(
        "SELECT code, used FROM codes WHERE batch_id = ?1 ORDER BY code",
        [id],
        |row| {
            Ok(CodeRow {
                code: Code(row.get(0)?),
                used: row.get(1)?,
            })
        },
    )?)
}

/// Stops a batch: none of its codes is taken any more. False if there is none that goes on.
pub fn revoke(tx: &Tx<'_>, id: BatchId, actor: UserId, now: Moment) -> Result<bool, DbError> {
    let stopped = tx.run(
        "UPDATE code_batches SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
        (id, now),
    )?;
    if stopped > 0 {
        let target = id.to_string();
        let nothing = serde_json::Value::Null;
        audit::write(
            tx,
            Some(actor),
            "codes.revoke",
            Some(&target),
            &nothing,
            now,
        )?;
    }
    Ok(stopped > 0)
}

/// What became of redeeming a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// These credits are there now.
    Credited(u32),
    /// The key brought these credits before.
    Replayed(u32),
    /// The key was used with another code.
    KeyMismatch,
    /// There is no such code, or it was stopped.
    Unknown,
    /// It was used as often as it can be.
    Spent,
    /// It is too late.
    Expired,
    /// This user has used as many codes of the batch as a user can.
    TooMany,
    /// The user is frozen or erased.
    Inactive,
}

/// Redeems a code; a key makes a repeated request harmless.
pub fn redeem(
    tx: &Tx<'_>,
    account: Account,
    code: &Code,
    key: Option<&str>,
    now: Moment,
) -> Result<Redeemed, DbError> {
    let user = account.user;
    tx.run(
        "UPDATE redemptions SET key = NULL WHERE user_id = ?1 AND key = ?2 AND created_at < ?3",
        (user, key, now.plus_secs(-KEY_SECS)),
    )?;
    let before = tx.first(
        "SELECT code, credits FROM redemptions WHERE user_id = ?1 AND key = ?2",
        (user, key),
        |row| Ok((row.get::<_, String>(0)?, row.get(1)?)),
    )?;
    if let Some((known, credits)) = before {
        return Ok(if known == code.0 {
            Redeemed::Replayed(credits)
        } else {
            Redeemed::KeyMismatch
        });
    }
    let state: String = tx.one("SELECT state FROM users WHERE id = ?1", [user], |row| {
        row.get(0)
    })?;
    if state != "active" {
        return Ok(Redeemed::Inactive);
    }
    let Some(found) = usable(tx, code)? else {
        return Ok(Redeemed::Unknown);
    };
    if let Some(refused) = refusal(tx, &found, user, now)? {
        return Ok(refused);
    }
    let entry = ledger::redeem(tx, account, found.credits, now)?;
    tx.run(
        "INSERT INTO redemptions (entry_id, code, batch_id, user_id, credits, key, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (entry, &code.0, found.batch, user, found.credits, key, now),
    )?;
    tx.run(
        "UPDATE codes SET used = used + 1 WHERE code = ?1",
        [&code.0],
    )?;
    Ok(Redeemed::Credited(found.credits))
}

/// A code of a batch that goes on, with what decides whether it can be used.
struct Usable {
    batch: BatchId,
    credits: u32,
    uses: u32,
    per_user: u32,
    expires_at: Option<Moment>,
    used: u32,
}

fn usable(tx: &Tx<'_>, code: &Code) -> Result<Option<Usable>, DbError> {
    Ok(tx.first(
        "SELECT b.id, b.credits, b.uses, b.per_user, b.expires_at, c.used
         FROM codes c JOIN code_batches b ON b.id = c.batch_id WHERE c.code = ?1 AND b.revoked_at IS NULL",
        [&code.0],
        |row| {
            Ok(Usable {
                batch: row.get(0)?,
                credits: row.get(1)?,
                uses: row.get(2)?,
                per_user: row.get(3)?,
                expires_at: row.get(4)?,
                used: row.get(5)?,
            })
        },
    )?)
}

fn refusal(
    tx: &Tx<'_>,
    found: &Usable,
    user: UserId,
    now: Moment,
) -> Result<Option<Redeemed>, DbError> {
    if found.expires_at.is_some_and(|end| end <= now) {
        return Ok(Some(Redeemed::Expired));
    }
    if found.used >= found.uses {
        return Ok(Some(Redeemed::Spent));
    }
    let own: u32 = tx.one(
        "SELECT count(*) FROM redemptions WHERE user_id = ?1 AND batch_id = ?2",
        (user, found.batch),
        |row| row.get(0),
    )?;
    Ok((own >= found.per_user).then_some(Redeemed::TooMany))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = Code::random();
        let typed = format!(" {} ", code.grouped().to_lowercase());
        assert_eq!(Code::parse(&typed), Some(code));
        let typed = Code::parse("oil0-0000-0000-0000").expect("look-alikes");
        assert_eq!(typed.grouped(), "0110-0000-0000-0000");
        for bad in [
            "",
            "ABCD",
            "0000-0000-0000-00000",
            "U000-0000-0000-0000",
            "圆000",
        ] {
            assert_eq!(Code::parse(bad), None, "{bad}");
        }
    }
}
