//! Why a request failed, in words that may be shown: outer errors name the URL, which may be signed.

use std::error::Error;

/// The innermost reason of an error; the error itself if it has none.
pub fn innermost<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut reason = error;
    while let Some(inner) = reason.source() {
        reason = inner;
    }
    reason
}
