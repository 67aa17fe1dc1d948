//! Export: many works in one zip, named by the caller's references.

use std::collections::HashSet;
use std::io::{Seek, Write};

use bytes::Bytes;
use zip::write::SimpleFileOptions;

use super::{COLUMNS, Work};
use crate::db::{DbError, Query, Reader};
use crate::ids::{UserId, WorkId};

/// One file of an export.
#[derive(Clone, Debug)]
pub struct Export {
    /// The work.
    pub work: Work,
    /// The reference of its job.
    pub reference: Option<String>,
}

/// What goes into one zip at most.
pub const EXPORT_WORKS: usize = 500;

impl Export {
    /// The listed works of a user after the one at `cursor`, all or those named, or those of one batch; oldest first,
    /// one more than goes into a zip, so that the end is known.
    pub fn select(
        db: &Reader<'_>,
        user: UserId,
        ids: &[WorkId],
        batch: Option<&str>,
        cursor: Option<i64>,
    ) -> Result<Vec<Self>, DbError> {
        let columns: Vec<String> = COLUMNS
            .split(", ")
            .map(|c| format!("w.{}", c.trim()))
            .collect();
        let sql = format!(
            "SELECT {}, j.reference FROM works w JOIN jobs j
                ON (?2 IS NULL AND j.id = w.job_id) OR (j.work_id = w.id AND j.batch = ?2 AND j.user_id = ?1)
             WHERE w.user_id = ?1 AND w.listed = 1 AND w.seq > ?4
                AND (?3 = '[]' OR w.id IN (SELECT value FROM json_each(?3)))
             ORDER BY w.seq LIMIT {}",
            columns.join(", "),
            EXPORT_WORKS + 1
        );
        let ids = serde_json::json!(ids).to_string();
        Ok(
            db.all(&sql, (user, batch, ids, cursor.unwrap_or(0)), |row| {
                Ok(Self {
                    work: Work::from_row(row)?,
                    reference: row.get("reference")?,
                })
            })?,
        )
    }
}

/// Writes pictures into a zip, uncompressed since they are compressed already. Names that repeat get a number.
pub fn write_zip<W: Write + Seek>(
    to: W,
    files: impl Iterator<Item = std::io::Result<(String, Bytes)>>,
) -> std::io::Result<()> {
    let mut zip = zip::ZipWriter::new(to);
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut taken = HashSet::new();
    for file in files {
        let (name, bytes) = file?;
        let name = unique(&name, &mut taken);
        zip.start_file(name, options)
            .map_err(std::io::Error::other)?;
        zip.write_all(&bytes)?;
    }
    zip.finish().map_err(std::io::Error::other)?;
    Ok(())
}

fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let mut candidate = name.to_owned();
    let mut number = 2;
    while !taken.insert(candidate.to_lowercase()) {
        candidate = format!("{stem}-{number}.{extension}");
        number += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_repeat_get_a_number() {
        let mut taken = HashSet::new();
        let names: Vec<String> = ["a.jpg", "A.jpg", "a.jpg", "b.png"]
            .iter()
            .map(|n| unique(n, &mut taken))
            .collect();
        assert_eq!(names, ["a.jpg", "A-2.jpg", "a-3.jpg", "b.png"]);
    }
}
