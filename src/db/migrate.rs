//! Numbered migrations, tracked by `user_version`.

use std::path::Path;

use rusqlite::Connection;

use super::DbError;

const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_storages.sql"),
    include_str!("migrations/0003_billing.sql"),
    include_str!("migrations/0004_routes.sql"),
    include_str!("migrations/0005_webhooks.sql"),
    include_str!("migrations/0006_wechat.sql"),
    include_str!("migrations/0007_reviews.sql"),
    include_str!("migrations/0008_review.sql"),
    include_str!("migrations/0009_complaints.sql"),
    include_str!("migrations/0010_words.sql"),
    include_str!("migrations/0011_invoices.sql"),
    include_str!("migrations/0012_columns.sql"),
];

/// The schema version this program needs.
pub(super) const KNOWN: i64 = MIGRATIONS.len() as i64;

/// The version of an opened database; a newer one is refused.
pub(super) fn version(connection: &Connection, path: &Path) -> Result<i64, DbError> {
    let found: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(|e| DbError::at_opening(path, e))?;
    if found > KNOWN {
        return Err(DbError::Newer {
            path: path.to_owned(),
            found,
            known: KNOWN,
        });
    }
    Ok(found)
}

/// Brings the schema up to date, one transaction a step.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), DbError> {
    let found = usize::try_from(version(connection, path)?).unwrap_or(0);
    for (index, sql) in MIGRATIONS.iter().enumerate().skip(found) {
        let step = connection
            .transaction()
            .map_err(|e| DbError::at_opening(path, e))?;
        step.execute_batch(sql)?;
        step.pragma_update(None, "user_version", index as i64 + 1)?;
        step.commit().map_err(|e| DbError::at_opening(path, e))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_the_folder_is_taken_in_its_order() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/migrations");
        let files = std::fs::read_dir(folder).expect("the folder");
        let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
        files.sort();
        let written: Vec<String> = files
            .iter()
            .map(|file| std::fs::read_to_string(file).expect("text"))
            .collect();
        assert_eq!(MIGRATIONS, written);
    }
}
