//! The planes of any grey or YCbCr JPEG at full size, by libjpeg-turbo-rs. It is quick and young: hostile files made it
//! panic. So its callers catch that, and whatever it refuses is decoded by the more mature zune-jpeg.

use libjpeg_turbo_rs::{DecodeLimits, Decoder};

use super::Frame;
use crate::imaging::planes::{Plane, Planes};

/// More scans than any progressive picture is written with.
const MAX_SCANS: usize = 100;

/// The planes, or `None` if the decoder does not take the file.
pub(in crate::imaging) fn decode(bytes: &[u8], frame: &Frame) -> Option<Planes> {
    let pixels = (frame.width as u64).saturating_mul(frame.height as u64);
    let limits = DecodeLimits {
        max_width: frame.width,
        max_height: frame.height,
        max_pixels: pixels,
        max_scans: MAX_SCANS,
        // Coefficients of a progressive picture take two bytes a sample; small ones are padded to whole blocks.
        max_memory: Some(pixels.saturating_mul(12).saturating_add(16 << 20)),
    };
    let decoder = Decoder::new_with_limits(bytes, limits).ok()?;
    let raw = decoder.decode_raw().ok()?;
    let whole = raw.planes.len() == frame.components.len()
        && (raw.width, raw.height) == (frame.width, frame.height);
    let planes = raw.planes.into_iter().zip(raw.plane_widths);
    let planes = planes.map(|(samples, width)| Plane { width, samples });
    whole.then(|| Planes::new(frame, planes.collect(), 8))
}
