//! Every SQL statement of the product is planned by SQLite over the migrated schema, and none may walk a table that
//! grows: history costs nothing. What may walk, and why, is listed here.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{Source, code, is_test, product};

/// Indexes over live rows only: to walk one is to walk what waits or runs, never the history.
const LIVE: [&str; 11] = [
    "jobs_ready",
    "jobs_routes",
    "jobs_due",
    "jobs_waiting",
    "jobs_slots",
    "jobs_running",
    "attempts_open",
    "reviews_open",
    "works_held",
    "works_doubted",
    "reports_open",
];

/// Statements that may walk: file, what they walk, why that is right.
const WALKS: &[(&str, &str, &str)] = &[
    (
        "ledger/verify.rs",
        "",
        "the proof of the books reads them all",
    ),
    (
        "ledger/export.rs",
        "",
        "what of all balances came from where, once a month",
    ),
    ("cli/backup.rs", "", "a backup names every blob"),
    (
        "billing/order.rs",
        "orders",
        "a page of an operator's list, newest first, ends at its limit",
    ),
    (
        "billing/invoices.rs",
        "i",
        "a page of an operator's list, newest first, ends at its limit",
    ),
    ("billing/codes.rs", "b", "operators make batches by hand"),
    (
        "accounts/links/rows.rs",
        "links",
        "operators make links by hand",
    ),
    (
        "accounts/users.rs",
        "users",
        "a page of all users, newest first, ends at its limit",
    ),
    (
        "audit.rs",
        "audit",
        "oldest first by the primary key, ends at its limit",
    ),
    (
        "providers/router/switches.rs",
        "model_switches",
        "one row for each model that an operator touched",
    ),
    (
        "works/reports.rs",
        "reports",
        "complaints are few, and ends at its limit",
    ),
    (
        "jobs/queue/retry.rs",
        "idempotency_keys",
        "two days of keys, when an operator retries by hand",
    ),
    ("erase.rs", "erasures", "one row for each account that left"),
];

/// What stands for `{}` where a statement is put together from parts that are no constants.
const PARTS: &[(&str, &[&str])] = &[(
    "jobs/job.rs",
    &[
        "seq < ?1 AND user_id = ?3",
        "seq < ?1 AND user_id = ?3 AND status = ?4",
        "seq < ?1 AND user_id = ?3 AND batch = ?6",
    ],
)];

fn schema() -> Connection {
    let db = Connection::open_in_memory().expect("a database in memory");
    let mut files: Vec<Source> = super::sources("src/db/migrations", &["sql"]);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    for file in files {
        db.execute_batch(&file.text).expect("a good migration");
    }
    db
}

/// The string literals of a text, continued lines joined.
fn literals(text: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find('"') {
        let body = &rest[start + 1..];
        let (mut end, mut escaped) = (None, false);
        for (at, c) in body.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
        }
        let Some(end) = end else { break };
        found.push(body[..end].replace("\\\n", " ").replace("\\\"", "\""));
        rest = &body[end + 1..];
    }
    found
}

fn is_statement(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    matches!(
        words.as_slice(),
        ["SELECT" | "WITH", _, ..]
            | ["UPDATE", _, "SET"]
            | ["DELETE", "FROM", _]
            | ["INSERT" | "REPLACE", "INTO" | "OR", _]
    )
}

/// The constants of a file that hold text, for the `{NAME}`s of its statements.
fn constants(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (at, _) in text.match_indices("const ") {
        let declared = &text[at + 6..];
        if let Some((name, value)) = declared.split_once(": &str =")
            && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
            && let Some(value) = literals(value).into_iter().next()
        {
            found.insert(name.to_owned(), value);
        }
    }
    found
}

