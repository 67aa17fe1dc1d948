//! What a file says besides its pixels: taken away from what users send (where a photo was made is nobody's business),
//! and one label written into what they get. Pixels are never coded anew in JPEG, PNG and still WebP.

use bytes::Bytes;
use image::metadata::Orientation;
use img_parts::png::{Png, PngChunk};
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::WebP;

use super::codec::{Limits, decode, orientation};
use super::encode::encode;
use super::error::PictureError;
use super::jpeg::{self, Segment};
use super::sniff::{InputFormat, recognise};
use crate::kinds::Format;

/// The same picture without metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stripped {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its format: that of the input for JPEG, PNG and still WebP, else PNG.
    pub format: Format,
}

/// The same picture without EXIF (GPS!), XMP, IPTC, comments, thumbnails, and whatever hangs behind its end.
/// The orientation stays as the only EXIF tag and the ICC profile stays for the colours. GIF, BMP, TIFF, animated WebP
/// and files whose container is not clean are written anew as PNG: the first frame, upright, sRGB, 8 bits.
pub fn strip(bytes: &[u8]) -> Result<Stripped, PictureError> {
    let format = recognise(bytes)?;
    let turned = orientation(bytes, format);
    let cleaned = match format {
        InputFormat::Jpeg => Some((Format::Jpeg, clean_jpeg(bytes, turned, None))),
        InputFormat::Png => Some((Format::Png, clean_png(bytes, turned, None))),
        InputFormat::Webp => Some((Format::Webp, clean_webp(bytes, turned, None))),
        InputFormat::Gif | InputFormat::Bmp | InputFormat::Tiff => None,
    };
    if let Some((format, Some(bytes))) = cleaned {
        return Ok(Stripped { bytes, format });
    }
    let picture = decode(bytes, &Limits::TRUSTED)?;
    Ok(Stripped {
        bytes: encode(&picture, Format::Png, 100)?,
        format: Format::Png,
    })
}

/// The same file with this XMP packet and no other metadata than orientation and ICC profile.
pub(super) fn replace_xmp(
    bytes: &[u8],
    format: Format,
    packet: &[u8],
) -> Result<Vec<u8>, PictureError> {
    let done = match format {
        Format::Jpeg => clean_jpeg(bytes, orientation(bytes, InputFormat::Jpeg), Some(packet)),
        Format::Png => clean_png(bytes, orientation(bytes, InputFormat::Png), Some(packet)),
        Format::Webp => clean_webp(bytes, orientation(bytes, InputFormat::Webp), Some(packet)),
    };
    done.ok_or_else(|| PictureError::Unwritable("the container cannot be taken apart".into()))
}

/// A TIFF block whose only tag is the orientation.
fn exif(orientation: Orientation) -> Option<Vec<u8>> {
    if orientation == Orientation::NoTransforms {
        return None;
    }
    let mut block = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    block.extend([orientation.to_exif(), 0, 0, 0, 0, 0, 0, 0]);
    Some(block)
}

fn clean_jpeg(bytes: &[u8], turned: Orientation, xmp: Option<&[u8]>) -> Option<Vec<u8>> {
    let segments = jpeg::segments(bytes)?;
    let with_prefix = |prefix: &[u8], block: &[u8]| [prefix, block].concat();
    let exif = exif(turned).map(|block| with_prefix(b"Exif\0\0", &block));
    let xmp = xmp.map(|packet| with_prefix(b"http://ns.adobe.com/xap/1.0/\0", packet));
    if xmp.as_ref().is_some_and(|x| x.len() > 65_533) {
        return None;
    }
    let ours = exif.iter().chain(&xmp).map(|body| Segment {
        marker: jpeg::APP1,
        body,
        scan: &[],
    });
    let keep = |s: &&Segment<'_>| match s.marker {
        jpeg::APP0 => s.body.starts_with(b"JFIF\0"),
        jpeg::APP2 => s.body.starts_with(jpeg::ICC_PREFIX),
        jpeg::APP14 => s.body.starts_with(b"Adobe"),
        jpeg::APP1..=jpeg::APP15 | jpeg::COM => false,
        _ => true,
    };
    let mut kept: Vec<Segment<'_>> = segments.iter().filter(keep).copied().collect();
    let jfif = usize::from(kept.first().is_some_and(|s| s.marker == jpeg::APP0));
    if jfif == 1 {
        // JFIF may carry a thumbnail after its 14 bytes of facts.
        kept[0].body = kept[0].body.get(..14)?;
    }
    kept.splice(jfif..jfif, ours);
    let mut file = jpeg::join(&kept);
    if jfif == 1 {
        // The thumbnail's size, now 0×0.
        file.get_mut(18..20)?.fill(0);
    }
    Some(file)
}

