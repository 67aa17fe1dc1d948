//! Baseline JPEGs at a half, a quarter or an eighth of their size. Of each block only the coefficients that such a
//! picture shows are worked out; the codes of all others are leapt over. That is twice as quick as decoding everything.
//!
//! It reads files without a flaw and nothing else: whatever looks odd is left to the general decoders.

use super::bits::{Bits, Stretch};
use super::head::{Component, Frame, Plan, Tables};
use super::huffman::{Leaps, Table, extended};
use super::{EOI, Segment};
use crate::imaging::planes::{Plane, Planes};

/// How many samples a block of 8×8 becomes, along one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::imaging) enum Reduction {
    /// Four: a half of the size.
    Half,
    /// Two: a quarter.
    Quarter,
    /// One: an eighth.
    Eighth,
}

impl Reduction {
    /// From the greatest to the least.
    pub(in crate::imaging) const ALL: [Self; 3] = [Self::Eighth, Self::Quarter, Self::Half];

    /// Samples along one side of a block.
    pub(in crate::imaging) const fn samples(self) -> usize {
        match self {
            Self::Half => 4,
            Self::Quarter => 2,
            Self::Eighth => 1,
        }
    }

    /// The last place in zigzag order that the samples depend on.
    const fn last(self) -> usize {
        match self {
            Self::Half => 24,
            Self::Quarter => 4,
            Self::Eighth => 0,
        }
    }
}

/// Places in zigzag order as row and column, up to the last one that [`Reduction::Half`] needs.
const ZIGZAG: [(usize, usize); 25] = [
    (0, 0),
    (0, 1),
    (1, 0),
    (2, 0),
    (1, 1),
    (0, 2),
    (0, 3),
    (1, 2),
    (2, 1),
    (3, 0),
    (4, 0),
    (3, 1),
    (2, 2),
    (1, 3),
    (0, 4),
    (0, 5),
    (1, 4),
    (2, 3),
    (3, 2),
    (4, 1),
    (5, 0),
    (6, 0),
    (5, 1),
    (4, 2),
    (3, 3),
];

/// The coefficients of one block: rows of four, and a place for those that nothing depends on.
type Block = [f32; 17];

/// The planes of a picture at this reduction, or `None` if the file is not plain and whole.
pub(in crate::imaging) fn decode(
    frame: &Frame,
    head: &[Segment<'_>],
    mut data: &[u8],
    reduction: Reduction,
) -> Option<Planes> {
    let plan = Plan::of(frame, head).filter(|_| frame.is_baseline)?;
    let (across, down) = match frame.components.as_slice() {
        // The blocks of a single component stand in rows, whatever its sampling says.
        [_] => (frame.width.div_ceil(8), frame.height.div_ceil(8)),
        _ => {
            let unit = frame.unit();
            (
                frame.width.div_ceil(8 * unit.0),
                frame.height.div_ceil(8 * unit.1),
            )
        }
    };
    let alone = frame.components.len() == 1;
    let mut readers: Vec<Reader<'_>> = frame
        .components
        .iter()
        .zip(&plan.tables)
        .map(|(component, tables)| Reader::new(component, alone, tables, reduction, (across, down)))
        .collect();
    let (units, mut stretch) = (across * down, Stretch::default());
    let each = if plan.restart == 0 {
        units
    } else {
        plan.restart
    };
    for (number, first) in (0..units).step_by(each).enumerate() {
        let last = units.min(first + each);
        let marker = stretch.read(&mut data)?;
        let expected = if last == units {
            EOI
        } else {
            0xD0 + (number % 8) as u8
        };
        if marker != expected {
            return None;
        }
        let mut bits = stretch.bits();
        readers.iter_mut().for_each(|reader| reader.average = 0);
        for unit in first..last {
            for reader in &mut readers {
                reader.read_unit(&mut bits, unit % across, unit / across)?;
            }
        }
        if !bits.is_spent() {
            return None;
        }
    }
    let planes = readers.into_iter().map(|reader| reader.plane).collect();
    Some(Planes::new(frame, planes, reduction.samples()))
}

/// Reads the blocks of one component.
struct Reader<'a> {
    across: usize,
    down: usize,
    dc: &'a Table,
    ac: &'a Table,
    leaps: Leaps,
    reduction: Reduction,
    /// By place in zigzag order: the step of the coefficient and where it goes in a block.
    places: [(f32, usize); 25],
    /// The average that the next block's is told as a difference to.
    average: i32,
    plane: Plane,
}

impl<'a> Reader<'a> {
    fn new(
        component: &Component,
        alone: bool,
        tables: &'a Tables,
        reduction: Reduction,
        units: (usize, usize),
    ) -> Self {
        let (across, down) = if alone {
            (1, 1)
        } else {
            (component.across, component.down)
        };
        let samples = reduction.samples();
        let places = std::array::from_fn(|place| {
            let (row, column) = ZIGZAG[place];
            let shown = row < samples && column < samples;
            (
                f32::from(tables.steps[place]),
                if shown { row * 4 + column } else { 16 },
            )
        });
        Self {
            across,
            down,
            dc: &tables.dc,
            ac: &tables.ac,
            leaps: Leaps::new(&tables.ac),
            reduction,
            places,
            average: 0,
            plane: Plane::new(units.0 * across * samples, units.1 * down * samples),
        }
    }

