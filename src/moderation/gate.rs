//! The gate: every picture that comes in or goes out passes it.

use bytes::Bytes;

use super::{Ci, ModerationError, Verdict};
use crate::imaging::{self, CpuPool};

/// Longest side in pixels of what a checker sees; it judges no better by more.
const LOOK_SIDE: u32 = 1600;
const LOOK_QUALITY: u8 = 88;

/// Lets pictures pass, or asks a checker first. Clones share it.
#[derive(Clone)]
pub struct Gate {
    checker: Option<std::sync::Arc<Ci>>,
    pool: CpuPool,
}

impl Gate {
    /// A gate with this checker; without one everything passes.
    pub fn new(checker: Option<Ci>, pool: CpuPool) -> Self {
        Self {
            checker: checker.map(std::sync::Arc::new),
            pool,
        }
    }

    /// Judges a picture in any format we read.
    pub async fn judge(&self, picture: Bytes) -> Result<Verdict, ModerationError> {
        let Some(checker) = &self.checker else {
            return Ok(Verdict::Pass);
        };
        let jpeg = self.pool.decode(picture, look).await??;
        let judged = checker.judge(jpeg).await;
        let ended = match &judged {
            Ok(Verdict::Pass) => "pass",
            Ok(Verdict::Review(_)) => "review",
            Ok(Verdict::Block(_)) => "block",
            Err(_) => "failed",
        };
        metrics::counter!("atelier_moderation_total", "ended" => ended).increment(1);
        judged
    }
}

/// The picture as a checker sees it: upright, on white, small enough for every limit.
fn look(picture: &[u8]) -> Result<Bytes, ModerationError> {
    let jpeg = imaging::prepare_jpeg(picture, LOOK_SIDE, LOOK_QUALITY);
    let jpeg = jpeg.map_err(|e| ModerationError::Picture(e.to_string()))?;
    Ok(jpeg.into())
}