fn clean_png(bytes: &[u8], turned: Orientation, xmp: Option<&[u8]>) -> Option<Vec<u8>> {
    const KEPT: [&[u8; 4]; 11] = [
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
        b"cICP",
    ];
    let mut png = Png::from_bytes(Bytes::copy_from_slice(bytes)).ok()?;
    let chunks = png.chunks_mut();
    chunks.retain(|chunk| KEPT.contains(&&chunk.kind()));
    if chunks.first()?.kind() != *b"IHDR" || chunks.last()?.kind() != *b"IEND" {
        return None;
    }
    if let Some(block) = exif(turned) {
        chunks.insert(1, PngChunk::new(*b"eXIf", block.into()));
    }
    if let Some(packet) = xmp {
        let text = [b"XML:com.adobe.xmp\0\0\0\0\0", packet].concat();
        chunks.insert(1, PngChunk::new(*b"iTXt", text.into()));
    }
    Some(png.encoder().bytes().to_vec())
}

/// Flags of a WebP's `VP8X` chunk.
mod flag {
    pub(super) const ANIMATION: u8 = 0x02;
    pub(super) const XMP: u8 = 0x04;
    pub(super) const EXIF: u8 = 0x08;
    pub(super) const ALPHA: u8 = 0x10;
    pub(super) const ICC: u8 = 0x20;
}

fn clean_webp(bytes: &[u8], turned: Orientation, xmp: Option<&[u8]>) -> Option<Vec<u8>> {
    let mut webp = WebP::from_bytes(Bytes::copy_from_slice(bytes)).ok()?;
    let (width, height) = webp.dimensions()?;
    let header = webp
        .chunk_by_id(*b"VP8X")
        .and_then(|c| c.content().data()?.first().copied());
    if header.is_some_and(|flags| flags & flag::ANIMATION != 0) || webp.has_chunk(*b"ANMF") {
        return None;
    }
    let lossless_alpha = webp
        .chunk_by_id(*b"VP8L")
        .and_then(|c| c.content().data()?.get(4).copied())
        .is_some_and(|byte| byte & 0x10 != 0);
    let alpha =
        lossless_alpha || webp.has_chunk(*b"ALPH") || header.is_some_and(|f| f & flag::ALPHA != 0);
    let chunks = webp.chunks_mut();
    chunks.retain(|c| matches!(&c.id(), b"ICCP" | b"ALPH" | b"VP8 " | b"VP8L"));
    let mut flags = if alpha { flag::ALPHA } else { 0 };
    if chunks.iter().any(|c| c.id() == *b"ICCP") {
        flags |= flag::ICC;
    }
    let mut push = |id: [u8; 4], block: Vec<u8>| {
        chunks.push(RiffChunk::new(id, RiffContent::Data(block.into())))
    };
    if let Some(block) = exif(turned) {
        flags |= flag::EXIF;
        push(*b"EXIF", block);
    }
    if let Some(packet) = xmp {
        flags |= flag::XMP;
        push(*b"XMP ", packet.to_vec());
    }
    if flags & !flag::ALPHA != 0 || webp.has_chunk(*b"ALPH") {
        let mut head = vec![flags, 0, 0, 0];
        head.extend(&(width - 1).to_le_bytes()[..3]);
        head.extend(&(height - 1).to_le_bytes()[..3]);
        webp.chunks_mut()
            .insert(0, RiffChunk::new(*b"VP8X", RiffContent::Data(head.into())));
    }
    Some(webp.encoder().bytes().to_vec())
}

#[cfg(test)]
mod tests;