    /// Reads this component's blocks of the unit in this column and row.
    fn read_unit(&mut self, bits: &mut Bits<'_>, column: usize, row: usize) -> Option<()> {
        for y in row * self.down..(row + 1) * self.down {
            for x in column * self.across..(column + 1) * self.across {
                let block = self.read_block(bits)?;
                self.draw(&block, x, y);
            }
        }
        Some(())
    }

    #[inline]
    fn read_block(&mut self, bits: &mut Bits<'_>) -> Option<Block> {
        let mut block = [0.0; 17];
        bits.fill();
        let (size, length) = self.dc.find(bits.peek(16))?;
        if size > 11 {
            return None;
        }
        bits.skip(length);
        let size = usize::from(size);
        self.average = self.average.wrapping_add(extended(bits.take(size), size));
        block[0] = self.average as f32 * self.places[0].0;
        let (last, mut place) = (self.reduction.last(), 1);
        while place <= last {
            let Some((at, value)) = self.read_coefficient(bits, place)? else {
                return Some(block);
            };
            if let Some(&(step, to)) = self.places.get(at).filter(|_| value != 0) {
                block[to] = value as f32 * step;
            }
            place = at + 1;
        }
        self.leap(bits, place)?;
        Some(block)
    }

    /// The next coefficient from `place` on: where it stands, and its value (0 behind sixteen zeros). None if the block
    /// ends, nothing at all if the data makes no sense.
    #[inline]
    #[expect(clippy::option_option, reason = "an end and a flaw are two things")]
    fn read_coefficient(&self, bits: &mut Bits<'_>, place: usize) -> Option<Option<(usize, i32)>> {
        bits.fill();
        let (symbol, length) = self.ac.find(bits.peek(16))?;
        bits.skip(length);
        let (run, size) = (usize::from(symbol >> 4), usize::from(symbol & 15));
        if symbol == 0 {
            return Some(None);
        }
        let at = place + run;
        if at > 63 || (size == 0 && run != 15) {
            return None;
        }
        Some(Some((at, extended(bits.take(size), size))))
    }

    /// Moves from `place` to the end of the block.
    #[inline]
    fn leap(&self, bits: &mut Bits<'_>, mut place: usize) -> Option<()> {
        while place < 64 {
            bits.fill();
            let leap = self.leaps.at(bits);
            let behind = place + leap.places();
            // A leap that would go over the end of the block may hold codes of the next one.
            if leap.bits() > 0 && (behind < 64 || (behind == 64 && !leap.is_end())) {
                bits.skip(leap.bits());
                if leap.is_end() {
                    return Some(());
                }
                place = behind;
            } else {
                let Some((at, _)) = self.read_coefficient(bits, place)? else {
                    return Some(());
                };
                place = at + 1;
            }
        }
        Some(())
    }

    /// Puts the samples of a block into the plane.
    #[inline]
    fn draw(&mut self, block: &Block, x: usize, y: usize) {
        let samples = self.reduction.samples();
        let at = y * samples * self.plane.width + x * samples;
        let rows = self.plane.samples[at..].chunks_mut(self.plane.width);
        match self.reduction {
            Reduction::Eighth => self.plane.samples[at] = level(block[0] / 8.0),
            Reduction::Quarter => {
                for (row, line) in rows.zip(two_by_two(block)) {
                    row[..2].copy_from_slice(&line);
                }
            }
            Reduction::Half => {
                for (row, line) in rows.zip(four_by_four(block)) {
                    row[..4].copy_from_slice(&line);
                }
            }
        }
    }
}

fn level(value: f32) -> u8 {
    // The conversion saturates.
    (value + 128.5) as u8
}

fn two_by_two(block: &Block) -> [[u8; 2]; 2] {
    let [mean, across, down, both] = [block[0], block[1], block[4], block[5]].map(|v| v / 8.0);
    [
        [mean + across + down + both, mean - across + down - both],
        [mean + across - down - both, mean - across - down + both],
    ]
    .map(|row| row.map(level))
}

/// The cosine transform of four, scaled for coefficients of eight.
const WAVES: [[f32; 4]; 4] = [
    [0.353_553_4, 0.353_553_4, 0.353_553_4, 0.353_553_4],
    [0.461_939_8, 0.191_341_7, -0.191_341_7, -0.461_939_8],
    [0.353_553_4, -0.353_553_4, -0.353_553_4, 0.353_553_4],
    [0.191_341_7, -0.461_939_8, 0.461_939_8, -0.191_341_7],
];

fn four_by_four(block: &Block) -> [[u8; 4]; 4] {
    let mut lines = [[0.0_f32; 4]; 4];
    for (line, row) in lines.iter_mut().zip(block.as_chunks::<4>().0) {
        for (wave, value) in WAVES.iter().zip(row) {
            for (sum, w) in line.iter_mut().zip(wave) {
                *sum += value * w;
            }
        }
    }
    std::array::from_fn(|y| {
        let mut sums = [0.0_f32; 4];
        for (wave, line) in WAVES.iter().zip(&lines) {
            for (sum, v) in sums.iter_mut().zip(line) {
                *sum += v * wave[y];
            }
        }
        sums.map(level)
    })
}

#[cfg(test)]
mod tests;
