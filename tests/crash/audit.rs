//! The audit: rules that every state of the database keeps, and everything that was ever promised to a client.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::rules::{self, texts};
use crate::witness::{Book, Known};

/// The database of a folder, to look at; `None` before the first migration is there.
pub(crate) fn open(directory: &Path) -> Option<Connection> {
    let path = directory.join("atelier.db");
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    let version: i64 = database
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .ok()?;
    (version > 0).then_some(database)
}

/// Everything that is wrong with a folder, whether a server runs on it or not.
pub(crate) fn audit(directory: &Path, book: &mut Book) -> Vec<String> {
    let Some(database) = open(directory) else {
        let promised = !book.members.is_empty() || !book.admin.is_empty();
        return promised
            .then(|| "the database is gone".to_owned())
            .into_iter()
            .collect();
    };
    // One look at one state, also while a server writes.
    let state = database.unchecked_transaction().expect("a look");
    let mut wrong = integrity(&state);
    wrong.extend(rules::broken(&state));
    wrong.extend(files(&state, directory));
    wrong.extend(promises(&state, book));
    wrong.extend(endings(&state, book));
    wrong
}

fn number(database: &Connection, sql: &str, of: &str) -> i64 {
    let counted = database.query_row(sql, [of], |row| row.get(0));
    counted.expect("a number")
}

fn integrity(database: &Connection) -> Vec<String> {
    let mut wrong = texts(
        database,
        "SELECT integrity_check FROM pragma_integrity_check",
    );
    wrong.retain(|line| line != "ok");
    wrong.extend(texts(
        database,
        "SELECT 'a row of ' || \"table\" || ' points nowhere' FROM pragma_foreign_key_check",
    ));
    wrong
}

/// Every row that names a file has it, with as many bytes as it says.
fn files(database: &Connection, directory: &Path) -> Vec<String> {
    let sql = "SELECT blob, bytes FROM works UNION ALL SELECT thumbnail, -1 FROM works
        UNION ALL SELECT blob, bytes FROM uploads";
    let mut statement = database.prepare(sql).expect("a good statement");
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
    });
    let mut wrong = Vec::new();
    for row in rows.expect("rows") {
        let (blob, bytes) = row.expect("a row");
        let found =
            std::fs::metadata(directory.join("blobs").join(&blob)).map_or(0, |file| file.len());
        if found == 0 || (bytes >= 0 && found != bytes.unsigned_abs()) {
            wrong.push(format!("{blob}: {found} of {bytes} bytes are there"));
        }
    }
    wrong
}

/// What was answered is still true.
fn promises(database: &Connection, book: &Book) -> Vec<String> {
    let mut wrong = Vec::new();
    for (id, known) in &book.jobs {
        wrong.extend(job(database, id, known).map(|what| format!("{id}: {what}")));
    }
    for (key, submit) in &book.submits {
        let sql = "SELECT coalesce(max(job_id), '') FROM idempotency_keys WHERE key = ?1";
        let stands: String = database
            .query_row(sql, [key], |row| row.get(0))
            .expect("a text");
        if submit.job.as_ref().is_some_and(|job| *job != stands) {
            wrong.push(format!(
                "{key}: stands for {stands:?} instead of {:?}",
                submit.job
            ));
        }
    }
    for grant in &book.grants {
        let sql = "SELECT count(*) FROM entries WHERE kind = 'grant' AND reason = ?1";
        let found = number(database, sql, &grant.reason);
        if found > 1 || (grant.acknowledged && found != 1) {
            wrong.push(format!(
                "{}: {found} entries, acknowledged: {}",
                grant.reason, grant.acknowledged
            ));
        }
    }
    for member in &book.members {
        let account = "SELECT count(*) FROM users WHERE id = ?1";
        if number(database, account, &member.id) != 1 {
            wrong.push(format!("{}: the account is gone", member.id));
        }
        let leaves = book.erased.contains(&member.id);
        let left = "SELECT count(*) FROM users WHERE id = ?1 AND state IN ('erasing', 'erased')";
        if leaves && number(database, left, &member.id) != 1 {
            wrong.push(format!("{}: the erasure is forgotten", member.id));
        }
        for upload in &member.uploads {
            let gone = number(
                database,
                "SELECT count(*) FROM uploads WHERE id = ?1",
                upload,
            ) != 1;
            if gone && number(database, left, &member.id) == 0 {
                wrong.push(format!("{upload}: the upload is gone"));
            }
        }
    }
    wrong
}

fn job(database: &Connection, id: &str, known: &Known) -> Option<String> {
    let row = database.query_row(
        "SELECT status, progress, revision FROM jobs WHERE id = ?1",
        [id],
        |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, i64>(2)?,
            ))
        },
    );
    let Ok((status, progress, revision)) = row else {
        return Some("the job is lost".into());
    };
    if progress < known.progress || revision < known.revision {
        return Some(format!(
            "went back to {progress} %, revision {revision}; {known:?} was told"
        ));
    }
    let ending = known.ending.as_ref()?;
    (ending.status != status).then(|| format!("is {status}; {} was told", ending.status))
}

/// What ended once stays as it ended. Remembers what it sees.
fn endings(database: &Connection, book: &mut Book) -> Vec<String> {
    let mut wrong = Vec::new();
    let sql = "SELECT id, status || ' at ' || completed_at || ' ' || coalesce(work_id, error_code, '') FROM jobs
        WHERE status IN ('completed', 'failed', 'cancelled')";
    let mut statement = database.prepare(sql).expect("a good statement");
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    });
    let now: std::collections::BTreeMap<_, _> =
        rows.expect("rows").map(|row| row.expect("a row")).collect();
    for (id, ended) in &book.final_rows {
        if now.get(id) != Some(ended) {
            wrong.push(format!(
                "{id}: had ended {ended}, and now {:?}",
                now.get(id)
            ));
        }
    }
    book.final_rows = now;
    wrong
}
