//! Files made byte by byte: headers that promise what does not follow.

use std::io::Write;

use crate::pictures;

/// A PNG with this header and one empty data chunk.
pub(crate) fn png(width: u32, height: u32, depth: u8, colour: u8, interlace: u8) -> Vec<u8> {
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([depth, colour, 0, 0, interlace]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(chunk(b"IHDR", &header));
    file.extend(chunk(b"IDAT", &deflated_zeros(0)));
    file.extend(chunk(b"IEND", b""));
    file
}

/// A good PNG with another chunk behind its header.
pub(crate) fn png_chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut file = pictures::product(if name[0] == b'i' { 7 } else { 8 });
    let behind_header = 8 + 25;
    file.splice(behind_header..behind_header, chunk(name, data));
    file
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = u32::try_from(data.len())
        .expect("small")
        .to_be_bytes()
        .to_vec();
    chunk.extend(name);
    chunk.extend(data);
    chunk.extend(crc(&chunk[4..]).to_be_bytes());
    chunk
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

/// So many zeros as a zlib stream.
pub(crate) fn deflated_zeros(count: usize) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![0; count]).expect("memory");
    encoder.finish().expect("memory")
}

/// A JPEG whose frame header says these sides.
pub(crate) fn jpeg_of_size(width: u16, height: u16) -> Vec<u8> {
    let mut file = pictures::as_jpeg(&pictures::product(1));
    let frame = file
        .windows(2)
        .position(|m| m == b"\xff\xc0")
        .expect("a frame header");
    file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    file
}

/// The JPEG with this EXIF block behind its first marker.
pub(crate) fn with_exif(jpeg: &[u8], tiff: &[u8]) -> Vec<u8> {
    let mut file = jpeg.to_vec();
    // Another comment makes another upload of it.
    file.splice(2..2, segment(0xfe, tiff));
    file.splice(2..2, segment(0xe1, &[&b"Exif\0\0"[..], tiff].concat()));
    file
}

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).expect("short").to_be_bytes();
    [&[0xff, marker], &length[..], data].concat()
}

/// A WebP whose canvas has these sides, with no picture on it.
pub(crate) fn webp_canvas(width: u32, height: u32) -> Vec<u8> {
    let mut canvas = vec![0_u8; 4];
    canvas.extend(&(width - 1).to_le_bytes()[..3]);
    canvas.extend(&(height - 1).to_le_bytes()[..3]);
    let mut file = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0".to_vec();
    file.extend(canvas);
    file
}

/// A GIF whose screen and only frame have these sides.
pub(crate) fn gif(width: u16, height: u16) -> Vec<u8> {
    let mut file = b"GIF89a".to_vec();
    let sides = [width.to_le_bytes(), height.to_le_bytes()].concat();
    file.extend(&sides);
    file.extend([0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
    file.extend([0x2c, 0, 0, 0, 0]);
    file.extend(&sides);
    file.extend([0, 2, 1, 0, 0, 0x3b]);
    file
}

/// A TIFF of one strip that holds nothing.
pub(crate) fn tiff(width: u32, height: u32) -> Vec<u8> {
    let tags: [(u16, u16, u32); 7] = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (279, 4, 0),
    ];
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    file.extend(7_u16.to_le_bytes());
    for (tag, kind, value) in tags {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(1_u32.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
    file
}

/// A BMP without its pixels.
pub(crate) fn bmp(width: i32, height: i32, bits: u16) -> Vec<u8> {
    let mut file = b"BM".to_vec();
    file.extend(54_u32.to_le_bytes());
    file.extend([0; 4]);
    file.extend(54_u32.to_le_bytes());
    file.extend(40_u32.to_le_bytes());
    file.extend(width.to_le_bytes());
    file.extend(height.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    file.extend(bits.to_le_bytes());
    file.extend([0; 24]);
    file
}
