//! The coded data of a JPEG as bits: stuffing taken out, one stretch between two markers at a time.

/// The bytes of one stretch without their stuffing, and some zeros to read on safely.
#[derive(Default)]
pub(super) struct Stretch {
    bytes: Vec<u8>,
    length: usize,
}

impl Stretch {
    const PADDING: [u8; 8] = [0; 8];

    /// Reads up to the next marker; answers it and moves behind it. `None` if the data ends without one.
    pub(super) fn read(&mut self, data: &mut &[u8]) -> Option<u8> {
        self.bytes.clear();
        let mut rest = *data;
        let marker = loop {
            while let Some((plain, after)) = rest.split_first_chunk::<8>() {
                if holds_ff(*plain) {
                    break;
                }
                self.bytes.extend_from_slice(plain);
                rest = after;
            }
            match rest {
                [0xFF, 0x00, after @ ..] => {
                    self.bytes.push(0xFF);
                    rest = after;
                }
                [0xFF, 0xFF, ..] => rest = &rest[1..],
                [0xFF, marker, after @ ..] => {
                    rest = after;
                    break *marker;
                }
                [0xFF] | [] => return None,
                [byte, after @ ..] => {
                    self.bytes.push(*byte);
                    rest = after;
                }
            }
        };
        self.length = self.bytes.len();
        self.bytes.extend(Self::PADDING);
        *data = rest;
        Some(marker)
    }

    /// Its bits from the first on.
    pub(super) fn bits(&self) -> Bits<'_> {
        Bits {
            bytes: &self.bytes,
            length: self.length,
            next: 0,
            window: 0,
            ready: 0,
        }
    }
}

/// Whether one of eight bytes is 0xFF.
fn holds_ff(bytes: [u8; 8]) -> bool {
    let inverted = !u64::from_ne_bytes(bytes);
    inverted.wrapping_sub(0x0101_0101_0101_0101) & !inverted & 0x8080_8080_8080_8080 != 0
}

/// A reader of bits. Behind the end it reads zeros; [`Bits::is_spent`] tells.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    length: usize,
    next: usize,
    /// The next bits, the first one on top.
    window: u64,
    /// How many of them are read.
    ready: usize,
}

impl Bits<'_> {
    /// Makes at least 32 bits ready.
    #[inline]
    pub(super) fn fill(&mut self) {
        if self.ready >= 32 {
            return;
        }
        let chunk = self
            .bytes
            .get(self.next..)
            .and_then(|b| b.first_chunk::<8>());
        let chunk = u64::from_be_bytes(*chunk.unwrap_or(&[0; 8]));
        self.window |= chunk >> self.ready;
        let read = (63 - self.ready) >> 3;
        self.next += read;
        self.ready += read * 8;
    }

    /// The next `count` bits, 1 to 16 of those ready.
    #[inline]
    pub(super) const fn peek(&self, count: usize) -> usize {
        (self.window >> (64 - count)) as usize
    }

    /// Moves on by `count` bits of those ready.
    #[inline]
    pub(super) const fn skip(&mut self, count: usize) {
        self.window <<= count;
        self.ready -= count;
    }

    /// The next `count` bits, 0 to 16 of those ready, and moves on.
    #[inline]
    pub(super) const fn take(&mut self, count: usize) -> usize {
        let bits = (self.window >> 1 >> (63 - count)) as usize;
        self.skip(count);
        bits
    }

    /// Whether exactly the whole stretch is read, but for less than a byte that fills up its end.
    pub(super) const fn is_spent(&self) -> bool {
        let read = self.next * 8 - self.ready;
        read <= self.length * 8 && read + 8 > self.length * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffing_goes_and_markers_end_a_stretch() {
        let mut data: &[u8] = b"\x12\xFF\x00\x34\xFF\xFF\xD3abcdefghi\xFF\xD9rest";
        let mut stretch = Stretch::default();
        assert_eq!(stretch.read(&mut data), Some(0xD3));
        let mut bits = stretch.bits();
        bits.fill();
        assert_eq!(bits.take(8), 0x12);
        assert!(!bits.is_spent(), "two bytes are left");
        assert_eq!(bits.take(12), 0xFF3);
        assert!(bits.is_spent(), "less than a byte is left");
        assert_eq!(bits.take(4), 4);
        assert!(bits.is_spent());
        assert_eq!(bits.take(1), 0);
        assert!(!bits.is_spent(), "behind the end");
        assert_eq!(stretch.read(&mut data), Some(0xD9));
        assert_eq!((stretch.length, data), (9, b"rest".as_slice()));
        assert_eq!(stretch.read(&mut data), None);
    }

    #[test]
    fn many_bits_come_in_order() {
        let bytes: Vec<u8> = (0..=254).collect();
        let mut data: &[u8] = &[bytes.as_slice(), b"\xFF\xD9"].concat();
        let mut stretch = Stretch::default();
        stretch.read(&mut data);
        let mut bits = stretch.bits();
        for byte in bytes {
            bits.fill();
            assert_eq!(bits.take(3) << 5 | bits.take(5), usize::from(byte));
        }
        assert!(bits.is_spent());
    }
}
