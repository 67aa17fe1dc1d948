//! Huffman codes of JPEG: one symbol at a time, and many at once where only their ends matter.

use super::bits::Bits;

/// Codes up to this length are found by one look.
const NEAR_BITS: usize = 10;
/// How many bits a leap looks at.
const LEAP_BITS: usize = 12;

/// One Huffman table.
pub(super) struct Table {
    /// By the next `NEAR_BITS` bits: length and symbol of a short code, or 0.
    near: Box<[u16; 1 << NEAR_BITS]>,
    /// By length: the first 16 bits (and one more) that no code up to this length begins.
    ends: [u32; 17],
    /// By length: what to add to a code to find its symbol.
    offsets: [i32; 17],
    symbols: [u8; 256],
}

impl Table {
    /// A table from the number of codes of each length and their symbols; `None` if they are too many.
    pub(super) fn new(counts: &[u8; 16], list: &[u8]) -> Option<Self> {
        let mut symbols = [0; 256];
        symbols.get_mut(..list.len())?.copy_from_slice(list);
        let mut table = Self {
            near: Box::new([0; 1 << NEAR_BITS]),
            ends: [0; 17],
            offsets: [0; 17],
            symbols,
        };
        let (mut code, mut index) = (0_u32, 0_usize);
        for length in 1..=16 {
            table.offsets[length] = index as i32 - code as i32;
            for _ in 0..counts[length - 1] {
                if length <= NEAR_BITS {
                    let first = (code as usize) << (NEAR_BITS - length);
                    let last = first + (1 << (NEAR_BITS - length));
                    let entry = (length as u16) << 8 | u16::from(*list.get(index)?);
                    table.near.get_mut(first..last)?.fill(entry);
                }
                code += 1;
                index += 1;
            }
            if code > 1 << length {
                return None;
            }
            table.ends[length] = code << (16 - length);
            code <<= 1;
        }
        Some(table)
    }

    /// The symbol that begins in these 16 bits, and the length of its code.
    #[inline]
    pub(super) fn find(&self, window: usize) -> Option<(u8, usize)> {
        let entry = self.near[(window >> (16 - NEAR_BITS)) & ((1 << NEAR_BITS) - 1)];
        if entry != 0 {
            return Some((entry as u8, usize::from(entry >> 8)));
        }
        let length = (NEAR_BITS + 1..=16).find(|&n| (window as u32) < self.ends[n])?;
        let index = (window >> (16 - length)) as i32 + self.offsets[length];
        Some((self.symbols[index as usize & 255], length))
    }
}

/// For each run of bits: how many whole coefficients it holds, whether the block ends with them, and where.
/// Their values are not looked at, which is what makes a leap quicker than reading.
pub(super) struct Leaps(Box<[u16; 1 << LEAP_BITS]>);

/// What one leap did.
#[derive(Clone, Copy)]
pub(super) struct Leap(u16);

impl Leap {
    const END: u16 = 1 << 15;

    /// Bits it takes; 0 if not even one coefficient ends here.
    pub(super) const fn bits(self) -> usize {
        (self.0 & 15) as usize
    }

    /// Places it moves on.
    pub(super) const fn places(self) -> usize {
        (self.0 >> 4 & 255) as usize
    }

    /// Whether the block ends after these places.
    pub(super) const fn is_end(self) -> bool {
        self.0 & Self::END != 0
    }
}

impl Leaps {
    /// The leaps over the codes of a table of AC coefficients.
    pub(super) fn new(table: &Table) -> Self {
        let mut leaps = Box::new([0; 1 << LEAP_BITS]);
        for (bits, leap) in leaps.iter_mut().enumerate() {
            *leap = over(table, bits << (16 - LEAP_BITS));
        }
        Self(leaps)
    }

    /// The leap from the next bits.
    #[inline]
    pub(super) fn at(&self, bits: &Bits<'_>) -> Leap {
        Leap(self.0[bits.peek(LEAP_BITS) & ((1 << LEAP_BITS) - 1)])
    }
}

fn over(table: &Table, window: usize) -> u16 {
    let (mut taken, mut places, mut end) = (0, 0, 0);
    while let Some((symbol, length)) = table.find((window << taken) & 0xFFFF) {
        let (run, size) = (usize::from(symbol >> 4), usize::from(symbol & 15));
        if taken + length + size > LEAP_BITS || (size == 0 && !matches!(run, 0 | 15)) {
            break;
        }
        taken += length + size;
        if symbol == 0 {
            end = Leap::END;
            break;
        }
        places += run + 1;
    }
    end | (places as u16) << 4 | taken as u16
}

/// The value that `size` bits stand for.
#[inline]
pub(super) fn extended(bits: usize, size: usize) -> i32 {
    let value = bits as i32;
    if size > 0 && value < 1 << (size - 1) {
        value - (1 << size) + 1
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes 0, 10, 110, 1110: end of block, one bit behind no zeros, two bits behind one zero, sixteen zeros.
    fn table() -> Table {
        let mut counts = [0; 16];
        counts[..4].copy_from_slice(&[1, 1, 1, 1]);
        Table::new(&counts, &[0x00, 0x01, 0x12, 0xF0]).unwrap()
    }

    #[test]
    fn codes_are_found_by_their_bits() {
        let table = table();
        assert_eq!(table.find(0b0111 << 12), Some((0x00, 1)));
        assert_eq!(table.find(0b1011 << 12), Some((0x01, 2)));
        assert_eq!(table.find(0b1110 << 12), Some((0xF0, 4)));
        assert_eq!(table.find(0b1111 << 12), None, "no such code");
    }

    #[test]
    fn long_codes_are_found_too() {
        let mut counts = [1; 16];
        counts[15] = 2;
        let symbols: Vec<u8> = (0..17).collect();
        let table = Table::new(&counts, &symbols).unwrap();
        for length in 1..=16 {
            let window = 0xFFFF << (17 - length) & 0xFFFF;
            assert_eq!(table.find(window), Some((length as u8 - 1, length)));
        }
        counts[0] = 3;
        assert!(Table::new(&counts, &[0; 19]).is_none(), "too many codes");
    }

    #[test]
    fn a_leap_takes_whole_coefficients_and_stops_at_the_end_of_the_block() {
        // 10 1 | 110 01 | 0 (end) | 10 1 … : the coefficient behind the end belongs to another block.
        let leap = Leap(over(&table(), 0b1011_1001_0101 << 4));
        assert_eq!((leap.bits(), leap.places(), leap.is_end()), (9, 3, true));
        // 1110 1110 10 1 | 1…: two runs of sixteen zeros and one more place.
        let leap = Leap(over(&table(), 0b1110_1110_1011 << 4));
        assert_eq!((leap.bits(), leap.places(), leap.is_end()), (11, 33, false));
        assert_eq!(Leap(over(&table(), 0xFFFF)).bits(), 0, "no code, no leap");
    }

    #[test]
    fn values_are_signed() {
        let all: Vec<i32> = (0..4).map(|bits| extended(bits, 2)).collect();
        assert_eq!(all, [-3, -2, 2, 3]);
        assert_eq!(extended(0, 0), 0);
    }
}