fn statements(file: &Source) -> Vec<String> {
    let text = product(&file.text);
    let constants = constants(&text);
    let parts = PARTS.iter().find(|(path, _)| *path == file.path);
    let parts = parts.map_or(&["1"][..], |(_, parts)| parts);
    let mut found = Vec::new();
    let is_part = |literal: &String| {
        let mut named = constants.iter().filter(|(_, value)| *value == literal);
        named.any(|(name, _)| text.contains(&format!("{{{name}}}")))
    };
    for literal in literals(&text).into_iter().filter(|l| !is_part(l)) {
        let sql = filled(literal, &constants);
        if is_statement(&sql) {
            found.extend(parts.iter().map(|part| sql.replace("{}", part)));
            found.dedup();
        }
    }
    found
}

/// A literal with its `{NAME}`s in place; what another file declares is a list of columns or a number.
fn filled(literal: String, constants: &BTreeMap<String, String>) -> String {
    let mut sql = literal;
    for (name, value) in constants {
        sql = sql.replace(&format!("{{{name}}}"), value);
    }
    let (mut whole, mut rest) = (String::new(), sql.as_str());
    while let Some(start) = rest.find('{')
        && let Some(length) = rest[start..].find('}')
    {
        whole.push_str(&rest[..start]);
        whole.push_str(if length == 1 { "{}" } else { "1" });
        rest = &rest[start + length + 1..];
    }
    whole + rest
}

/// The walks in SQLite's plan of a statement, as `table` or `table by index`.
fn walks(db: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    let nothing = vec![rusqlite::types::Null; plan.parameter_count()];
    let rows = plan.query_map(rusqlite::params_from_iter(nothing), |row| {
        row.get::<_, String>(3)
    })?;
    let mut found = Vec::new();
    for row in rows {
        let row = row?;
        let Some(walked) = row.strip_prefix("SCAN ") else {
            continue;
        };
        let inner = walked.starts_with('(')
            || walked.starts_with("CONSTANT ROW")
            || walked.contains("VIRTUAL TABLE");
        let live = LIVE.iter().any(|index| walked.ends_with(index));
        if !inner && !live {
            found.push(walked.to_owned());
        }
    }
    Ok(found)
}

fn plans(db: &Connection, file: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for sql in statements(file) {
        match walks(db, &sql) {
            Err(error) => found.push(format!("{error}: {sql}")),
            Ok(walked) => found.extend(
                walked
                    .into_iter()
                    .filter(|w| !allowed(&file.path, w))
                    .map(|w| format!("walks {w}: {sql}")),
            ),
        }
    }
    found
}

fn allowed(path: &str, walked: &str) -> bool {
    WALKS
        .iter()
        .any(|(file, table, _)| *file == path && walked.starts_with(table))
}

#[test]
fn no_statement_walks_the_history() {
    let db = schema();
    let files: Vec<Source> = code().into_iter().filter(|f| !is_test(&f.path)).collect();
    let count: usize = files.iter().map(|file| statements(file).len()).sum();
    assert!(count > 150, "only {count} statements were found");
    super::holds(&files, |file| plans(&db, file));
}

#[test]
fn a_walk_is_seen() {
    let db = schema();
    let file = |text: &str| Source {
        path: "jobs/x.rs".into(),
        text: text.into(),
    };
    let good = file("\"SELECT price FROM jobs WHERE id = ?1\"");
    assert_eq!(plans(&db, &good), Vec::<String>::new());
    let walk = file("\"SELECT sum(price) FROM jobs WHERE price > ?1\"");
    assert_eq!(plans(&db, &walk).len(), 1);
    let built = file(
        "const OLD: &str = \"price > 3\";\nlet sql = format!(\"SELECT id FROM jobs WHERE {OLD}\");",
    );
    assert_eq!(plans(&db, &built).len(), 1);
    let wrong = file("\"SELECT nothing FROM jobs WHERE id = ?1\"");
    assert_eq!(plans(&db, &wrong).len(), 1);
    assert!(is_statement("UPDATE jobs SET price = 1") && !is_statement("DELETE"));
}
