//! The house rules, checked: layers, openings, sizes, who writes which table, where states and status codes stand.
//!
//! Each rule is a function over a text, so that the last tests here can show that it does fail.

#[path = "tidy/plans.rs"]
mod plans;
#[path = "tidy/proof.rs"]
mod proof;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use atelier::config::{Config, Sources};

/// A module uses only modules to its left.
const LAYERS: &str = "i18n ids secret telemetry time cells
    db net kinds imaging vision wechat
    audit ledger traffic accounts blobs
    moderation uploads matting billing
    studio
    providers
    works webhooks
    jobs notices
    erase
    http
    config
    app
    mock
    cli main";

/// Who writes which table: a file, or every file of a folder.
const OWNERS: &[(&str, &str)] = &[
    ("api_keys", "accounts/api_keys.rs"),
    ("attempts", "jobs/attempts.rs"),
    ("audit", "audit.rs"),
    ("code_batches", "billing/codes.rs"),
    ("codes", "billing/codes.rs"),
    ("consents", "accounts/consents.rs"),
    ("counters", "jobs/queue/"),
    ("deliveries", "webhooks/outbox.rs"),
    ("doomed_blobs", "blobs/doomed.rs"),
    ("entries", "ledger.rs"),
    ("erasures", "erase.rs"),
    ("favorites", "works/favorites.rs"),
    ("idempotency_keys", "jobs/queue/"),
    ("identities", "accounts/identities.rs"),
    ("invoices", "billing/invoices.rs"),
    ("job_inputs", "jobs/queue/"),
    ("job_webhooks", "webhooks/outbox.rs"),
    ("jobs", "jobs/queue/"),
    ("links", "accounts/links"),
    ("model_switches", "providers/router/switches.rs"),
    ("notices", "notices.rs"),
    ("orders", "billing/orders.rs"),
    ("plan_grants", "billing/subscriptions.rs"),
    ("redemptions", "billing/codes.rs"),
    ("refresh_tokens", "accounts/sessions.rs"),
    ("reports", "works/reports.rs"),
    ("reviews", "moderation/reviews.rs"),
    ("sessions", "accounts/sessions.rs"),
    ("signing_keys", "accounts/keys.rs"),
    ("subscriptions", "billing/subscriptions.rs"),
    ("traffic", "traffic.rs"),
    ("uploads", "uploads"),
    ("users", "accounts/users.rs"),
    ("wallets", "ledger.rs"),
    ("webhook_secrets", "webhooks/secrets.rs"),
    ("webhooks", "webhooks/endpoints.rs"),
    ("works", "works/"),
];

const LONGEST_FILE: usize = 400;
const VAGUE: [&str; 7] = [
    "utils", "util", "helpers", "common", "manager", "services", "misc",
];

/// A file of the repository: its path from `src/` (or from the root) and its text.
struct Source {
    path: String,
    text: String,
}

fn sources(folder: &str, endings: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut open = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("a readable folder");
            open.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else if endings
            .iter()
            .any(|e| path.extension().is_some_and(|x| x == *e))
        {
            found.push(read(&root, path));
        }
    }
    assert!(!found.is_empty(), "there are files in {folder}");
    found
}

fn read(root: &Path, path: PathBuf) -> Source {
    let name = path.strip_prefix(root).expect("below the root");
    Source {
        path: name.to_string_lossy().into_owned(),
        text: std::fs::read_to_string(&path).expect("a text file"),
    }
}

fn code() -> Vec<Source> {
    sources("src", &["rs"])
}

