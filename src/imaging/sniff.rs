//! Which format a file has, by its first bytes. Names and media types that come with it are not believed.

use super::error::PictureError;

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputFormat {
    /// JPEG.
    Jpeg,
    /// PNG; of an animated one the default picture.
    Png,
    /// WebP; of an animated one the first frame.
    Webp,
    /// GIF; the first frame.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// TIFF; the first page.
    Tiff,
}

impl InputFormat {
    /// Its name on the wire.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
        }
    }

    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
        }
    }

    pub(super) const fn decoder(self) -> image::ImageFormat {
        match self {
            Self::Jpeg => image::ImageFormat::Jpeg,
            Self::Png => image::ImageFormat::Png,
            Self::Webp => image::ImageFormat::WebP,
            Self::Gif => image::ImageFormat::Gif,
            Self::Bmp => image::ImageFormat::Bmp,
            Self::Tiff => image::ImageFormat::Tiff,
        }
    }
}

/// The format of a file, or `None` if we do not read it.
pub fn sniff(bytes: &[u8]) -> Option<InputFormat> {
    let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some(InputFormat::Jpeg),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(InputFormat::Png),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(InputFormat::Gif),
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(InputFormat::Tiff),
        [b'B', b'M', ..] if bytes.len() >= 26 => Some(InputFormat::Bmp),
        [..] if webp => Some(InputFormat::Webp),
        [..] => None,
    }
}

/// Like [`sniff`], with the reason if the file is not one of ours.
pub fn recognise(bytes: &[u8]) -> Result<InputFormat, PictureError> {
    match sniff(bytes) {
        Some(format) => Ok(format),
        None if bytes.is_empty() => Err(PictureError::Empty),
        None if is_heif(bytes) => Err(PictureError::Heic),
        None => Err(PictureError::Unsupported),
    }
}

/// Whether this is a still picture in an ISO container: HEIC, HEIF or AVIF.
fn is_heif(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8; 4]; 11] = [
        b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis",
        b"miaf",
    ];
    bytes.get(4..8) == Some(b"ftyp")
        && bytes
            .get(8..12)
            .is_some_and(|brand| BRANDS.iter().any(|known| known.as_slice() == brand))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_their_first_bytes() {
        let cases: [(&[u8], Result<InputFormat, &str>); 9] = [
            (b"\xFF\xD8\xFF\xE0", Ok(InputFormat::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Ok(InputFormat::Png)),
            (b"RIFF\x01\x00\x00\x00WEBPVP8 ", Ok(InputFormat::Webp)),
            (b"GIF89a", Ok(InputFormat::Gif)),
            (b"II*\0", Ok(InputFormat::Tiff)),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Err("heic_unsupported")),
            (b"\0\0\0\x18ftypavif\0\0\0\0", Err("heic_unsupported")),
            (b"%PDF-1.7", Err("unsupported_format")),
            (b"", Err("empty_file")),
        ];
        for (bytes, want) in cases {
            assert_eq!(recognise(bytes).map_err(|e| e.code()), want, "{bytes:?}");
        }
    }
}
