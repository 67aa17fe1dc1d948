//! JPEG below the pixels: its segments one by one, and the four-colour pictures that ordinary decoders get wrong.

mod bits;
mod head;
mod huffman;
pub(super) mod raw;
pub(super) mod skim;

pub(super) use head::Frame;

use image::RgbImage;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::error::PictureError;
use super::icc;

/// Start of scan.
pub(super) const SOS: u8 = 0xDA;
/// Application segment 0, where JFIF stands.
pub(super) const APP0: u8 = 0xE0;
/// Application segment 1, where EXIF and XMP stand.
pub(super) const APP1: u8 = 0xE1;
/// Application segment 2, where ICC profiles stand.
pub(super) const APP2: u8 = 0xE2;
/// Application segment 14, where Adobe says how colours are coded.
pub(super) const APP14: u8 = 0xEE;
/// Application segment 15, the last.
pub(super) const APP15: u8 = 0xEF;
/// A comment.
pub(super) const COM: u8 = 0xFE;
const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;

/// What begins the contents of an ICC segment.
pub(super) const ICC_PREFIX: &[u8] = b"ICC_PROFILE\0";

/// One segment of a JPEG, with the coded picture data that follows a start of scan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    /// The marker byte.
    pub(super) marker: u8,
    /// What stands between the length and the next segment.
    pub(super) body: &'a [u8],
    /// Coded data, only after a start of scan.
    pub(super) scan: &'a [u8],
}

/// The segments of a JPEG between its start and its end, or `None` if it is cut off or damaged.
/// What follows the end (other pictures, videos) is left out.
pub(super) fn segments(bytes: &[u8]) -> Option<Vec<Segment<'_>>> {
    let mut rest = bytes.strip_prefix(&[0xFF, SOI])?;
    let mut found = Vec::new();
    while let Some(mut segment) = next(&mut rest)? {
        if segment.marker == SOS {
            segment.scan = scan_data(rest);
            rest = &rest[segment.scan.len()..];
        }
        found.push(segment);
    }
    Some(found)
}

/// The segments up to the first start of scan, and all that follows it.
pub(super) fn head(bytes: &[u8]) -> Option<(Vec<Segment<'_>>, &[u8])> {
    let mut rest = bytes.strip_prefix(&[0xFF, SOI])?;
    let mut found = Vec::new();
    while let Some(segment) = next(&mut rest)? {
        found.push(segment);
        if segment.marker == SOS {
            return Some((found, rest));
        }
    }
    None
}

/// Moves behind the next segment and answers it without coded data: none at the end of the picture, and nothing at all
/// if the file ends before that.
#[expect(
    clippy::option_option,
    reason = "an end that is there and one that is missing"
)]
fn next<'a>(rest: &mut &'a [u8]) -> Option<Option<Segment<'a>>> {
    loop {
        let start = rest.iter().position(|&b| b == 0xFF)?;
        let marked = &rest[start..];
        let fill = marked.iter().position(|&b| b != 0xFF)?;
        let (marker, after) = (marked[fill], &marked[fill + 1..]);
        *rest = after;
        match marker {
            EOI => return Some(None),
            // Stuffed bytes, restarts and a stray start carry no length.
            0x00 | 0x01 | 0xD0..=0xD7 | SOI => continue,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(*after.first_chunk::<2>()?));
        let body = after.get(2..length)?;
        *rest = &after[length..];
        return Some(Some(Segment {
            marker,
            body,
            scan: &[],
        }));
    }
}

/// The coded data up to the next marker that is neither a stuffed byte nor a restart.
fn scan_data(bytes: &[u8]) -> &[u8] {
    let end = bytes
        .windows(2)
        .position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF));
    &bytes[..end.unwrap_or(bytes.len())]
}

/// Writes segments as a file again.
pub(super) fn join(segments: &[Segment<'_>]) -> Vec<u8> {
    let size: usize = segments
        .iter()
        .map(|s| s.body.len() + s.scan.len() + 4)
        .sum();
    let mut bytes = Vec::with_capacity(size + 4);
    bytes.extend([0xFF, SOI]);
    for segment in segments {
        let length =
            u16::try_from(segment.body.len() + 2).expect("a segment that was read or is short");
        bytes.extend([0xFF, segment.marker]);
        bytes.extend(length.to_be_bytes());
        bytes.extend(segment.body);
        bytes.extend(segment.scan);
    }
    bytes.extend([0xFF, EOI]);
    bytes
}

/// How Adobe's segment says that colours are coded, if there is one.
fn adobe_transform(segments: &[Segment<'_>]) -> Option<u8> {
    let body = segments
        .iter()
        .find(|s| s.marker == APP14 && s.body.starts_with(b"Adobe"))?
        .body;
    body.get(11).copied()
}

/// Whether the picture has four colour components (CMYK or YCCK).
pub(super) fn is_four_colour(segments: &[Segment<'_>]) -> bool {
    let frame = segments.iter().find(|s| is_frame(s.marker));
    frame.is_some_and(|s| s.body.get(5) == Some(&4))
}

/// Whether a marker begins a frame header.
const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

/// Decodes a picture of four colour components into sRGB.
/// Files with Adobe's segment hold inverted inks; the others hold inks.
pub(super) fn decode_four_colour(
    bytes: &[u8],
    segments: &[Segment<'_>],
    profile: Option<&[u8]>,
) -> Result<RgbImage, PictureError> {
    let unreadable = |e: zune_jpeg::errors::DecodeErrors| PictureError::Unreadable(e.to_string());
    let open = |out: ColorSpace| {
        let options = DecoderOptions::default()
            .set_max_width(usize::MAX)
            .set_max_height(usize::MAX)
            .jpeg_set_out_colorspace(out);
        zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options)
    };
    let adobe = adobe_transform(segments);
    let coded = if adobe == Some(2) {
        ColorSpace::YCCK
    } else {
        ColorSpace::CMYK
    };
    let mut decoder = open(coded);
    let mut pixels = decoder.decode().map_err(unreadable)?;
    let (width, height) = decoder
        .dimensions()
        .ok_or_else(|| PictureError::Unreadable("no dimensions".into()))?;
    if pixels.len() != width * height * 4 {
        return Err(PictureError::Unreadable("not four colours".into()));
    }
    for pixel in pixels.as_chunks_mut::<4>().0 {
        let [a, b, c, k] = *pixel;
        let stored = if adobe == Some(2) {
            ycck_to_cmyk(a, b, c, k)
        } else {
            [a, b, c, k]
        };
        *pixel = if adobe.is_some() {
            stored.map(|v| 255 - v)
        } else {
            stored
        };
    }
    let rgb = icc::cmyk_to_srgb(&pixels, profile);
    let side = |v: usize| u32::try_from(v).expect("a JPEG side fits 16 bits");
    RgbImage::from_raw(side(width), side(height), rgb)
        .ok_or_else(|| PictureError::Unreadable("too few pixels".into()))
}

fn ycck_to_cmyk(y: u8, cb: u8, cr: u8, k: u8) -> [u8; 4] {
    let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    let level = |v: f32| 255 - v.round().clamp(0.0, 255.0) as u8;
    [
        level(y + 1.402 * cr),
        level(y - 0.344_136 * cb - 0.714_136 * cr),
        level(y + 1.772 * cb),
        k,
    ]
}
