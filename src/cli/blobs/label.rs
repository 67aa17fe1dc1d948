//! `atelier blobs check` where CI labels pictures as well: one small picture goes through it, and what it became is held
//! against what the server counts on.

use anyhow::bail;

use super::check::{Failed, told};
use crate::blobs::cos::Labeller;
use crate::blobs::{BlobKey, BlobStore};
use crate::cli::exit::Found;
use crate::ids::UserId;
use crate::imaging::xmp::write_xmp;
use crate::imaging::{Aigc, Limits, decode, encode};
use crate::kinds::Format;

/// Where the block of a label begins in a file.
const BLOCK: &[u8] = b"<TC260:AIGC>";

/// Labels a probe by CI and prints what came of it.
pub(super) async fn check(
    store: &dyn BlobStore,
    labeller: &Labeller,
    producer_code: String,
) -> anyhow::Result<()> {
    let key = BlobKey::new_work(UserId::new(), Format::Jpeg);
    let aigc = Aigc {
        producer_code,
        produce_id: "probe".into(),
    };
    let walked = told("label", walk(store, labeller, &key, &aigc)).await;
    if let Err(error) = store.delete(&key).await {
        println!("         the probe {key} may have been left behind: {error}");
    }
    walked.map_err(|Failed| Found("CI does not label pictures; they keep our own label".into()))?;
    Ok(())
}

async fn walk(
    store: &dyn BlobStore,
    labeller: &Labeller,
    key: &BlobKey,
    aigc: &Aigc,
) -> anyhow::Result<()> {
    let grey = image::RgbImage::from_fn(64, 64, |x, y| image::Rgb([(x * 2) as u8, y as u8, 90]));
    let picture = encode(&grey.into(), Format::Jpeg, 90)?;
    let picture = write_xmp(&picture, Format::Jpeg, aigc)?;
    let size = labeller
        .put(key, picture.clone().into(), u64::MAX, aigc)
        .await?;
    let stored = store.get(key).await?;
    if stored.len() as u64 != size {
        bail!("CI says {size} bytes, but {} lie there", stored.len());
    }
    let read = labeller.read(key).await?;
    for (name, value) in aigc.fields() {
        if read[name].as_str().unwrap_or_default() != value {
            bail!("CI was given {name} {value:?} and reads {}", read[name]);
        }
    }
    if decode(&stored, &Limits::TRUSTED)? != decode(&picture, &Limits::TRUSTED)? {
        println!("         CI codes pictures anew: their pixels change a little");
    }
    let blocks = stored.windows(BLOCK.len()).filter(|w| *w == BLOCK).count();
    println!("         blocks of our kind in the file: {blocks}");
    Ok(())
}