/// Asserts that a rule finds nothing in any of the files.
fn holds(files: &[Source], rule: impl Fn(&Source) -> Vec<String>) {
    let found: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let complaint = |what| format!("{}: {what}", file.path);
            rule(file).into_iter().map(complaint).collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

// The rules ----------------------------------------------------------------------------------------

fn module_of(path: &str) -> &str {
    let first = path.split('/').next().unwrap_or(path);
    first.strip_suffix(".rs").unwrap_or(first)
}

/// The text without comments and without what follows `#[cfg(test)]`.
fn product(text: &str) -> String {
    let before = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or(text);
    let lines = before
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// First segments of every path that begins with `crate::`, also in `use crate::{a, b::c}`.
fn used_modules(text: &str) -> Vec<String> {
    let mut used = Vec::new();
    for (at, found) in text.match_indices("crate::") {
        let rest = &text[at + found.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            used.extend(top_level(group));
        } else {
            used.push(word(rest));
        }
    }
    used.retain(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
    used
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect()
}

fn top_level(group: &str) -> Vec<String> {
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                items.push(word(group[start..at].trim_start()));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    items
}

fn layering(file: &Source) -> Vec<String> {
    let rank: BTreeMap<&str, usize> = LAYERS.split_whitespace().zip(0..).collect();
    let module = module_of(&file.path);
    if module == "lib" {
        return Vec::new();
    }
    let Some(own) = rank.get(module) else {
        return vec![format!("the module {module} has no place in the layers")];
    };
    let text: Vec<&str> = file
        .text
        .lines()
        .filter(|l| !l.trim_start().starts_with("//"))
        .collect();
    let used = used_modules(&text.join("\n"));
    let strange = used
        .iter()
        .filter(|name| rank.get(name.as_str()).is_none_or(|other| other > own));
    strange
        .map(|name| format!("{module} uses {name}, which is not to its left"))
        .collect()
}

fn opening(file: &Source) -> Vec<String> {
    let good =
        file.text.starts_with("//! ") && file.text.lines().next().is_some_and(|l| l.len() > 8);
    if good {
        Vec::new()
    } else {
        vec!["does not open by saying what it is for".into()]
    }
}

fn size(file: &Source) -> Vec<String> {
    let lines = file.text.lines().count();
    if lines <= LONGEST_FILE {
        Vec::new()
    } else {
        vec![format!("has {lines} lines")]
    }
}

fn name(file: &Source) -> Vec<String> {
    let parts = file.path.split(['/', '.']);
    parts
        .filter(|part| VAGUE.contains(part))
        .map(|part| format!("{part} says nothing"))
        .collect()
}

/// Tables that a text writes to.
fn written_tables(text: &str) -> Vec<String> {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let verbs = [
        "INSERT INTO ",
        "INSERT OR IGNORE INTO ",
        "INSERT OR REPLACE INTO ",
        "REPLACE INTO ",
        "UPDATE ",
        "DELETE FROM ",
    ];
    let mut tables = Vec::new();
    for verb in verbs {
        for (at, _) in flat.match_indices(verb) {
            let table = word(&flat[at + verb.len()..]);
            if !table.is_empty() && table.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
                tables.push(table);
            }
        }
    }
    tables
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/") || path.ends_with("contract.rs")
}

fn ownership(file: &Source) -> Vec<String> {
    if is_test(&file.path) {
        return Vec::new();
    }
    let owner = |table: &str| {
        OWNERS
            .iter()
            .find(|(name, _)| *name == table)
            .map(|(_, file)| *file)
    };
    let mut found = Vec::new();
    for table in written_tables(&product(&file.text)) {
        match owner(&table) {
            None => found.push(format!("writes {table}, which nobody owns")),
            Some(owner) if file.path.starts_with(owner) => {}
            Some(owner) => found.push(format!("writes {table}, which {owner} owns")),
        }
    }
    found
}

/// Changes of a job's state, anywhere but in the queue.
fn states(file: &Source) -> Vec<String> {
    if file.path.starts_with("jobs/queue") || is_test(&file.path) {
        return Vec::new();
    }
    let flat = file.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let changes = flat.match_indices("UPDATE jobs SET ").filter(|(at, verb)| {
        let rest = &flat[at + verb.len()..];
        rest.split("WHERE")
            .next()
            .is_some_and(|set| set.contains("status"))
    });
    changes
        .map(|_| "changes the state of a job".to_owned())
        .collect()
}

/// Status codes, anywhere but in the table of errors and the answers of success.
fn status_codes(file: &Source) -> Vec<String> {
    if !file.path.starts_with("http/")
        || ["http/error.rs", "http/reply.rs"].contains(&file.path.as_str())
    {
        return Vec::new();
    }
    let text = product(&file.text);
    let mut found = Vec::new();
    for (at, _) in text.match_indices("StatusCode::") {
        found.push(format!("names the status {}", word(&text[at + 12..])));
    }
    for (at, _) in text.match_indices("HttpResponse::") {
        let maker = word(&text[at + 14..]);
        if maker.starts_with(|c: char| c.is_ascii_uppercase()) {
            found.push(format!("answers HttpResponse::{maker}"));
        }
    }
    for number in ["as_u16() ==", "as_u16() !=", "from_u16("] {
        if text.contains(number) {
            found.push("compares a status by its number".into());
        }
    }
    found
}

// The files keep them ------------------------------------------------------------------------------

#[test]
fn modules_use_only_modules_to_their_left() {
    holds(&code(), layering);
}

#[test]
fn every_file_says_what_it_is_for() {
    holds(&code(), opening);
    holds(&sources("tests", &["rs"]), opening);
}

#[test]
fn no_file_only_grows() {
    holds(&code(), size);
    holds(&sources("tests", &["rs"]), size);
    holds(&sources("assets", &["html", "css", "js"]), size);
}

#[test]
fn no_name_says_nothing() {
    holds(&code(), name);
}

#[test]
fn tables_are_written_by_their_owners() {
    holds(&code(), ownership);
}

#[test]
fn states_of_jobs_change_in_the_queue_alone() {
    holds(&code(), states);
}

#[test]
fn status_codes_stand_in_one_table() {
    holds(&code(), status_codes);
}

#[test]
fn the_shipped_configuration_parses() {
    let empty = tempfile::tempdir().expect("a temporary directory");
    let sources = Sources {
        file: None,
        data_dir: Some(empty.path().to_owned()),
    };
    Config::load(&sources).expect("config.toml is a whole configuration");
}
