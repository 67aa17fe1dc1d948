//! `atelier blobs move`: copies, reads back, compares, and only then says in the row where the bytes lie. It can be
//! ended at any time and begun again: rows that are done are not looked at any more.

use anyhow::bail;
use aws_lc_rs::digest;
use bytes::Bytes;
use futures_util::{StreamExt, stream};

use crate::blobs::{self, Backend, BlobError, BlobKey, BlobStore, Blobs, Kept};
use crate::cli::exit::Found;
use crate::cli::now;
use crate::db::{Db, DbError, Reader, Tx};
use crate::kinds::Choice;
use crate::{moderation, uploads, works};

const SLICE: u32 = 200;
/// Rows that are copied at once.
const AT_ONCE: usize = 8;
/// How long the old bytes stay: links to them, and reads that began before, live shorter.
const GRACE_SECS: i64 = 3600;

/// A table whose rows name blobs.
#[derive(Clone, Copy)]
enum Table {
    Uploads,
    Works,
}

impl Table {
    fn kept_in(self, db: &Reader<'_>, from: Backend, after: i64) -> Result<Vec<Kept>, DbError> {
        match self {
            Self::Uploads => uploads::kept_in(db, from, after, SLICE),
            Self::Works => works::kept_in(db, from, after, SLICE),
        }
    }

    fn relocate(
        self,
        tx: &Tx<'_>,
        row: &BlobKey,
        from: Backend,
        to: Backend,
    ) -> Result<bool, DbError> {
        match self {
            Self::Uploads => uploads::relocate(tx, row, from, to),
            Self::Works => works::relocate(tx, row, from, to),
        }
    }
}

/// What became of the rows.
#[derive(Default)]
struct Tally {
    moved: u64,
    bytes: u64,
    failed: u64,
}

/// Moves everything.
pub(super) async fn run(db: &Db, blobs: &Blobs, from: Backend, to: Backend) -> anyhow::Result<()> {
    if from == to {
        bail!("--from and --to are the same");
    }
    let mover = Mover {
        db,
        source: blobs.at(from)?,
        target: blobs.at(to)?,
    };
    if blobs.writes_to() == from {
        println!(
            "new pictures still go to {}: set blobs.backend and restart the server",
            from.id()
        );
    }
    let mut tally = Tally::default();
    for table in [Table::Uploads, Table::Works] {
        mover.empty(table, &mut tally).await?;
    }
    println!(
        "{} rows ({} MB) moved from {} to {}; the server deletes the old bytes in an hour",
        tally.moved,
        tally.bytes / 1_000_000,
        from.id(),
        to.id()
    );
    let reviews = db.read(|r| moderation::kept_in(r, from))?;
    if reviews > 0 {
        println!(
            "{reviews} pictures under review stay in {} until somebody decides; then run this again",
            from.id()
        );
    }
    if tally.failed > 0 {
        let left = format!("{} rows could not be moved; run it again", tally.failed);
        return Err(Found(left).into());
    }
    Ok(())
}

struct Mover<'a> {
    db: &'a Db,
    source: &'a dyn BlobStore,
    target: &'a dyn BlobStore,
}

impl Mover<'_> {
    async fn empty(&self, table: Table, tally: &mut Tally) -> anyhow::Result<()> {
        let (mut after, from) = (0, self.source.backend());
        loop {
            let rows = self
                .db
                .report(move |r| table.kept_in(r, from, after))
                .await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = last.seq;
            let moves = rows.iter().map(|row| self.shift(table, row));
            let mut moves = stream::iter(moves).buffer_unordered(AT_ONCE);
            while let Some(moved) = moves.next().await {
                match moved {
                    Ok(bytes) => {
                        tally.moved += 1;
                        tally.bytes += bytes;
                    }
                    Err(error) => {
                        println!("{error:#}");
                        tally.failed += 1;
                    }
                }
            }
            println!("{} rows moved", tally.moved);
        }
    }

    /// Moves what one row keeps; answers how many bytes.
    async fn shift(&self, table: Table, row: &Kept) -> anyhow::Result<u64> {
        let mut bytes = 0;
        for key in &row.blobs {
            bytes += self.copy(key).await?;
        }
        let (from, to) = (self.source.backend(), self.target.backend());
        let blobs = row.blobs.clone();
        let flip = move |tx: &Tx<'_>| {
            let now = tx.clamp(now());
            let Some(row) = blobs.first() else {
                return Ok(());
            };
            let moved = table.relocate(tx, row, from, to)?;
            for key in &blobs {
                if moved {
                    // It may have been on its way out of there, if it is moved back.
                    blobs::buried(tx, key, to)?;
                    blobs::doom(tx, key, from, now.plus_secs(GRACE_SECS))?;
                } else {
                    // The picture was deleted meanwhile: the copy goes as well.
                    blobs::doom(tx, key, to, now)?;
                }
            }
            Ok::<_, DbError>(())
        };
        self.db.write(flip).await?;
        Ok(bytes)
    }

    async fn copy(&self, key: &BlobKey) -> anyhow::Result<u64> {
        let bytes = match self.source.get(key).await {
            Ok(bytes) => bytes,
            Err(BlobError::NotFound(_)) => {
                bail!("{key} is lost: a row names it, but it is not there")
            }
            Err(error) => return Err(error.into()),
        };
        self.target.put(key, bytes.clone()).await?;
        let copied = self.target.get(key).await?;
        if hash(&copied) != hash(&bytes) {
            bail!("{key} came back changed; the old one stays");
        }
        Ok(bytes.len() as u64)
    }
}

fn hash(bytes: &Bytes) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}
