//! `atelier backup`: the database in one file, consistent while the server runs.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use crate::config::Config;
use crate::db::{Access, BACKUP_MARK, Db, DbError, Query};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The file to write; it must not exist. FILE.blobs will list the pictures it refers to
    file: PathBuf,
}

/// Every picture a row refers to, with the storage that holds it.
const BLOBS: &str = "SELECT backend, blob FROM uploads
     UNION ALL SELECT backend, blob FROM works
     UNION ALL SELECT backend, thumbnail FROM works
     UNION ALL SELECT backend, blob FROM reviews WHERE state = 'open' AND job_id IS NOT NULL
     UNION ALL SELECT backend, thumbnail FROM reviews WHERE state = 'open' AND job_id IS NOT NULL
     ORDER BY 1, 2";

impl Arguments {
    pub(super) fn run(&self, settings: &Config) -> anyhow::Result<()> {
        let list = list_beside(&self.file);
        for file in [&self.file, &list] {
            if file.exists() {
                bail!("{} exists; a backup overwrites nothing", file.display());
            }
        }
        let db = Db::open(&settings.data_dir, Access::Command)?;
        // First the list, then the copy: a picture deleted in between is listed once too often, never missing.
        let blobs = db.read(|db| {
            let row = |row: &rusqlite::Row<'_>| {
                Ok(format!(
                    "{}\t{}",
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(1)?
                ))
            };
            Ok::<_, DbError>(db.all(BLOBS, [], row)?)
        })?;
        db.copy_into(&self.file)?;
        write(&list, &blobs).with_context(|| format!("cannot write {}", list.display()))?;
        let mark = settings.data_dir.join(BACKUP_MARK);
        std::fs::write(&mark, super::now().secs().to_string())
            .with_context(|| format!("cannot write {}", mark.display()))?;
        println!("{} holds the database, checked.", self.file.display());
        println!(
            "{} lists {} pictures; copy them with it.",
            list.display(),
            blobs.len()
        );
        Ok(())
    }
}

fn list_beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".blobs");
    name.into()
}

fn write(path: &Path, lines: &[String]) -> std::io::Result<()> {
    let mut file = File::create_new(path)?;
    for line in lines {
        writeln!(file, "{line}")?;
    }
    file.sync_all()
}
